/*
 * The words and the arithmetic behind a posting (why.h), one function a reason
 * of reasons.def.
 */
#include "app/why.h"

#include "app/sums.h"
#include "app/why_agents.h"
#include "app/why_work.h"
#include "base/check.h"
#include "core/release.h"

typedef struct words {
    const char *en, *zh;
} words;

static const words to_words[JF_TO_COUNT] = {
#define JF_ALLOCATION(NAME, name, wire, member_only, en, zh) [JF_TO_##NAME] = {en, zh},
#include "core/allocations.def"
#undef JF_ALLOCATION
};

const char *jf_share_words(jf_to to, bool chinese)
{
    JF_ASSERT((unsigned)to < JF_TO_COUNT);
    return chinese ? to_words[to].zh : to_words[to].en;
}

void jf_say(jf_explain *x, const char *en, const char *zh)
{
    JF_ASSERT(en && zh);
    jf_buf_c(&x->en, en);
    jf_buf_c(&x->zh, zh);
}

void jf_say_str(jf_explain *x, jf_str text)
{
    jf_buf_str(&x->en, text);
    jf_buf_str(&x->zh, text);
}

void jf_say_int(jf_explain *x, int64_t value)
{
    jf_buf_int(&x->en, value);
    jf_buf_int(&x->zh, value);
}

jf_str jf_pool_name(const jf_world *w, uint32_t pool)
{
    return pool < w->state.pools ? w->pools[pool]->name : JF_STR("?");
}

jf_str jf_slot_name(const jf_world *w, jf_slot slot)
{
    uint32_t pool = jf_slot_pool(slot), chain = jf_slot_cohort(slot);
    switch (jf_account_type_of(jf_slot_kind(slot))->per) {
    case JF_PER_ONE:
        return JF_STR_NONE;
    case JF_PER_POOL:
    case JF_PER_COHORT:
        return jf_pool_name(w, pool);
    case JF_PER_PROGRAM:
        return pool < JF_TO_COUNT ? jf_str_of(jf_to_wire((jf_to)pool)) : JF_STR("?");
    case JF_PER_CHAIN:
        return chain >= 1 && chain <= w->state.chains ? w->chains[chain - 1] : JF_STR("?");
    }
    JF_ASSERT_UNREACHED();
}

void jf_say_pool(jf_explain *x, const char *en, const char *zh, uint32_t pool)
{
    jf_say(x, en, zh);
    jf_say_str(x, jf_pool_name(&x->reader->world, pool));
}

void jf_say_amount(jf_explain *x, int64_t value, jf_unit unit)
{
    JF_ASSERT(unit < JF_UNIT_COUNT);
    jf_decimal_print(&x->en, value, jf_unit_decimals(unit));
    jf_decimal_print(&x->zh, value, jf_unit_decimals(unit));
}

bool jf_movement_is(const jf_movement *m, const char *command)
{
    return m->journal->kind == JF_JOURNAL_COMMAND && jf_str_eq(m->cmd, jf_str_of(command));
}

const jf_order *jf_movement_order(jf_reader *reader, const jf_movement *m)
{
    const jf_journal_row *journal = m->journal;
    if (journal->kind == JF_JOURNAL_MATURITY)
        return jf_reader_order(reader, journal->subject);
    if (jf_movement_is(m, "order.pay"))
        return jf_reader_order(reader, journal->number);
    return jf_movement_is(m, "order.refund") ? jf_reader_order_named(reader, m->order) : NULL;
}

/* The sum stands only when it comes to what was posted, whatever the sign. */
void jf_keep_sum_if(jf_explain *x, int64_t result)
{
    int64_t amount = x->posting->amount;
    if (result != amount && (result == INT64_MIN || -result != amount))
        jf_buf_clear(&x->sum);
}

int64_t jf_repaid_before(const jf_explain *x)
{
    int64_t repaid = 0;
    JF_ASSERT(x->posting >= x->m->postings);
    for (const jf_posting_row *p = x->posting; p > x->m->postings;) {
        p--;
        if ((p->why & 255) != JF_WHY_REPAY)
            break;
        bool mine = p->owner == x->posting->owner && jf_is_debt(jf_slot_kind(p->slot));
        if (mine && !(p->amount < 0 ? jf_sub(repaid, p->amount, &repaid)
                                    : jf_add(repaid, p->amount, &repaid)))
            return 0;
    }
    return repaid;
}

