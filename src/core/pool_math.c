/*
 * The arithmetic of a close: growth, compounding, room below the cap. Pure
 * functions of numbers; everything floors (spec sections 1 and 6).
 */
#include "base/check.h"
#include "core/pool.h"

jf_growth jf_pool_growth(const jf_pool *pool, jf_metric metric)
{
    int64_t flow = pool->matured.v - pool->matured_before.v; /* q_t */
    int64_t under = metric == JF_METRIC_CUMULATIVE ? pool->matured_before.v : pool->flow_before.v;
    if (pool->period == 1 || under <= 0)
        return (jf_growth){0, 1};
    int64_t over = metric == JF_METRIC_CUMULATIVE ? flow : flow - pool->flow_before.v;
    return (jf_growth){over, under};
}

int64_t jf_growth_ppm(jf_growth growth)
{
    JF_ASSERT(growth.under > 0);
    jf_i128 ppm = jf_floor_div((jf_i128)growth.over * JF_PPM_ONE, growth.under);
    if (ppm > INT64_MAX)
        return INT64_MAX;
    return ppm < INT64_MIN ? INT64_MIN : (int64_t)ppm;
}

int64_t jf_growth_step(int64_t level, jf_growth growth, jf_ppm floor, jf_ppm cap)
{
    JF_ASSERT(level >= 0 && floor.v > -JF_PPM_ONE);
    int64_t ppm = jf_growth_ppm(growth);
    if (ppm > cap.v)
        ppm = cap.v;
    if (ppm < floor.v)
        ppm = floor.v;
    jf_i128 next = (jf_i128)level * (JF_PPM_ONE + ppm) / JF_PPM_ONE;
    return next > INT64_MAX ? INT64_MAX : (int64_t)next;
}

int64_t jf_cohort_room(const jf_cohort *cohort, jf_ppm cap)
{
    jf_i128 top = (jf_i128)cap.v * (JF_INDEX_ONE / JF_PPM_ONE);
    JF_ASSERT(cohort->index >= 0);
    if (top <= cohort->index || cohort->points.v <= 0)
        return 0;
    jf_i128 room = (top - cohort->index) * cohort->points.v / JF_INDEX_ONE;
    return room > INT64_MAX ? INT64_MAX : (int64_t)room;
}

int64_t jf_compound_tranche(const jf_cohort *cohort, jf_ppm rate, int64_t most)
{
    JF_ASSERT(cohort->points.v >= 0 && cohort->growth >= 0);
    jf_i128 product;
    /* A product past 127 bits is over 10^20 fen: more than any room. */
    if (__builtin_mul_overflow((jf_i128)cohort->points.v * rate.v, (jf_i128)cohort->growth,
                               &product))
        return most;
    jf_i128 tranche = product / JF_INDEX_ONE / JF_PPM_ONE;
    return tranche > most ? most : (int64_t)tranche;
}

int64_t jf_index_step(int64_t tranche, jf_point points)
{
    JF_ASSERT(tranche >= 0 && points.v > 0);
    return (int64_t)((jf_i128)tranche * JF_INDEX_ONE / points.v);
}
