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

/* Rows of charge, refund, amount, time: ?1 is from, ?2 to. */
jf_store_result jf_desk_money_rows(jf_desk *desk, const char *sql, jf_instant from, jf_instant to,
                                   bool (*fn)(void *context, const jf_desk_money *row),
                                   void *context, jf_store_error *error);

void jf_desk_bind(sqlite3_stmt *stmt, int at, jf_str text);
void jf_desk_bind_hash(sqlite3_stmt *stmt, int at, const jf_hash *hash);

/* Valid until the statement goes on. */
jf_str jf_desk_text(sqlite3_stmt *stmt, int at);

#endif
