/*
 * Receipts and the repayment of debts, one function a unit.
 */
#include "core/receive.h"

#include "base/check.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What a party owes on one of its debt accounts, as a positive amount: mostly nothing. */
static int64_t owed_on(const jf_step *s, uint32_t party, jf_account_kind kind)
{
    JF_ASSERT(party != JF_PLATFORM);
    if (s->w->state.totals[kind] == 0)
        return 0;
    int64_t balance = jf_balance(s->w, party, jf_slot_of(kind, 0, 0));
    return balance < 0 ? -balance : balance;
}

void jf_receive_cny(jf_step *s, uint32_t party, jf_cny amount, uint32_t why)
{
    const jf_party *to = jf_world_party_no(s->w, party);
    JF_ASSERT(to && to->kind != JF_PARTY_PLATFORM);
    JF_ASSERT(amount.v >= 0);
    int64_t repaid = least(owed_on(s, party, JF_ACCOUNT_DEBT_CNY), amount.v);
    jf_post_cny(s, party, JF_SLOT(DEBT_CNY), (jf_cny){repaid}, JF_WHY_REPAY);
    jf_slot slot = to->kind == JF_PARTY_SHOP ? JF_SLOT(RECEIVABLE) : JF_SLOT(WALLET);
    jf_post_cny(s, party, slot, (jf_cny){amount.v - repaid}, why);
}

/* Vouchers that retire: their backing moves from the reserve to `to`. */
static void vouchers_retire(jf_step *s, uint32_t owner, jf_slot to, int64_t amount)
{
    jf_post_voucher(s, JF_PLATFORM, JF_SLOT(VOUCHERS_ISSUED), (jf_voucher){amount}, JF_WHY_REPAY);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(VOUCHER_RESERVE), (jf_cny){-amount}, JF_WHY_REPAY);
    jf_post_cny(s, owner, to, (jf_cny){amount}, JF_WHY_REPAY);
}

/* Repays the clawback debt to one pool; returns what is left of the amount. */
static int64_t clawback_repaid(jf_step *s, uint32_t party, uint32_t pool, int64_t amount)
{
    int64_t owed = jf_balance(s->w, party, JF_POOL_SLOT(CLAWBACK_DEBT, pool));
    int64_t repaid = least(owed, amount);
    if (repaid == 0)
        return amount;
    jf_post_owed(s, party, JF_POOL_SLOT(CLAWBACK_DEBT, pool), (jf_owed){-repaid}, JF_WHY_REPAY);
    jf_post_owed(s, JF_PLATFORM, JF_POOL_SLOT(OWED_CLAWBACK, pool), (jf_owed){repaid},
                 JF_WHY_REPAY);
    vouchers_retire(s, JF_PLATFORM, JF_POOL_SLOT(DIVIDEND, pool), repaid);
    return amount - repaid;
}

/* The pool that comes after `name` by name (NULL: the first), or JF_NO_POOL. */
static uint32_t pool_after(const jf_world *w, const jf_str *name)
{
    uint32_t best = JF_NO_POOL;
    for (uint32_t i = 0; i < w->state.pools; i++) {
        if (name && jf_str_cmp(w->pools[i]->name, *name) <= 0)
            continue;
        if (best == JF_NO_POOL || jf_str_cmp(w->pools[i]->name, w->pools[best]->name) < 0)
            best = i;
    }
    return best;
}

static int64_t clawbacks_repaid(jf_step *s, uint32_t party, uint32_t first, int64_t amount)
{
    if (s->w->state.totals[JF_ACCOUNT_CLAWBACK_DEBT] == 0)
        return amount;
    if (first != JF_NO_POOL)
        amount = clawback_repaid(s, party, first, amount);
    const jf_str *name = NULL;
    for (uint32_t pool; amount > 0 && (pool = pool_after(s->w, name)) != JF_NO_POOL;) {
        amount = clawback_repaid(s, party, pool, amount);
        name = &s->w->pools[pool]->name;
    }
    return amount;
}

void jf_receive_vouchers(jf_step *s, uint32_t party, jf_voucher amount, uint32_t pool, uint32_t why)
{
    JF_ASSERT(party != JF_PLATFORM);
    JF_ASSERT(amount.v >= 0);
    int64_t left = clawbacks_repaid(s, party, pool, amount.v);
    int64_t advanced = least(owed_on(s, party, JF_ACCOUNT_DEBT_VOUCHER), left);
    if (advanced > 0) {
        vouchers_retire(s, party, JF_SLOT(DEBT_VOUCHER), advanced);
        left -= advanced;
    }
    int64_t credit = least(owed_on(s, party, JF_ACCOUNT_CREDIT_DEBT), left);
    if (pool != JF_NO_POOL && credit > 0) {
        jf_post_owed(s, party, JF_SLOT(CREDIT_DEBT), (jf_owed){-credit}, JF_WHY_REPAY);
        jf_post_owed(s, JF_PLATFORM, JF_SLOT(OWED_CREDIT), (jf_owed){credit}, JF_WHY_REPAY);
        vouchers_retire(s, JF_PLATFORM, JF_SLOT(CREDIT_FUND), credit);
        left -= credit;
    }
    jf_post_voucher(s, party, JF_SLOT(VOUCHERS), (jf_voucher){left}, why);
}

void jf_receive_coins(jf_step *s, uint32_t party, jf_coin amount, uint32_t why)
{
    JF_ASSERT(party != JF_PLATFORM);
    JF_ASSERT(amount.v >= 0);
    int64_t advanced = least(owed_on(s, party, JF_ACCOUNT_DEBT_COIN), amount.v);
    if (advanced > 0) {
        jf_post_coin(s, JF_PLATFORM, JF_SLOT(COINS_ISSUED), (jf_coin){advanced}, JF_WHY_REPAY);
        jf_post_cny(s, JF_PLATFORM, JF_SLOT(COIN_RESERVE), (jf_cny){-advanced}, JF_WHY_REPAY);
        jf_post_cny(s, party, JF_SLOT(DEBT_COIN), (jf_cny){advanced}, JF_WHY_REPAY);
    }
    jf_post_coin(s, party, JF_SLOT(COINS), (jf_coin){amount.v - advanced}, why);
}

void jf_issue_vouchers(jf_step *s, uint32_t party, jf_voucher amount, uint32_t why)
{
    JF_ASSERT(amount.v >= 0);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(VOUCHER_RESERVE), (jf_cny){amount.v}, why);
    jf_post_voucher(s, JF_PLATFORM, JF_SLOT(VOUCHERS_ISSUED), (jf_voucher){-amount.v}, why);
    jf_receive_vouchers(s, party, amount, JF_NO_POOL, why);
}
