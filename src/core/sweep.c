/*
 * cohort.sweep (spec section 6): when a cohort is finished, credit everybody
 * and move the dust that flooring left to platform revenue.
 */
#include "base/check.h"
#include "base/sort.h"
#include "core/ledger.h"
#include "core/pool.h"
#include "core/receive.h"
#include "core/release.h"

/* A position of the cohort that is owed something. */
typedef struct claim {
    jf_account *position;
    int64_t due;
} claim;

static jf_cohort *cohort_named(const jf_world *w, const jf_cmd_cohort_sweep *c)
{
    const jf_pool *pool = jf_pool_named(w, c->pool);
    return pool && c->cohort <= pool->period ? jf_world_cohort(w, pool->no, c->cohort) : NULL;
}

/*
 * The owners of what the store holds of the cohort must be resident; what this
 * batch added is. With days to close first, nobody's due is known yet, so all
 * are wanted; else the kernel says who.
 */
void jf_needs_cohort_sweep(const jf_world *w, const jf_cmd_cohort_sweep *c, jf_needs *needs)
{
    const jf_cohort *cohort = cohort_named(w, c);
    bool closes = w->zone && jf_zone_day(w->zone, c->at).n > w->state.open_day.n;
    if (!cohort || (!cohort->finished && !closes))
        return;
    const jf_holders *holders = jf_want_holders(w, needs, cohort->pool, cohort->cohort);
    if (!holders)
        return;
    int64_t *due = JF_NEW_ARRAY(needs->arena, int64_t, holders->count);
    jf_sweep_due(holders->points, holders->credited, holders->count, cohort->index, due);
    for (uint32_t i = 0; i < holders->count; i++)
        if (closes || due[i] > 0)
            jf_want_party_no(w, needs, holders->owner[i]);
}

static int by_owner(const void *a, const void *b)
{
    uint32_t x = ((const claim *)a)->position->owner, y = ((const claim *)b)->position->owner;
    return (x > y) - (x < y);
}

/* Everybody who is owed something, by party number: counted, or listed. */
static uint32_t claims_of(const jf_world *w, const jf_cohort *cohort, claim *list)
{
    jf_slot slot = JF_COHORT_SLOT(POSITION, cohort->pool, cohort->cohort);
    uint32_t count = 0;
    jf_account *account;
    for (uint64_t at = 0; (account = jf_map_next(&w->accounts, &at)) != NULL;) {
        if (account->slot != slot || !account->row.exists)
            continue;
        int64_t due = jf_entitlement(account->balance, cohort->index) - account->credited;
        if (due <= 0)
            continue;
        if (list)
            list[count] = (claim){account, due};
        count++;
    }
    return count;
}

/* Credit them all; returns the sum. */
static int64_t credit_claims(jf_step *s, const jf_cohort *cohort, jf_slot unclaimed)
{
    uint32_t count = claims_of(s->w, cohort, NULL);
    claim *list = JF_NEW_ARRAY(&s->w->step, claim, count);
    int64_t sum = 0;
    JF_ASSERT(claims_of(s->w, cohort, list) == count);
    jf_sort(list, count, sizeof *list, by_owner);
    for (uint32_t i = 0; i < count; i++)
        sum += list[i].due;
    jf_post_voucher(s, JF_PLATFORM, unclaimed, (jf_voucher){-sum}, JF_WHY_CREDITING);
    for (uint32_t i = 0; i < count; i++) {
        jf_account *position = list[i].position;
        jf_voucher due = {list[i].due};
        jf_touch(s->w, &position->row);
        position->credited += due.v;
        jf_receive_vouchers(s, position->owner, due, cohort->pool, JF_WHY_CREDITING);
    }
    return sum;
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
    const jf_cohort *cohort = cohort_named(w, c);
    if (!cohort->finished)
        return jf_refuse(s->error, JF_E_STATE_CONFLICT, "cohort",
                         "the cohort is not finished; it can be swept after its last release");
    jf_slot unclaimed = JF_COHORT_SLOT(UNCLAIMED, cohort->pool, cohort->cohort);
    int64_t credited = credit_claims(s, cohort, unclaimed);
    int64_t dust = jf_balance(w, JF_PLATFORM, unclaimed);
    post_dust(s, unclaimed, dust);
    jf_jw_decimal(s->reply, "credited", credited, 2);
    jf_jw_decimal(s->reply, "dust", dust, 2);
    return JF_OK;
}
