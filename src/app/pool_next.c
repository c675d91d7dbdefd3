/*
 * The next close of a pool (spec section 6, is_due in pool.c).
 */
#include "app/pool_next.h"

#include "base/check.h"
#include "core/pool.h"
#include "core/step.h"

static jf_day later(jf_day a, int32_t b)
{
    return (jf_day){a.n > b ? a.n : b};
}

jf_pool_next jf_pool_next_of(const jf_world *w, const jf_pool_policy *policy)
{
    const jf_pool *pool = w->pools[policy->pool];
    jf_day open = w->state.open_day;
    JF_ASSERT(pool != NULL);
    jf_pool_next next = {
        .growth = jf_growth_ppm(jf_pool_growth(pool, policy->metric)),
        .waits = pool->period == 1 && pool->matured.v < policy->first_threshold.v,
        .earliest = open,
        .latest = open,
    };
    if (pool->period == 1)
        return next;
    int32_t last = pool->last_close.n;
    JF_ASSERT(last < open.n);
    next.latest = later(open, last + policy->max_days);
    next.earliest = later(open, last + policy->min_days);
    if (next.earliest.n > next.latest.n)
        next.earliest = next.latest;
    return next;
}

void jf_pool_next_json(jf_jw *w, const jf_pool_policy *policy, const jf_pool_next *next)
{
    jf_jw_open(w, "next_close", '{');
    if (next->waits) {
        jf_jw_decimal(w, "threshold", policy->first_threshold.v, 2);
    } else {
        jf_jw_day(w, "earliest", next->earliest);
        jf_jw_day(w, "latest", next->latest);
    }
    jf_jw_close(w, '}');
    jf_jw_open(w, "growth", '{');
    jf_jw_decimal(w, "so_far", next->growth, 6);
    jf_jw_decimal(w, "target", policy->growth_target.v, 6);
    jf_jw_close(w, '}');
}

bool jf_pool_concerns(const jf_party *party, const jf_pool_policy *pool)
{
    JF_ASSERT(party->kind != JF_PARTY_PLATFORM);
    if (party->kind == JF_PARTY_MEMBER ? pool->members : pool->shops)
        return true;
    for (const jf_account *a = party->accounts; a; a = a->next)
        if (a->row.exists && jf_slot_kind(a->slot) == JF_ACCOUNT_POSITION &&
            jf_slot_pool(a->slot) == pool->pool)
            return true;
    return false;
}
