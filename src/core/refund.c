/*
 * order.refund (spec sections 10 and 18): the buyer is made whole at once,
 * everything that can be taken back is, and the rest is a debt.
 *
 * With X_total refunded of A, every component has been reversed by
 * ⌊component · X_total / A⌋ in total, so the last refund reverses the rest.
 */
#include "base/check.h"
#include "core/allocation.h"
#include "core/claim.h"
#include "core/ledger.h"
#include "core/order.h"
#include "core/pool.h"
#include "core/receive.h"
#include "core/release.h"
#include "core/token.h"

/* A refund being made. */
typedef struct refund {
    jf_order *order;
    const jf_policy *policy; /* the order's own */
    int64_t before, after;   /* X_total without and with this refund */
    bool pending;            /* shares and points have not matured */
    int64_t left;            /* CNY taken back so far, less CNY paid out */
    int64_t debt;            /* new debts */
} refund;

/* What of `component` has been reversed when `total` of the price is refunded. */
static int64_t reversed(const jf_order *order, int64_t component, int64_t total)
{
    int64_t part = 0;
    bool fits = jf_mul_div(component, total, order->amount.v, &part);
    JF_ASSERT(fits);
    return part;
}

/* What this refund reverses of a component. */
static int64_t part_of(const refund *r, int64_t component)
{
    int64_t before = reversed(r->order, component, r->before);
    int64_t after = reversed(r->order, component, r->after);
    JF_ASSERT(after >= before);
    return after - before;
}

jf_paid_back jf_order_paid_back(const jf_order *order, int64_t total)
{
    jf_paid_back back = {0};
    int64_t bought = order->voucher.v + order->legacy.v, together = 0;
    JF_ASSERT(total >= 0 && total <= order->amount.v);
    if (bought == 0)
        return back;
    bool fits = jf_mul_div(bought, total, order->amount.v, &together) &&
                jf_mul_div(order->voucher.v, together, bought, &back.vouchers);
    JF_ASSERT(fits);
    back.legacy = together - back.vouchers;
    return back;
}

jf_cny jf_order_rebate_kept(const jf_order *o)
{
    int64_t kept = o->voucher.v - o->rebate_voucher.v; /* V - R_v */
    int64_t cash = o->amount.v - o->legacy.v - o->voucher.v - (o->rebate.v - o->rebate_voucher.v);
    int64_t total = o->refunded.v;
    int64_t shop = reversed(o, cash, total) + reversed(o, kept, total);
    return (jf_cny){o->rebate.v - (total - jf_order_paid_back(o, total).legacy - shop)};
}

jf_cny jf_order_part_kept(const jf_order *order, const jf_part *part)
{
    return (jf_cny){part->amount - reversed(order, part->amount, order->refunded.v)};
}

static jf_order *find_order(const jf_world *w, jf_str id)
{
    const jf_idem *idem = jf_world_idem(w, JF_CMD_ORDER_PAY, id);
    return idem && idem->row.exists ? jf_world_order(w, idem->number) : NULL;
}

void jf_needs_order_refund(const jf_world *w, const jf_cmd_order_refund *c, jf_needs *needs)
{
    const jf_idem *idem = jf_want_idem(w, needs, JF_CMD_ORDER_PAY, c->order);
    if (!idem || !idem->row.exists)
        return;
    const jf_order *order = jf_want_order(w, needs, idem->number);
    if (order)
        jf_want_order_parties(w, needs, order);
}

/* The shop gives back what it was paid: money, then vouchers. */
static void take_from_shop(jf_step *s, refund *r)
{
    const jf_order *o = r->order;
    int64_t kept = o->voucher.v - o->rebate_voucher.v; /* V - R_v */
    int64_t paid = o->amount.v - o->legacy.v;
    int64_t cash = paid - o->voucher.v - (o->rebate.v - o->rebate_voucher.v);
    JF_ASSERT(kept >= 0 && cash >= 0);
    int64_t money = part_of(r, cash) + (o->cash_shop ? part_of(r, kept) : 0);
    int64_t vouchers = o->cash_shop ? 0 : part_of(r, kept);
    r->debt += jf_claim_cny(s, o->shop, (jf_cny){money}, JF_WHY_REFUND);
    r->debt += jf_claim_vouchers(s, o->shop, (jf_voucher){vouchers}, JF_WHY_REFUND);
    r->left += money + vouchers;
}

