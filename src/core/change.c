/*
 * Changing the working set, and taking changes back.
 *
 * Before a row is changed its bytes are kept, once a step. A refused command
 * puts them back, newest first, so whatever it did on the way (closed days,
 * credited accounts) has not happened. Rows that came into being only stop to
 * exist: pointers to them stay good.
 */
#include <string.h>

#include "base/check.h"
#include "core/stake.h"
#include "core/world.h"

static size_t row_size(jf_row_type type)
{
    static const size_t sizes[JF_ROW_TYPES] = {
        [JF_ROW_STATE] = sizeof(jf_state),           [JF_ROW_POOL] = sizeof(jf_pool),
        [JF_ROW_COHORT] = sizeof(jf_cohort),         [JF_ROW_SEAT] = sizeof(jf_seat),
        [JF_ROW_PARTY] = sizeof(jf_party),           [JF_ROW_ACCOUNT] = sizeof(jf_account),
        [JF_ROW_ORDER] = sizeof(jf_order),           [JF_ROW_IDEM] = sizeof(jf_idem),
        [JF_ROW_PHONE] = sizeof(jf_phone),           [JF_ROW_LOT] = sizeof(jf_lot),
        [JF_ROW_WITHDRAWAL] = sizeof(jf_withdrawal),
    };
    JF_ASSERT(type < JF_ROW_TYPES);
    return sizes[type];
}

void jf_world_begin(jf_world *w)
{
    w->serial++;
    w->stamp = w->state.journals;
    w->saved = NULL;
    w->saved_count = w->saved_room = 0;
    w->credited = NULL;
    w->credited_count = w->credited_room = 0;
    w->journal_before = w->last_journal;
    jf_arena_reset(&w->step);
}

void jf_touch(jf_world *w, jf_row *row)
{
    JF_ASSERT(w->serial > 0);
    if (row->saved == w->serial)
        return;
    w->saved =
        jf_arena_room(&w->step, w->saved, w->saved_count, &w->saved_room, sizeof *w->saved, 16);
    void *copy = jf_arena_dup(&w->step, row, row_size(row->type));
    w->saved[w->saved_count++] = (jf_saved){row, copy, row->dirty};
    row->saved = w->serial;
    if (row->dirty)
        return;
    row->dirty = true;
    w->dirty =
        jf_arena_room(&w->batch, w->dirty, w->dirty_count, &w->dirty_room, sizeof *w->dirty, 256);
    w->dirty[w->dirty_count++] = row;
}

void jf_world_keep(jf_world *w)
{
    JF_ASSERT(w->serial > 0);
    w->saved_count = 0;
    w->stamp = w->state.journals;
}

/* What hangs on a row in memory stays: accounts opened and cohorts made are only empty again. */
static void row_restore(jf_world *w, jf_row *row, const void *copy)
{
    if (row->type == JF_ROW_PARTY) {
        struct jf_account *accounts = ((jf_party *)row)->accounts;
        memcpy(row, copy, sizeof(jf_party));
        ((jf_party *)row)->accounts = accounts;
    } else if (row->type == JF_ROW_POOL) {
        jf_pool *pool = (jf_pool *)row;
        jf_cohort **cohorts = pool->cohorts;
        uint32_t room = pool->cohort_room;
        memcpy(row, copy, sizeof(jf_pool));
        pool->cohorts = cohorts;
        pool->cohort_room = room;
    } else if (row->type == JF_ROW_LOT) {
        jf_lot *lot = (jf_lot *)row;
        jf_lot_place place = lot->place;
        memcpy(row, copy, sizeof(jf_lot));
        lot->place = place;
        jf_stake_moved(w, lot);
    } else if (row->type == JF_ROW_ACCOUNT) {
        jf_account *next = ((jf_account *)row)->next;
        memcpy(row, copy, sizeof(jf_account));
        ((jf_account *)row)->next = next;
    } else {
        memcpy(row, copy, row_size(row->type));
    }
}

void jf_world_undo(jf_world *w)
{
    uint32_t fresh = 0; /* rows that this step made dirty: the last ones on the list */
    for (uint32_t i = w->saved_count; i-- > 0;) {
        fresh += !w->saved[i].was_dirty;
        row_restore(w, w->saved[i].row, w->saved[i].copy);
    }
    JF_ASSERT(fresh <= w->dirty_count);
    w->dirty_count -= fresh;
    w->saved_count = 0;
    for (uint32_t i = 0; i < w->credited_count; i++)
        w->credited[i]->credited_at = 0;
    w->last_journal = w->journal_before;
    if (w->last_journal)
        w->last_journal->next = NULL;
    else
        w->first_journal = NULL;
}

void jf_world_credited(jf_world *w, jf_party *party)
{
    w->credited = jf_arena_room(&w->step, w->credited, w->credited_count, &w->credited_room,
                                sizeof *w->credited, 256);
    w->credited[w->credited_count++] = party;
    party->credited_at = w->state.closes + 1;
}

void jf_world_taken(jf_world *w, jf_arena *journals)
{
    JF_ASSERT(journals->used == 0);
    for (uint32_t i = 0; i < w->dirty_count; i++)
        w->dirty[i]->dirty = false;
    w->dirty = NULL;
    w->dirty_count = w->dirty_room = 0;
    w->first_journal = w->last_journal = NULL;
    w->holders = NULL;
    jf_arena theirs = w->batch;
    w->batch = *journals;
    *journals = theirs;
}
