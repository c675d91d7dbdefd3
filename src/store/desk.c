/*
 * The desk's file: opening it, its tables, and how its files run statements (desk.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "store/copy.h"
#include "store/desk_work.h"
#include "store/rows.h"

#define APPLICATION_ID 1784958820 /* "jfdk" */
#define BUSY_MS 5000

/* A text a version; a later version adds its own behind. */
static const char *const steps[] = {
    "CREATE TABLE api_key("
    " no INTEGER PRIMARY KEY AUTOINCREMENT,"
    " name TEXT NOT NULL,"
    " role TEXT NOT NULL,"
    " scope TEXT NOT NULL,"
    " hash BLOB NOT NULL UNIQUE," /* SHA-256 of the key */
    " created INTEGER NOT NULL,"  /* microseconds since 1970 */
    " revoked INTEGER"            /* NULL: it is in force */
    ") STRICT;",
    "CREATE TABLE person("
    " no INTEGER PRIMARY KEY AUTOINCREMENT,"
    " name TEXT NOT NULL UNIQUE,"
    " password TEXT NOT NULL," /* Argon2id, encoded */
    " totp BLOB,"              /* NULL: none */
    " totp_used INTEGER NOT NULL,"
    " failures INTEGER NOT NULL,"
    " locked INTEGER NOT NULL,"
    " disabled INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE person_role("
    " person INTEGER NOT NULL REFERENCES person(no),"
    " role TEXT NOT NULL,"
    " scope TEXT NOT NULL,"
    " PRIMARY KEY(person,role,scope)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE session("
    " hash BLOB PRIMARY KEY," /* SHA-256 of the token */
    " person INTEGER NOT NULL REFERENCES person(no),"
    " until INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE act("
    " no INTEGER PRIMARY KEY AUTOINCREMENT,"
    " at INTEGER NOT NULL,"
    " who TEXT NOT NULL,"
    " act TEXT NOT NULL,"
    " subject TEXT NOT NULL,"
    " outcome TEXT NOT NULL"
    ") STRICT;"
    "CREATE TRIGGER act_stays BEFORE UPDATE ON act"
    " BEGIN SELECT raise(ABORT,'the trail is only added to'); END;"
    "CREATE TRIGGER act_remains BEFORE DELETE ON act"
    " BEGIN SELECT raise(ABORT,'the trail is only added to'); END;"
    "CREATE TABLE approval("
    " no INTEGER PRIMARY KEY AUTOINCREMENT,"
    " asked INTEGER NOT NULL,"
    " asker TEXT NOT NULL,"
    " command TEXT NOT NULL," /* as jifen apply reads it */
    " state TEXT NOT NULL,"   /* open, approved, rejected */
    " decided INTEGER,"
    " decider TEXT,"
    " outcome TEXT"
    ") STRICT;",
    "CREATE TABLE plate("
    " no INTEGER PRIMARY KEY AUTOINCREMENT,"
    " shop TEXT NOT NULL,"
    " made INTEGER NOT NULL,"
    " bound INTEGER NOT NULL" /* to this shop, since */
    ") STRICT;"
    "CREATE INDEX plate_shop ON plate(shop);"
    "CREATE TABLE payment("
    " id TEXT PRIMARY KEY,"
    " member TEXT NOT NULL,"
    " shop TEXT NOT NULL,"
    " amount INTEGER NOT NULL," /* fen, like those below */
    " voucher INTEGER NOT NULL,"
    " credit INTEGER NOT NULL,"
    " cash INTEGER NOT NULL,"
    " scan INTEGER NOT NULL,"
    " state INTEGER NOT NULL,"
    " created INTEGER NOT NULL,"
    " until INTEGER NOT NULL,"
    " paid INTEGER NOT NULL,"
    " reason TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX payment_due ON payment(state,until) WHERE state IN (0,1,5);"
    "CREATE TABLE back("
    " id TEXT PRIMARY KEY,"
    " payment TEXT NOT NULL REFERENCES payment(id),"
    " command TEXT NOT NULL,"
    " state INTEGER NOT NULL,"
    " amount INTEGER NOT NULL" /* fen */
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX back_due ON back(state) WHERE state<2;"
    "CREATE TABLE sandbox_charge("
    " id TEXT PRIMARY KEY,"
    " amount INTEGER NOT NULL,"
    " state INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE sandbox_refund("
    " id TEXT NOT NULL,"
    " charge TEXT NOT NULL REFERENCES sandbox_charge(id),"
    " amount INTEGER NOT NULL,"
    " PRIMARY KEY(charge,id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE secret("
    " name TEXT PRIMARY KEY,"
    " value BLOB NOT NULL"
    ") STRICT, WITHOUT ROWID;",
    "ALTER TABLE person ADD COLUMN totp_next BLOB;", /* prepared, and not in force yet */
    "ALTER TABLE person ADD COLUMN joining TEXT;"    /* the command that makes them a member */
    "CREATE TABLE profile("
    " member TEXT PRIMARY KEY,"
    " phone TEXT NOT NULL DEFAULT '',"
    " personal INTEGER NOT NULL DEFAULT 1,"
    " language TEXT NOT NULL DEFAULT ''"
    ") STRICT, WITHOUT ROWID;",
    "CREATE INDEX payment_member ON payment(member);"
    "CREATE INDEX session_person ON session(person);",
    "CREATE TABLE refund_ask("
    " no INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL," /* the member's own */
    " member TEXT NOT NULL,"
    " shop TEXT NOT NULL,"
    " paid TEXT NOT NULL,"      /* id of the order */
    " amount INTEGER NOT NULL," /* fen */
    " reason TEXT NOT NULL,"
    " state TEXT NOT NULL," /* open, approved, rejected */
    " asked INTEGER NOT NULL,"
    " decided INTEGER,"
    " decider TEXT,"
    " outcome TEXT,"
    " UNIQUE(member,id)"
    ") STRICT;"
    "CREATE INDEX refund_ask_shop ON refund_ask(shop,no);"
    "CREATE INDEX refund_ask_member ON refund_ask(member,no);"
    "CREATE TABLE scanned(" /* members' codes are good for one payment */
    " code TEXT PRIMARY KEY,"
    " payment TEXT NOT NULL,"
    " until INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "ALTER TABLE payment ADD COLUMN no INTEGER NOT NULL DEFAULT 0;"    /* in order of creation */
    "ALTER TABLE payment ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;" /* to its state, when */
    "UPDATE payment SET moved=max(created,paid),no=(SELECT count(*) FROM payment b"
    " WHERE (b.created,b.id)<=(payment.created,payment.id));"
    "CREATE UNIQUE INDEX payment_no ON payment(no);"
    "DROP INDEX payment_member;"
    "CREATE INDEX payment_member ON payment(member,no);"
    "CREATE INDEX payment_moved ON payment(moved);"
    "CREATE INDEX payment_paid ON payment(paid);"
    "ALTER TABLE back ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX back_moved ON back(moved);"
    "ALTER TABLE sandbox_charge ADD COLUMN paid INTEGER NOT NULL DEFAULT 0;" /* when; 0: never */
    "ALTER TABLE sandbox_charge ADD COLUMN lie INTEGER NOT NULL DEFAULT 0;"  /* of its bill */
    "CREATE INDEX sandbox_charge_paid ON sandbox_charge(paid);"
    "ALTER TABLE sandbox_refund ADD COLUMN at INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX sandbox_refund_at ON sandbox_refund(at);",
    "ALTER TABLE person ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;" /* 0: they have not left */
    "CREATE TABLE closing("
    " member TEXT PRIMARY KEY,"
    " person INTEGER NOT NULL REFERENCES person(no),"
    " at INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;",
    "CREATE TABLE charge(" /* what a shop asked for by a code */
    " no INTEGER PRIMARY KEY AUTOINCREMENT,"
    " shop TEXT NOT NULL,"
    " amount INTEGER NOT NULL," /* fen */
    " until INTEGER NOT NULL"
    ") STRICT;"
    "ALTER TABLE payment ADD COLUMN charge INTEGER NOT NULL DEFAULT 0;" /* it pays; 0: none */
    "CREATE INDEX payment_charge ON payment(charge) WHERE charge>0;",
    "CREATE TABLE shop_profile(" /* what a shop says of itself to everybody */
    " shop TEXT PRIMARY KEY,"
    " name TEXT NOT NULL,"
    " address TEXT NOT NULL," /* empty, like the next: not said */
    " phone TEXT NOT NULL,"
    " hours TEXT NOT NULL,"
    " edition INTEGER NOT NULL UNIQUE" /* grows with every change of any of them */
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX shop_profile_name ON shop_profile(name COLLATE NOCASE,shop);",
    "ALTER TABLE refund_ask ADD COLUMN late INTEGER NOT NULL DEFAULT 0;", /* after the window */
};

