/*
 * Why a refund moved an account (spec section 10): what part of what of the
 * order, with the figures of before and after, and what was not there any more.
 *
 * With X_total refunded of A a component has been reversed by
 * ⌊component · X_total / A⌋ in total, so one refund reverses the difference.
 * What an account no longer had is the posting beside it: a debt or a loss.
 */
#include "app/sums.h"
#include "app/why_work.h"
#include "base/check.h"
#include "core/allocation.h"
#include "core/pool.h"

/* The refund behind the movement. */
typedef struct refund {
    int64_t before, after; /* X_total without and with it */
} refund;

static bool refund_of(jf_explain *x, refund *r)
{
    int64_t amount = 0;
    if (!x->order || jf_decimal_parse(x->m->amount, 2, &amount) != JF_DECIMAL_OK)
        return false;
    r->before = jf_reader_refunded_before(x->reader, x->order, x->m->journal->number, amount);
    r->after = r->before + amount;
    JF_ASSERT(r->before < 0 || r->after <= x->order->refunded.v);
    return r->before >= 0 && x->order->amount.v > 0;
}

/* From one step of the arithmetic to the next. */
static void next_step(jf_explain *x)
{
    jf_buf_c(&x->sum, x->sum.n > 0 ? "; " : "");
}

/* The steps of what this refund reverses of a component; returns it. */
static int64_t reverse(jf_explain *x, const refund *r, int64_t component)
{
    int64_t whole = x->order->amount.v;
    next_step(x);
    int64_t after = jf_sum_quotient(&x->sum, component, r->after, whole);
    if (r->before == 0)
        return after;
    next_step(x);
    int64_t before = jf_sum_quotient(&x->sum, component, r->before, whole);
    next_step(x);
    return jf_sum_difference(&x->sum, after, before);
}

static int64_t size_of(int64_t amount)
{
    return amount < 0 && amount > INT64_MIN ? -amount : amount;
}

