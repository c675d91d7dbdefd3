/*
 * dividend: into the dividend fund D of a pool (spec sections 5 and 6).
 */
#include "base/check.h"
#include "core/policy_kinds.h"
#include "core/program.h"

static void allocate(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    JF_ASSERT(entry->pool >= 0 && (uint32_t)entry->pool < sale->policy->pool_count);
    uint32_t pool = sale->policy->pools[entry->pool].pool;
    jf_share_fund(out, JF_TO_DIVIDEND, JF_ACCOUNT_PENDING_DIVIDEND, pool,
                  jf_share_of(sale, entry, entry->rate, out));
}

static const jf_field fields[] = {
    JF_ENTRY,
    JF_ENTRY_RATE,
    {.key = "pool", JF_AT(jf_entry, pool), .kind = JF_VALUE_POOL, .expected = "the name of a pool"},
    {0},
};

const jf_program jf_program_dividend = {.fields = fields, .allocate = allocate};
