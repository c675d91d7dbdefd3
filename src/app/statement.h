/*
 * The statement of one owner, or of one of the platform's funds: every movement,
 * newest first, with the balance after it and why it was made.
 *
 * It walks each account's chain of postings (a posting names the journal that
 * moved the account before), merged by journal number, so it reads the owner's
 * journals and nothing else. A journal is never split over two pages, so a page
 * may hold a few rows more than asked for.
 */
#ifndef JF_APP_STATEMENT_H
#define JF_APP_STATEMENT_H

#include "app/why.h"
#include "core/projection.h"

typedef enum jf_statement_of {
    JF_STATEMENT_MEMBER,
    JF_STATEMENT_SHOP,
    JF_STATEMENT_FUND, /* a platform account: "revenue", "dividend:POOL", "unclaimed:POOL:COHORT" */
} jf_statement_of;

#define JF_STATEMENT_LIMIT 50

typedef struct jf_statement_query {
    jf_statement_of of;
    jf_str name;     /* an id, or the name of a fund */
    uint64_t limit;  /* rows, about; 0: JF_STATEMENT_LIMIT */
    uint64_t before; /* only journals with a lower number; 0: from the newest */
    bool one;        /* of a party: only what moved accounts of this kind */
    jf_account_kind kind;
    bool month;   /* all of the business days from..to, and a summary of them */
    bool settles; /* that of receivable and vouchers alone; how releases were worked out is left
                      * out, so nothing behind the month is read */
    jf_day from, to;
} jf_statement_query;

typedef struct jf_statement_row {
    uint64_t journal;
    jf_day day;
    jf_journal_kind kind;
    jf_slot slot;
    int64_t amount, balance; /* balance after */
    jf_str at;               /* of the command, RFC 3339 in UTC; empty without one */
    jf_str time;             /* the same as HH:MM:SS in the zone of the books */
    jf_str cmd, id;          /* of the command; empty without one */
    jf_str refunded;         /* the amount of a refund; empty for everything else */
    const jf_order *order;   /* behind a payment, a maturity or a refund, or NULL */
    jf_to to;                /* what kind of share or reward; JF_TO_COUNT: none */
    jf_str buyer, shop;      /* of the order */
    uint32_t pool, period;   /* a close: which; period 0: none */
    jf_why why;
    struct jf_statement_row *next;
} jf_statement_row;

/* Released, but not credited yet: what the next touch of the account will bring. */
typedef struct jf_uncredited_row {
    jf_crediting crediting;
    int64_t amount;
    jf_str arithmetic;
    struct jf_uncredited_row *next;
} jf_uncredited_row;

/* What moved on one kind of account for one reason, added up. */
typedef struct jf_summary_row {
    jf_slot slot;
    const jf_reason_info *reason;
    jf_to to; /* as in jf_statement_row */
    uint32_t rows;
    int64_t amount;
} jf_summary_row;

typedef struct jf_statement {
    jf_arena arena;
    jf_reader reader;
    jf_statement_query query;
    const jf_party *party;       /* the platform for funds */
    const jf_account **accounts; /* in the order of their slots */
    uint32_t account_count;
    int64_t *ends; /* of each account: its balance at the end of the days asked for, or now */
    jf_statement_row *rows;
    uint32_t row_count;
    jf_uncredited_row *uncredited;
    int64_t uncredited_sum;
    uint64_t next; /* --before for the next page; 0: this was the last */
    jf_str now;    /* the result of account.get; empty for funds */
    jf_disclosure *disclosures;
    uint32_t disclosure_count;
    jf_store_error error;
} jf_statement;

/*
 * JF_STORE_NONE: there is no such account, and JF_STORE_FAILED: it cannot be
 * read; both with a message in statement->error. Free it in any case.
 */
jf_store_result jf_statement_init(jf_statement *statement, jf_store *store,
                                  const jf_statement_query *query);
void jf_statement_free(jf_statement *statement);

/*
 * The rows added up by account, reason and kind of share, in the order in which
 * they first appear: a pay slip for a month. The array lives in the arena.
 */
const jf_summary_row *jf_statement_summary(const jf_statement *statement, jf_arena *arena,
                                           uint32_t *count);

/* {account, order, rows, uncredited, balances, now, disclosure, next}: docs/statement.md. */
void jf_statement_json(const jf_statement *statement, jf_buf *out);

/* Its rows alone, into an array that is open. */
void jf_statement_rows_json(const jf_statement *statement, jf_jw *w);
void jf_statement_text(const jf_statement *statement, bool chinese, jf_buf *out);

#endif
