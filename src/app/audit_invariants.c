/*
 * The audit of invariants (spec section 15): pools and cohorts, reserves, funds
 * and debts, totals, solvency. They are checked on the balances that the
 * postings made; that the rows say the same has been checked before.
 */
#include "app/audit_work.h"
#include "base/check.h"
#include "core/ledger.h"
#include "core/pool.h"

/* The balance of a platform account that there is one of a pool; 0 when it never moved. */
static int64_t pool_balance(const jf_audit_work *work, jf_slot slot)
{
    JF_ASSERT(jf_account_type_of(jf_slot_kind(slot))->platform);
    const jf_traced *account = jf_audit_traced(work, JF_PLATFORM, slot);
    return account != NULL ? account->balance : 0;
}

/* What a position is entitled to, rounded up: a refund leaves that much (spec section 10). */
static jf_i128 entitlement_up(int64_t points, int64_t index)
{
    return ((jf_i128)points * index + JF_INDEX_ONE - 1) / JF_INDEX_ONE;
}

static void position_check(jf_audit_work *work, const jf_traced *position)
{
    uint32_t pool = jf_slot_pool(position->slot), number = jf_slot_cohort(position->slot);
    if (jf_audit_cohort_of(work, position->slot) == NULL || position->balance < 0) {
        return; /* found when its postings were read */
    }
    const jf_cohort *cohort = jf_world_cohort(&work->world, pool, number);
    JF_ASSERT(cohort != NULL);
    if (position->aside < 0 || cohort->index < 0 ||
        position->aside > entitlement_up(position->balance, cohort->index)) {
        jf_audit_find(
            work, JF_AUDIT_OVERCREDITED, "%s was credited %s; its points are entitled to %s",
            jf_audit_account(work, position->owner, position->slot).c,
            jf_audit_amount(position->aside, JF_UNIT_VOUCHER).c,
            jf_audit_amount(entitlement_up(position->balance, cohort->index), JF_UNIT_VOUCHER).c);
    }
}

/* Whoever owes is credited at the end of each day; who is not on the list would not be. */
static void debtor_check(jf_audit_work *work, const jf_traced *account)
{
    const jf_audit_party *party = jf_audit_party_of(work, account->owner);
    JF_ASSERT(!jf_account_type_of(jf_slot_kind(account->slot))->platform);
    if (party != NULL && !party->debtor && account->balance != 0) {
        jf_audit_find(work, JF_AUDIT_DEBTOR_MISSING, "%s is %s, and is not on the list of debts",
                      jf_audit_account(work, account->owner, account->slot).c,
                      jf_audit_balance(account->balance, account->slot).c);
    }
}

/* The month's close and dividends go through the list; who is not on it would get nothing. */
static void listed_check(jf_audit_work *work, const jf_traced *account)
{
    if (account->balance != 0 && !jf_world_listed(&work->world, account->owner, account->slot)) {
        jf_audit_find(work, JF_AUDIT_LISTED_MISSING, "%s is %s, and is not on the list of them",
                      jf_audit_account(work, account->owner, account->slot).c,
                      jf_audit_balance(account->balance, account->slot).c);
    }
}

/* What is counted by store or program, and the kind of account that counters it. */
static const struct {
    jf_account_kind kind, counter;
} counters[] = {{JF_ACCOUNT_SHARES, JF_ACCOUNT_SHARES_ISSUED},
                {JF_ACCOUNT_STANDING, JF_ACCOUNT_STANDINGS_GIVEN},
                {JF_ACCOUNT_TURNOVER, JF_ACCOUNT_TURNOVER_COUNTED}};

/* Adds what parties hold to the `aside` of the platform's account that counters it. */
static void counter_note(jf_audit_work *work, const jf_traced *account)
{
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
        if (jf_slot_kind(account->slot) != counters[i].kind) {
            continue;
        }
        jf_slot slot = jf_slot_of(counters[i].counter, jf_slot_pool(account->slot),
                                  jf_slot_cohort(account->slot));
        jf_traced *counter = jf_audit_traced(work, JF_PLATFORM, slot);
        if (counter != NULL) {
            jf_audit_add(&counter->aside, account->balance);
        }
    }
}

