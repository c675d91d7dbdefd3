/*
 * The trail, and what waits for a second person, on the desk (desk.h).
 */
#include "store/desk_work.h"

/* --- the trail -------------------------------------------------------------------------- */

jf_store_result jf_desk_act_add(jf_desk *desk, const jf_desk_act *act, jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "INSERT INTO act(at,who,act,subject,outcome) VALUES(?1,?2,?3,?4,?5)");
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, act->at.us);
        jf_desk_bind(stmt, 2, act->who);
        jf_desk_bind(stmt, 3, act->act);
        jf_desk_bind(stmt, 4, act->subject);
        jf_desk_bind(stmt, 5, act->outcome);
    }
    return jf_desk_run(desk, stmt, error);
}

typedef struct acts {
    bool (*fn)(void *context, const jf_desk_act *act);
    void *context;
} acts;

static bool act_row(void *reading, sqlite3_stmt *stmt)
{
    const acts *to = reading;
    jf_desk_act act = {sqlite3_column_int64(stmt, 0), {sqlite3_column_int64(stmt, 1)},
                       jf_desk_text(stmt, 2),         jf_desk_text(stmt, 3),
                       jf_desk_text(stmt, 4),         jf_desk_text(stmt, 5)};
    return to->fn(to->context, &act);
}

jf_store_result jf_desk_act_scan(jf_desk *desk, int64_t before,
                                 bool (*fn)(void *context, const jf_desk_act *act), void *context,
                                 jf_store_error *error)
{
    acts to = {fn, context};
    return jf_desk_rows_below(
        desk, "SELECT no,at,who,act,subject,outcome FROM act WHERE no<?1 ORDER BY no DESC", before,
        JF_STR_NONE, act_row, &to, error);
}

/* --- approvals -------------------------------------------------------------------------- */

#define APPROVAL                                                                                   \
    "no,asked,coalesce(decided,0),asker,command,state,coalesce(decider,''),coalesce(outcome,'')"

jf_store_result jf_desk_approval_add(jf_desk *desk, jf_desk_approval *approval,
                                     jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(
        desk, "INSERT INTO approval(asked,asker,command,state) VALUES(?1,?2,?3,'open')");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    sqlite3_bind_int64(stmt, 1, approval->asked.us);
    jf_desk_bind(stmt, 2, approval->asker);
    jf_desk_bind(stmt, 3, approval->command);
    bool good = sqlite3_step(stmt) == SQLITE_DONE;
    approval->no = sqlite3_last_insert_rowid(desk->db);
    return jf_desk_leave(desk, stmt, good ? JF_STORE_OK : JF_STORE_FAILED, error);
}

static jf_desk_approval approval_of(sqlite3_stmt *stmt)
{
    return (jf_desk_approval){.no = sqlite3_column_int64(stmt, 0),
                              .asked = {sqlite3_column_int64(stmt, 1)},
                              .decided = {sqlite3_column_int64(stmt, 2)},
                              .asker = jf_desk_text(stmt, 3),
                              .command = jf_desk_text(stmt, 4),
                              .state = jf_desk_text(stmt, 5),
                              .decider = jf_desk_text(stmt, 6),
                              .outcome = jf_desk_text(stmt, 7)};
}

jf_store_result jf_desk_approval_find(jf_desk *desk, jf_arena *arena, int64_t no,
                                      jf_desk_approval *out, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, "SELECT " APPROVAL " FROM approval WHERE no=?1");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    sqlite3_bind_int64(stmt, 1, no);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) {
        *out = approval_of(stmt);
        out->asker = jf_str_dup(arena, out->asker);
        out->command = jf_str_dup(arena, out->command);
        out->state = jf_str_dup(arena, out->state);
        out->decider = jf_str_dup(arena, out->decider);
        out->outcome = jf_str_dup(arena, out->outcome);
    }
    return jf_desk_found(desk, stmt, code, error);
}

jf_store_result jf_desk_approval_decide(jf_desk *desk, const jf_desk_approval *decided,
                                        jf_store_error *error)
{
    const jf_desk_decision decision = {decided->no, decided->state, decided->decided,
                                       decided->decider};
    return jf_desk_decide(desk,
                          "UPDATE approval SET state=?2,decided=?3,decider=?4"
                          " WHERE no=?1 AND state='open'",
                          &decision, error);
}

jf_store_result jf_desk_approval_outcome(jf_desk *desk, int64_t no, jf_str outcome,
                                         jf_store_error *error)
{
    return jf_desk_outcome(desk, "UPDATE approval SET outcome=?2 WHERE no=?1", no, outcome, error);
}

typedef struct approvals {
    bool (*fn)(void *context, const jf_desk_approval *approval);
    void *context;
} approvals;

static bool approval_row(void *reading, sqlite3_stmt *stmt)
{
    const approvals *to = reading;
    jf_desk_approval approval = approval_of(stmt);
    return to->fn(to->context, &approval);
}

jf_store_result jf_desk_approval_scan(jf_desk *desk, int64_t before,
                                      bool (*fn)(void *context, const jf_desk_approval *approval),
                                      void *context, jf_store_error *error)
{
    approvals to = {fn, context};
    return jf_desk_rows_below(desk,
                              "SELECT " APPROVAL " FROM approval WHERE no<?1 ORDER BY no DESC",
                              before, JF_STR_NONE, approval_row, &to, error);
}
