/*
 * Random command streams for test_property.c, made from a seed.
 *
 * The generator knows what exists, so most of what it makes is accepted, and it
 * aims beside the mark on purpose now and then. It keeps no balances: what an
 * answer must be is for property_books.h to know, which names somebody who has
 * something to spend before each command (scene_holder). Days move often.
 */
#ifndef TESTS_PROPERTY_COMMANDS_H
#define TESTS_PROPERTY_COMMANDS_H

#include "property_policy.h"

/* ------------------------------------------------------------------------
 * Parties.
 */

static void scene_member(scene *s)
{
    scene_add(s, "{\"cmd\":\"member.create\",\"id\":\"m%u\"", s->members++);
    if (s->members > 1 && scene_chance(s, 60))
        scene_add(s, ",\"referrer\":\"m%u\"",
                  scene_chance(s, 40) && s->members > SCENE_REGULARS
                      ? scene_below(s, SCENE_REGULARS)
                      : scene_some(s, s->members - 1));
    if (scene_chance(s, 20))
        scene_add(s, ",\"phone\":\"1380000%04u\"", scene_below(s, 300));
    scene_end(s);
}

static const char *scene_region(scene *s)
{
    static const char *const regions[] = {"330106", "330105", "330206", "440300"};
    return regions[scene_below(s, 4)];
}

/* A shop, mostly one of the kind that is asked for. */
static uint32_t scene_shop_of(scene *s, scene_kind kind)
{
    uint32_t shop = scene_some(s, s->shops);
    for (int tries = 0; tries < 16; tries++) {
        if (shop >= s->shops || s->kind[shop] == kind)
            return shop;
        shop = scene_below(s, s->shops);
    }
    return shop;
}

/* Half of the time somebody of the name of a relation. */
static void scene_relation(scene *s, const char *key)
{
    if (scene_chance(s, 50))
        scene_add(s, ",\"%s\":\"m%u\"", key, scene_regular(s));
}

static int64_t scene_rebate(scene *s)
{
    if (s->preset && s->preset->rebate && scene_chance(s, 90))
        return s->preset->rebate;
    return scene_chance(s, 10) ? SCENE_PICK(s, 500000, 1000000)
                               : SCENE_PICK(s, 30000, 200000, 100000, 50000, 123456);
}