static void counter_check(jf_audit_work *work)
{
    const jf_traced *account;
    for (uint64_t at = 0; (account = jf_map_next(&work->accounts, &at)) != NULL;) {
        for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
            if (jf_slot_kind(account->slot) == counters[i].counter &&
                account->aside != -account->balance) {
                jf_audit_find(work, JF_AUDIT_COUNTER_WRONG, "%s is %s; what is held makes %s",
                              jf_audit_account(work, JF_PLATFORM, account->slot).c,
                              jf_audit_balance(account->balance, account->slot).c,
                              jf_audit_balance(account->aside, account->slot).c);
            }
        }
    }
}

/* One walk over all accounts: sums by kind, and what each kind must be by itself. */
static void accounts_walk(jf_audit_work *work, jf_i128 clawback[JF_WORLD_POOLS])
{
    const jf_traced *account;
    for (uint64_t at = 0; (account = jf_map_next(&work->accounts, &at)) != NULL;) {
        jf_account_kind kind = jf_slot_kind(account->slot);
        work->sums[kind] += account->balance;
        switch (kind) {
        case JF_ACCOUNT_POSITION:
            position_check(work, account);
            break;
        case JF_ACCOUNT_CLAWBACK_DEBT:
            clawback[jf_slot_pool(account->slot)] += account->balance;
            debtor_check(work, account);
            break;
        default:
            if (jf_is_debt(kind)) {
                debtor_check(work, account);
            }
            if (jf_is_listed(kind)) {
                listed_check(work, account);
                counter_note(work, account);
            }
            break;
        }
    }
    JF_ASSERT(work->world.state.pools <= JF_WORLD_POOLS);
}

/* Two numbers that must be equal, of a pool or cohort; `what` names them. */
static void agree(jf_audit_work *work, jf_audit_kind kind, const jf_pool *pool, uint32_t cohort,
                  const char *what, jf_audit_text is, jf_audit_text expected)
{
    char where[32] = "";
    jf_buf text = {where, 0, sizeof where - 1, NULL};
    if (cohort > 0) {
        jf_buf_c(&text, ", cohort ");
        jf_buf_int(&text, cohort);
    }
    JF_ASSERT(text.p == where);
    jf_audit_find(work, kind, "pool %.*s%s: %s is %s; expected %s", JF_STR_ARG(pool->name), where,
                  what, is.c, expected.c);
}

static jf_audit_text plain(jf_i128 number)
{
    jf_audit_text text = {""};
    jf_buf out = {text.c, 0, sizeof text.c - 1, NULL};
    bool fits = number >= INT64_MIN && number <= INT64_MAX;
    jf_buf_int(&out, fits ? (int64_t)number : number < 0 ? INT64_MIN : INT64_MAX);
    JF_ASSERT(out.p == text.c);
    return text;
}

/* The highest cap of any version of the policy, scaled like the index. */
static jf_i128 highest_cap(const jf_world *w, uint32_t pool)
{
    int64_t cap = 0;
    for (uint32_t v = 0; v < w->state.policies; v++) {
        const jf_policy *policy = w->policies[v];
        for (uint32_t i = 0; i < policy->pool_count; i++) {
            if (policy->pools[i].pool == pool && policy->pools[i].cap.v > cap) {
                cap = policy->pools[i].cap.v;
            }
        }
    }
    return (jf_i128)cap * (JF_INDEX_ONE / JF_PPM_ONE);
}

