/*
 * Projections and their disclosure (projection.h): the closes ahead of a cohort
 * with the functions of the real close, and the two figures side by side.
 */
#include "core/projection.h"

#include "base/check.h"
#include "core/ledger.h"
#include "core/release.h"

/* What one yuan of rebate gives to the pool, in ppm of a point. */
static int64_t points_per_rebate(const jf_policy *policy, const jf_pool_policy *pool)
{
    int64_t ratio = pool->members ? policy->points_member.v : 0;
    ratio += pool->shops ? policy->points_shop.v : 0;
    JF_ASSERT(ratio >= 0);
    return ratio;
}

/* The rebates that gave so many points; 0 where no order gives any. */
static jf_cny rebates_behind(jf_point points, int64_t ratio)
{
    int64_t rebates = 0;
    if (points.v <= 0 || ratio == 0)
        return (jf_cny){0};
    JF_ASSERT(ratio > 0);
    if (!jf_mul_div(points.v, JF_PPM_ONE, ratio, &rebates))
        rebates = INT64_MAX;
    return (jf_cny){rebates};
}

jf_schedule jf_schedule_fresh(const jf_policy *policy, const jf_pool_policy *pool, jf_point points)
{
    JF_ASSERT(points.v > 0);
    return (jf_schedule){
        .policy = pool,
        .cohort = {.points = points},
        .rebates = rebates_behind(points, points_per_rebate(policy, pool)),
        .own = true,
        .closes = pool->periods,
    };
}

jf_schedule jf_schedule_of(const jf_world *w, const jf_policy *policy, const jf_pool_policy *pool,
                           const jf_cohort *cohort)
{
    const jf_pool *running = w->pools[cohort->pool];
    JF_ASSERT(running && pool->pool == cohort->pool);
    JF_ASSERT(cohort->cohort <= running->period);
    int64_t left = (int64_t)cohort->cohort + pool->periods - running->period;
    bool own = cohort->cohort == running->period;
    bool over = cohort->finished || left < 0 || cohort->points.v <= 0;
    return (jf_schedule){
        .policy = pool,
        .cohort = *cohort,
        .rebates = rebates_behind(own ? cohort->points : running->flow_before,
                                  points_per_rebate(policy, pool)),
        .own = own,
        .closes = over ? 0 : (int32_t)left,
    };
}

static int64_t grown(int64_t level, jf_ppm growth)
{
    return jf_growth_step(level, (jf_growth){growth.v, JF_PPM_ONE}, growth, growth);
}

/* A close after the cohort's own: turnover has moved on, and H with it. */
static void move_on(jf_schedule *s, jf_projection *out, jf_ppm growth)
{
    const jf_pool_policy *policy = s->policy;
    JF_ASSERT(!s->own);
    s->rebates.v = grown(s->rebates.v, growth);
    out->turnover = grown(out->turnover, growth);
    s->cohort.growth = jf_growth_step(s->cohort.growth, (jf_growth){growth.v, JF_PPM_ONE},
                                      policy->growth_floor, policy->growth_cap);
}

/* One close as consider() in pool.c makes it, fully funded. */
static void project_close(jf_schedule *s)
{
    int64_t room = jf_cohort_room(&s->cohort, s->policy->cap), amount = 0;
    if (s->policy->rule == JF_RULE_COMPOUND)
        amount = jf_compound_tranche(&s->cohort, s->policy->rate, room);
    else if (!jf_ratio_of(s->rebates.v, s->policy->rate, &amount) || amount > room)
        amount = room;
    JF_ASSERT(amount >= 0 && amount <= room);
    s->cohort.index += jf_index_step(amount, s->cohort.points);
}

