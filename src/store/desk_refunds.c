/*
 * What members ask back (desk.h). An ask is decided once; when the rules then
 * refuse the refund, it is open again.
 */
#include "store/desk_work.h"

#define COLUMNS                                                                                    \
    "SELECT no,id,member,shop,paid,amount,reason,state,asked,decided,decider,outcome,late FROM "   \
    "refund_ask "

/* Texts are valid until the statement goes on. */
static jf_desk_ask ask_view(sqlite3_stmt *stmt)
{
    return (jf_desk_ask){.no = sqlite3_column_int64(stmt, 0),
                         .id = jf_desk_text(stmt, 1),
                         .member = jf_desk_text(stmt, 2),
                         .shop = jf_desk_text(stmt, 3),
                         .order = jf_desk_text(stmt, 4),
                         .amount = sqlite3_column_int64(stmt, 5),
                         .reason = jf_desk_text(stmt, 6),
                         .state = jf_desk_text(stmt, 7),
                         .asked = {sqlite3_column_int64(stmt, 8)},
                         .decided = {sqlite3_column_int64(stmt, 9)},
                         .decider = jf_desk_text(stmt, 10),
                         .outcome = jf_desk_text(stmt, 11),
                         .late = sqlite3_column_int(stmt, 12) != 0};
}

static jf_store_result ask_found(jf_desk *desk, sqlite3_stmt *stmt, jf_arena *arena,
                                 jf_desk_ask *out, jf_store_error *error)
{
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) {
        *out = ask_view(stmt);
        jf_str *const texts[] = {&out->id,     &out->member, &out->shop,    &out->order,
                                 &out->reason, &out->state,  &out->decider, &out->outcome};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            *texts[i] = jf_str_dup(arena, *texts[i]);
    }
    return jf_desk_found(desk, stmt, code, error);
}

jf_store_result jf_desk_ask_find(jf_desk *desk, jf_arena *arena, int64_t no, jf_desk_ask *out,
                                 jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, COLUMNS "WHERE no=?1");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    sqlite3_bind_int64(stmt, 1, no);
    return ask_found(desk, stmt, arena, out, error);
}

static jf_store_result ask_insert(jf_desk *desk, const jf_desk_ask *ask, jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "INSERT INTO refund_ask(id,member,shop,paid,amount,reason,state,asked)"
                            " VALUES(?1,?2,?3,?4,?5,?6,'open',?7) ON CONFLICT DO NOTHING");
    if (stmt) {
        jf_desk_bind(stmt, 1, ask->id);
        jf_desk_bind(stmt, 2, ask->member);
        jf_desk_bind(stmt, 3, ask->shop);
        jf_desk_bind(stmt, 4, ask->order);
        sqlite3_bind_int64(stmt, 5, ask->amount);
        jf_desk_bind(stmt, 6, ask->reason);
        sqlite3_bind_int64(stmt, 7, ask->asked.us);
    }
    return jf_desk_run(desk, stmt, error);
}

jf_store_result jf_desk_ask_add(jf_desk *desk, jf_arena *arena, jf_desk_ask *ask,
                                jf_store_error *error)
{
    const jf_str member = ask->member, id = ask->id;
    jf_store_result added = ask_insert(desk, ask, error);
    if (added == JF_STORE_FAILED)
        return added;
    sqlite3_stmt *stmt = jf_desk_enter(desk, COLUMNS "WHERE member=?1 AND id=?2");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, member);
    jf_desk_bind(stmt, 2, id);
    return ask_found(desk, stmt, arena, ask, error) == JF_STORE_OK ? added : JF_STORE_FAILED;
}

#define DECIDED(LATE)                                                                              \
    "UPDATE refund_ask SET state=?2,decided=?3,decider=?4,outcome=NULL,late=" LATE                 \
    " WHERE no=?1 AND state='open'"

jf_store_result jf_desk_ask_decide(jf_desk *desk, const jf_desk_ask *decided, jf_store_error *error)
{
    const jf_desk_decision decision = {decided->no, decided->state, decided->decided,
                                       decided->decider};
    return jf_desk_decide(desk, decided->late ? DECIDED("1") : DECIDED("0"), &decision, error);
}

jf_store_result jf_desk_ask_outcome(jf_desk *desk, int64_t no, jf_str outcome,
                                    jf_store_error *error)
{
    return jf_desk_outcome(desk,
                           "UPDATE refund_ask SET outcome=?2,state=iif(?2='ok',state,'open')"
                           " WHERE no=?1 AND state='approved'",
                           no, outcome, error);
}

typedef struct asks {
    bool (*fn)(void *context, const jf_desk_ask *ask);
    void *context;
} asks;

static bool ask_row(void *reading, sqlite3_stmt *stmt)
{
    const asks *to = reading;
    jf_desk_ask ask = ask_view(stmt);
    return to->fn(to->context, &ask);
}

jf_store_result jf_desk_ask_scan(jf_desk *desk, jf_str member, jf_str shop, int64_t before,
                                 bool (*fn)(void *context, const jf_desk_ask *ask), void *context,
                                 jf_store_error *error)
{
    asks to = {fn, context};
    const char *sql = member.n > 0 ? COLUMNS "WHERE no<?1 AND member=?2 ORDER BY no DESC"
                      : shop.n > 0 ? COLUMNS "WHERE no<?1 AND shop=?2 ORDER BY no DESC"
                                   : COLUMNS "WHERE no<?1 ORDER BY no DESC";
    return jf_desk_rows_below(desk, sql, before, member.n > 0 ? member : shop, ask_row, &to, error);
}
