/*
 * Days of the appreciation pool (token_history.h), from journals alone: they are in the order of
 * their days, so a day's last is found by halving; the pool's postings before it say what it held.
 */
#include "app/token_history.h"

#include "app/journal.h"
#include "app/journal_find.h"
#include "base/check.h"
#include "core/ledger.h"
#include "core/step.h"
#include "core/token.h"

/* Nearly every journal moves the pool where there is one: this many are enough, or it is quiet. */
#define LOOKED_BACK_MAX 200

typedef struct history {
    jf_reader reader;
    jf_arena arena; /* of one journal */
    jf_jw w;
} history;

/* S and N as of a journal. */
typedef struct standing {
    int64_t pool, units;
    uint64_t journal; /* the last that moved one of them */
    bool pool_known, units_known;
} standing;

static bool journal_of(history *h, uint64_t number, jf_journal_row *row)
{
    jf_arena_reset(&h->arena);
    return jf_reader_journal(&h->reader, &h->arena, number, row);
}

/* What a journal says of the pool, where later ones have not said it. */
static void note(standing *s, const jf_posting_row *rows, uint32_t count)
{
    bool pool_here = false, units_here = false;
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].owner != JF_PLATFORM)
            continue;
        if (rows[i].slot == JF_SLOT(TOKEN_POOL) && !s->pool_known) {
            s->pool = rows[i].balance;
            pool_here = true;
        } else if (rows[i].slot == JF_SLOT(TOKENS_ISSUED) && !s->units_known) {
            s->units = -rows[i].balance;
            units_here = true;
        }
    }
    s->pool_known |= pool_here;
    s->units_known |= units_here;
}

/* Looks backwards from a journal, to the first of the day; false: the pool did not move. */
static bool stood(history *h, uint64_t number, jf_day day, standing *s)
{
    jf_posting_row *rows;
    jf_journal_row row;
    uint32_t count;
    *s = (standing){.pool_known = false};
    for (uint32_t i = 0; number > 0 && i < LOOKED_BACK_MAX; i++, number--) {
        if (!journal_of(h, number, &row))
            return false;
        if (row.day.n < day.n && !s->pool_known && !s->units_known)
            return false;
        if (!jf_journal_postings(&h->arena, row.postings, &rows, &count)) {
            jf_reader_damaged(&h->reader, number);
            return false;
        }
        note(s, rows, count);
        if (s->journal == 0 && (s->pool_known || s->units_known))
            s->journal = number;
        if (s->pool_known && s->units_known)
            return s->units > 0;
    }
    return false;
}

static void day_add(history *h, jf_day day)
{
    standing s;
    if (!stood(h, jf_journal_last_until(&h->reader, &h->arena, day), day, &s))
        return;
    jf_jw_open(&h->w, NULL, '{');
    jf_jw_day(&h->w, "day", day);
    jf_jw_decimal(&h->w, "price", jf_price_shown((jf_price){s.pool, s.units}), 6);
    jf_jw_decimal(&h->w, "pool", s.pool, 2);
    jf_jw_decimal(&h->w, "units", s.units, 6);
    jf_jw_int(&h->w, "journal", (int64_t)s.journal);
    jf_jw_close(&h->w, '}');
}

jf_store_result jf_token_history(jf_store *store, uint64_t days, jf_buf *out, jf_store_error *error)
{
    history h;
    if (days == 0 || days > JF_HISTORY_DAYS_MAX)
        days = days ? JF_HISTORY_DAYS_MAX : JF_HISTORY_DAYS;
    jf_arena_init(&h.arena, 0);
    jf_reader_open(&h.reader, store);
    jf_jw_init(&h.w, out);
    jf_jw_open(&h.w, NULL, '{');
    jf_jw_open(&h.w, "rows", '[');
    int32_t today = h.reader.world.state.open_day.n;
    for (uint64_t back = days; h.reader.result == JF_STORE_OK && back-- > 0;)
        day_add(&h, (jf_day){today - (int32_t)back});
    jf_jw_close(&h.w, ']');
    jf_jw_close(&h.w, '}');
    jf_store_result result = jf_reader_result(&h.reader, error);
    jf_reader_close(&h.reader);
    jf_arena_free(&h.arena);
    return result;
}
