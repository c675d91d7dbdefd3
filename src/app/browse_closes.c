/*
 * The period closes of a pool (browse.h), from their journals alone.
 *
 * A cohort knows the day on which its period closed, and within a day journals
 * are in the order of the closing (core/day_close.c), so the journal of a close
 * is found by halving. What a journal does not say, because nothing was released,
 * is looked for a bounded way back.
 *
 * What a cohort had released by a close is what it has released by now less what
 * newer closes gave it, and more by what later refunds took back; its points of
 * then are those of now and what later refunds took. So what a close says never
 * changes. A cohort takes part in at most as many closes as the policy has periods,
 * so a page looks at that many above it, not at all; and at the refunds since.
 */
#include "app/browse_work.h"
#include "app/journal.h"
#include "app/journal_find.h"
#include "base/check.h"
#include "core/format.h"
#include "core/ledger.h"
#include "core/pool.h"
#include "core/step.h"

#define LOOKED_BACK_MAX 256 /* journals before a close, for a balance that it did not move */

/* What one cohort got in a close, in fen. */
typedef struct tranche {
    uint32_t cohort;
    int64_t amount;
} tranche;

/* A balance after a close; not known where the account was quiet for too long before it. */
typedef struct standing {
    jf_slot slot;
    bool known;
    int64_t value;
} standing;

enum { FUND, RESERVE, ISSUED, STANDINGS };

/* A close as its journal tells it. */
typedef struct closed {
    uint64_t journal; /* 0: there is none */
    int64_t released;
    standing after[STANDINGS];
    tranche *tranches;
    uint32_t count;
} closed;

typedef struct closes {
    jf_reader reader;
    const jf_pool *pool;
    jf_arena scratch;     /* of one journal */
    uint32_t last, *over; /* over[t]: every cohort up to it has had its periods after close t */
    int64_t *cap;         /* of the policy in force at each close, ppm */
    int64_t *released, *points; /* of each cohort, after the close that is looked at */
    bool *later;                /* it got something in a newer one */
    uint32_t refunds;           /* so many are not undone yet */
    jf_jw w;
} closes;

/* --- which close is where ------------------------------------------------------------------- */

/* Of the policy in force on the day of a close, which has the pool, or it had not closed. */
static const jf_pool_policy *terms_of(const closes *c, uint32_t period)
{
    const jf_policy *policy =
        jf_world_policy(&c->reader.world, c->pool->cohorts[period - 1]->closed);
    for (uint32_t i = 0; policy && i < policy->pool_count; i++)
        if (policy->pools[i].pool == c->pool->no)
            return &policy->pools[i];
    return NULL;
}

static void terms_take(closes *c)
{
    jf_arena *arena = &c->reader.world.config;
    c->last = c->pool->period - 1;
    c->over = JF_NEW_ARRAY(arena, uint32_t, c->last + 1);
    c->cap = JF_NEW_ARRAY(arena, int64_t, c->last + 1);
    c->released = JF_NEW_ARRAY(arena, int64_t, c->last + 1);
    c->points = JF_NEW_ARRAY(arena, int64_t, c->last + 1);
    c->later = JF_NEW_ARRAY(arena, bool, c->last + 1);
    jf_reader_refunds(&c->reader);
    c->refunds = c->reader.refund_count;
    for (uint32_t t = 1; t <= c->last; t++) {
        const jf_pool_policy *terms = terms_of(c, t);
        uint32_t periods = terms ? (uint32_t)terms->periods : t;
        uint32_t over = t >= periods ? t - periods + 1 : 0;
        c->over[t] = over > c->over[t - 1] ? over : c->over[t - 1];
        c->cap[t] = terms ? terms->cap.v : 0;
        c->released[t] = c->pool->cohorts[t - 1]->released.v;
        c->points[t] = c->pool->cohorts[t - 1]->points.v;
    }
}

/* The closes of a day stand behind its commands and maturities; day.close has its own day. */
static bool closes_begin(const void *context, const jf_journal_row *row)
{
    static const jf_str closing = {"{\"cmd\":\"day.close\"", 18};
    const jf_day *day = context;
    if (row->day.n != day->n)
        return row->day.n > day->n;
    if (row->kind == JF_JOURNAL_COMMAND)
        return row->command.n > closing.n &&
               jf_str_eq((jf_str){row->command.p, closing.n}, closing);
    return row->kind != JF_JOURNAL_MATURITY;
}

