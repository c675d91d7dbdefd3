/*
 * order.pay (spec section 4): the ladder of refusals, then the postings.
 */
#include "core/order.h"

#include <string.h>

#include "base/check.h"
#include "core/allocation.h"
#include "core/credit.h"
#include "core/ledger.h"
#include "core/maturity.h"
#include "core/receive.h"
#include "core/release.h"
#include "core/token.h"

/* An order being paid, before it is known to succeed. */
typedef struct payment {
    jf_party *buyer, *shop;
    jf_cny amount, rebate, rebate_voucher; /* A, R, R_v */
    jf_voucher voucher, credit;            /* V, K */
    jf_legacy legacy;                      /* consumption coins, off the price (section 12) */
    jf_cny paid;                           /* what is left of A: money and vouchers */
    jf_point buyer_points, shop_points;
    bool binds; /* this order binds the buyer to the shop */
} payment;

/* Everybody whom a sale at the shop may pay, whoever buys. */
static void shop_needs(const jf_world *w, const jf_party *shop, jf_needs *needs)
{
    if (!shop || !shop->row.exists)
        return;
    jf_want_party_no(w, needs, shop->recruiter);
    jf_want_party_no(w, needs, shop->city_partner);
    jf_want_party_no(w, needs, shop->staff);
    jf_want_party_no(w, needs, shop->manager);
    for (jf_region region = shop->region; region > 0; region /= 100) {
        const jf_seat *seat = jf_world_seat(w, region);
        for (uint32_t i = 0; seat && i < seat->count; i++)
            jf_want_party_no(w, needs, seat->holders[i].party);
    }
}

void jf_needs_order_pay(const jf_world *w, const jf_cmd_order_pay *c, jf_needs *needs)
{
    const jf_party *shop = jf_want_party(w, needs, JF_PARTY_SHOP, c->shop);
    bool member = c->member.n > 0;
    const jf_party *buyer = jf_want_party(w, needs, member ? JF_PARTY_MEMBER : JF_PARTY_SHOP,
                                          member ? c->member : c->buyer_shop);
    if (buyer && buyer->row.exists) {
        const jf_party *home = jf_want_party_no(w, needs, buyer->home);
        if (home && home->row.exists)
            jf_want_party_no(w, needs, home->owner);
        const jf_party *up = buyer;
        for (int level = 0; up && level < JF_POLICY_LEVELS && up->referrer; level++)
            up = jf_want_party_no(w, needs, up->referrer);
    }
    shop_needs(w, shop, needs);
}

static jf_code find_parties(jf_step *s, const jf_cmd_order_pay *c, payment *p)
{
    bool member = c->member.n > 0;
    jf_str id = member ? c->member : c->buyer_shop;
    p->buyer = jf_world_party(s->w, member ? JF_PARTY_MEMBER : JF_PARTY_SHOP, id);
    p->shop = jf_world_party(s->w, JF_PARTY_SHOP, c->shop);
    JF_ASSERT(p->buyer && p->shop);
    if (!p->buyer->row.exists)
        return jf_refuse(s->error, JF_E_NOT_FOUND, member ? "member" : "buyer_shop",
                         "there is no %s \"%.*s\"", member ? "member" : "shop", JF_STR_ARG(id));
    if (!p->shop->row.exists)
        return jf_refuse(s->error, JF_E_NOT_FOUND, "shop", "there is no shop \"%.*s\"",
                         JF_STR_ARG(c->shop));
    if (p->buyer == p->shop)
        return jf_refuse(s->error, JF_E_STATE_CONFLICT, "buyer_shop",
                         "a shop cannot buy from itself");
    return JF_OK;
}

