/*
 * coin: money to the coin reserve, and as many coins to the buyer (spec sections 5 and 11).
 */
#include "base/check.h"
#include "core/allocation.h"

void jf_allocate_coin(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    JF_ASSERT(sale->buyer->kind == JF_PARTY_MEMBER);
    jf_share_pay(out, JF_TO_COIN, sale->buyer, JF_ACCOUNT_PENDING_COINS,
                 jf_share_of(sale, entry, entry->rate, out));
}
