/*
 * The rows of the books as lines of text: what the state hash is made of, and
 * what two books are compared by. The form stands at the head of state_hash.c.
 */
#ifndef JF_APP_STATE_HASH_H
#define JF_APP_STATE_HASH_H

#include "store/store.h"

/* Called for every line, without its newline; false ends it early. */
typedef bool (*jf_line_fn)(void *context, jf_str line);

jf_store_result jf_state_lines(jf_store *store, jf_line_fn fn, void *context,
                               jf_store_error *error);

/* The orders that moved nothing, by party and number: no part of the hash (state_hash.c). */
jf_store_result jf_unmoved_lines(jf_store *store, jf_line_fn fn, void *context,
                                 jf_store_error *error);

#endif
