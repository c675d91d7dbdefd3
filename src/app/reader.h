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

/* One refund that was made, as its journal tells. */
typedef struct jf_refund_note {
    uint64_t number; /* of the journal */
    jf_str order;
    int64_t amount; /* fen */
} jf_refund_note;

typedef struct jf_reader {
    jf_store *store;
    jf_world world;
    jf_hash head;
    jf_zone zone;            /* of the books */
    bool zone_known;         /* false too while there is no policy */
    jf_refund_note *refunds; /* in the order of their journals, once they were asked for */
    uint32_t refund_count;
    bool refunds_listed, refunds_read; /* their numbers; what each says as well */
    jf_store_result result;
    jf_store_error error;
} jf_reader;

/* The store stays the caller's. Close it in any case. */
jf_store_result jf_reader_open(jf_reader *reader, jf_store *store);
void jf_reader_close(jf_reader *reader);

/* JF_STORE_OK, or the first failure, with its message in *error. */
jf_store_result jf_reader_result(const jf_reader *reader, jf_store_error *error);

/* JF_STORE_NONE, with the message that there is no such member or shop. */
jf_store_result jf_reader_nobody(jf_party_kind kind, jf_str id, jf_store_error *error);

/* Remember a failure of the caller's own: the books contradict themselves. */
void jf_reader_damaged(jf_reader *reader, uint64_t journal);

/* NULL when there is none, or when reading failed. */
const jf_party *jf_reader_party(jf_reader *reader, jf_party_kind kind, jf_str id);
const jf_party *jf_reader_party_no(jf_reader *reader, uint32_t no);
const jf_order *jf_reader_order(jf_reader *reader, uint64_t number);
const jf_order *jf_reader_order_named(jf_reader *reader, jf_str id);

/* The journal of the command that used an id; 0 when none did, or when reading failed. */
uint64_t jf_reader_used(jf_reader *reader, jf_command_kind kind, jf_str id);

/* The text of the command that used an id; empty when none did, or when reading failed. */
jf_str jf_reader_command(jf_reader *reader, jf_command_kind kind, jf_str id);
const jf_withdrawal *jf_reader_withdrawal(jf_reader *reader, jf_str id);

/*
 * How much of an order had been refunded before a journal that refunds
 * `amount` of it; -1 when it cannot be told. An order that was refunded once
 * costs nothing; the first that was refunded several times costs a pass over
 * the refunds of the books.
 */
int64_t jf_reader_refunded_before(jf_reader *reader, const jf_order *order, uint64_t journal,
                                  int64_t amount);

/* The texts live in the arena. A journal that is not there is damage. */
bool jf_reader_journal(jf_reader *reader, jf_arena *arena, uint64_t number, jf_journal_row *out);

/* The journals of all refunds into reader->refunds, in their order, by their numbers alone. */
void jf_reader_refunds(jf_reader *reader);

/* The order that one of these is of; NULL: its journal does not tell, or cannot be read. */
const jf_order *jf_reader_refund_order(jf_reader *reader, uint32_t at);

/* All rows of a table; see the store's scan. */
void jf_reader_scan(jf_reader *reader, jf_table table, jf_row_fn fn, void *context);

#endif
