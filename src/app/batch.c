/*
 * Collecting what a batch answers and changes.
 */
#include "app/batch.h"

#include <stddef.h>
#include <string.h>

#include "base/check.h"

void jf_batch_init(jf_batch *batch)
{
    *batch = (jf_batch){0};
    jf_arena_init(&batch->arena, (size_t)1 << 20);
    jf_arena_init(&batch->written, (size_t)1 << 18);
    jf_buf_init(&batch->texts, NULL);
}

void jf_batch_free(jf_batch *batch)
{
    jf_arena_free(&batch->arena);
    jf_arena_free(&batch->written);
    jf_buf_free(&batch->texts);
}

void jf_batch_clear(jf_batch *batch)
{
    jf_arena_reset(&batch->arena);
    jf_arena_reset(&batch->written);
    jf_buf_clear(&batch->texts);
    batch->changes = (jf_changes){0};
    batch->first = batch->chained = NULL;
    batch->journals = NULL;
    batch->journal_room = 0;
    batch->answers = NULL;
    batch->answer_count = batch->answer_room = 0;
}

jf_batch_answer *jf_batch_answer_add(jf_batch *batch)
{
    batch->answers = jf_arena_room(&batch->arena, batch->answers, batch->answer_count,
                                   &batch->answer_room, sizeof *batch->answers, 1024);
    JF_ASSERT(batch->answer_count < batch->answer_room);
    return &batch->answers[batch->answer_count++];
}

void jf_batch_chain(jf_batch *batch, const jf_journal *first, jf_chain *chain)
{
    jf_changes *c = &batch->changes;
    const jf_journal *journal = batch->chained ? batch->chained->next : first;
    for (; journal; journal = journal->next) {
        batch->journals = jf_arena_room(&batch->arena, batch->journals, c->journals,
                                        &batch->journal_room, sizeof *batch->journals, 1024);
        jf_journal_row *row = &batch->journals[c->journals++];
        jf_journal_encode(chain->sha, &batch->arena, journal, chain->head, row);
        chain->head = row->hash;
        batch->chained = journal;
    }
    c->journal = batch->journals;
    c->head = chain->head;
}

/* Where the rows of a type go in a batch's changes. */
typedef struct taken_rows {
    size_t size;        /* of a row; 0: the type is not one that a batch takes */
    size_t count, list; /* offsets in jf_changes */
} taken_rows;

#define TAKEN(type, counts, rows)                                                                  \
    {                                                                                              \
        sizeof(type), offsetof(jf_changes, counts), offsetof(jf_changes, rows)                     \
    }

static const taken_rows taken[JF_ROW_TYPES] = {
    [JF_ROW_POOL] = TAKEN(jf_pool, pools, pool),
    [JF_ROW_COHORT] = TAKEN(jf_cohort, cohorts, cohort),
    [JF_ROW_SEAT] = TAKEN(jf_seat, seats, seat),
    [JF_ROW_PARTY] = TAKEN(jf_party, parties, party),
    [JF_ROW_ACCOUNT] = TAKEN(jf_account, accounts, account),
    [JF_ROW_ORDER] = TAKEN(jf_order, orders, order),
    [JF_ROW_IDEM] = TAKEN(jf_idem, idems, idem),
    [JF_ROW_LOT] = TAKEN(jf_lot, lots, lot),
    [JF_ROW_WITHDRAWAL] = TAKEN(jf_withdrawal, withdrawals, withdrawal),
};

/* Every dirty row, copied into the array of its type in the order of the list. */
static void copy_rows(jf_batch *batch, const jf_world *w)
{
    uint32_t counts[JF_ROW_TYPES] = {0};
    char *free_at[JF_ROW_TYPES];
    for (uint32_t i = 0; i < w->dirty_count; i++) {
        JF_ASSERT(w->dirty[i]->dirty);
        counts[w->dirty[i]->type]++;
    }
    for (int type = 0; type < JF_ROW_TYPES; type++) {
        if (taken[type].size == 0)
            continue;
        free_at[type] = jf_arena_alloc(&batch->arena, taken[type].size * counts[type]);
        memcpy((char *)&batch->changes + taken[type].count, &counts[type], sizeof counts[type]);
        memcpy((char *)&batch->changes + taken[type].list, &free_at[type], sizeof free_at[type]);
    }
    for (uint32_t i = 0; i < w->dirty_count; i++) {
        const jf_row *row = w->dirty[i];
        if (taken[row->type].size == 0)
            continue;
        memcpy(free_at[row->type], row, taken[row->type].size);
        free_at[row->type] += taken[row->type].size;
    }
}

static void copy_policies(jf_batch *batch, const jf_world *w, uint32_t after)
{
    uint32_t count = w->state.policies - after;
    const jf_policy **list = JF_NEW_ARRAY(&batch->arena, const jf_policy *, count);
    for (uint32_t i = 0; i < count; i++)
        list[i] = w->policies[after + i];
    batch->changes.policies = count;
    batch->changes.policy = list;
}

void jf_batch_take(jf_batch *batch, jf_world *w, uint32_t policies)
{
    batch->state = w->state;
    batch->changes.state = &batch->state;
    copy_policies(batch, w, policies);
    copy_rows(batch, w);
    batch->first = w->first_journal;
    jf_world_taken(w, &batch->written);
}
