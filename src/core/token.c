/*
 * The appreciation pool: minting, leaving it by sale, exit or refund.
 */
#include "core/token.h"

#include "base/check.h"
#include "base/wide.h"
#include "core/claim.h"
#include "core/ledger.h"
#include "core/receive.h"
#include "core/stake.h"

static int64_t pool_of(const jf_world *w)
{
    return jf_balance(w, JF_PLATFORM, JF_SLOT(TOKEN_POOL));
}

static int64_t issued(const jf_world *w)
{
    return -jf_balance(w, JF_PLATFORM, JF_SLOT(TOKENS_ISSUED));
}

/* CNY a unit in millionths as fen a millionth of a unit: p · 100 / 10^12. */
static jf_price initial_price(const jf_policy *policy)
{
    return (jf_price){policy->token.initial_price, INT64_C(10000000000)};
}

jf_price jf_token_price(const jf_world *w)
{
    int64_t units = issued(w);
    JF_ASSERT(units >= 0);
    if (units > 0)
        return (jf_price){pool_of(w), units};
    if (w->state.price_under > 0)
        return (jf_price){w->state.price_over, w->state.price_under};
    return initial_price(jf_world_policy(w, w->state.open_day));
}

int64_t jf_price_shown(jf_price price)
{
    /* over/under fen a millionth is over · 10^10 / under millionths of CNY a unit. */
    jf_i128 shown = (jf_i128)price.over * INT64_C(10000000000) / price.under;
    JF_ASSERT(price.under > 0);
    return shown > INT64_MAX ? INT64_MAX : (int64_t)shown;
}

int64_t jf_price_of(jf_price price, jf_token units)
{
    int64_t value = 0;
    bool fits = jf_mul_div(units.v, price.over, price.under, &value);
    JF_ASSERT(fits && value >= 0);
    return value;
}

uint32_t jf_token_holders(const jf_world *w)
{
    return w->queues[JF_EXIT_MEMBER].count;
}

/* What was really spent, less what was refunded before the order matured (sections 10, 12). */
static int64_t spend_left(const jf_order *order)
{
    int64_t spend = order->amount.v - order->legacy.v, gone = 0;
    bool fits = jf_mul_div(spend, order->refunded_held.v, order->amount.v, &gone);
    JF_ASSERT(fits && gone <= spend);
    return spend - gone;
}

static void lot_open(jf_step *s, const jf_order *order, jf_token units)
{
    jf_world *w = s->w;
    const jf_stake *stake = jf_stake_of(w, order->buyer);
    jf_str member = stake ? stake->member : jf_world_party_no(w, order->buyer)->id;
    jf_lot row = {
        .owner = order->buyer, .order = order->number, .member_id = member, .order_id = order->id};
    jf_lot *lot = jf_world_lot(w, order->number);
    if (!lot || !jf_str_eq(lot->order_id, order->id) || lot->owner != order->buyer)
        lot = jf_world_put_lot(w, &row);
    jf_touch(w, &lot->row);
    lot->row.exists = true;
    lot->since = s->journal->number;
    lot->minted = lot->units = units;
    lot->spend.v = spend_left(order);
    lot->sold = lot->burnt = (jf_token){0};
    lot->proceeds = (jf_cny){0};
    jf_stake_moved(w, lot);
}

void jf_token_mint(jf_step *s, jf_order *order, jf_cny inflow, uint32_t why)
{
    const jf_policy *policy = s->w->policies[order->version - 1];
    jf_price price = jf_token_price(s->w);
    int64_t value = 0;
    jf_token units = {0};
    if (inflow.v == 0)
        return;
    if (!jf_ratio_of(inflow.v, policy->token.mint, &value) ||
        !jf_mul_div(value, price.under, price.over, &units.v)) {
        s->overflow = true;
        return;
    }
    bool enters = units.v > 0 || issued(s->w) > 0;
    jf_post_cny(s, JF_PLATFORM, enters ? JF_SLOT(TOKEN_POOL) : JF_SLOT(TOKEN_RESIDUE), inflow, why);
    jf_post_token(s, order->buyer, JF_SLOT(TOKENS), units, why);
    jf_post_token(s, JF_PLATFORM, JF_SLOT(TOKENS_ISSUED), (jf_token){-units.v}, why);
    if (units.v > 0 && !s->overflow)
        lot_open(s, order, units);
    jf_touch(s->w, &order->row);
    order->minted = units;
}

