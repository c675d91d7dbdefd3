/*
 * The SQLite store from inside: what its files share.
 *
 *   sqlite.c          opening, checking, migrating and closing a file
 *   sqlite_log.c      the log in large pieces, between SQLite and the system
 *   sqlite_names.c    the tables that say what the numbers mean
 *   sqlite_columns.c  rows as structs, checked
 *   sqlite_read.c     load and fetch: rows into the working set
 *   sqlite_scan.c     scans, journals, positions and relations
 *   sqlite_write.c    commit, and checkpoints of the write-ahead log
 *
 * Two connections: the writer, which alone writes and checkpoints and is used
 * by commit(), and the reader, used by everything else, so that both may run
 * at once without a lock between them. A store opened for reading has no
 * writer, and its reader keeps one read transaction for all its life: whatever
 * it reads is of one moment, even while another process writes.
 */
#ifndef JF_STORE_SQLITE_STORE_H
#define JF_STORE_SQLITE_STORE_H

#include <sqlite3.h>

#include "store/rows.h"

/* Statements of the reader, prepared once; sqlite_read.c and sqlite_scan.c have their texts. */
typedef enum jf_read {
    JF_READ_BEGIN,
    JF_READ_END,
    JF_READ_STATE,
    JF_READ_POLICIES,
    JF_READ_POOLS,
    JF_READ_COHORTS,
    JF_READ_SEATS,
    JF_READ_LISTED,
    JF_READ_CHAINS,
    JF_READ_LOTS,
    JF_READ_PARTY_ID,
    JF_READ_PARTY_NO,
    JF_READ_ACCOUNTS,
    JF_READ_PHONE,
    JF_READ_IDEM,
    JF_READ_ORDER,
    JF_READ_DUE,
    JF_READ_WITHDRAWAL,
    JF_READ_JOURNAL,
    JF_READ_POSITIONS,
    JF_READ_HOME,
    JF_READ_HOME_COUNT,
    JF_READ_REFERRER,
    JF_READ_REFERRER_COUNT,
    JF_READ_UNMOVED,
    JF_READ_NAMED,
    JF_READ_LOCATED,
    JF_READ_ORDERS,
    JF_READ_REFUNDED,
    JF_READ_WITHDRAWALS,
    JF_READ_WITHDRAWALS_IN,
    JF_READS
} jf_read;

typedef enum jf_write {
    JF_WRITE_BEGIN,
    JF_WRITE_COMMIT,
    JF_WRITE_ROLLBACK,
    JF_WRITE_STATE,
    JF_WRITE_POLICY,
    JF_WRITE_POOL,
    JF_WRITE_COHORT,
    JF_WRITE_SEAT,
    JF_WRITE_PARTY,
    JF_WRITE_ACCOUNT,
    JF_WRITE_LIST,
    JF_WRITE_UNLIST,
    JF_WRITE_ORDER,
    JF_WRITE_UNMOVED,
    JF_WRITE_PEAK,
    JF_WRITE_LOT,
    JF_WRITE_WITHDRAWAL,
    JF_WRITE_IDEM,
    JF_WRITE_JOURNAL,
    JF_WRITE_BUCKET, /* the bucket of a party */
    JF_WRITES
} jf_write;

/* An account to be written, and the key by which a batch is sorted. */
typedef struct jf_keyed_account {
    uint64_t key; /* bucket << 32 | owner */
    const jf_account *account;
} jf_keyed_account;

typedef struct jf_sqlite {
    jf_store base;
    char *path;
    int lock; /* file descriptor of PATH-lock, held while open for writing; -1: none */
    sqlite3 *reader, *writer; /* writer NULL: open for reading only */
    sqlite3_stmt *reads[JF_READS];
    sqlite3_stmt *writes[JF_WRITES];
    jf_arena scratch; /* of one row that is read */

    /* The rest is commit()'s own. */
    uint64_t wal_bytes; /* in the write-ahead log after the last commit */
    uint64_t wal_limit; /* when it is checkpointed next */
    uint16_t *buckets;  /* by party number; BUCKET_UNKNOWN where not looked up yet */
    uint32_t bucket_room;
    jf_keyed_account *keyed;
    uint32_t keyed_room;
    jf_buf text; /* a list being bound */
} jf_sqlite;

/*
 * Bytes a page. An order touches some four pages that no other order of its
 * batch touches; smaller pages mean a smaller log, larger ones a flatter tree.
 */
#define JF_SQLITE_PAGE 2048

#define JF_PLATFORM_BUCKET 0
#define JF_CHAIN_BUCKET 0 /* of the ids: this file is one cell with one chain */

/* Turns what SQLite said into a message that names the file and what to do. */
jf_store_result jf_sqlite_fail(const jf_sqlite *s, sqlite3 *db, const char *doing,
                               jf_store_error *error);

/* A row of the file that no jifen writes. */
jf_store_result jf_sqlite_damaged(const jf_sqlite *s, const char *what, jf_store_error *error);

/* Prepares the statements of a connection from their texts. */
jf_store_result jf_sqlite_prepare(const jf_sqlite *s, sqlite3 *db, const char *const *texts,
                                  int count, sqlite3_stmt **out, jf_store_error *error);

extern const char *const jf_sqlite_read_texts[JF_READS];
extern const char *const jf_sqlite_write_texts[JF_WRITES];

