/*
 * Random command streams for test_property.c, made from a seed.
 *
 * The generator knows what exists, so most of what it makes is accepted, and it
 * aims beside the mark on purpose now and then. It keeps no balances: what an
 * answer must be is for property_books.h to know, which names somebody who has
 * something to spend before each command (scene_holder). Days move often and periods
 * are short, so that a few thousand commands close hundreds of periods.
 */
#ifndef TESTS_PROPERTY_COMMANDS_H
#define TESTS_PROPERTY_COMMANDS_H

#include <stdarg.h>
#include <stdio.h>

#include "base/day.h"
#include "base/str.h"
#include "base/units.h"

#define SCENE_POOLS 2
#define SCENE_OLD 512 /* commands with an id that can be sent again */
#define SCENE_ORDERS 4096

/* A command that was sent: an id that may come again. */
typedef struct scene_sent {
    jf_str line; /* in the scene's arena */
    uint32_t step;
} scene_sent;

/* An order that was accepted, and what has not been refunded. */
typedef struct scene_order {
    uint32_t serial;
    int64_t amount, left;
} scene_order;

typedef enum scene_thing {
    SCENE_WALLET,
    SCENE_RECEIVABLE,
    SCENE_VOUCHERS,
    SCENE_COINS,
    SCENE_UNITS,
    SCENE_THINGS
} scene_thing;

/* Somebody who has a thing, and how much: 0 when nobody was found. */
typedef struct scene_holder {
    uint32_t index; /* of "m17" or "s17" */
    int64_t has;
} scene_holder;

typedef struct scene {
    uint64_t random;
    jf_arena arena;
    jf_buf line;   /* the command being made */
    int32_t today; /* business day of the commands to come */
    uint32_t members, shops, serial, pools;
    bool joint; /* one pool takes both sides */
    int32_t hold_days;
    bool tokens; /* the policies of this stream are for the appreciation pool */
    uint32_t withdrawals;
    scene_order *orders;
    uint32_t order_count;
    scene_holder holders[SCENE_THINGS];
    scene_sent old[SCENE_OLD];
    uint32_t old_count;
    bool again;     /* the line repeats old[again_of] */
    bool conflicts; /* the line uses an old id with other content */
    uint32_t again_of;
} scene;

