/*
 * The benchmark of consumption appreciation (spec section 12), in memory.
 *
 *   token-bench [--holders N] [--orders N] [--steps N] [--json FILE]
 *
 * orders/s   order.pay with a token_pool part on books with a million holders:
 *            rules, hash chain and the memory store, without JSON on the way in.
 * cascade    one injection that forces 100,000 members out, each exit raising
 *            the price for the next.
 * price      random steps (orders, sales, injections): the price never falls.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/engine.h"
#include "base/check.h"
#include "core/token.h"
#include "harness.h"

typedef struct bench {
    jf_store *store;
    jf_engine *engine;
    jf_arena arena;
    uint64_t ids;
    jf_instant at;
} bench;

static void check_answer(void *context, const jf_answer *answer)
{
    (void)context;
    if (answer->code)
        bench_give_up("a command was refused", jf_code_wire(answer->code));
}

static void line_in(bench *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void line_in(bench *b, const char *format, ...)
{
    char line[1024];
    jf_store_error error;
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    JF_ASSERT(n > 0 && (size_t)n < sizeof line);
    if (jf_engine_line(b->engine, (jf_str){line, (uint32_t)n}, NULL, &error) != JF_STORE_OK)
        bench_give_up("command", error.message);
}

static void flush(bench *b)
{
    jf_store_error error;
    if (jf_engine_flush(b->engine, &error) != JF_STORE_OK)
        bench_give_up("flush", error.message);
}

static jf_str id_of(bench *b, char kind, uint64_t number)
{
    jf_buf text;
    jf_buf_init(&text, &b->arena);
    jf_buf_char(&text, kind);
    jf_buf_int(&text, (int64_t)number);
    return jf_buf_view(&text);
}

static void run_command(bench *b, jf_command *command)
{
    jf_store_error error;
    jf_command_seal(&b->arena, command);
    if (jf_engine_command(b->engine, command, NULL, &error) != JF_STORE_OK)
        bench_give_up("command", error.message);
    if (b->arena.used > (size_t)1 << 22)
        jf_arena_reset(&b->arena);
}

static void order_pay(bench *b, uint64_t member, int64_t amount)
{
    jf_command command = {.kind = JF_CMD_ORDER_PAY, .given = UINT32_MAX};
    command.u.order_pay = (jf_cmd_order_pay){.id = id_of(b, 'o', b->ids++),
                                             .member = id_of(b, 'm', member),
                                             .shop = JF_STR("s"),
                                             .amount = amount,
                                             .at = b->at};
    command.given &= ~(1u << 2); /* no buyer_shop */
    run_command(b, &command);
}

/* Books with one shop at 70 % and members who have ordered once. */
static void bench_open(bench *b, uint64_t holders, const char *exit_multiple)
{
    jf_store_error error;
    *b = (bench){0};
    jf_arena_init(&b->arena, 0);
    if (jf_store_open(&b->store, "memory:", JF_OPEN_WRITE, &error) != JF_STORE_OK)
        bench_give_up("store", error.message);
    jf_engine_options options = {.answer = check_answer, .memory = (size_t)8 << 30};
    if (jf_engine_open(&b->engine, b->store, &options, &error) != JF_STORE_OK)
        bench_give_up("engine", error.message);
    jf_instant_parse(JF_STR("2024-03-01T09:00:00+08:00"), &b->at);
    line_in(b,
            "{\"cmd\":\"policy.set\",\"from\":\"2024-03-01\",\"policy\":{\"name\":\"bench\","
            "\"rebate\":{\"min\":\"0.7\",\"max\":\"0.7\"},\"allocation\":[{\"to\":\"token_pool\","
            "\"base\":\"amount\",\"rate\":\"0.3\"}],\"token\":{\"exit_multiple\":\"%s\"}}}",
            exit_multiple);
    for (uint64_t i = 0; i < holders; i++)
        line_in(b,
                "{\"cmd\":\"member.create\",\"id\":\"m%lu\",\"at\":\"2024-03-01T09:00:00+08:00\"}",
                (unsigned long)i);
    line_in(
        b,
        "{\"cmd\":\"shop.create\",\"id\":\"s\",\"owner\":\"m0\",\"kind\":\"alliance\",\"region\":"
        "\"330106\",\"rebate\":\"0.7\",\"at\":\"2024-03-01T09:00:00+08:00\"}");
}

