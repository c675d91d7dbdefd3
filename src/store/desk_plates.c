/*
 * QR plates and secrets on the desk (desk.h).
 */
#include <string.h>

#include "base/secret.h"
#include "store/desk_work.h"

jf_store_result jf_desk_plate_add(jf_desk *desk, jf_desk_plate *plate, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, "INSERT INTO plate(shop,made,bound) VALUES(?1,?2,?2)");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, plate->shop);
    sqlite3_bind_int64(stmt, 2, plate->made.us);
    bool good = sqlite3_step(stmt) == SQLITE_DONE;
    plate->no = sqlite3_last_insert_rowid(desk->db);
    return jf_desk_leave(desk, stmt, good ? JF_STORE_OK : JF_STORE_FAILED, error);
}

jf_store_result jf_desk_plate_bind(jf_desk *desk, int64_t no, jf_str from, jf_str shop,
                                   jf_instant now, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(
        desk, "UPDATE plate SET shop=?2,bound=?3 WHERE no=?1 AND (shop=?4 OR ?4='')");
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, no);
        jf_desk_bind(stmt, 2, shop);
        sqlite3_bind_int64(stmt, 3, now.us);
        jf_desk_bind(stmt, 4, from);
    }
    return jf_desk_run(desk, stmt, error);
}

static jf_desk_plate plate_of(sqlite3_stmt *stmt)
{
    return (jf_desk_plate){sqlite3_column_int64(stmt, 0),
                           jf_desk_text(stmt, 1),
                           {sqlite3_column_int64(stmt, 2)},
                           {sqlite3_column_int64(stmt, 3)}};
}

jf_store_result jf_desk_plate_find(jf_desk *desk, jf_arena *arena, int64_t no, jf_desk_plate *out,
                                   jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, "SELECT no,shop,made,bound FROM plate WHERE no=?1");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    sqlite3_bind_int64(stmt, 1, no);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) {
        *out = plate_of(stmt);
        out->shop = jf_str_dup(arena, out->shop);
    }
    return jf_desk_found(desk, stmt, code, error);
}

typedef struct plates {
    bool (*fn)(void *context, const jf_desk_plate *plate);
    void *context;
} plates;

static bool plate_row(void *reading, sqlite3_stmt *stmt)
{
    const plates *to = reading;
    jf_desk_plate plate = plate_of(stmt);
    return to->fn(to->context, &plate);
}

jf_store_result jf_desk_plate_scan(jf_desk *desk, jf_str shop,
                                   bool (*fn)(void *context, const jf_desk_plate *plate),
                                   void *context, jf_store_error *error)
{
    plates to = {fn, context};
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "SELECT no,shop,made,bound FROM plate WHERE shop=?1 ORDER BY no");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, shop);
    return jf_desk_rows(desk, stmt, plate_row, &to, error);
}

/* Two that ask for the first time at once must get the same: the first one's. */
jf_store_result jf_desk_secret(jf_desk *desk, const char *name, uint8_t out[32],
                               jf_store_error *error)
{
    uint8_t fresh[32];
    jf_random_bytes(fresh, sizeof fresh);
    sqlite3_stmt *stmt = jf_desk_enter(desk, "INSERT OR IGNORE INTO secret VALUES(?1,?2)");
    if (stmt) {
        jf_desk_bind(stmt, 1, jf_str_of(name));
        sqlite3_bind_blob(stmt, 2, fresh, sizeof fresh, SQLITE_TRANSIENT);
    }
    if (jf_desk_run(desk, stmt, error) == JF_STORE_FAILED)
        return JF_STORE_FAILED;
    stmt = jf_desk_enter(desk, "SELECT value FROM secret WHERE name=?1");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, jf_str_of(name));
    bool good = sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_bytes(stmt, 0) == 32;
    if (good)
        memcpy(out, sqlite3_column_blob(stmt, 0), 32);
    return jf_desk_leave(desk, stmt, good ? JF_STORE_OK : JF_STORE_FAILED, error);
}