jf_projection jf_project(const jf_schedule *schedule, jf_ppm growth)
{
    jf_schedule s = *schedule;
    jf_projection out = {.turnover = JF_PPM_ONE};
    JF_ASSERT(growth.v > -JF_PPM_ONE);
    while (out.closes < schedule->closes && !out.capped) {
        if (s.own)
            s.cohort.growth = JF_INDEX_ONE;
        else
            move_on(&s, &out, growth);
        int64_t before = s.cohort.index;
        project_close(&s);
        out.last = s.cohort.index - before;
        out.first = out.closes == 0 ? out.last : out.first;
        s.own = false;
        out.closes++;
        out.capped = s.cohort.index > 0 && jf_cohort_room(&s.cohort, s.policy->cap) == 0;
    }
    out.index = s.cohort.index;
    JF_ASSERT(out.index >= schedule->cohort.index);
    return out;
}

/* What points of a cohort may still get, under one assumption. Capped by ppm ratios, so it fits. */
static int64_t still_of(const jf_schedule *schedule, jf_point points, jf_ppm growth)
{
    int64_t now = jf_entitlement(points.v, schedule->cohort.index);
    int64_t then = jf_entitlement(points.v, jf_project(schedule, growth).index);
    JF_ASSERT(then >= now);
    return then - now;
}

/* Added to both sums. */
static void add_still(const jf_world *w, const jf_policy *policy, const jf_cohort *cohort,
                      int64_t points, jf_disclosure *out)
{
    if (cohort->finished || points <= 0)
        return;
    jf_schedule schedule = jf_schedule_of(w, policy, out->policy, cohort);
    out->points.v += points;
    out->flat_still.v += still_of(&schedule, (jf_point){points}, (jf_ppm){0});
    out->growing_still.v += still_of(&schedule, (jf_point){points}, JF_DISCLOSED_GROWTH);
}

static void positions_still(const jf_world *w, const jf_policy *policy, const jf_party *holder,
                            jf_disclosure *out)
{
    JF_ASSERT(holder->row.exists);
    for (const jf_account *a = holder->accounts; a; a = a->next) {
        bool here = a->row.exists && jf_slot_kind(a->slot) == JF_ACCOUNT_POSITION &&
                    jf_slot_pool(a->slot) == out->policy->pool;
        if (here)
            add_still(w, policy, jf_world_cohort(w, out->policy->pool, jf_slot_cohort(a->slot)),
                      a->balance, out);
    }
}

void jf_disclosure_of(const jf_world *w, const jf_policy *policy, const jf_pool_policy *pool,
                      const jf_party *holder, jf_disclosure *out)
{
    const jf_pool *running = w->pools[pool->pool];
    JF_ASSERT(running && running->no == pool->pool);
    jf_schedule fresh = jf_schedule_fresh(policy, pool, JF_PROJECTION_POINTS);
    *out = (jf_disclosure){.policy = pool,
                           .points_per_rebate = points_per_rebate(policy, pool),
                           .released = running->released};
    out->flat = jf_project(&fresh, (jf_ppm){0});
    out->growing = jf_project(&fresh, JF_DISCLOSED_GROWTH);
    /* D + released + clawback debts = collected − given back (spec section 15, 2). */
    out->collected.v = jf_balance(w, JF_PLATFORM, JF_POOL_SLOT(DIVIDEND, pool->pool)) +
                       running->released.v -
                       jf_balance(w, JF_PLATFORM, JF_POOL_SLOT(OWED_CLAWBACK, pool->pool));
    if (holder) {
        positions_still(w, policy, holder, out);
        return;
    }
    for (uint32_t i = running->first_active; i <= running->period; i++)
        add_still(w, policy, running->cohorts[i - 1], running->cohorts[i - 1]->points.v, out);
    JF_ASSERT(out->points.v >= 0);
}

/* Yuan a point in millionths, floored: 10^12 is the scale of the index. */
static int64_t millionths(int64_t index)
{
    return index / (JF_INDEX_ONE / JF_PPM_ONE);
}

