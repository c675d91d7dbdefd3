/*
 * A store before another one that keeps its rows, but no texts of its journals.
 *
 * For a replay that only asks whether everything comes out alike: the chain of
 * hashes says that of postings, and the sum over the results says it of
 * answers. The texts are two thirds of what books in memory hold, and clearing
 * pages for them was a quarter of a replay. Reading a journal, or answering an id
 * again, wants them: then take the other store without this one before it.
 */
#ifndef JF_APP_LEAN_STORE_H
#define JF_APP_LEAN_STORE_H

#include "store/store.h"

/* Over the results that journals keep, in the order of their numbers. */
typedef struct jf_result_sum {
    jf_sha256 *sha;
} jf_result_sum;

void jf_result_sum_begin(jf_result_sum *sum);
void jf_result_sum_add(jf_result_sum *sum, const jf_journal_row *journal);
jf_hash jf_result_sum_end(jf_result_sum *sum); /* frees it */

typedef struct jf_lean_store {
    jf_store base; /* give this to an engine */
    jf_store *rows;
    jf_result_sum results;
    jf_journal_row *journals; /* of one commit, without texts */
    uint32_t room;
} jf_lean_store;

/* rows: empty; stays the caller's. */
void jf_lean_open(jf_lean_store *lean, jf_store *rows);

/* The sum over all results that were committed. */
jf_hash jf_lean_close(jf_lean_store *lean);

#endif
