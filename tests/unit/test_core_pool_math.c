/*
 * The arithmetic of a close (core/pool_math.c): tables at the edges, then
 * seeded sweeps that hold each function against its definition in section 6,
 * written out in plain 128-bit arithmetic and in another order of operations.
 */
#include "core/pool.h"

#include "tap.h"

#define MAX INT64_MAX
#define MIN INT64_MIN
#define ONE JF_INDEX_ONE
#define PPM JF_PPM_ONE
#define SWEEP 200000
#define SEED 20240906u

typedef unsigned __int128 u128;

static uint64_t random_state = SEED;

static uint64_t random_next(void)
{
    random_state += 0x9e3779b97f4a7c15u;
    uint64_t x = random_state;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* 0 to 2^63 - 1, every length of number equally likely. */
static int64_t random_amount(void)
{
    return (int64_t)(random_next() >> (1 + random_next() % 63));
}

static void test_growth(void)
{
    static const struct {
        uint32_t period;
        int64_t matured, before, flow_before;
        jf_metric metric;
        int64_t over, under, ppm;
    } rows[] = {
        /* Period 1 has no growth, whatever it holds. */
        {1, 500, 0, 0, JF_METRIC_FLOW, 0, 1, 0},
        {1, 500, 100, 100, JF_METRIC_CUMULATIVE, 0, 1, 0},
        /* Denominators of 0 and below. */
        {2, 500, 0, 0, JF_METRIC_CUMULATIVE, 0, 1, 0},
        {2, 500, 400, 0, JF_METRIC_FLOW, 0, 1, 0},
        {2, 500, 400, -7, JF_METRIC_FLOW, 0, 1, 0},
        /* q over T before; (q - q before) over q before. */
        {2, 7100, 7000, 0, JF_METRIC_CUMULATIVE, 100, 7000, 14285},
        {3, 14500, 7000, 7000, JF_METRIC_FLOW, 500, 7000, 71428},
        {3, 100, 100, 40, JF_METRIC_FLOW, -40, 40, -1000000},
        {3, 60, 100, 40, JF_METRIC_FLOW, -80, 40, -2000000},
        {3, 60, 100, 40, JF_METRIC_CUMULATIVE, -40, 100, -400000},
        {4, 64000, 44000, 44000, JF_METRIC_FLOW, -24000, 44000, -545455},
        {2, MAX, 1, 0, JF_METRIC_CUMULATIVE, MAX - 1, 1, MAX},
        {2, MAX, MAX - 1, 0, JF_METRIC_CUMULATIVE, 1, MAX - 1, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_pool pool = {.period = rows[i].period,
                        .matured = {rows[i].matured},
                        .matured_before = {rows[i].before},
                        .flow_before = {rows[i].flow_before}};
        jf_growth growth = jf_pool_growth(&pool, rows[i].metric);
        is_int(growth.over, rows[i].over, "growth, row %zu: numerator", i);
        is_int(growth.under, rows[i].under, "growth, row %zu: denominator", i);
        is_int(jf_growth_ppm(growth), rows[i].ppm, "growth, row %zu: floored to ppm", i);
    }
}

/* p = ⌊over · 10^6 / under⌋ means p · under ≤ over · 10^6 < (p + 1) · under. */
static bool growth_ppm_holds(jf_growth growth)
{
    int64_t ppm = jf_growth_ppm(growth);
    jf_i128 wanted = (jf_i128)growth.over * PPM;
    if (ppm == MAX)
        return wanted >= (jf_i128)MAX * growth.under;
    if (ppm == MIN)
        return wanted < ((jf_i128)MIN + 1) * growth.under;
    return (jf_i128)ppm * growth.under <= wanted && wanted < ((jf_i128)ppm + 1) * growth.under;
}

static void test_growth_ppm_sweep(void)
{
    int bad = 0;
    for (int i = 0; i < SWEEP && !bad; i++) {
        int64_t over = random_amount();
        jf_growth growth = {i % 2 ? over : -over, random_amount() | 1};
        bad = !growth_ppm_holds(growth);
        if (bad)
            tap_diag("%lld / %lld", (long long)growth.over, (long long)growth.under);
    }
    jf_growth edges[] = {{MIN, 1}, {MIN, MAX}, {MAX, 1}, {MAX, MAX}, {-1, MAX}, {1, MAX}};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        ok(growth_ppm_holds(edges[i]), "growth in ppm is the floor at edge %zu", i);
    ok(!bad, "growth in ppm is the floor for %d random fractions", SWEEP);
}

static void test_growth_step(void)
{
    static const struct {
        int64_t level, over, under, floor, cap, expected;
    } rows[] = {
        {ONE, 0, 1, 0, 150000, ONE},
        {ONE, 1, 70, 0, 150000, 1014285000000},
        {1014285000000, 20, 71, -900000, 150000, 1166427750000},
        {ONE, -1, 1, 0, 150000, ONE},
        {ONE, -1, 1, -500000, 150000, ONE / 2},
        {ONE, -3333, 10000, -500000, 150000, 666700000000},
        {666700000000, -1, 1, -500000, 0, 333350000000},
        {ONE, 1, 1000000, 0, 0, ONE},               /* cap = floor = 0 */
        {ONE, 0, 1, 150000, 150000, 1150000000000}, /* floor = cap = 0.15 */
        {1, 1, 2, 0, 500000, 1},                    /* ⌊1.5⌋ */
        {1, -1, 1, -999999, 0, 0},                  /* ⌊0.000001⌋ */
        {0, 1000, 1, 0, 1000000000, 0},
        {MAX, 1, 1, 0, 1000000, MAX}, /* saturates */
        {MAX / 2, 1, 1, 0, 1000000, MAX - 1},
        {MAX, MAX, 1, 0, 1000000000, MAX},
        {MAX, MIN, 1, -999999, 0, MAX / 1000000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        is_int(jf_growth_step(rows[i].level, (jf_growth){rows[i].over, rows[i].under},
                              (jf_ppm){rows[i].floor}, (jf_ppm){rows[i].cap}),
               rows[i].expected, "a later close moves H, row %zu", i);
}

/* 1.15^n: 36 closes of one fen-sized step each, against the table of section 6. */
static void test_growth_compounds(void)
{
    int64_t level = ONE;
    jf_i128 exact = ONE; /* every step floors: the same by another route */
    for (int close = 2; close <= 36; close++) {
        level = jf_growth_step(level, (jf_growth){15, 100}, (jf_ppm){0}, (jf_ppm){150000});
        exact = exact * 115 / 100;
        if (level != (int64_t)exact)
            break;
    }
    is_int(level, (int64_t)exact, "H after 36 closes of 15 %% is the product of floors");
    ok(level > 133 * ONE && level < 134 * ONE, "H after 36 closes of 15 %% is 1.15^35");
}

static int64_t room_of(int64_t points, int64_t index, int64_t cap)
{
    jf_cohort cohort = {.points = {points}, .index = index};
    return jf_cohort_room(&cohort, (jf_ppm){cap});
}

static void test_room(void)
{
    static const struct {
        int64_t points, index, cap, expected;
    } rows[] = {
        {20000, 0, 5 * PPM, 100000},
        {20000, 4405100000000, 5 * PPM, 11898},
        {20000, 5 * ONE, 5 * PPM, 0},
        {20000, 5 * ONE - 1, 5 * PPM, 0},
        {20000, 6 * ONE, 5 * PPM, 0}, /* a later policy lowered the cap */
        {334, 0, 500000, 167},
        {333, 0, 500000, 166},
        {0, 0, 5 * PPM, 0},
        {-5, 0, 5 * PPM, 0},
        {20000, 0, 0, 0},
        {1, 0, 1, 0},
        {1000000, 0, 1, 1},
        {MAX, 0, 5 * PPM, MAX}, /* saturates */
        {MAX / 5, 0, 5 * PPM, MAX / 5 * 5},
        {MAX, 1000 * ONE - 1, 1000 * PPM, 9223372}, /* ⌊MAX / 10^12⌋ */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        is_int(room_of(rows[i].points, rows[i].index, rows[i].cap), rows[i].expected,
               "the room below the cap, row %zu", i);
}

/* room r: r fen more keep the index at or below the cap, r + 1 need not. */
static void test_room_sweep(void)
{
    int bad = 0;
    for (int i = 0; i < SWEEP && !bad; i++) {
        int64_t cap = random_amount() % (1000 * PPM + 1), points = random_amount() | 1;
        jf_i128 top = (jf_i128)cap * PPM;
        int64_t index = cap ? random_amount() % (int64_t)top : 0;
        int64_t room = room_of(points, index, cap);
        jf_i128 left = (top - index) * points; /* fen · 10^12 */
        if (room == MAX)
            bad = left < (jf_i128)MAX * ONE;
        else
            bad = (jf_i128)room * ONE > left || ((jf_i128)room + 1) * ONE <= left;
        if (room < MAX)
            bad |= index + (jf_i128)jf_index_step(room, (jf_point){points}) > top;
        if (bad)
            tap_diag("points %lld, index %lld, cap %lld", (long long)points, (long long)index,
                     (long long)cap);
    }
    ok(!bad, "the room is what keeps the index below the cap, %d random cohorts", SWEEP);
}

static int64_t tranche_of(int64_t points, int64_t level, int64_t rate, int64_t most)
{
    jf_cohort cohort = {.points = {points}, .growth = level};
    return jf_compound_tranche(&cohort, (jf_ppm){rate}, most);
}

static void test_compound_tranche(void)
{
    static const struct {
        int64_t points, level, rate, most, expected;
    } rows[] = {
        {20000, ONE, 5000, MAX, 100},
        {20000, 1150000000000, 5000, MAX, 115},
        {20000, 1322500000000, 5000, MAX, 132},
        {7000, 1014285000000, 10000, MAX, 70}, /* 70.99995 */
        {7000, 1014285714285, 10000, MAX, 70}, /* 70.99999… */
        {7000, 1014285714286, 10000, MAX, 71},
        {20000, ONE, 5000, 99, 99},
        {20000, ONE, 5000, 0, 0},
        {0, ONE, PPM, MAX, 0},
        {20000, 0, PPM, MAX, 0},
        {20000, ONE, 0, MAX, 0},
        {MAX, ONE, PPM, MAX, MAX},
        {MAX, MAX, PPM, 12345, 12345}, /* past 127 bits */
        {MAX, MAX, PPM, MAX, MAX},
        {MAX, MAX, 1, MAX, MAX},
        {MAX, 1, 1, MAX, 9}, /* ⌊MAX / 10^18⌋ */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        is_int(tranche_of(rows[i].points, rows[i].level, rows[i].rate, rows[i].most),
               rows[i].expected, "a compound tranche, row %zu", i);
}

/* ⌊points · rate · level / 10^18⌋ without a product of more than 128 bits, at most `most`. */
static int64_t tranche_plain(int64_t points, int64_t level, int64_t rate, int64_t most)
{
    u128 scale = (u128)ONE * PPM, first = (u128)points * (u128)rate;
    u128 whole = first / scale, part = first % scale;
    u128 tranche = whole * (u128)level + part * (u128)level / scale;
    return tranche > (u128)most ? most : (int64_t)tranche;
}

static void test_compound_tranche_sweep(void)
{
    int bad = 0, cut = 0;
    for (int i = 0; i < SWEEP && !bad; i++) {
        int64_t points = random_amount(), level = random_amount();
        int64_t rate = random_amount() % (PPM + 1), most = random_amount();
        int64_t got = tranche_of(points, level, rate, most);
        bad = got != tranche_plain(points, level, rate, most);
        cut += got == most;
        if (bad)
            tap_diag("points %lld, H %lld, rate %lld, most %lld", (long long)points,
                     (long long)level, (long long)rate, (long long)most);
    }
    ok(!bad, "a compound tranche is the floor of the exact product, %d random cohorts", SWEEP);
    ok(cut > SWEEP / 100 && cut < SWEEP * 99 / 100, "some are cut to the room, some are not");
}

static void test_index_step(void)
{
    static const struct {
        int64_t tranche, points, expected;
    } rows[] = {
        {0, 1, 0},   {100, 20000, 5000000000}, {1, 3, 333333333333},        {99, 999, 99099099099},
        {1, MAX, 0}, {MAX, MAX, ONE},          {9223372, 1, 9223372 * ONE}, {1000, 1, 1000 * ONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        is_int(jf_index_step(rows[i].tranche, (jf_point){rows[i].points}), rows[i].expected,
               "what a tranche adds to the index, row %zu", i);
}

int main(void)
{
    tap_diag("seed %u", SEED);
    test_growth();
    test_growth_ppm_sweep();
    test_growth_step();
    test_growth_compounds();
    test_room();
    test_room_sweep();
    test_compound_tranche();
    test_compound_tranche_sweep();
    test_index_step();
    return tap_plan_done();
}