/* A receipt: the sum stands, less the debts that it repaid first. */
static void keep_receipt_if(jf_explain *x, int64_t result)
{
    int64_t repaid = x->posting->owner != JF_PLATFORM ? jf_repaid_before(x) : 0;
    if (repaid > 0 && x->posting->amount > 0 && result > x->posting->amount) {
        jf_say(x, "; debts were repaid first", "；先抵还欠款");
        jf_buf_c(&x->sum, "; ");
        result = jf_sum_difference(&x->sum, result, repaid);
    }
    jf_keep_sum_if(x, result);
}

/* Consumption coins come off the bill before anything else (decision 14). */
static void bill_less_coins(jf_explain *x)
{
    const jf_order *o = x->order;
    JF_ASSERT(o->legacy.v <= o->amount.v);
    if (o->legacy.v == 0)
        return;
    jf_say(x, ", consumption coins off it first", "，先减去消费币");
    jf_sum_difference(&x->sum, o->amount.v, o->legacy.v);
    jf_buf_c(&x->sum, "; ");
}

/* Spec section 4: who got what of the bill itself. */
static void explain_sale(jf_explain *x)
{
    const jf_order *o = x->order;
    if (!o)
        return;
    int64_t paid = o->amount.v - o->legacy.v;
    int64_t cash = paid - o->voucher.v, rebate_cash = o->rebate.v - o->rebate_voucher.v;
    jf_account_kind kind = jf_slot_kind(x->posting->slot);
    if (kind == JF_ACCOUNT_VOUCHERS && x->posting->amount < 0) {
        jf_say(x, ": vouchers that paid part of the bill", "：账单中以券支付的部分");
    } else if (kind == JF_ACCOUNT_VOUCHERS) {
        jf_say(x, ": vouchers taken, less the rebate on them", "：收到的券，减去其让利");
        keep_receipt_if(x, jf_sum_difference(&x->sum, o->voucher.v, o->rebate_voucher.v));
    } else if (kind == JF_ACCOUNT_CASH) {
        jf_say(x, ": the bill less vouchers", "：账单减去用券");
        bill_less_coins(x);
        jf_keep_sum_if(x, jf_sum_difference(&x->sum, paid, o->voucher.v));
    } else if (kind == JF_ACCOUNT_RECEIVABLE && o->cash_shop) {
        jf_say(x, ": the bill less the rebate", "：账单减去让利");
        bill_less_coins(x);
        keep_receipt_if(x, jf_sum_difference(&x->sum, paid, o->rebate.v));
    } else if (kind == JF_ACCOUNT_RECEIVABLE) {
        jf_say(x, ": cash of the bill, less the rebate on it", "：账单现金部分，减去其让利");
        keep_receipt_if(x, jf_sum_difference(&x->sum, cash, rebate_cash));
    }
}

/* R_v = ⌊R · V / A⌋; in shops that keep no vouchers all of V retires. */
static void explain_rebate(jf_explain *x)
{
    const jf_order *o = x->order;
    if (!o)
        return;
    if (o->cash_shop) {
        jf_say(x, ": this kind of shop keeps no vouchers", "：此类商家不留存消费券");
        return;
    }
    jf_keep_sum_if(x,
                   jf_sum_quotient(&x->sum, o->rebate.v, o->voucher.v, o->amount.v - o->legacy.v));
}

/* What a refund made before maturity took of a component: shown as a second step. */
static int64_t less_refunded(jf_explain *x, int64_t component)
{
    const jf_order *o = x->order;
    if (x->m->journal->kind != JF_JOURNAL_MATURITY || o->refunded_held.v == 0)
        return component;
    int64_t gone = jf_sum_part(component, o->refunded_held.v, o->amount.v);
    jf_buf_c(&x->sum, "; ");
    return jf_sum_difference(&x->sum, component, gone);
}

/* Spec section 4: ⌊R_p · ratio⌋ for the role that the owner has in the order. */
static void explain_points(jf_explain *x)
{
    const jf_order *o = x->order;
    if (!o)
        return;
    if (x->posting->owner == JF_PLATFORM) {
        jf_keep_sum_if(x, jf_sum_total(&x->sum, o->buyer_points.v, o->shop_points.v));
        return;
    }
    bool buyer = x->posting->owner == o->buyer;
    jf_say(x, buyer ? ": as the buyer" : ": as the seller", buyer ? "：买方" : "：卖方");
    jf_ppm ratio = buyer ? x->policy->points_member : x->policy->points_shop;
    int64_t earning = o->rebate.v;
    int64_t paid = o->amount.v - o->legacy.v;
    if (o->credit.v > 0 && !x->policy->credit.earns_points)
        earning = jf_sum_part(o->rebate.v, paid - o->credit.v, paid);
    int64_t points = jf_sum_ratio(&x->sum, earning, ratio);
    jf_keep_sum_if(x, less_refunded(x, points));
}

