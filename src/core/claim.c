/*
 * Claims, one function a unit.
 */
#include "core/claim.h"

#include "base/check.h"
#include "core/pool.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t jf_claim_cny(jf_step *s, uint32_t party, jf_cny amount, uint32_t why)
{
    const jf_party *from = jf_world_party_no(s->w, party);
    JF_ASSERT(from && from->kind != JF_PARTY_PLATFORM);
    JF_ASSERT(amount.v >= 0);
    jf_slot slot = from->kind == JF_PARTY_SHOP ? JF_SLOT(RECEIVABLE) : JF_SLOT(WALLET);
    int64_t there = least(jf_balance(s->w, party, slot), amount.v);
    int64_t debt = amount.v - there;
    jf_post_cny(s, party, slot, (jf_cny){-there}, why);
    jf_post_cny(s, party, JF_SLOT(DEBT_CNY), (jf_cny){-debt}, why);
    if (debt > 0)
        jf_world_put_debtor(s->w, party);
    return debt;
}

int64_t jf_claim_vouchers(jf_step *s, uint32_t party, jf_voucher amount, uint32_t why)
{
    int64_t there = least(jf_balance(s->w, party, JF_SLOT(VOUCHERS)), amount.v);
    int64_t debt = amount.v - there;
    JF_ASSERT(amount.v >= 0 && debt >= 0);
    jf_post_voucher(s, party, JF_SLOT(VOUCHERS), (jf_voucher){-there}, why);
    jf_post_voucher(s, JF_PLATFORM, JF_SLOT(VOUCHERS_ISSUED), (jf_voucher){there}, why);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(VOUCHER_RESERVE), (jf_cny){-there}, why);
    jf_post_cny(s, party, JF_SLOT(DEBT_VOUCHER), (jf_cny){-debt}, why);
    if (debt > 0)
        jf_world_put_debtor(s->w, party);
    return debt;
}

int64_t jf_claim_coins(jf_step *s, uint32_t party, jf_coin amount, uint32_t why)
{
    int64_t there = least(jf_balance(s->w, party, JF_SLOT(COINS)), amount.v);
    int64_t debt = amount.v - there;
    JF_ASSERT(amount.v >= 0 && debt >= 0);
    jf_post_coin(s, party, JF_SLOT(COINS), (jf_coin){-there}, why);
    jf_post_coin(s, JF_PLATFORM, JF_SLOT(COINS_ISSUED), (jf_coin){there}, why);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(COIN_RESERVE), (jf_cny){-there}, why);
    jf_post_cny(s, party, JF_SLOT(DEBT_COIN), (jf_cny){-debt}, why);
    if (debt > 0)
        jf_world_put_debtor(s->w, party);
    return debt;
}

void jf_claim_fund(jf_step *s, jf_slot fund, jf_cny amount, uint32_t why)
{
    int64_t there = least(jf_balance(s->w, JF_PLATFORM, fund), amount.v);
    JF_ASSERT(there >= 0 && amount.v >= there);
    jf_post_cny(s, JF_PLATFORM, fund, (jf_cny){-there}, why);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(REFUND_LOSS), (jf_cny){there - amount.v}, why);
}

/* Vouchers credited for points that are gone return; their backing goes to D of the pool. */
static int64_t claim_credited(jf_step *s, uint32_t party, uint32_t pool, int64_t excess,
                              uint32_t why)
{
    int64_t there = least(jf_balance(s->w, party, JF_SLOT(VOUCHERS)), excess);
    int64_t debt = excess - there;
    JF_ASSERT(excess > 0 && debt >= 0);
    jf_post_voucher(s, party, JF_SLOT(VOUCHERS), (jf_voucher){-there}, why);
    jf_post_voucher(s, JF_PLATFORM, JF_SLOT(VOUCHERS_ISSUED), (jf_voucher){there}, why);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(VOUCHER_RESERVE), (jf_cny){-there}, why);
    jf_post_cny(s, JF_PLATFORM, JF_POOL_SLOT(DIVIDEND, pool), (jf_cny){there}, why);
    jf_post_owed(s, party, JF_POOL_SLOT(CLAWBACK_DEBT, pool), (jf_owed){debt}, why);
    jf_post_owed(s, JF_PLATFORM, JF_POOL_SLOT(OWED_CLAWBACK, pool), (jf_owed){-debt}, why);
    if (debt > 0)
        jf_world_put_debtor(s->w, party);
    return debt;
}

int64_t jf_claim_points(jf_step *s, uint32_t party, uint32_t pool, uint32_t number, jf_point points,
                        uint32_t why)
{
    jf_slot slot = JF_COHORT_SLOT(POSITION, pool, number);
    jf_account *position = jf_world_account(s->w, party, slot);
    jf_cohort *cohort = jf_world_cohort(s->w, pool, number);
    if (points.v == 0)
        return 0;
    JF_ASSERT(position && cohort && position->balance >= points.v);
    jf_post_point(s, party, slot, (jf_point){-points.v}, why);
    jf_post_point(s, JF_PLATFORM, JF_SLOT(POINTS_ISSUED), points, why);
    jf_touch(s->w, &s->w->pools[pool]->row);
    jf_touch(s->w, &cohort->row);
    s->w->pools[pool]->matured.v -= points.v;
    cohort->points.v -= points.v;
    jf_i128 product = (jf_i128)position->balance * cohort->index;
    int64_t most =
        (int64_t)((product + JF_INDEX_ONE - 1) / JF_INDEX_ONE); /* ⌈points · I / 10^12⌉ */
    if (position->credited <= most)
        return 0;
    int64_t excess = position->credited - most;
    jf_touch(s->w, &position->row);
    position->credited -= excess;
    cohort->released.v -= excess;
    s->w->pools[pool]->released.v -= excess;
    return claim_credited(s, party, pool, excess, why);
}
