/*
 * Reads (spec section 17): account.get, pool.get, funds.get. They change
 * nothing, and show balances as if every release had been credited.
 */
#include "base/check.h"
#include "core/credit.h"
#include "core/ledger.h"
#include "core/pool.h"
#include "core/release.h"
#include "core/token.h"

static void member_of(jf_step *s, const char *key, uint32_t owner, jf_account_kind kind)
{
    const jf_account_type *type = jf_account_type_of(kind);
    int64_t balance = jf_balance(s->w, owner, jf_slot_of(kind, 0, 0));
    JF_ASSERT(type->per == JF_PER_ONE);
    jf_jw_decimal(s->reply, key, balance, jf_unit_decimals(type->unit));
}

static void negated(jf_step *s, const char *key, uint32_t owner, jf_account_kind kind)
{
    int64_t balance = jf_balance(s->w, owner, jf_slot_of(kind, 0, 0));
    JF_ASSERT(balance > INT64_MIN);
    jf_jw_decimal(s->reply, key, -balance, 2);
}

static bool is_position(const jf_account *account)
{
    return account->row.exists && jf_slot_kind(account->slot) == JF_ACCOUNT_POSITION;
}

static jf_point points_unfinished(const jf_world *w, const jf_party *party)
{
    jf_point sum = {0};
    for (const jf_account *a = party->accounts; a; a = a->next) {
        if (!is_position(a))
            continue;
        const jf_cohort *cohort =
            jf_world_cohort(w, jf_slot_pool(a->slot), jf_slot_cohort(a->slot));
        JF_ASSERT(cohort != NULL);
        if (!cohort->finished)
            sum.v += a->balance;
    }
    return sum;
}

static int64_t clawback_debt(const jf_world *w, const jf_party *party)
{
    int64_t sum = 0;
    for (uint32_t pool = 0; pool < w->state.pools; pool++)
        sum += jf_balance(w, party->no, JF_POOL_SLOT(CLAWBACK_DEBT, pool));
    JF_ASSERT(sum >= 0);
    return sum;
}

/* The position with the smallest (pool, cohort) above `after`, or NULL. */
static const jf_account *next_position(const jf_party *party, int64_t after)
{
    const jf_account *best = NULL;
    int64_t best_key = INT64_MAX;
    for (const jf_account *a = party->accounts; a; a = a->next) {
        int64_t key = (int64_t)jf_slot_pool(a->slot) << 32 | jf_slot_cohort(a->slot);
        if (is_position(a) && a->balance > 0 && key > after && key < best_key) {
            best = a;
            best_key = key;
        }
    }
    return best;
}

static void positions(jf_step *s, const jf_party *party)
{
    int64_t after = -1;
    jf_jw_open(s->reply, "positions", '[');
    for (const jf_account *a; (a = next_position(party, after)) != NULL;) {
        uint32_t pool = jf_slot_pool(a->slot), number = jf_slot_cohort(a->slot);
        const jf_cohort *cohort = jf_world_cohort(s->w, pool, number);
        int64_t entitled = jf_entitlement(a->balance, cohort->index);
        jf_jw_open(s->reply, NULL, '{');
        jf_jw_str(s->reply, "pool", s->w->pools[pool]->name);
        jf_jw_int(s->reply, "cohort", number);
        jf_jw_decimal(s->reply, "points", a->balance, 2);
        jf_jw_decimal(s->reply, "credited", entitled > a->credited ? entitled : a->credited, 2);
        jf_jw_close(s->reply, '}');
        after = (int64_t)pool << 32 | number;
    }
    jf_jw_close(s->reply, ']');
}

static void debts_and_pending(jf_step *s, uint32_t no)
{
    jf_jw_open(s->reply, "debts", '{');
    negated(s, "CNY", no, JF_ACCOUNT_DEBT_CNY);
    negated(s, "VOUCHER", no, JF_ACCOUNT_DEBT_VOUCHER);
    negated(s, "COIN", no, JF_ACCOUNT_DEBT_COIN);
    jf_jw_close(s->reply, '}');
    jf_jw_open(s->reply, "pending", '{');
    member_of(s, "wallet", no, JF_ACCOUNT_PENDING_WALLET);
    member_of(s, "vouchers", no, JF_ACCOUNT_PENDING_VOUCHERS);
    member_of(s, "points", no, JF_ACCOUNT_PENDING_POINTS);
    member_of(s, "coins", no, JF_ACCOUNT_PENDING_COINS);
    member_of(s, "token_pool", no, JF_ACCOUNT_PENDING_TOKENS);
    jf_jw_close(s->reply, '}');
}