static uint64_t scene_random(scene *s)
{
    s->random += 0x9e3779b97f4a7c15u;
    uint64_t x = s->random;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* 0 to n - 1 */
static uint32_t scene_below(scene *s, uint32_t n)
{
    return (uint32_t)(scene_random(s) % n);
}

static bool scene_chance(scene *s, uint32_t percent)
{
    return scene_below(s, 100) < percent;
}

static void scene_add(scene *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void scene_add(scene *s, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    jf_buf_c(&s->line, text);
}

static void scene_add_amount(scene *s, const char *key, int64_t fen)
{
    scene_add(s, ",\"%s\":\"%lld.%02lld\"", key, (long long)fen / 100, (long long)fen % 100);
}

static void scene_add_ratio(scene *s, const char *key, int64_t ppm)
{
    const char *sign = ppm < 0 ? "-" : "";
    long long size = ppm < 0 ? -ppm : ppm;
    scene_add(s, ",\"%s\":\"%s%lld.%06lld\"", key, sign, size / JF_PPM_ONE, size % JF_PPM_ONE);
}

static void scene_add_day(scene *s, const char *key, int32_t day)
{
    int year, month, mday;
    jf_day_civil((jf_day){day}, &year, &month, &mday);
    scene_add(s, ",\"%s\":\"%04d-%02d-%02d\"", key, year, month, mday);
}

/* An instant of today, and the end of the command. */
static void scene_end(scene *s)
{
    int year, month, mday;
    jf_day_civil((jf_day){s->today}, &year, &month, &mday);
    scene_add(s, ",\"at\":\"%04d-%02d-%02dT%02u:%02u:%02u+08:00\"}", year, month, mday,
              scene_below(s, 24), scene_below(s, 60), scene_below(s, 60));
}

/* Some that exists; once in a hundred one that does not. */
static uint32_t scene_some(scene *s, uint32_t count)
{
    return scene_chance(s, 1) ? 90000 + scene_below(s, 9) : scene_below(s, count ? count : 1);
}

/* ------------------------------------------------------------------------
 * The policy: every rule, metric and kind of share; never over the rebate.
 */

static int64_t scene_pick(scene *s, const int64_t *values, uint32_t count)
{
    return values[scene_below(s, count)];
}

#define SCENE_PICK(s, ...)                                                                         \
    scene_pick((s), (const int64_t[]){__VA_ARGS__},                                                \
               sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static void scene_pool(scene *s, uint32_t no)
{
    const char *sides = s->joint ? "\"member\",\"shop\"" : no ? "\"shop\"" : "\"member\"";
    int64_t floor = SCENE_PICK(s, -500000, 0, 0, 100000);
    int64_t cap = SCENE_PICK(s, 0, 150000, 500000);
    int64_t min_days = scene_below(s, 4), max_days = min_days + scene_below(s, 3);
    scene_add(s, "%s{\"name\":\"p%u\",\"sides\":[%s],\"rule\":\"%s\",\"metric\":\"%s\"",
              no ? "," : "", no, sides, scene_chance(s, 50) ? "share" : "compound",
              scene_chance(s, 50) ? "flow" : "cumulative");
    scene_add_ratio(s, "rate", SCENE_PICK(s, 5000, 100000, 500000, 1000000, 33333));
    scene_add_amount(s, "first_threshold", SCENE_PICK(s, 1, 500, 5000));
    scene_add_ratio(s, "growth_target", SCENE_PICK(s, 150000, 0, -500000, 1000000));
    scene_add_ratio(s, "growth_floor", floor);
    scene_add_ratio(s, "growth_cap", cap > floor ? cap : floor);
    scene_add_ratio(s, "cap", SCENE_PICK(s, 5000000, 500000, 50000, 1500000));
    scene_add(s, ",\"min_days\":%lld,\"max_days\":%lld,\"periods\":%lld}", (long long)min_days,
              (long long)(max_days ? max_days : 1), (long long)SCENE_PICK(s, 1, 2, 3, 5, 40));
}

/* Takes up to a part of what the rates of one document have left. */
static int64_t scene_take(scene *s, int64_t *left, uint32_t percent)
{
    int64_t taken = (int64_t)scene_below(s, (uint32_t)(*left * percent / 100) + 1);
    *left -= taken;
    return taken;
}

/* The rates of one entry, adding up to `ppm`. */
static void scene_rates(scene *s, const char *to, int64_t ppm)
{
    int64_t first = scene_below(s, (uint32_t)ppm + 1);
    if (to[0] == 'r' && to[2] == 'f') { /* referral */
        scene_add(s, ",\"levels\":[\"0.%06lld\",\"0.%06lld\"]", (long long)first,
                  (long long)(ppm - first));
    } else if (to[0] == 'a') { /* agents */
        bool stacked = scene_chance(s, 50);
        scene_add(s, ",\"mode\":\"%s\"", stacked ? "stacked" : "differential");
        scene_add_ratio(s, "county", first / 2);
        scene_add_ratio(s, "city", stacked ? first - first / 2 : first);
        scene_add_ratio(s, "province", stacked ? ppm - first : ppm);
    } else {
        scene_add_ratio(s, "rate", ppm);
    }
    if (to[0] == 'l')
        scene_add(s, ",\"scope\":\"%s\"", scene_chance(s, 50) ? "any" : "other");
    if (scene_chance(s, 40))
        scene_add(s, ",\"vacant_to\":\"p%u\"", scene_below(s, s->pools));
}

static void scene_allocation(scene *s)
{
    static const char *const kinds[] = {"lock",   "referral", "recruit",    "city_partner",
                                        "agents", "coin",     "token_pool", "credit_fund"};
    int64_t left = 950000;
    scene_add(s, ",\"allocation\":[");
    for (uint32_t i = 0; i < s->pools; i++)
        scene_add(s,
                  "%s{\"to\":\"dividend\",\"base\":\"rebate\",\"pool\":\"p%u\","
                  "\"rate\":\"0.%06lld\"}",
                  i ? "," : "", i, (long long)scene_take(s, &left, s->tokens ? 20 : 60));
    uint32_t start = scene_below(s, 8);
    for (uint32_t i = 0; i < 8; i++) {
        const char *to = kinds[(start + i * 3) % 8];
        bool of_amount = scene_chance(s, 40);
        bool token = to[0] == 't';
        int64_t ppm = scene_take(s, &left, token && s->tokens ? 95 : 30);
        if (scene_chance(s, token && s->tokens ? 0 : 15))
            continue;
        scene_add(s, ",{\"to\":\"%s\",\"base\":\"%s\"", to, of_amount ? "amount" : "rebate");
        /* rebate.min is 0.03: that much of the amount is all of the rebate */
        scene_rates(s, to, of_amount ? ppm * 3 / 100 : ppm);
        scene_add(s, "}");
    }
    scene_add(s, "]");
}

/* Low exit multiples: a holding is worth a small part of what was spent on it. */
static void scene_token(scene *s)
{
    scene_add(s, ",\"token\":{\"exit_scope\":\"%s\",\"sell_price\":\"%s\"",
              scene_chance(s, 50) ? "lot" : "member", scene_chance(s, 50) ? "spot" : "day");
    scene_add_ratio(s, "mint", SCENE_PICK(s, 700000, 999999, 500000, 0, 700000));
    scene_add_ratio(s, "sell_fee", SCENE_PICK(s, 200000, 0, 33333, 1000000));
    scene_add_ratio(s, "exit_fee", SCENE_PICK(s, 200000, 0, 500000));
    scene_add_ratio(s, "exit_multiple", SCENE_PICK(s, 10000, 50000, 100000, 300000, 3000000));
    scene_add_ratio(s, "initial_price", SCENE_PICK(s, 1000000, 10000, 1234567890));
    scene_add(s, "}");
}

/* Credit on points that are then refunded is refused: the hold covers the refund window. */
static void scene_policy(scene *s, int32_t from)
{
    int64_t hold = scene_chance(s, 70) ? s->hold_days : (int64_t)scene_below(s, 4);
    bool credit = scene_chance(s, 50);
    int64_t window = (int64_t)scene_below(s, credit ? (uint32_t)hold + 1 : 6);
    scene_add(s,
              "{\"cmd\":\"policy.set\",\"policy\":{\"name\":\"random\",\"refund_days\":%lld,"
              "\"points\":{\"hold_days\":%lld",
              (long long)window, (long long)hold);
    scene_add_ratio(s, "member", SCENE_PICK(s, 1000000, 1000000, 1500000, 370000, 0));
    scene_add_ratio(s, "shop", SCENE_PICK(s, 1000000, 500000, 10000, 0));
    scene_add(s, "},\"rebate\":{\"min\":\"0.03\",\"max\":\"%s\"},\"pools\":[",
              scene_chance(s, 80) ? "0.5" : "0.1");
    for (uint32_t i = 0; i < s->pools; i++)
        scene_pool(s, i);
    scene_add(s, "]");
    scene_allocation(s);
    scene_token(s);
    scene_add(s, ",\"credit\":{\"enabled\":%s,\"max\":\"50.00\",\"fraction\":\"0.2\"}}",
              credit ? "true" : "false");
    scene_add_day(s, "from", from);
    scene_add(s, "}");
}

/* ------------------------------------------------------------------------
 * Parties.
 */

static void scene_member(scene *s)
{
    scene_add(s, "{\"cmd\":\"member.create\",\"id\":\"m%u\"", s->members++);
    if (s->members > 1 && scene_chance(s, 60))
        scene_add(s, ",\"referrer\":\"m%u\"", scene_some(s, s->members - 1));
    if (scene_chance(s, 20))
        scene_add(s, ",\"phone\":\"1380000%04u\"", scene_below(s, 300));
    scene_end(s);
}

static const char *scene_region(scene *s)
{
    static const char *const regions[] = {"330106", "330105", "330206", "440300"};
    return regions[scene_below(s, 4)];
}

static void scene_shop(scene *s)
{
    static const char *const kinds[] = {"alliance", "brand", "self", "supply", "chain"};
    scene_add(s, "{\"cmd\":\"shop.create\",\"id\":\"s%u\",\"owner\":\"m%u\",\"kind\":\"%s\"",
              s->shops++, scene_some(s, s->members), kinds[scene_below(s, 5)]);
    scene_add(s, ",\"region\":\"%s\"", scene_region(s));
    scene_add_ratio(s, "rebate", SCENE_PICK(s, 30000, 200000, 100000, 50000, 123456, 500000));
    if (scene_chance(s, 50))
        scene_add(s, ",\"recruiter\":\"m%u\"", scene_some(s, s->members));
    if (scene_chance(s, 50))
        scene_add(s, ",\"city_partner\":\"m%u\"", scene_some(s, s->members));
    if (scene_chance(s, 20))
        scene_add_ratio(s, "max_voucher_ratio", SCENE_PICK(s, 500000, 0, 333333));
    scene_end(s);
}

static void scene_seat(scene *s)
{
    int digits = (int)SCENE_PICK(s, 2, 4, 6);
    uint32_t holders = scene_below(s, 4), first = scene_below(s, s->members);
    scene_add(s, "{\"cmd\":\"agent.assign\",\"region\":\"%.*s\",\"holders\":[", digits,
              scene_region(s));
    for (uint32_t i = 0; i < holders && i < s->members; i++)
        scene_add(s, "%s{\"member\":\"m%u\",\"weight\":%lld}", i ? "," : "",
                  (first + i) % s->members, (long long)SCENE_PICK(s, 1, 2, 3, 7, 1000000));
    scene_add(s, "]");
    scene_end(s);
}

static void scene_update(scene *s)
{
    scene_add(s, "{\"cmd\":\"shop.update\",\"shop\":\"s%u\"", scene_some(s, s->shops));
    scene_add_ratio(s, "rebate", SCENE_PICK(s, 30000, 200000, 100000, 300000));
    if (scene_chance(s, 30))
        scene_add_ratio(s, "max_voucher_ratio", SCENE_PICK(s, 1000000, 800000));
    scene_end(s);
}

static void scene_bind(scene *s)
{
    scene_add(s, "{\"cmd\":\"home.bind\",\"member\":\"m%u\",\"shop\":\"s%u\"",
              scene_some(s, s->members), scene_some(s, s->shops));
    scene_end(s);
}

/* ------------------------------------------------------------------------
 * Money and days.
 */

/* All of it, a part of it, or a little. */
static int64_t scene_some_of(scene *s, int64_t has)
{
    int64_t most = SCENE_PICK(s, has, has, 100, 5);
    most = most < has ? most : has;
    return scene_chance(s, 25) ? most : 1 + (int64_t)(scene_random(s) % (uint64_t)most);
}

/* A member spends vouchers that it has. */
static void scene_spend(scene *s, const scene_holder *holder)
{
    int64_t voucher = scene_some_of(s, holder->has);
    scene_add(s, "{\"cmd\":\"order.pay\",\"id\":\"o%u\",\"member\":\"m%u\",\"shop\":\"s%u\"",
              s->serial++, holder->index, scene_some(s, s->shops));
    scene_add_amount(s, "amount", voucher * SCENE_PICK(s, 100, 100, 150, 333) / 100);
    scene_add_amount(s, "voucher", voucher);
    scene_end(s);
}

static void scene_pay(scene *s)
{
    if (s->holders[SCENE_VOUCHERS].has > 0 && scene_chance(s, 25)) {
        scene_spend(s, &s->holders[SCENE_VOUCHERS]);
        return;
    }
    int64_t amount = 1 + scene_below(s, (uint32_t)SCENE_PICK(s, 5, 100, 2000, 50000, 500000));
    scene_add(s, "{\"cmd\":\"order.pay\",\"id\":\"o%u\"", s->serial++);
    if (scene_chance(s, 85))
        scene_add(s, ",\"member\":\"m%u\"", scene_some(s, s->members));
    else
        scene_add(s, ",\"buyer_shop\":\"s%u\"", scene_some(s, s->shops));
    scene_add(s, ",\"shop\":\"s%u\"", scene_some(s, s->shops));
    scene_add_amount(s, "amount", amount);
    if (scene_chance(s, 40)) {
        int64_t most = amount * SCENE_PICK(s, 100, 30, 5, 1) / 100;
        int64_t voucher = scene_below(s, (uint32_t)most + 1);
        scene_add_amount(s, "voucher", voucher);
        if (scene_chance(s, 30))
            scene_add_amount(s, "credit", scene_below(s, (uint32_t)voucher + 1));
    }
    if (scene_chance(s, 30))
        scene_add(s, ",\"scan\":true");
    scene_end(s);
}

/* Mostly one of the last orders; whole, in parts, its last fen, or a fen too much. */
static void scene_refund(scene *s)
{
    uint32_t last = s->order_count < 25 ? s->order_count : 25;
    scene_order none = {90000, 100, 100};
    const scene_order *o = &none;
    if (s->order_count > 0 && scene_chance(s, 99))
        o = &s->orders[s->order_count - 1 -
                       scene_below(s, scene_chance(s, 75) ? last : s->order_count)];
    int64_t left = o->left ? o->left : 1;
    int64_t amount = SCENE_PICK(s, left, left, o->amount, left / 2, o->amount / 3, 1, left + 1,
                                1 + scene_below(s, (uint32_t)left));
    scene_add(s, "{\"cmd\":\"order.refund\",\"id\":\"r%u\",\"order\":\"o%u\"", s->serial++,
              o->serial);
    scene_add_amount(s, "amount", amount ? amount : 1);
    if (scene_chance(s, 60))
        scene_add(s, ",\"late\":true");
    scene_end(s);
}

static void scene_redeem(scene *s)
{
    const scene_holder *holder = &s->holders[SCENE_COINS];
    bool has = holder->has > 0 && scene_chance(s, 80);
    scene_add(s, "{\"cmd\":\"coin.redeem\",\"id\":\"c%u\",\"member\":\"m%u\",\"shop\":\"s%u\"",
              s->serial++, has ? holder->index : scene_some(s, s->members),
              scene_some(s, s->shops));
    scene_add_amount(s, "coins", scene_some_of(s, has ? holder->has : 1000));
    scene_end(s);
}

static void scene_withdraw(scene *s)
{
    static const char *const steps[] = {"approve", "approve", "paid", "paid", "reject"};
    uint32_t last = s->withdrawals < 4 ? s->withdrawals : 4;
    if (last == 0 || scene_chance(s, 40)) {
        bool member = scene_chance(s, 70);
        const scene_holder *holder = &s->holders[member ? SCENE_WALLET : SCENE_RECEIVABLE];
        bool has = holder->has > 0 && scene_chance(s, 80);
        scene_add(s, "{\"cmd\":\"withdraw.request\",\"id\":\"w%u\",\"%s\":\"%c%u\"",
                  s->withdrawals++, member ? "member" : "shop", member ? 'm' : 's',
                  has ? holder->index : scene_some(s, member ? s->members : s->shops));
        scene_add_amount(s, "amount", scene_some_of(s, has ? holder->has : 20000));
    } else {
        scene_add(s, "{\"cmd\":\"withdraw.%s\",\"id\":\"w%u\"", steps[scene_below(s, 5)],
                  s->withdrawals - 1 - scene_below(s, last));
    }
    scene_end(s);
}

static void scene_sell(scene *s)
{
    const scene_holder *holder = &s->holders[SCENE_UNITS];
    bool has = holder->has > 0 && scene_chance(s, 80);
    int64_t units = scene_some_of(s, has ? holder->has : 30000000);
    scene_add(s, "{\"cmd\":\"token.sell\",\"id\":\"t%u\",\"member\":\"m%u\"", s->serial++,
              has ? holder->index : scene_some(s, s->members));
    scene_add(s, ",\"n\":\"%lld.%06lld\"", (long long)units / 1000000, (long long)units % 1000000);
    scene_end(s);
}

static void scene_raise(scene *s)
{
    scene_add(s, "{\"cmd\":\"token.inject\",\"id\":\"i%u\"", s->serial++);
    scene_add_amount(s, "amount", 1 + scene_below(s, (uint32_t)SCENE_PICK(s, 3, 1000, 20000)));
    scene_end(s);
}

static void scene_inject(scene *s)
{
    scene_add(s, "{\"cmd\":\"fund.inject\",\"id\":\"f%u\",\"fund\":\"%s\"", s->serial++,
              scene_chance(s, 50) ? "credit" : "capital");
    scene_add_amount(s, "amount", 1 + scene_below(s, 50000));
    scene_end(s);
}

static void scene_close(scene *s)
{
    int32_t days = (int32_t)SCENE_PICK(s, 0, 0, 0, 0, 1, 3, -1);
    scene_add(s, "{\"cmd\":\"day.close\"");
    scene_add_day(s, "day", s->today + days);
    scene_add(s, "}");
    if (days >= 0)
        s->today += days + 1;
}

static void scene_sweep(scene *s)
{
    scene_add(s, "{\"cmd\":\"cohort.sweep\",\"pool\":\"p%u\",\"cohort\":%u",
              scene_below(s, s->pools),
              1 + scene_below(s, scene_chance(s, 20) ? 2000 : 1 + s->serial / 12));
    scene_end(s);
}

static void scene_read(scene *s)
{
    uint32_t pick = scene_below(s, 11);
    if (pick == 10)
        scene_add(s, "{\"cmd\":\"token.get\"}");
    else if (pick < 5)
        scene_add(s, "{\"cmd\":\"account.get\",\"member\":\"m%u\"}", scene_some(s, s->members));
    else if (pick < 8)
        scene_add(s, "{\"cmd\":\"account.get\",\"shop\":\"s%u\"}", scene_some(s, s->shops));
    else if (pick < 9)
        scene_add(s, "{\"cmd\":\"pool.get\",\"pool\":\"p%u\"}", scene_below(s, s->pools));
    else
        scene_add(s, "{\"cmd\":\"funds.get\"}");
}

/* A command that was sent before, as it was, with a blank more, or with something changed. */
static void scene_repeat(scene *s)
{
    s->again_of = scene_below(s, s->old_count);
    jf_str line = s->old[s->again_of].line;
    s->again = scene_chance(s, 70);
    s->conflicts = !s->again;
    if (s->again) {
        jf_buf_c(&s->line, scene_chance(s, 50) ? "{ " : "{");
        jf_buf_str(&s->line, (jf_str){line.p + 1, line.n - 1});
        return;
    }
    /* Another offset is another instant: one minute later. */
    jf_buf_str(&s->line, (jf_str){line.p, line.n - 8});
    jf_buf_c(&s->line, "+07:59\"}");
}

/* A command that was accepted, and has an id: it may come again. */
static void scene_remember(scene *s, jf_str line, uint32_t step)
{
    uint32_t at = s->old_count < SCENE_OLD ? s->old_count++ : scene_below(s, SCENE_OLD);
    s->old[at] = (scene_sent){jf_str_dup(&s->arena, line), step};
}

static void scene_paid(scene *s, uint32_t serial, int64_t amount)
{
    if (s->order_count < SCENE_ORDERS)
        s->orders[s->order_count++] = (scene_order){serial, amount, amount};
}

static void scene_refunded(scene *s, uint32_t serial, int64_t amount)
{
    for (uint32_t i = 0; i < s->order_count; i++)
        if (s->orders[i].serial == serial)
            s->orders[i].left -= amount;
}

static void scene_init(scene *s, uint64_t seed)
{
    *s = (scene){.random = seed, .today = jf_day_from_civil(2024, 2, 25).n};
    jf_arena_init(&s->arena, 0);
    jf_buf_init(&s->line, NULL);
    s->joint = scene_chance(s, 40);
    s->pools = s->joint ? 1 : SCENE_POOLS;
    s->hold_days = (int32_t)SCENE_PICK(s, 0, 0, 1, 2, 3);
    s->tokens = scene_chance(s, 50);
    s->orders = JF_NEW_ARRAY(&s->arena, scene_order, SCENE_ORDERS);
}

static void scene_free(scene *s)
{
    jf_buf_free(&s->line);
    jf_arena_free(&s->arena);
}

/* Payments, and what takes them back or moves what they brought about. */
static void scene_trade(scene *s)
{
    uint32_t pick = scene_below(s, 100);
    if (pick < 24)
        scene_refund(s);
    else if (pick < 28)
        scene_redeem(s);
    else if (pick < 33)
        scene_withdraw(s);
    else if (pick < 41)
        scene_sell(s);
    else if (pick < 43)
        scene_raise(s);
    else
        scene_pay(s);
}

/* The next command, valid until the next call. */
static jf_str scene_next(scene *s, uint32_t step)
{
    uint32_t pick = scene_below(s, 1000);
    jf_buf_clear(&s->line);
    s->again = s->conflicts = false;
    if (pick < 80 && step > 30)
        s->today += (int32_t)SCENE_PICK(s, 0, 1, 1, 1, 2, 5);
    if (step == 0)
        scene_policy(s, s->today);
    else if (s->members < 4 || pick < 30)
        scene_member(s);
    else if (s->shops < 4 || pick < 50)
        scene_shop(s);
    else if (pick < 65)
        scene_update(s);
    else if (pick < 75)
        scene_bind(s);
    else if (pick < 100)
        scene_seat(s);
    else if (pick < 110)
        scene_inject(s);
    else if (pick < 180)
        scene_close(s);
    else if (pick < 210)
        scene_sweep(s);
    else if (pick < 222)
        scene_policy(s, s->today + (int32_t)SCENE_PICK(s, 0, 0, 1, 4, -1));
    else if (pick < 262 && s->old_count > 0)
        scene_repeat(s);
    else if (pick < 340)
        scene_read(s);
    else
        scene_trade(s);
    return jf_buf_view(&s->line);
}

#endif
