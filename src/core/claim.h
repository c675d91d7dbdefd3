/*
 * Claims: taking back what was given (spec section 10). What is no longer there
 * becomes a debt of the party, advanced by the platform; its later receipts of
 * that unit repay it (receive.h).
 */
#ifndef JF_CORE_CLAIM_H
#define JF_CORE_CLAIM_H

#include "core/ledger.h"

/*
 * Each takes `amount` from the party and leaves as much CNY to be posted
 * elsewhere in the same journal; returns the debt that is new.
 */
int64_t jf_claim_cny(jf_step *s, uint32_t party, jf_cny amount, uint32_t why);
int64_t jf_claim_vouchers(jf_step *s, uint32_t party, jf_voucher amount, uint32_t why);
int64_t jf_claim_coins(jf_step *s, uint32_t party, jf_coin amount, uint32_t why);

/*
 * A fund gives back what it holds; the rest is the platform's loss. Leaves
 * `amount` CNY to be posted elsewhere.
 */
void jf_claim_fund(jf_step *s, jf_slot fund, jf_cny amount, uint32_t why);

/*
 * Points leave a position and its cohort. What was credited above
 * ⌈points · I_c / 10^12⌉ of the points it keeps is given back: vouchers retire
 * and their backing returns to D; what is not there becomes clawback debt.
 * Returns the debt that is new. The owner has been credited before.
 */
int64_t jf_claim_points(jf_step *s, uint32_t party, uint32_t pool, uint32_t cohort, jf_point points,
                        uint32_t why);

#endif
