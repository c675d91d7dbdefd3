/*
 * The benchmark of consumption appreciation (spec section 12), in memory.
 *
 *   token-bench [--holders N] [--orders N] [--steps N] [--json FILE]
 *
 * orders/s   order.pay with a token_pool part on books with a million holders:
 *            rules, hash chain and the memory store, without JSON on the way in.
 * cascade    one injection that forces 100,000 members out, each exit raising
 *            the price for the next.
 * price      random steps (orders, sales, refunds, injections, days): the price never falls.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "core/ledger.h"
#include "core/token.h"
#include "harness.h"

#define WALKERS 1000
#define TOUCHED ((size_t)6 << 30) /* bytes, more than the books take up */

static uint64_t refused; /* steps of the random walks */

typedef struct bench {
    bench_books books;
    jf_arena arena;
    uint64_t ids;
    jf_instant at;
} bench;

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
    if (jf_engine_command(b->books.engine, command, NULL, &error) != JF_STORE_OK)
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
static void token_open(bench *b, uint64_t holders, const char *exit_multiple)
{
    *b = (bench){0};
    jf_arena_init(&b->arena, 0);
    bench_open(&b->books, "memory:", JF_BATCH_DEFAULT, (size_t)8 << 30);
    jf_instant_parse(JF_STR("2024-03-01T09:00:00+08:00"), &b->at);
    bench_line(
        &b->books,
        "{\"cmd\":\"policy.set\",\"from\":\"2024-03-01\",\"policy\":{\"name\":\"bench\","
        "\"rebate\":{\"min\":\"0.7\",\"max\":\"0.7\"},\"allocation\":[{\"to\":\"token_pool\","
        "\"base\":\"amount\",\"rate\":\"0.3\"}],\"token\":{\"exit_multiple\":\"%s\"}}}",
        exit_multiple);
    for (uint64_t i = 0; i < holders; i++)
        bench_line(
            &b->books,
            "{\"cmd\":\"member.create\",\"id\":\"m%lu\",\"at\":\"2024-03-01T09:00:00+08:00\"}",
            (unsigned long)i);
    bench_line(
        &b->books,
        "{\"cmd\":\"shop.create\",\"id\":\"s\",\"owner\":\"m0\",\"kind\":\"alliance\",\"region\":"
        "\"330106\",\"rebate\":\"0.7\",\"at\":\"2024-03-01T09:00:00+08:00\"}");
}

static void token_close(bench *b)
{
    bench_close(&b->books);
    jf_arena_free(&b->arena);
}

/* The buyers to come, named before their turn as a replay names them. */
typedef struct buyers {
    uint64_t ring[JF_AHEAD], random, holders, drawn;
    uint64_t id; /* of the first one's order */
} buyers;

static void buyer_draw(bench *b, buyers *next)
{
    uint64_t member = bench_random(&next->random) % next->holders;
    jf_command command = {.kind = JF_CMD_ORDER_PAY, .id = id_of(b, 'o', next->id + next->drawn)};
    command.u.order_pay.member = id_of(b, 'm', member);
    jf_engine_expect(b->books.engine, &command);
    next->ring[next->drawn++ % JF_AHEAD] = member;
}

static double orders_per_s(uint64_t holders, uint64_t orders)
{
    bench b;
    buyers next = {.random = 1, .holders = holders};
    token_open(&b, holders, "1000");
    for (uint64_t i = 0; i < holders; i++)
        order_pay(&b, i, 10000);
    bench_flush(&b.books);
    next.id = b.ids;
    double start = bench_now();
    for (uint64_t i = 0; i + 1 < JF_AHEAD; i++)
        buyer_draw(&b, &next);
    for (uint64_t i = 0; i < orders; i++) {
        buyer_draw(&b, &next);
        order_pay(&b, next.ring[i % JF_AHEAD], 1000 + (int64_t)(i % 9000));
    }
    bench_flush(&b.books);
    double rate = (double)orders / (bench_now() - start);
    JF_ASSERT(jf_token_holders(jf_engine_world(b.books.engine)) == holders);
    token_close(&b);
    return rate;
}

/* Everybody's multiple is within a hair of the exit; one injection lets go of all. */
static double cascade_s(uint64_t members)
{
    bench b;
    token_open(&b, members, "1000");
    for (uint64_t i = 0; i < members; i++)
        order_pay(&b, i, 10000);
    bench_line(&b.books,
               "{\"cmd\":\"policy.set\",\"from\":\"2024-03-01\",\"policy\":{\"name\":\"bench\","
               "\"rebate\":{\"min\":\"0.7\",\"max\":\"0.7\"},\"token\":{\"exit_multiple\":\"0."
               "000001\"}}}");
    bench_flush(&b.books);
    double start = bench_now();
    bench_line(&b.books, "{\"cmd\":\"token.inject\",\"id\":\"i\",\"amount\":\"1.00\","
                         "\"at\":\"2024-03-01T09:00:00+08:00\"}");
    bench_flush(&b.books);
    double took = bench_now() - start;
    if (jf_token_holders(jf_engine_world(b.books.engine)) != 0)
        bench_give_up("cascade", "not everybody left");
    token_close(&b);
    return took;
}

