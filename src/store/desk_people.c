/*
 * People, their roles and their sessions on the desk (desk.h).
 */
#include <stdio.h>
#include <string.h>

#include "store/desk_work.h"

#define PERSON "no,name,password,totp,totp_used,failures,locked,disabled,totp_next,joining,closed"

/* --- people ----------------------------------------------------------------------------- */

static void secret_bind(sqlite3_stmt *stmt, int at, bool there,
                        const uint8_t secret[JF_TOTP_SECRET_SIZE])
{
    if (there)
        sqlite3_bind_blob(stmt, at, secret, JF_TOTP_SECRET_SIZE, SQLITE_TRANSIENT);
}

static bool secret_read(sqlite3_stmt *stmt, int at, uint8_t secret[JF_TOTP_SECRET_SIZE])
{
    bool there = sqlite3_column_bytes(stmt, at) == JF_TOTP_SECRET_SIZE;
    if (there)
        memcpy(secret, sqlite3_column_blob(stmt, at), JF_TOTP_SECRET_SIZE);
    return there;
}

static void person_bind(sqlite3_stmt *stmt, const jf_desk_person *person)
{
    jf_desk_bind(stmt, 2, jf_str_of(person->password));
    secret_bind(stmt, 3, person->has_totp, person->totp);
    sqlite3_bind_int64(stmt, 4, person->totp_used);
    sqlite3_bind_int64(stmt, 5, person->failures);
    sqlite3_bind_int64(stmt, 6, person->locked.us);
    sqlite3_bind_int(stmt, 7, person->disabled);
    secret_bind(stmt, 8, person->has_totp_next, person->totp_next);
    if (person->joining.n > 0)
        jf_desk_bind(stmt, 9, person->joining);
}

jf_store_result jf_desk_person_add(jf_desk *desk, jf_desk_person *person, jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "INSERT INTO person(name,password,totp,totp_used,failures,locked,"
                            "disabled,totp_next,joining) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9) ON "
                            "CONFLICT(name) DO NOTHING "
                            "RETURNING no");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, person->name);
    person_bind(stmt, person);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) {
        person->no = sqlite3_column_int64(stmt, 0);
        code = sqlite3_step(stmt); /* the row is written when the statement has ended */
        return jf_desk_leave(desk, stmt, code == SQLITE_DONE ? JF_STORE_OK : JF_STORE_FAILED,
                             error);
    }
    return jf_desk_leave(desk, stmt, code == SQLITE_DONE ? JF_STORE_NONE : JF_STORE_FAILED, error);
}

static void person_read(sqlite3_stmt *stmt, jf_arena *arena, jf_desk_person *person)
{
    *person = (jf_desk_person){.no = sqlite3_column_int64(stmt, 0),
                               .name = jf_str_dup(arena, jf_desk_text(stmt, 1)),
                               .totp_used = sqlite3_column_int64(stmt, 4),
                               .failures = sqlite3_column_int64(stmt, 5),
                               .locked = {sqlite3_column_int64(stmt, 6)},
                               .disabled = sqlite3_column_int(stmt, 7) != 0,
                               .joining = jf_str_dup(arena, jf_desk_text(stmt, 9)),
                               .closed = {sqlite3_column_int64(stmt, 10)}};
    jf_str password = jf_desk_text(stmt, 2);
    snprintf(person->password, sizeof person->password, "%.*s", JF_STR_ARG(password));
    person->has_totp = secret_read(stmt, 3, person->totp);
    person->has_totp_next = secret_read(stmt, 8, person->totp_next);
}

jf_store_result jf_desk_person_find(jf_desk *desk, jf_arena *arena, jf_str name,
                                    jf_desk_person *out, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, "SELECT " PERSON " FROM person WHERE name=?1");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, name);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        person_read(stmt, arena, out);
    return jf_desk_found(desk, stmt, code, error);
}

jf_store_result jf_desk_person_put(jf_desk *desk, const jf_desk_person *person,
                                   jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "UPDATE person SET password=?2,totp=?3,totp_used=?4,failures=?5,"
                            "locked=?6,disabled=?7,totp_next=?8,joining=?9 WHERE no=?1");
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, person->no);
        person_bind(stmt, person);
    }
    return jf_desk_run(desk, stmt, error);
}

jf_store_result jf_desk_person_remove(jf_desk *desk, int64_t no, jf_store_error *error)
{
    if (jf_desk_sessions_end(desk, no, NULL, error) == JF_STORE_FAILED)
        return JF_STORE_FAILED;
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "DELETE FROM person WHERE no=?1 AND joining IS NOT NULL AND NOT EXISTS"
                            " (SELECT 1 FROM person_role WHERE person=?1)");
    if (stmt)
        sqlite3_bind_int64(stmt, 1, no);
    return jf_desk_run(desk, stmt, error);
}

/* --- roles -------------------------------------------------------------------------------- */

static jf_store_result role_run(jf_desk *desk, const char *sql, int64_t person, jf_str role,
                                jf_str scope, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, sql);
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, person);
        jf_desk_bind(stmt, 2, role);
        jf_desk_bind(stmt, 3, scope);
    }
    return jf_desk_run(desk, stmt, error);
}