/* When nobody holds a unit, what is left would belong to the next buyer: it goes aside. */
static void settle_empty(jf_step *s, jf_price last)
{
    if (s->overflow || issued(s->w) > 0)
        return;
    int64_t rest = pool_of(s->w);
    JF_ASSERT(rest >= 0);
    jf_touch(s->w, &s->w->state.row);
    s->w->state.price_over = last.over;
    s->w->state.price_under = last.under;
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(TOKEN_POOL), (jf_cny){-rest}, JF_WHY_RESIDUE);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(TOKEN_RESIDUE), (jf_cny){rest}, JF_WHY_RESIDUE);
}

/* Units of one lot leave it; spend goes in proportion, floored. */
static void lot_take(jf_step *s, jf_lot *lot, int64_t units)
{
    int64_t spend = 0;
    bool fits = jf_mul_div(lot->spend.v, units, lot->units.v, &spend);
    JF_ASSERT(fits && units > 0 && units <= lot->units.v);
    jf_touch(s->w, &lot->row);
    lot->units.v -= units;
    lot->spend.v -= spend;
}

/*
 * Sell from the lots, first in, first out. Each lot's share of what is paid is
 * floored, the last takes the rest.
 */
static void lots_sell(jf_step *s, jf_lot *lot, int64_t units, int64_t paid, bool one_lot)
{
    int64_t left = units, paid_left = paid;
    while (left > 0) {
        JF_ASSERT(lot != NULL);
        jf_lot *next = lot->place.next;
        int64_t taken = lot->units.v < left ? lot->units.v : left;
        int64_t share = 0;
        if (taken == left)
            share = paid_left;
        else
            jf_mul_div(paid, taken, units, &share);
        lot_take(s, lot, taken);
        lot->sold.v += taken;
        lot->proceeds.v += share;
        left -= taken;
        paid_left -= share;
        jf_stake_moved(s->w, lot);
        JF_ASSERT(!one_lot || left == 0);
        lot = next;
    }
}

/* Units leave the pool for money at a price; the fee stays in it. Returns what was paid. */
static int64_t leave(jf_step *s, uint32_t owner, jf_token units, jf_price price, jf_ppm fee,
                     uint32_t why)
{
    jf_price last = jf_token_price(s->w);
    int64_t value = jf_price_of(price, units), kept = 0;
    bool fits = jf_mul_div_up(value, fee.v, JF_PPM_ONE, &kept);
    int64_t paid = value - kept;
    JF_ASSERT(fits && paid >= 0 && paid <= pool_of(s->w));
    jf_post_token(s, owner, JF_SLOT(TOKENS), (jf_token){-units.v}, why);
    jf_post_token(s, JF_PLATFORM, JF_SLOT(TOKENS_ISSUED), units, why);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(TOKEN_POOL), (jf_cny){-paid}, why);
    jf_receive_cny(s, owner, (jf_cny){paid}, why);
    settle_empty(s, last);
    return paid;
}

/* n · price ≥ exit_multiple · spend, exactly. A holding whose spend is 0 qualifies at once. */
static bool qualifies(const jf_stake *stake, jf_price price, jf_ppm multiple)
{
    return jf_product3_cmp(stake->units, price.over, JF_PPM_ONE, multiple.v, stake->spend,
                           price.under) >= 0;
}

#define STALL_MOST 4096

/* The next in the queue are not all in memory: name them, so that one fetch serves many exits. */
static void stall(jf_step *s, jf_exit_scope scope)
{
    jf_world *w = s->w;
    const jf_queue *queue = &w->queues[scope];
    uint32_t room = queue->count < STALL_MOST ? queue->count : STALL_MOST;
    w->stalled = JF_NEW_ARRAY(&w->batch, uint32_t, room);
    w->stalled_count = 0;
    for (uint32_t i = 0; i < queue->count && w->stalled_count < room; i++)
        if (!jf_world_party_no(w, queue->heap[i].stake->owner))
            w->stalled[w->stalled_count++] = queue->heap[i].stake->owner;
    JF_ASSERT(w->stalled_count > 0);
}