/* Spec sections 4 and 18 (3): the shop's terms under the policy in force. */
static jf_code check_terms(jf_step *s, const payment *p)
{
    const jf_policy *policy = s->policy;
    if (p->shop->rebate.v < policy->rebate_min.v || p->shop->rebate.v > policy->rebate_max.v)
        return jf_refuse(s->error, JF_E_POLICY_LIMIT, "shop",
                         "the shop's rebate is outside the range of the policy in force");
    int64_t limit = 0;
    bool fits = jf_ratio_of(p->amount.v, p->shop->max_voucher, &limit);
    JF_ASSERT(fits);
    if (p->voucher.v > limit)
        return jf_refuse(s->error, JF_E_POLICY_LIMIT, "voucher",
                         "the shop takes vouchers for a smaller part of a bill");
    return JF_OK;
}

/*
 * Section 12: consumption coins are a discount that a self-run mall gives out of
 * its own margin, so they can pay neither more of a bill than the policy says
 * nor more than the order's rebate.
 */
static jf_code check_legacy(jf_step *s, const payment *p)
{
    int64_t limit = 0, rebate = 0;
    if (p->legacy.v == 0)
        return JF_OK;
    if (p->shop->shop_kind != JF_SHOP_SELF)
        return jf_refuse(s->error, JF_E_STATE_CONFLICT, "shop",
                         "consumption coins are taken by self-run malls only");
    bool fits = jf_ratio_of(p->amount.v, s->policy->legacy_ratio, &limit) &&
                jf_ratio_of(p->amount.v, p->shop->rebate, &rebate);
    JF_ASSERT(fits);
    if (p->legacy.v > limit || p->legacy.v > rebate)
        return jf_refuse(s->error, JF_E_POLICY_LIMIT, "legacy_coins",
                         "consumption coins may pay a smaller part of this bill");
    if (p->legacy.v > jf_balance(s->w, p->buyer->no, JF_SLOT(LEGACY_COINS)))
        return jf_refuse(s->error, JF_E_INSUFFICIENT_COINS, "legacy_coins",
                         "the member holds fewer consumption coins");
    return JF_OK;
}

/*
 * How much of this bill the buyer could pay in vouchers that are held, and how
 * much in credit on top of them.
 */
static void limits_members(jf_step *s, const payment *p)
{
    int64_t most = 0;
    int64_t held = jf_balance(s->w, p->buyer->no, JF_SLOT(VOUCHERS));
    int64_t credit = jf_credit_headroom(s->w, s->policy, p->buyer).v;
    bool fits = jf_ratio_of(p->amount.v, p->shop->max_voucher, &most);
    JF_ASSERT(fits);
    most = most < p->paid.v ? most : p->paid.v;
    held = held < most ? held : most;
    credit = credit < most - held ? credit : most - held;
    jf_jw_open(s->reply, "limits", '{');
    jf_jw_decimal(s->reply, "voucher", held, 2);
    jf_jw_decimal(s->reply, "credit", credit, 2);
    jf_jw_close(s->reply, '}');
}

/* Buyer and seller are credited before vouchers are counted (spec section 18: 4). */
static jf_code check_vouchers(jf_step *s, const payment *p)
{
    jf_credit_party(s, p->buyer);
    jf_credit_party(s, p->shop);
    if (s->trial)
        limits_members(s, p);
    JF_ASSERT(p->credit.v <= p->voucher.v);
    if (p->voucher.v == 0)
        return JF_OK; /* most orders: accounts that they do not move are not sought */
    if (p->credit.v > jf_credit_headroom(s->w, s->policy, p->buyer).v)
        return jf_refuse(s->error, JF_E_CREDIT_EXCEEDED, "credit",
                         "more than the buyer may draw on credit");
    if (p->voucher.v - p->credit.v > jf_balance(s->w, p->buyer->no, JF_SLOT(VOUCHERS)))
        return jf_refuse(s->error, JF_E_INSUFFICIENT_VOUCHERS, "voucher",
                         "the buyer holds fewer vouchers than that");
    return JF_OK;
}

