/*
 * Days, instants and time zones (base/day.h, base/tzif.h): the calendar at its
 * edges, the texts that are refused, zones as the world had them, and zone
 * files that are broken in every byte.
 */
#include <string.h>

#include "base/day.h"
#include "base/tzif.h"
#include "tap.h"

static jf_arena arena;

static void test_days(void)
{
    static const struct {
        const char *text;
        int32_t n;
        bool month_end;
    } rows[] = {
        {"1900-01-01", -25567, false}, {"1900-02-28", -25509, true},  {"1900-03-01", -25508, false},
        {"1969-12-31", -1, true},      {"1970-01-01", 0, false},      {"2000-02-28", 11015, false},
        {"2000-02-29", 11016, true},   {"2000-03-01", 11017, false},  {"2024-02-28", 19781, false},
        {"2024-03-15", 19797, false},  {"2024-04-30", 19843, true},   {"2100-02-28", 47540, true},
        {"2100-03-01", 47541, false},  {"9999-12-31", 2932896, true},
    };
    jf_buf text;
    jf_buf_init(&text, &arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_day day = {77};
        ok(jf_day_parse(jf_str_of(rows[i].text), &day), "%s is a day", rows[i].text);
        is_int(day.n, rows[i].n, "%s has its number", rows[i].text);
        is_int(jf_day_is_month_end(day), rows[i].month_end, "%s %s a month", rows[i].text,
               rows[i].month_end ? "ends" : "does not end");
        jf_buf_clear(&text);
        jf_day_print(&text, day);
        is_bytes(text.p, text.n, rows[i].text, "%s prints as it was read", rows[i].text);
    }
}

static void test_day_refusals(void)
{
    static const char *const rows[] = {
        "",           "2024",        "2024-3-15",   "2024-03-1",  "2024-03-150", "2024/03/15",
        "20240315",   "2024-13-01",  "2024-00-01",  "2024-01-00", "2024-01-32",  "2023-02-29",
        "1900-02-29", "2100-02-29",  "2024-04-31",  "1899-12-31", "0000-01-01",  "-024-01-01",
        "+024-01-01", " 2024-01-01", "2024-01-01 ", "2024-01- 1", "2024-0a-01",  "10000-01-01",
        "2024-02-30", "2024-01_01",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_day day = {77};
        ok(!jf_day_parse(jf_str_of(rows[i]), &day) && day.n == 77, "\"%s\" is no day", rows[i]);
    }
}

/* Walks every day of the supported years with a calendar that only counts. */
static void test_every_day(void)
{
    static const int lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t n = -25567;
    int wrong = 0;
    for (int year = 1900; year <= 9999; year++) {
        bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
        for (int month = 1; month <= 12; month++) {
            int last = lengths[month - 1] + (leap && month == 2);
            for (int mday = 1; mday <= last; mday++, n++) {
                int y, m, d;
                jf_day_civil((jf_day){n}, &y, &m, &d);
                wrong += y != year || m != month || d != mday ||
                         jf_day_from_civil(year, month, mday).n != n ||
                         jf_day_is_month_end((jf_day){n}) != (mday == last);
            }
        }
    }
    is_int(wrong, 0, "all days from 1900 to 9999 go to numbers and back");
    is_int(n, 2932897, "and there are as many as there should be");
    int y, m, d;
    jf_day_civil((jf_day){2932897}, &y, &m, &d);
    ok(y == 10000 && m == 1 && d == 1, "the day after the last is still a date");
    jf_buf text;
    jf_buf_init(&text, &arena);
    jf_day_print(&text, (jf_day){2932897});
    is_bytes(text.p, text.n, "10000-01-01", "and prints with its fifth digit");
}

