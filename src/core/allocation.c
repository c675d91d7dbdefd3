/*
 * Going through the policy's entries, and appending shares.
 */
#include "core/allocation.h"

#include "base/check.h"
#include "base/units.h"
#include "core/ledger.h"
#include "core/program.h"

static const jf_program *const programs[JF_TO_COUNT] = {
#define JF_ALLOCATION(NAME, name, wire, member_only, en, zh) [JF_TO_##NAME] = &jf_program_##name,
#include "core/allocations.def"
#undef JF_ALLOCATION
};

static const bool members_only[JF_TO_COUNT] = {
#define JF_ALLOCATION(NAME, name, wire, member_only, en, zh) [JF_TO_##NAME] = member_only,
#include "core/allocations.def"
#undef JF_ALLOCATION
};

static const jf_reward_info rewards[JF_TO_COUNT] = {
#define JF_REWARD(NAME, name, wire, member_only, enrolled, month, en, zh)                          \
    [JF_TO_##NAME] = {enrolled, month, en, zh},
#include "core/rewards.def"
#undef JF_REWARD
};

const jf_program *jf_program_of(jf_to to)
{
    JF_ASSERT((unsigned)to < JF_TO_COUNT);
    return programs[to];
}

const jf_reward_info *jf_reward_info_of(jf_to to)
{
    JF_ASSERT((unsigned)to < JF_TO_COUNT);
    return rewards[to].en ? &rewards[to] : NULL;
}

jf_unit jf_share_unit(jf_to to)
{
    JF_ASSERT((unsigned)to < JF_TO_COUNT);
    if (to == JF_TO_LOCK)
        return JF_UNIT_VOUCHER;
    return to == JF_TO_COIN ? JF_UNIT_COIN : JF_UNIT_CNY;
}

int64_t jf_share_of(const jf_sale *sale, const jf_entry *entry, jf_ppm rate, jf_shares *out)
{
    int64_t base = entry->base == JF_BASE_REBATE ? sale->rebate.v : sale->amount.v;
    int64_t share = 0;
    JF_ASSERT(rate.v >= 0);
    out->overflow |= !jf_ratio_of(base, rate, &share);
    return share;
}

static void share_add(jf_shares *out, jf_part part)
{
    if (part.amount == 0)
        return;
    JF_ASSERT(part.amount > 0);
    JF_ASSERT(out->count < JF_PARTS_MAX);
    out->list =
        jf_arena_room(out->arena, out->list, out->count, &out->room, sizeof *out->list, 16);
    part.entry = (uint16_t)out->entry;
    out->list[out->count++] = part;
    out->taken += jf_part_is_money(&part) ? part.amount : 0;
}

void jf_share_pay(jf_shares *out, jf_to to, const jf_party *who, jf_account_kind pending,
                  int64_t amount)
{
    JF_ASSERT(who && who->row.exists && who->kind != JF_PARTY_PLATFORM);
    share_add(
        out,
        (jf_part){.to = to, .owner = who->no, .slot = jf_slot_of(pending, 0, 0), .amount = amount});
}

void jf_share_fund(jf_shares *out, jf_to to, jf_account_kind pending, uint32_t pool, int64_t amount)
{
    JF_ASSERT(jf_account_type_of(pending)->platform);
    share_add(out, (jf_part){.to = to,
                             .owner = JF_PLATFORM,
                             .slot = jf_slot_of(pending, pool, 0),
                             .amount = amount});
}

void jf_share_vacant(jf_shares *out, int64_t amount)
{
    JF_ASSERT(amount >= 0);
    out->vacant += amount;
}

/*
 * What an entry could not pay goes where it says, as one share. Revenue is what
 * is left of R, so a share vacant to the platform is simply not taken.
 */
static void settle_vacant(jf_shares *out, const jf_entry *entry)
{
    int64_t amount = out->vacant;
    out->vacant = 0;
    if (entry->vacant == JF_TO_PLATFORM)
        return;
    JF_ASSERT(entry->vacant >= 0 && (uint32_t)entry->vacant < out->sale->policy->pool_count);
    uint32_t pool = out->sale->policy->pools[entry->vacant].pool;
    jf_share_fund(out, JF_TO_DIVIDEND, JF_ACCOUNT_PENDING_DIVIDEND, pool, amount);
}

void jf_share_pot(jf_shares *out, jf_to to, int64_t amount)
{
    jf_share_fund(out, to, JF_ACCOUNT_PENDING_POT, (uint32_t)to, amount);
}

void jf_share_count(jf_shares *out, jf_to to, const jf_party *who)
{
    JF_ASSERT(who && who->kind == JF_PARTY_MEMBER);
    share_add(out, (jf_part){.to = to,
                             .owner = who->no,
                             .slot = jf_slot_of(JF_ACCOUNT_TURNOVER, (uint32_t)to, 0),
                             .amount = out->sale->paid.v});
}

int64_t jf_standing(const jf_world *w, const jf_party *who, jf_to to)
{
    JF_ASSERT(jf_reward_info_of(to) != NULL);
    return jf_balance(w, who->no, JF_POOL_SLOT(STANDING, (uint32_t)to));
}

const jf_party *jf_enrolled_party(const jf_sale *sale, uint32_t no, jf_to to)
{
    const jf_party *who = no ? jf_world_party_no(sale->w, no) : NULL;
    return who && jf_standing(sale->w, who, to) > 0 ? who : NULL;
}

/* The whole entry, for a shop as buyer where a member is needed: levels floor one by one. */
static void entry_vacant(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    if (entry->to != JF_TO_REFERRAL) {
        jf_ppm total = {jf_entry_total(entry)};
        jf_share_vacant(out, jf_share_of(sale, entry, total, out));
        return;
    }
    for (uint32_t i = 0; i < entry->levels; i++)
        jf_share_vacant(out, jf_share_of(sale, entry, entry->level[i], out));
}

void jf_allocate(const jf_sale *sale, jf_arena *arena, jf_shares *out)
{
    *out = (jf_shares){.sale = sale, .arena = arena};
    for (out->entry = 0; out->entry < sale->policy->entry_count; out->entry++) {
        const jf_entry *entry = &sale->policy->entries[out->entry];
        if (members_only[entry->to] && sale->buyer->kind != JF_PARTY_MEMBER)
            entry_vacant(sale, entry, out);
        else
            programs[entry->to]->allocate(sale, entry, out);
        settle_vacant(out, entry);
    }
    JF_ASSERT(out->overflow || out->taken <= sale->rebate.v);
}