static void bench_close(bench *b)
{
    jf_engine_close(b->engine);
    jf_store_close(b->store);
    jf_arena_free(&b->arena);
}

static double orders_per_s(uint64_t holders, uint64_t orders)
{
    bench b;
    uint64_t random = 1;
    bench_open(&b, holders, "1000");
    for (uint64_t i = 0; i < holders; i++)
        order_pay(&b, i, 10000);
    flush(&b);
    double start = bench_now();
    for (uint64_t i = 0; i < orders; i++)
        order_pay(&b, bench_random(&random) % holders, 1000 + (int64_t)(i % 9000));
    flush(&b);
    double rate = (double)orders / (bench_now() - start);
    JF_ASSERT(jf_token_holders(jf_engine_world(b.engine)) == holders);
    bench_close(&b);
    return rate;
}

/* Everybody's multiple is within a hair of the exit; one injection lets go of all. */
static double cascade_s(uint64_t members)
{
    bench b;
    bench_open(&b, members, "1000");
    for (uint64_t i = 0; i < members; i++)
        order_pay(&b, i, 10000);
    line_in(&b, "{\"cmd\":\"policy.set\",\"from\":\"2024-03-01\",\"policy\":{\"name\":\"bench\","
                "\"rebate\":{\"min\":\"0.7\",\"max\":\"0.7\"},\"token\":{\"exit_multiple\":\"0."
                "000001\"}}}");
    flush(&b);
    double start = bench_now();
    line_in(&b, "{\"cmd\":\"token.inject\",\"id\":\"i\",\"amount\":\"1.00\","
                "\"at\":\"2024-03-01T09:00:00+08:00\"}");
    flush(&b);
    double took = bench_now() - start;
    if (jf_token_holders(jf_engine_world(b.engine)) != 0)
        bench_give_up("cascade", "not everybody left");
    bench_close(&b);
    return took;
}

static uint64_t price_falls(uint64_t steps)
{
    bench b;
    uint64_t random = 3, falls = 0;
    bench_open(&b, 1000, "3");
    jf_price last = {1, 10000};
    for (uint64_t i = 0; i < steps; i++) {
        uint64_t r = bench_random(&random);
        order_pay(&b, r % 1000, 1 + (int64_t)((r >> 20) % 100000));
        jf_price price = jf_token_price(jf_engine_world(b.engine));
        falls += jf_ratio_cmp(price.over, price.under, last.over, last.under) < 0;
        last = price;
    }
    bench_close(&b);
    return falls;
}

static uint64_t number(const char *text)
{
    char *end;
    unsigned long long value = text ? strtoull(text, &end, 10) : 0;
    if (!text || *end || value == 0)
        bench_give_up(text ? text : "option", "expected a whole number of 1 or more");
    return value;
}

int main(int argc, char **argv)
{
    uint64_t holders = 1000000, orders = 1000000, steps = 200000;
    const char *json = NULL;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (!strcmp(argv[i], "--holders"))
            holders = number(argv[i + 1]);
        else if (!strcmp(argv[i], "--orders"))
            orders = number(argv[i + 1]);
        else if (!strcmp(argv[i], "--steps"))
            steps = number(argv[i + 1]);
        else if (!strcmp(argv[i], "--json"))
            json = argv[i + 1];
        else
            bench_give_up(argv[i], "unknown; known: --holders N --orders N --steps N --json FILE");
    }
    double rate = orders_per_s(holders, orders);
    uint64_t leaving = holders < 100000 ? holders : 100000;
    double cascade = cascade_s(leaving);
    uint64_t falls = price_falls(steps);
    printf("appreciation in memory, %lu holders: %.0f orders/s\n", (unsigned long)holders, rate);
    printf("a cascade of exits, %lu members: %.3f s\n", (unsigned long)leaving, cascade);
    printf("price falls in %lu random steps: %lu\n", (unsigned long)steps, (unsigned long)falls);
    FILE *out = json ? fopen(json, "w") : NULL;
    if (json && !out)
        bench_give_up(json, strerror(errno));
    if (out) {
        fprintf(out, "{\"token_orders_per_s\":%.0f,\"cascade_s\":%.4f,\"price_falls\":%lu}\n", rate,
                cascade, (unsigned long)falls);
        fclose(out);
    }
    return falls ? 1 : 0;
}
