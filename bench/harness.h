/*
 * What the benchmarks share: a clock, the same random numbers on every run, one
 * way to give up, yardsticks, and books on which every command must be accepted.
 */
#ifndef JF_BENCH_HARNESS_H
#define JF_BENCH_HARNESS_H

#include <stdint.h>

#include "app/engine.h"

/* Seconds of a monotonic clock. */
double bench_now(void);

/* Exit 2 with "PROGRAM: what: why" on standard error. */
_Noreturn void bench_give_up(const char *what, const char *why);

/* splitmix64 (Steele, Lea, Flood 2014). */
uint64_t bench_random(uint64_t *state);

/* A whole number of 1 or more from the command line; anything else gives up. */
uint64_t bench_number(const char *option, const char *text);

/* Yardstick: nanoseconds of one read somewhere in 512 MiB, each hanging on the one before. */
double bench_read_ns(void);

/*
 * Writes to as much memory once: GB/s. A virtual machine gets memory that it never wrote to from
 * its host, at a twentieth of the speed of memory that was in use before, and gives back what
 * lies free for some seconds. So the process keeps what it wrote to: what the benchmark allocates
 * later was the process's before the clock starts. Call it first of all, from the only thread.
 */
double bench_touch(size_t bytes);

/* --- books --- */

#define BENCH_AT "2024-03-01T09:00:00+08:00"

/* An engine whose answers must all be good, unless it is told that some may not. */
typedef struct bench_books {
    jf_store *store;
    jf_engine *engine;
    uint64_t answered, refused;
    bool may_refuse;
} bench_books;

typedef struct bench_size {
    uint32_t members, shops;
} bench_size;

/* `memory`: bytes of parties kept between batches; 0: what the program keeps. */
void bench_open(bench_books *b, const char *url, uint32_t batch, size_t memory);
void bench_close(bench_books *b);
void bench_flush(bench_books *b);

/* One command, as JSON. */
void bench_line(bench_books *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Preset zhongdian; members, shops with recruiters, agents in every seat: nothing is vacant. */
void bench_populate(bench_books *b, const bench_size *size);

/* Orders of random members at random shops on 2024-03-01; returns orders a second. */
double bench_run_orders(bench_books *b, const bench_size *size, const char *prefix, uint32_t count);

#endif