/* Makes the layer known to SQLite by this name; once a process. */
#define JF_SQLITE_LOG_VFS "jifen-log"
void jf_sqlite_log_register(void);

/* Brings the tables of names up to date; refuses a file where a number means something else. */
jf_store_result jf_sqlite_names(const jf_sqlite *s, jf_store_error *error);

/* Begins a read transaction unless one is open; *began says whether to end it. */
jf_store_result jf_sqlite_read_begin(jf_sqlite *s, bool *began, jf_store_error *error);
jf_store_result jf_sqlite_read_end(jf_sqlite *s, bool began, jf_store_result result,
                                   jf_store_error *error);

/*
 * A row that is being read, column by column. `bad` is set by a value of the
 * wrong type or outside of its range, so that a row is checked once, at its end.
 */
typedef struct jf_columns {
    sqlite3_stmt *stmt;
    int at;
    bool bad;
} jf_columns;

int64_t jf_column_int(jf_columns *row, int64_t least, int64_t most);

static inline int64_t jf_column_any(jf_columns *row)
{
    return jf_column_int(row, INT64_MIN, INT64_MAX);
}

static inline uint32_t jf_column_u32(jf_columns *row)
{
    return (uint32_t)jf_column_int(row, 0, UINT32_MAX);
}

static inline jf_day jf_column_day(jf_columns *row)
{
    return (jf_day){(int32_t)jf_column_int(row, INT32_MIN, INT32_MAX)};
}

jf_str jf_column_text(jf_columns *row); /* NULL reads as the empty text */
jf_hash jf_column_hash(jf_columns *row);

bool jf_party_from_row(sqlite3_stmt *stmt, jf_party *out);
bool jf_account_from_row(sqlite3_stmt *stmt, jf_account *out);
bool jf_order_from_row(jf_arena *arena, sqlite3_stmt *stmt, jf_order *out); /* parts in the arena */
bool jf_lot_from_row(sqlite3_stmt *stmt, jf_lot *out);
bool jf_withdrawal_from_row(sqlite3_stmt *stmt, jf_withdrawal *out);
bool jf_journal_from_row(sqlite3_stmt *stmt, jf_journal_row *out); /* texts are the statement's */

#define JF_PARTY_COLUMNS                                                                           \
    "no,kind,id,region,phone,referrer,home,sell_day,sell_over,sell_under,shop_kind,owner,"         \
    "recruiter,city_partner,rebate,max_voucher,staff,manager,chain"
#define JF_ACCOUNT_COLUMNS "a.owner,a.slot,a.balance,a.credited,a.last"
#define JF_ORDER_COLUMNS                                                                           \
    "number,id,buyer,shop,version,base_day,due_day,held,cash_shop,amount,rebate,rebate_voucher,"   \
    "rest,voucher,credit,buyer_points,shop_points,minted,token_price,refunded,refunded_held,"      \
    "parts,"                                                                                       \
    "legacy"
#define JF_LOT_COLUMNS                                                                             \
    "number,since,owner,member_id,order_id,minted,units,spend,sold,burnt,proceeds"
#define JF_WITHDRAWAL_COLUMNS "id,party,amount,state,tax"
#define JF_JOURNAL_COLUMNS "number,day,kind,subject,command,result,postings,hash"

/* The operations, by file. */
jf_store_result jf_sqlite_load(jf_store *store, jf_world *w, jf_hash *head, jf_store_error *error);
jf_store_result jf_sqlite_fetch(jf_store *store, jf_world *w, const jf_need *needs, uint32_t count,
                                jf_store_error *error);
jf_store_result jf_sqlite_commit(jf_store *store, const jf_changes *changes, jf_store_error *error);
jf_store_result jf_sqlite_journal_get(jf_store *store, jf_arena *arena, uint64_t number,
                                      jf_journal_row *out, jf_store_error *error);
jf_store_result jf_sqlite_journal_scan(jf_store *store, uint64_t from, jf_row_fn fn, void *context,
                                       jf_store_error *error);
jf_store_result jf_sqlite_scan(jf_store *store, jf_table table, jf_row_fn fn, void *context,
                               jf_store_error *error);
jf_store_result jf_sqlite_positions(jf_store *store, uint32_t pool, uint32_t cohort, uint32_t after,
                                    uint32_t limit, jf_position_columns *out,
                                    jf_store_error *error);
jf_store_result jf_sqlite_related(jf_store *store, jf_related *page, jf_store_error *error);
jf_store_result jf_sqlite_unmoved(jf_store *store, jf_unmoved *page, jf_store_error *error);
jf_store_result jf_sqlite_named(jf_store *store, jf_named *page, jf_store_error *error);
jf_store_result jf_sqlite_located(jf_store *store, jf_located *page, jf_store_error *error);
jf_store_result jf_sqlite_orders_back(jf_store *store, const jf_sought *sought, jf_row_fn fn,
                                      void *context, jf_store_error *error);
jf_store_result jf_sqlite_idem_scan(jf_store *store, jf_command_kind kind, jf_row_fn fn,
                                    void *context, jf_store_error *error);
jf_store_result jf_sqlite_withdrawal_scan(jf_store *store, jf_str after,
                                          const jf_withdrawal_state *state, jf_row_fn fn,
                                          void *context, jf_store_error *error);

/* Sets the writer's log hook; called once when it is open. */
void jf_sqlite_writer_init(jf_sqlite *s);
void jf_sqlite_writer_free(jf_sqlite *s);

#endif