/* R, R_v and the points of both sides; false when an amount does not fit. */
static bool compute(const jf_step *s, payment *p)
{
    const jf_policy *policy = s->policy;
    int64_t earning = 0; /* R_p */
    if (!jf_ratio_of(p->amount.v, p->shop->rebate, &p->rebate.v))
        return false;
    p->rebate.v -= p->legacy.v; /* the discount comes out of the margin */
    if (p->paid.v == 0)
        return true;
    if (!jf_mul_div(p->rebate.v, p->voucher.v, p->paid.v, &p->rebate_voucher.v))
        return false;
    if (policy->credit.earns_points)
        earning = p->rebate.v;
    else if (!jf_mul_div(p->rebate.v, p->paid.v - p->credit.v, p->paid.v, &earning))
        return false;
    JF_ASSERT(p->rebate_voucher.v <= p->rebate.v);
    if (jf_policy_pool(policy, true) != JF_NO_POOL &&
        !jf_ratio_of(earning, policy->points_member, &p->buyer_points.v))
        return false;
    if (jf_policy_pool(policy, false) != JF_NO_POOL &&
        !jf_ratio_of(earning, policy->points_shop, &p->shop_points.v))
        return false;
    return true;
}

/* Section 7: the first shop paid with a scanned code becomes the home shop. */
static void bind_home(jf_step *s, const payment *p)
{
    if (!p->binds)
        return;
    JF_ASSERT(p->buyer->kind == JF_PARTY_MEMBER && p->buyer->home == 0);
    jf_touch(s->w, &p->buyer->row);
    p->buyer->home = p->shop->no;
}

/* Section 8: vouchers are issued against the credit fund, and owed. */
static void draw_credit(jf_step *s, const payment *p)
{
    if (p->credit.v == 0)
        return;
    jf_cny backing = {p->credit.v};
    JF_ASSERT(p->buyer->kind == JF_PARTY_MEMBER);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(CREDIT_FUND), (jf_cny){-backing.v}, JF_WHY_CREDIT);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(VOUCHER_RESERVE), backing, JF_WHY_CREDIT);
    jf_post_voucher(s, JF_PLATFORM, JF_SLOT(VOUCHERS_ISSUED), (jf_voucher){-p->credit.v},
                    JF_WHY_CREDIT);
    jf_post_voucher(s, p->buyer->no, JF_SLOT(VOUCHERS), p->credit, JF_WHY_CREDIT);
    jf_post_owed(s, p->buyer->no, JF_SLOT(CREDIT_DEBT), (jf_owed){p->credit.v}, JF_WHY_CREDIT);
    jf_post_owed(s, JF_PLATFORM, JF_SLOT(OWED_CREDIT), (jf_owed){-p->credit.v}, JF_WHY_CREDIT);
    jf_world_put_debtor(s->w, p->buyer->no);
}

/* Cash and vouchers change hands; the rebate is left over for the allocation. */
static void post_payment(jf_step *s, const payment *p, bool cash_shop)
{
    int64_t cash = p->paid.v - p->voucher.v;
    int64_t rebate_cash = p->rebate.v - p->rebate_voucher.v;
    int64_t kept = p->voucher.v - p->rebate_voucher.v; /* V - R_v */
    int64_t retired = cash_shop ? p->voucher.v : p->rebate_voucher.v;
    JF_ASSERT(cash >= rebate_cash);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(CASH), (jf_cny){-cash}, JF_WHY_SALE);
    jf_receive_cny(s, p->shop->no, (jf_cny){cash - rebate_cash + (cash_shop ? kept : 0)},
                   JF_WHY_SALE);
    jf_post_legacy(s, p->buyer->no, JF_SLOT(LEGACY_COINS), (jf_legacy){-p->legacy.v},
                   JF_WHY_LEGACY);
    jf_post_legacy(s, JF_PLATFORM, JF_SLOT(LEGACY_OPEN), p->legacy, JF_WHY_LEGACY);
    if (p->voucher.v == 0)
        return;
    jf_post_voucher(s, p->buyer->no, JF_SLOT(VOUCHERS), (jf_voucher){-p->voucher.v}, JF_WHY_SALE);
    jf_post_voucher(s, JF_PLATFORM, JF_SLOT(VOUCHERS_ISSUED), (jf_voucher){retired}, JF_WHY_REBATE);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(VOUCHER_RESERVE), (jf_cny){-retired}, JF_WHY_REBATE);
    if (!cash_shop)
        jf_receive_vouchers(s, p->shop->no, (jf_voucher){kept}, JF_NO_POOL, JF_WHY_SALE);
}

