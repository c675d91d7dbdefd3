/*
 * The words and the arithmetic behind a posting (why.h), one function a reason
 * of reasons.def.
 */
#include "app/why.h"

#include "app/sums.h"
#include "app/why_agents.h"
#include "base/check.h"
#include "core/release.h"

/* What the functions below share. */
typedef struct explain {
    jf_reader *reader;
    jf_arena *arena;
    const jf_movement *m;
    const jf_posting_row *posting;
    const jf_order *order;   /* or NULL */
    const jf_policy *policy; /* of the order */
    const jf_crediting *crediting;
    jf_buf en, zh, sum;
} explain;

typedef struct words {
    const char *en, *zh;
} words;

static const words to_words[JF_TO_COUNT] = {
#define JF_ALLOCATION(NAME, name, wire, member_only, en, zh) [JF_TO_##NAME] = {en, zh},
#include "core/allocations.def"
#undef JF_ALLOCATION
};

static void say(explain *x, const char *en, const char *zh)
{
    JF_ASSERT(en && zh);
    jf_buf_c(&x->en, en);
    jf_buf_c(&x->zh, zh);
}

static void say_str(explain *x, jf_str text)
{
    jf_buf_str(&x->en, text);
    jf_buf_str(&x->zh, text);
}

static void say_int(explain *x, int64_t value)
{
    jf_buf_int(&x->en, value);
    jf_buf_int(&x->zh, value);
}

jf_str jf_pool_name(const jf_world *w, uint32_t pool)
{
    return pool < w->state.pools ? w->pools[pool]->name : JF_STR("?");
}

static void say_pool(explain *x, const char *en, const char *zh, uint32_t pool)
{
    say(x, en, zh);
    say_str(x, jf_pool_name(&x->reader->world, pool));
}

const jf_order *jf_movement_order(jf_reader *reader, const jf_movement *m)
{
    const jf_journal_row *journal = m->journal;
    if (journal->kind == JF_JOURNAL_MATURITY)
        return jf_reader_order(reader, journal->subject);
    if (journal->kind == JF_JOURNAL_COMMAND && jf_str_eq(m->cmd, JF_STR("order.pay")))
        return jf_reader_order(reader, journal->number);
    return NULL;
}

/* The sum stands only when it comes to what was posted, whatever the sign. */
static void keep_sum_if(explain *x, int64_t result)
{
    int64_t amount = x->posting->amount;
    if (result != amount && (result == INT64_MIN || -result != amount))
        jf_buf_clear(&x->sum);
}

/* Spec section 4: who got what of the bill itself. */
static void explain_sale(explain *x)
{
    const jf_order *o = x->order;
    if (!o)
        return;
    int64_t cash = o->amount.v - o->voucher.v, rebate_cash = o->rebate.v - o->rebate_voucher.v;
    jf_account_kind kind = jf_slot_kind(x->posting->slot);
    if (kind == JF_ACCOUNT_VOUCHERS && x->posting->amount < 0) {
        say(x, ": vouchers that paid part of the bill", ":账单中以券支付的部分");
    } else if (kind == JF_ACCOUNT_VOUCHERS) {
        say(x, ": vouchers taken, less the rebate on them", ":收到的券,减去其让利");
        keep_sum_if(x, jf_sum_difference(&x->sum, o->voucher.v, o->rebate_voucher.v));
    } else if (kind == JF_ACCOUNT_CASH) {
        say(x, ": the bill less vouchers", ":账单减去用券");
        keep_sum_if(x, jf_sum_difference(&x->sum, o->amount.v, o->voucher.v));
    } else if (kind == JF_ACCOUNT_RECEIVABLE && o->cash_shop) {
        say(x, ": the bill less the rebate", ":账单减去让利");
        keep_sum_if(x, jf_sum_difference(&x->sum, o->amount.v, o->rebate.v));
    } else if (kind == JF_ACCOUNT_RECEIVABLE) {
        say(x, ": cash of the bill, less the rebate on it", ":账单现金部分,减去其让利");
        keep_sum_if(x, jf_sum_difference(&x->sum, cash, rebate_cash));
    }
}

/* R_v = ⌊R · V / A⌋; in shops that keep no vouchers all of V retires. */
static void explain_rebate(explain *x)
{
    const jf_order *o = x->order;
    if (!o)
        return;
    if (o->cash_shop) {
        say(x, ": this kind of shop keeps no vouchers", ":此类商家不留存消费券");
        return;
    }
    keep_sum_if(x, jf_sum_quotient(&x->sum, o->rebate.v, o->voucher.v, o->amount.v));
}

