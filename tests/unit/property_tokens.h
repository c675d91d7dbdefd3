/*
 * The appreciation pool of the oracle of test_property.c (spec section 12).
 *
 * Plain arrays and full scans, where the program keeps heaps and queues. It is
 * told what happens in the order in which it happens, and knows the pool, the
 * units, every lot, and what each party was paid for units or had to give back.
 *
 * Invariants: units are the sum of the lots' units; the price never falls.
 */
#ifndef TESTS_PROPERTY_TOKENS_H
#define TESTS_PROPERTY_TOKENS_H

#include "base/str.h"
#include "base/units.h"

#define TOKENS_LOTS 4096
#define TOKENS_ONE INT64_C(10000000000) /* CNY a unit, in millionths, to fen a millionth */

typedef struct token_rules {
    int64_t mint, sell_fee, exit_multiple, exit_fee; /* ppm */
    int64_t initial;                                 /* millionths of CNY a unit */
    bool by_lot, spot;
} token_rules;

typedef struct token_lot {
    uint32_t owner;
    jf_str member, order; /* ids */
    int64_t minted, units, spend, sold, burnt, proceeds;
} token_lot;

/* A member's price of the day. */
typedef struct token_day {
    int32_t day;
    int64_t over, under;
} token_day;

/* What a member, or a lot, holds and has spent on it. */
typedef struct token_stake {
    uint32_t owner;
    token_lot *lot; /* the first */
    int64_t units, spend;
} token_stake;

typedef struct tokens {
    int64_t pool, units, residue;
    int64_t over, under; /* the last price */
    token_lot lots[TOKENS_LOTS];
    uint32_t count;      /* in the order in which they were minted */
    token_stake *stakes; /* by owner, for tokens_exits */
    uint64_t exits, emptied, lot_exits;
} tokens;

static int64_t tokens_floor(int64_t a, int64_t b, int64_t d)
{
    return (int64_t)((jf_i128)a * b / d);
}

static int64_t tokens_ceiling(int64_t a, int64_t b, int64_t d)
{
    return (int64_t)(((jf_i128)a * b + d - 1) / d);
}

static void tokens_price(const tokens *t, const token_rules *now, int64_t *over, int64_t *under)
{
    *over = t->units ? t->pool : t->under ? t->over : now->initial;
    *under = t->units ? t->units : t->under ? t->under : TOKENS_ONE;
}

/* As answers show it: millionths of CNY a unit. */
static int64_t tokens_shown(const tokens *t, const token_rules *now)
{
    int64_t over, under;
    tokens_price(t, now, &over, &under);
    return tokens_floor(over, TOKENS_ONE, under);
}

/* Returns the new lot, or NULL when nothing was minted. */
static token_lot *tokens_mint(tokens *t, const token_rules *own, const token_rules *now,
                              int64_t inflow)
{
    int64_t over, under;
    tokens_price(t, now, &over, &under);
    int64_t minted = tokens_floor(tokens_floor(inflow, own->mint, JF_PPM_ONE), under, over);
    *(minted > 0 || t->units > 0 ? &t->pool : &t->residue) += inflow;
    t->units += minted;
    if (minted == 0)
        return NULL;
    token_lot *lot = &t->lots[t->count++];
    *lot = (token_lot){.minted = minted, .units = minted};
    return lot;
}

/* What is left of a pool without units goes aside; the last price stays. */
static void tokens_settle(tokens *t, int64_t over, int64_t under)
{
    if (t->units > 0)
        return;
    t->over = over;
    t->under = under;
    t->residue += t->pool;
    t->pool = 0;
    t->emptied++;
}

static void lot_gives(token_lot *lot, int64_t units)
{
    lot->spend -= tokens_floor(lot->spend, units, lot->units);
    lot->units -= units;
}

/*
 * Units leave the lots of an owner, or one lot, oldest first, at a price.
 * Returns what is paid; the fee, rounded up, stays in the pool.
 */
static int64_t tokens_leave(tokens *t, uint32_t owner, token_lot *only, int64_t units, int64_t over,
                            int64_t under, int64_t fee)
{
    int64_t value = tokens_floor(units, over, under), left = units;
    int64_t paid = value - tokens_ceiling(value, fee, JF_PPM_ONE), unpaid = paid;
    int64_t last_over = t->pool, last_under = t->units;
    for (uint32_t i = 0; i < t->count && left > 0; i++) {
        token_lot *lot = &t->lots[i];
        if (lot->units == 0 || (only ? lot != only : lot->owner != owner))
            continue;
        int64_t taken = lot->units < left ? lot->units : left;
        int64_t share = taken == left ? unpaid : tokens_floor(paid, taken, units);
        lot_gives(lot, taken);
        lot->sold += taken;
        lot->proceeds += share;
        left -= taken;
        unpaid -= share;
    }
    t->pool -= paid;
    t->units -= units;
    tokens_settle(t, last_over, last_under);
    return paid;
}

