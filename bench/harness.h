/*
 * What the benchmarks share: a clock, the same random numbers on every run,
 * and one way to give up.
 */
#ifndef JF_BENCH_HARNESS_H
#define JF_BENCH_HARNESS_H

#include <stdint.h>

/* Seconds of a monotonic clock. */
double bench_now(void);

/* Exit 2 with "PROGRAM: what: why" on standard error. */
_Noreturn void bench_give_up(const char *what, const char *why);

/* splitmix64 (Steele, Lea, Flood 2014). */
uint64_t bench_random(uint64_t *state);

#endif
