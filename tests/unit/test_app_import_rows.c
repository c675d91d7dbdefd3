/*
 * Tests of the rows of an import and of the commands made of them
 * (app/import_rows.h, app/import_plan.h): their order, who is who, which shop,
 * who referred whom, and at which instant.
 */
#include <stdio.h>
#include <string.h>

#include "app/import_plan.h"
#include "tap.h"

/* Nothing but what a test changes: four shops, everyone buys in turn. */
static const char mapping[] =
    "{\"name\": \"t\", \"columns\": {\"customer\": \"c\", \"date\": \"d\", \"amount\": \"a\"},"
    " \"ids\": {\"member\": \"m\", \"shop\": \"s\"}, \"time\": \"23:59:58\", \"refer_every\": 1,"
    " \"shops\": {\"count\": 4, \"by_customer\": 1, \"by_purchase\": 2, \"regions\": [\"330106\"],"
    " \"rebate\": \"0.1\"}}";

typedef struct book {
    jf_arena arena;
    jf_import_map map;
    jf_import_rows rows;
    jf_zone zone;
    jf_buf text;   /* what the plan sent */
    uint32_t left; /* commands that are taken before the plan is ended */
} book;

static void book_init(book *b)
{
    jf_import_map_error error;
    memset(b, 0, sizeof *b);
    jf_arena_init(&b->arena, 0);
    ok(jf_import_map_read(&b->arena, jf_str_of(mapping), &b->map, &error), "the mapping is read");
    ok(jf_zone_load(&b->arena, JF_STR("Asia/Shanghai"), &b->zone), "the time zone is known");
    jf_import_rows_init(&b->rows, &b->map, 100, NULL, NULL);
    jf_buf_init(&b->text, NULL);
    b->left = UINT32_MAX;
}

static void book_free(book *b)
{
    jf_import_rows_free(&b->rows);
    jf_buf_free(&b->text);
    jf_arena_free(&b->arena);
}

static void add(book *b, const char *customer, const char *day, int64_t amount)
{
    jf_day parsed;
    bool fine = jf_day_parse(jf_str_of(day), &parsed);
    ok(fine && jf_import_rows_add(&b->rows, jf_str_of(customer), parsed, amount), "%s buys on %s",
       customer, day);
}

/* What a command says, in short: "m7<m6" a member and who referred them, "m7>s1" an order. */
static bool note(void *context, const jf_command *command, jf_import_what what,
                 const jf_import_row *row)
{
    book *b = context;
    char line[200] = "";
    (void)row;
    if (command->kind == JF_CMD_MEMBER_CREATE && what == JF_IMPORT_MEMBER)
        snprintf(line, sizeof line, "%.*s<%.*s ", JF_STR_ARG(command->u.member_create.id),
                 JF_STR_ARG(command->u.member_create.referrer));
    else if (command->kind == JF_CMD_ORDER_PAY)
        snprintf(line, sizeof line, "%.*s>%.*s ", JF_STR_ARG(command->u.order_pay.member),
                 JF_STR_ARG(command->u.order_pay.shop));
    else if (command->kind == JF_CMD_DAY_CLOSE)
        snprintf(line, sizeof line, "close ");
    jf_buf_c(&b->text, line);
    return --b->left > 0;
}

static void run_plan(book *b, bool close_last)
{
    jf_import_plan plan;
    jf_import_rows_sort(&b->rows);
    jf_import_plan_init(&plan, &b->rows, &b->zone, NULL, note, b);
    ok(jf_import_plan_setup(&plan) && jf_import_plan_rows(&plan), "the plan runs through");
    if (close_last)
        jf_import_plan_close_last(&plan);
    jf_import_plan_free(&plan);
}

static void test_order(void)
{
    book b;
    book_init(&b);
    add(&b, "2", "2024-01-02", 300);
    add(&b, "9", "2024-01-01", 100);
    add(&b, "2", "2024-01-01", 200);
    add(&b, "2", "2024-01-05", 400);
    run_plan(&b, true);
    is_bytes(b.text.p, b.text.n, "m9< m9>s1 m2< m2>s2 close m2>s0 close m2>s2 close ",
             "rows go by day, then by their place in the file; k counts each customer's");
    is_int(b.rows.list[0].number, 2, "a row keeps its number in the file");
    book_free(&b);
}