static void test_instants(void)
{
    static const struct {
        const char *text;
        int64_t us;
        const char *canonical;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"},
        {"1970-01-01t00:00:00z", 0, "1970-01-01T00:00:00Z"},
        {"2024-03-15T12:00:00+08:00", 1710475200000000, "2024-03-15T04:00:00Z"},
        {"2024-03-15T00:00:00+08:00", 1710432000000000, "2024-03-14T16:00:00Z"},
        {"2024-03-15T04:00:00-00:00", 1710475200000000, "2024-03-15T04:00:00Z"},
        {"2024-03-14T23:29:59.5-04:30", 1710475199500000, "2024-03-15T03:59:59.5Z"},
        {"2024-03-15T04:00:00.000000Z", 1710475200000000, "2024-03-15T04:00:00Z"},
        {"2024-03-15T04:00:00.000001Z", 1710475200000001, "2024-03-15T04:00:00.000001Z"},
        {"2024-03-15T04:00:00.120Z", 1710475200120000, "2024-03-15T04:00:00.12Z"},
        {"1969-12-31T23:59:59.999999Z", -1, "1969-12-31T23:59:59.999999Z"},
        {"1900-01-01T00:00:00Z", -2208988800000000, "1900-01-01T00:00:00Z"},
        {"9999-12-31T23:59:59.999999Z", 253402300799999999, "9999-12-31T23:59:59.999999Z"},
        {"2024-02-29T23:59:59+23:59", 1709164859000000, "2024-02-29T00:00:59Z"},
    };
    jf_buf text;
    jf_buf_init(&text, &arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_instant at = {77};
        ok(jf_instant_parse(jf_str_of(rows[i].text), &at), "%s is an instant", rows[i].text);
        is_int(at.us, rows[i].us, "%s is its microsecond", rows[i].text);
        jf_buf_clear(&text);
        jf_instant_print(&text, at);
        is_bytes(text.p, text.n, rows[i].canonical, "%s is %s", rows[i].text, rows[i].canonical);
    }
}

static void test_instant_refusals(void)
{
    static const char *const rows[] = {
        "",
        "2024-03-15",
        "2024-03-15T12:00:00",
        "2024-03-15 12:00:00Z",
        "2024-03-15T12:00Z",
        "2024-03-15T24:00:00Z",
        "2024-03-15T12:60:00Z",
        "2024-03-15T23:59:60Z",
        "2024-03-15T12:00:00.Z",
        "2024-03-15T12:00:00.1234567Z",
        "2024-03-15T12:00:00,5Z",
        "2024-03-15T12:00:00.5",
        "2024-03-15T12:00:00.-5Z",
        "2024-03-15T12:00:00+8:00",
        "2024-03-15T12:00:00+0800",
        "2024-03-15T12:00:00+08",
        "2024-03-15T12:00:00+24:00",
        "2024-03-15T12:00:00+08:60",
        "2024-03-15T12:00:00 08:00",
        "2024-03-15T12:00:00ZZ",
        "2024-03-15T12:00:00Z ",
        "2023-02-29T12:00:00Z",
        "2024-03-15T1a:00:00Z",
        "1899-12-31T23:59:59Z",
        "1900-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-00:01",
        "9999-12-31T23:59:00-00:01",
        "2024-03-15T12:00:00\xe2\x88\x92+8:00", /* a typographic minus */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_instant at = {77};
        ok(!jf_instant_parse(jf_str_of(rows[i]), &at) && at.us == 77, "\"%s\" is no instant",
           rows[i]);
    }
}

static jf_instant instant(const char *text)
{
    jf_instant at = {INT64_MIN};
    ok(jf_instant_parse(jf_str_of(text), &at), "%s is an instant", text);
    return at;
}

static const char *day_text(jf_day day)
{
    jf_buf text;
    jf_buf_init(&text, &arena);
    jf_day_print(&text, day);
    return jf_str_c(&arena, jf_buf_view(&text));
}

