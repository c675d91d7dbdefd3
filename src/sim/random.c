/*
 * Random numbers (random.h), written from the papers named there.
 */
#include "sim/random.h"

#include <math.h>

#include "base/check.h"

static uint64_t rotated(uint64_t x, int left)
{
    return x << left | x >> (64 - left);
}

/* SplitMix64: a counter, well mixed. */
static uint64_t split_mix(uint64_t *counter)
{
    uint64_t z = *counter += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void jf_random_init(jf_random *random, uint64_t seed, uint64_t stream)
{
    /* The seed is mixed before the stream joins it, so that (1, 2) and (2, 1) are far apart. */
    uint64_t counter = seed;
    counter = split_mix(&counter) ^ stream;
    *random = (jf_random){0};
    for (int i = 0; i < 4; i++)
        random->state[i] = split_mix(&counter);
    JF_ASSERT(random->state[0] | random->state[1] | random->state[2] | random->state[3]);
}

/* xoshiro256** */
uint64_t jf_random_bits(jf_random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotated(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotated(s[3], 45);
    return result;
}

/* The middle of one of 2^52 equal parts, so that no logarithm meets 0 and nothing is 1. */
double jf_random_unit(jf_random *random)
{
    double unit = ((double)(jf_random_bits(random) >> 12) + 0.5) * 0x1p-52;
    JF_ASSERT(unit > 0 && unit < 1);
    return unit;
}

double jf_random_exponential(jf_random *random)
{
    return -log(jf_random_unit(random));
}

/* Marsaglia's polar method (Marsaglia and Bray, SIAM Review 6, 1964). */
double jf_random_normal(jf_random *random)
{
    double x, y, square;
    if (random->spares) {
        random->spares = 0;
        return random->spare;
    }
    do {
        x = 2 * jf_random_unit(random) - 1;
        y = 2 * jf_random_unit(random) - 1;
        square = x * x + y * y;
    } while (square >= 1 || square <= 0);
    double factor = sqrt(-2 * log(square) / square);
    random->spare = y * factor;
    random->spares = 1;
    return x * factor;
}

/*
 * Marsaglia and Tsang, "A simple method for generating gamma variables", ACM
 * TOMS 26 (2000): for shapes from 1 on; a smaller shape is that of shape + 1
 * times a power of a uniform variate (their section 6).
 */
double jf_random_gamma(jf_random *random, double shape)
{
    JF_ASSERT(shape > 0);
    if (shape < 1) {
        double larger = jf_random_gamma(random, shape + 1);
        return larger * pow(jf_random_unit(random), 1 / shape);
    }
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = jf_random_normal(random);
        double v = 1 + c * x;
        if (v <= 0)
            continue;
        v = v * v * v;
        if (log(jf_random_unit(random)) < 0.5 * x * x + d - d * v + d * log(v))
            return d * v;
    }
}

double jf_random_beta(jf_random *random, double a, double b)
{
    double x = jf_random_gamma(random, a);
    double y = jf_random_gamma(random, b);
    JF_ASSERT(x + y > 0);
    return x / (x + y);
}