static void scene_shop(scene *s)
{
    static const char *const kinds[SCENE_KINDS] = {"alliance", "brand", "self", "supply", "chain"};
    uint32_t kind = scene_below(s, SCENE_KINDS);
    s->kind[s->shops] = (uint8_t)kind;
    scene_add(s, "{\"cmd\":\"shop.create\",\"id\":\"s%u\",\"owner\":\"m%u\",\"kind\":\"%s\"",
              s->shops++, scene_some(s, s->members), kinds[kind]);
    scene_add(s, ",\"region\":\"%s\"", scene_region(s));
    scene_add_ratio(s, "rebate",
                    kind == SCENE_SELF && scene_chance(s, 40) ? 1000000 : scene_rebate(s));
    scene_relation(s, "recruiter");
    scene_relation(s, "city_partner");
    scene_relation(s, "staff");
    scene_relation(s, "manager");
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
    if (scene_chance(s, 80))
        scene_add_ratio(s, "rebate", scene_rebate(s));
    if (scene_chance(s, 30))
        scene_add_ratio(s, "max_voucher_ratio", SCENE_PICK(s, 1000000, 800000));
    scene_relation(s, "staff");
    scene_relation(s, "manager");
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

static int64_t scene_least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* All of it, a part of it, or a little. */
static int64_t scene_some_of(scene *s, int64_t has)
{
    int64_t most = SCENE_PICK(s, has, has, 100, 5);
    most = scene_least(most, has);
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

/* A member pays a little with vouchers that are drawn on credit, all of them or but for some. */
static void scene_borrow(scene *s)
{
    int64_t credit = 1 + scene_below(s, 40);
    scene_add(s, "{\"cmd\":\"order.pay\",\"id\":\"o%u\",\"member\":\"m%u\",\"shop\":\"s%u\"",
              s->serial++, scene_some(s, s->members), scene_some(s, s->shops));
    scene_add_amount(s, "amount", credit * SCENE_PICK(s, 1, 2, 10));
    scene_add_amount(s, "voucher", credit);
    scene_add_amount(s, "credit", scene_chance(s, 80) ? credit : 1);
    scene_end(s);
}

/*
 * A member spends consumption coins, mostly in a self-run mall and as many as it
 * may, and vouchers for a part of the rest, when it has some.
 */
static void scene_discount(scene *s)
{
    bool both = s->holders[SCENE_BOTH].has > 0 && scene_chance(s, 60);
    const scene_holder *holder = &s->holders[both ? SCENE_BOTH : SCENE_LEGACY_COINS];
    int64_t coins = scene_some_of(s, holder->has);
    int64_t amount = coins * SCENE_PICK(s, 100, 100, 100, 333, 1100, 3400, 3400, 9900) / 100;
    int64_t rest = scene_least(amount - coins, both ? holder->at : 50);
    int64_t voucher = rest > 0 && scene_chance(s, both ? 80 : 10) ? scene_some_of(s, rest) : 0;
    uint32_t member = scene_chance(s, 97) ? holder->index : scene_some(s, s->members);
    scene_add(s, "{\"cmd\":\"order.pay\",\"id\":\"o%u\",\"member\":\"m%u\",\"shop\":\"s%u\"",
              s->serial++, member, scene_shop_of(s, SCENE_SELF));
    scene_add_amount(s, "amount", amount);
    scene_add_amount(s, "legacy_coins", scene_chance(s, 95) ? coins : coins + 1);
    scene_add_amount(s, "voucher", voucher);
    if (scene_chance(s, 20))
        scene_add_amount(s, "credit", scene_below(s, (uint32_t)voucher + 1));
    scene_end(s);
}

static void scene_pay(scene *s)
{
    if (s->holders[SCENE_VOUCHERS].has > 0 && scene_chance(s, 25)) {
        scene_spend(s, &s->holders[SCENE_VOUCHERS]);
        return;
    }
    if (s->holders[SCENE_LEGACY_COINS].has > 0 && scene_chance(s, 16)) {
        scene_discount(s);
        return;
    }
    if (scene_chance(s, 5)) {
        scene_borrow(s);
        return;
    }
    int64_t scale = s->preset ? s->preset->scale : 1;
    int64_t amount =
        1 + scene_below(s, (uint32_t)SCENE_PICK(s, 5, 100, 2000, 50000 * scale, 500000 * scale));
    scene_add(s, "{\"cmd\":\"order.pay\",\"id\":\"o%u\"", s->serial++);
    if (scene_chance(s, 80))
        scene_add(s, ",\"member\":\"m%u\"", scene_some(s, s->members));
    else
        scene_add(s, ",\"buyer_shop\":\"s%u\"", scene_some(s, s->shops));
    scene_add(s, ",\"shop\":\"s%u\"", scene_some(s, s->shops));
    scene_add_amount(s, "amount", amount);
    if (scene_chance(s, 30)) {
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
    static const char *const steps[] = {"approve", "approve", "paid", "reject", "reject"};
    uint32_t last = s->withdrawals < 3 ? s->withdrawals : 3;
    if (last == 0 || scene_chance(s, 33)) {
        bool member = scene_chance(s, 80);
        const scene_holder *holder = &s->holders[member ? SCENE_WALLET : SCENE_RECEIVABLE];
        bool has = holder->has > 0 && scene_chance(s, 80);
        scene_add(s, "{\"cmd\":\"withdraw.request\",\"id\":\"w%u\",\"%s\":\"%c%u\"",
                  s->withdrawals++, member ? "member" : "shop", member ? 'm' : 's',
                  has ? holder->index : scene_some(s, member ? s->members : s->shops));
        scene_add_amount(s, "amount", scene_some_of(s, has ? holder->has : 20000));
    } else if (s->approved > 0 && scene_chance(s, 35)) {
        scene_add(s, "{\"cmd\":\"withdraw.paid\",\"id\":\"w%u\"", s->approved - 1);
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

/* ------------------------------------------------------------------------
 * Programs, shares, old debts and tax.
 */

/* Mostly a weight; 0 ends it; home_owner has nobody to enroll. */
static void scene_enroll(scene *s)
{
    static const char *const programs[] = {"staff", "level",       "manager",      "team",
                                           "team",  "performance", "shareholders", "home_owner"};
    uint32_t pick = scene_below(s, scene_chance(s, 90) ? 7 : 8);
    int64_t weight = SCENE_PICK(s, 1, 1, 2, 3, 7, 0, 1000000);
    if (pick == 0 && weight > 7)
        weight = 1; /* base pay is money */
    scene_add(s, "{\"cmd\":\"reward.enroll\",\"program\":\"%s\",\"member\":\"m%u\",\"weight\":%lld",
              programs[pick], scene_regular(s), (long long)weight);
    scene_end(s);
}

static void scene_issue(scene *s)
{
    scene_add(s, "{\"cmd\":\"share.issue\",\"id\":\"h%u\",\"shop\":\"s%u\",\"member\":\"m%u\"",
              s->serial++,
              scene_chance(s, 85) ? scene_shop_of(s, SCENE_CHAIN) : scene_some(s, s->shops),
              scene_some(s, s->members));
    scene_add(s, ",\"shares\":%lld", (long long)SCENE_PICK(s, 1, 3, 100, 4294967294));
    scene_end(s);
}

static void scene_transfer(scene *s)
{
    const scene_holder *holder = &s->holders[SCENE_SHARES];
    bool has = holder->has > 0 && scene_chance(s, 85);
    int64_t shares = has ? scene_some_of(s, holder->has) + scene_chance(s, 5) : 1;
    scene_add(s,
              "{\"cmd\":\"share.transfer\",\"id\":\"h%u\",\"shop\":\"s%u\",\"from\":\"m%u\",\"to\":"
              "\"m%u\"",
              s->serial++, has ? holder->at : scene_shop_of(s, SCENE_CHAIN),
              has ? holder->index : scene_some(s, s->members), scene_some(s, s->members));
    scene_add(s, ",\"shares\":%lld", (long long)(shares < 4294967294 ? shares : 4294967294));
    scene_end(s);
}

static void scene_dividend(scene *s)
{
    const scene_holder *holder = &s->holders[SCENE_PROFIT];
    bool has = holder->has > 0 && scene_chance(s, 85);
    scene_add(s, "{\"cmd\":\"dividend.declare\",\"id\":\"d%u\",\"shop\":\"s%u\",\"period\":\"q%u\"",
              s->serial++, has ? holder->at : scene_shop_of(s, SCENE_CHAIN), scene_below(s, 9));
    scene_add_amount(s, "profit", has ? scene_some_of(s, holder->has) + scene_chance(s, 10) : 100);
    scene_end(s);
}

static void scene_import(scene *s)
{
    scene_add(s, "{\"cmd\":\"legacy.import\",\"id\":\"y%u\",\"member\":\"m%u\"", s->serial++,
              scene_chance(s, 90) ? scene_below(s, s->members) : scene_some(s, s->members + 1));
    scene_add_amount(s, "owed", 1 + scene_below(s, (uint32_t)SCENE_PICK(s, 3, 1000, 50000)));
    scene_end(s);
}

static void scene_grant(scene *s)
{
    const scene_holder *holder = &s->holders[SCENE_LEGACY_OWED];
    bool has = holder->has > 0 && scene_chance(s, 85);
    scene_add(s, "{\"cmd\":\"legacy.grant\",\"id\":\"g%u\",\"member\":\"m%u\"", s->serial++,
              has ? holder->index : scene_some(s, s->members));
    scene_add_amount(s, "coins", has ? scene_some_of(s, holder->has) + scene_chance(s, 5) : 1000);
    scene_end(s);
}

static void scene_remit(scene *s)
{
    const scene_holder *holder = &s->holders[SCENE_WITHHELD];
    scene_add(s, "{\"cmd\":\"tax.remit\",\"id\":\"x%u\"", s->serial++);
    scene_add_amount(s, "amount",
                     holder->has > 0 ? scene_some_of(s, holder->has) + scene_chance(s, 15) : 1);
    scene_end(s);
}

static void scene_program(scene *s)
{
    uint32_t pick = scene_below(s, 100);
    if (pick < 25)
        scene_enroll(s);
    else if (pick < 37)
        scene_issue(s);
    else if (pick < 49)
        scene_transfer(s);
    else if (pick < 62)
        scene_dividend(s);
    else if (pick < 74)
        scene_import(s);
    else if (pick < 90)
        scene_grant(s);
    else
        scene_remit(s);
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

static const char *scene_pool_name(scene *s)
{
    return s->pools.count ? s->pools.name[scene_below(s, s->pools.count)] : "none";
}

static void scene_sweep(scene *s)
{
    scene_add(s, "{\"cmd\":\"cohort.sweep\",\"pool\":\"%s\",\"cohort\":%u", scene_pool_name(s),
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
        scene_add(s, "{\"cmd\":\"pool.get\",\"pool\":\"%s\"}", scene_pool_name(s));
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

/* It was refused: there is no such party, and its id is free. */
static void scene_forget(scene *s, bool member)
{
    if (!s->conflicts)
        --*(member ? &s->members : &s->shops);
}

/* A withdrawal took a step: it can be paid now, or no more. */
static void scene_withdrawn(scene *s, uint32_t serial, bool approved)
{
    if (approved)
        s->approved = serial + 1;
    else if (s->approved == serial + 1)
        s->approved = 0;
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
    bool joint = scene_chance(s, 40);
    s->pools = (scene_pools){joint ? 1 : SCENE_POOLS, joint, {"p0", "p1"}};
    if (seed >= SCENE_PRESETS)
        s->preset = &scene_presets[seed % SCENE_PRESET_COUNT];
    s->hold_days = (int32_t)SCENE_PICK(s, 0, 0, 1, 2, 3);
    s->tokens = scene_chance(s, 50);
    s->orders = JF_NEW_ARRAY(&s->arena, scene_order, SCENE_ORDERS);
    s->kind = JF_NEW_ARRAY(&s->arena, uint8_t, SCENE_SHOPS);
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
    else if (pick < 36)
        scene_withdraw(s);
    else if (pick < 43)
        scene_sell(s);
    else if (pick < 45)
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
    else if (pick < 330)
        scene_read(s);
    else if (pick < 440)
        scene_program(s);
    else
        scene_trade(s);
    return jf_buf_view(&s->line);
}

#endif