static void cohort_check(jf_audit_work *work, const jf_pool *pool, const jf_cohort *row,
                         jf_i128 cap)
{
    jf_slot unclaimed = JF_COHORT_SLOT(UNCLAIMED, row->pool, row->cohort);
    const jf_audit_cohort *made = jf_audit_cohort_of(work, unclaimed);
    JF_ASSERT(made != NULL);
    if (row->points.v != made->points) {
        agree(work, JF_AUDIT_COHORT_WRONG, pool, row->cohort, "the sum of its points",
              jf_audit_amount(row->points.v, JF_UNIT_POINT),
              jf_audit_amount(made->points, JF_UNIT_POINT));
    }
    if (row->released.v != made->released) {
        agree(work, JF_AUDIT_COHORT_WRONG, pool, row->cohort, "what it released",
              jf_audit_amount(row->released.v, JF_UNIT_VOUCHER),
              jf_audit_amount(made->released, JF_UNIT_VOUCHER));
    }
    if (row->index != made->index) {
        agree(work, JF_AUDIT_COHORT_WRONG, pool, row->cohort, "its index", plain(row->index),
              plain(made->index));
    }
    if (made->index > cap) {
        agree(work, JF_AUDIT_INDEX_OVER_CAP, pool, row->cohort, "its index", plain(made->index),
              plain(cap));
    }
    jf_i128 left = made->released - made->credited - made->swept;
    if (pool_balance(work, unclaimed) != left) {
        agree(work, JF_AUDIT_UNCLAIMED_WRONG, pool, row->cohort, "what is unclaimed",
              jf_audit_amount(pool_balance(work, unclaimed), JF_UNIT_VOUCHER),
              jf_audit_amount(left, JF_UNIT_VOUCHER));
    }
}

/* Every cohort before the first active one is finished, and that one is not (unless it is open). */
static uint32_t first_unfinished(const jf_pool *pool)
{
    uint32_t first = 1;
    while (first < pool->period && pool->cohorts[first - 1]->finished) {
        first++;
    }
    return first;
}

static void pool_check(jf_audit_work *work, const jf_pool *pool, jf_i128 clawback)
{
    const jf_audit_pool *made = &work->pools[pool->no];
    JF_ASSERT(pool->no < work->world.state.pools && pool->period >= 1);
    jf_i128 points = 0, released = 0, cap = highest_cap(&work->world, pool->no);
    for (uint32_t c = 1; c <= pool->period; c++) {
        cohort_check(work, pool, pool->cohorts[c - 1], cap);
        points += made->cohorts[c - 1].points;
        released += made->cohorts[c - 1].released;
    }
    if (pool->period != made->closes + 1) {
        agree(work, JF_AUDIT_POOL_WRONG, pool, 0, "its open period", plain(pool->period),
              plain((jf_i128)made->closes + 1));
    }
    if (made->closes > 0 && pool->last_close.n != made->last_close.n) {
        agree(work, JF_AUDIT_POOL_WRONG, pool, 0, "the day of its last close",
              jf_audit_day(pool->last_close), jf_audit_day(made->last_close));
    }
    if (pool->first_active != first_unfinished(pool)) {
        agree(work, JF_AUDIT_POOL_WRONG, pool, 0, "its first active cohort",
              plain(pool->first_active), plain(first_unfinished(pool)));
    }
    if (pool->matured.v != points) {
        agree(work, JF_AUDIT_POOL_WRONG, pool, 0, "what matured",
              jf_audit_amount(pool->matured.v, JF_UNIT_POINT),
              jf_audit_amount(points, JF_UNIT_POINT));
    }
    if (pool->released.v != released) {
        agree(work, JF_AUDIT_POOL_WRONG, pool, 0, "what it released",
              jf_audit_amount(pool->released.v, JF_UNIT_VOUCHER),
              jf_audit_amount(released, JF_UNIT_VOUCHER));
    }
    jf_i128 fund = pool_balance(work, JF_POOL_SLOT(DIVIDEND, pool->no));
    if (fund + released + clawback != made->collected) {
        agree(work, JF_AUDIT_DIVIDEND_FUND, pool, 0, "fund, released and clawback debts together",
              jf_audit_amount(fund + released + clawback, JF_UNIT_CNY),
              jf_audit_amount(made->collected, JF_UNIT_CNY));
    }
    jf_i128 owed = -(jf_i128)pool_balance(work, JF_POOL_SLOT(OWED_CLAWBACK, pool->no));
    if (clawback != owed) {
        agree(work, JF_AUDIT_OWED_WRONG, pool, 0, "the sum of its clawback debts",
              jf_audit_amount(clawback, JF_UNIT_OWED), jf_audit_amount(owed, JF_UNIT_OWED));
    }
}

