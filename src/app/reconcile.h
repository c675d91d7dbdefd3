/*
 * A channel's bill of a day beside the books: the desk's payments and refunds, and
 * the ledger's orders (spec section 13).
 *
 * Rows are matched by their ids, not by their times: the channel's clock and the
 * moment at which we learn of money differ, so around midnight a row may stand in
 * the bill of the one day and in the books of the other. The bill is read an hour
 * longer on both sides for that.
 */
#ifndef JF_APP_RECONCILE_H
#define JF_APP_RECONCILE_H

#include "app/channel.h"
#include "app/reader.h"

typedef enum jf_difference_kind {
#define JF_DIFFERENCE(NAME, wire, en, zh) JF_DIFFERENCE_##NAME,
#include "app/reconcile.def"
#undef JF_DIFFERENCE
    JF_DIFFERENCE_KINDS
} jf_difference_kind;

typedef struct jf_difference {
    jf_difference_kind kind;
    jf_str payment, id;     /* id: of the refund, or the payment's again */
    bool in_bill, in_books; /* which of the amounts there are */
    int64_t bill, books;    /* fen */
} jf_difference;

typedef struct jf_money_sum {
    uint64_t count;         /* rows */
    int64_t paid, refunded; /* fen */
} jf_money_sum;

typedef struct jf_reconciliation {
    jf_money_sum bill, books;
    jf_difference *list; /* the bill's, in the order of time, then what only the books have */
    uint32_t count;
} jf_reconciliation;

/*
 * Of the time from `from` on, before `to`. The reader's books, the desk and the
 * channel stay the caller's; *out lives in the arena. FAILED with a message when
 * one of them cannot be read.
 */
jf_store_result jf_reconcile(jf_reconciliation *out, jf_arena *arena, jf_reader *reader,
                             jf_desk *desk, jf_channel *channel, jf_instant from, jf_instant to,
                             jf_store_error *error);

/*
 * What the one side's sums are made of: the rows of the bill of a channel, or where
 * bill_of is NULL of the desk, of the same time, in the order of time. *list lives in
 * the arena.
 */
jf_store_result jf_reconcile_rows(jf_arena *arena, jf_desk *desk, jf_channel *bill_of,
                                  jf_instant from, jf_instant to, jf_desk_money **list,
                                  uint32_t *count, jf_store_error *error);

/* {kind,id,payment,bill?,books?,action,zh} */
void jf_difference_json(jf_jw *w, const jf_difference *difference);

#endif