void jf_token_exits(jf_step *s)
{
    const jf_token_policy *policy = &s->policy->token;
    while (!s->overflow && !s->w->stalled) {
        jf_stake *stake = jf_stake_first(s->w, policy->exit_scope);
        jf_price price = jf_token_price(s->w);
        if (!stake || !qualifies(stake, price, policy->exit_multiple))
            return;
        if (!jf_world_party_no(s->w, stake->owner)) {
            stall(s, policy->exit_scope);
            return;
        }
        uint32_t owner = stake->owner;
        jf_token units = {stake->units};
        int64_t paid = leave(s, owner, units, price, policy->exit_fee, JF_WHY_EXIT);
        lots_sell(s, stake->lot, units.v, paid, policy->exit_scope == JF_EXIT_LOT);
    }
}

/* ⌊net proceeds · missing / gone⌋ of units that were sold is claimed, up to what the pool lacks. */
static int64_t claim_proceeds(jf_step *s, const jf_lot *lot, int64_t missing, int64_t lacking,
                              int64_t *debt, uint32_t why)
{
    int64_t claim = 0;
    if (missing == 0 || lot->sold.v == 0)
        return 0;
    bool fits = jf_mul_div(lot->proceeds.v, missing, lot->sold.v, &claim);
    JF_ASSERT(fits);
    claim = claim < lacking ? claim : lacking;
    *debt += jf_claim_cny(s, lot->owner, (jf_cny){claim}, why);
    return claim;
}

/* Units to burn in all: ⌊n · (X_total − X₀) / (A − X₀)⌋. */
static int64_t burn_goal(const jf_order *order, int64_t total)
{
    int64_t goal = 0;
    int64_t base = order->amount.v - order->refunded_held.v;
    if (base == 0)
        return 0;
    bool fits = jf_mul_div(order->minted.v, total - order->refunded_held.v, base, &goal);
    JF_ASSERT(fits);
    return goal;
}

/* What the pool can give without its price falling: S − ⌈S · (N − burnt) / N⌉. */
static int64_t pool_gives(const jf_world *w, int64_t burnt)
{
    int64_t pool = pool_of(w), units = issued(w), stays = 0;
    if (units == 0)
        return 0;
    bool fits = jf_mul_div_up(pool, units - burnt, units, &stays);
    JF_ASSERT(fits && stays <= pool);
    return pool - stays;
}

int64_t jf_token_refund(jf_step *s, jf_order *order, int64_t total, jf_cny share, uint32_t why)
{
    jf_lot *lot = jf_world_lot(s->w, order->number);
    int64_t debt = 0;
    if (!lot || !lot->row.exists) {
        jf_post_cny(s, JF_PLATFORM, JF_SLOT(REFUND_LOSS), (jf_cny){-share.v}, why);
        return 0;
    }
    jf_price last = jf_token_price(s->w);
    int64_t wanted = burn_goal(order, total) - lot->burnt.v;
    int64_t burnt = wanted < lot->units.v ? wanted : lot->units.v;
    int64_t given = pool_gives(s->w, burnt);
    given = given < share.v ? given : share.v;
    JF_ASSERT(wanted >= 0 && burnt >= 0);
    jf_touch(s->w, &lot->row);
    if (burnt > 0)
        lot_take(s, lot, burnt);
    lot->burnt.v += wanted;
    jf_stake_moved(s->w, lot);
    jf_post_token(s, order->buyer, JF_SLOT(TOKENS), (jf_token){-burnt}, why);
    jf_post_token(s, JF_PLATFORM, JF_SLOT(TOKENS_ISSUED), (jf_token){burnt}, why);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(TOKEN_POOL), (jf_cny){-given}, why);
    if (burnt > 0)
        settle_empty(s, last);
    int64_t claimed = claim_proceeds(s, lot, wanted - burnt, share.v - given, &debt, why);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(REFUND_LOSS), (jf_cny){given + claimed - share.v}, why);
    return debt;
}

/* --- commands ---------------------------------------------------------------------- */

