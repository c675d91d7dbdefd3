/*
 * Each day's turnover is fixed first, in whole fen; then the purchases of the
 * day share it as the model's amounts do, by rounding running sums, so that the
 * parts add up to it exactly (purchases.h).
 */
#include "sim/purchases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arith.h"
#include "base/check.h"
#include "core/projection.h"
#include "sim/generator.h"

#define REBATE_STEPS 18
#define PERIOD_DAYS 30 /* where there is no pool to say */

jf_import_map *jf_simulation_map(jf_arena *arena, const jf_policy *policy)
{
    jf_import_map_error error = {0};
    jf_import_map *map = JF_NEW(arena, jf_import_map);
    bool read = jf_import_map_read(arena, jf_import_map_builtin(), map, &error);
    JF_ASSERT(read);
    int64_t range = policy->rebate_max.v - policy->rebate_min.v;
    map->shift_years = 0;
    map->shops.rebate = policy->rebate_min;
    map->shops.rebate_steps = REBATE_STEPS;
    map->shops.rebate_step.v = range / (REBATE_STEPS - 1);
    return map;
}

/* --- what the model draws --------------------------------------------------------------- */

typedef struct drawn {
    jf_purchase *list;
    uint32_t count, room;
    int64_t day[JF_SIMULATION_DAYS_MAX]; /* fen */
    int64_t sum;
} drawn;

static bool take(void *context, const jf_purchase *purchase)
{
    drawn *d = context;
    if (d->count == d->room) {
        d->room = d->room ? 2 * d->room : 4096;
        d->list = jf_realloc(d->list, d->room * sizeof *d->list);
    }
    d->list[d->count++] = *purchase;
    d->day[purchase->day.n - JF_SIMULATION_FIRST_DAY.n] += purchase->amount;
    d->sum += purchase->amount;
    return true;
}

/* --- the turnover of a day ---------------------------------------------------------------- */

static int64_t at_most(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/*
 * The turnover a day with which a pool's first period is over after max_days: the
 * threshold is in points, and a yuan brings its rebate times the points of both
 * sides. 0 when the pool gets no points.
 */
static int64_t turnover_for(const jf_policy *policy, const jf_pool_policy *pool)
{
    int64_t rebate = (policy->rebate_min.v + policy->rebate_max.v) / 2, rebates, sales;
    int64_t points =
        (pool->members ? policy->points_member.v : 0) + (pool->shops ? policy->points_shop.v : 0);
    if (points == 0 || !jf_mul_div_up(pool->first_threshold.v, JF_PPM_ONE, points, &rebates) ||
        !jf_mul_div_up(rebates, JF_PPM_ONE, rebate, &sales))
        return 0;
    return sales / pool->max_days + 1;
}

static int64_t turnover_first(const jf_simulation *s, const drawn *d)
{
    int64_t most = d->sum / s->days + 1;
    for (uint32_t i = 0; i < s->policy->pool_count; i++) {
        int64_t wanted = turnover_for(s->policy, &s->policy->pools[i]);
        most = wanted > most ? wanted : most;
    }
    return at_most(most, JF_PRICE_MAX);
}

/* The days that turnover grows in: the longest that the first pool's period can take. */
static uint32_t period_days(const jf_policy *policy)
{
    return policy->pool_count > 0 ? (uint32_t)policy->pools[0].max_days : PERIOD_DAYS;
}

/* What each day sells: all the same, or 15 % more after each period. */
static void turnover_set(const jf_simulation *s, const drawn *d, bool growing, int64_t *target)
{
    int64_t a_day = turnover_first(s, d), missed = 0;
    uint32_t period = period_days(s->policy);
    for (uint32_t i = 0; i < s->days; i++) {
        if (growing && i > 0 && i % period == 0) {
            bool fits = jf_mul_div(a_day, JF_PPM_ONE + JF_DISCLOSED_GROWTH.v, JF_PPM_ONE, &a_day);
            JF_ASSERT(fits); /* it is never far above what one order may cost */
            a_day = at_most(a_day, JF_PRICE_MAX);
        }
        int64_t wanted = at_most(a_day + missed, JF_PRICE_MAX);
        target[i] = d->day[i] > 0 ? wanted : 0;
        missed = d->day[i] > 0 ? 0 : wanted;
    }
}

/* --- the rows --------------------------------------------------------------------------------- */

void jf_simulation_rows(jf_import_rows *rows, const jf_simulation *s, bool growing)
{
    char name[16];
    drawn d = {.list = NULL};
    int64_t target[JF_SIMULATION_DAYS_MAX], before[JF_SIMULATION_DAYS_MAX] = {0};
    jf_generator_options options = {.customers = s->customers,
                                    .days = s->days,
                                    .from = JF_SIMULATION_FIRST_DAY,
                                    .seed = s->seed};
    JF_ASSERT(s->days >= 1 && s->days <= JF_SIMULATION_DAYS_MAX);
    JF_ASSERT(s->customers >= 1 && s->customers <= JF_SIMULATION_CUSTOMERS_MAX);
    jf_generate(&options, take, &d);
    turnover_set(s, &d, growing, target);
    for (uint32_t i = 0; i < d.count; i++) {
        const jf_purchase *p = &d.list[i];
        int32_t day = p->day.n - JF_SIMULATION_FIRST_DAY.n;
        int64_t from = 0, to = 0;
        bool fits = jf_mul_div(before[day], target[day], d.day[day], &from) &&
                    jf_mul_div(before[day] + p->amount, target[day], d.day[day], &to);
        JF_ASSERT(fits && to >= from);
        before[day] += p->amount;
        int n = snprintf(name, sizeof name, "%05u", p->customer);
        if (to > from)
            jf_import_rows_add(rows, (jf_str){name, (uint32_t)n}, p->day, to - from);
    }
    free(d.list);
    jf_import_rows_sort(rows);
}