static void figure_write(jf_jw *w, const char *key, const jf_projection *projection,
                         jf_voucher still)
{
    JF_ASSERT(still.v >= 0);
    jf_jw_open(w, key, '{');
    jf_jw_decimal(w, "per_point", millionths(projection->index), 6);
    jf_jw_decimal(w, "first", millionths(projection->first), 6);
    jf_jw_decimal(w, "last", millionths(projection->last), 6);
    jf_jw_int(w, "closes", projection->closes);
    jf_jw_bool(w, "capped", projection->capped);
    jf_jw_decimal(w, "turnover", projection->turnover, 6);
    jf_jw_decimal(w, "still", still.v, 2);
    jf_jw_close(w, '}');
}

static const char note_en[] = "releases depend on what is really collected and can be zero";
static const char note_zh[] = "释放取决于实际收到的让利，可能为零";

static void terms_write(jf_jw *w, const jf_disclosure *d)
{
    const jf_pool_policy *policy = d->policy;
    jf_jw_open(w, "terms", '{');
    jf_jw_decimal(w, "points_per_rebate", d->points_per_rebate, 6);
    jf_jw_decimal(w, "rate", policy->rate.v, 6);
    jf_jw_decimal(w, "cap", policy->cap.v, 6);
    if (policy->rule == JF_RULE_COMPOUND) {
        jf_jw_decimal(w, "growth_floor", policy->growth_floor.v, 6);
        jf_jw_decimal(w, "growth_cap", policy->growth_cap.v, 6);
    }
    jf_jw_close(w, '}');
}

void jf_schedule_write(jf_jw *w, const char *key, const jf_schedule *schedule)
{
    /* Its own close begins at 1, whatever stands there before. */
    int64_t level = schedule->own ? JF_INDEX_ONE : schedule->cohort.growth;
    JF_ASSERT(schedule->closes >= 0);
    jf_jw_open(w, key, '{');
    jf_jw_int(w, "closes", schedule->closes);
    jf_jw_decimal(w, "points", schedule->cohort.points.v, 2);
    jf_jw_decimal(w, "index", schedule->cohort.index, 12);
    jf_jw_decimal(w, "level", level, 12);
    jf_jw_decimal(w, "rebates", schedule->rebates.v, 2);
    jf_jw_close(w, '}');
}

void jf_disclosure_write(jf_jw *w, const char *key, const jf_disclosure *d)
{
    JF_ASSERT(d->policy != NULL);
    jf_jw_open(w, key, '{');
    jf_jw_str(w, "pool", d->policy->name);
    jf_jw_c(w, "rule", d->policy->rule == JF_RULE_COMPOUND ? "compound" : "share");
    jf_jw_int(w, "periods", d->policy->periods);
    jf_jw_decimal(w, "growth", JF_DISCLOSED_GROWTH.v, 6);
    terms_write(w, d);
    figure_write(w, "flat", &d->flat, d->flat_still);
    figure_write(w, "growing", &d->growing, d->growing_still);
    jf_jw_decimal(w, "points", d->points.v, 2);
    jf_jw_decimal(w, "collected", d->collected.v, 2);
    jf_jw_decimal(w, "released", d->released.v, 2);
    jf_jw_open(w, "note", '{');
    jf_jw_c(w, "en", note_en);
    jf_jw_c(w, "zh", note_zh);
    jf_jw_close(w, '}');
    jf_jw_close(w, '}');
}

/* One figure: for a fresh point, and for the points that are held. */
static void figure_text(jf_buf *out, const jf_projection *projection, jf_voucher still,
                        jf_point points, bool chinese)
{
    JF_ASSERT(projection->closes >= 0);
    jf_decimal_print(out, millionths(projection->index), 6);
    jf_buf_c(out, chinese ? " 券/分，共 " : " vouchers a point in ");
    jf_buf_int(out, projection->closes);
    jf_buf_c(out, chinese ? " 次释放" : " closes");
    if (projection->capped)
        jf_buf_c(out, chinese ? "（封顶）" : " (the cap)");
    if (points.v > 0) {
        jf_buf_c(out, chinese ? "；现有 " : "; for the ");
        jf_decimal_print(out, points.v, 2);
        jf_buf_c(out, chinese ? " 分还可得 " : " points held still ");
        jf_decimal_print(out, still.v, 2);
        jf_buf_c(out, chinese ? " 券" : " vouchers");
    }
    jf_buf_char(out, '\n');
}

