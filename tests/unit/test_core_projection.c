/*
 * Tests of the projections (spec section 6, its end): the figures that the spec
 * names, to the last digit that it names; edges; and that a disclosure always
 * writes both figures, the flat one first.
 */
#include <stdio.h>
#include <string.h>

#include "core/projection.h"
#include "core/release.h"
#include "tap.h"

static jf_arena arena;

/* A pool at joint 1 %: it takes both sides, and an order's R gives each side R points. */
static jf_pool_policy pool_of(jf_rule rule)
{
    return (jf_pool_policy){
        .name = JF_STR("p"),
        .members = true,
        .shops = true,
        .rule = rule,
        .rate = {rule == JF_RULE_SHARE ? 10000 : 5000},
        .growth_target = {150000},
        .growth_floor = {0},
        .growth_cap = {150000},
        .cap = {5000000},
        .max_days = 30,
        .periods = 40,
    };
}

static jf_policy policy_of(void)
{
    return (jf_policy){.points_member = {1000000}, .points_shop = {1000000}};
}

/* Yuan a point in thousandths, to the nearest: how the spec writes its figures. */
static int64_t thousandths(const jf_projection *projection)
{
    return (projection->index + 500000000) / 1000000000;
}

static jf_projection fresh(const jf_pool_policy *pool, jf_point points, int32_t closes, int64_t ppm)
{
    jf_policy policy = policy_of();
    jf_schedule schedule = jf_schedule_fresh(&policy, pool, points);
    if (closes)
        schedule.closes = closes;
    return jf_project(&schedule, (jf_ppm){ppm});
}

static void share_figures_of_the_spec(void)
{
    static const struct {
        int64_t growth, thousandths, closes;
        bool capped;
    } rows[] = {
        {150000, 5000, 36, true},
        {50000, 604, 40, false},
        {0, 200, 40, false},
        {-100000, 49, 40, false},
    };
    jf_pool_policy pool = pool_of(JF_RULE_SHARE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_projection got = fresh(&pool, JF_PROJECTION_POINTS, 0, rows[i].growth);
        is_int(thousandths(&got), rows[i].thousandths, "share pays the spec's figure at %ld ppm",
               (long)rows[i].growth);
        is_int(got.closes, rows[i].closes, "… in its number of closes");
        is_int(got.capped, rows[i].capped, "… and says whether that is the cap");
    }
    jf_projection flat = fresh(&pool, JF_PROJECTION_POINTS, 0, 0);
    is_int(flat.index, 200000000000, "flat turnover pays exactly 0.2 a point");
    is_int(flat.turnover, 1000000, "… at the turnover of today");
    is_int(flat.first, 5000000000, "… of which the first close pays a fortieth");
    is_int(flat.last, 5000000000, "… and the last as much");
    pool.shops = false;
    pool.rate.v = 5000;
    flat = fresh(&pool, JF_PROJECTION_POINTS, 0, 0);
    is_int(flat.index, 200000000000, "two pools at 0.5 %% pay like one joint pool at 1 %%");
}

static void compound_figures_of_the_spec(void)
{
    jf_pool_policy pool = pool_of(JF_RULE_COMPOUND);
    jf_point small = {20000};
    jf_projection got = fresh(&pool, JF_PROJECTION_POINTS, 35, 150000);
    is_int(jf_entitlement(small.v, got.index), 88117,
           "200 points of a large cohort: 881.17 after 35");
    ok(!got.capped, "… which is below the cap");
    got = fresh(&pool, small, 35, 150000);
    is_int(jf_entitlement(small.v, got.index), 88102,
           "200 points as a cohort of their own: 881.02");
    got = fresh(&pool, small, 0, 150000);
    is_int(jf_entitlement(small.v, got.index), 100000, "… and the cap of exactly 1000.00");
    is_int(got.closes, 36, "… in period 36");
    ok(got.capped, "… where it ends");
    got = fresh(&pool, small, 3, 150000);
    is_int(jf_entitlement(small.v, got.index), 347, "1.00, 1.15 and 1.32 are its first three");
    got = fresh(&pool, JF_PROJECTION_POINTS, 0, 0);
    is_int(got.index, 200000000000, "flat turnover pays 0.2 a point, as share does");
    jf_projection more = fresh(&pool, JF_PROJECTION_POINTS, 0, 500000);
    jf_projection cap = fresh(&pool, JF_PROJECTION_POINTS, 0, 150000);
    is_int(more.index, cap.index, "growth above growth_cap releases no more");
    jf_projection less = fresh(&pool, JF_PROJECTION_POINTS, 0, -500000);
    is_int(less.index, got.index, "growth below growth_floor releases no less");
}