/* What a refund made before maturity took of a component: shown as a second step. */
static int64_t less_refunded(explain *x, int64_t component)
{
    const jf_order *o = x->order;
    if (x->m->journal->kind != JF_JOURNAL_MATURITY || o->refunded_held.v == 0)
        return component;
    int64_t gone = jf_sum_part(component, o->refunded_held.v, o->amount.v);
    jf_buf_c(&x->sum, "; ");
    return jf_sum_difference(&x->sum, component, gone);
}

/* Spec section 4: ⌊R_p · ratio⌋ for the role that the owner has in the order. */
static void explain_points(explain *x)
{
    const jf_order *o = x->order;
    if (!o)
        return;
    if (x->posting->owner == JF_PLATFORM) {
        keep_sum_if(x, jf_sum_total(&x->sum, o->buyer_points.v, o->shop_points.v));
        return;
    }
    bool buyer = x->posting->owner == o->buyer;
    say(x, buyer ? ": as the buyer" : ": as the seller", buyer ? ":买方" : ":卖方");
    jf_ppm ratio = buyer ? x->policy->points_member : x->policy->points_shop;
    int64_t earning = o->rebate.v;
    if (o->credit.v > 0 && !x->policy->credit.earns_points)
        earning = jf_sum_part(o->rebate.v, o->amount.v - o->credit.v, o->amount.v);
    int64_t points = jf_sum_ratio(&x->sum, earning, ratio);
    keep_sum_if(x, less_refunded(x, points));
}

/* How many levels of the referral line, from the first, have somebody; `until` ends the count. */
static uint32_t referrers_of(explain *x, uint32_t levels, uint32_t until)
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
static uint32_t like_before(const explain *x)
{
    uint32_t count = 0;
    JF_ASSERT(x->posting >= x->m->postings);
    for (const jf_posting_row *p = x->m->postings; p < x->posting; p++)
        count += p->owner == x->posting->owner && p->slot == x->posting->slot &&
                 p->why == x->posting->why;
    return count;
}

/* The rate of the level that the posting pays, which is said too. Vacant levels come last. */
static jf_ppm referral_rate(explain *x, const jf_entry *entry)
{
    uint32_t owner = x->posting->owner;
    uint32_t level = referrers_of(x, entry->levels, owner);
    level += owner == JF_PLATFORM ? like_before(x) + 1 : 0;
    if (level == 0 || level > entry->levels)
        return (jf_ppm){0};
    say(x, ", level ", ",第 ");
    say_int(x, level);
    say(x, "", " 级");
    return entry->level[level - 1];
}

/* By seat, rate and weight, as far as the seats of now still tell it. */
static void explain_agents(explain *x, uint32_t number, int64_t base)
{
    jf_agent_share share;
    uint32_t owner = x->posting->owner;
    if (owner == JF_PLATFORM ||
        !jf_agent_share_of(x->reader, x->order, number, owner, like_before(x), &share))
        return;
    say(x, ", seat ", ",席位 ");
    say_int(x, share.region);
    int64_t whole = jf_sum_ratio(&x->sum, base, share.rate);
    int64_t paid = x->posting->amount < 0 ? -x->posting->amount : x->posting->amount;
    if (share.weight < share.weights)
        jf_sum_weight(&x->sum, share.weight, share.weights, paid);
    else
        keep_sum_if(x, less_refunded(x, whole));
}

/* Spec section 5: ⌊base · rate⌋ of the policy entry that the posting names. */
static void explain_share(explain *x)
{
    uint32_t number = (x->posting->why >> 8) - 1;
    if (!x->order || number >= x->policy->entry_count)
        return;
    const jf_entry *entry = &x->policy->entries[number];
    JF_ASSERT(entry->to < JF_TO_COUNT);
    int64_t base = entry->base == JF_BASE_AMOUNT ? x->order->amount.v : x->order->rebate.v;
    jf_account_kind kind = jf_slot_kind(x->posting->slot);
    bool fund = kind == JF_ACCOUNT_DIVIDEND || kind == JF_ACCOUNT_PENDING_DIVIDEND;
    say(x, ": ", ":");
    say(x, to_words[entry->to].en, to_words[entry->to].zh);
    if (fund && entry->to != JF_TO_DIVIDEND)
        say_pool(x, ", vacant, so to pool ", ",空缺,归积分池 ", jf_slot_pool(x->posting->slot));
    jf_ppm rate = entry->rate;
    if (entry->to == JF_TO_REFERRAL && entry->levels > 0) {
        rate = referral_rate(x, entry);
    } else if (entry->to == JF_TO_AGENTS) {
        explain_agents(x, number, base);
        return;
    }
    say(x, entry->base == JF_BASE_AMOUNT ? ", on the bill" : ", on the rebate",
        entry->base == JF_BASE_AMOUNT ? ",按消费金额" : ",按让利");
    keep_sum_if(x, less_refunded(x, jf_sum_ratio(&x->sum, base, rate)));
}