/* The journal of a close into *row; pools close one behind the other. */
static bool close_find(closes *c, uint32_t period, uint64_t newer, jf_journal_row *row)
{
    jf_day day = c->pool->cohorts[period - 1]->closed;
    jf_slot subject = jf_slot_of(JF_ACCOUNT_UNCLAIMED, c->pool->no, period);
    uint64_t at = jf_journal_first(&c->reader, &c->scratch, newer, closes_begin, &day);
    for (; at <= newer; at++) {
        jf_arena_reset(&c->scratch);
        if (!jf_reader_journal(&c->reader, &c->scratch, at, row))
            return false;
        if (row->kind != JF_JOURNAL_CLOSE || row->day.n != day.n)
            break;
        if (row->subject == subject)
            return true;
    }
    jf_reader_damaged(&c->reader, at);
    return false;
}

/* --- what it says --------------------------------------------------------------------------- */

static void standings_note(closed *close, const jf_posting_row *rows, uint32_t count)
{
    for (int i = 0; i < STANDINGS; i++) {
        standing *s = &close->after[i];
        for (uint32_t k = count; !s->known && k-- > 0;)
            if (rows[k].owner == JF_PLATFORM && rows[k].slot == s->slot)
                *s = (standing){s->slot, true, rows[k].balance};
    }
}

/* What has not moved since stands as it stood then. */
static bool standings_rest(const closes *c, closed *close)
{
    bool all = true;
    for (int i = 0; i < STANDINGS; i++) {
        standing *s = &close->after[i];
        const jf_account *account = jf_world_account(&c->reader.world, JF_PLATFORM, s->slot);
        bool quiet = !account || !account->row.exists || account->last <= close->journal;
        if (!s->known && quiet)
            *s = (standing){s->slot, true, account && account->row.exists ? account->balance : 0};
        all &= s->known;
    }
    return all;
}

static void standings_take(closes *c, closed *close, const jf_posting_row *rows, uint32_t count)
{
    standings_note(close, rows, count);
    bool all = standings_rest(c, close);
    for (uint32_t back = 1; !all && back <= LOOKED_BACK_MAX && back < close->journal; back++) {
        jf_journal_row row;
        jf_posting_row *before;
        jf_arena_reset(&c->scratch);
        if (!jf_reader_journal(&c->reader, &c->scratch, close->journal - back, &row))
            return;
        if (!jf_journal_postings(&c->scratch, row.postings, &before, &count)) {
            jf_reader_damaged(&c->reader, row.number);
            return;
        }
        standings_note(close, before, count);
        all = close->after[FUND].known && close->after[RESERVE].known && close->after[ISSUED].known;
    }
}

static void tranches_take(closes *c, closed *close, const jf_posting_row *rows, uint32_t count)
{
    close->tranches = JF_NEW_ARRAY(&c->reader.world.config, tranche, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t cohort = jf_slot_cohort(rows[i].slot);
        if (jf_slot_kind(rows[i].slot) != JF_ACCOUNT_UNCLAIMED || cohort == 0 || cohort > c->last)
            continue;
        close->tranches[close->count++] = (tranche){cohort, rows[i].amount};
        close->released += rows[i].amount;
    }
}

/* The close of a period, whose journal is none of those behind `newer`. */
static closed close_read(closes *c, uint32_t period, uint64_t newer)
{
    jf_journal_row row;
    jf_posting_row *rows;
    uint32_t count;
    closed close = {.after = {[FUND] = {.slot = JF_POOL_SLOT(DIVIDEND, c->pool->no)},
                              [RESERVE] = {.slot = JF_SLOT(VOUCHER_RESERVE)},
                              [ISSUED] = {.slot = JF_SLOT(VOUCHERS_ISSUED)}}};
    if (!close_find(c, period, newer, &row))
        return close;
    if (!jf_journal_postings(&c->scratch, row.postings, &rows, &count)) {
        jf_reader_damaged(&c->reader, row.number);
        return close;
    }
    close.journal = row.number;
    tranches_take(c, &close, rows, count);
    standings_take(c, &close, rows, count);
    return close;
}

/* What the close gave is not in `released` any more: on to the one before. */
static void close_undo(closes *c, const closed *close)
{
    for (uint32_t i = 0; i < close->count; i++) {
        c->released[close->tranches[i].cohort] -= close->tranches[i].amount;
        c->later[close->tranches[i].cohort] = true;
    }
}

