/*
 * The desk's file and its keys (desk.h).
 */
#include "store/desk.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "store/rows.h"

#define APPLICATION_ID 1784958820 /* "jfdk" */
#define BUSY_MS 5000

struct jf_desk {
    sqlite3 *db;
    pthread_mutex_t mutex;
};

/* The tables of version 1; a later version adds its own text behind. */
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
};

#define STEPS ((int)(sizeof steps / sizeof *steps))

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

/* The mutex is held from here to leave(). NULL when the statement cannot be made. */
static sqlite3_stmt *enter(jf_desk *desk, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    pthread_mutex_lock(&desk->mutex);
    if (sqlite3_prepare_v2(desk->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return NULL;
    return stmt;
}

static jf_store_result leave(jf_desk *desk, sqlite3_stmt *stmt, jf_store_result result,
                             jf_store_error *error)
{
    if (result == JF_STORE_FAILED)
        failed(desk, "cannot be read or written", error);
    sqlite3_finalize(stmt);
    pthread_mutex_unlock(&desk->mutex);
    return result;
}

static void bind_text(sqlite3_stmt *stmt, int at, jf_str text)
{
    sqlite3_bind_text(stmt, at, text.p ? text.p : "", (int)text.n, SQLITE_TRANSIENT);
}

static jf_str column_text(sqlite3_stmt *stmt, int at)
{
    const char *text = (const char *)sqlite3_column_text(stmt, at);
    return (jf_str){text ? text : "", (uint32_t)sqlite3_column_bytes(stmt, at)};
}

/* no, name, role, scope, hash, created, revoked */
static void key_read(sqlite3_stmt *stmt, jf_desk_key *key)
{
    *key = (jf_desk_key){.no = sqlite3_column_int64(stmt, 0),
                         .name = column_text(stmt, 1),
                         .role = column_text(stmt, 2),
                         .scope = column_text(stmt, 3),
                         .created = {sqlite3_column_int64(stmt, 5)},
                         .revoked = {sqlite3_column_int64(stmt, 6)},
                         .is_revoked = sqlite3_column_type(stmt, 6) != SQLITE_NULL};
    if (sqlite3_column_bytes(stmt, 4) == (int)sizeof key->hash.b)
        memcpy(key->hash.b, sqlite3_column_blob(stmt, 4), sizeof key->hash.b);
}

jf_store_result jf_desk_key_add(jf_desk *desk, jf_desk_key *key, jf_store_error *error)
{
    sqlite3_stmt *stmt = enter(desk, "INSERT INTO api_key(name,role,scope,hash,created) "
                                     "VALUES($1,$2,$3,$4,$5)");
    if (!stmt)
        return leave(desk, stmt, JF_STORE_FAILED, error);
    bind_text(stmt, 1, key->name);
    bind_text(stmt, 2, key->role);
    bind_text(stmt, 3, key->scope);
    sqlite3_bind_blob(stmt, 4, key->hash.b, sizeof key->hash.b, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 5, key->created.us);
    bool good = sqlite3_step(stmt) == SQLITE_DONE;
    key->no = sqlite3_last_insert_rowid(desk->db);
    return leave(desk, stmt, good ? JF_STORE_OK : JF_STORE_FAILED, error);
}

jf_store_result jf_desk_key_find(jf_desk *desk, jf_arena *arena, jf_hash hash, jf_desk_key *out,
                                 jf_store_error *error)
{
    sqlite3_stmt *stmt = enter(desk, "SELECT no,name,role,scope,hash,created,revoked FROM api_key "
                                     "WHERE hash=$1");
    if (!stmt)
        return leave(desk, stmt, JF_STORE_FAILED, error);
    sqlite3_bind_blob(stmt, 1, hash.b, sizeof hash.b, SQLITE_STATIC);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) {
        key_read(stmt, out);
        out->name = jf_str_dup(arena, out->name);
        out->role = jf_str_dup(arena, out->role);
        out->scope = jf_str_dup(arena, out->scope);
        return leave(desk, stmt, JF_STORE_OK, error);
    }
    return leave(desk, stmt, code == SQLITE_DONE ? JF_STORE_NONE : JF_STORE_FAILED, error);
}

jf_store_result jf_desk_key_revoke(jf_desk *desk, int64_t no, jf_instant at, jf_store_error *error)
{
    sqlite3_stmt *stmt = enter(desk, "UPDATE api_key SET revoked=coalesce(revoked,$2) WHERE no=$1");
    if (!stmt)
        return leave(desk, stmt, JF_STORE_FAILED, error);
    sqlite3_bind_int64(stmt, 1, no);
    sqlite3_bind_int64(stmt, 2, at.us);
    jf_store_result result = sqlite3_step(stmt) == SQLITE_DONE ? JF_STORE_OK : JF_STORE_FAILED;
    if (result == JF_STORE_OK && sqlite3_changes(desk->db) == 0)
        result = JF_STORE_NONE;
    return leave(desk, stmt, result, error);
}

jf_store_result jf_desk_key_scan(jf_desk *desk, bool (*fn)(void *context, const jf_desk_key *key),
                                 void *context, jf_store_error *error)
{
    sqlite3_stmt *stmt =
        enter(desk, "SELECT no,name,role,scope,hash,created,revoked FROM api_key ORDER BY no");
    if (!stmt)
        return leave(desk, stmt, JF_STORE_FAILED, error);
    int code;
    bool more = true;
    while (more && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        jf_desk_key key;
        key_read(stmt, &key);
        more = fn(context, &key);
    }
    bool good = !more || code == SQLITE_DONE;
    return leave(desk, stmt, good ? JF_STORE_OK : JF_STORE_FAILED, error);
}

int64_t jf_desk_version(jf_desk *desk)
{
    pthread_mutex_lock(&desk->mutex);
    int64_t version = pragma(desk, "PRAGMA data_version");
    pthread_mutex_unlock(&desk->mutex);
    return version;
}
