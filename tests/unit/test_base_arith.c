/*
 * Checked arithmetic (base/arith.h): tables at the edges of 64 bits, then a
 * seeded sweep that holds floors and comparisons against their definitions.
 */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/arith.h"

#include "tap.h"

#define MAX INT64_MAX
#define MIN INT64_MIN
#define SWEEP 200000
#define SEED 20240315u

static void test_add_and_sub(void)
{
    static const struct {
        int64_t a, b;
        bool add_fits, sub_fits;
        int64_t sum, difference;
    } rows[] = {
        {0, 0, true, true, 0, 0},          {1, 2, true, true, 3, -1},
        {-5, 3, true, true, -2, -8},       {MAX, 0, true, true, MAX, MAX},
        {MAX, 1, false, true, 0, MAX - 1}, {MAX, -1, true, false, MAX - 1, 0},
        {MIN, 1, true, false, MIN + 1, 0}, {MIN, -1, false, true, 0, MIN + 1},
        {0, MIN, true, false, MIN, 0},     {-1, MIN, false, true, 0, MAX},
        {MAX, MAX, false, true, 0, 0},     {MIN, MIN, false, true, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t out = 77;
        long long a = rows[i].a, b = rows[i].b;
        is_int(jf_add(rows[i].a, rows[i].b, &out), rows[i].add_fits,
               "%lld + %lld is told to fit or not", a, b);
        is_int(out, rows[i].add_fits ? rows[i].sum : 77, "%lld + %lld is the sum or untouched", a,
               b);
        out = 77;
        is_int(jf_sub(rows[i].a, rows[i].b, &out), rows[i].sub_fits,
               "%lld - %lld is told to fit or not", a, b);
        is_int(out, rows[i].sub_fits ? rows[i].difference : 77,
               "%lld - %lld is the difference or untouched", a, b);
    }
}

static void test_mul_div(void)
{
    static const struct {
        int64_t a, b, d;
        bool down_fits, up_fits;
        int64_t down, up;
    } rows[] = {
        {0, 5, 3, true, true, 0, 0},
        {100000, 200000, 1000000, true, true, 20000, 20000},
        {7, 1, 2, true, true, 3, 4},
        {-7, 1, 2, true, true, -4, -3},
        {7, -1, 2, true, true, -4, -3},
        {-7, -1, 2, true, true, 3, 4},
        {-6, 1, 2, true, true, -3, -3},
        {1, 1, MAX, true, true, 0, 1},
        {-1, 1, MAX, true, true, -1, 0},
        {MAX, 1, 1, true, true, MAX, MAX},
        {MIN, 1, 1, true, true, MIN, MIN},
        {MIN, -1, 1, false, false, 0, 0},
        {MIN, -1, 2, true, true, 4611686018427387904, 4611686018427387904},
        {MIN, MIN, MAX, false, false, 0, 0},
        {MAX, MAX, MAX, true, true, MAX, MAX},
        {MIN, MAX, MAX, true, true, MIN, MIN},
        {MAX, 2, 1, false, false, 0, 0},
        {MAX, 2, 3, true, true, 6148914691236517204, 6148914691236517205},
        {MIN, 2, 3, true, true, -6148914691236517206, -6148914691236517205},
        {MAX, 4611686018427387905, 4611686018427387905, true, true, MAX, MAX},
        {3037000500, 3037000500, 1, false, false, 0, 0},
        {3037000499, 3037000499, 1, true, true, 9223372030926249001, 9223372030926249001},
        {4294967296, 4294967296, 2, false, false, 0, 0},
        {4294967296, 4294967295, 2, true, true, 9223372034707292160, 9223372034707292160},
        {4611686018427387904, 4611686018427387903, 2305843009213693951, false, false, 0, 0},
        {4294967295, 4294967297, 2, true, false, MAX, 0}, /* (2^64 - 1) / 2: the floor alone fits */
        {4294967296, -4294967296, 2, true, true, MIN, MIN},
        {4294967297, -4294967297, 2, false, false, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t out = 77;
        long long a = rows[i].a, b = rows[i].b, d = rows[i].d;
        is_int(jf_mul_div(rows[i].a, rows[i].b, rows[i].d, &out), rows[i].down_fits,
               "the floor of %lld * %lld / %lld is told to fit or not", a, b, d);
        is_int(out, rows[i].down_fits ? rows[i].down : 77,
               "the floor of %lld * %lld / %lld is exact or untouched", a, b, d);
        out = 77;
        is_int(jf_mul_div_up(rows[i].a, rows[i].b, rows[i].d, &out), rows[i].up_fits,
               "the ceiling of %lld * %lld / %lld is told to fit or not", a, b, d);
        is_int(out, rows[i].up_fits ? rows[i].up : 77,
               "the ceiling of %lld * %lld / %lld is exact or untouched", a, b, d);
    }
}

static void test_floor_div(void)
{
    jf_i128 big = (jf_i128)1 << 126;
    ok(jf_floor_div(big, 2) == (jf_i128)1 << 125, "2^126 / 2 is 2^125");
    ok(jf_floor_div(-big - 1, 2) == -((jf_i128)1 << 125) - 1, "the floor of (-2^126 - 1) / 2");
    ok(jf_floor_div(-1, big) == -1, "the floor of -1 / 2^126 is -1");
    ok(jf_floor_div(1, big) == 0, "the floor of 1 / 2^126 is 0");
    ok(jf_floor_div(-4, 2) == -2, "an exact negative quotient is not lowered");
}

static void test_ratio_cmp(void)
{
    static const struct {
        int64_t a, b, c, d;
        int order;
    } rows[] = {
        {1, 2, 1, 2, 0},
        {1, 2, 2, 4, 0},
        {1, 3, 333333, 1000000, 1},
        {2, 3, 666667, 1000000, -1},
        {-1, 2, 1, 2, -1},
        {-1, 2, -1, 3, -1},
        {0, 1, 0, MAX, 0},
        {MAX, 1, MIN, 1, 1},
        {MAX, MAX - 1, MAX - 1, MAX - 2, -1},
        {MIN, MAX, -1, 1, -1},
        {MIN, 1, MIN, 1, 0},
        {MAX, MAX, 1, 1, 0},
        {15, 100, 150000, 1000000, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t a = rows[i].a, b = rows[i].b, c = rows[i].c, d = rows[i].d;
        is_int(jf_ratio_cmp(a, b, c, d), rows[i].order, "%lld/%lld against %lld/%lld", (long long)a,
               (long long)b, (long long)c, (long long)d);
        is_int(jf_ratio_cmp(c, d, a, b), -rows[i].order, "and the other way round");
    }
}

static uint64_t state = SEED;

static uint64_t next_random(void)
{
    state += 0x9e3779b97f4a7c15u;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Of every size alike, so that products fall on both sides of 64 bits. */
static int64_t random_int(void)
{
    return (int64_t)next_random() >> (next_random() % 64);
}

/* The results against the definition q d <= a b < (q + 1) d; out of range means q is. */
static bool mul_div_right(int64_t a, int64_t b, int64_t d)
{
    jf_i128 product = (jf_i128)a * b;
    jf_i128 top = (jf_i128)MAX * d + d; /* products from here on have floors above MAX */
    jf_i128 bottom = (jf_i128)MIN * d;
    int64_t q = 0, up = 0;
    bool fits = jf_mul_div(a, b, d, &q);
    bool up_fits = jf_mul_div_up(a, b, d, &up);
    if (fits != (product < top && product >= bottom) ||
        up_fits != (product <= (jf_i128)MAX * d && product > bottom - d)) {
        return false;
    }
    bool down_right = !fits || ((jf_i128)q * d <= product && product - (jf_i128)q * d < d);
    bool up_right = !up_fits || ((jf_i128)up * d >= product && (jf_i128)up * d - product < d);
    return down_right && up_right;
}

static void test_sweep(void)
{
    tap_diag("seed %u", SEED);
    int64_t wrong = 0, wide = 0;
    for (int i = 0; i < SWEEP; i++) {
        int64_t a = random_int(), b = random_int(), d = random_int();
        d = d == MIN ? MAX : d < 0 ? -d : d == 0 ? 1 : d;
        int64_t product;
        wide += __builtin_mul_overflow(a, b, &product);
        if (!mul_div_right(a, b, d) && wrong++ == 0) {
            tap_diag("first wrong: %lld * %lld / %lld", (long long)a, (long long)b, (long long)d);
        }
    }
    is_int(wrong, 0, "floor and ceiling are right for %d random products", SWEEP);
    ok(wide > SWEEP / 5 && wide < SWEEP - SWEEP / 5, "and both ways of dividing were taken");
}

static void divide_by_zero(void)
{
    int64_t out;
    jf_mul_div(1, 1, 0, &out);
}

static void test_divisor_is_asserted(void)
{
    char text[256];
    int status = tap_child(divide_by_zero, text, sizeof text);
    ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "a divisor of 0 is a bug and aborts");
    ok(strstr(text, "d > 0") != NULL, "and the message names what must hold");
}

int main(void)
{
    test_add_and_sub();
    test_mul_div();
    test_floor_div();
    test_ratio_cmp();
    test_sweep();
    test_divisor_is_asserted();
    return tap_plan_done();
}