/* Two sums that must be equal. */
static void equal(jf_audit_work *work, jf_audit_kind kind, const char *what, jf_i128 is,
                  jf_i128 expected, jf_unit unit)
{
    if (is != expected) {
        jf_audit_find(work, kind, "%s: %s; expected %s", what, jf_audit_amount(is, unit).c,
                      jf_audit_amount(expected, unit).c);
    }
}

static void totals_check(jf_audit_work *work)
{
    jf_i128 units[JF_UNIT_COUNT] = {0};
    for (int kind = 0; kind < JF_ACCOUNT_KINDS; kind++) {
        const jf_account_type *type = jf_account_type_of((jf_account_kind)kind);
        equal(work, JF_AUDIT_TOTALS_WRONG, type->wire, work->world.state.totals[kind],
              work->sums[kind], type->unit);
        units[type->unit] += work->sums[kind];
    }
    for (int unit = 0; unit < JF_UNIT_COUNT; unit++) {
        equal(work, JF_AUDIT_UNIT_SUM, "the sum of all accounts", units[unit], 0, (jf_unit)unit);
    }
}

static void funds_check(jf_audit_work *work)
{
    const jf_i128 *sums = work->sums;
    equal(work, JF_AUDIT_VOUCHER_RESERVE, "the voucher reserve against vouchers outstanding",
          sums[JF_ACCOUNT_VOUCHER_RESERVE], -sums[JF_ACCOUNT_VOUCHERS_ISSUED], JF_UNIT_CNY);
    equal(work, JF_AUDIT_COIN_RESERVE, "the coin reserve against coins outstanding",
          sums[JF_ACCOUNT_COIN_RESERVE], -sums[JF_ACCOUNT_COINS_ISSUED], JF_UNIT_CNY);
    equal(work, JF_AUDIT_CREDIT_FUND, "the credit fund and its debts against what came in",
          sums[JF_ACCOUNT_CREDIT_FUND] + sums[JF_ACCOUNT_CREDIT_DEBT], work->credit_in,
          JF_UNIT_CNY);
    equal(work, JF_AUDIT_WITHDRAWALS_WRONG, "the money on its way out against withdrawals",
          sums[JF_ACCOUNT_WITHDRAWALS], work->withdrawals, JF_UNIT_CNY);
    equal(work, JF_AUDIT_OWED_WRONG, "credit debts against their counter-account",
          sums[JF_ACCOUNT_CREDIT_DEBT], -sums[JF_ACCOUNT_OWED_CREDIT], JF_UNIT_OWED);
}

/* Spec section 18 (10). Debts and the refund loss are negative balances. */
static void solvency_check(jf_audit_work *work)
{
    static const jf_account_kind equity[] = {
        JF_ACCOUNT_REVENUE,     JF_ACCOUNT_CAPITAL,  JF_ACCOUNT_TOKEN_RESIDUE,
        JF_ACCOUNT_REFUND_LOSS, JF_ACCOUNT_DEBT_CNY, JF_ACCOUNT_DEBT_VOUCHER,
        JF_ACCOUNT_DEBT_COIN,
    };
    jf_i128 sum = 0;
    for (size_t i = 0; i < sizeof equity / sizeof *equity; i++) {
        sum += work->sums[equity[i]];
    }
    if (sum < 0) {
        jf_audit_find(
            work, JF_AUDIT_INSOLVENT,
            "revenue, capital and residues less losses and advances are %s; expected 0 or more",
            jf_audit_amount(sum, JF_UNIT_CNY).c);
    }
}

void jf_audit_invariants(jf_audit_work *work)
{
    jf_i128 clawback[JF_WORLD_POOLS] = {0};
    accounts_walk(work, clawback);
    jf_i128 closes = 0;
    for (uint32_t i = 0; i < work->world.state.pools; i++) {
        JF_ASSERT(work->world.pools[i] != NULL);
        pool_check(work, work->world.pools[i], clawback[i]);
        closes += work->pools[i].closes;
    }
    if (closes != (jf_i128)work->world.state.closes) {
        jf_audit_find(work, JF_AUDIT_POOL_WRONG,
                      "the state counts %llu closes of periods; expected %s",
                      (unsigned long long)work->world.state.closes, plain(closes).c);
    }
    counter_check(work);
    totals_check(work);
    funds_check(work);
    solvency_check(work);
}
