/*
 * agents: who holds the seats of the shop's county, city and province (区域代理,
 * spec sections 5 and 18).
 *
 * Differential (级差): rates are totals up to a level, so a level's own part is
 * its rate minus that of the next lower filled level; the part of a vacant lower
 * seat passes up, and what no seat takes is vacant. Stacked: each level its own
 * rate. A seat's part is split by weight, largest remainder.
 */
#include "base/check.h"
#include "core/allocation.h"

/* The region's key at a level: 330106 → 330106, 3301, 33. */
static jf_region region_at(jf_region county, jf_agent_level level)
{
    static const jf_region cut[JF_AGENT_LEVELS] = {
        [JF_COUNTY] = 1, [JF_CITY] = 100, [JF_PROVINCE] = 10000};
    return county / cut[level];
}

static const jf_seat *filled_seat(const jf_sale *sale, jf_agent_level level)
{
    const jf_seat *seat = jf_world_seat(sale->w, region_at(sale->shop->region, level));
    return seat && seat->row.exists && seat->count > 0 ? seat : NULL;
}

/* Holder i's floor share, and what its division leaves. */
static int64_t floor_share(int64_t amount, const jf_holder *holder, int64_t weights, int64_t *rest)
{
    jf_i128 product = (jf_i128)amount * holder->weight;
    *rest = (int64_t)(product % weights);
    return (int64_t)(product / weights);
}

/* Split by weight; what the floors leave goes to the largest remainders, ties to the smaller id. */
static void seat_split(const jf_sale *sale, const jf_seat *seat, int64_t amount, jf_shares *out)
{
    int64_t share[JF_HOLDERS_MAX], rest[JF_HOLDERS_MAX], weights = 0, left = amount;
    JF_ASSERT(seat->count > 0 && seat->count <= JF_HOLDERS_MAX);
    for (uint32_t i = 0; i < seat->count; i++)
        weights += seat->holders[i].weight;
    for (uint32_t i = 0; i < seat->count; i++) {
        share[i] = floor_share(amount, &seat->holders[i], weights, &rest[i]);
        left -= share[i];
    }
    JF_ASSERT(left >= 0 && left < (int64_t)seat->count);
    for (; left > 0; left--) {
        uint32_t best = 0; /* holders are kept by id, so the first of equals is the smaller id */
        for (uint32_t i = 1; i < seat->count; i++)
            if (rest[i] > rest[best])
                best = i;
        share[best]++;
        rest[best] = -1;
    }
    for (uint32_t i = 0; i < seat->count; i++)
        jf_share_pay(out, JF_TO_AGENTS, jf_world_party_no(sale->w, seat->holders[i].party),
                     JF_ACCOUNT_PENDING_WALLET, share[i]);
}

void jf_allocate_agents(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    bool differential = entry->mode == JF_AGENTS_DIFFERENTIAL;
    jf_ppm filled = {0}; /* differential: the rate of the highest filled level so far */
    JF_ASSERT(entry->to == JF_TO_AGENTS);
    for (jf_agent_level level = JF_COUNTY; level < JF_AGENT_LEVELS; level++) {
        const jf_seat *seat = filled_seat(sale, level);
        jf_ppm own = {entry->level[level].v - filled.v};
        int64_t share = seat || !differential ? jf_share_of(sale, entry, own, out) : 0;
        if (seat)
            seat_split(sale, seat, share, out);
        else if (!differential)
            jf_share_vacant(out, share);
        if (seat && differential)
            filled = entry->level[level];
    }
    jf_ppm vacant = {entry->level[JF_PROVINCE].v - filled.v};
    if (differential)
        jf_share_vacant(out, jf_share_of(sale, entry, vacant, out));
}