#define STEPS ((int)(sizeof steps / sizeof *steps))

int jf_desk_schema(void)
{
    return STEPS;
}

static jf_store_result failed(jf_desk *desk, const char *doing, jf_store_error *error)
{
    return jf_store_fail(error, "the desk: %s: %s", doing,
                         desk->db ? sqlite3_errmsg(desk->db) : "out of memory");
}

static bool run(jf_desk *desk, const char *sql)
{
    return sqlite3_exec(desk->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static int64_t pragma(jf_desk *desk, const char *sql)
{
    sqlite3_stmt *stmt;
    int64_t value = -1;
    if (sqlite3_prepare_v2(desk->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return value;
    if (sqlite3_step(stmt) == SQLITE_ROW)
        value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

/* In one transaction, so that two processes that open it at once make it once. */
static jf_store_result migrate(jf_desk *desk, jf_store_error *error)
{
    char text[96];
    if (!run(desk, "BEGIN IMMEDIATE"))
        return failed(desk, "cannot be written", error);
    int64_t version = pragma(desk, "PRAGMA user_version");
    int64_t id = pragma(desk, "PRAGMA application_id");
    if (version < 0 || version > STEPS || (version > 0 && id != APPLICATION_ID)) {
        run(desk, "ROLLBACK");
        return jf_store_fail(error, "the desk: the file is another program's, or of a newer jifen");
    }
    bool good = true;
    for (int64_t i = version; good && i < STEPS; i++)
        good = run(desk, steps[i]);
    snprintf(text, sizeof text, "PRAGMA application_id=%d; PRAGMA user_version=%d", APPLICATION_ID,
             STEPS);
    if (good && run(desk, text) && run(desk, "COMMIT"))
        return JF_STORE_OK;
    return failed(desk, "its tables could not be made", error);
}

/* "sqlite:PATH" → PATH.desk; a path that SQLite cannot take for a URI. */
static bool path_of(const char *books, char path[4096])
{
    const char *plain = strncmp(books, "sqlite:", 7) ? NULL : books + 7;
    if (!plain || !*plain)
        return false;
    int n = snprintf(path, 4096, "%s%s.desk", plain[0] == '/' ? "" : "./", plain);
    return n > 0 && n < 4096;
}

static jf_store_result open_at(jf_desk *desk, const char *path, jf_store_error *error)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &desk->db, flags, NULL) != SQLITE_OK)
        return failed(desk, path, error);
    sqlite3_busy_timeout(desk->db, BUSY_MS);
    if (!run(desk, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF"))
        return failed(desk, path, error);
    return migrate(desk, error);
}

jf_store_result jf_desk_open(jf_desk **out, const char *books, jf_store_error *error)
{
    char path[4096];
    if (!path_of(books, path))
        return jf_store_fail(error,
                             "\"%.80s\": a desk lies beside books in a file; expected "
                             "\"sqlite:PATH\"",
                             books);
    jf_desk *desk = jf_alloc_zero(1, sizeof *desk);
    int code = pthread_mutex_init(&desk->mutex, NULL);
    JF_ASSERT(code == 0);
    if (open_at(desk, path, error) != JF_STORE_OK) {
        jf_desk_close(desk);
        return JF_STORE_FAILED;
    }
    *out = desk;
    return JF_STORE_OK;
}

void jf_desk_close(jf_desk *desk)
{
    if (!desk)
        return;
    sqlite3_close(desk->db);
    pthread_mutex_destroy(&desk->mutex);
    free(desk);
}

/* --- statements ---------------------------------------------------------------------------- */

sqlite3_stmt *jf_desk_enter(jf_desk *desk, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    pthread_mutex_lock(&desk->mutex);
    if (sqlite3_prepare_v2(desk->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return NULL;
    return stmt;
}

jf_store_result jf_desk_leave(jf_desk *desk, sqlite3_stmt *stmt, jf_store_result result,
                              jf_store_error *error)
{
    if (result == JF_STORE_FAILED)
        failed(desk, "cannot be read or written", error);
    sqlite3_finalize(stmt);
    pthread_mutex_unlock(&desk->mutex);
    return result;
}

jf_store_result jf_desk_run(jf_desk *desk, sqlite3_stmt *stmt, jf_store_error *error)
{
    jf_store_result result = JF_STORE_FAILED;
    if (stmt && sqlite3_step(stmt) == SQLITE_DONE)
        result = sqlite3_changes(desk->db) > 0 ? JF_STORE_OK : JF_STORE_NONE;
    return jf_desk_leave(desk, stmt, result, error);
}

jf_store_result jf_desk_found(jf_desk *desk, sqlite3_stmt *stmt, int code, jf_store_error *error)
{
    jf_store_result none = code == SQLITE_DONE ? JF_STORE_NONE : JF_STORE_FAILED;
    return jf_desk_leave(desk, stmt, code == SQLITE_ROW ? JF_STORE_OK : none, error);
}

jf_store_result jf_desk_rows(jf_desk *desk, sqlite3_stmt *stmt,
                             bool (*row)(void *reading, sqlite3_stmt *stmt), void *reading,
                             jf_store_error *error)
{
    int code = SQLITE_DONE;
    bool more = true;
    while (more && (code = sqlite3_step(stmt)) == SQLITE_ROW)
        more = row(reading, stmt);
    bool good = !more || code == SQLITE_DONE;
    return jf_desk_leave(desk, stmt, good ? JF_STORE_OK : JF_STORE_FAILED, error);
}

jf_store_result jf_desk_rows_below(jf_desk *desk, const char *sql, int64_t before, jf_str whose,
                                   bool (*row)(void *reading, sqlite3_stmt *stmt), void *reading,
                                   jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, sql);
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    sqlite3_bind_int64(stmt, 1, before ? before : INT64_MAX);
    if (whose.n > 0)
        jf_desk_bind(stmt, 2, whose);
    return jf_desk_rows(desk, stmt, row, reading, error);
}

jf_store_result jf_desk_decide(jf_desk *desk, const char *sql, const jf_desk_decision *decision,
                               jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, sql);
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, decision->no);
        jf_desk_bind(stmt, 2, decision->state);
        sqlite3_bind_int64(stmt, 3, decision->decided.us);
        jf_desk_bind(stmt, 4, decision->decider);
    }
    return jf_desk_run(desk, stmt, error);
}

jf_store_result jf_desk_outcome(jf_desk *desk, const char *sql, int64_t no, jf_str outcome,
                                jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, sql);
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, no);
        jf_desk_bind(stmt, 2, outcome);
    }
    return jf_desk_run(desk, stmt, error);
}

void jf_desk_bind(sqlite3_stmt *stmt, int at, jf_str text)
{
    sqlite3_bind_text(stmt, at, text.p ? text.p : "", (int)text.n, SQLITE_TRANSIENT);
}

void jf_desk_bind_hash(sqlite3_stmt *stmt, int at, const jf_hash *hash)
{
    sqlite3_bind_blob(stmt, at, hash->b, sizeof hash->b, SQLITE_TRANSIENT);
}

jf_str jf_desk_text(sqlite3_stmt *stmt, int at)
{
    const char *text = (const char *)sqlite3_column_text(stmt, at);
    return (jf_str){text ? text : "", (uint32_t)sqlite3_column_bytes(stmt, at)};
}

int64_t jf_desk_version(jf_desk *desk)
{
    pthread_mutex_lock(&desk->mutex);
    int64_t version = pragma(desk, "PRAGMA data_version");
    pthread_mutex_unlock(&desk->mutex);
    return version;
}
