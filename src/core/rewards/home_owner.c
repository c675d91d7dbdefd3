/*
 * home_owner: the owner of the buyer's home shop, for sales in other shops
 * (锁客店主奖). The example of docs/rewards.md: a program is this file and one row
 * of rewards.def.
 */
#include "base/check.h"
#include "core/policy_kinds.h"
#include "core/program.h"

static void allocate(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    int64_t share = jf_share_of(sale, entry, entry->rate, out);
    uint32_t home = sale->buyer->home;
    JF_ASSERT(sale->buyer->kind == JF_PARTY_MEMBER);
    if (home == 0 || home == sale->shop->no) {
        jf_share_vacant(out, share);
        return;
    }
    const jf_party *owner = jf_world_party_no(sale->w, jf_world_party_no(sale->w, home)->owner);
    jf_share_pay(out, JF_TO_HOME_OWNER, owner, JF_ACCOUNT_PENDING_WALLET, share);
}

const jf_program jf_program_home_owner = {
    .fields = jf_rate_fields, .allocate = allocate, .wallet = true};
