/*
 * Keys of machines on the desk (desk.h).
 */
#include <string.h>

#include "store/desk_work.h"

/* no, name, role, scope, hash, created, revoked */
static void key_read(sqlite3_stmt *stmt, jf_desk_key *key)
{
    *key = (jf_desk_key){.no = sqlite3_column_int64(stmt, 0),
                         .name = jf_desk_text(stmt, 1),
                         .role = jf_desk_text(stmt, 2),
                         .scope = jf_desk_text(stmt, 3),
                         .created = {sqlite3_column_int64(stmt, 5)},
                         .revoked = {sqlite3_column_int64(stmt, 6)},
                         .is_revoked = sqlite3_column_type(stmt, 6) != SQLITE_NULL};
    if (sqlite3_column_bytes(stmt, 4) == (int)sizeof key->hash.b)
        memcpy(key->hash.b, sqlite3_column_blob(stmt, 4), sizeof key->hash.b);
}

jf_store_result jf_desk_key_add(jf_desk *desk, jf_desk_key *key, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, "INSERT INTO api_key(name,role,scope,hash,created) "
                                             "VALUES($1,$2,$3,$4,$5)");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, key->name);
    jf_desk_bind(stmt, 2, key->role);
    jf_desk_bind(stmt, 3, key->scope);
    jf_desk_bind_hash(stmt, 4, &key->hash);
    sqlite3_bind_int64(stmt, 5, key->created.us);
    bool good = sqlite3_step(stmt) == SQLITE_DONE;
    key->no = sqlite3_last_insert_rowid(desk->db);
    return jf_desk_leave(desk, stmt, good ? JF_STORE_OK : JF_STORE_FAILED, error);
}

jf_store_result jf_desk_key_find(jf_desk *desk, jf_arena *arena, jf_hash hash, jf_desk_key *out,
                                 jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "SELECT no,name,role,scope,hash,created,revoked FROM api_key "
                            "WHERE hash=$1");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind_hash(stmt, 1, &hash);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) {
        key_read(stmt, out);
        out->name = jf_str_dup(arena, out->name);
        out->role = jf_str_dup(arena, out->role);
        out->scope = jf_str_dup(arena, out->scope);
        return jf_desk_leave(desk, stmt, JF_STORE_OK, error);
    }
    return jf_desk_leave(desk, stmt, code == SQLITE_DONE ? JF_STORE_NONE : JF_STORE_FAILED, error);
}

jf_store_result jf_desk_key_revoke(jf_desk *desk, int64_t no, jf_instant at, jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "UPDATE api_key SET revoked=coalesce(revoked,$2) WHERE no=$1");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    sqlite3_bind_int64(stmt, 1, no);
    sqlite3_bind_int64(stmt, 2, at.us);
    return jf_desk_run(desk, stmt, error);
}

typedef struct keys {
    bool (*fn)(void *context, const jf_desk_key *key);
    void *context;
} keys;

static bool key_row(void *reading, sqlite3_stmt *stmt)
{
    const keys *to = reading;
    jf_desk_key key;
    key_read(stmt, &key);
    return to->fn(to->context, &key);
}

jf_store_result jf_desk_key_scan(jf_desk *desk, bool (*fn)(void *context, const jf_desk_key *key),
                                 void *context, jf_store_error *error)
{
    keys to = {fn, context};
    sqlite3_stmt *stmt = jf_desk_enter(
        desk, "SELECT no,name,role,scope,hash,created,revoked FROM api_key ORDER BY no");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    return jf_desk_rows(desk, stmt, key_row, &to, error);
}