/* Standings and turnovers, in the order of rewards.def; nothing when there are none. */
static void rewards(jf_step *s, const jf_party *party)
{
    bool open = false;
    for (uint32_t to = 0; to < JF_TO_COUNT; to++) {
        int64_t standing = jf_balance(s->w, party->no, JF_POOL_SLOT(STANDING, to));
        int64_t turnover = jf_balance(s->w, party->no, JF_POOL_SLOT(TURNOVER, to));
        if (standing == 0 && turnover == 0)
            continue;
        if (!open)
            jf_jw_open(s->reply, "rewards", '[');
        open = true;
        jf_jw_open(s->reply, NULL, '{');
        jf_jw_c(s->reply, "program", jf_to_wire((jf_to)to));
        jf_jw_int(s->reply, "weight", standing);
        jf_jw_decimal(s->reply, "turnover", turnover, 2);
        jf_jw_close(s->reply, '}');
    }
    if (open)
        jf_jw_close(s->reply, ']');
}

/* Shares of chain stores, the latest store first. */
static void shares(jf_step *s, const jf_party *party)
{
    bool open = false;
    for (const jf_account *a = party->accounts; a; a = a->next) {
        if (jf_slot_kind(a->slot) != JF_ACCOUNT_SHARES || a->balance == 0)
            continue;
        if (!open)
            jf_jw_open(s->reply, "shares", '[');
        open = true;
        jf_jw_open(s->reply, NULL, '{');
        jf_jw_str(s->reply, "shop", s->w->chains[jf_slot_cohort(a->slot) - 1]);
        jf_jw_int(s->reply, "shares", a->balance);
        jf_jw_close(s->reply, '}');
    }
    if (open)
        jf_jw_close(s->reply, ']');
}

static void legacy(jf_step *s, uint32_t no)
{
    int64_t owed = jf_balance(s->w, no, JF_SLOT(LEGACY_OWED));
    int64_t coins = jf_balance(s->w, no, JF_SLOT(LEGACY_COINS));
    JF_ASSERT(owed >= 0 && coins >= 0);
    if (owed == 0 && coins == 0)
        return;
    jf_jw_open(s->reply, "legacy", '{');
    jf_jw_decimal(s->reply, "owed", owed, 2);
    jf_jw_decimal(s->reply, "coins", coins, 2);
    jf_jw_close(s->reply, '}');
}

void jf_needs_account_get(const jf_world *w, const jf_cmd_account_get *c, jf_needs *needs)
{
    jf_want_either(w, needs, c->member, c->shop);
}

jf_code jf_do_account_get(jf_step *s, const jf_cmd_account_get *c)
{
    const jf_party *party;
    bool member = c->member.n > 0;
    jf_code code = jf_find_either(s, c->member, c->shop, &party);
    if (code)
        return code;
    if (member)
        member_of(s, "wallet", party->no, JF_ACCOUNT_WALLET);
    else
        member_of(s, "receivable", party->no, JF_ACCOUNT_RECEIVABLE);
    int64_t vouchers =
        jf_balance(s->w, party->no, JF_SLOT(VOUCHERS)) + jf_uncredited(s->w, party).v;
    jf_jw_decimal(s->reply, "vouchers", vouchers, 2);
    jf_jw_decimal(s->reply, "points", points_unfinished(s->w, party).v, 2);
    member_of(s, "coins", party->no, JF_ACCOUNT_COINS);
    member_of(s, "tokens", party->no, JF_ACCOUNT_TOKENS);
    jf_token units = {jf_balance(s->w, party->no, JF_SLOT(TOKENS))};
    int64_t value = units.v ? jf_price_of(jf_token_price(s->w), units) : 0;
    jf_jw_decimal(s->reply, "token_value", value, 2);
    jf_jw_decimal(s->reply, "credit_headroom", jf_credit_headroom(s->w, s->policy, party).v, 2);
    member_of(s, "credit_debt", party->no, JF_ACCOUNT_CREDIT_DEBT);
    jf_jw_decimal(s->reply, "clawback_debt", clawback_debt(s->w, party), 2);
    debts_and_pending(s, party->no);
    positions(s, party);
    rewards(s, party);
    shares(s, party);
    legacy(s, party->no);
    return JF_OK;
}

void jf_needs_pool_get(const jf_world *w, const jf_cmd_pool_get *c, jf_needs *needs)
{
    (void)w, (void)c, (void)needs; /* pools and cohorts are always resident */
}

jf_code jf_do_pool_get(jf_step *s, const jf_cmd_pool_get *c)
{
    const jf_pool *pool = jf_pool_named(s->w, c->pool);
    if (!pool)
        return jf_refuse(s->error, JF_E_NOT_FOUND, "pool", "there is no pool \"%.*s\"",
                         JF_STR_ARG(c->pool));
    jf_jw_int(s->reply, "period", pool->period);
    jf_jw_decimal(s->reply, "matured", pool->matured.v, 2);
    jf_jw_decimal(s->reply, "fund", jf_balance(s->w, JF_PLATFORM, JF_POOL_SLOT(DIVIDEND, pool->no)),
                  2);
    jf_jw_decimal(s->reply, "released", pool->released.v, 2);
    jf_jw_open(s->reply, "cohorts", '[');
    for (uint32_t i = 0; i < pool->period; i++) {
        const jf_cohort *cohort = pool->cohorts[i];
        JF_ASSERT(cohort->cohort == i + 1);
        if (cohort->points.v == 0 && cohort->released.v == 0)
            continue;
        jf_jw_open(s->reply, NULL, '{');
        jf_jw_int(s->reply, "cohort", cohort->cohort);
        jf_jw_decimal(s->reply, "points", cohort->points.v, 2);
        jf_jw_decimal(s->reply, "index", cohort->index, 12);
        jf_jw_decimal(s->reply, "released", cohort->released.v, 2);
        jf_jw_close(s->reply, '}');
    }
    jf_jw_close(s->reply, ']');
    return JF_OK;
}