static void edges(void)
{
    jf_pool_policy pool = pool_of(JF_RULE_SHARE);
    jf_projection got = fresh(&pool, JF_PROJECTION_POINTS, 0, INT64_MAX / JF_PPM_ONE);
    is_int(got.index, 5000000000000, "absurd growth saturates at the cap");
    is_int(got.closes, 2, "… at the second close");
    got = fresh(&pool, JF_PROJECTION_POINTS, 0, -999999);
    is_int(got.closes, 40, "a collapse still has its 40 closes");
    is_int(got.index / 1000000, 5000, "… of which only the first pays");
    pool.cap.v = 0;
    got = fresh(&pool, JF_PROJECTION_POINTS, 0, 0);
    is_int(got.index, 0, "a cap of 0 releases nothing");
    ok(!got.capped, "… and nothing was capped");
    pool = pool_of(JF_RULE_SHARE);
    pool.periods = 0;
    got = fresh(&pool, JF_PROJECTION_POINTS, 0, 150000);
    is_int(got.closes, 0, "no periods, no closes");
    jf_policy none = {.points_member = {0}, .points_shop = {0}};
    pool = pool_of(JF_RULE_SHARE);
    jf_schedule schedule = jf_schedule_fresh(&none, &pool, JF_PROJECTION_POINTS);
    is_int(jf_project(&schedule, (jf_ppm){0}).index, 0,
           "where orders give no points there are no rebates behind them");
}

/* A world with one pool in period 3: cohort 1 finished, 2 under way, 3 open. */
static void world_of(jf_world *w, const jf_policy *policy)
{
    jf_world_init(w);
    w->state.pools = 1;
    jf_pool pool = {.row = {.exists = true},
                    .name = policy->pools[0].name,
                    .period = 3,
                    .first_active = 2,
                    .matured = {70000},
                    .matured_before = {40000},
                    .flow_before = {20000},
                    .released = {250}};
    jf_world_put_pool(w, &pool);
    for (uint32_t i = 1; i <= 3; i++) {
        jf_cohort cohort = {.row = {.exists = true},
                            .cohort = i,
                            .points = {i * 10000},
                            .index = i == 3 ? 0 : 10000000000,
                            .growth = i == 3 ? 0 : JF_INDEX_ONE,
                            .finished = i == 1};
        jf_world_put_cohort(w, &cohort);
    }
    jf_account fund = {.row = {.exists = true},
                       .owner = JF_PLATFORM,
                       .slot = jf_slot_of(JF_ACCOUNT_DIVIDEND, 0, 0),
                       .balance = 1000};
    jf_world_put_account(w, &fund);
}

static void cohorts_of_the_books(void)
{
    jf_world w;
    jf_policy policy = policy_of();
    policy.pools[0] = pool_of(JF_RULE_SHARE);
    policy.pool_count = 1;
    world_of(&w, &policy);
    jf_schedule done = jf_schedule_of(&w, &policy, &policy.pools[0], w.pools[0]->cohorts[0]);
    is_int(done.closes, 0, "a finished cohort has no closes ahead");
    jf_schedule way = jf_schedule_of(&w, &policy, &policy.pools[0], w.pools[0]->cohorts[1]);
    is_int(way.closes, 39, "a cohort under way has those that are left");
    is_int(way.rebates.v, 10000, "… with the rebates behind the last period's points");
    jf_projection flat = jf_project(&way, (jf_ppm){0});
    is_int(flat.index, 10000000000 + 39 * INT64_C(5000000000), "… and goes on from its own index");
    jf_schedule open = jf_schedule_of(&w, &policy, &policy.pools[0], w.pools[0]->cohorts[2]);
    is_int(open.closes, 40, "the open cohort has all of them");
    ok(open.own, "… beginning with its own");
    jf_disclosure all;
    jf_disclosure_of(&w, &policy, &policy.pools[0], NULL, &all);
    is_int(all.points.v, 50000, "everybody's points are those of unfinished cohorts");
    is_int(all.flat_still.v, 3900 + 6000, "… and what they may still get is summed over cohorts");
    is_int(all.collected.v, 1250, "collected is what is in the fund and what was released");
    jf_world_free(&w);
}