static void test_zone_days(void)
{
    static const struct {
        const char *zone, *at, *day;
    } rows[] = {
        {"Asia/Shanghai", "2024-03-15T15:59:59.999999Z", "2024-03-15"},
        {"Asia/Shanghai", "2024-03-15T16:00:00Z", "2024-03-16"},
        {"Asia/Shanghai", "1988-07-01T14:59:59Z", "1988-07-01"}, /* summer time, UTC+9 */
        {"Asia/Shanghai", "1988-07-01T15:00:00Z", "1988-07-02"},
        {"Asia/Shanghai", "1969-12-31T15:59:59.5Z", "1969-12-31"},
        {"Asia/Shanghai", "9999-12-31T15:59:59Z", "9999-12-31"},
        {"UTC", "2024-03-15T23:59:59Z", "2024-03-15"},
        {"Etc/GMT+12", "2024-03-15T11:59:59Z", "2024-03-14"},
        {"America/New_York", "2024-03-10T04:59:59Z", "2024-03-09"}, /* EST */
        {"America/New_York", "2024-03-11T03:59:59Z", "2024-03-10"}, /* EDT from that day */
        {"America/New_York", "2024-03-11T04:00:00Z", "2024-03-11"},
        {"America/New_York", "2150-07-01T03:59:59Z", "2150-06-30"}, /* by the rule alone */
        {"America/New_York", "2150-07-01T04:00:00Z", "2150-07-01"},
        {"America/New_York", "2150-12-01T04:59:59Z", "2150-11-30"},
        {"Pacific/Auckland", "2100-01-14T10:59:59Z", "2100-01-14"}, /* southern summer, +13 */
        {"Pacific/Auckland", "2100-01-14T11:00:00Z", "2100-01-15"},
        {"Pacific/Auckland", "2100-07-14T11:59:59Z", "2100-07-14"},
        {"Asia/Kathmandu", "2024-03-15T18:14:59Z", "2024-03-15"}, /* +05:45 */
        {"Asia/Kathmandu", "2024-03-15T18:15:00Z", "2024-03-16"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_zone zone;
        if (!ok(jf_zone_load(&arena, jf_str_of(rows[i].zone), &zone), "%s is known",
                rows[i].zone)) {
            continue;
        }
        is_str(day_text(jf_zone_day(&zone, instant(rows[i].at))), rows[i].day, "%s is on %s in %s",
               rows[i].at, rows[i].day, rows[i].zone);
    }
}

/* The offset of a transition holds from its own second on, also that of the last. */
static void test_transition_seconds(void)
{
    static const int64_t from[] = {0, 864000, 1728000};
    static const int32_t offset[] = {-86400, 0, 86399, 1};
    static const struct {
        int64_t us;
        int32_t day;
    } rows[] = {
        {-1, -2},
        {0, 0},
        {863999999999, 9},
        {864000000000, 10},
        {864000999999, 10},
        {864001000000, 11},
        {1727999999999, 20},
        {1728000000000, 20},
        {1814398999999, 20},
        {1814399000000, 21},
    };
    jf_zone zone = {.count = 3, .from = from, .offset = offset};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        is_int(jf_zone_day(&zone, (jf_instant){rows[i].us}).n, rows[i].day,
               "%lld microseconds fall on day %d", (long long)rows[i].us, rows[i].day);
    }
    zone.count = 0;
    is_int(jf_zone_day(&zone, (jf_instant){0}).n, -1, "without transitions the first offset holds");
    is_int(jf_zone_start(&zone, (jf_day){5}).us, 518400000000, "for ever");
}

