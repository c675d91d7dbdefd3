/*
 * What points may still pay (spec section 6, its end), and the one way to show it.
 *
 * A projection runs the closes that lie ahead of a cohort with the arithmetic of
 * the real close (pool_math.c), under one assumption: turnover changes by the
 * same ratio g from each period to the next. It assumes that the dividend fund
 * covers every tranche, which nobody promises. The model:
 *
 * - A fresh point stands in a cohort of P points whose own period brought the
 *   rebates F = P / (points per rebate). Points per rebate is what one yuan of R
 *   gives to the pool: points.member, points.shop, or for a joint pool their sum.
 * - share: the close of period k after its own pays ⌊F · (1 + g)^k · rate⌋ to the
 *   cohort. With one point a yuan and rate 0.5 % (two such pools, or one joint
 *   pool at 1 %, which gives two points a yuan), 40 closes pay per point: g = 15 %:
 *   5 (the cap), 5 %: 0.604, 0: 0.200, −10 %: 0.049.
 * - compound: H moves by γ = g, clamped to growth_floor..growth_cap. Metric `flow`
 *   measures just that; `cumulative` comes to it when the network has run for long,
 *   and shows more while it is young.
 * - A cohort under way goes on from its own index and H, with the last closed
 *   period's points as turnover.
 *
 * The good figure is never shown alone: pages and programs get both from the
 * writers below, the flat one first, with what was really collected and released.
 * Nothing else prints a projection; tests/statement.t and tests/report.t look.
 */
#ifndef JF_CORE_PROJECTION_H
#define JF_CORE_PROJECTION_H

#include "core/pool.h"

/* The second of the two figures: 15 % more turnover in every period. */
#define JF_DISCLOSED_GROWTH ((jf_ppm){150000})

/* A cohort so large (10^10 points, in hundredths) that flooring its tranches does not show. */
#define JF_PROJECTION_POINTS ((jf_point){INT64_C(1000000000000)})

/* A cohort before its next close, and the rules for the closes ahead. */
typedef struct jf_schedule {
    const jf_pool_policy *policy;
    jf_cohort cohort; /* points, index and growth are used */
    jf_cny rebates;   /* F of its own period, or of the last closed one */
    bool own;         /* the next close is that of its own period */
    int32_t closes;   /* ahead; 0 for a finished cohort */
} jf_schedule;

typedef struct jf_projection {
    int64_t index;  /* I_c at the end: yuan a point, times 10^12 */
    int32_t closes; /* that were used: all, or those up to the cap */
    bool capped;
    int64_t turnover;    /* of the last close used, in ppm of the first turnover */
    int64_t first, last; /* what the first and the last of them add to the index */
} jf_projection;

/* A new cohort of `points` (above 0) in a pool of the policy. */
jf_schedule jf_schedule_fresh(const jf_policy *policy, const jf_pool_policy *pool, jf_point points);

/* A cohort of the books as it stands. */
jf_schedule jf_schedule_of(const jf_world *w, const jf_policy *policy, const jf_pool_policy *pool,
                           const jf_cohort *cohort);

/* Run the closes ahead at a constant growth above −100 %; saturates, floors like the close. */
jf_projection jf_project(const jf_schedule *schedule, jf_ppm growth);

/* Both figures of a pool, and the facts that belong beside them. */
typedef struct jf_disclosure {
    const jf_pool_policy *policy;
    int64_t points_per_rebate;            /* what a yuan of rebate gives here, in ppm of a point */
    jf_projection flat, growing;          /* of a fresh point */
    jf_point points;                      /* held in unfinished cohorts */
    jf_voucher flat_still, growing_still; /* what those points may still pay */
    jf_cny collected;                     /* dividends so far, net of what was given back */
    jf_voucher released;                  /* so far */
} jf_disclosure;

/* holder: a resident party, or NULL for everybody. */
void jf_disclosure_of(const jf_world *w, const jf_policy *policy, const jf_pool_policy *pool,
                      const jf_party *holder, jf_disclosure *out);

/*
 * {"pool","rule","periods","growth","terms":{"points_per_rebate","rate","cap",
 * "growth_floor","growth_cap"},"flat":{…},"growing":{…},"points","collected","released",
 * "note":{"en","zh"}}; flat and growing each {"per_point","first","last" (six decimals,
 * floored),"closes","capped","turnover","still"}. The floor and the cap of growth only
 * with rule `compound`, which alone has them.
 */
void jf_disclosure_write(jf_jw *w, const char *key, const jf_disclosure *disclosure);

/*
 * {"closes","points","index","level","rebates"}: from where a cohort goes on, beside a disclosure.
 * The closes ahead, P, I and H (twelve decimals) and F: the terms of `still`, and no figure.
 */
void jf_schedule_write(jf_jw *w, const char *key, const jf_schedule *schedule);

/* A disclosure as lines of text in one of the two languages. */
void jf_disclosure_text(jf_buf *out, const jf_disclosure *disclosure, bool chinese);

#endif
