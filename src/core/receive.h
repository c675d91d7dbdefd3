/*
 * Receipts: what comes in repays debts first (spec sections 8, 10 and 18).
 *
 * A debt in one unit is never paid in another. Vouchers repay clawback debt
 * (the releasing pool's first, then by pool name), then voucher debt; releases
 * alone go on to credit debt. The caller posts where the receipt comes from.
 */
#ifndef JF_CORE_RECEIVE_H
#define JF_CORE_RECEIVE_H

#include "core/ledger.h"
#include "core/pool.h"

/* Into the wallet of a member or the receivable of a shop. */
void jf_receive_cny(jf_step *s, uint32_t party, jf_cny amount, uint32_t why);

/* Vouchers already issued and backed. pool: the releasing pool, or JF_NO_POOL when no release. */
void jf_receive_vouchers(jf_step *s, uint32_t party, jf_voucher amount, uint32_t pool,
                         uint32_t why);

/* Coins already issued and backed. */
void jf_receive_coins(jf_step *s, uint32_t party, jf_coin amount, uint32_t why);

/* Issue vouchers against CNY that the caller takes out elsewhere, and hand them over. */
void jf_issue_vouchers(jf_step *s, uint32_t party, jf_voucher amount, uint32_t why);

#endif
