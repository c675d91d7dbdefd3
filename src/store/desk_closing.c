/*
 * Leaving, on the desk (desk.h).
 */
#include "store/desk_work.h"

/* ?1 the person, ?2 the member, ?3 now, ?4 the roles of members as a JSON array */
static const char *const steps[] = {
    "UPDATE person SET password='',totp=NULL,totp_next=NULL,joining=NULL,failures=0,locked=0,"
    "disabled=1,closed=?3 WHERE no=?1",
    "DELETE FROM session WHERE person=?1",
    "DELETE FROM person_role WHERE person=?1"
    " OR (scope=?2 AND role IN (SELECT value FROM json_each(?4)))",
    "UPDATE api_key SET revoked=coalesce(revoked,?3)"
    " WHERE scope=?2 AND role IN (SELECT value FROM json_each(?4))",
    "DELETE FROM profile WHERE member=?2",
    "UPDATE refund_ask SET reason='' WHERE member=?2", /* in their own words */
    "INSERT OR IGNORE INTO closing(person,member,at) VALUES(?1,?2,?3)",
    "COMMIT",
};

static bool step_run(sqlite3 *db, const char *sql, const jf_desk_leaving *leaving)
{
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return false;
    int most = sqlite3_bind_parameter_count(stmt);
    if (most >= 1)
        sqlite3_bind_int64(stmt, 1, leaving->person);
    if (most >= 2)
        jf_desk_bind(stmt, 2, leaving->member);
    if (most >= 3)
        sqlite3_bind_int64(stmt, 3, leaving->at.us);
    if (most >= 4)
        jf_desk_bind(stmt, 4, leaving->roles);
    bool good = sqlite3_step(stmt) == SQLITE_DONE;
    sqlite3_finalize(stmt);
    return good;
}

jf_store_result jf_desk_person_close(jf_desk *desk, const jf_desk_leaving *leaving,
                                     jf_store_error *error)
{
    sqlite3_stmt *begin = jf_desk_enter(desk, "BEGIN IMMEDIATE");
    bool good = begin && sqlite3_step(begin) == SQLITE_DONE;
    for (size_t i = 0; good && i < sizeof steps / sizeof *steps; i++)
        good = step_run(desk->db, steps[i], leaving);
    if (!good && !sqlite3_get_autocommit(desk->db))
        (void)step_run(desk->db, "ROLLBACK", leaving);
    return jf_desk_leave(desk, begin, good ? JF_STORE_OK : JF_STORE_FAILED, error);
}

jf_store_result jf_desk_member_closed(jf_desk *desk, jf_str member, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, "SELECT 1 FROM closing WHERE member=?1");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, member);
    return jf_desk_found(desk, stmt, sqlite3_step(stmt), error);
}
