/*
 * Pools, periods and releases (spec section 6).
 *
 * A close costs O(cohorts): it raises the index of each active cohort, and
 * positions are credited from the index when their owner is touched (release.h).
 */
#ifndef JF_CORE_POOL_H
#define JF_CORE_POOL_H

#include "core/step.h"

#define JF_NO_POOL UINT32_MAX
#define JF_INDEX_ONE INT64_C(1000000000000) /* 10^12: the scale of I_c and H_c */

/* Points mature into the open period of a pool. */
void jf_pool_add_points(jf_step *s, jf_pool *pool, uint32_t owner, jf_point points, uint32_t why);

/* The rebate of an order that gave points to the pool (F), once an order; negative for refunds. */
void jf_pool_add_rebate(jf_step *s, jf_pool *pool, jf_cny rebate);

/* At the end of a day: does the open period close, and if so close it. `report` may be NULL. */
void jf_pool_check(jf_step *s, const jf_pool_policy *policy, jf_jw *report);

/* A pool named for the first time: its period 1 opens. */
void jf_pool_open(jf_step *s, uint32_t no, jf_str name);

/* The cohort that points maturing on a day went into: the period that was open at its close. */
uint32_t jf_cohort_on(const jf_pool *pool, jf_day day);

/* The world's number of the pool that takes a side under a policy, or JF_NO_POOL. */
uint32_t jf_policy_pool(const jf_policy *policy, bool members);

/* By name, or NULL. */
jf_pool *jf_pool_named(const jf_world *w, jf_str name);

/*
 * The arithmetic of a close, apart from the ledger so that projections use the
 * same (spec section 6). Ratios are exact fractions.
 */
typedef struct jf_growth {
    int64_t over, under; /* g = over / under; under > 0 */
} jf_growth;

/* g of the open period; 0/1 where the rule says 0. */
jf_growth jf_pool_growth(const jf_pool *pool, jf_metric metric);

/* ⌊g in ppm⌋, saturated at 64 bits: what answers show. */
int64_t jf_growth_ppm(jf_growth growth);

/* H_c at a later close: ⌊H · (10^6 + γ) / 10^6⌋, γ clamped to floor..cap; saturates. */
int64_t jf_growth_step(int64_t level, jf_growth growth, jf_ppm floor, jf_ppm cap);

/* room_c = ⌊(cap · 10^12 − I_c) · P_c / 10^12⌋, at least 0. */
int64_t jf_cohort_room(const jf_cohort *cohort, jf_ppm cap);

/* ⌊P_c · rate · H_c / 10^12⌋, at most `most`. */
int64_t jf_compound_tranche(const jf_cohort *cohort, jf_ppm rate, int64_t most);

/* What ⌊tranche · 10^12 / P_c⌋ adds to the index. */
int64_t jf_index_step(int64_t tranche, jf_point points);

#endif
