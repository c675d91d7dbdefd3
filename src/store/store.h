/*
 * The store: where rows and journals live between runs.
 *
 * One interface, two stores: memory (gone with the process) and SQLite (one
 * file, durable). A store decides nothing: it fetches rows into the working
 * set, commits a batch of changed rows and new journals as one transaction,
 * and scans in key order for audits and reports.
 *
 * Errors: functions return JF_STORE_OK or a result below and fill `error` with
 * a message for people. After JF_STORE_FAILED the caller ends (exit 2): the
 * last transaction is then either whole or absent.
 *
 * Threads: commit() may be called from one other thread than everything else.
 */
#ifndef JF_STORE_STORE_H
#define JF_STORE_STORE_H

#include "base/sha256.h"
#include "core/needs.h"
#include "core/world.h"

typedef enum jf_store_result {
    JF_STORE_OK,
    JF_STORE_NONE,   /* journal_get: there is no such journal */
    JF_STORE_FAILED, /* I/O, full disk, broken file, foreign or newer file */
} jf_store_result;

typedef struct jf_store_error {
    char message[300];
} jf_store_error;

/* A journal as it is kept. All texts are UTF-8. */
typedef struct jf_journal_row {
    uint64_t number;
    jf_day day;
    jf_journal_kind kind;
    uint64_t subject;
    jf_str command;  /* canonical JSON; empty for derived journals */
    jf_str result;   /* JSON of the answer's result, where it is kept; else empty */
    jf_str postings; /* [[owner,slot,amount,balance,before,why],…] */
    jf_hash hash;
} jf_journal_row;

/* Everything one batch changed, as of its end. The arrays are the caller's, valid in the call. */
typedef struct jf_changes {
    const jf_state *state;
    jf_hash head; /* hash of the last journal */
    uint32_t policies, pools, cohorts, seats, parties, accounts, orders, idems, journals;
    uint32_t lots, withdrawals;
    const jf_policy *const *policy; /* new versions */
    const jf_pool *pool;
    const jf_cohort *cohort;
    const jf_seat *seat;
    const jf_party *party;
    const jf_account *account; /* the platform's too */
    const jf_order *order;
    const jf_idem *idem; /* new ids; command and result live in the journal */
    const jf_lot *lot;
    const jf_withdrawal *withdrawal;
    const jf_journal_row *journal; /* ascending numbers, no gap */
} jf_changes;

/* Positions of one cohort as columns, for sweeps: ascending owners. */
typedef struct jf_position_columns {
    uint32_t count;
    uint32_t *owner;
    int64_t *points;
    int64_t *credited;
} jf_position_columns;

/* Members by what they are bound to. */
typedef enum jf_relation {
    JF_RELATION_HOME,     /* a shop */
    JF_RELATION_REFERRER, /* a member */
} jf_relation;

/* A page of them, by ascending number; `numbers` has room for `limit`. */
typedef struct jf_related {
    jf_relation relation;
    uint32_t to;           /* number of the shop or member */
    uint32_t after, limit; /* of the page */
    uint32_t *numbers;     /* out */
    uint32_t count;        /* out: of the page */
    uint64_t all;          /* out: how many there are, whatever the page */
} jf_related;

/*
 * Orders that moved nothing on the accounts of their buyer, or of their shop, when they were
 * paid: no chain of postings leads to them. By descending number, those below `before`.
 */
typedef struct jf_unmoved {
    uint32_t party;
    uint64_t before;   /* of the page; 0: from the newest */
    uint32_t limit;    /* of the page, at least 1 */
    uint64_t *numbers; /* out, room for `limit` */
    uint32_t count;    /* out */
} jf_unmoved;

/* One of these, as a scan shows it. */
typedef struct jf_unmoved_row {
    uint32_t party;
    uint64_t number; /* of the order */
} jf_unmoved_row;

/*
 * A store may keep the largest price of the orders of 1 << JF_STRETCH_BITS journals (from a
 * multiple of that on), to pass over those that are sought in vain.
 */
#define JF_STRETCH_BITS 10

/* Which orders: those for which all of it holds. */
typedef struct jf_sought {
    uint64_t before, from; /* numbers below `before` (0: any), and from `from` on */
    int64_t least;         /* fen of their price */
    uint32_t buyer, shop;  /* party numbers; 0: anybody */
    bool refunded;         /* in part, or whole */
    bool settled;          /* nothing of them is pending any more while this day is open: */
    jf_day open;
} jf_sought;

/* Members or shops in a region, by ascending number; `numbers` has room for `limit`. */
typedef struct jf_located {
    jf_party_kind kind;
    jf_str region;         /* 2, 4 or 6 digits; what begins so lies in it */
    uint32_t after, limit; /* of the page */
    uint32_t *numbers;     /* out */
    uint32_t count;        /* out */
} jf_located;

/* Members or shops by the beginning of their id, by ascending id; arrays have room for `limit`. */
typedef struct jf_named {
    jf_party_kind kind;
    jf_str prefix, after; /* of ids; `after` empty: from the beginning */
    uint32_t limit;       /* of the page, at least 1 */
    jf_arena *arena;      /* where the ids live */
    uint32_t *numbers;    /* out */
    jf_str *ids;          /* out */
    uint32_t count;       /* out */
} jf_named;

typedef struct jf_store jf_store;

/* Called for every row of a scan; false ends it early. It must not call the store. */
typedef bool (*jf_row_fn)(void *context, const void *row);

