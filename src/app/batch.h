/*
 * A batch: the answers of a run of commands, and a snapshot of the rows they
 * changed, so that the working set can go on changing while it is committed.
 */
#ifndef JF_APP_BATCH_H
#define JF_APP_BATCH_H

#include "app/engine.h"
#include "app/journal.h"

typedef struct jf_batch_answer {
    jf_code code;
    bool again;
    void *ticket;
    size_t start, length; /* in the batch's texts */
} jf_batch_answer;

typedef struct jf_batch {
    jf_arena arena;
    jf_changes changes; /* filled by jf_batch_take and jf_batch_chain; lives in the arena */
    jf_state state;
    jf_arena written;          /* where the journals live once they are taken */
    const jf_journal *first;   /* of the batch; NULL: it changed nothing */
    const jf_journal *chained; /* the last that joined the chain, or NULL */
    jf_journal_row *journals;
    uint32_t journal_room;
    jf_batch_answer *answers;
    uint32_t answer_count, answer_room;
    jf_buf texts;
} jf_batch;

void jf_batch_init(jf_batch *batch);
void jf_batch_free(jf_batch *batch);
void jf_batch_clear(jf_batch *batch);

/* Room for one more answer. */
jf_batch_answer *jf_batch_answer_add(jf_batch *batch);

/* The journals after those that are chained already join the chain; `first` is the batch's. */
void jf_batch_chain(jf_batch *batch, const jf_journal *first, jf_chain *chain);

/*
 * Copy every dirty row of the working set, and the policies after the first `policies`, and
 * take the journals over: the working set begins a new batch.
 */
void jf_batch_take(jf_batch *batch, jf_world *w, uint32_t policies);

#endif
