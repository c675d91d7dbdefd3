/*
 * cohort.sweep (spec section 6): when a cohort is finished, credit everybody
 * and move the dust that flooring left to platform revenue.
 */
#include "base/check.h"
#include "core/ledger.h"
#include "core/pool.h"
#include "core/receive.h"
#include "core/release.h"

/* The cohort if it can be swept, else NULL. */
static jf_cohort *finished_cohort(const jf_world *w, const jf_cmd_cohort_sweep *c)
{
    const jf_pool *pool = jf_pool_named(w, c->pool);
    jf_cohort *cohort =
        pool && c->cohort <= pool->period ? jf_world_cohort(w, pool->no, c->cohort) : NULL;
    return cohort && cohort->finished ? cohort : NULL;
}

/* due[i] for every holder, in the arena. */
static int64_t *holders_due(const jf_holders *holders, int64_t index, jf_arena *arena)
{
    int64_t *due = JF_NEW_ARRAY(arena, int64_t, holders->count);
    jf_sweep_due(holders->points, holders->credited, holders->count, index, due);
    return due;
}

void jf_needs_cohort_sweep(const jf_world *w, const jf_cmd_cohort_sweep *c, jf_needs *needs)
{
    const jf_cohort *cohort = finished_cohort(w, c);
    const jf_holders *holders =
        cohort ? jf_want_holders(w, needs, cohort->pool, cohort->cohort) : NULL;
    if (!holders)
        return;
    const int64_t *due = holders_due(holders, cohort->index, needs->arena);
    for (uint32_t i = 0; i < holders->count; i++)
        if (due[i] > 0)
            jf_want_party_no(w, needs, holders->owner[i]);
}

static void credit_position(jf_step *s, const jf_cohort *cohort, uint32_t owner, int64_t due)
{
    jf_account *position =
        jf_world_account(s->w, owner, JF_COHORT_SLOT(POSITION, cohort->pool, cohort->cohort));
    JF_ASSERT(position && due > 0);
    jf_touch(s->w, &position->row);
    position->credited += due;
    jf_receive_vouchers(s, owner, (jf_voucher){due}, cohort->pool, JF_WHY_CREDITING);
}

/* What nobody is entitled to: the vouchers retire, their backing becomes revenue. */
static void post_dust(jf_step *s, jf_slot unclaimed, int64_t dust)
{
    JF_ASSERT(dust >= 0);
    jf_post_voucher(s, JF_PLATFORM, unclaimed, (jf_voucher){-dust}, JF_WHY_SWEEP);
    jf_post_voucher(s, JF_PLATFORM, JF_SLOT(VOUCHERS_ISSUED), (jf_voucher){dust}, JF_WHY_SWEEP);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(VOUCHER_RESERVE), (jf_cny){-dust}, JF_WHY_SWEEP);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(REVENUE), (jf_cny){dust}, JF_WHY_SWEEP);
}

jf_code jf_do_cohort_sweep(jf_step *s, const jf_cmd_cohort_sweep *c)
{
    jf_world *w = s->w;
    const jf_pool *pool = jf_pool_named(w, c->pool);
    if (!pool)
        return jf_refuse(s->error, JF_E_NOT_FOUND, "pool", "there is no pool \"%.*s\"",
                         JF_STR_ARG(c->pool));
    if (c->cohort > pool->period)
        return jf_refuse(s->error, JF_E_NOT_FOUND, "cohort", "the pool has no such cohort yet");
    const jf_cohort *cohort = finished_cohort(w, c);
    if (!cohort)
        return jf_refuse(s->error, JF_E_STATE_CONFLICT, "cohort",
                         "the cohort is not finished; it can be swept after its last release");
    const jf_holders *holders = w->holders;
    const int64_t *due = holders_due(holders, cohort->index, &w->step);
    jf_slot unclaimed = JF_COHORT_SLOT(UNCLAIMED, cohort->pool, cohort->cohort);
    int64_t credited = 0;
    for (uint32_t i = 0; i < holders->count; i++)
        credited += due[i] > 0 ? due[i] : 0;
    jf_post_voucher(s, JF_PLATFORM, unclaimed, (jf_voucher){-credited}, JF_WHY_CREDITING);
    for (uint32_t i = 0; i < holders->count; i++)
        if (due[i] > 0)
            credit_position(s, cohort, holders->owner[i], due[i]);
    int64_t dust = jf_balance(w, JF_PLATFORM, unclaimed);
    post_dust(s, unclaimed, dust);
    jf_jw_decimal(s->reply, "credited", credited, 2);
    jf_jw_decimal(s->reply, "dust", dust, 2);
    return JF_OK;
}