static void test_zone_starts(void)
{
    static const struct {
        const char *zone, *day, *start, *why;
    } rows[] = {
        {"Asia/Shanghai", "2024-03-15", "2024-03-14T16:00:00Z", "an ordinary day"},
        {"UTC", "1970-01-01", "1970-01-01T00:00:00Z", "day 0"},
        {"America/New_York", "2024-03-10", "2024-03-10T05:00:00Z", "a day of 23 hours"},
        {"America/New_York", "2024-03-11", "2024-03-11T04:00:00Z", "the day after it"},
        {"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "midnight is jumped over"},
        {"America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z", "23:00 comes twice before it"},
        {"America/Havana", "2024-11-03", "2024-11-03T04:00:00Z", "midnight strikes twice"},
        {"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "the last day east of the line"},
        {"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "a day that never was"},
        {"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", "the day that came instead"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_zone zone;
        jf_day day;
        if (!ok(jf_zone_load(&arena, jf_str_of(rows[i].zone), &zone) &&
                    jf_day_parse(jf_str_of(rows[i].day), &day),
                "%s is known", rows[i].zone)) {
            continue;
        }
        jf_buf text;
        jf_buf_init(&text, &arena);
        jf_instant start = jf_zone_start(&zone, day);
        jf_instant_print(&text, start);
        is_bytes(text.p, text.n, rows[i].start, "%s in %s starts: %s", rows[i].day, rows[i].zone,
                 rows[i].why);
        ok(jf_zone_day(&zone, start).n >= day.n &&
               jf_zone_day(&zone, (jf_instant){start.us - 1}).n < day.n,
           "and a microsecond earlier it was another day");
    }
}

/* Every day of two centuries: its start is on it, the moment before is not. */
static void test_starts_are_first(void)
{
    static const char *const names[] = {"Asia/Shanghai", "America/New_York", "Europe/Dublin",
                                        "Australia/Lord_Howe", "America/Havana"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        jf_zone zone;
        if (!ok(jf_zone_load(&arena, jf_str_of(names[i]), &zone), "%s is known", names[i])) {
            continue;
        }
        is_bytes(zone.name.p, zone.name.n, names[i], "and keeps its name");
        int wrong = 0;
        for (int32_t n = jf_day_from_civil(1900, 1, 1).n; n < jf_day_from_civil(2199, 1, 1).n;
             n++) {
            jf_instant start = jf_zone_start(&zone, (jf_day){n});
            wrong += jf_zone_day(&zone, start).n != n ||
                     jf_zone_day(&zone, (jf_instant){start.us - 1}).n != n - 1;
        }
        is_int(wrong, 0, "every day of %s from 1900 to 2198 starts where it should", names[i]);
    }
}

static void test_zone_names(void)
{
    static const char *const rows[] = {
        "",
        "Nowhere/City",
        "../etc/passwd",
        "Asia/../Asia/Shanghai",
        "/etc/localtime",
        "Asia/",
        "Asia",
        "Asia//Shanghai",
        "asia/shanghai ",
        "Asia/Shang\nhai",
        "Asia\\Shanghai",
        "zone.tab",
        "tzdata.zi",
        "localtime",
        "right/Asia/Shanghai",
        "A/name/of/more/letters/than/any/zone/has/and/than/a/path/may/take",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_zone zone;
        ok(!jf_zone_load(&arena, jf_str_of(rows[i]), &zone), "\"%s\" is no zone", rows[i]);
    }
    jf_zone zone;
    ok(!jf_zone_load(&arena, (jf_str){"UTC\0x", 5}, &zone), "a NUL in a name is refused");
}

static void test_tz_strings(void)
{
    static const struct {
        const char *text;
        bool valid;
        int32_t standard, daylight;
    } rows[] = {
        {"CST-8", true, 28800, 28800},
        {"UTC0", true, 0, 0},
        {"<+0545>-5:45", true, 20700, 20700},
        {"<-00>0", true, 0, 0},
        {"EST5EDT,M3.2.0,M11.1.0", true, -18000, -14400},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", true, 3600, 0},
        {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", true, 37800, 39600},
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", true, -7200, -3600},
        {"EST5EDT,0/0,J365/25", true, -18000, -14400},
        {"AAA1:02:03", true, -3723, -3723},
        {"", false, 0, 0},
        {"CST", false, 0, 0},
        {"CS-8", false, 0, 0},
        {"<+08-8", false, 0, 0},
        {"CST-25", false, 0, 0},
        {"CST-8:60", false, 0, 0},
        {"CST-8x", false, 0, 0},
        {"EST5EDT", false, 0, 0},
        {"EST5EDT,M3.2.0", false, 0, 0},
        {"EST5EDT,M13.2.0,M11.1.0", false, 0, 0},
        {"EST5EDT,M3.6.0,M11.1.0", false, 0, 0},
        {"EST5EDT,M3.2.7,M11.1.0", false, 0, 0},
        {"EST5EDT,J0,J365", false, 0, 0},
        {"EST5EDT,J366,J365", false, 0, 0},
        {"EST5EDT,366,0", false, 0, 0},
        {"EST5EDT,M3.2.0/168,M11.1.0", false, 0, 0},
        {"EST5EDT,M3.2.0,M11.1.0,", false, 0, 0},
        {"EST5EDT,M3.2.0/2/3,M11.1.0", false, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_tz tz;
        bool valid = jf_tz_parse(jf_str_of(rows[i].text), &tz);
        is_int(valid, rows[i].valid, "\"%s\" %s a rule", rows[i].text,
               rows[i].valid ? "is" : "is not");
        if (valid && rows[i].valid) {
            is_int(tz.standard, rows[i].standard, "its standard offset counts east");
            is_int(tz.daylight, rows[i].daylight, "and so does the other");
        }
    }
}

static void test_tz_rules(void)
{
    static const struct {
        jf_tz_rule rule;
        int year;
        const char *day;
    } rows[] = {
        {{'M', 3, 2, 0, 0}, 2024, "2024-03-10"},   {{'M', 11, 1, 0, 0}, 2024, "2024-11-03"},
        {{'M', 10, 5, 0, 0}, 2024, "2024-10-27"},  {{'M', 2, 5, 4, 0}, 2024, "2024-02-29"},
        {{'M', 2, 5, 4, 0}, 2023, "2023-02-23"},   {{'M', 12, 5, 2, 0}, 2024, "2024-12-31"},
        {{'M', 9, 1, 0, 0}, 2024, "2024-09-01"},   {{'M', 1, 1, 5, 0}, 1960, "1960-01-01"},
        {{'J', 0, 0, 59, 0}, 2024, "2024-02-28"},  {{'J', 0, 0, 60, 0}, 2024, "2024-03-01"},
        {{'J', 0, 0, 60, 0}, 2023, "2023-03-01"},  {{'J', 0, 0, 365, 0}, 2024, "2024-12-31"},
        {{'0', 0, 0, 59, 0}, 2024, "2024-02-29"},  {{'0', 0, 0, 0, 0}, 2024, "2024-01-01"},
        {{'0', 0, 0, 365, 0}, 2024, "2024-12-31"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t at = jf_tz_rule_in(&rows[i].rule, rows[i].year);
        is_int(at % 86400, 0, "a rule at midnight falls on midnight");
        is_str(day_text((jf_day){(int32_t)(at / 86400)}), rows[i].day, "rule %zu of %d", i,
               rows[i].year);
    }
    jf_tz_rule late = {'M', 3, 2, 0, -3600};
    is_int(jf_tz_rule_in(&late, 2024), 1710028800 - 3600, "a negative time is on the day before");
}

/* A small file of version 2: two types, UTC+8 and +9, one transition each way, a footer. */
static size_t small_file(uint8_t *bytes, const char *footer)
{
    static const uint8_t head[44] = {'T', 'Z', 'i', 'f', '2'};
    static const uint8_t empty_block[] = {0, 0, 0, 0, 0, 0, 0}; /* one type, one character */
    static const uint8_t block[] = {
        0, 0, 0,    0,    0x10, 0, 0, 0, 0,    0,    0, 0, 0x20, 0, 0, 0, /* the times */
        1, 0,                                                             /* their types */
        0, 0, 0x70, 0x80, 0,    0, 0, 0, 0x7e, 0x90, 1, 2,                /* 28800, 32400 */
        0, 0, 0,    0,    0,    0, /* empty names, which would pass for a third type */
    };
    uint8_t *p = bytes;
    memcpy(p, head, 44);
    p[39] = 1; /* types */
    p[43] = 1; /* characters */
    p += 44;
    memcpy(p, empty_block, sizeof empty_block);
    p += sizeof empty_block;
    memcpy(p, head, 44);
    p[35] = 2; /* transitions */
    p[39] = 2;
    p[43] = 6;
    p += 44;
    memcpy(p, block, sizeof block);
    p += sizeof block;
    size_t n = strlen(footer);
    memcpy(p, footer, n);
    return (size_t)(p - bytes) + n;
}

#define SECOND_HEAD 51 /* where it is in small_file */
#define SECOND_BLOCK 95

static bool parse_copy(const uint8_t *bytes, size_t n, jf_zone *zone)
{
    jf_arena_reset(&arena);
    uint8_t *exact = jf_arena_alloc(&arena, n); /* so that reading beyond it is seen */
    memcpy(exact, bytes, n);
    *zone = (jf_zone){0};
    return jf_tzif_parse(&arena, exact, n, zone);
}

static void test_small_file(void)
{
    uint8_t bytes[256];
    jf_zone zone;
    size_t n = small_file(bytes, "\nCST-8\n");
    if (ok(parse_copy(bytes, n, &zone), "a whole file is read")) {
        is_int(zone.count, 2, "with its two transitions");
        ok(zone.from[0] == 0x10000000 && zone.from[1] == 0x20000000, "at their times");
        ok(zone.offset[0] == 28800 && zone.offset[1] == 32400 && zone.offset[2] == 28800,
           "between their offsets");
    }
    n = small_file(bytes, "\n\n");
    ok(parse_copy(bytes, n, &zone) && zone.count == 2, "an empty rule leaves the last offset");
    n = small_file(bytes, "\nCST-8CDT,M3.2.0,M11.1.0\n");
    ok(parse_copy(bytes, n, &zone), "a rule is read");
    is_int(zone.count, 2 + 2 * (2200 - 1987) + 2, "and written out to the year 2200");
    n = small_file(bytes, "\nCST-8CDT,0/0,J365/25\n");
    ok(parse_copy(bytes, n, &zone), "daylight saving all the year is read");
    is_int(zone.offset[zone.count - 1], 32400, "and holds without a break");
    ok(zone.count < 6, "as one transition");
}

static void test_broken_files(void)
{
    static const struct {
        size_t at;
        uint8_t byte;
        const char *why;
    } rows[] = {
        {0, 'X', "another magic"},
        {4, 0, "version 1"},
        {4, '1', "a version that never was"},
        {4, '3', "two headers that disagree"},
        {32, 0xff, "an old block of four thousand million transitions"},
        {35, 1, "an old block longer than it is"},
        {SECOND_HEAD + 3, 'F', "no second magic"},
        {SECOND_HEAD + 23, 1, "one universal-time flag for two types"},
        {SECOND_HEAD + 27, 1, "one standard-time flag for two types"},
        {SECOND_HEAD + 31, 1, "a leap second"},
        {SECOND_HEAD + 32, 0xff, "more transitions than the file holds"},
        {SECOND_HEAD + 35, 3, "one transition more than the file holds"},
        {SECOND_HEAD + 39, 0, "no types"},
        {SECOND_HEAD + 38, 2, "more than 256 types"},
        {SECOND_HEAD + 43, 0, "no names"},
        {SECOND_BLOCK + 4, 0x20, "a time twice"},
        {SECOND_BLOCK + 4, 0x30, "times that go back"},
        {SECOND_BLOCK + 16, 2, "a type that is not there"},
        {SECOND_BLOCK + 18, 0x7f, "an offset of years"},
        {SECOND_BLOCK + 22, 2, "a flag that is neither 0 nor 1"},
        {SECOND_BLOCK + 36, 'x', "no line break before the footer"},
    };
    uint8_t bytes[256];
    jf_zone zone;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t n = small_file(bytes, "\nCST-8\n");
        bytes[rows[i].at] = rows[i].byte;
        ok(!parse_copy(bytes, n, &zone), "refused: %s", rows[i].why);
    }
    static const char *const footers[] = {"",          "\n",      "\nCST-8",     "CST-8\n",
                                          "\nCST-9\n", "\nCST\n", "\nCST-8\n\n", "\nCST-8\nx"};
    for (size_t i = 0; i < sizeof footers / sizeof *footers; i++) {
        size_t n = small_file(bytes, footers[i]);
        ok(!parse_copy(bytes, n, &zone), "refused: footer %zu", i);
    }
    size_t n = small_file(bytes, "\nCST-8\n");
    int accepted = 0;
    for (size_t cut = 0; cut < n; cut++) {
        accepted += parse_copy(bytes, cut, &zone);
    }
    is_int(accepted, 0, "a file cut short anywhere is refused");
}

/* Any byte of a file may be anything: reading ends, and what is accepted is ascending. */
static void test_damaged_bytes(void)
{
    uint8_t bytes[256];
    jf_zone zone;
    size_t n = small_file(bytes, "\nCST-8CDT,M3.2.0,M11.1.0\n");
    int unordered = 0;
    for (size_t at = 0; at < n; at++) {
        uint8_t kept = bytes[at];
        for (int value = 0; value < 256; value += 3) {
            bytes[at] = (uint8_t)value;
            if (!parse_copy(bytes, n, &zone)) {
                continue;
            }
            for (uint32_t i = 1; i < zone.count; i++) {
                unordered += zone.from[i] <= zone.from[i - 1];
            }
        }
        bytes[at] = kept;
    }
    is_int(unordered, 0, "whatever byte is damaged, an accepted table ascends");
}

int main(void)
{
    jf_arena_init(&arena, 0);
    test_days();
    test_day_refusals();
    test_every_day();
    test_instants();
    test_instant_refusals();
    test_zone_days();
    test_transition_seconds();
    test_zone_starts();
    test_starts_are_first();
    test_zone_names();
    test_tz_strings();
    test_tz_rules();
    test_small_file();
    test_broken_files();
    test_damaged_bytes();
    jf_arena_free(&arena);
    return tap_plan_done();
}
