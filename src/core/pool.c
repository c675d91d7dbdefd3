/*
 * A pool's periods: points come in, a close decides whether it is time, and
 * what each cohort gets. The arithmetic stands in pool_math.c.
 */
#include "core/pool.h"

#include "base/check.h"
#include "core/ledger.h"

/* One active cohort in a close: what it is to get. */
typedef struct tranche {
    jf_cohort *cohort;
    int64_t amount;
} tranche;

/* A close under way. */
typedef struct closing {
    jf_pool *pool;
    const jf_pool_policy *policy;
    jf_growth growth;
    int64_t share; /* rule share: ⌊F · rate⌋ */
    tranche *list;
    uint32_t count;
    jf_i128 sum; /* Σ */
} closing;

jf_pool *jf_pool_named(const jf_world *w, jf_str name)
{
    for (uint32_t i = 0; i < w->state.pools; i++)
        if (jf_str_eq(w->pools[i]->name, name))
            return w->pools[i];
    return NULL;
}

uint32_t jf_cohort_on(const jf_pool *pool, jf_day day)
{
    uint32_t low = 1, high = pool->period; /* the first whose closing day is not before `day` */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (pool->cohorts[middle - 1]->closed.n >= day.n)
            high = middle;
        else
            low = middle + 1;
    }
    JF_ASSERT(low >= 1 && low <= pool->period);
    return low;
}

uint32_t jf_policy_pool(const jf_policy *policy, bool members)
{
    for (uint32_t i = 0; i < policy->pool_count; i++)
        if (members ? policy->pools[i].members : policy->pools[i].shops)
            return policy->pools[i].pool;
    return JF_NO_POOL;
}

static void period_open(jf_step *s, jf_pool *pool)
{
    JF_ASSERT(pool->period >= 1);
    jf_cohort *cohort = jf_world_open_cohort(s->w, pool->no, pool->period);
    jf_touch(s->w, &cohort->row);
    cohort->row.exists = true;
}

void jf_pool_open(jf_step *s, uint32_t no, jf_str name)
{
    JF_ASSERT(no == s->w->state.pools && no < JF_WORLD_POOLS);
    jf_pool fresh = {.no = no, .name = name};
    jf_pool *pool = jf_world_put_pool(s->w, &fresh);
    jf_touch(s->w, &pool->row);
    jf_touch(s->w, &s->w->state.row);
    pool->row.exists = true;
    pool->period = pool->first_active = 1;
    s->w->state.pools++;
    period_open(s, pool);
}

void jf_pool_add_points(jf_step *s, jf_pool *pool, uint32_t owner, jf_point points, uint32_t why)
{
    jf_cohort *cohort = jf_world_cohort(s->w, pool->no, pool->period);
    JF_ASSERT(cohort && cohort->index == 0);
    JF_ASSERT(points.v > 0);
    jf_touch(s->w, &pool->row);
    jf_touch(s->w, &cohort->row);
    s->overflow |= !jf_point_add(pool->matured, points, &pool->matured);
    s->overflow |= !jf_point_add(cohort->points, points, &cohort->points);
    jf_post_point(s, owner, JF_COHORT_SLOT(POSITION, pool->no, pool->period), points, why);
}

void jf_pool_add_rebate(jf_step *s, jf_pool *pool, jf_cny rebate)
{
    JF_ASSERT(pool != NULL);
    jf_touch(s->w, &pool->row);
    s->overflow |= !jf_cny_add(pool->rebates, rebate, &pool->rebates);
}

static bool growth_reached(jf_growth growth, jf_ppm target)
{
    return jf_ratio_cmp(growth.over, growth.under, target.v, JF_PPM_ONE) >= 0;
}

static bool is_due(const jf_pool *pool, const jf_pool_policy *policy, jf_growth growth, jf_day day)
{
    if (pool->period == 1)
        return pool->matured.v >= policy->first_threshold.v;
    int32_t days = day.n - pool->last_close.n;
    JF_ASSERT(days > 0);
    return (growth_reached(growth, policy->growth_target) && days >= policy->min_days) ||
           days >= policy->max_days;
}

/* H moves before the tranches; a cohort starts at 1 in the close of its own period. */
static void growth_move(jf_step *s, const closing *c, jf_cohort *cohort)
{
    jf_touch(s->w, &cohort->row);
    if (cohort->cohort == c->pool->period)
        cohort->growth = JF_INDEX_ONE;
    else
        cohort->growth = jf_growth_step(cohort->growth, c->growth, c->policy->growth_floor,
                                        c->policy->growth_cap);
    JF_ASSERT(cohort->growth >= 0);
}

static bool is_capped(const jf_cohort *cohort, jf_ppm cap)
{
    return cohort->index > 0 && jf_cohort_room(cohort, cap) == 0;
}

/* One cohort: finished without a tranche, or active with one (spec section 6, "How much"). */
static void consider(jf_step *s, closing *c, jf_cohort *cohort)
{
    const jf_pool_policy *policy = c->policy;
    if (cohort->finished)
        return;
    bool late = (int64_t)cohort->cohort < (int64_t)c->pool->period - policy->periods + 1;
    if (late || is_capped(cohort, policy->cap)) {
        jf_touch(s->w, &cohort->row);
        cohort->finished = true;
        return;
    }
    growth_move(s, c, cohort);
    int64_t room = jf_cohort_room(cohort, policy->cap);
    if (room == 0)
        return;
    int64_t amount = c->share < room ? c->share : room;
    if (policy->rule == JF_RULE_COMPOUND)
        amount = jf_compound_tranche(cohort, policy->rate, room);
    c->list[c->count++] = (tranche){cohort, amount};
    c->sum += amount;
}

