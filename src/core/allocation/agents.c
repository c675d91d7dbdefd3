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
#include "core/policy_kinds.h"
#include "core/program.h"
#include "core/split.h"

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

/* A seat's part by weight; holders are kept by id, so ties go to the smaller one. */
static void seat_split(const jf_sale *sale, const jf_seat *seat, int64_t amount, jf_shares *out)
{
    int64_t shares[JF_HOLDERS_MAX], weights[JF_HOLDERS_MAX];
    JF_ASSERT(seat->count > 0 && seat->count <= JF_HOLDERS_MAX);
    for (uint32_t i = 0; i < seat->count; i++)
        weights[i] = seat->holders[i].weight;
    jf_split(out->arena, amount, weights, seat->count, shares);
    for (uint32_t i = 0; i < seat->count; i++)
        jf_share_pay(out, JF_TO_AGENTS, jf_world_party_no(sale->w, seat->holders[i].party),
                     JF_ACCOUNT_PENDING_WALLET, shares[i]);
}

static void allocate(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
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

/* Differential rates are totals up to a level: the province's is the largest. */
static int64_t total(const jf_entry *entry)
{
    JF_ASSERT(entry->to == JF_TO_AGENTS);
    if (entry->mode == JF_AGENTS_DIFFERENTIAL)
        return entry->level[JF_PROVINCE].v;
    return entry->level[JF_PROVINCE].v + entry->level[JF_CITY].v + entry->level[JF_COUNTY].v;
}

/* Spec section 18: county <= city <= province for differential. */
static void check_totals(jf_check *check, const jf_entry *entry, jf_path path)
{
    if (entry->mode != JF_AGENTS_DIFFERENTIAL)
        return;
    if (entry->level[JF_COUNTY].v > entry->level[JF_CITY].v)
        jf_findings_add(check->arena, check->findings, JF_FINDING_SCHEMA,
                        jf_path_below(path, JF_STR("city")),
                        "expected at least the county's rate: differential rates are totals");
    if (entry->level[JF_CITY].v > entry->level[JF_PROVINCE].v)
        jf_findings_add(check->arena, check->findings, JF_FINDING_SCHEMA,
                        jf_path_below(path, JF_STR("province")),
                        "expected at least the city's rate: differential rates are totals");
}

static const char *const mode_words[] = {"differential", "stacked", NULL};

static const jf_field fields[] = {
    JF_ENTRY,
    {.key = "mode",
     JF_AT(jf_entry, mode),
     JF_WORD(mode_words, "\"differential\" or \"stacked\""),
     .fallback = "differential"},
    {.key = "county", JF_AT(jf_entry, level[JF_COUNTY]), JF_RATIO},
    {.key = "city", JF_AT(jf_entry, level[JF_CITY]), JF_RATIO},
    {.key = "province", JF_AT(jf_entry, level[JF_PROVINCE]), JF_RATIO},
    {0},
};

const jf_program jf_program_agents = {
    .fields = fields, .allocate = allocate, .total = total, .check = check_totals, .wallet = true};
