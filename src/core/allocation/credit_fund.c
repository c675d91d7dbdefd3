/*
 * credit_fund: into the fund that consumption credit is drawn on (spec sections 5 and 8).
 */
#include "base/check.h"
#include "core/policy_kinds.h"
#include "core/program.h"

static void allocate(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    JF_ASSERT(entry->to == JF_TO_CREDIT_FUND);
    jf_share_fund(out, JF_TO_CREDIT_FUND, JF_ACCOUNT_PENDING_CREDIT_FUND, 0,
                  jf_share_of(sale, entry, entry->rate, out));
}

const jf_program jf_program_credit_fund = {.fields = jf_rate_fields, .allocate = allocate};