jf_store_result jf_desk_role_grant(jf_desk *desk, int64_t person, jf_str role, jf_str scope,
                                   jf_store_error *error)
{
    return role_run(desk, "INSERT OR IGNORE INTO person_role VALUES(?1,?2,?3)", person, role, scope,
                    error);
}

jf_store_result jf_desk_role_withdraw(jf_desk *desk, int64_t person, jf_str role, jf_str scope,
                                      jf_store_error *error)
{
    return role_run(desk, "DELETE FROM person_role WHERE person=?1 AND role=?2 AND scope=?3",
                    person, role, scope, error);
}

typedef struct roles {
    bool (*fn)(void *context, const jf_desk_role *role);
    void *context;
} roles;

static bool role_row(void *reading, sqlite3_stmt *stmt)
{
    const roles *to = reading;
    jf_desk_role role = {.person = sqlite3_column_int64(stmt, 0),
                         .name = jf_desk_text(stmt, 1),
                         .role = jf_desk_text(stmt, 2),
                         .scope = jf_desk_text(stmt, 3),
                         .disabled = sqlite3_column_int(stmt, 4) != 0,
                         .has_totp = sqlite3_column_int(stmt, 5) != 0,
                         .closed = sqlite3_column_int64(stmt, 6) != 0};
    return to->fn(to->context, &role);
}

jf_store_result jf_desk_role_scan(jf_desk *desk, const jf_desk_whose *whose,
                                  bool (*fn)(void *context, const jf_desk_role *role),
                                  void *context, jf_store_error *error)
{
    roles to = {fn, context};
    sqlite3_stmt *stmt = jf_desk_enter(
        desk, "SELECT no,name,coalesce(role,''),coalesce(scope,''),disabled,totp IS NOT NULL,closed"
              " FROM person LEFT JOIN person_role ON person=no WHERE ?1 IN (0,no) AND no>?2"
              " AND (?3='' OR (role=?3 AND ?4 IN ('',scope))) ORDER BY no,role,scope");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    sqlite3_bind_int64(stmt, 1, whose->person);
    sqlite3_bind_int64(stmt, 2, whose->after);
    jf_desk_bind(stmt, 3, whose->role);
    jf_desk_bind(stmt, 4, whose->scope);
    return jf_desk_rows(desk, stmt, role_row, &to, error);
}

/* --- sessions ----------------------------------------------------------------------------- */

static jf_store_result sessions_sweep(jf_desk *desk, jf_instant now, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, "DELETE FROM session WHERE until<?1");
    if (stmt)
        sqlite3_bind_int64(stmt, 1, now.us);
    jf_store_result result = jf_desk_run(desk, stmt, error);
    return result == JF_STORE_NONE ? JF_STORE_OK : result;
}

jf_store_result jf_desk_session_add(jf_desk *desk, jf_hash hash, int64_t person, jf_instant now,
                                    jf_instant until, jf_store_error *error)
{
    if (sessions_sweep(desk, now, error) != JF_STORE_OK)
        return JF_STORE_FAILED;
    sqlite3_stmt *stmt = jf_desk_enter(desk, "INSERT INTO session VALUES(?1,?2,?3)");
    if (stmt) {
        jf_desk_bind_hash(stmt, 1, &hash);
        sqlite3_bind_int64(stmt, 2, person);
        sqlite3_bind_int64(stmt, 3, until.us);
    }
    return jf_desk_run(desk, stmt, error);
}

jf_store_result jf_desk_session_find(jf_desk *desk, jf_arena *arena, jf_hash hash, jf_instant now,
                                     jf_desk_person *person, jf_instant *until,
                                     jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "SELECT " PERSON ",until FROM session JOIN person ON person=no"
                            " WHERE hash=?1 AND until>?2 AND disabled=0");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind_hash(stmt, 1, &hash);
    sqlite3_bind_int64(stmt, 2, now.us);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) {
        person_read(stmt, arena, person);
        until->us = sqlite3_column_int64(stmt, 11);
    }
    return jf_desk_found(desk, stmt, code, error);
}

jf_store_result jf_desk_session_end(jf_desk *desk, jf_hash hash, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, "DELETE FROM session WHERE hash=?1");
    if (stmt)
        jf_desk_bind_hash(stmt, 1, &hash);
    return jf_desk_run(desk, stmt, error);
}

typedef struct ends {
    bool (*fn)(void *context, jf_instant until);
    void *context;
} ends;

static bool end_row(void *reading, sqlite3_stmt *stmt)
{
    const ends *to = reading;
    return to->fn(to->context, (jf_instant){sqlite3_column_int64(stmt, 0)});
}

jf_store_result jf_desk_session_scan(jf_desk *desk, int64_t person,
                                     bool (*fn)(void *context, jf_instant until), void *context,
                                     jf_store_error *error)
{
    ends to = {fn, context};
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "SELECT until FROM session WHERE person=?1 ORDER BY until");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    sqlite3_bind_int64(stmt, 1, person);
    return jf_desk_rows(desk, stmt, end_row, &to, error);
}

jf_store_result jf_desk_sessions_end(jf_desk *desk, int64_t person, const jf_hash *but,
                                     jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "DELETE FROM session WHERE person=?1 AND hash IS NOT ?2");
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, person);
        if (but)
            jf_desk_bind_hash(stmt, 2, but);
    }
    return jf_desk_run(desk, stmt, error);
}