const jf_posting_row *jf_beside(const jf_explain *x, jf_account_kind kind)
{
    JF_ASSERT(kind < JF_ACCOUNT_KINDS);
    for (uint32_t i = 0; i < x->m->count; i++) {
        const jf_posting_row *p = &x->m->postings[i];
        if (p->why == x->posting->why && jf_slot_kind(p->slot) == kind)
            return p;
    }
    return NULL;
}

/* How many levels of the referral line, from the first, have somebody; `until` ends the count. */
static uint32_t referrers_of(jf_explain *x, uint32_t levels, uint32_t until)
{
    const jf_party *member = jf_reader_party_no(x->reader, x->order->buyer);
    uint32_t count = 0;
    while (member && member->referrer != 0 && count < levels) {
        count++;
        if (member->referrer == until)
            break;
        member = jf_reader_party_no(x->reader, member->referrer);
    }
    return count;
}

/* How many postings like this one came before it: parts come in the order of their keeping. */
uint32_t jf_like_before(const jf_explain *x)
{
    uint32_t count = 0;
    JF_ASSERT(x->posting >= x->m->postings);
    for (const jf_posting_row *p = x->m->postings; p < x->posting; p++)
        count += p->owner == x->posting->owner && p->slot == x->posting->slot &&
                 p->why == x->posting->why;
    return count;
}

static void say_base(jf_explain *x, const jf_entry *entry)
{
    bool amount = entry->base == JF_BASE_AMOUNT;
    jf_say(x, amount ? ", on the bill" : ", on the rebate", amount ? "，按消费金额" : "，按让利");
}

/* The level that the posting pays; the vacant ones, which come last, are one share together. */
static void explain_referral(jf_explain *x, const jf_entry *entry, int64_t base)
{
    int64_t shares[JF_POLICY_LEVELS], whole = 0;
    bool vacant = x->posting->owner == JF_PLATFORM;
    uint32_t first = referrers_of(x, entry->levels, x->posting->owner) + vacant;
    uint32_t last = vacant ? entry->levels : first, count = 0;
    if (first == 0 || last > entry->levels)
        return;
    for (uint32_t level = first; level <= last; level++) {
        jf_say(x, ", level ", "，第 ");
        jf_say_int(x, level);
        jf_say(x, "", " 级");
        jf_buf_c(&x->sum, count > 0 ? "; " : "");
        whole = shares[count++] = jf_sum_ratio(&x->sum, base, entry->level[level - 1]);
    }
    JF_ASSERT(count <= JF_POLICY_LEVELS);
    if (count > 1) {
        jf_buf_c(&x->sum, "; ");
        whole = jf_sum_list(&x->sum, shares, count);
    }
    say_base(x, entry);
    keep_receipt_if(x, less_refunded(x, whole));
}

/* By seat, rate and weight, as far as the seats of now still tell it. */
static void explain_agents(jf_explain *x, uint32_t number, int64_t base)
{
    jf_agent_share share;
    uint32_t owner = x->posting->owner;
    if (owner == JF_PLATFORM ||
        !jf_agent_share_of(x->reader, x->order, number, owner, jf_like_before(x), &share))
        return;
    jf_say(x, ", seat ", "，席位 ");
    jf_say_int(x, share.region);
    int64_t whole = jf_sum_ratio(&x->sum, base, share.rate);
    if (share.weight < share.weights) {
        jf_sum_weight(&x->sum, share.weight, share.weights, share.amount);
        whole = share.amount;
    }
    keep_receipt_if(x, less_refunded(x, whole));
}

const jf_entry *jf_explain_entry(jf_explain *x)
{
    uint32_t number = (x->posting->why >> 8) - 1;
    if (!x->order || number >= x->policy->entry_count)
        return NULL;
    const jf_entry *entry = &x->policy->entries[number];
    JF_ASSERT(entry->to < JF_TO_COUNT);
    jf_account_kind kind = jf_slot_kind(x->posting->slot);
    bool fund = kind == JF_ACCOUNT_DIVIDEND || kind == JF_ACCOUNT_PENDING_DIVIDEND;
    jf_say(x, ": ", "：");
    jf_say(x, to_words[entry->to].en, to_words[entry->to].zh);
    if (fund && entry->to != JF_TO_DIVIDEND)
        jf_say_pool(x, ", vacant, so to pool ", "，空缺，归积分池 ",
                    jf_slot_pool(x->posting->slot));
    return entry;
}

