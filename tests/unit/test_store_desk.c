/*
 * The desk's shops: what they say of themselves, its editions, the order of names, and a desk
 * of an earlier version.
 */
#include <sqlite3.h>

#include "app/shop_names.h"
#include "store/desk.h"
#include "store_fixture.h"

static test_folder folder;

static jf_desk *desk_open(const char *name)
{
    jf_desk *desk;
    jf_store_error error;
    char url[400];
    snprintf(url, sizeof url, "sqlite:%s", path_in(&folder, name).text);
    if (jf_desk_open(&desk, url, &error) != JF_STORE_OK) {
        tap_diag("%s", error.message);
        exit(1);
    }
    return desk;
}

static jf_store_result put(jf_desk *desk, const char *shop, const char *name, int64_t edition)
{
    jf_store_error error;
    jf_desk_shop row = {.shop = jf_str_of(shop),
                        .name = jf_str_of(name),
                        .hours = JF_STR("9-21"),
                        .edition = edition};
    return jf_desk_shop_put(desk, &row, &error);
}

/* Names of a scan, one behind the other. */
static bool join(void *context, const jf_desk_shop *shop)
{
    jf_buf *out = context;
    jf_buf_str(out, shop->name);
    jf_buf_char(out, '|');
    return true;
}

static void names_are(const jf_buf *got, const char *expected, const char *sentence)
{
    ok(jf_str_eq(jf_buf_view(got), jf_str_of(expected)), "%s: %.*s", sentence,
       JF_STR_ARG(jf_buf_view(got)));
}

static void test_editions(jf_desk *desk)
{
    jf_arena arena;
    jf_desk_shop row;
    jf_store_error error;
    jf_arena_init(&arena, 0);
    ok(jf_desk_shop_find(desk, &arena, JF_STR("s"), &row, &error) == JF_STORE_NONE,
       "a shop that said nothing has no row");
    ok(put(desk, "s", "南山路店", 0) == JF_STORE_OK, "it says something");
    ok(put(desk, "t", "Nan", 0) == JF_STORE_OK, "another too");
    ok(put(desk, "s", "else", 0) == JF_STORE_NONE, "who thought there was nothing is refused");
    ok(jf_desk_shop_find(desk, &arena, JF_STR("s"), &row, &error) == JF_STORE_OK &&
           row.edition == 1 && jf_str_eq(row.name, JF_STR("南山路店")) && row.phone.n == 0 &&
           jf_str_eq(row.hours, JF_STR("9-21")),
       "what was said first stands");
    ok(put(desk, "s", "南山路总店", 1) == JF_STORE_OK, "who knows its edition changes it");
    ok(put(desk, "s", "else", 1) == JF_STORE_NONE, "once");
    ok(jf_desk_shop_find(desk, &arena, JF_STR("s"), &row, &error) == JF_STORE_OK &&
           row.edition == 3,
       "an edition is of all shops");
    jf_arena_free(&arena);
}

static void test_scans(jf_desk *desk)
{
    jf_buf out;
    jf_store_error error;
    jf_buf_init(&out, NULL);
    put(desk, "a", "nanning", 0);
    put(desk, "b", "NAN", 0);
    put(desk, "c", "南", 0);
    put(desk, "d", "na", 0);
    put(desk, "e", "nan_%", 0);
    jf_desk_shop_scan(desk, 2, join, &out, &error);
    names_are(&out, "南山路总店|nanning|NAN|南|na|nan_%|", "those behind an edition");
    jf_buf_clear(&out);
    jf_desk_shop_named(desk, JF_STR("nan"), JF_STR_NONE, join, &out, &error);
    names_are(&out, "NAN|Nan|nan_%|nanning|", "those that begin so, whatever their capitals");
    jf_buf_clear(&out);
    jf_desk_shop_named(desk, JF_STR("nan"), JF_STR("t"), join, &out, &error);
    names_are(&out, "nan_%|nanning|", "behind one of them");
    jf_buf_clear(&out);
    jf_desk_shop_named(desk, JF_STR("南"), JF_STR_NONE, join, &out, &error);
    names_are(&out, "南|南山路总店|", "Chinese ones");
    jf_buf_clear(&out);
    jf_desk_shop_named(desk, JF_STR("nan_"), JF_STR_NONE, join, &out, &error);
    names_are(&out, "nan_%|", "what means something elsewhere is only text here");
    jf_buf_free(&out);
}

/* Two processes: what one writes, the other's memory learns within a second. */
static void test_memory(jf_desk *desk)
{
    jf_shop_names names;
    jf_desk *other = desk_open("books.db");
    jf_shop_names_init(&names, desk);
    jf_instant now = {1000000};
    ok(jf_str_eq(jf_shop_names_find(&names, JF_STR("s"), now), JF_STR("南山路总店")),
       "a name is found");
    ok(jf_shop_names_find(&names, JF_STR("none"), now).n == 0, "and one that is not there is not");
    put(other, "s", "renamed elsewhere", 3);
    now.us += 999999;
    ok(jf_str_eq(jf_shop_names_find(&names, JF_STR("s"), now), JF_STR("南山路总店")),
       "what another process wrote is not looked for all the time");
    now.us += 1;
    ok(jf_str_eq(jf_shop_names_find(&names, JF_STR("s"), now), JF_STR("renamed elsewhere")),
       "but after a second");
    put(desk, "new", "mine", 0);
    jf_shop_names_changed(&names);
    ok(jf_str_eq(jf_shop_names_find(&names, JF_STR("new"), now), JF_STR("mine")),
       "what this one wrote is known at once");
    jf_shop_names_free(&names);
    jf_desk_close(other);
}

/* The last two steps undone are what the version before shops had names left. */
static void test_earlier(void)
{
    sqlite3 *db;
    char path[400];
    jf_desk_close(desk_open("old.db"));
    snprintf(path, sizeof path, "%s.desk", path_in(&folder, "old.db").text);
    JF_ASSERT(sqlite3_open(path, &db) == SQLITE_OK);
    JF_ASSERT(sqlite3_exec(db,
                           "ALTER TABLE refund_ask DROP COLUMN late;"
                           "DROP TABLE shop_profile; PRAGMA user_version=9;"
                           "INSERT INTO plate(shop,made,bound) VALUES('s',1,1)",
                           NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(db);
    jf_desk *desk = desk_open("old.db");
    ok(put(desk, "s", "Café", 0) == JF_STORE_OK, "a desk of an earlier version can be used");
    jf_desk_plate plate;
    jf_arena arena;
    jf_store_error error;
    jf_arena_init(&arena, 0);
    ok(jf_desk_plate_find(desk, &arena, 1, &plate, &error) == JF_STORE_OK,
       "and what was on it still is");
    jf_arena_free(&arena);
    jf_desk_close(desk);
}

int main(void)
{
    folder = folder_make();
    jf_desk *desk = desk_open("books.db");
    test_editions(desk);
    test_scans(desk);
    test_memory(desk);
    jf_desk_close(desk);
    test_earlier();
    folder_remove(&folder);
    return tap_plan_done();
}