/* The points that a refund took, and what was credited for them, right behind (core/claim.c). */
static void points_back(closes *c, const jf_posting_row *rows, uint32_t count)
{
    uint32_t cohort = 0, owner = 0;
    for (uint32_t i = 0; i < count; i++) {
        const jf_posting_row *p = &rows[i];
        jf_account_kind kind = jf_slot_kind(p->slot);
        int64_t *back = NULL;
        if (p->why != JF_WHY_REFUND) {
            cohort = 0;
        } else if (kind == JF_ACCOUNT_POSITION) {
            bool ours = jf_slot_pool(p->slot) == c->pool->no && jf_slot_cohort(p->slot) <= c->last;
            cohort = ours ? jf_slot_cohort(p->slot) : 0;
            owner = p->owner;
            back = &c->points[cohort];
        } else if (p->owner == owner &&
                   (kind == JF_ACCOUNT_VOUCHERS || kind == JF_ACCOUNT_CLAWBACK_DEBT)) {
            back = &c->released[cohort];
        }
        bool fits =
            !back || cohort == 0 ||
            (p->amount < 0 ? jf_sub(*back, p->amount, back) : jf_add(*back, p->amount, back));
        if (!fits)
            *back = INT64_MAX;
    }
}

/* On to the books as they were after a journal. */
static void refunds_undo(closes *c, uint64_t journal)
{
    while (c->refunds > 0 && c->reader.refunds[c->refunds - 1].number > journal) {
        jf_journal_row row;
        jf_posting_row *rows;
        uint32_t count;
        jf_arena_reset(&c->scratch);
        if (!jf_reader_journal(&c->reader, &c->scratch, c->reader.refunds[--c->refunds].number,
                               &row))
            return;
        if (jf_journal_postings(&c->scratch, row.postings, &rows, &count))
            points_back(c, rows, count);
        else
            jf_reader_damaged(&c->reader, row.number);
    }
}

/*
 * Was the cohort finished at its cap by then? It got nothing in newer closes, so its index is
 * that of now; a later policy with a higher cap opens nothing that is finished.
 */
static bool capped_by(const closes *c, uint32_t cohort, uint32_t period)
{
    jf_cohort then = *c->pool->cohorts[cohort - 1];
    then.points.v = c->points[cohort];
    if (!then.finished || c->later[cohort] || then.index == 0)
        return false;
    for (uint32_t t = period; t >= cohort; t--) {
        bool within = then.index <= c->cap[t] * (JF_INDEX_ONE / JF_PPM_ONE);
        if (within && jf_cohort_room(&then, (jf_ppm){c->cap[t]}) == 0)
            return true;
    }
    return false;
}

/* The most that the cohorts up to the period may still release under its cap, as of a close. */
static int64_t still_of(const closes *c, uint32_t period, uint32_t close)
{
    int64_t sum = 0;
    for (uint32_t cohort = c->over[close] + 1; cohort <= period; cohort++) {
        int64_t most;
        if (capped_by(c, cohort, close))
            continue;
        if (!jf_ratio_of(c->points[cohort], (jf_ppm){c->cap[period]}, &most))
            most = INT64_MAX;
        int64_t room = most - c->released[cohort];
        if (room > 0 && !jf_add(sum, room, &sum))
            return INT64_MAX;
    }
    return sum;
}

/* --- JSON ------------------------------------------------------------------------------- */

static void known_json(closes *c, const char *key, bool known, int64_t value)
{
    if (known)
        jf_jw_decimal(&c->w, key, value, 2);
}

/* What was held against what could be owed, as the report has it (report.h), of this pool. */
static void coverage_json(closes *c, const closed *close, int64_t still_before, int64_t still)
{
    const standing *after = close->after;
    int64_t out = -after[ISSUED].value, held, owed, before, ratio;
    bool sums = after[ISSUED].known && jf_add(out, still, &owed) &&
                jf_add(out - close->released, still_before, &before);
    bool holds = after[FUND].known && after[RESERVE].known &&
                 jf_add(after[FUND].value, after[RESERVE].value, &held);
    known_json(c, "vouchers_outstanding", after[ISSUED].known, out);
    known_json(c, "held", holds, holds ? held : 0);
    known_json(c, "owed_before", sums, sums ? before : 0);
    known_json(c, "owed", sums, sums ? owed : 0);
    if (sums && holds && owed > 0 && jf_mul_div(held, JF_PPM_ONE, owed, &ratio))
        jf_jw_decimal(&c->w, "coverage", ratio, 6);
}

