/*
 * referral: the buyer's referrer, the referrer's referrer, one per level
 * (直推/间推, spec section 5). Levels floor one by one.
 */
#include "base/check.h"
#include "core/policy_kinds.h"
#include "core/program.h"

static void allocate(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
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

/* A third level counts however little it pays (spec section 9); a second one only if it pays. */
static uint32_t uplines(const jf_entry *entry)
{
    JF_ASSERT(entry->levels <= JF_POLICY_LEVELS);
    return entry->levels == 2 && entry->level[1].v == 0 ? 1 : entry->levels;
}

static const jf_field fields[] = {
    JF_ENTRY,
    JF_ENTRY_RATES("levels", "a list with a rate for each level"),
    {0},
};

const jf_program jf_program_referral = {.fields = fields,
                                        .allocate = allocate,
                                        .total = jf_levels_sum,
                                        .uplines = uplines,
                                        .wallet = true};
