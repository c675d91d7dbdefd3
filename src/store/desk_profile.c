/*
 * What members say of themselves on the desk (desk.h).
 */
#include "store/desk_work.h"

jf_store_result jf_desk_profile_find(jf_desk *desk, jf_arena *arena, jf_str member,
                                     jf_desk_profile *out, jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "SELECT phone,personal,language FROM profile WHERE member=?1");
    *out = (jf_desk_profile){.personal = true};
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, member);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        *out = (jf_desk_profile){.phone = jf_str_dup(arena, jf_desk_text(stmt, 0)),
                                 .personal = sqlite3_column_int(stmt, 1) != 0,
                                 .language = jf_str_dup(arena, jf_desk_text(stmt, 2))};
    bool good = code == SQLITE_ROW || code == SQLITE_DONE;
    return jf_desk_leave(desk, stmt, good ? JF_STORE_OK : JF_STORE_FAILED, error);
}

jf_store_result jf_desk_phone_put(jf_desk *desk, jf_str member, jf_str phone, jf_store_error *error)
{
    sqlite3_stmt *stmt =
        jf_desk_enter(desk, "INSERT INTO profile(member,phone) VALUES(?1,?2)"
                            " ON CONFLICT(member) DO UPDATE SET phone=excluded.phone");
    if (stmt) {
        jf_desk_bind(stmt, 1, member);
        jf_desk_bind(stmt, 2, phone);
    }
    return jf_desk_run(desk, stmt, error);
}

jf_store_result jf_desk_preferences_put(jf_desk *desk, jf_str member,
                                        const jf_desk_profile *profile, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(
        desk, "INSERT INTO profile(member,personal,language) VALUES(?1,?2,?3) ON CONFLICT(member)"
              " DO UPDATE SET personal=excluded.personal,language=excluded.language");
    if (stmt) {
        jf_desk_bind(stmt, 1, member);
        sqlite3_bind_int(stmt, 2, profile->personal);
        jf_desk_bind(stmt, 3, profile->language);
    }
    return jf_desk_run(desk, stmt, error);
}
