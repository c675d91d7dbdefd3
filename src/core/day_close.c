/*
 * day.close, and the closing of days that any later command brings about.
 */
#include "core/day_close.h"

#include "base/check.h"
#include "base/sort.h"
#include "core/ledger.h"
#include "core/month.h"
#include "core/order.h"
#include "core/pool.h"
#include "core/release.h"

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/*
 * Who owes vouchers is credited by the end of the day, so that a release
 * repays at once and lazy crediting can never move a fund (spec section 6).
 */
static void credit_debtors(jf_step *s)
{
    const jf_world *w = s->w;
    uint32_t count = 0;
    uint32_t *parties = JF_NEW_ARRAY(&s->w->step, uint32_t, w->debtors.count);
    const jf_debtor *debtor;
    for (uint64_t at = 0; (debtor = jf_map_next(&w->debtors, &at)) != NULL;)
        parties[count++] = debtor->party;
    JF_ASSERT(count == w->debtors.count);
    jf_sort(parties, count, sizeof *parties, by_number);
    for (uint32_t i = 0; i < count; i++) {
        jf_party *party = jf_world_party_no(w, parties[i]);
        if (!party->row.exists || !jf_owes(party) || jf_uncredited(w, party).v == 0)
            continue;
        jf_journal_begin(s, JF_JOURNAL_CREDIT, party->no);
        jf_credit_party(s, party);
        jf_journal_end(s);
    }
}

static void close_pools(jf_step *s, jf_jw *report)
{
    for (uint32_t i = 0; i < s->policy->pool_count; i++)
        jf_pool_check(s, &s->policy->pools[i], report);
}

static void close_day(jf_step *s, jf_jw *report)
{
    jf_world *w = s->w;
    s->day = w->state.open_day;
    s->policy = jf_world_policy(w, s->day);
    JF_ASSERT(s->policy != NULL);
    const jf_due *due = jf_world_due(w, s->day);
    JF_ASSERT(due != NULL);
    for (uint32_t i = 0; i < due->count; i++)
        jf_order_mature(s, due->orders[i]);
    close_pools(s, report);
    credit_debtors(s);
    jf_month_close(s);
    jf_journal_begin(s, JF_JOURNAL_DAY, (uint64_t)s->day.n);
    w->state.open_day.n++;
    jf_journal_end(s);
}

void jf_days_close(jf_step *s, jf_day until, jf_jw *report)
{
    jf_day day = s->day;
    while (s->w->state.open_day.n < until.n) {
        if (report) {
            jf_jw_open(report, NULL, '{');
            jf_jw_day(report, "day", s->w->state.open_day);
            jf_jw_open(report, "closes", '[');
        }
        close_day(s, report);
        if (report) {
            jf_jw_close(report, ']');
            jf_jw_close(report, '}');
        }
    }
    s->day = day;
}

/* The days close first; the command's own journal then stands behind what it brought about. */
jf_code jf_do_day_close(jf_step *s, const jf_cmd_day_close *c)
{
    JF_ASSERT(s->journal == NULL);
    jf_jw_open(s->reply, "days", '[');
    jf_days_close(s, (jf_day){c->day.n + 1}, s->reply);
    jf_jw_close(s->reply, ']');
    jf_journal_begin(s, JF_JOURNAL_COMMAND, 0);
    jf_journal_end(s);
    return JF_OK;
}

void jf_needs_day_close(const jf_world *w, const jf_cmd_day_close *c, jf_needs *needs)
{
    (void)w, (void)c, (void)needs; /* the days' own needs are every dated command's: needs.c */
}