/* The price of the day: the first sale of a member fixes it for all that day (spec section 12). */
static jf_price sale_price(jf_step *s, jf_party *member)
{
    jf_price now = jf_token_price(s->w);
    if (s->policy->token.sell_price != JF_SELL_DAY)
        return now;
    if (member->sell_under > 0 && member->sell_day.n == s->day.n)
        return (jf_price){member->sell_over, member->sell_under};
    jf_touch(s->w, &member->row);
    member->sell_day = s->day;
    member->sell_over = now.over;
    member->sell_under = now.under;
    return now;
}

void jf_needs_token_sell(const jf_world *w, const jf_cmd_token_sell *c, jf_needs *needs)
{
    jf_want_party(w, needs, JF_PARTY_MEMBER, c->member);
}

/* What a seller wants to know before, besides the answer. */
static void sale_members(jf_step *s, const jf_party *member, jf_price price, int64_t fee)
{
    jf_jw_decimal(s->reply, "fee", fee, 2);
    jf_jw_decimal(s->reply, "sale_price", jf_price_shown(price), 6);
    jf_jw_decimal(s->reply, "left", jf_balance(s->w, member->no, JF_SLOT(TOKENS)), 6);
}

jf_code jf_do_token_sell(jf_step *s, const jf_cmd_token_sell *c)
{
    jf_party *member = jf_world_party(s->w, JF_PARTY_MEMBER, c->member);
    JF_ASSERT(member != NULL);
    if (!member->row.exists)
        return jf_refuse(s->error, JF_E_NOT_FOUND, "member", "there is no member \"%.*s\"",
                         JF_STR_ARG(c->member));
    if (c->n.v > jf_balance(s->w, member->no, JF_SLOT(TOKENS)))
        return jf_refuse(s->error, JF_E_INSUFFICIENT_TOKENS, "n", "the member holds fewer units");
    jf_price price = sale_price(s, member);
    int64_t paid = leave(s, member->no, c->n, price, s->policy->token.sell_fee, JF_WHY_SELL);
    lots_sell(s, jf_stake_of(s->w, member->no)->lot, c->n.v, paid, false);
    jf_token_exits(s);
    int64_t value = jf_price_of(price, c->n);
    jf_jw_decimal(s->reply, "value", value, 2);
    jf_jw_decimal(s->reply, "paid", paid, 2);
    jf_jw_decimal(s->reply, "price", jf_price_shown(jf_token_price(s->w)), 6);
    if (s->trial)
        sale_members(s, member, price, value - paid);
    return JF_OK;
}

void jf_needs_token_inject(const jf_world *w, const jf_cmd_token_inject *c, jf_needs *needs)
{
    (void)w, (void)c, (void)needs; /* the pool is always resident */
}

jf_code jf_do_token_inject(jf_step *s, const jf_cmd_token_inject *c)
{
    JF_ASSERT(c->amount > 0);
    if (issued(s->w) == 0)
        return jf_refuse(s->error, JF_E_STATE_CONFLICT, "", "nobody holds a unit that could rise");
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(CASH), (jf_cny){-c->amount}, JF_WHY_INJECT);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(TOKEN_POOL), (jf_cny){c->amount}, JF_WHY_INJECT);
    jf_token_exits(s);
    jf_jw_decimal(s->reply, "price", jf_price_shown(jf_token_price(s->w)), 6);
    return JF_OK;
}

void jf_needs_token_get(const jf_world *w, const jf_cmd_token_get *c, jf_needs *needs)
{
    (void)w, (void)c, (void)needs; /* the pool is always resident */
}

jf_code jf_do_token_get(jf_step *s, const jf_cmd_token_get *c)
{
    (void)c;
    if (s->w->state.policies == 0)
        return jf_refuse(s->error, JF_E_STATE_CONFLICT, "", "there is no policy yet");
    JF_ASSERT(pool_of(s->w) >= 0);
    jf_jw_decimal(s->reply, "pool", pool_of(s->w), 2);
    jf_jw_decimal(s->reply, "units", issued(s->w), 6);
    jf_jw_decimal(s->reply, "price", jf_price_shown(jf_token_price(s->w)), 6);
    jf_jw_int(s->reply, "holders", jf_token_holders(s->w));
    return JF_OK;
}