void jf_needs_funds_get(const jf_world *w, const jf_cmd_funds_get *c, jf_needs *needs)
{
    (void)w, (void)c, (void)needs; /* the platform's accounts and all totals are always resident */
}

/* The CNY that waits in pending accounts of every kind. */
static int64_t pending_total(const jf_state *state)
{
    static const jf_account_kind kinds[] = {
        JF_ACCOUNT_PENDING_DIVIDEND, JF_ACCOUNT_PENDING_CREDIT_FUND, JF_ACCOUNT_PENDING_WALLET,
        JF_ACCOUNT_PENDING_VOUCHERS, JF_ACCOUNT_PENDING_COINS,       JF_ACCOUNT_PENDING_TOKENS,
        JF_ACCOUNT_PENDING_POT,
    };
    int64_t sum = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        sum += state->totals[kinds[i]];
    JF_ASSERT(sum >= 0);
    return sum;
}

static void dividends(jf_step *s)
{
    jf_jw_open(s->reply, "dividend", '{');
    for (uint32_t i = 0; i < s->w->state.pools; i++) {
        jf_jw_key(s->reply, s->w->pools[i]->name);
        jf_jw_decimal(s->reply, NULL, jf_balance(s->w, JF_PLATFORM, JF_POOL_SLOT(DIVIDEND, i)), 2);
    }
    jf_jw_close(s->reply, '}');
}

/* What only some platforms have: shown when it is there. */
static void other_funds(jf_step *s)
{
    const int64_t *totals = s->w->state.totals;
    if (totals[JF_ACCOUNT_POT] > 0) {
        jf_jw_open(s->reply, "pots", '{');
        for (uint32_t to = 0; to < JF_TO_COUNT; to++) {
            int64_t pot = jf_balance(s->w, JF_PLATFORM, JF_POOL_SLOT(POT, to));
            if (pot > 0)
                jf_jw_decimal(s->reply, jf_to_wire((jf_to)to), pot, 2);
        }
        jf_jw_close(s->reply, '}');
    }
    if (totals[JF_ACCOUNT_WITHHELD] > 0)
        member_of(s, "withheld", JF_PLATFORM, JF_ACCOUNT_WITHHELD);
    if (totals[JF_ACCOUNT_LEGACY_OPEN] < 0)
        negated(s, "legacy", JF_PLATFORM, JF_ACCOUNT_LEGACY_OPEN);
}

jf_code jf_do_funds_get(jf_step *s, const jf_cmd_funds_get *c)
{
    (void)c;
    const int64_t *totals = s->w->state.totals;
    member_of(s, "voucher_reserve", JF_PLATFORM, JF_ACCOUNT_VOUCHER_RESERVE);
    negated(s, "vouchers_outstanding", JF_PLATFORM, JF_ACCOUNT_VOUCHERS_ISSUED);
    jf_jw_decimal(s->reply, "unclaimed", totals[JF_ACCOUNT_UNCLAIMED], 2);
    member_of(s, "coin_reserve", JF_PLATFORM, JF_ACCOUNT_COIN_RESERVE);
    member_of(s, "credit_fund", JF_PLATFORM, JF_ACCOUNT_CREDIT_FUND);
    dividends(s);
    member_of(s, "token_pool", JF_PLATFORM, JF_ACCOUNT_TOKEN_POOL);
    member_of(s, "token_residue", JF_PLATFORM, JF_ACCOUNT_TOKEN_RESIDUE);
    jf_jw_decimal(s->reply, "pending", pending_total(&s->w->state), 2);
    member_of(s, "withdrawals", JF_PLATFORM, JF_ACCOUNT_WITHDRAWALS);
    member_of(s, "revenue", JF_PLATFORM, JF_ACCOUNT_REVENUE);
    member_of(s, "capital", JF_PLATFORM, JF_ACCOUNT_CAPITAL);
    int64_t advance = totals[JF_ACCOUNT_DEBT_CNY] + totals[JF_ACCOUNT_DEBT_VOUCHER] +
                      totals[JF_ACCOUNT_DEBT_COIN];
    JF_ASSERT(advance <= 0);
    jf_jw_decimal(s->reply, "advance", -advance, 2);
    negated(s, "refund_loss", JF_PLATFORM, JF_ACCOUNT_REFUND_LOSS);
    negated(s, "cash", JF_PLATFORM, JF_ACCOUNT_CASH);
    other_funds(s);
    return JF_OK;
}