typedef enum jf_table {
    JF_TABLE_PARTY,   /* jf_party, by number */
    JF_TABLE_ACCOUNT, /* jf_account, by owner and slot; those with nothing ever moved are absent */
    JF_TABLE_ORDER,   /* jf_order, by number */
    JF_TABLE_LOT,     /* jf_lot, by order */
    JF_TABLE_WITHDRAWAL, /* jf_withdrawal, by id */
    JF_TABLE_IDEM,       /* jf_idem, by kind and id; command and result are empty */
    JF_TABLE_UNMOVED,    /* jf_unmoved_row, by party and number */
} jf_table;

typedef struct jf_store_ops {
    const char *scheme;
    bool durable; /* commits are worth waiting for in another thread */

    /* Fill an empty working set: state, policies, pools, cohorts, seats, the
     * platform's accounts, debtors, lots. *head is the last journal's hash (zeros when new). */
    jf_store_result (*load)(jf_store *store, jf_world *w, jf_hash *head, jf_store_error *error);

    /* Put each needed row, or its absence, into the working set, unless it is resident by now. */
    jf_store_result (*fetch)(jf_store *store, jf_world *w, const jf_need *needs, uint32_t count,
                             jf_store_error *error);

    /* A hint, or NULL where it is of no use: soon a fetch will ask whether this id was used. */
    void (*expect)(jf_store *store, jf_command_kind kind, jf_str id);

    jf_store_result (*commit)(jf_store *store, const jf_changes *changes, jf_store_error *error);

    /* Texts live in the arena. */
    jf_store_result (*journal_get)(jf_store *store, jf_arena *arena, uint64_t number,
                                   jf_journal_row *out, jf_store_error *error);

    /* Journals from a number on, ascending; row is jf_journal_row, valid during the call. */
    jf_store_result (*journal_scan)(jf_store *store, uint64_t from, jf_row_fn fn, void *context,
                                    jf_store_error *error);

    /* Texts of the row are valid during the call. */
    jf_store_result (*scan)(jf_store *store, jf_table table, jf_row_fn fn, void *context,
                            jf_store_error *error);

    /* Up to `limit` positions of a cohort with an owner above `after`; the arrays of `limit`
     * elements are the caller's. Positions are from the last commit, not the working set. */
    jf_store_result (*positions)(jf_store *store, uint32_t pool, uint32_t cohort, uint32_t after,
                                 uint32_t limit, jf_position_columns *out, jf_store_error *error);

    jf_store_result (*related)(jf_store *store, jf_related *page, jf_store_error *error);

    jf_store_result (*unmoved)(jf_store *store, jf_unmoved *page, jf_store_error *error);

    /* Costs a look into each bucket, whatever the number of parties. */
    jf_store_result (*named)(jf_store *store, jf_named *page, jf_store_error *error);

    /* Costs a look at each of them in the region, whatever the number of parties. */
    jf_store_result (*located)(jf_store *store, jf_located *page, jf_store_error *error);

    /* The orders that are sought, the newest first; as scan. */
    jf_store_result (*orders_back)(jf_store *store, const jf_sought *sought, jf_row_fn fn,
                                   void *context, jf_store_error *error);

    /* The ids of one kind of command, by id; as scan. */
    jf_store_result (*idem_scan)(jf_store *store, jf_command_kind kind, jf_row_fn fn, void *context,
                                 jf_store_error *error);

    /* Withdrawals with an id above `after` (empty: all), in a state (NULL: any), by id; as scan. */
    jf_store_result (*withdrawal_scan)(jf_store *store, jf_str after,
                                       const jf_withdrawal_state *state, jf_row_fn fn,
                                       void *context, jf_store_error *error);

    void (*close)(jf_store *store);
} jf_store_ops;

struct jf_store {
    const jf_store_ops *ops;
};

typedef enum jf_open_mode {
    JF_OPEN_WRITE,
    JF_OPEN_READ,
    JF_OPEN_BESIDE /* reading what this process has open for writing */
} jf_open_mode;

/*
 * Open by URL: "memory:" or "sqlite:PATH". Writing creates the file and runs
 * the migrations; reading refuses a file that is not there. A database of
 * another program, of a newer version, or one that another process has open
 * for writing is refused and left alone. What is opened for reading stays as
 * of its opening, whatever another process, or the writer beside it, commits meanwhile.
 */
jf_store_result jf_store_open(jf_store **out, const char *url, jf_open_mode mode,
                              jf_store_error *error);
void jf_store_close(jf_store *store);

/* The constructors behind jf_store_open. */
jf_store_result jf_store_memory_open(jf_store **out, jf_store_error *error);
jf_store_result jf_store_sqlite_open(jf_store **out, const char *path, jf_open_mode mode,
                                     jf_store_error *error);

/*
 * Lists of integers as JSON, "[[1,2],[3,4]]" without spaces: how postings,
 * parts and holders are kept (ints.c). The reader is for texts that we wrote;
 * it refuses anything else.
 */
typedef struct jf_ints {
    const char *p, *end;
} jf_ints;

void jf_ints_begin(jf_ints *in, jf_str text);
/* Reads the next inner list into values[0..room); its length, 0 at the end, -1 for a bad text. */
int jf_ints_next(jf_ints *in, int64_t *values, int room);
void jf_ints_write(jf_buf *out, const int64_t *values, int count,
                   bool first); /* one inner list, comma before unless first */

#endif