/* A step of a random walk: mostly orders, then sales, refunds of late orders, injections. */
static void random_step(bench *b, uint64_t r, uint64_t paid[], uint32_t recent)
{
    const jf_world *w = jf_engine_world(b->books.engine);
    jf_command command = {.kind = JF_CMD_TOKEN_INJECT, .given = UINT32_MAX};
    uint64_t member = r % WALKERS, choice = (r >> 32) % 100;
    int64_t amount = 1 + (int64_t)((r >> 20) % 100000);
    if (choice < 60) {
        paid[b->ids % recent] = b->ids;
        order_pay(b, member, amount);
        return;
    }
    jf_str id = id_of(b, 'i', b->ids);
    if (choice < 85) {
        int64_t held = jf_balance(w, (uint32_t)member + 1, JF_SLOT(TOKENS));
        if (held == 0)
            return;
        command.kind = JF_CMD_TOKEN_SELL;
        command.u.token_sell = (jf_cmd_token_sell){.id = id,
                                                   .member = id_of(b, 'm', member),
                                                   .n = {1 + (int64_t)(r >> 40) % held},
                                                   .at = b->at};
    } else if (choice < 97) {
        command.kind = JF_CMD_ORDER_REFUND;
        command.u.order_refund =
            (jf_cmd_order_refund){.id = id,
                                  .order = id_of(b, 'o', paid[(r >> 8) % recent]),
                                  .amount = amount / 4 + 1,
                                  .late = true,
                                  .at = b->at};
    } else {
        command.u.token_inject = (jf_cmd_token_inject){.id = id, .amount = amount, .at = b->at};
    }
    b->ids++;
    run_command(b, &command);
}

/* Falls of the price in one walk. Refusals are a part of it: more is refunded than was paid. */
static uint64_t price_falls(uint64_t steps, uint64_t seed)
{
    bench b;
    uint64_t random = seed, falls = 0, paid[1000] = {0};
    token_open(&b, WALKERS, "3");
    bench_flush(&b.books);
    b.books.may_refuse = true;
    jf_price last = {1, 10000};
    for (uint64_t i = 0; i < steps; i++) {
        random_step(&b, bench_random(&random), paid, 1000);
        b.at.us += i % 5000 ? 0 : INT64_C(86400000000);
        jf_price price = jf_token_price(jf_engine_world(b.books.engine));
        falls += jf_ratio_cmp(price.over, price.under, last.over, last.under) < 0;
        last = price;
    }
    bench_flush(&b.books);
    refused += b.books.refused;
    token_close(&b);
    return falls;
}

/* Walks of a million steps at most, each on new books with a seed of its own: books only grow. */
static uint64_t all_price_falls(uint64_t steps)
{
    uint64_t falls = 0;
    for (uint64_t seed = 3; steps > 0; seed++) {
        uint64_t some = steps < 1000000 ? steps : 1000000;
        falls += price_falls(some, seed);
        steps -= some;
    }
    return falls;
}

int main(int argc, char **argv)
{
    uint64_t holders = 1000000, orders = 1000000, steps = 200000;
    const char *json = NULL;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (!strcmp(argv[i], "--holders"))
            holders = bench_number(argv[i], argv[i + 1]);
        else if (!strcmp(argv[i], "--orders"))
            orders = bench_number(argv[i], argv[i + 1]);
        else if (!strcmp(argv[i], "--steps"))
            steps = bench_number(argv[i], argv[i + 1]);
        else if (!strcmp(argv[i], "--json"))
            json = argv[i + 1];
        else
            bench_give_up(argv[i], "unknown; known: --holders N --orders N --steps N --json FILE");
    }
    double touch = bench_touch(TOUCHED), again = bench_touch(TOUCHED);
    double read_ns = bench_read_ns();
    double rate = orders_per_s(holders, orders);
    uint64_t leaving = holders < 100000 ? holders : 100000;
    double cascade = cascade_s(leaving);
    uint64_t falls = all_price_falls(steps);
    printf("memory written to for the first time: %.1f GB/s, the second: %.1f GB/s\n", touch,
           again);
    printf("yardstick: a read somewhere in 512 MiB takes %.0f ns\n", read_ns);
    printf("appreciation in memory, %lu holders: %.0f orders/s (%.0f such reads an order)\n",
           (unsigned long)holders, rate, 1e9 / rate / read_ns);
    printf("a cascade of exits, %lu members: %.3f s\n", (unsigned long)leaving, cascade);
    printf("price falls in %lu random steps, %lu of them refused: %lu\n", (unsigned long)steps,
           (unsigned long)refused, (unsigned long)falls);
    FILE *out = json ? fopen(json, "w") : NULL;
    if (json && !out)
        bench_give_up(json, strerror(errno));
    if (out) {
        fprintf(out,
                "{\"token_orders_per_s\":%.0f,\"cascade_s\":%.4f,\"price_falls\":%lu,\"read_ns\":%."
                "1f}\n",
                rate, cascade, (unsigned long)falls, read_ns);
        fclose(out);
    }
    return falls ? 1 : 0;
}
