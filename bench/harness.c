/*
 * The benchmarks' shared tools (harness.h).
 */
#define _GNU_SOURCE /* program_invocation_short_name */
#include "harness.h"

#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/check.h"

double bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

_Noreturn void bench_give_up(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, why);
    exit(2);
}

uint64_t bench_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t bench_number(const char *option, const char *text)
{
    char *end;
    unsigned long long value = text ? strtoull(text, &end, 10) : 0;
    if (!text || *end || value == 0 || value > 100000000)
        bench_give_up(option, "expected a whole number from 1 to 100000000");
    return value;
}

#define CELLS ((uint32_t)1 << 26) /* of 8 bytes */
#define HOPS 2000000u

/* One cycle through all cells (Sattolo), then a walk along it. */
double bench_read_ns(void)
{
    uint64_t *next = jf_alloc(sizeof *next * CELLS), random = 11, at = 0;
    for (uint32_t i = 0; i < CELLS; i++)
        next[i] = i;
    for (uint32_t i = CELLS - 1; i > 0; i--) {
        uint32_t other = (uint32_t)(bench_random(&random) % i);
        uint64_t kept = next[i];
        next[i] = next[other];
        next[other] = kept;
    }
    double start = bench_now();
    for (uint32_t i = 0; i < HOPS; i++)
        at = next[at];
    double ns = 1e9 * (bench_now() - start) / HOPS;
    JF_ASSERT(at < CELLS);
    free(next);
    return ns;
}

double bench_touch(size_t bytes)
{
    JF_ASSERT(bytes > 0);
    /* One heap for all threads, nothing beside it, and nothing given back. */
    bool kept = mallopt(M_ARENA_MAX, 1) && mallopt(M_MMAP_MAX, 0) && mallopt(M_TRIM_THRESHOLD, -1);
    JF_ASSERT(kept);
    double start = bench_now();
    char *memory = jf_alloc(bytes);
    memset(memory, 1, bytes);
    JF_ASSERT(memory[bytes / 2] == 1);
    double rate = (double)bytes / 1e9 / (bench_now() - start);
    free(memory);
    return rate;
}

/* --- books --------------------------------------------------------------------------- */

static void count_answer(void *context, const jf_answer *answer)
{
    bench_books *b = context;
    if (answer->code && b->may_refuse)
        b->refused++;
    else if (answer->code)
        bench_give_up("a command was refused", jf_code_wire(answer->code));
    b->answered++;
}

void bench_open(bench_books *b, const char *url, uint32_t batch, size_t memory)
{
    jf_store_error error;
    *b = (bench_books){0};
    if (jf_store_open(&b->store, url, JF_OPEN_WRITE, &error) != JF_STORE_OK)
        bench_give_up(url, error.message);
    jf_engine_options options = {
        .batch = batch, .memory = memory, .answer = count_answer, .context = b};
    if (jf_engine_open(&b->engine, b->store, &options, &error) != JF_STORE_OK)
        bench_give_up(url, error.message);
}

void bench_close(bench_books *b)
{
    jf_engine_close(b->engine);
    jf_store_close(b->store);
}

void bench_flush(bench_books *b)
{
    jf_store_error error;
    if (jf_engine_flush(b->engine, &error) != JF_STORE_OK)
        bench_give_up("flush", error.message);
}

void bench_line(bench_books *b, const char *format, ...)
{
    char line[4096];
    jf_store_error error;
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    JF_ASSERT(n > 0 && (size_t)n < sizeof line);
    if (jf_engine_line(b->engine, (jf_str){line, (uint32_t)n}, NULL, &error) != JF_STORE_OK)
        bench_give_up("command", error.message);
}

static const char *const counties[] = {"330106", "330108", "440305", "330203"};

void bench_populate(bench_books *b, const bench_size *size)
{
    bench_line(b, "{\"cmd\":\"policy.set\",\"policy\":\"zhongdian\",\"from\":\"2024-03-01\"}");
    for (uint32_t i = 0; i < size->members; i++) {
        if (i % 10 == 9)
            bench_line(b,
                       "{\"cmd\":\"member.create\",\"id\":\"m%07u\",\"referrer\":\"m%07u\",\"at\":"
                       "\"" BENCH_AT "\"}",
                       i, i - 1);
        else
            bench_line(b, "{\"cmd\":\"member.create\",\"id\":\"m%07u\",\"at\":\"" BENCH_AT "\"}",
                       i);
    }
    static const char *const seats[] = {"330106", "330108", "440305", "330203", "3301",
                                        "3302",   "4403",   "33",     "44"};
    for (uint32_t i = 0; i < sizeof seats / sizeof *seats; i++)
        bench_line(b,
                   "{\"cmd\":\"agent.assign\",\"region\":\"%s\",\"holders\":[{\"member\":\"m%07u\","
                   "\"weight\":2},{\"member\":\"m%07u\",\"weight\":1}],\"at\":\"" BENCH_AT "\"}",
                   seats[i], i, i + 20);
    for (uint32_t i = 0; i < size->shops; i++)
        bench_line(
            b,
            "{\"cmd\":\"shop.create\",\"id\":\"s%05u\",\"owner\":\"m%07u\",\"kind\":\"alliance\","
            "\"region\":\"%s\",\"rebate\":\"0.%02u\",\"recruiter\":\"m%07u\",\"at\":\"" BENCH_AT
            "\"}",
            i, i % size->members, counties[i % 4], 3 + i % 18, (i * 7 + 3) % size->members);
    for (uint32_t i = 0; i < size->members; i++)
        bench_line(
            b,
            "{\"cmd\":\"home.bind\",\"member\":\"m%07u\",\"shop\":\"s%05u\",\"at\":\"" BENCH_AT
            "\"}",
            i, i % size->shops);
    bench_flush(b);
}

double bench_run_orders(bench_books *b, const bench_size *size, const char *prefix, uint32_t count)
{
    uint64_t random = 42;
    double start = bench_now();
    for (uint32_t i = 0; i < count; i++) {
        uint64_t r = bench_random(&random);
        bench_line(
            b,
            "{\"cmd\":\"order.pay\",\"id\":\"%s%08u\",\"member\":\"m%07u\",\"shop\":\"s%05u\","
            "\"amount\":\"%u.%02u\",\"at\":\"2024-03-01T%02u:%02u:%02u+08:00\"}",
            prefix, i, (uint32_t)(r % size->members), (uint32_t)((r >> 24) % size->shops),
            1 + (uint32_t)((r >> 40) % 500), (uint32_t)((r >> 52) % 100), 10 + i / 3600 % 10,
            i / 60 % 60, i % 60);
    }
    bench_flush(b);
    return count / (bench_now() - start);
}