/* On hold: shares and points wait in pending accounts (spec section 4). */
static void post_pending(jf_step *s, const jf_order *order)
{
    for (uint32_t i = 0; i < order->part_count; i++) {
        const jf_part *part = &order->parts[i];
        if (jf_part_is_money(part))
            jf_post(s, part->owner, part->slot, part->amount,
                    jf_why_entry(JF_WHY_ALLOCATION, part->entry));
    }
    int64_t points = order->buyer_points.v + order->shop_points.v;
    jf_post_point(s, order->buyer, JF_SLOT(PENDING_POINTS), order->buyer_points, JF_WHY_POINTS);
    jf_post_point(s, order->shop, JF_SLOT(PENDING_POINTS), order->shop_points, JF_WHY_POINTS);
    jf_post_point(s, JF_PLATFORM, JF_SLOT(POINTS_ISSUED), (jf_point){-points}, JF_WHY_POINTS);
}

static jf_order *order_open(jf_step *s, const payment *p, const jf_shares *shares)
{
    jf_world *w = s->w;
    jf_arena *arena = jf_world_arena(w, JF_ROW_ORDER);
    jf_order *order = jf_world_open_order(w, s->journal->number);
    const jf_part *parts = jf_arena_dup(arena, shares->list, sizeof *parts * shares->count);
    jf_touch(w, &order->row);
    order->row.exists = true;
    order->id = jf_str_dup(arena, s->command->id);
    order->buyer = p->buyer->no;
    order->shop = p->shop->no;
    order->version = s->policy->version;
    order->base_day = s->day;
    order->due_day = (jf_day){s->day.n + s->policy->hold_days};
    order->held = s->policy->hold_days > 0;
    order->cash_shop = p->shop->shop_kind == JF_SHOP_SELF || p->shop->shop_kind == JF_SHOP_SUPPLY;
    order->amount = p->amount;
    order->voucher = p->voucher;
    order->credit = p->credit;
    order->legacy = p->legacy;
    order->rebate = p->rebate;
    order->rebate_voucher = p->rebate_voucher;
    order->rest = (jf_cny){p->rebate.v - shares->taken};
    order->buyer_points = p->buyer_points;
    order->shop_points = p->shop_points;
    order->part_count = shares->count;
    order->parts = parts;
    return order;
}

/*
 * The A that rates are taken of. With consumption coins it is the price that
 * would have brought this margin, ⌊R / ρ⌋, so that the shares of amount and
 * rebate together never exceed it (section 12: from the real margin only).
 */
static jf_cny allocated_amount(const payment *p)
{
    int64_t amount = p->amount.v;
    if (p->legacy.v > 0 && p->shop->rebate.v > 0) {
        bool fits = jf_mul_div(p->rebate.v, JF_PPM_ONE, p->shop->rebate.v, &amount);
        JF_ASSERT(fits && amount <= p->amount.v);
    }
    return (jf_cny){amount};
}

/* From here on it succeeds, unless a balance overflows. */
static void pay(jf_step *s, const payment *p)
{
    bind_home(s, p);
    jf_sale sale = {.w = s->w,
                    .policy = s->policy,
                    .buyer = p->buyer,
                    .shop = p->shop,
                    .amount = allocated_amount(p),
                    .rebate = p->rebate,
                    .paid = p->paid,
                    .bound_now = p->binds};
    jf_shares shares;
    jf_allocate(&sale, &s->w->step, &shares);
    s->overflow |= shares.overflow;
    jf_order *order = order_open(s, p, &shares);
    draw_credit(s, p);
    post_payment(s, p, order->cash_shop);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(REVENUE), order->rest, JF_WHY_REST);
    if (order->held)
        post_pending(s, order);
    else
        jf_order_settle(s, order, false);
    order->token_price = jf_price_shown(jf_token_price(s->w));
    JF_ASSERT(order->rest.v >= 0);
}

