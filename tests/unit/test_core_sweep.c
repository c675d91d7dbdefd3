/*
 * The kernel of a sweep (core/release.h): due = ⌊points · I / 10^12⌋ − credited,
 * at the edges of its fast path and of 64 bits, against plain 128-bit arithmetic.
 */
#include "core/pool.h"
#include "core/release.h"

#include "tap.h"

#define MAX INT64_MAX
#define ONE JF_INDEX_ONE
#define COLUMN 4096
#define ROUNDS 200
#define SEED 20240907u
#define FAST (INT64_C(1) << 24) /* positions below it take 64-bit operations only */

static uint64_t random_state = SEED;

static uint64_t random_next(void)
{
    random_state += 0x9e3779b97f4a7c15u;
    uint64_t x = random_state;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static int64_t plain(int64_t points, int64_t index)
{
    return (int64_t)((jf_i128)points * index / ONE);
}

static void test_edges(void)
{
    /* Where the fast path ends, and the largest position that a cap of 5, 1000 allows. */
    static const int64_t points[] = {0,    1,        2,        99,      FAST - 2,    FAST - 1,
                                     FAST, FAST + 1, 2 * FAST, MAX / 5, MAX / 5 - 1, MAX / 1000};
    static const int64_t indexes[] = {
        0,           1,       ONE - 1,      ONE,          ONE + 1,
        5 * ONE - 1, 5 * ONE, 333333333333, 999999999999, 4999999999999};
    for (size_t p = 0; p < sizeof points / sizeof *points; p++) {
        int bad = 0;
        for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++) {
            int64_t credited = plain(points[p], indexes[i]) / 3, due;
            int64_t sum = jf_sweep_due(&points[p], &credited, 1, indexes[i], &due);
            int64_t expected = plain(points[p], indexes[i]) - credited;
            bad += due != expected || sum != expected ||
                   jf_entitlement(points[p], indexes[i]) != plain(points[p], indexes[i]);
        }
        is_int(bad, 0, "%lld hundredths of a point are due what the definition says",
               (long long)points[p]);
    }
    int64_t large = MAX / 1000, none = 0, due;
    is_int(jf_sweep_due(&large, &none, 1, 1000 * ONE, &due), large * 1000,
           "the largest position at an index of 10^15");
    is_int(jf_sweep_due(&large, &none, 0, 1000 * ONE, &due), 0, "no positions, nothing due");
}

/* What a position was credited by an earlier index never exceeds a later one. */
static void test_credited(void)
{
    static const struct {
        int64_t points, credited, index, due;
    } rows[] = {
        {333, 0, 99099099099, 32},
        {333, 32, 99099099099, 0},
        {333, 32, 199099099099, 34},
        {20000, 88102, 5 * ONE, 11898},
        {20000, 100000, 5 * ONE, 0},
        {1, 0, ONE - 1, 0},
        {1, 0, ONE, 1},
        {FAST, 5 * FAST - 1, 5 * ONE, 1},
        {0, 0, 5 * ONE, 0},
        {100, 60, 500000000000,
         -10}, /* points left after crediting: the caller looks at the sign */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t due;
        int64_t sum = jf_sweep_due(&rows[i].points, &rows[i].credited, 1, rows[i].index, &due);
        is_int(due, rows[i].due, "due above what was credited, row %zu", i);
        is_int(sum, rows[i].due, "the sum of one, row %zu", i);
    }
}

/* Points of every length up to `most`; some right at the end of the fast path. */
static int64_t random_points(int64_t most)
{
    uint64_t pick = random_next();
    if (pick % 16 == 0)
        return FAST - 8 + (int64_t)(random_next() % 16);
    if (pick % 16 == 1)
        return most - (int64_t)(random_next() % 16);
    int64_t points = (int64_t)(random_next() >> (1 + random_next() % 63));
    return points <= most ? points : points % (most + 1);
}

static void test_columns(void)
{
    static int64_t points[COLUMN], credited[COLUMN], due[COLUMN];
    int bad = 0, slow = 0;
    for (int round = 0; round < ROUNDS && !bad; round++) {
        int64_t index = (int64_t)(random_next() % (uint64_t)(1000 * ONE + 1)) >> (round % 50);
        int64_t most = MAX / (index / ONE + 1) / COLUMN; /* so that the sum fits too */
        jf_i128 expected = 0;
        for (int i = 0; i < COLUMN; i++) {
            points[i] = random_points(most);
            int64_t entitled = plain(points[i], index);
            credited[i] = entitled ? (int64_t)(random_next() % (uint64_t)entitled) : 0;
            expected += entitled - credited[i];
            slow += points[i] >= FAST;
        }
        int64_t sum = jf_sweep_due(points, credited, COLUMN, index, due);
        for (int i = 0; i < COLUMN && !bad; i++) {
            bad = due[i] != plain(points[i], index) - credited[i];
            if (bad)
                tap_diag("round %d: points %lld, credited %lld, index %lld: %lld", round,
                         (long long)points[i], (long long)credited[i], (long long)index,
                         (long long)due[i]);
        }
        bad |= sum != (int64_t)expected;
    }
    ok(!bad, "%d random positions are due what the definition says", ROUNDS * COLUMN);
    ok(slow > ROUNDS * COLUMN / 10 && slow < ROUNDS * COLUMN * 9 / 10,
       "both paths were taken often (%d of them the long one)", slow);
}

int main(void)
{
    tap_diag("seed %u", SEED);
    test_edges();
    test_credited();
    test_columns();
    return tap_plan_done();
}
