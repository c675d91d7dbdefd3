/*
 * token_pool: into the appreciation pool, which mints units for the buyer at
 * maturity (spec sections 5 and 12).
 */
#include "base/check.h"
#include "core/allocation.h"

void jf_allocate_token_pool(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    JF_ASSERT(sale->buyer->kind == JF_PARTY_MEMBER);
    jf_share_pay(out, JF_TO_TOKEN_POOL, sale->buyer, JF_ACCOUNT_PENDING_TOKENS,
                 jf_share_of(sale, entry, entry->rate, out));
}
