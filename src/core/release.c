/*
 * Crediting positions from their cohort's index.
 */
#include "core/release.h"

#include "base/check.h"
#include "core/ledger.h"
#include "core/pool.h"
#include "core/receive.h"

int64_t jf_entitlement(int64_t points, int64_t index)
{
    JF_ASSERT(points >= 0 && index >= 0);
    return (int64_t)((jf_i128)points * index / JF_INDEX_ONE);
}

/* What a position is owed above what it was credited. Never negative between commands. */
static int64_t position_due(const jf_world *w, const jf_account *position)
{
    uint32_t pool = jf_slot_pool(position->slot), number = jf_slot_cohort(position->slot);
    const jf_cohort *cohort = jf_world_cohort(w, pool, number);
    JF_ASSERT(cohort != NULL);
    if (cohort->index == 0)
        return 0;
    int64_t due = jf_entitlement(position->balance, cohort->index) - position->credited;
    return due > 0 ? due : 0;
}

static bool is_position(const jf_account *account)
{
    return account->row.exists && jf_slot_kind(account->slot) == JF_ACCOUNT_POSITION;
}

jf_voucher jf_uncredited(const jf_world *w, const jf_party *party)
{
    jf_voucher sum = {0};
    if (party->credited_at == w->state.closes + 1)
        return sum;
    for (const jf_account *a = party->accounts; a; a = a->next)
        if (is_position(a))
            sum.v += position_due(w, a);
    JF_ASSERT(sum.v >= 0);
    return sum;
}

void jf_credit_party(jf_step *s, jf_party *party)
{
    JF_ASSERT(s->journal && party->row.exists);
    if (party->credited_at == s->w->state.closes + 1)
        return;
    for (jf_account *a = party->accounts; a; a = a->next) {
        int64_t due = is_position(a) ? position_due(s->w, a) : 0;
        if (due == 0)
            continue;
        uint32_t pool = jf_slot_pool(a->slot);
        jf_slot unclaimed = JF_COHORT_SLOT(UNCLAIMED, pool, jf_slot_cohort(a->slot));
        jf_touch(s->w, &a->row);
        a->credited += due;
        jf_post_voucher(s, JF_PLATFORM, unclaimed, (jf_voucher){-due}, JF_WHY_CREDITING);
        jf_receive_vouchers(s, party->no, (jf_voucher){due}, pool, JF_WHY_CREDITING);
    }
    jf_world_credited(s->w, party);
}

bool jf_owes(const jf_party *party)
{
    for (const jf_account *a = party->accounts; a; a = a->next)
        if (a->row.exists && a->balance != 0 && jf_is_debt(jf_slot_kind(a->slot)))
            return true;
    JF_ASSERT(party->kind != JF_PARTY_PLATFORM);
    return false;
}

#define INDEX_BITS 40 /* 10^12 < 2^40 */

int64_t jf_sweep_due(const int64_t *points, const int64_t *credited, uint32_t count, int64_t index,
                     int64_t *due)
{
    /* points · index is points · whole · 10^12 + points · part; the last is below 2^64 for most. */
    int64_t whole = index / JF_INDEX_ONE, part = index % JF_INDEX_ONE;
    int64_t sum = 0;
    JF_ASSERT(index >= 0 && whole < (INT64_C(1) << 22));
    for (uint32_t i = 0; i < count; i++) {
        int64_t entitled;
        if (__builtin_expect((uint64_t)points[i] >> (64 - INDEX_BITS) == 0, 1))
            entitled =
                points[i] * whole + (int64_t)((uint64_t)points[i] * (uint64_t)part / JF_INDEX_ONE);
        else
            entitled = jf_entitlement(points[i], index);
        due[i] = entitled - credited[i];
        sum += due[i];
    }
    return sum;
}
