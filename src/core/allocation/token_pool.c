/*
 * token_pool: into the appreciation pool, which mints units for the buyer at
 * maturity (spec sections 5 and 12).
 */
#include "base/check.h"
#include "core/policy_kinds.h"
#include "core/program.h"

static void allocate(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    JF_ASSERT(sale->buyer->kind == JF_PARTY_MEMBER);
    jf_share_pay(out, JF_TO_TOKEN_POOL, sale->buyer, JF_ACCOUNT_PENDING_TOKENS,
                 jf_share_of(sale, entry, entry->rate, out));
}

const jf_program jf_program_token_pool = {.fields = jf_rate_fields, .allocate = allocate};