/* What the allocation left of R: platform revenue. */
static void explain_rest(explain *x)
{
    if (x->order)
        keep_sum_if(x, jf_sum_difference(&x->sum, x->order->rebate.v,
                                         x->order->rebate.v - x->order->rest.v));
}

/* The hold ended: points have no entry, shares have theirs. */
static void explain_maturity(explain *x)
{
    if (x->posting->why >> 8)
        explain_share(x);
    else
        explain_points(x);
}

#define TRANCHES_SHOWN 6

/* Spec section 6: what a close took out of D is the sum of its cohorts' tranches. */
static void explain_release(explain *x)
{
    jf_slot subject = (jf_slot)x->m->journal->subject;
    say_pool(x, ": pool ", ":积分池 ", jf_slot_pool(subject));
    say(x, ", close of period ", ",第 ");
    say_int(x, jf_slot_cohort(subject));
    say(x, "", " 期关账");
    if (jf_slot_kind(x->posting->slot) == JF_ACCOUNT_UNCLAIMED) {
        say(x, ", tranche of cohort ", ",批次 ");
        say_int(x, jf_slot_cohort(x->posting->slot));
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
    say(x, ", cohorts: ", ",批次数:");
    say_int(x, count);
    if (count > 1 && count <= TRANCHES_SHOWN)
        keep_sum_if(x, jf_sum_list(&x->sum, tranches, count));
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

/* The cohort of a slot, or NULL when the books have none. */
static const jf_cohort *cohort_at(const jf_world *w, uint32_t pool, uint32_t cohort)
{
    return pool < w->state.pools && cohort >= 1 ? jf_world_cohort(w, pool, cohort) : NULL;
}

static void explain_crediting(explain *x)
{
    const jf_crediting *c = x->crediting;
    jf_slot slot = x->posting->slot;
    bool control = jf_slot_kind(slot) == JF_ACCOUNT_UNCLAIMED;
    if (!control && !c)
        return;
    uint32_t pool = control ? jf_slot_pool(slot) : c->pool;
    uint32_t cohort = control ? jf_slot_cohort(slot) : c->cohort;
    say_pool(x, ": pool ", ":积分池 ", pool);
    say(x, ", cohort ", ",批次 ");
    say_int(x, cohort);
    if (control)
        return;
    say(x, " (entitlement less what was credited before)", "(应得减去此前已到账)");
    jf_buf_str(&x->sum,
               jf_crediting_arithmetic(x->arena, cohort_at(&x->reader->world, pool, cohort), c,
                                       x->posting->amount));
}

static void explain_named(explain *x)
{
    if (x->m->id.n == 0)
        return;
    say(x, ", ", ",");
    say_str(x, x->m->id);
}

static void explain_reason(explain *x, jf_reason reason)
{
    switch (reason) {
    case JF_WHY_SALE:
        explain_sale(x);
        return;
    case JF_WHY_REBATE:
        explain_rebate(x);
        return;
    case JF_WHY_POINTS:
        explain_points(x);
        return;
    case JF_WHY_ALLOCATION:
        explain_share(x);
        return;
    case JF_WHY_REST:
        explain_rest(x);
        return;
    case JF_WHY_MATURITY:
        explain_maturity(x);
        return;
    case JF_WHY_RELEASE:
        explain_release(x);
        return;
    case JF_WHY_CREDITING:
        explain_crediting(x);
        return;
    case JF_WHY_INJECT:
        explain_named(x);
        return;
    default: /* the words of reasons.def say it */
        return;
    }
}

void jf_why_of(jf_reader *reader, jf_arena *arena, const jf_movement *m, uint32_t at,
               const jf_crediting *crediting, jf_why *out)
{
    JF_ASSERT(at < m->count);
    explain x = {.reader = reader,
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
    say(&x, out->reason->en, out->reason->zh);
    explain_reason(&x, (jf_reason)reason);
    out->en = jf_buf_view(&x.en);
    out->zh = jf_buf_view(&x.zh);
    out->arithmetic = jf_buf_view(&x.sum);
}
