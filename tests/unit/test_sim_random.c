/*
 * Tests of random numbers (sim/random.h): the published sequence of the
 * generator, and moments of what is drawn from it. Seeds are fixed, so nothing
 * here fails by chance; tolerances are at least four standard errors.
 */
#include <math.h>

#include "sim/random.h"
#include "tap.h"

#define DRAWS 200000

static void test_sequence(void)
{
    /* The first outputs of xoshiro256** from the state 1, 2, 3, 4. */
    static const uint64_t expected[] = {
        11520u, 0u, 1509978240u, 1215971899390074240u, 1216172134540287360u, 607988272756665600u};
    jf_random random = {.state = {1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        ok(jf_random_bits(&random) == expected[i], "output %zu is the published one", i + 1);
}

static void test_streams(void)
{
    jf_random a, b, c, d;
    jf_random_init(&a, 1, 2);
    jf_random_init(&b, 1, 2);
    jf_random_init(&c, 2, 1);
    jf_random_init(&d, 1, 3);
    int same = 0, other_seed = 0, other_stream = 0;
    for (int i = 0; i < 1000; i++) {
        uint64_t bits = jf_random_bits(&a);
        same += bits == jf_random_bits(&b);
        other_seed += bits == jf_random_bits(&c);
        other_stream += bits == jf_random_bits(&d);
    }
    is_int(same, 1000, "a seed and a stream give one sequence");
    is_int(other_seed, 0, "another seed gives another");
    is_int(other_stream, 0, "another stream gives another");
}

/* What is drawn: a kind, and its two parameters. */
typedef enum kind { UNIT, EXPONENTIAL, NORMAL, GAMMA, BETA } kind;

static double draw(jf_random *random, kind what, double a, double b)
{
    switch (what) {
    case UNIT:
        return jf_random_unit(random);
    case EXPONENTIAL:
        return jf_random_exponential(random);
    case NORMAL:
        return jf_random_normal(random);
    case GAMMA:
        return jf_random_gamma(random, a);
    case BETA:
        return jf_random_beta(random, a, b);
    }
    return 0;
}

static void test_moments(void)
{
    static const struct {
        const char *name;
        kind what;
        double a, b, mean, variance, off_mean, off_variance, least, most;
    } rows[] = {
        {"unit", UNIT, 0, 0, 0.5, 1.0 / 12, 0.003, 0.001, 0, 1},
        {"exponential", EXPONENTIAL, 0, 0, 1, 1, 0.01, 0.03, 0, INFINITY},
        {"normal", NORMAL, 0, 0, 0, 1, 0.01, 0.015, -INFINITY, INFINITY},
        {"gamma 0.243", GAMMA, 0.243, 0, 0.243, 0.243, 0.005, 0.015, 0, INFINITY},
        {"gamma 1", GAMMA, 1, 0, 1, 1, 0.01, 0.03, 0, INFINITY},
        {"gamma 3.74", GAMMA, 3.74, 0, 3.74, 3.74, 0.02, 0.08, 0, INFINITY},
        {"gamma 6.25", GAMMA, 6.25, 0, 6.25, 6.25, 0.025, 0.12, 0, INFINITY},
        {"beta 0.793 2.426", BETA, 0.793, 2.426, 0.24635, 0.04401, 0.002, 0.0006, 0, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_random random;
        double sum = 0, squares = 0;
        int outside = 0;
        jf_random_init(&random, 20240101, i);
        for (int j = 0; j < DRAWS; j++) {
            double x = draw(&random, rows[i].what, rows[i].a, rows[i].b);
            sum += x;
            squares += x * x;
            outside += !(x >= rows[i].least && x <= rows[i].most);
        }
        double mean = sum / DRAWS, variance = squares / DRAWS - mean * mean;
        ok(fabs(mean - rows[i].mean) < rows[i].off_mean, "the mean of %s is %.4f, about %.4f",
           rows[i].name, mean, rows[i].mean);
        ok(fabs(variance - rows[i].variance) < rows[i].off_variance,
           "the variance of %s is %.4f, about %.4f", rows[i].name, variance, rows[i].variance);
        is_int(outside, 0, "no %s is outside its range", rows[i].name);
    }
}

int main(void)
{
    test_sequence();
    test_streams();
    test_moments();
    return tap_plan_done();
}