/* Nothing unfunded is ever released: ⌊tranche · D / Σ⌋ when Σ > D. */
static void fund(const jf_step *s, closing *c)
{
    int64_t fund = jf_balance(s->w, JF_PLATFORM, JF_POOL_SLOT(DIVIDEND, c->pool->no));
    JF_ASSERT(fund >= 0);
    if (c->sum <= fund)
        return;
    jf_i128 sum = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        c->list[i].amount = (int64_t)(c->list[i].amount * (jf_i128)fund / c->sum);
        sum += c->list[i].amount;
    }
    c->sum = sum;
    JF_ASSERT(c->sum <= fund);
}

/* D → reserve, and as many vouchers to the cohorts' control accounts. */
static void post_release(jf_step *s, const closing *c)
{
    uint32_t no = c->pool->no;
    int64_t sum = (int64_t)c->sum;
    jf_post_cny(s, JF_PLATFORM, JF_POOL_SLOT(DIVIDEND, no), (jf_cny){-sum}, JF_WHY_RELEASE);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(VOUCHER_RESERVE), (jf_cny){sum}, JF_WHY_RELEASE);
    jf_post_voucher(s, JF_PLATFORM, JF_SLOT(VOUCHERS_ISSUED), (jf_voucher){-sum}, JF_WHY_RELEASE);
    for (uint32_t i = 0; i < c->count; i++) {
        jf_cohort *cohort = c->list[i].cohort;
        jf_voucher amount = {c->list[i].amount};
        cohort->index += jf_index_step(amount.v, cohort->points);
        s->overflow |= !jf_voucher_add(cohort->released, amount, &cohort->released);
        jf_post_voucher(s, JF_PLATFORM, JF_COHORT_SLOT(UNCLAIMED, no, cohort->cohort), amount,
                        JF_WHY_RELEASE);
        JF_ASSERT(cohort->index <= c->policy->cap.v * JF_PPM_ONE || amount.v == 0);
    }
}

/* 出局: at the close of its last period, or when capped. */
static void finish_cohorts(closing *c)
{
    jf_pool *pool = c->pool;
    for (uint32_t i = 0; i < c->count; i++) {
        jf_cohort *cohort = c->list[i].cohort;
        cohort->finished |= is_capped(cohort, c->policy->cap);
    }
    int64_t last = (int64_t)pool->period - c->policy->periods + 1;
    if (last >= 1)
        pool->cohorts[last - 1]->finished = true;
    while (pool->first_active <= pool->period && pool->cohorts[pool->first_active - 1]->finished)
        pool->first_active++;
}

static void next_period(jf_step *s, closing *c)
{
    jf_pool *pool = c->pool;
    pool->flow_before = (jf_point){pool->matured.v - pool->matured_before.v};
    pool->matured_before = pool->matured;
    pool->rebates.v = pool->rebates.v < 0 ? pool->rebates.v : 0;
    s->overflow |= !jf_voucher_add(pool->released, (jf_voucher){(int64_t)c->sum}, &pool->released);
    pool->last_close = s->day;
    jf_cohort *cohort = pool->cohorts[pool->period - 1];
    jf_touch(s->w, &cohort->row);
    cohort->closed = s->day;
    pool->period++;
    s->w->state.closes++;
    period_open(s, pool);
    JF_ASSERT(pool->first_active <= pool->period);
}

static void report_close(const closing *c, jf_jw *report)
{
    jf_jw_open(report, NULL, '{');
    jf_jw_str(report, "pool", c->pool->name);
    jf_jw_int(report, "period", c->pool->period);
    jf_jw_decimal(report, "growth", jf_growth_ppm(c->growth), 6);
    jf_jw_decimal(report, "released", (int64_t)c->sum, 2);
    jf_jw_int(report, "cohorts", c->count);
    jf_jw_close(report, '}');
}

void jf_pool_check(jf_step *s, const jf_pool_policy *policy, jf_jw *report)
{
    jf_pool *pool = s->w->pools[policy->pool];
    JF_ASSERT(pool && pool->row.exists);
    closing c = {.pool = pool, .policy = policy, .growth = jf_pool_growth(pool, policy->metric)};
    if (!is_due(pool, policy, c.growth, s->day))
        return;
    jf_touch(s->w, &pool->row);
    int64_t rebates = pool->rebates.v > 0 ? pool->rebates.v : 0;
    s->overflow |= !jf_ratio_of(rebates, policy->rate, &c.share);
    c.list = JF_NEW_ARRAY(&s->w->step, tranche, pool->period - pool->first_active + 1);
    for (uint32_t i = pool->first_active; i <= pool->period; i++)
        consider(s, &c, pool->cohorts[i - 1]);
    fund(s, &c);
    jf_journal_begin(s, JF_JOURNAL_CLOSE, jf_slot_of(JF_ACCOUNT_UNCLAIMED, pool->no, pool->period));
    post_release(s, &c);
    jf_journal_end(s);
    if (report)
        report_close(&c, report);
    finish_cohorts(&c);
    next_period(s, &c);
}