static void test_referrers(void)
{
    book b;
    book_init(&b);
    add(&b, "13", "2024-01-01", 100);
    add(&b, "11", "2024-01-03", 100);
    add(&b, "12", "2024-01-02", 100);
    add(&b, "7", "2024-01-01", 100);
    run_plan(&b, false);
    is_bytes(b.text.p, b.text.n, "m11< m12<m11 m13<m12 m13>s1 m7< m7>s3 close m12>s0 close m11>s3 ",
             "who referred a customer is a member before, the whole line of them");
    book_free(&b);
}

static void test_names(void)
{
    book b;
    book_init(&b);
    add(&b, "zoe", "2024-01-02", 100);
    add(&b, "7", "2024-01-01", 100);
    add(&b, "amy", "2024-01-03", 100);
    run_plan(&b, false);
    is_bytes(b.text.p, b.text.n, "m7< m7>s1 close mzoe<m7 mzoe>s2 close mamy<mzoe mamy>s3 ",
             "where not every customer is a number, c is the place among first purchases");
    book_free(&b);
}

static void test_end(void)
{
    book b;
    book_init(&b);
    add(&b, "1", "2024-01-01", 100);
    jf_import_rows_sort(&b.rows);
    jf_import_plan plan;
    b.left = 3;
    jf_import_plan_init(&plan, &b.rows, &b.zone, NULL, note, &b);
    ok(!jf_import_plan_setup(&plan), "who takes no more commands gets no more");
    is_int(b.left, 0, "not one");
    jf_import_plan_free(&plan);
    book_free(&b);
}

/* The instants of orders, as the canonical text writes them. */
static bool note_instant(void *context, const jf_command *command, jf_import_what what,
                         const jf_import_row *row)
{
    book *b = context;
    (void)row;
    if (what == JF_IMPORT_ORDER)
        jf_instant_print(&b->text, command->u.order_pay.at);
    return true;
}

static void test_instants(void)
{
    book b;
    book_init(&b);
    for (int i = 0; i < 4; i++)
        add(&b, "5", "2024-01-01", 100);
    jf_import_rows_sort(&b.rows);
    jf_import_plan plan;
    jf_import_plan_init(&plan, &b.rows, &b.zone, NULL, note_instant, &b);
    jf_import_plan_rows(&plan);
    is_bytes(b.text.p, b.text.n,
             "2024-01-01T15:59:58Z2024-01-01T15:59:59Z2024-01-01T15:59:59Z2024-01-01T15:59:59Z",
             "orders of a day are a second apart, and none leaves its day");
    jf_import_plan_free(&plan);
    book_free(&b);
}

static void test_limit(void)
{
    book b;
    book_init(&b);
    for (int i = 0; i < 100; i++)
        jf_import_rows_add(&b.rows, JF_STR("1"), (jf_day){19000}, 1);
    ok(!jf_import_rows_add(&b.rows, JF_STR("1"), (jf_day){19000}, 1), "row 101 of 100 is refused");
    is_int(b.rows.count, 100, "and not there");
    is_int(jf_import_rows_bad(&b.rows), 0, "and not bad");
    book_free(&b);
}

static void test_times(void)
{
    static const struct {
        const char *text;
        int32_t second;
    } rows[] = {{"00:00", 0},     {"23:59", 86340}, {"23:59:59", 86399}, {"10:00:30", 36030},
                {"24:00", -1},    {"10:60", -1},    {"10:00:60", -1},    {"9:00", -1},
                {"10:00:3", -1},  {"", -1},         {"10-00", -1},       {"1a:00", -1},
                {"10:00-30", -1}, {" 9:00", -1},    {"10:00:30Z", -1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int32_t second = -1;
        bool read = jf_import_time_parse(jf_str_of(rows[i].text), &second);
        is_int(read ? second : -1, rows[i].second, "\"%s\" is read or refused as a time",
               rows[i].text);
    }
}

int main(void)
{
    test_order();
    test_referrers();
    test_names();
    test_end();
    test_instants();
    test_limit();
    test_times();
    return tap_plan_done();
}
