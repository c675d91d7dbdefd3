/*
 * Reading the books for people: a working set over a store, filled with what is
 * asked for. Nothing is ever written.
 *
 * A failure is remembered, so that a page is made without a check at every
 * step: a lookup that fails gives NULL, as does a row that is not there, and
 * whoever opened the reader asks jf_reader_result() before the page goes out.
 */
#ifndef JF_APP_READER_H
#define JF_APP_READER_H

#include "core/world.h"
#include "store/store.h"

typedef struct jf_reader {
    jf_store *store;
    jf_world world;
    jf_hash head;
    jf_zone zone;    /* of the books */
    bool zone_known; /* false too while there is no policy */
    jf_store_result result;
    jf_store_error error;
} jf_reader;

/* The store stays the caller's. Close it in any case. */
jf_store_result jf_reader_open(jf_reader *reader, jf_store *store);
void jf_reader_close(jf_reader *reader);

/* JF_STORE_OK, or the first failure, with its message in *error. */
jf_store_result jf_reader_result(const jf_reader *reader, jf_store_error *error);

/* Remember a failure of the caller's own: the books contradict themselves. */
void jf_reader_damaged(jf_reader *reader, uint64_t journal);

/* NULL when there is none, or when reading failed. */
const jf_party *jf_reader_party(jf_reader *reader, jf_party_kind kind, jf_str id);
const jf_party *jf_reader_party_no(jf_reader *reader, uint32_t no);
const jf_order *jf_reader_order(jf_reader *reader, uint64_t number);

/* The texts live in the arena. A journal that is not there is damage. */
bool jf_reader_journal(jf_reader *reader, jf_arena *arena, uint64_t number, jf_journal_row *out);

/* All rows of a table; see the store's scan. */
void jf_reader_scan(jf_reader *reader, jf_table table, jf_row_fn fn, void *context);

#endif
