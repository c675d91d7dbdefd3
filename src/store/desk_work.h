/*
 * The desk from inside: what its files share.
 */
#ifndef JF_STORE_DESK_WORK_H
#define JF_STORE_DESK_WORK_H

#include <pthread.h>
#include <sqlite3.h>

#include "store/desk.h"

struct jf_desk {
    sqlite3 *db;
    pthread_mutex_t mutex;
};

/* The mutex is held from here to jf_desk_leave. NULL when the statement cannot be made. */
sqlite3_stmt *jf_desk_enter(jf_desk *desk, const char *sql);

/* Ends what enter began; fills in the error of a failure. */
jf_store_result jf_desk_leave(jf_desk *desk, sqlite3_stmt *stmt, jf_store_result result,
                              jf_store_error *error);

/* One step of a statement that gives no rows, and the leaving; NONE when it changed nothing. */
jf_store_result jf_desk_run(jf_desk *desk, sqlite3_stmt *stmt, jf_store_error *error);

/* The leaving after one step for one row: `code` is the step's; NONE when there was none. */
jf_store_result jf_desk_found(jf_desk *desk, sqlite3_stmt *stmt, int code, jf_store_error *error);

/* All rows of a statement, and the leaving; `row` reads one and says whether to go on. */
jf_store_result jf_desk_rows(jf_desk *desk, sqlite3_stmt *stmt,
                             bool (*row)(void *reading, sqlite3_stmt *stmt), void *reading,
                             jf_store_error *error);

/*
 * The same with ?1 the number that the rows are below, newest first, and
 * `whose` as ?2 unless it is empty. `before`: 0 for no bound.
 */
jf_store_result jf_desk_rows_below(jf_desk *desk, const char *sql, int64_t before, jf_str whose,
                                   bool (*row)(void *reading, sqlite3_stmt *stmt), void *reading,
                                   jf_store_error *error);

/*
 * What waits for a decision is a row of a table with a number, a state, and who decided when; the
 * statement says which table, and that the row must still be open. `state`, when and who decided
 * are ?2 to ?4 beside the number ?1. NONE: somebody else was first.
 */
typedef struct jf_desk_decision {
    int64_t no;
    jf_str state;
    jf_instant decided;
    jf_str decider;
} jf_desk_decision;

jf_store_result jf_desk_decide(jf_desk *desk, const char *sql, const jf_desk_decision *decision,
                               jf_store_error *error);

/* What came of a decision, ?2 of the row with the number ?1. */
jf_store_result jf_desk_outcome(jf_desk *desk, const char *sql, int64_t no, jf_str outcome,
                                jf_store_error *error);

/* Rows of charge, refund, amount, time: ?1 is from, ?2 to. */
jf_store_result jf_desk_money_rows(jf_desk *desk, const char *sql, jf_instant from, jf_instant to,
                                   bool (*fn)(void *context, const jf_desk_money *row),
                                   void *context, jf_store_error *error);

void jf_desk_bind(sqlite3_stmt *stmt, int at, jf_str text);
void jf_desk_bind_hash(sqlite3_stmt *stmt, int at, const jf_hash *hash);

/* Valid until the statement goes on. */
jf_str jf_desk_text(sqlite3_stmt *stmt, int at);

#endif