static void cohorts_json(closes *c, const closed *close)
{
    jf_jw_open(&c->w, "cohorts", '[');
    for (uint32_t i = 0; i < close->count; i++) {
        const tranche *t = &close->tranches[i];
        jf_jw_open(&c->w, NULL, '{');
        jf_jw_int(&c->w, "cohort", t->cohort);
        jf_jw_decimal(&c->w, "points", c->points[t->cohort], 2);
        jf_jw_decimal(&c->w, "amount", t->amount, 2);
        jf_jw_decimal(&c->w, "released", c->released[t->cohort], 2);
        jf_jw_close(&c->w, '}');
    }
    jf_jw_close(&c->w, ']');
}

/* `before`: the close before, whose journal is 0 when this is the first. Undoes the close. */
static void close_json(closes *c, uint32_t period, const closed *close, const closed *before)
{
    jf_jw *w = &c->w;
    const standing *fund = &close->after[FUND];
    int64_t full = fund->value + close->released, left = before->after[FUND].value;
    bool since = before->journal == 0 || before->after[FUND].known;
    jf_jw_open(w, NULL, '{');
    jf_jw_int(w, "period", period);
    jf_jw_int(w, "journal", (int64_t)close->journal);
    if (before->journal)
        jf_jw_int(w, "since", (int64_t)before->journal);
    jf_jw_day(w, "day", c->pool->cohorts[period - 1]->closed);
    known_json(c, "collected", fund->known && since, full - left);
    jf_jw_decimal(w, "released", close->released, 2);
    known_json(c, "fund", fund->known, fund->value);
    cohorts_json(c, close);
    int64_t still = still_of(c, period, period);
    close_undo(c, close);
    int64_t still_before = still_of(c, period, period - 1);
    jf_jw_decimal(w, "still_at_most", still, 2);
    coverage_json(c, close, still_before, still);
    jf_jw_close(w, '}');
}

/* --- the page --------------------------------------------------------------------------- */

/* The close after which every cohort of the page is finished, or the newest. */
static uint32_t page_top(const closes *c, uint32_t first)
{
    uint32_t top = first;
    while (top < c->last && c->over[top] < first)
        top++;
    JF_ASSERT(top >= first && top <= c->last);
    return top;
}

/* Down from `first`; returns the period of the last row. */
static uint32_t page_rows(closes *c, uint32_t first, uint64_t limit)
{
    uint64_t found = 0;
    uint32_t period = page_top(c, first);
    closed close = close_read(c, period, c->reader.world.state.journals);
    for (;; period--) {
        closed before = {.journal = 0};
        if (period > 1 && c->reader.result == JF_STORE_OK)
            before = close_read(c, period - 1, close.journal);
        refunds_undo(c, close.journal);
        if (c->reader.result != JF_STORE_OK)
            return period;
        if (period > first) {
            close_undo(c, &close);
        } else {
            close_json(c, period, &close, &before);
            found++;
        }
        if (found == limit || period == 1)
            return period;
        close = before;
    }
}

jf_store_result jf_browse_closes(jf_store *store, jf_str pool, jf_page page, jf_buf *out,
                                 jf_store_error *error)
{
    closes c = {.last = 0};
    uint32_t lowest = 1;
    jf_reader_open(&c.reader, store);
    c.pool = c.reader.result == JF_STORE_OK ? jf_pool_named(&c.reader.world, pool) : NULL;
    if (c.pool) {
        jf_arena_init(&c.scratch, 0);
        terms_take(&c);
        uint32_t first = page.from && page.from <= c.last ? (uint32_t)page.from - 1 : c.last;
        jf_page_begin(&c.w, out);
        if (first > 0)
            lowest = page_rows(&c, first, jf_page_limit(page));
        jf_page_end(&c.w, lowest > 1 ? lowest : 0);
        jf_arena_free(&c.scratch);
    }
    jf_store_result result = jf_reader_result(&c.reader, error);
    if (result == JF_STORE_OK && !c.pool) {
        jf_format(error->message, sizeof error->message, "there is no pool \"%.*s\"",
                  JF_STR_ARG(pool));
        result = JF_STORE_NONE;
    }
    jf_reader_close(&c.reader);
    return result;
}
