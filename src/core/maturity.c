/*
 * Shares and points take effect.
 */
#include "core/maturity.h"

#include "base/check.h"
#include "core/allocation.h"
#include "core/ledger.h"
#include "core/order.h"
#include "core/pool.h"
#include "core/receive.h"
#include "core/token.h"

int64_t jf_order_left(const jf_order *order, int64_t component)
{
    int64_t gone = 0;
    bool fits = jf_mul_div(component, order->refunded_held.v, order->amount.v, &gone);
    JF_ASSERT(fits && gone <= component);
    return component - gone;
}

static void settle_coins(jf_step *s, uint32_t owner, int64_t amount, uint32_t why)
{
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(COIN_RESERVE), (jf_cny){amount}, why);
    jf_post_coin(s, JF_PLATFORM, JF_SLOT(COINS_ISSUED), (jf_coin){-amount}, why);
    jf_receive_coins(s, owner, (jf_coin){amount}, why);
}

static void settle_turnover(jf_step *s, const jf_part *part, int64_t amount, uint32_t why)
{
    jf_slot counted = JF_POOL_SLOT(TURNOVER_COUNTED, (uint32_t)part->to);
    jf_post_turnover(s, part->owner, part->slot, (jf_turnover){amount}, why);
    jf_post_turnover(s, JF_PLATFORM, counted, (jf_turnover){-amount}, why);
}

/* One share reaches the one it is for; the account it waits in says who that is. */
static void settle_part(jf_step *s, const jf_part *part, int64_t amount, uint32_t why)
{
    uint32_t pool = jf_slot_pool(part->slot);
    JF_ASSERT(amount >= 0);
    switch (jf_slot_kind(part->slot)) {
    case JF_ACCOUNT_PENDING_DIVIDEND:
        jf_post_cny(s, JF_PLATFORM, JF_POOL_SLOT(DIVIDEND, pool), (jf_cny){amount}, why);
        return;
    case JF_ACCOUNT_PENDING_POT:
        jf_post_cny(s, JF_PLATFORM, JF_POOL_SLOT(POT, pool), (jf_cny){amount}, why);
        return;
    case JF_ACCOUNT_PENDING_CREDIT_FUND:
        jf_post_cny(s, JF_PLATFORM, JF_SLOT(CREDIT_FUND), (jf_cny){amount}, why);
        return;
    case JF_ACCOUNT_PENDING_VOUCHERS:
        jf_issue_vouchers(s, part->owner, (jf_voucher){amount}, why);
        return;
    case JF_ACCOUNT_PENDING_COINS:
        settle_coins(s, part->owner, amount, why);
        return;
    case JF_ACCOUNT_PENDING_WALLET:
        jf_receive_cny(s, part->owner, (jf_cny){amount}, why);
        return;
    case JF_ACCOUNT_TURNOVER:
        settle_turnover(s, part, amount, jf_why_entry(JF_WHY_TURNOVER, part->entry));
        return;
    case JF_ACCOUNT_PENDING_TOKENS: /* last of all: settle_tokens */
        return;
    default:
        JF_ASSERT_UNREACHED();
    }
}

static jf_pool *side_pool(const jf_step *s, const jf_policy *policy, bool members)
{
    uint32_t pool = jf_policy_pool(policy, members);
    return pool == JF_NO_POOL ? NULL : s->w->pools[pool];
}

static void settle_points(jf_step *s, uint32_t owner, jf_pool *pool, jf_point points, bool held)
{
    if (points.v == 0)
        return;
    JF_ASSERT(pool != NULL);
    if (held)
        jf_post_point(s, owner, JF_SLOT(PENDING_POINTS), (jf_point){-points.v}, JF_WHY_MATURITY);
    else
        jf_post_point(s, JF_PLATFORM, JF_SLOT(POINTS_ISSUED), (jf_point){-points.v}, JF_WHY_POINTS);
    jf_pool_add_points(s, pool, owner, points, held ? JF_WHY_MATURITY : JF_WHY_POINTS);
}

/* Tokens come last, at the price that is then (spec section 18: 4). */
static void settle_tokens(jf_step *s, jf_order *order, bool held)
{
    for (uint32_t i = 0; i < order->part_count; i++) {
        const jf_part *part = &order->parts[i];
        if (part->to != JF_TO_TOKEN_POOL)
            continue;
        uint32_t why = jf_why_entry(held ? JF_WHY_MATURITY : JF_WHY_ALLOCATION, part->entry);
        jf_token_mint(s, order, (jf_cny){jf_order_left(order, part->amount)}, why);
        jf_token_exits(s);
        JF_ASSERT(part->owner == order->buyer);
    }
}

void jf_order_settle(jf_step *s, jf_order *order, bool held)
{
    const jf_policy *policy = s->w->policies[order->version - 1];
    for (uint32_t i = 0; i < order->part_count; i++) {
        const jf_part *part = &order->parts[i];
        int64_t amount = jf_order_left(order, part->amount);
        uint32_t why = jf_why_entry(held ? JF_WHY_MATURITY : JF_WHY_ALLOCATION, part->entry);
        if (held && jf_part_is_money(part))
            jf_post(s, part->owner, part->slot, -amount, why);
        settle_part(s, part, amount, why);
    }
    jf_point buyer = {jf_order_left(order, order->buyer_points.v)};
    jf_point shop = {jf_order_left(order, order->shop_points.v)};
    jf_pool *buyers = side_pool(s, policy, true), *shops = side_pool(s, policy, false);
    settle_points(s, order->buyer, buyers, buyer, held);
    settle_points(s, order->shop, shops, shop, held);
    jf_cny rebate = {jf_order_left(order, order->rebate.v)};
    if (buyer.v > 0)
        jf_pool_add_rebate(s, buyers, rebate);
    if (shop.v > 0 && !(shops == buyers && buyer.v > 0))
        jf_pool_add_rebate(s, shops, rebate);
    settle_tokens(s, order, held);
}

bool jf_order_pending(const jf_world *w, const jf_order *order)
{
    JF_ASSERT(order->row.exists);
    return order->held && order->due_day.n >= w->state.open_day.n;
}

void jf_order_mature(jf_step *s, jf_order *order)
{
    JF_ASSERT(order->row.exists && order->due_day.n == s->day.n);
    if (!order->held)
        return;
    jf_journal_begin(s, JF_JOURNAL_MATURITY, order->number);
    jf_order_settle(s, order, true);
    jf_journal_end(s);
}