static void explain_graded(jf_explain *x, const jf_entry *entry, int64_t base)
{
    if (x->posting->owner == JF_PLATFORM)
        return;
    int64_t whole = entry->to == JF_TO_LEVEL ? jf_explain_level(x, entry, base)
                                             : jf_explain_manager(x, entry, base);
    say_base(x, entry);
    if (whole >= 0)
        keep_receipt_if(x, less_refunded(x, whole));
    else
        jf_buf_clear(&x->sum);
}

/* Spec section 5: ⌊base · rate⌋ of the policy entry that the posting names. */
static void explain_share(jf_explain *x)
{
    const jf_entry *entry = jf_explain_entry(x);
    jf_account_kind kind = jf_slot_kind(x->posting->slot);
    if (!entry)
        return;
    if (kind == JF_ACCOUNT_TOKENS || kind == JF_ACCOUNT_TOKENS_ISSUED) {
        jf_explain_mint(x);
        return;
    }
    int64_t base = entry->base == JF_BASE_AMOUNT ? x->order->amount.v : x->order->rebate.v;
    if (entry->to == JF_TO_REFERRAL && entry->levels > 0) {
        explain_referral(x, entry, base);
    } else if (entry->to == JF_TO_AGENTS) {
        explain_agents(x, (x->posting->why >> 8) - 1, base);
    } else if (entry->to == JF_TO_LEVEL || entry->to == JF_TO_MANAGER) {
        explain_graded(x, entry, base);
    } else {
        say_base(x, entry);
        keep_receipt_if(x, less_refunded(x, jf_sum_ratio(&x->sum, base, entry->rate)));
    }
}

/* What the allocation left of R: platform revenue. */
static void explain_rest(jf_explain *x)
{
    if (x->order)
        jf_keep_sum_if(x, jf_sum_difference(&x->sum, x->order->rebate.v,
                                            x->order->rebate.v - x->order->rest.v));
}

/* The hold ended: points have no entry, shares have theirs. */
static void explain_maturity(jf_explain *x)
{
    if (x->posting->why >> 8)
        explain_share(x);
    else
        explain_points(x);
}

#define TRANCHES_SHOWN 6

/* Spec section 6: what a close took out of D is the sum of its cohorts' tranches. */
static void explain_release(jf_explain *x)
{
    jf_slot subject = (jf_slot)x->m->journal->subject;
    jf_say_pool(x, ": pool ", "：积分池 ", jf_slot_pool(subject));
    jf_say(x, ", close of period ", "，第 ");
    jf_say_int(x, jf_slot_cohort(subject));
    jf_say(x, "", " 期关账");
    if (jf_slot_kind(x->posting->slot) == JF_ACCOUNT_UNCLAIMED) {
        jf_say(x, ", tranche of cohort ", "，批次 ");
        jf_say_int(x, jf_slot_cohort(x->posting->slot));
        return;
    }
    int64_t tranches[TRANCHES_SHOWN];
    uint32_t count = 0;
    for (uint32_t i = 0; i < x->m->count; i++) {
        const jf_posting_row *p = &x->m->postings[i];
        if (jf_slot_kind(p->slot) != JF_ACCOUNT_UNCLAIMED)
            continue;
        if (count < TRANCHES_SHOWN)
            tranches[count] = p->amount;
        count++;
    }
    jf_say(x, ", cohorts: ", "，批次数：");
    jf_say_int(x, count);
    if (count > 1 && count <= TRANCHES_SHOWN)
        jf_keep_sum_if(x, jf_sum_list(&x->sum, tranches, count));
}

jf_str jf_crediting_arithmetic(jf_arena *arena, const jf_cohort *cohort, const jf_crediting *c,
                               int64_t amount)
{
    jf_buf sum;
    jf_buf_init(&sum, arena);
    if (c->before < 0 || c->after - c->before < amount)
        return JF_STR_NONE;
    /* The index is that of today: shown where it still gives the entitlement of then. */
    if (cohort && c->points >= 0 && jf_entitlement(c->points, cohort->index) == c->after)
        jf_sum_index(&sum, c->points, cohort->index, c->after);
    jf_sum_difference(&sum, c->after, c->before);
    if (c->after - c->before != amount) {
        jf_buf_c(&sum, "; ");
        jf_sum_difference(&sum, c->after - c->before, c->after - c->before - amount);
    }
    return jf_buf_view(&sum);
}

