/*
 * A batch: the answers of a run of commands, and a snapshot of the rows they
 * changed, so that the working set can go on changing while it is committed.
 */
#ifndef JF_APP_BATCH_H
#define JF_APP_BATCH_H

#include "app/engine.h"

typedef struct jf_batch_answer {
    jf_code code;
    bool again;
    void *ticket;
    size_t start, length; /* in the batch's texts */
} jf_batch_answer;

typedef struct jf_batch {
    jf_arena arena;
    jf_changes changes; /* filled by jf_batch_snapshot; its arrays live in the arena */
    jf_state state;
    jf_journal_row *journals;
    uint32_t journal_count, journal_room;
    jf_batch_answer *answers;
    uint32_t answer_count, answer_room;
    jf_buf texts;
} jf_batch;

void jf_batch_init(jf_batch *batch);
void jf_batch_free(jf_batch *batch);
void jf_batch_clear(jf_batch *batch);

/* Room for one more journal or answer. */
jf_journal_row *jf_batch_journal(jf_batch *batch);
jf_batch_answer *jf_batch_answer_add(jf_batch *batch);

/* Copy every dirty row of the working set, and the policies after the first `policies`. */
void jf_batch_snapshot(jf_batch *batch, const jf_world *w, uint32_t policies, jf_hash head);

/* Did the batch change anything? */
bool jf_batch_changes(const jf_batch *batch);

#endif
