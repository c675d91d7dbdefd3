/*
 * Random numbers for simulations: the same sequence for a seed on every machine.
 *
 * The generator is xoshiro256** (Blackman and Vigna, "Scrambled linear
 * pseudorandom number generators", ACM TOMS 47, 2021), its state filled by
 * SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), as its authors advise. The
 * integers are exact everywhere; what goes through the logarithm or a power is
 * as exact as the machine's libm, which may differ in the last bit of a double.
 * Not for secrets.
 */
#ifndef JF_SIM_RANDOM_H
#define JF_SIM_RANDOM_H

#include <stdint.h>

typedef struct jf_random {
    uint64_t state[4];
    double spare; /* the second normal variate of a pair */
    int spares;   /* 1: there is one */
} jf_random;

/* Streams of one seed are as good as independent: a customer each, a shop each. */
void jf_random_init(jf_random *random, uint64_t seed, uint64_t stream);

uint64_t jf_random_bits(jf_random *random);

double jf_random_unit(jf_random *random);        /* uniform in (0, 1), neither end */
double jf_random_exponential(jf_random *random); /* mean 1 */
double jf_random_normal(jf_random *random);      /* mean 0, variance 1 */

/* Gamma of a shape above 0, rate 1: mean and variance are the shape. */
double jf_random_gamma(jf_random *random, double shape);

/* Beta(a, b) in [0, 1], a and b above 0. */
double jf_random_beta(jf_random *random, double a, double b);

#endif