const jf_cohort *jf_cohort_at(const jf_world *w, uint32_t pool, uint32_t cohort)
{
    return pool < w->state.pools && cohort >= 1 ? jf_world_cohort(w, pool, cohort) : NULL;
}

static void explain_crediting(jf_explain *x)
{
    const jf_crediting *c = x->crediting;
    jf_slot slot = x->posting->slot;
    bool control = jf_slot_kind(slot) == JF_ACCOUNT_UNCLAIMED;
    if (!control && !c)
        return;
    uint32_t pool = control ? jf_slot_pool(slot) : c->pool;
    uint32_t cohort = control ? jf_slot_cohort(slot) : c->cohort;
    jf_say_pool(x, ": pool ", "：积分池 ", pool);
    jf_say(x, ", cohort ", "，批次 ");
    jf_say_int(x, cohort);
    if (control)
        return;
    jf_say(x, " (entitlement less what was credited before)", "（应得减去此前已到账）");
    jf_buf_str(&x->sum,
               jf_crediting_arithmetic(x->arena, jf_cohort_at(&x->reader->world, pool, cohort), c,
                                       x->posting->amount));
}

/* What is said beyond the words of reasons.def; a reason that is not here has no more to it. */
static void (*const explainers[JF_REASONS])(jf_explain *x) = {
    [JF_WHY_SALE] = explain_sale,
    [JF_WHY_REBATE] = explain_rebate,
    [JF_WHY_POINTS] = explain_points,
    [JF_WHY_ALLOCATION] = explain_share,
    [JF_WHY_REST] = explain_rest,
    [JF_WHY_MATURITY] = explain_maturity,
    [JF_WHY_RELEASE] = explain_release,
    [JF_WHY_CREDITING] = explain_crediting,
    [JF_WHY_INJECT] = jf_explain_named,
    [JF_WHY_REPAY] = jf_explain_repay,
    [JF_WHY_REFUND] = jf_explain_refund,
    [JF_WHY_CREDIT] = jf_explain_credit,
    [JF_WHY_WITHDRAW] = jf_explain_withdraw,
    [JF_WHY_COIN] = jf_explain_coin,
    [JF_WHY_SELL] = jf_explain_leave,
    [JF_WHY_EXIT] = jf_explain_leave,
    [JF_WHY_TURNOVER] = jf_explain_turnover,
    [JF_WHY_MONTH] = jf_explain_month,
    [JF_WHY_ENROLL] = jf_explain_enroll,
    [JF_WHY_SHARES] = jf_explain_shares,
    [JF_WHY_PROFIT] = jf_explain_profit,
    [JF_WHY_LEGACY] = jf_explain_legacy,
    [JF_WHY_TAX] = jf_explain_tax,
};

void jf_why_of(jf_reader *reader, jf_arena *arena, const jf_movement *m, uint32_t at,
               const jf_crediting *crediting, jf_why *out)
{
    JF_ASSERT(at < m->count);
    jf_explain x = {.reader = reader,
                    .arena = arena,
                    .m = m,
                    .posting = &m->postings[at],
                    .crediting = crediting};
    uint32_t reason = x.posting->why & 255;
    *out = (jf_why){0};
    x.order = jf_movement_order(reader, m);
    bool odd =
        x.order && (x.order->version == 0 || x.order->version > reader->world.state.policies);
    if (reason >= JF_REASONS || odd) {
        jf_reader_damaged(reader, m->journal->number);
        return;
    }
    if (x.order)
        x.policy = reader->world.policies[x.order->version - 1];
    out->reason = jf_reason_info_of((jf_reason)reason);
    jf_buf_init(&x.en, arena);
    jf_buf_init(&x.zh, arena);
    jf_buf_init(&x.sum, arena);
    jf_say(&x, out->reason->en, out->reason->zh);
    if (explainers[reason])
        explainers[reason](&x);
    out->en = jf_buf_view(&x.en);
    out->zh = jf_buf_view(&x.zh);
    out->arithmetic = jf_buf_view(&x.sum);
}
