/*
 * credit_fund: into the fund that consumption credit is drawn on (spec sections 5 and 8).
 */
#include "base/check.h"
#include "core/allocation.h"

void jf_allocate_credit_fund(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    JF_ASSERT(entry->to == JF_TO_CREDIT_FUND);
    jf_share_fund(out, JF_TO_CREDIT_FUND, JF_ACCOUNT_PENDING_CREDIT_FUND, 0,
                  jf_share_of(sale, entry, entry->rate, out));
}
