/*
 * Collecting the figures of the report (report.h): totals come from the state,
 * sales from a scan of the orders, heads from a scan of the parties.
 */
#include "app/report.h"

#include "base/check.h"
#include "core/ledger.h"
#include "core/pool.h"
#include "core/step.h"

static bool count_party(void *context, const void *row)
{
    jf_report *r = context;
    const jf_party *party = row;
    JF_ASSERT(party->kind != JF_PARTY_PLATFORM);
    if (party->kind == JF_PARTY_MEMBER)
        r->members++;
    else
        r->shops++;
    return true;
}

/* Sums saturate: a report of figures that large is about something else. */
static void add_to(int64_t *sum, int64_t value)
{
    if (!jf_add(*sum, value, sum))
        *sum = value < 0 ? INT64_MIN : INT64_MAX;
}

static bool count_order(void *context, const void *row)
{
    jf_report *r = context;
    const jf_order *order = row;
    JF_ASSERT(order->row.exists);
    r->orders++;
    add_to(&r->sales.v, order->amount.v);
    add_to(&r->rebates.v, order->rebate.v);
    add_to(&r->refunded.v, order->refunded.v);
    jf_report_share(r, order);
    return true;
}

static bool count_withdrawal(void *context, const void *row)
{
    jf_report *r = context;
    const jf_withdrawal *withdrawal = row;
    JF_ASSERT(withdrawal->state <= JF_WITHDRAWAL_REJECTED);
    if (withdrawal->state == JF_WITHDRAWAL_REQUESTED) {
        r->requested++;
        add_to(&r->requested_sum.v, withdrawal->amount.v);
    } else if (withdrawal->state == JF_WITHDRAWAL_APPROVED) {
        r->approved++;
        add_to(&r->approved_sum.v, withdrawal->amount.v);
    }
    return true;
}

/* The answer of a reading command, so that the report and the command can not differ. */
static jf_str answer_of(jf_report *r, jf_command_kind kind)
{
    jf_command command = {.kind = kind};
    jf_buf reply;
    jf_error error;
    bool again;
    jf_buf_init(&reply, &r->arena);
    jf_code code = jf_step_run(&r->reader.world, &command, &reply, &again, &error);
    JF_ASSERT(code == JF_OK);
    return jf_buf_view(&reply);
}

static void count_cohorts(const jf_world *w, jf_pool_report *p)
{
    for (uint32_t i = 0; i < p->pool->period; i++) {
        const jf_cohort *cohort = p->pool->cohorts[i];
        p->finished += cohort->finished && cohort->points.v > 0;
        p->active += !cohort->finished && cohort->points.v > 0;
        add_to(&p->unclaimed.v,
               jf_balance(w, JF_PLATFORM, JF_COHORT_SLOT(UNCLAIMED, p->pool->no, i + 1)));
    }
    JF_ASSERT(p->active + p->finished <= p->pool->period);
}

/* cap · points − released over unfinished cohorts, in fen. */
static void add_still(jf_report *r, const jf_pool_report *p)
{
    for (uint32_t i = 0; i < p->pool->period; i++) {
        const jf_cohort *cohort = p->pool->cohorts[i];
        int64_t most = 0;
        if (cohort->finished)
            continue;
        if (!jf_ratio_of(cohort->points.v, p->policy->cap, &most))
            most = INT64_MAX;
        if (most > cohort->released.v)
            add_to(&r->still, most - cohort->released.v);
    }
    JF_ASSERT(r->still >= 0);
}

static void collect_pools(jf_report *r)
{
    const jf_world *w = &r->reader.world;
    if (!r->policy)
        return;
    r->pools = JF_NEW_ARRAY(&r->arena, jf_pool_report, r->policy->pool_count);
    r->pool_count = r->policy->pool_count;
    for (uint32_t i = 0; i < r->pool_count; i++) {
        jf_pool_report *p = &r->pools[i];
        p->policy = &r->policy->pools[i];
        p->pool = w->pools[p->policy->pool];
        JF_ASSERT(p->pool != NULL);
        p->fund.v = jf_balance(w, JF_PLATFORM, JF_POOL_SLOT(DIVIDEND, p->pool->no));
        count_cohorts(w, p);
        p->next = jf_pool_next_of(w, p->policy);
        jf_disclosure_of(w, r->policy, p->policy, NULL, &p->disclosure);
        add_to(&r->held, p->fund.v);
        add_still(r, p);
    }
}

static void collect_coverage(jf_report *r)
{
    const int64_t *totals = r->reader.world.state.totals;
    add_to(&r->held, totals[JF_ACCOUNT_VOUCHER_RESERVE]);
    r->vouchers_out = -totals[JF_ACCOUNT_VOUCHERS_ISSUED];
    int64_t owed = r->vouchers_out;
    add_to(&owed, r->still);
    r->coverage = -1;
    if (owed > 0 && !jf_mul_div(r->held, JF_PPM_ONE, owed, &r->coverage))
        r->coverage = INT64_MAX;
}

/* Spec section 18 (10): revenue + capital + token_residue − refund_loss − advance. */
static int64_t equity_of(const int64_t *totals)
{
    static const jf_account_kind kinds[] = {
        JF_ACCOUNT_REVENUE,     JF_ACCOUNT_CAPITAL,  JF_ACCOUNT_TOKEN_RESIDUE,
        JF_ACCOUNT_REFUND_LOSS, JF_ACCOUNT_DEBT_CNY, JF_ACCOUNT_DEBT_VOUCHER,
        JF_ACCOUNT_DEBT_COIN,
    };
    int64_t sum = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        add_to(&sum, totals[kinds[i]]);
    return sum;
}

jf_store_result jf_report_init(jf_report *r, jf_store *store)
{
    *r = (jf_report){0};
    jf_arena_init(&r->arena, 0);
    if (jf_reader_open(&r->reader, store) != JF_STORE_OK)
        return jf_reader_result(&r->reader, &r->error);
    const jf_state *state = &r->reader.world.state;
    r->policy = jf_world_policy(&r->reader.world, state->open_day);
    r->shares = JF_NEW_ARRAY(&r->arena, int64_t, JF_TO_COUNT * JF_SHARE_POOLS);
    jf_reader_scan(&r->reader, JF_TABLE_PARTY, count_party, r);
    jf_reader_scan(&r->reader, JF_TABLE_ORDER, count_order, r);
    jf_reader_scan(&r->reader, JF_TABLE_WITHDRAWAL, count_withdrawal, r);
    r->funds = answer_of(r, JF_CMD_FUNDS_GET);
    r->tokens = r->policy ? answer_of(r, JF_CMD_TOKEN_GET) : JF_STR_NONE;
    collect_pools(r);
    collect_coverage(r);
    r->equity = equity_of(state->totals);
    jf_report_legacy(r);
    JF_ASSERT(r->members + r->shops <= state->parties || r->reader.result != JF_STORE_OK);
    return jf_reader_result(&r->reader, &r->error);
}

void jf_report_free(jf_report *r)
{
    jf_reader_close(&r->reader);
    jf_arena_free(&r->arena);
}