jf_code jf_do_order_pay(jf_step *s, const jf_cmd_order_pay *c)
{
    payment p = {.amount = {c->amount},
                 .voucher = {c->voucher},
                 .credit = {c->credit},
                 .legacy = {c->legacy_coins},
                 .paid = {c->amount - c->legacy_coins}};
    jf_code code = find_parties(s, c, &p);
    if (!code)
        code = check_terms(s, &p);
    if (!code)
        code = check_legacy(s, &p);
    if (!code)
        code = check_vouchers(s, &p);
    if (code)
        return code;
    if (!compute(s, &p))
        return jf_refuse(s->error, JF_E_AMOUNT_OVERFLOW, "amount", "the amount is too large");
    p.binds = c->scan && p.buyer->kind == JF_PARTY_MEMBER && p.buyer->home == 0;
    pay(s, &p);
    if (!s->w->no_order_answers)
        jf_order_members(s->w, jf_world_order(s->w, s->journal->number), s->reply);
    return JF_OK;
}

/* --- what a sale would do, whoever buys -------------------------------------------------- */

/* A member whom nobody brought and no shop has bound; its number is nobody's. */
static const jf_party somebody = {
    .row = {.type = JF_ROW_PARTY, .exists = true}, .kind = JF_PARTY_MEMBER, .no = UINT32_MAX};

void jf_needs_sale_preview(const jf_world *w, const jf_cmd_sale_preview *c, jf_needs *needs)
{
    shop_needs(w, jf_want_party(w, needs, JF_PARTY_SHOP, c->shop), needs);
}

jf_code jf_do_sale_preview(jf_step *s, const jf_cmd_sale_preview *c)
{
    const jf_party *found = jf_world_party(s->w, JF_PARTY_SHOP, c->shop);
    JF_ASSERT(found != NULL);
    if (!found->row.exists)
        return jf_refuse(s->error, JF_E_NOT_FOUND, "shop", "there is no shop \"%.*s\"",
                         JF_STR_ARG(c->shop));
    if (c->rebate.v < s->policy->rebate_min.v || c->rebate.v > s->policy->rebate_max.v)
        return jf_refuse(s->error, JF_E_POLICY_LIMIT, "rebate",
                         "outside the range of the policy in force");
    jf_party buyer = somebody, shop = *found;
    shop.rebate = c->rebate;
    payment p = {.buyer = &buyer, .shop = &shop, .amount = {c->amount}, .paid = {c->amount}};
    jf_shares shares;
    bool fits = compute(s, &p);
    jf_sale sale = {.w = s->w,
                    .policy = s->policy,
                    .buyer = &buyer,
                    .shop = &shop,
                    .amount = p.amount,
                    .rebate = p.rebate,
                    .paid = p.paid};
    jf_arena_reset(&s->w->step); /* a read begins no step of its own */
    jf_allocate(&sale, &s->w->step, &shares);
    if (!fits || shares.overflow)
        return jf_refuse(s->error, JF_E_AMOUNT_OVERFLOW, "amount", "the amount is too large");
    jf_jw_decimal(s->reply, "amount", p.amount.v, 2);
    jf_jw_decimal(s->reply, "rebate", p.rebate.v, 2);
    jf_jw_decimal(s->reply, "till", p.amount.v - p.rebate.v, 2);
    jf_sale_members(s->w, shares.list, shares.count, (jf_cny){p.rebate.v - shares.taken},
                    p.buyer_points, p.shop_points, s->reply);
    return JF_OK;
}
