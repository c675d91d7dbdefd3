/*
 * The policies of a random stream: every rule, metric and kind of share, the
 * presets by name, and now and then a document that must be refused.
 *
 * A document's rates never take more than its rebate: they are dealt out of
 * what is left (scene_take).
 */
#ifndef TESTS_PROPERTY_POLICY_H
#define TESTS_PROPERTY_POLICY_H

#include "property_scene.h"

static const scene_preset scene_presets[] = {
    {"wodian", {2, false, {"member", "shop"}}, 0, 1000},
    {"zhongdian", {1, true, {"joint"}}, 0, 10},
    {"mall", {0, false, {NULL}}, 700000, 10},
    {"local", {0, false, {NULL}}, 200000, 10},
};

#define SCENE_PRESET_COUNT (sizeof scene_presets / sizeof *scene_presets)

static int64_t scene_pick(scene *s, const int64_t *values, uint32_t count)
{
    return values[scene_below(s, count)];
}

#define SCENE_PICK(s, ...)                                                                         \
    scene_pick((s), (const int64_t[]){__VA_ARGS__},                                                \
               sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static void scene_pool(scene *s, uint32_t no)
{
    const char *sides = s->pools.joint ? "\"member\",\"shop\"" : no ? "\"shop\"" : "\"member\"";
    int64_t floor = SCENE_PICK(s, -500000, 0, 0, 100000);
    int64_t cap = SCENE_PICK(s, 0, 150000, 500000);
    int64_t min_days = scene_below(s, 4), max_days = min_days + scene_below(s, 3);
    scene_add(s, "%s{\"name\":\"%s\",\"sides\":[%s],\"rule\":\"%s\",\"metric\":\"%s\"",
              no ? "," : "", s->pools.name[no], sides, scene_chance(s, 50) ? "share" : "compound",
              scene_chance(s, 50) ? "flow" : "cumulative");
    scene_add_ratio(s, "rate", SCENE_PICK(s, 5000, 100000, 500000, 1000000, 33333));
    scene_add_amount(s, "first_threshold", SCENE_PICK(s, 1, 500, 5000));
    scene_add_ratio(s, "growth_target", SCENE_PICK(s, 150000, 0, -500000, 1000000));
    scene_add_ratio(s, "growth_floor", floor);
    scene_add_ratio(s, "growth_cap", cap > floor ? cap : floor);
    scene_add_ratio(s, "cap", SCENE_PICK(s, 5000000, 500000, 50000, 1500000));
    scene_add(s, ",\"min_days\":%lld,\"max_days\":%lld,\"periods\":%lld}", (long long)min_days,
              (long long)(max_days ? max_days : 1), (long long)SCENE_PICK(s, 1, 2, 3, 5, 40));
}

/* Takes up to a part of what the rates of one document have left. */
static int64_t scene_take(scene *s, int64_t *left, uint32_t percent)
{
    int64_t taken = (int64_t)scene_below(s, (uint32_t)(*left * percent / 100) + 1);
    *left -= taken;
    return taken;
}

/* ------------------------------------------------------------------------
 * Entries: the fields of each kind, with rates that add up to `ppm`.
 */

static void scene_rate(scene *s, int64_t ppm)
{
    scene_add_ratio(s, "rate", ppm);
}

static void scene_rate_scoped(scene *s, int64_t ppm)
{
    scene_add_ratio(s, "rate", ppm);
    scene_add(s, ",\"scope\":\"%s\"", scene_chance(s, 50) ? "any" : "other");
}

static void scene_referral(scene *s, int64_t ppm)
{
    int64_t first = scene_below(s, (uint32_t)ppm + 1);
    scene_add(s, ",\"levels\":[\"0.%06lld\",\"0.%06lld\"]", (long long)first,
              (long long)(ppm - first));
}

static void scene_agents(scene *s, int64_t ppm)
{
    int64_t first = scene_below(s, (uint32_t)ppm + 1);
    bool stacked = scene_chance(s, 50);
    scene_add(s, ",\"mode\":\"%s\"", stacked ? "stacked" : "differential");
    scene_add_ratio(s, "county", first / 2);
    scene_add_ratio(s, "city", stacked ? first - first / 2 : first);
    scene_add_ratio(s, "province", stacked ? ppm - first : ppm);
}

static void scene_staff(scene *s, int64_t ppm)
{
    scene_add_ratio(s, "rate", ppm);
    if (scene_chance(s, 70))
        scene_add_amount(s, "base_pay", SCENE_PICK(s, 0, 1, 1999, 300000));
}

/* Up to three rates that rise to `most`, and the key of the list. */
static uint32_t scene_rising(scene *s, int64_t most)
{
    uint32_t count = 1 + scene_below(s, 3);
    scene_add(s, ",\"rates\":[");
    for (uint32_t i = 1; i <= count; i++)
        scene_add(s, "%s\"0.%06lld\"", i > 1 ? "," : "", (long long)(most * i / count));
    scene_add(s, "]");
    return count;
}

/* As many amounts of turnover, each more than the one before. */
static void scene_bars(scene *s, uint32_t count)
{
    int64_t bar = SCENE_PICK(s, 0, 100, 20000);
    scene_add(s, ",\"turnover\":[");
    for (uint32_t i = 0; i < count; i++) {
        scene_add(s, "%s\"%lld.%02lld\"", i ? "," : "", (long long)bar / 100, (long long)bar % 100);
        bar += SCENE_PICK(s, 1, 5000, 300000);
    }
    scene_add(s, "]");
}

static void scene_level(scene *s, int64_t ppm)
{
    int64_t peer = scene_chance(s, 70) ? scene_below(s, (uint32_t)ppm / 2 + 1) : 0;
    scene_rising(s, ppm - peer);
    scene_add_ratio(s, "peer", peer);
    if (scene_chance(s, 80))
        scene_add(s, ",\"levels\":%lld", (long long)SCENE_PICK(s, 1, 2, 2));
}

static void scene_manager(scene *s, int64_t ppm)
{
    scene_bars(s, scene_rising(s, ppm));
}

/* The tiers' rates are of turnover: mostly more than the pot holds, or less. */
static void scene_team(scene *s, int64_t ppm)
{
    scene_add_ratio(s, "rate", ppm);
    scene_bars(s, scene_rising(s, SCENE_PICK(s, 300, 20000, 999999)));
    if (scene_chance(s, 80))
        scene_add(s, ",\"levels\":%lld", (long long)SCENE_PICK(s, 1, 2, 2));
}

/* One entry, with a rate of up to a part of what is left. */
static void scene_entry(scene *s, const char *to, void (*fields)(scene *, int64_t), int64_t ppm,
                        const char *comma)
{
    bool of_amount = scene_chance(s, 40);
    scene_add(s, "%s{\"to\":\"%s\",\"base\":\"%s\"", comma, to, of_amount ? "amount" : "rebate");
    /* rebate.min is 0.03: that much of the amount is all of the rebate */
    fields(s, of_amount ? ppm * 3 / 100 : ppm);
    if (s->pools.count > 0 && scene_chance(s, 40))
        scene_add(s, ",\"vacant_to\":\"%s\"", s->pools.name[scene_below(s, s->pools.count)]);
    scene_add(s, "}");
}

#define SCENE_SHARES_KINDS 15

static void scene_allocation(scene *s)
{
    static const struct {
        const char *to;
        void (*fields)(scene *s, int64_t ppm);
    } kinds[SCENE_SHARES_KINDS] = {
        {"lock", scene_rate_scoped},  {"referral", scene_referral}, {"recruit", scene_rate},
        {"city_partner", scene_rate}, {"agents", scene_agents},     {"coin", scene_rate},
        {"token_pool", scene_rate},   {"credit_fund", scene_rate},  {"staff", scene_staff},
        {"level", scene_level},       {"manager", scene_manager},   {"team", scene_team},
        {"performance", scene_rate},  {"shareholders", scene_rate}, {"home_owner", scene_rate},
    };
    int64_t left = 950000;
    const char *comma = "";
    scene_add(s, ",\"allocation\":[");
    for (uint32_t i = 0; i < s->pools.count; i++, comma = ",")
        scene_add(s,
                  "%s{\"to\":\"dividend\",\"base\":\"rebate\",\"pool\":\"%s\","
                  "\"rate\":\"0.%06lld\"}",
                  comma, s->pools.name[i], (long long)scene_take(s, &left, s->tokens ? 20 : 50));
    uint32_t start = scene_below(s, SCENE_SHARES_KINDS);
    for (uint32_t i = 0; i < SCENE_SHARES_KINDS; i++) {
        uint32_t kind = (start + i * 4) % SCENE_SHARES_KINDS;
        bool token = kinds[kind].fields == scene_rate && kinds[kind].to[0] == 't';
        int64_t ppm = scene_take(s, &left, token && s->tokens ? 80 : 20);
        if (scene_chance(s, token && s->tokens ? 0 : 20))
            continue;
        scene_entry(s, kinds[kind].to, kinds[kind].fields, ppm, comma);
        comma = ",";
    }
    if (scene_chance(s, 3)) /* two uplines at most: the document is refused */
        scene_add(s, "%s{\"to\":\"level\",\"base\":\"rebate\",\"rates\":[\"0.01\"],\"levels\":3}",
                  comma);
    scene_add(s, "]");
}

/* Low exit multiples: a holding is worth a small part of what was spent on it. */
static void scene_token(scene *s)
{
    scene_add(s, ",\"token\":{\"exit_scope\":\"%s\",\"sell_price\":\"%s\"",
              scene_chance(s, 50) ? "lot" : "member", scene_chance(s, 50) ? "spot" : "day");
    scene_add_ratio(s, "mint", SCENE_PICK(s, 700000, 999999, 500000, 0, 700000));
    scene_add_ratio(s, "sell_fee", SCENE_PICK(s, 200000, 0, 33333, 1000000));
    scene_add_ratio(s, "exit_fee", SCENE_PICK(s, 200000, 0, 500000));
    scene_add_ratio(s, "exit_multiple", SCENE_PICK(s, 10000, 50000, 100000, 300000, 3000000));
    scene_add_ratio(s, "initial_price", SCENE_PICK(s, 1000000, 10000, 1234567890));
    scene_add(s, "}");
}

/* What members pay of their withdrawals, and how much of a bill old debts pay. */
static void scene_memos(scene *s)
{
    scene_add(s, ",\"withdraw\":{\"withholding\":\"%s\"}",
              scene_chance(s, 88)   ? "0.200001"
              : scene_chance(s, 50) ? "0"
                                    : "1");
    if (scene_chance(s, 85))
        scene_add(s, ",\"legacy\":{\"coin_ratio\":\"%s\"}", scene_chance(s, 75) ? "1" : "0.333333");
}

/* Credit on points that are then refunded is refused: the hold covers the refund window. */
static void scene_document(scene *s)
{
    int64_t hold = scene_chance(s, 70) ? s->hold_days : (int64_t)scene_below(s, 4);
    bool credit = scene_chance(s, 50);
    int64_t window = (int64_t)scene_below(s, credit ? (uint32_t)hold + 1 : 6);
    scene_add(s,
              "{\"name\":\"random\",\"refund_days\":%lld,"
              "\"points\":{\"hold_days\":%lld",
              (long long)window, (long long)hold);
    scene_add_ratio(s, "member", SCENE_PICK(s, 1000000, 1000000, 1500000, 370000, 0));
    scene_add_ratio(s, "shop", SCENE_PICK(s, 1000000, 500000, 10000, 0));
    scene_add(s, "},\"rebate\":{\"min\":\"0.03\",\"max\":\"%s\"},\"pools\":[",
              s->preset || scene_chance(s, 40) ? "1"
              : scene_chance(s, 80)            ? "0.5"
                                               : "0.1");
    for (uint32_t i = 0; i < s->pools.count; i++)
        scene_pool(s, i);
    scene_add(s, "]");
    scene_allocation(s);
    scene_token(s);
    scene_memos(s);
    scene_add(s, ",\"credit\":{\"enabled\":%s,\"max\":\"50.00\",\"fraction\":\"0.2\"}}",
              credit ? "true" : "false");
}

/*
 * A stream's own document; in streams of a preset mostly the preset, by name, and
 * now and then another one, which is refused when it has not the same pools.
 */
static void scene_policy(scene *s, int32_t from)
{
    const scene_preset *named = s->preset;
    s->proposed = s->pools;
    scene_add(s, "{\"cmd\":\"policy.set\",\"policy\":");
    if (named && s->members > 0) {
        uint32_t pick = scene_below(s, 100);
        const scene_preset *other = &scene_presets[scene_below(s, SCENE_PRESET_COUNT)];
        bool adds = s->pools.count == 0 && other->pools.count > 0;
        named = pick < 65 ? s->preset : pick < 88 ? NULL : other;
        if (named == other && adds && s->serial < 1000) /* it stays without pools for a while */
            named = s->preset;
    }
    if (named) {
        s->proposed = named->pools;
        scene_add(s, "\"%s\"", named->name);
    } else {
        scene_document(s);
    }
    scene_add_day(s, "from", from);
    scene_add(s, "}");
}

/* It was accepted: later versions have to keep its pools. */
static void scene_policy_set(scene *s)
{
    s->pools = s->proposed;
}

#endif
