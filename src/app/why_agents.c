/*
 * Agents' shares, told from the rule itself (why_agents.h).
 */
#include "app/why_agents.h"

#include "base/check.h"
#include "core/program.h"

typedef struct retrial {
    jf_sale sale;
    const jf_entry *entry;
    const jf_seat *seats[JF_AGENT_LEVELS]; /* filled ones; else NULL */
    jf_part parts[JF_PARTS_MAX];
    uint32_t count;
    jf_arena arena; /* of the rule */
} retrial;

/* A seat that the rule can be run on: every holder is there, and has a weight. */
static bool seat_usable(jf_reader *reader, const jf_seat *seat)
{
    bool usable = seat->count <= JF_HOLDERS_MAX;
    for (uint32_t i = 0; usable && i < seat->count; i++)
        usable = seat->holders[i].weight > 0 && jf_reader_party_no(reader, seat->holders[i].party);
    return usable;
}

static jf_region region_at(jf_region county, int level)
{
    static const jf_region cut[JF_AGENT_LEVELS] = {
        [JF_COUNTY] = 1, [JF_CITY] = 100, [JF_PROVINCE] = 10000};
    JF_ASSERT(level >= 0 && level < JF_AGENT_LEVELS);
    return county / cut[level];
}

static bool find_seats(jf_reader *reader, retrial *t)
{
    for (int level = 0; level < JF_AGENT_LEVELS; level++) {
        const jf_seat *seat = jf_world_seat(&reader->world, region_at(t->sale.shop->region, level));
        if (!seat || !seat->row.exists || seat->count == 0)
            continue;
        if (!seat_usable(reader, seat))
            return false;
        t->seats[level] = seat;
    }
    return true;
}

/*
 * The rule with the seats of now; true when it gives the parts that the order
 * keeps. What was vacant is one more part, of the platform, where a pool gets it.
 */
static bool same_parts(retrial *t, const jf_order *order, uint32_t number)
{
    jf_shares shares = {.sale = &t->sale,
                        .arena = &t->arena,
                        .entry = number,
                        .list = t->parts,
                        .room = JF_PARTS_MAX};
    jf_program_agents.allocate(&t->sale, t->entry, &shares);
    t->count = shares.count;
    uint32_t met = 0;
    for (uint32_t i = 0; i < order->part_count; i++) {
        const jf_part *kept = &order->parts[i];
        if (kept->entry != number)
            continue;
        if (kept->owner == JF_PLATFORM && kept->amount == shares.vacant)
            continue;
        if (met == t->count || kept->owner != t->parts[met].owner ||
            kept->amount != t->parts[met].amount)
            return false;
        met++;
    }
    return met == t->count && !shares.overflow;
}

/* The owner's nth part among all, or -1. */
static int part_index(const retrial *t, uint32_t owner, uint32_t nth)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (t->parts[i].owner == owner && nth-- == 0)
            return (int)i;
    return -1;
}

static int64_t level_total(const retrial *t, jf_ppm rate)
{
    jf_shares none = {.sale = &t->sale};
    return jf_share_of(&t->sale, t->entry, rate, &none);
}

/* A level's parts follow one another and sum to the level's total: which level is part `at` of? */
static bool share_at(const retrial *t, uint32_t at, jf_agent_share *out)
{
    bool differential = t->entry->mode == JF_AGENTS_DIFFERENTIAL;
    jf_ppm filled = {0};
    uint32_t next = 0;
    for (int level = 0; level < JF_AGENT_LEVELS; level++) {
        if (!t->seats[level] && differential)
            continue;
        out->rate.v = t->entry->level[level].v - filled.v;
        int64_t total = level_total(t, out->rate);
        uint32_t first = next;
        for (int64_t sum = 0; t->seats[level] && sum < total && next < t->count; next++)
            sum += t->parts[next].amount;
        if (t->seats[level] && at >= first && at < next) {
            out->region = region_at(t->sale.shop->region, level);
            return true;
        }
        if (differential)
            filled = t->entry->level[level];
    }
    return false;
}

static void weigh(const jf_seat *seat, uint32_t owner, jf_agent_share *out)
{
    out->weight = out->weights = 0;
    for (uint32_t i = 0; i < seat->count; i++) {
        out->weights += seat->holders[i].weight;
        if (seat->holders[i].party == owner)
            out->weight = seat->holders[i].weight;
    }
    JF_ASSERT(out->weight <= out->weights);
}

bool jf_agent_share_of(jf_reader *reader, const jf_order *order, uint32_t number, uint32_t owner,
                       uint32_t nth, jf_agent_share *out)
{
    const jf_policy *policy = reader->world.policies[order->version - 1];
    JF_ASSERT(number < policy->entry_count && policy->entries[number].to == JF_TO_AGENTS);
    retrial t = {.entry = &policy->entries[number]};
    t.sale = (jf_sale){.w = &reader->world,
                       .policy = policy,
                       .buyer = jf_reader_party_no(reader, order->buyer),
                       .shop = jf_reader_party_no(reader, order->shop),
                       .amount = order->amount,
                       .rebate = order->rebate};
    if (!t.sale.buyer || !t.sale.shop || order->amount.v < 0 || order->rebate.v < 0)
        return false;
    jf_arena_init(&t.arena, 0);
    bool same = find_seats(reader, &t) && same_parts(&t, order, number);
    jf_arena_free(&t.arena);
    if (!same)
        return false;
    int at = part_index(&t, owner, nth);
    if (at < 0 || !share_at(&t, (uint32_t)at, out))
        return false;
    weigh(jf_world_seat(&reader->world, out->region), owner, out);
    out->amount = t.parts[at].amount;
    return out->weight > 0;
}
