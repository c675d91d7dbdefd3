/*
 * A shop's month for its bookkeeper: every order, refund, withdrawal and release,
 * oldest first, what each moved on the shop's receivable and vouchers, and how the
 * receivable came from its opening to its closing balance.
 *
 * Made of the statement's rows (statement.h), so the two cannot differ: the sum of
 * `cash` over the rows is the closing balance less the opening one, which are the
 * ledger's.
 */
#ifndef JF_APP_SETTLEMENT_H
#define JF_APP_SETTLEMENT_H

#include "app/statement.h"

#define JF_SETTLEMENT_ROWS_MAX 100000u

typedef struct jf_settlement_row {
    uint64_t journal;
    jf_day day;
    jf_str time; /* HH:MM:SS in the zone of the books; empty without a command */
    const jf_reason_info *reason;
    jf_str order;           /* the order's id, or the command's; empty without both */
    bool has_amount;        /* it is a sale or a refund of the shop's */
    bool has_rebate;        /* it is a sale */
    int64_t amount, rebate; /* fen; the bill, below 0 what was refunded of it */
    int64_t cash, vouchers; /* what moved */
    int64_t receivable;     /* after it */
} jf_settlement_row;

typedef struct jf_settlement {
    jf_statement page;
    jf_str name; /* what the shop is called; the caller's to say, empty: nothing */
    jf_settlement_row *rows; /* oldest first */
    uint32_t count;
    bool too_many;                     /* more than JF_SETTLEMENT_ROWS_MAX */
    int64_t opening, in, out, closing; /* of the receivable; fen, none below 0 */
    int64_t vouchers;                  /* that moved in sum */
} jf_settlement;

/*
 * Business days from..to. NONE: there is no such shop, or too_many; FAILED; both
 * with a message in *error. Free it in any case.
 */
jf_store_result jf_settlement_init(jf_settlement *settlement, jf_store *store, jf_str shop,
                                   jf_day from, jf_day to, jf_store_error *error);
void jf_settlement_free(jf_settlement *settlement);

void jf_settlement_json(const jf_settlement *settlement, jf_buf *out);

/*
 * RFC 4180 with a byte order mark, every field quoted. A text that a spreadsheet
 * would take for a formula gets an apostrophe before it.
 */
void jf_settlement_csv(const jf_settlement *settlement, bool chinese, jf_buf *out);

/*
 * An Excel workbook, printed under the shop's name, or its id. Amounts are numbers, exact to the
 * fen; beyond the 15 digits that Excel keeps they are texts. FAILED when the temporary file that
 * it takes cannot be written.
 */
jf_store_result jf_settlement_xlsx(const jf_settlement *settlement, bool chinese, jf_buf *out,
                                   jf_store_error *error);

/* Column headings, and what a row is called. */
#define JF_SETTLEMENT_COLUMNS 9
const char *jf_settlement_heading(uint32_t column, bool chinese);
const char *jf_settlement_what(const jf_settlement_row *row, bool chinese);

#endif
