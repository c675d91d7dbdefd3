/*
 * dividend: into the dividend fund D of a pool (spec sections 5 and 6).
 */
#include "base/check.h"
#include "core/allocation.h"

void jf_allocate_dividend(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    JF_ASSERT(entry->pool >= 0 && (uint32_t)entry->pool < sale->policy->pool_count);
    uint32_t pool = sale->policy->pools[entry->pool].pool;
    jf_share_fund(out, JF_TO_DIVIDEND, JF_ACCOUNT_PENDING_DIVIDEND, pool,
                  jf_share_of(sale, entry, entry->rate, out));
}