/* The part of the vouchers that was drawn on credit repays what is still owed of it. */
static int64_t repay_credit(jf_step *s, const jf_order *order, int64_t vouchers)
{
    int64_t owed = jf_balance(s->w, order->buyer, JF_SLOT(CREDIT_DEBT));
    int64_t repaid = owed < vouchers ? owed : vouchers;
    JF_ASSERT(repaid >= 0);
    jf_post_owed(s, order->buyer, JF_SLOT(CREDIT_DEBT), (jf_owed){-repaid}, JF_WHY_REFUND);
    jf_post_owed(s, JF_PLATFORM, JF_SLOT(OWED_CREDIT), (jf_owed){repaid}, JF_WHY_REFUND);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(CREDIT_FUND), (jf_cny){repaid}, JF_WHY_REFUND);
    return repaid;
}

/*
 * The buyer gets exactly X: cash as cash, vouchers newly issued against what was
 * collected, consumption coins as they were.
 */
static void pay_buyer(jf_step *s, refund *r, int64_t *cash, int64_t *vouchers)
{
    const jf_order *o = r->order;
    jf_paid_back before = jf_order_paid_back(o, r->before), after = jf_order_paid_back(o, r->after);
    int64_t coins = after.legacy - before.legacy;
    *vouchers = after.vouchers - before.vouchers;
    *cash = r->after - r->before - *vouchers - coins;
    jf_post_legacy(s, o->buyer, JF_SLOT(LEGACY_COINS), (jf_legacy){coins}, JF_WHY_REFUND);
    jf_post_legacy(s, JF_PLATFORM, JF_SLOT(LEGACY_OPEN), (jf_legacy){-coins}, JF_WHY_REFUND);
    int64_t credit = part_of(r, o->credit.v);
    credit = credit < *vouchers ? credit : *vouchers;
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(CASH), (jf_cny){*cash}, JF_WHY_REFUND);
    int64_t repaid = credit > 0 ? repay_credit(s, o, credit) : 0;
    jf_issue_vouchers(s, o->buyer, (jf_voucher){*vouchers - repaid}, JF_WHY_REFUND);
    r->left -= *cash + *vouchers;
    JF_ASSERT(*cash >= 0 && repaid <= *vouchers);
}

/* Where the matured points of one side went: the cohort of the pool when they matured. */
static void take_side(jf_step *s, refund *r, uint32_t owner, jf_point points, bool members)
{
    int64_t gone = part_of(r, points.v);
    if (gone == 0)
        return;
    if (r->pending) {
        jf_post_point(s, owner, JF_SLOT(PENDING_POINTS), (jf_point){-gone}, JF_WHY_REFUND);
        jf_post_point(s, JF_PLATFORM, JF_SLOT(POINTS_ISSUED), (jf_point){gone}, JF_WHY_REFUND);
        return;
    }
    uint32_t pool = jf_policy_pool(r->policy, members);
    JF_ASSERT(pool != JF_NO_POOL);
    uint32_t cohort = jf_cohort_on(s->w->pools[pool], r->order->due_day);
    r->debt += jf_claim_points(s, owner, pool, cohort, (jf_point){gone}, JF_WHY_REFUND);
}

/* F of the pools that got points of this order shrinks in the period of the refund. */
static void take_rebates(jf_step *s, const refund *r)
{
    if (r->pending)
        return;
    const jf_order *o = r->order;
    int64_t gone = part_of(r, o->rebate.v);
    uint32_t buyers = o->buyer_points.v ? jf_policy_pool(r->policy, true) : JF_NO_POOL;
    uint32_t shops = o->shop_points.v ? jf_policy_pool(r->policy, false) : JF_NO_POOL;
    JF_ASSERT(gone >= 0);
    if (buyers != JF_NO_POOL)
        jf_pool_add_rebate(s, s->w->pools[buyers], (jf_cny){-gone});
    if (shops != JF_NO_POOL && shops != buyers)
        jf_pool_add_rebate(s, s->w->pools[shops], (jf_cny){-gone});
}

static void uncount_turnover(jf_step *s, const jf_part *part, int64_t amount)
{
    jf_slot counted = JF_POOL_SLOT(TURNOVER_COUNTED, (uint32_t)part->to);
    uint32_t why = jf_why_entry(JF_WHY_REFUND, part->entry);
    jf_post_turnover(s, part->owner, part->slot, (jf_turnover){-amount}, why);
    jf_post_turnover(s, JF_PLATFORM, counted, (jf_turnover){amount}, why);
}

