/*
 * Collecting what a batch answers and changes.
 */
#include "app/batch.h"

#include <string.h>

#include "base/check.h"

void jf_batch_init(jf_batch *batch)
{
    *batch = (jf_batch){0};
    jf_arena_init(&batch->arena, (size_t)1 << 20);
    jf_buf_init(&batch->texts, NULL);
}

void jf_batch_free(jf_batch *batch)
{
    jf_arena_free(&batch->arena);
    jf_buf_free(&batch->texts);
}

void jf_batch_clear(jf_batch *batch)
{
    jf_arena_reset(&batch->arena);
    jf_buf_clear(&batch->texts);
    batch->changes = (jf_changes){0};
    batch->journals = NULL;
    batch->answers = NULL;
    batch->journal_count = batch->journal_room = 0;
    batch->answer_count = batch->answer_room = 0;
}

jf_journal_row *jf_batch_journal(jf_batch *batch)
{
    batch->journals = jf_arena_room(&batch->arena, batch->journals, batch->journal_count,
                                    &batch->journal_room, sizeof *batch->journals, 1024);
    JF_ASSERT(batch->journal_count < batch->journal_room);
    return &batch->journals[batch->journal_count++];
}

jf_batch_answer *jf_batch_answer_add(jf_batch *batch)
{
    batch->answers = jf_arena_room(&batch->arena, batch->answers, batch->answer_count,
                                   &batch->answer_room, sizeof *batch->answers, 1024);
    JF_ASSERT(batch->answer_count < batch->answer_room);
    return &batch->answers[batch->answer_count++];
}

bool jf_batch_changes(const jf_batch *batch)
{
    return batch->journal_count > 0;
}

/* How many dirty rows there are of each type. */
static void count_rows(const jf_world *w, uint32_t counts[JF_ROW_TYPES])
{
    memset(counts, 0, sizeof *counts * JF_ROW_TYPES);
    for (uint32_t i = 0; i < w->dirty_count; i++) {
        JF_ASSERT(w->dirty[i]->dirty);
        counts[w->dirty[i]->type]++;
    }
}

/* Every dirty row of one type, copied into one array. */
static const void *copy_rows(jf_batch *batch, const jf_world *w, jf_row_type type, size_t size,
                             uint32_t count)
{
    char *list = jf_arena_alloc(&batch->arena, size * count);
    uint32_t at = 0;
    for (uint32_t i = 0; at < count; i++) {
        JF_ASSERT(i < w->dirty_count);
        if (w->dirty[i]->type == type)
            memcpy(list + size * at++, w->dirty[i], size);
    }
    return list;
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

void jf_batch_snapshot(jf_batch *batch, const jf_world *w, uint32_t policies, jf_hash head)
{
    uint32_t counts[JF_ROW_TYPES];
    jf_changes *c = &batch->changes;
    count_rows(w, counts);
    batch->state = w->state;
    *c = (jf_changes){.state = &batch->state, .head = head};
    copy_policies(batch, w, policies);
    c->pools = counts[JF_ROW_POOL];
    c->pool = copy_rows(batch, w, JF_ROW_POOL, sizeof(jf_pool), c->pools);
    c->cohorts = counts[JF_ROW_COHORT];
    c->cohort = copy_rows(batch, w, JF_ROW_COHORT, sizeof(jf_cohort), c->cohorts);
    c->seats = counts[JF_ROW_SEAT];
    c->seat = copy_rows(batch, w, JF_ROW_SEAT, sizeof(jf_seat), c->seats);
    c->parties = counts[JF_ROW_PARTY];
    c->party = copy_rows(batch, w, JF_ROW_PARTY, sizeof(jf_party), c->parties);
    c->accounts = counts[JF_ROW_ACCOUNT];
    c->account = copy_rows(batch, w, JF_ROW_ACCOUNT, sizeof(jf_account), c->accounts);
    c->orders = counts[JF_ROW_ORDER];
    c->order = copy_rows(batch, w, JF_ROW_ORDER, sizeof(jf_order), c->orders);
    c->idems = counts[JF_ROW_IDEM];
    c->idem = copy_rows(batch, w, JF_ROW_IDEM, sizeof(jf_idem), c->idems);
    c->lots = counts[JF_ROW_LOT];
    c->lot = copy_rows(batch, w, JF_ROW_LOT, sizeof(jf_lot), c->lots);
    c->withdrawals = counts[JF_ROW_WITHDRAWAL];
    c->withdrawal = copy_rows(batch, w, JF_ROW_WITHDRAWAL, sizeof(jf_withdrawal), c->withdrawals);
    c->journals = batch->journal_count;
    c->journal = batch->journals;
}
