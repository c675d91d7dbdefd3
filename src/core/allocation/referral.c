/*
 * referral: the buyer's referrer, the referrer's referrer, one per level
 * (直推/间推, spec section 5). Levels floor one by one.
 */
#include "base/check.h"
#include "core/allocation.h"

void jf_allocate_referral(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    JF_ASSERT(entry->levels >= 1);
    const jf_party *member = sale->buyer;
    for (uint32_t i = 0; i < entry->levels; i++) {
        int64_t share = jf_share_of(sale, entry, entry->level[i], out);
        if (member && member->referrer)
            member = jf_world_party_no(sale->w, member->referrer);
        else
            member = NULL;
        if (member)
            jf_share_pay(out, JF_TO_REFERRAL, member, JF_ACCOUNT_PENDING_WALLET, share);
        else
            jf_share_vacant(out, share);
    }
}