/* What each lot is part of: its owner's stake, or one of its own. */
static void stakes_sum(tokens *t)
{
    for (uint32_t i = 0; i < t->count; i++)
        t->stakes[t->lots[i].owner] = (token_stake){0};
    for (uint32_t i = 0; i < t->count; i++) {
        token_lot *lot = &t->lots[i];
        token_stake *stake = &t->stakes[lot->owner];
        if (lot->units == 0)
            continue;
        stake->owner = lot->owner;
        stake->lot = stake->lot ? stake->lot : lot;
        stake->units += lot->units;
        stake->spend += lot->spend;
    }
}

static token_stake stake_of_lot(tokens *t, token_lot *lot, bool by_lot)
{
    if (!by_lot)
        return t->stakes[lot->owner];
    return (token_stake){lot->owner, lot, lot->units, lot->spend};
}

/* Smallest spend/n first, then by member id, then by order id. */
static bool stake_before(const token_stake *a, const token_stake *b)
{
    jf_i128 left = (jf_i128)a->spend * b->units, right = (jf_i128)b->spend * a->units;
    if (left != right)
        return left < right;
    int member = jf_str_cmp(a->lot->member, b->lot->member);
    return member ? member < 0 : jf_str_cmp(a->lot->order, b->lot->order) < 0;
}

/* n · S / N ≥ multiple · spend: exact, since the amounts of a stream are small. */
static bool stake_qualifies(const tokens *t, const token_rules *now, const token_stake *stake)
{
    return (jf_i128)stake->units * t->pool * JF_PPM_ONE >=
           (jf_i128)now->exit_multiple * stake->spend * t->units;
}

/* After every change of price: pays into money[owner] who is forced out, one after the other. */
static void tokens_exits(tokens *t, const token_rules *now, int64_t *money)
{
    for (;;) {
        token_stake first = {0};
        if (!now->by_lot)
            stakes_sum(t);
        for (uint32_t i = 0; i < t->count; i++) {
            if (t->lots[i].units == 0)
                continue;
            token_stake stake = stake_of_lot(t, &t->lots[i], now->by_lot);
            if (!first.lot || stake_before(&stake, &first))
                first = stake;
        }
        if (!first.lot || !stake_qualifies(t, now, &first))
            return;
        t->exits++;
        t->lot_exits += now->by_lot;
        money[first.owner] += tokens_leave(t, first.owner, now->by_lot ? first.lot : NULL,
                                           first.units, t->pool, t->units, now->exit_fee);
    }
}

/* A sale at the price of the member's day, or of the moment; returns what is paid. */
static int64_t tokens_sell(tokens *t, const token_rules *now, uint32_t owner, int64_t units,
                           token_day *own, int32_t day, int64_t *value)
{
    int64_t over = t->pool, under = t->units;
    if (!now->spot && own->under > 0 && own->day == day) {
        over = own->over;
        under = own->under;
    } else if (!now->spot) {
        *own = (token_day){day, over, under};
    }
    *value = tokens_floor(units, over, under);
    return tokens_leave(t, owner, NULL, units, over, under, now->sell_fee);
}

/*
 * A refund of an order's lot (NULL: it minted nothing). `goal`: units to burn in
 * all; share: what the pool should give. Returns the loss; *claimed is taken from
 * the owner for units that were sold.
 */
static int64_t tokens_refund(tokens *t, token_lot *lot, int64_t goal, int64_t share,
                             int64_t *claimed)
{
    *claimed = 0;
    if (!lot)
        return share;
    int64_t over = t->pool, under = t->units, given = 0;
    int64_t wanted = goal - lot->burnt, burnt = wanted < lot->units ? wanted : lot->units;
    if (t->units > 0)
        given = t->pool - tokens_ceiling(t->pool, t->units - burnt, t->units);
    given = given < share ? given : share;
    lot->burnt += wanted;
    if (burnt > 0)
        lot_gives(lot, burnt);
    t->pool -= given;
    t->units -= burnt;
    if (burnt > 0)
        tokens_settle(t, over, under);
    if (wanted > burnt && lot->sold > 0)
        *claimed = tokens_floor(lot->proceeds, wanted - burnt, lot->sold);
    if (*claimed > share - given)
        *claimed = share - given;
    return share - given - *claimed;
}

#endif