/* What stands in for an account that had less: the debt of its unit, or the platform's loss. */
static bool stands_in(jf_account_kind a, jf_account_kind b)
{
    static const jf_account_kind pairs[][2] = {
        {JF_ACCOUNT_WALLET, JF_ACCOUNT_DEBT_CNY},
        {JF_ACCOUNT_RECEIVABLE, JF_ACCOUNT_DEBT_CNY},
        {JF_ACCOUNT_VOUCHERS, JF_ACCOUNT_DEBT_VOUCHER},
        {JF_ACCOUNT_VOUCHERS, JF_ACCOUNT_CLAWBACK_DEBT},
        {JF_ACCOUNT_COINS, JF_ACCOUNT_DEBT_COIN},
        {JF_ACCOUNT_DIVIDEND, JF_ACCOUNT_REFUND_LOSS},
        {JF_ACCOUNT_CREDIT_FUND, JF_ACCOUNT_REFUND_LOSS},
        {JF_ACCOUNT_TOKEN_POOL, JF_ACCOUNT_REFUND_LOSS},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if ((a == pairs[i][0] && b == pairs[i][1]) || (b == pairs[i][0] && a == pairs[i][1]))
            return true;
    return false;
}

#define NEAR 6 /* postings of one claim stand together */

/* The posting beside this one that has the rest of `whole`, or NULL. */
static const jf_posting_row *rest_of(const jf_explain *x, int64_t whole)
{
    const jf_posting_row *p = x->posting, *end = x->m->postings + x->m->count;
    const jf_posting_row *q = p - x->m->postings > NEAR ? p - NEAR : x->m->postings;
    for (; q < end && q <= p + NEAR; q++) {
        int64_t sum;
        bool one_claim = q->owner == p->owner && q->why == p->why &&
                         stands_in(jf_slot_kind(p->slot), jf_slot_kind(q->slot));
        if (one_claim && jf_add(size_of(p->amount), size_of(q->amount), &sum) && sum == whole)
            return q;
    }
    return NULL;
}

/* The sum stands when all of it was posted here, or the rest of it beside. */
static void settle(jf_explain *x, int64_t whole)
{
    int64_t amount = size_of(x->posting->amount);
    const jf_posting_row *rest = amount < whole ? rest_of(x, whole) : NULL;
    if (rest) {
        next_step(x);
        whole = jf_sum_difference(&x->sum, whole, size_of(rest->amount));
        bool debt = jf_is_debt(jf_slot_kind(x->posting->slot)) ||
                    jf_slot_kind(x->posting->slot) == JF_ACCOUNT_REFUND_LOSS;
        if (debt)
            jf_say(x, ", what was not there any more", "，账上已不足的部分");
        else
            jf_say(x, ", as far as it was there", "，以账上所有为限");
    }
    jf_keep_sum_if(x, whole);
}

/* Cash back is X less what comes back as vouchers. */
static void explain_cash(jf_explain *x, const refund *r)
{
    int64_t vouchers = 0;
    jf_say(x, ": money back to the buyer", "：退还买方现金");
    int64_t bought = x->order->voucher.v + x->order->legacy.v; /* together by one floor */
    if (bought > 0)
        vouchers = reverse(x, r, bought);
    next_step(x);
    jf_keep_sum_if(x, jf_sum_difference(&x->sum, r->after - r->before, vouchers));
}

/* The seller gives back C − R_c, and V − R_v in vouchers, or in money where it keeps none. */
static void explain_shop(jf_explain *x, const refund *r, bool money)
{
    const jf_order *o = x->order;
    int64_t kept = o->voucher.v - o->rebate_voucher.v;
    int64_t paid = o->amount.v - o->legacy.v;
    int64_t cash = paid - o->voucher.v - (o->rebate.v - o->rebate_voucher.v);
    jf_say(x, ": the shop's share of the bill", "：商家所得货款");
    if (!money) {
        settle(x, reverse(x, r, kept));
        return;
    }
    int64_t whole = reverse(x, r, cash);
    if (o->cash_shop && kept > 0) {
        int64_t more = reverse(x, r, kept);
        next_step(x);
        whole = jf_sum_total(&x->sum, whole, more);
    }
    settle(x, whole);
}

/* What the buyer's vouchers repaid on their way: credit of the order, then other debts. */
static int64_t repaid_by_buyer(const jf_explain *x)
{
    int64_t repaid = 0;
    bool refunding = false;
    for (uint32_t i = 0; i < x->m->count; i++) {
        const jf_posting_row *p = &x->m->postings[i];
        jf_account_kind kind = jf_slot_kind(p->slot);
        refunding |= (p->why & 255) == JF_WHY_REFUND;
        bool debt = kind == JF_ACCOUNT_CREDIT_DEBT || kind == JF_ACCOUNT_DEBT_VOUCHER ||
                    (kind == JF_ACCOUNT_CLAWBACK_DEBT && (p->why & 255) == JF_WHY_REPAY);
        if (refunding && debt && p->owner == x->order->buyer && p->why >> 8 == 0 &&
            !jf_add(repaid, size_of(p->amount), &repaid))
            return 0;
    }
    return repaid;
}

static void explain_vouchers_back(jf_explain *x, const refund *r)
{
    jf_say(x, ": vouchers back to the buyer", "：退还买方消费券");
    int64_t vouchers = reverse(x, r, x->order->voucher.v);
    int64_t repaid = repaid_by_buyer(x);
    if (repaid > 0) {
        jf_say(x, ", less the debts that they repaid", "，减去抵还的欠款");
        next_step(x);
        vouchers = jf_sum_difference(&x->sum, vouchers, repaid);
    }
    jf_keep_sum_if(x, vouchers);
}

static void explain_credit_back(jf_explain *x, const refund *r)
{
    jf_say(x, ": the part that was drawn on credit is owed no more",
           "：以消费额度支付的部分不再欠");
    jf_keep_sum_if(x, reverse(x, r, x->order->credit.v));
}

static void explain_points_back(jf_explain *x, const refund *r)
{
    bool buyer = x->posting->owner == x->order->buyer;
    jf_say(x, buyer ? ": points of the buyer" : ": points of the seller",
           buyer ? "：买方积分" : "：卖方积分");
    jf_keep_sum_if(x, reverse(x, r, buyer ? x->order->buyer_points.v : x->order->shop_points.v));
}

/* Credited above ⌈points · I_c⌉ of the points that are left: that much is given back. */
static void explain_clawback(jf_explain *x)
{
    const jf_crediting *c = x->crediting;
    jf_say(x, ": released for points that are gone", "：已失积分对应的释放");
    if (!c || c->before < c->after)
        return;
    const jf_world *w = &x->reader->world;
    jf_say_pool(x, ", pool ", "，积分池 ", c->pool);
    jf_say(x, ", cohort ", "，批次 ");
    jf_say_int(x, c->cohort);
    const jf_cohort *cohort = jf_cohort_at(w, c->pool, c->cohort);
    int64_t entitled = 0;
    if (cohort && jf_mul_div_up(c->points, cohort->index, JF_INDEX_ONE, &entitled) &&
        entitled == c->after)
        jf_sum_index_up(&x->sum, c->points, cohort->index);
    next_step(x);
    settle(x, jf_sum_difference(&x->sum, c->before, c->after));
}

/* Part number `nth` of the posting's entry that its account took; NULL: none. */
static const jf_part *part_of(const jf_explain *x, uint32_t nth)
{
    uint32_t entry = (x->posting->why >> 8) - 1;
    jf_account_kind kind = jf_slot_kind(x->posting->slot);
    for (uint32_t i = 0; i < x->order->part_count; i++) {
        const jf_part *part = &x->order->parts[i];
        bool pool = kind != JF_ACCOUNT_DIVIDEND ||
                    jf_slot_pool(part->slot) == jf_slot_pool(x->posting->slot);
        bool alike = jf_part_is_money(part) == (kind != JF_ACCOUNT_TURNOVER);
        if (part->entry == entry && part->owner == x->posting->owner && pool && alike && nth-- == 0)
            return part;
    }
    return NULL;
}

/* Units burnt: ⌊n · (X_total − X₀) / (A − X₀)⌋ in all (spec section 18: 10). */
static void explain_burn(jf_explain *x, const refund *r)
{
    const jf_order *o = x->order;
    int64_t held = o->refunded_held.v, whole = o->amount.v - held;
    jf_figure minted = {o->minted.v, 6}, base = {whole, 2};
    jf_say(x, ", units of the order are burnt as far as they are held",
           "，注销订单尚持有的增值积分");
    if (r->before < held)
        return; /* units came with the maturity, after that refund */
    int64_t after = jf_sum_scaled(&x->sum, minted, (jf_figure){r->after - held, 2}, base, 6, false);
    if (r->before > held) {
        next_step(x);
        int64_t before =
            jf_sum_scaled(&x->sum, minted, (jf_figure){r->before - held, 2}, base, 6, false);
        next_step(x);
        after = jf_sum_less(&x->sum, after, before, 6);
    }
    int64_t gone = after - size_of(x->posting->amount);
    if (gone > 0) {
        jf_say(x, ", the others are sold already", "，其余已转让");
        next_step(x);
        after = jf_sum_less(&x->sum, after, gone, 6);
    }
    jf_keep_sum_if(x, after);
}

/* The order's share for the appreciation pool: there is at most one. */
static const jf_part *token_part(const jf_order *order)
{
    for (uint32_t i = 0; i < order->part_count; i++)
        if (order->parts[i].to == JF_TO_TOKEN_POOL)
            return &order->parts[i];
    return NULL;
}

/* The pool gives min(share, S − ⌈S · (N − burnt) / N⌉): its price stays. */
static void explain_pool_gives(jf_explain *x, const refund *r)
{
    const jf_posting_row *burnt = jf_beside(x, JF_ACCOUNT_TOKENS_ISSUED);
    const jf_part *part = token_part(x->order);
    int64_t pool, units, gives = 0;
    jf_say(x, ", what leaves the price where it is", "，以价格不下跌为限");
    if (!burnt || !part || !jf_sub(x->posting->balance, x->posting->amount, &pool) ||
        !jf_sub(burnt->amount, burnt->balance, &units))
        return;
    if (reverse(x, r, part->amount) == -x->posting->amount)
        return; /* all of the order's share */
    jf_buf_clear(&x->sum);
    int64_t stays = jf_sum_scaled(&x->sum, (jf_figure){pool, 2}, (jf_figure){-burnt->balance, 6},
                                  (jf_figure){units, 6}, 2, true);
    next_step(x);
    gives = jf_sum_difference(&x->sum, pool, stays);
    jf_keep_sum_if(x, gives);
}

/* Units that a refund wants back of the order: ⌊n · (X − X₀) / (A − X₀)⌋, after less before. */
static int64_t units_wanted(const jf_explain *x, const refund *r)
{
    const jf_order *o = x->order;
    int64_t held = o->refunded_held.v, whole = o->amount.v - held;
    JF_ASSERT(r->after >= r->before);
    return jf_sum_part(o->minted.v, r->after - held, whole) -
           jf_sum_part(o->minted.v, r->before > held ? r->before - held : 0, whole);
}

/*
 * Of units sold already ⌊net proceeds · missing / sold⌋ is claimed, up to what
 * the pool could not give. The lot is that of now: told while it still fits.
 */
static void explain_proceeds(jf_explain *x, const refund *r)
{
    const jf_posting_row *burnt = jf_beside(x, JF_ACCOUNT_TOKENS),
                         *pool = jf_beside(x, JF_ACCOUNT_TOKEN_POOL);
    const jf_lot *lot = jf_world_lot(&x->reader->world, x->order->number);
    const jf_part *part = token_part(x->order);
    int64_t amount = size_of(x->posting->amount);
    jf_say(x, ", proceeds of units that were sold already", "，已转让部分的所得");
    if (!lot || !part || lot->sold.v == 0)
        return;
    int64_t missing = units_wanted(x, r) - (burnt ? size_of(burnt->amount) : 0);
    int64_t claim = jf_sum_scaled(&x->sum, (jf_figure){lot->proceeds.v, 2}, (jf_figure){missing, 6},
                                  (jf_figure){lot->sold.v, 6}, 2, false);
    if (claim == amount || rest_of(x, claim)) {
        settle(x, claim);
        return;
    }
    jf_buf_clear(&x->sum);
    int64_t share = reverse(x, r, part->amount);
    next_step(x);
    settle(x, jf_sum_difference(&x->sum, share, pool ? size_of(pool->amount) : 0));
}

/* The share less what the pool gave and what the buyer's proceeds did. */
static void explain_token_loss(jf_explain *x, const refund *r)
{
    const jf_part *part = token_part(x->order);
    int64_t found = 0;
    jf_say(x, ", what nobody can give back", "，无人可退的部分");
    for (uint32_t i = 0; i < x->m->count; i++) {
        const jf_posting_row *p = &x->m->postings[i];
        jf_account_kind kind = jf_slot_kind(p->slot);
        bool gave = kind == JF_ACCOUNT_TOKEN_POOL || kind == JF_ACCOUNT_WALLET ||
                    kind == JF_ACCOUNT_DEBT_CNY;
        if (gave && p->why == x->posting->why && !jf_add(found, size_of(p->amount), &found))
            return;
    }
    if (!part)
        return;
    int64_t share = reverse(x, r, part->amount);
    next_step(x);
    jf_keep_sum_if(x, jf_sum_difference(&x->sum, share, found));
}

static void explain_token_share(jf_explain *x, const refund *r)
{
    switch (jf_slot_kind(x->posting->slot)) {
    case JF_ACCOUNT_TOKENS:
        explain_burn(x, r);
        return;
    case JF_ACCOUNT_TOKEN_POOL:
        explain_pool_gives(x, r);
        return;
    case JF_ACCOUNT_WALLET:
    case JF_ACCOUNT_DEBT_CNY:
        explain_proceeds(x, r);
        return;
    case JF_ACCOUNT_REFUND_LOSS:
        explain_token_loss(x, r);
        return;
    default:
        return;
    }
}

/* A share of the rebate comes back from whoever got it. */
static void explain_share_back(jf_explain *x, const refund *r)
{
    const jf_entry *entry = jf_explain_entry(x);
    if (!entry)
        return;
    bool pending = jf_slot_kind(x->posting->slot) == JF_ACCOUNT_PENDING_TOKENS;
    if (entry->to == JF_TO_TOKEN_POOL && !pending) {
        explain_token_share(x, r);
        return;
    }
    jf_say(x, ", taken back", "，追回");
    const jf_part *part = part_of(x, jf_like_before(x));
    if (part)
        settle(x, reverse(x, r, part->amount));
}

/* Vouchers that go for points that are gone stand right behind the points. */
static bool is_clawback(const jf_explain *x)
{
    return x->posting > x->m->postings &&
           jf_slot_kind(x->posting[-1].slot) == JF_ACCOUNT_POINTS_ISSUED;
}

/* What was not a share: by account. */
static void explain_account(jf_explain *x, const refund *r)
{
    switch (jf_slot_kind(x->posting->slot)) {
    case JF_ACCOUNT_CASH:
        explain_cash(x, r);
        return;
    case JF_ACCOUNT_RECEIVABLE:
    case JF_ACCOUNT_DEBT_CNY:
        explain_shop(x, r, true);
        return;
    case JF_ACCOUNT_DEBT_VOUCHER:
        explain_shop(x, r, false);
        return;
    case JF_ACCOUNT_VOUCHERS:
        if (x->posting->amount > 0)
            explain_vouchers_back(x, r);
        else if (is_clawback(x))
            explain_clawback(x);
        else
            explain_shop(x, r, false);
        return;
    case JF_ACCOUNT_CREDIT_DEBT:
    case JF_ACCOUNT_CREDIT_FUND:
        explain_credit_back(x, r);
        return;
    case JF_ACCOUNT_POSITION:
    case JF_ACCOUNT_PENDING_POINTS:
        explain_points_back(x, r);
        return;
    case JF_ACCOUNT_CLAWBACK_DEBT:
    case JF_ACCOUNT_DIVIDEND:
        explain_clawback(x);
        return;
    case JF_ACCOUNT_LEGACY_COINS:
        jf_say(x, ": consumption coins come back", "：消费币退回");
        if (x->order->voucher.v == 0)
            settle(x, reverse(x, r, x->order->legacy.v));
        return;
    case JF_ACCOUNT_REVENUE:
        jf_say(x, ": taken back, less what was paid back", "：追回减去退还");
        return;
    default: /* counter-accounts: what moved says it */
        return;
    }
}

void jf_explain_refund(jf_explain *x)
{
    refund r;
    if (!refund_of(x, &r))
        return;
    if (x->posting->why >> 8)
        explain_share_back(x, &r);
    else
        explain_account(x, &r);
}
