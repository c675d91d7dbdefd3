/*
 * What shops say of themselves on the desk (desk.h).
 */
#include "store/desk_work.h"

#define COLUMNS "shop,name,address,phone,hours,edition"

static jf_desk_shop shop_of(sqlite3_stmt *stmt)
{
    return (jf_desk_shop){.shop = jf_desk_text(stmt, 0),
                          .name = jf_desk_text(stmt, 1),
                          .address = jf_desk_text(stmt, 2),
                          .phone = jf_desk_text(stmt, 3),
                          .hours = jf_desk_text(stmt, 4),
                          .edition = sqlite3_column_int64(stmt, 5)};
}

jf_store_result jf_desk_shop_find(jf_desk *desk, jf_arena *arena, jf_str shop, jf_desk_shop *out,
                                  jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(desk, "SELECT " COLUMNS " FROM shop_profile WHERE shop=?1");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, shop);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) {
        *out = shop_of(stmt);
        jf_str *texts[] = {&out->shop, &out->name, &out->address, &out->phone, &out->hours};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            *texts[i] = jf_str_dup(arena, *texts[i]);
    }
    return jf_desk_found(desk, stmt, code, error);
}

jf_store_result jf_desk_shop_put(jf_desk *desk, const jf_desk_shop *shop, jf_store_error *error)
{
    sqlite3_stmt *stmt = jf_desk_enter(
        desk, "INSERT INTO shop_profile(" COLUMNS ") VALUES(?1,?2,?3,?4,?5,"
              " (SELECT coalesce(max(edition),0)+1 FROM shop_profile))"
              " ON CONFLICT(shop) DO UPDATE SET name=excluded.name,address=excluded.address,"
              " phone=excluded.phone,hours=excluded.hours,edition=excluded.edition"
              " WHERE shop_profile.edition=?6");
    if (stmt) {
        jf_desk_bind(stmt, 1, shop->shop);
        jf_desk_bind(stmt, 2, shop->name);
        jf_desk_bind(stmt, 3, shop->address);
        jf_desk_bind(stmt, 4, shop->phone);
        jf_desk_bind(stmt, 5, shop->hours);
        sqlite3_bind_int64(stmt, 6, shop->edition);
    }
    return jf_desk_run(desk, stmt, error);
}

typedef struct shops {
    bool (*fn)(void *context, const jf_desk_shop *shop);
    void *context;
} shops;

static bool shop_row(void *reading, sqlite3_stmt *stmt)
{
    const shops *to = reading;
    jf_desk_shop shop = shop_of(stmt);
    return to->fn(to->context, &shop);
}

jf_store_result jf_desk_shop_scan(jf_desk *desk, int64_t edition,
                                  bool (*fn)(void *context, const jf_desk_shop *shop),
                                  void *context, jf_store_error *error)
{
    shops to = {fn, context};
    sqlite3_stmt *stmt = jf_desk_enter(
        desk, "SELECT " COLUMNS " FROM shop_profile WHERE edition>?1 ORDER BY edition");
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    sqlite3_bind_int64(stmt, 1, edition);
    return jf_desk_rows(desk, stmt, shop_row, &to, error);
}

/*
 * From the text itself, or the name of `after`, up to the text with the last of all characters
 * behind it. The first condition says nothing new but to the index.
 */
#define NAMED                                                                                      \
    "WITH least(name) AS (SELECT coalesce((SELECT name FROM shop_profile WHERE shop=?2),?1))"      \
    " SELECT " COLUMNS " FROM shop_profile"                                                        \
    " WHERE name COLLATE NOCASE>=(SELECT name FROM least)"                                         \
    " AND name COLLATE NOCASE<?1||char(1114111)"                                                   \
    " AND (name COLLATE NOCASE,shop)>((SELECT name FROM least),?2)"                                \
    " ORDER BY name COLLATE NOCASE,shop"

jf_store_result jf_desk_shop_named(jf_desk *desk, jf_str begins, jf_str after,
                                   bool (*fn)(void *context, const jf_desk_shop *shop),
                                   void *context, jf_store_error *error)
{
    shops to = {fn, context};
    sqlite3_stmt *stmt = jf_desk_enter(desk, NAMED);
    if (!stmt)
        return jf_desk_leave(desk, stmt, JF_STORE_FAILED, error);
    jf_desk_bind(stmt, 1, begins);
    jf_desk_bind(stmt, 2, after);
    return jf_desk_rows(desk, stmt, shop_row, &to, error);
}