/* A party of that number that holds points of cohort 2 in two pools. */
static const jf_party *holder_of(jf_world *w, uint32_t no)
{
    jf_party row = {
        .row = {.exists = true}, .kind = JF_PARTY_MEMBER, .no = no, .id = JF_STR("ann")};
    const jf_party *party = jf_world_put_party(w, &row);
    for (uint32_t pool = 0; pool < 2; pool++) {
        jf_account position = {.row = {.exists = true},
                               .owner = no,
                               .slot = jf_slot_of(JF_ACCOUNT_POSITION, pool, 2),
                               .balance = pool == 0 ? 10000 : 7000};
        jf_world_put_account(w, &position);
    }
    return party;
}

static void points_of_a_holder(void)
{
    jf_world w;
    jf_policy policy = policy_of();
    policy.pools[0] = pool_of(JF_RULE_SHARE);
    policy.pool_count = 1;
    world_of(&w, &policy);
    jf_disclosure own;
    jf_disclosure_of(&w, &policy, &policy.pools[0], holder_of(&w, 1), &own);
    is_int(own.points.v, 10000, "a holder's points are those in this pool, not in another");
    is_int(own.flat_still.v, 1950, "… and get half of what 20000 points of that cohort get");
    jf_world_free(&w);
}

/* Where `word` begins in the text, or -1. */
static long at(const char *text, const char *word)
{
    const char *found = strstr(text, word);
    return found ? (long)(found - text) : -1;
}

static void both_are_written(void)
{
    jf_world w;
    jf_policy policy = policy_of();
    policy.pools[0] = pool_of(JF_RULE_COMPOUND);
    policy.pool_count = 1;
    world_of(&w, &policy);
    jf_disclosure d;
    jf_disclosure_of(&w, &policy, &policy.pools[0], NULL, &d);
    jf_buf text;
    jf_buf_init(&text, &arena);
    jf_jw writer;
    jf_jw_init(&writer, &text);
    jf_disclosure_write(&writer, NULL, &d);
    jf_buf_char(&text, '\0');
    long flat = at(text.p, "\"flat\":{\"per_point\":\"0.200000\""),
         growing = at(text.p, "\"growing\":{\"per_point\":\"5.000000\"");
    ok(flat >= 0 && growing > flat, "JSON has both figures, the flat one first");
    ok(at(text.p, "can be zero") > growing, "… and the sentence");
    ok(at(text.p, "\"collected\":\"12.50\"") > growing, "… and what was collected");
    ok(at(text.p, "\"released\":\"2.50\"") > growing, "… and released");
    /* The cap is reached at the 36th close, and 1.15 to the power of 35 is 133.1755. */
    static const char *const words[2][5] = {
        {"stays flat", "grows 15 %", "can be zero", "collected so far 12.50",
         "turnover of 133.17 "},
        {"不增长", "每期增长 15 %", "可能为零", "迄今收取 12.50", "现在的 133.17 倍"},
    };
    for (int zh = 0; zh < 2; zh++) {
        jf_buf_clear(&text);
        jf_disclosure_text(&text, &d, zh == 1);
        jf_buf_char(&text, '\0');
        flat = at(text.p, words[zh][0]);
        growing = at(text.p, words[zh][1]);
        ok(flat >= 0 && growing > flat, "text %d has both figures, the flat one first", zh);
        ok(at(text.p, words[zh][2]) > growing, "… and the sentence");
        ok(at(text.p, words[zh][3]) > growing, "… and what was collected");
        ok(at(text.p, words[zh][4]) > growing, "… and how far turnover must grow, floored");
        ok(at(text.p, zh ? " 0.200000 券" : " 0.200000 v") > flat &&
               at(text.p, zh ? " 5.000000 券" : " 5.000000 v") > growing,
           "… with the numbers of JSON");
    }
    jf_world_free(&w);
}

int main(void)
{
    jf_arena_init(&arena, 0);
    share_figures_of_the_spec();
    compound_figures_of_the_spec();
    edges();
    cohorts_of_the_books();
    points_of_a_holder();
    both_are_written();
    jf_arena_free(&arena);
    return tap_plan_done();
}