/* A matured share comes back from the one who got it. */
static void claim_part(jf_step *s, refund *r, const jf_part *part, int64_t amount, uint32_t why)
{
    uint32_t pool = jf_slot_pool(part->slot);
    switch (jf_slot_kind(part->slot)) {
    case JF_ACCOUNT_PENDING_DIVIDEND:
        jf_claim_fund(s, JF_POOL_SLOT(DIVIDEND, pool), (jf_cny){amount}, why);
        return;
    case JF_ACCOUNT_PENDING_POT:
        jf_claim_fund(s, JF_POOL_SLOT(POT, pool), (jf_cny){amount}, why);
        return;
    case JF_ACCOUNT_PENDING_CREDIT_FUND:
        jf_claim_fund(s, JF_SLOT(CREDIT_FUND), (jf_cny){amount}, why);
        return;
    case JF_ACCOUNT_PENDING_VOUCHERS:
        r->debt += jf_claim_vouchers(s, part->owner, (jf_voucher){amount}, why);
        return;
    case JF_ACCOUNT_PENDING_COINS:
        r->debt += jf_claim_coins(s, part->owner, (jf_coin){amount}, why);
        return;
    case JF_ACCOUNT_PENDING_WALLET:
        r->debt += jf_claim_cny(s, part->owner, (jf_cny){amount}, why);
        return;
    default:
        JF_ASSERT_UNREACHED();
    }
}

/* One share, back from where it waits or from who got it; units come last (take_tokens). */
static void take_part(jf_step *s, refund *r, const jf_part *part)
{
    int64_t amount = part_of(r, part->amount);
    uint32_t why = jf_why_entry(JF_WHY_REFUND, part->entry);
    if (!jf_part_is_money(part)) {
        if (!r->pending)
            uncount_turnover(s, part, amount);
        return;
    }
    r->left += amount;
    if (r->pending)
        jf_post(s, part->owner, part->slot, -amount, why);
    else if (part->to != JF_TO_TOKEN_POOL)
        claim_part(s, r, part, amount, why);
}

static void take_parts(jf_step *s, refund *r)
{
    for (uint32_t i = 0; i < r->order->part_count; i++)
        take_part(s, r, &r->order->parts[i]);
}

/* Units come last, when every other share is back. */
static void take_tokens(jf_step *s, refund *r)
{
    for (uint32_t i = 0; i < r->order->part_count && !r->pending; i++) {
        const jf_part *part = &r->order->parts[i];
        if (part->to != JF_TO_TOKEN_POOL)
            continue;
        jf_cny share = {part_of(r, part->amount)};
        uint32_t why = jf_why_entry(JF_WHY_REFUND, part->entry);
        r->debt += jf_token_refund(s, r->order, r->after, share, why);
    }
}

/* Whoever gives vouchers back has first been credited: lazy crediting must not show. */
static void credit_all(jf_step *s, const jf_order *order)
{
    jf_credit_party(s, jf_world_party_no(s->w, order->buyer));
    jf_credit_party(s, jf_world_party_no(s->w, order->shop));
    for (uint32_t i = 0; i < order->part_count; i++)
        if (order->parts[i].to == JF_TO_LOCK)
            jf_credit_party(s, jf_world_party_no(s->w, order->parts[i].owner));
}

static jf_code check_refund(jf_step *s, const jf_cmd_order_refund *c, const jf_order *order)
{
    if (!order)
        return jf_refuse(s->error, JF_E_NOT_FOUND, "order", "there is no order \"%.*s\"",
                         JF_STR_ARG(c->order));
    const jf_policy *policy = s->w->policies[order->version - 1];
    if (!c->late && s->day.n > order->base_day.n + policy->refund_days)
        return jf_refuse(s->error, JF_E_REFUND_TOO_LATE, "order",
                         "the refund window is over; an operator may refund with \"late\": true");
    if (c->amount > order->amount.v - order->refunded.v)
        return jf_refuse(s->error, JF_E_REFUND_TOO_LARGE, "amount",
                         "more than is left of what was paid");
    return JF_OK;
}

jf_code jf_do_order_refund(jf_step *s, const jf_cmd_order_refund *c)
{
    jf_order *order = find_order(s->w, c->order);
    jf_code code = check_refund(s, c, order);
    if (code)
        return code;
    refund r = {.order = order,
                .policy = s->w->policies[order->version - 1],
                .before = order->refunded.v,
                .after = order->refunded.v + c->amount,
                .pending = jf_order_pending(s->w, order)};
    int64_t cash, vouchers;
    credit_all(s, order);
    take_from_shop(s, &r);
    pay_buyer(s, &r, &cash, &vouchers);
    take_side(s, &r, order->buyer, order->buyer_points, true);
    take_side(s, &r, order->shop, order->shop_points, false);
    take_rebates(s, &r);
    take_parts(s, &r);
    take_tokens(s, &r);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(REVENUE), (jf_cny){r.left}, JF_WHY_REFUND);
    jf_touch(s->w, &order->row);
    order->refunded.v = r.after;
    if (r.pending)
        order->refunded_held.v = r.after;
    jf_token_exits(s);
    jf_jw_decimal(s->reply, "cash", cash, 2);
    jf_jw_decimal(s->reply, "voucher", vouchers, 2);
    jf_jw_decimal(s->reply, "debt_created", r.debt, 2);
    return JF_OK;
}
