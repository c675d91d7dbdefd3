/*
 * recruit: the member who brought the shop in (招商奖励, spec section 5).
 */
#include "base/check.h"
#include "core/policy_kinds.h"
#include "core/program.h"

static void allocate(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    JF_ASSERT(sale->shop->kind == JF_PARTY_SHOP);
    int64_t share = jf_share_of(sale, entry, entry->rate, out);
    if (sale->shop->recruiter)
        jf_share_pay(out, JF_TO_RECRUIT, jf_world_party_no(sale->w, sale->shop->recruiter),
                     JF_ACCOUNT_PENDING_WALLET, share);
    else
        jf_share_vacant(out, share);
}

const jf_program jf_program_recruit = {
    .fields = jf_rate_fields, .allocate = allocate, .wallet = true};
