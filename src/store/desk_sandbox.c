/*
 * What the pretended channel knows: its charges and refunds (desk.h).
 */
#include "store/desk_work.h"

jf_store_result jf_desk_charge_open(jf_desk *desk, jf_str id, int64_t amount, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(
        desk, "INSERT INTO sandbox_charge VALUES(?1,?2,0,0,0) ON CONFLICT DO NOTHING");
    if (stmt) {
        jf_desk_bind(stmt, 1, id);
        sqlite3_bind_int64(stmt, 2, amount);
    }
    return jf_desk_run(desk, stmt, error);
}

jf_store_result jf_desk_charge_find(jf_desk *desk, jf_str id, jf_desk_charge *out,
                                    jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, "SELECT amount,state FROM sandbox_charge WHERE id=?1");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, id);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        *out = (jf_desk_charge){sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1)};
    return jf_desk_found(desk, stmt, code, error);
}

jf_store_result jf_desk_charge_move(jf_desk *desk, jf_str id, const jf_charge_move *move,
                                    jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, "UPDATE sandbox_charge SET state=?3,paid=?4,lie=?5"
                                             " WHERE id=?1 AND (1<<state & ?2)<>0");
    if (stmt) {
        jf_desk_bind(stmt, 1, id);
        sqlite3_bind_int64(stmt, 2, move->from);
        sqlite3_bind_int64(stmt, 3, move->to);
        sqlite3_bind_int64(stmt, 4, move->paid.us);
        sqlite3_bind_int64(stmt, 5, move->lie);
    }
    return jf_desk_run(desk, stmt, error);
}

static jf_store_result refund_known(jf_desk *desk, jf_str id, jf_str refund, jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "SELECT 1 FROM sandbox_refund WHERE charge=?1 AND id=?2");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, id);
    jf_desk_bind(stmt, 2, refund);
    int code = sqlite3_step(stmt);
    return jf_desk_found(desk, stmt, code, error);
}

/* The insertion is refused by its own condition, and what is refunded is the sum of the rows. */
jf_store_result jf_desk_charge_refund(jf_desk *desk, jf_str id, jf_str refund, int64_t amount,
                                      jf_instant now, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(
        desk, "INSERT INTO sandbox_refund SELECT ?2,id,?3,?4 FROM sandbox_charge WHERE id=?1"
              " AND state=1 AND ?3<=amount-(SELECT coalesce(sum(amount),0) FROM sandbox_refund"
              " WHERE charge=?1) ON CONFLICT DO NOTHING");
    if (stmt) {
        jf_desk_bind(stmt, 1, id);
        jf_desk_bind(stmt, 2, refund);
        sqlite3_bind_int64(stmt, 3, amount);
        sqlite3_bind_int64(stmt, 4, now.us);
    }
    jf_store_result result = jf_desk_run(desk, stmt, error);
    return result == JF_STORE_NONE ? refund_known(desk, id, refund, error) : result;
}

_Static_assert(JF_LIE_UNBILLED == 1 && JF_LIE_MISBILLED == 2 && JF_LIE_STRAY == 3,
               "the query below says so");

jf_store_result jf_desk_bill_scan(jf_desk *desk, jf_instant from, jf_instant to,
                                  bool (*fn)(void *context, const jf_desk_money *row),
                                  void *context, jf_store_error *error)
{
    static const char sql[] =
        "SELECT id,'',amount+(lie=2),paid FROM sandbox_charge"
        " WHERE paid>=?1 AND paid<?2 AND lie<>1"
        " UNION ALL SELECT id||':stray','',amount,paid FROM sandbox_charge"
        " WHERE paid>=?1 AND paid<?2 AND lie=3"
        " UNION ALL SELECT charge,id,amount,at FROM sandbox_refund WHERE at>=?1 AND at<?2"
        " ORDER BY 4,1,2";
    return jf_desk_money_rows(desk, sql, from, to, fn, context, error);
}
