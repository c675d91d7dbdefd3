/*
 * fund.inject (spec section 8): capital that the operator puts in.
 */
#include "base/check.h"
#include "core/ledger.h"

void jf_needs_fund_inject(const jf_world *w, const jf_cmd_fund_inject *c, jf_needs *needs)
{
    (void)w, (void)c, (void)needs; /* the platform's accounts are always resident */
}

jf_code jf_do_fund_inject(jf_step *s, const jf_cmd_fund_inject *c)
{
    jf_slot fund = c->fund == JF_FUND_CREDIT ? JF_SLOT(CREDIT_FUND) : JF_SLOT(CAPITAL);
    JF_ASSERT(c->amount > 0);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(CASH), (jf_cny){-c->amount}, JF_WHY_INJECT);
    jf_post_cny(s, JF_PLATFORM, fund, (jf_cny){c->amount}, JF_WHY_INJECT);
    return JF_OK;
}
