/*
 * Charges on the desk (desk.h). They stay: a payment names the charge that it pays.
 */
#include "store/desk_work.h"

jf_store_result jf_desk_shop_charge_add(jf_desk *desk, jf_desk_shop_charge *charge,
                                        jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "INSERT INTO charge(shop,amount,until) VALUES(?1,?2,?3)");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, charge->shop);
    sqlite3_bind_int64(stmt, 2, charge->amount);
    sqlite3_bind_int64(stmt, 3, charge->until.us);
    bool good = sqlite3_step(stmt) == SQLITE_DONE;
    charge->no = sqlite3_last_insert_rowid(desk->db);
    return jf_desk_leave(desk, stmt, good ? JF_STORE_OK : JF_STORE_FAILED, error);
}

jf_store_result jf_desk_shop_charge_find(jf_desk *desk, jf_arena *arena, int64_t no,
                                         jf_desk_shop_charge *out, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, "SELECT no,shop,amount,until FROM charge WHERE no=?1");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    sqlite3_bind_int64(stmt, 1, no);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        *out = (jf_desk_shop_charge){.no = sqlite3_column_int64(stmt, 0),
                                     .shop = jf_str_dup(arena, jf_desk_text(stmt, 1)),
                                     .amount = sqlite3_column_int64(stmt, 2),
                                     .until = {sqlite3_column_int64(stmt, 3)}};
    return jf_desk_found(desk, stmt, code, error);
}