static void term_text(jf_buf *out, const char *name, int64_t value)
{
    jf_buf_c(out, name);
    jf_decimal_print(out, value, 6);
}

/* What both figures are made with. */
static void terms_text(jf_buf *out, const jf_disclosure *d, bool chinese)
{
    const jf_pool_policy *policy = d->policy;
    term_text(out, chinese ? "    比例 " : "    rate ", policy->rate.v);
    term_text(out, chinese ? "，每元让利的积分 " : ", points for a yuan of rebate ",
              d->points_per_rebate);
    term_text(out, chinese ? "，封顶 " : ", cap ", policy->cap.v);
    if (policy->rule == JF_RULE_COMPOUND) {
        term_text(out, chinese ? "，增长计入 " : ", growth counts from ", policy->growth_floor.v);
        term_text(out, chinese ? " 至 " : " to ", policy->growth_cap.v);
    }
    jf_buf_char(out, '\n');
}

/* What the first close pays for a point, and the last. */
static void ends_text(jf_buf *out, const jf_projection *projection, bool chinese)
{
    jf_decimal_print(out, millionths(projection->first), 6);
    jf_buf_c(out, chinese ? " 至 " : " to ");
    jf_decimal_print(out, millionths(projection->last), 6);
}

/* How much larger turnover must become for the second figure (two decimals, floored), and the
 * closes of both. */
static void turnover_text(jf_buf *out, const jf_disclosure *d, bool chinese)
{
    const jf_projection *growing = &d->growing;
    JF_ASSERT(growing->turnover > 0);
    jf_buf_c(out,
             chinese ? "    后者要求营业额最终达到现在的 " : "    the latter takes a turnover of ");
    jf_decimal_print(out, growing->turnover / 10000, 2);
    jf_buf_c(out, chinese ? " 倍；每次释放 " : " times the present one at its end; a close pays ");
    ends_text(out, &d->flat, chinese);
    jf_buf_c(out, chinese ? "，后者 " : ", the latter's ");
    ends_text(out, growing, chinese);
    jf_buf_char(out, '\n');
}

void jf_disclosure_text(jf_buf *out, const jf_disclosure *d, bool chinese)
{
    JF_ASSERT(d->policy != NULL);
    jf_buf_c(out, chinese ? "积分池 " : "Pool ");
    jf_buf_str(out, d->policy->name);
    jf_buf_c(out, chinese ? "：每一积分可能释放多少（非承诺）\n"
                          : ": what a point may pay (no promise)\n");
    terms_text(out, d, chinese);
    jf_buf_c(out, chinese ? "    若营业额不增长       " : "    if turnover stays flat           ");
    figure_text(out, &d->flat, d->flat_still, d->points, chinese);
    jf_buf_c(out, chinese ? "    若每期增长 15 %      " : "    if it grows 15 % every period    ");
    figure_text(out, &d->growing, d->growing_still, d->points, chinese);
    turnover_text(out, d, chinese);
    jf_buf_c(out, chinese ? "    迄今收取 " : "    collected so far ");
    jf_decimal_print(out, d->collected.v, 2);
    jf_buf_c(out, chinese ? " 元，迄今释放 " : " CNY; released so far ");
    jf_decimal_print(out, d->released.v, 2);
    jf_buf_c(out, chinese ? " 券\n    " : " vouchers\n    ");
    jf_buf_c(out, chinese ? note_zh : note_en);
    jf_buf_char(out, '\n');
}
