/*
 * Units and decimal text (base/units.h; spec sections 1 and 18): what is read,
 * what is refused and as what, and that printing is the reverse of reading.
 */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "tap.h"

#define MAX INT64_MAX
#define MIN INT64_MIN

static void test_rows(void)
{
    static const struct {
        jf_unit unit;
        const char *wire;
        int decimals;
    } rows[] = {
        {JF_UNIT_CNY, "CNY", 2},         {JF_UNIT_POINT, "POINT", 2},
        {JF_UNIT_VOUCHER, "VOUCHER", 2}, {JF_UNIT_COIN, "COIN", 2},
        {JF_UNIT_TOKEN, "TOKEN", 6},     {JF_UNIT_OWED, "OWED", 2},
        {JF_UNIT_SHARE, "SHARE", 0},     {JF_UNIT_TURNOVER, "TURNOVER", 2},
        {JF_UNIT_LEGACY, "LEGACY", 2},
    };
    is_int(JF_UNIT_COUNT, sizeof rows / sizeof *rows, "the table of units has no row untested");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        is_str(jf_unit_wire(rows[i].unit), rows[i].wire, "%s has its wire name", rows[i].wire);
        is_int(jf_unit_decimals(rows[i].unit), rows[i].decimals, "%s has %d decimals", rows[i].wire,
               rows[i].decimals);
    }
}

typedef struct parse_row {
    const char *text;
    int decimals;
    jf_decimal_result result;
    int64_t value;
} parse_row;

static const parse_row unsigned_rows[] = {
    {"0", 2, JF_DECIMAL_OK, 0},
    {"1", 2, JF_DECIMAL_OK, 100},
    {"10", 2, JF_DECIMAL_OK, 1000},
    {"12.3", 2, JF_DECIMAL_OK, 1230},
    {"12.34", 2, JF_DECIMAL_OK, 1234},
    {"0.01", 2, JF_DECIMAL_OK, 1},
    {"0.000000", 6, JF_DECIMAL_OK, 0},
    {"0.000001", 6, JF_DECIMAL_OK, 1},
    {"210.000000", 6, JF_DECIMAL_OK, 210000000},
    {"7", 0, JF_DECIMAL_OK, 7},
    {"92233720368547758.07", 2, JF_DECIMAL_OK, MAX},
    {"9223372036854775807", 0, JF_DECIMAL_OK, MAX},
    {"9223372036854.775807", 6, JF_DECIMAL_OK, MAX},
    {"9.223372036854775807", 18, JF_DECIMAL_OK, MAX},
    {"92233720368547758.08", 2, JF_DECIMAL_OVERFLOW, 0},
    {"9223372036854775808", 0, JF_DECIMAL_OVERFLOW, 0},
    {"9999999999999999999", 0, JF_DECIMAL_OVERFLOW, 0},
    {"9999999999999999999", 2, JF_DECIMAL_OVERFLOW, 0},
    {"18446744073709551617", 0, JF_DECIMAL_OVERFLOW, 0},
    {"99999999999999999999999999999999999999999", 2, JF_DECIMAL_OVERFLOW, 0},
    {"0.000000", 2, JF_DECIMAL_PRECISE, 0},
    {"1.230", 2, JF_DECIMAL_PRECISE, 0},
    {"1.0", 0, JF_DECIMAL_PRECISE, 0},
    {"99999999999999999999.123", 2, JF_DECIMAL_PRECISE, 0},
    {"", 2, JF_DECIMAL_SYNTAX, 0},
    {".", 2, JF_DECIMAL_SYNTAX, 0},
    {"1.", 2, JF_DECIMAL_SYNTAX, 0},
    {".5", 2, JF_DECIMAL_SYNTAX, 0},
    {"00", 2, JF_DECIMAL_SYNTAX, 0},
    {"01", 2, JF_DECIMAL_SYNTAX, 0},
    {"00.1", 2, JF_DECIMAL_SYNTAX, 0},
    {"-0", 2, JF_DECIMAL_SYNTAX, 0},
    {"-1", 2, JF_DECIMAL_SYNTAX, 0},
    {"+1", 2, JF_DECIMAL_SYNTAX, 0},
    {"1e3", 2, JF_DECIMAL_SYNTAX, 0},
    {"1E3", 2, JF_DECIMAL_SYNTAX, 0},
    {" 1", 2, JF_DECIMAL_SYNTAX, 0},
    {"1 ", 2, JF_DECIMAL_SYNTAX, 0},
    {"1.2.3", 2, JF_DECIMAL_SYNTAX, 0},
    {"1..2", 2, JF_DECIMAL_SYNTAX, 0},
    {"1,2", 2, JF_DECIMAL_SYNTAX, 0},
    {"0x10", 2, JF_DECIMAL_SYNTAX, 0},
    {"1.2345678901x", 2, JF_DECIMAL_SYNTAX, 0},
    {"nan", 2, JF_DECIMAL_SYNTAX, 0},
    {"\xef\xbc\x91", 2, JF_DECIMAL_SYNTAX, 0}, /* a full-width 1 */
};

static const parse_row signed_rows[] = {
    {"0", 6, JF_DECIMAL_OK, 0},
    {"-0", 6, JF_DECIMAL_OK, 0},
    {"0.15", 6, JF_DECIMAL_OK, 150000},
    {"-0.15", 6, JF_DECIMAL_OK, -150000},
    {"-0.000001", 6, JF_DECIMAL_OK, -1},
    {"-92233720368547758.07", 2, JF_DECIMAL_OK, -MAX},
    {"-92233720368547758.08", 2, JF_DECIMAL_OK, MIN},
    {"-92233720368547758.09", 2, JF_DECIMAL_OVERFLOW, 0},
    {"92233720368547758.08", 2, JF_DECIMAL_OVERFLOW, 0},
    {"-1.234", 2, JF_DECIMAL_PRECISE, 0},
    {"-", 2, JF_DECIMAL_SYNTAX, 0},
    {"--1", 2, JF_DECIMAL_SYNTAX, 0},
    {"-+1", 2, JF_DECIMAL_SYNTAX, 0},
    {"- 1", 2, JF_DECIMAL_SYNTAX, 0},
    {"-.5", 2, JF_DECIMAL_SYNTAX, 0},
    {"-01", 2, JF_DECIMAL_SYNTAX, 0},
    {"", 2, JF_DECIMAL_SYNTAX, 0},
};

typedef jf_decimal_result (*parse_fn)(jf_str text, int decimals, int64_t *out);

static void check_parse(const parse_row *row, parse_fn parse, const char *how)
{
    int64_t value = 77;
    /* a copy of exactly the text's size, so that reading beyond it is seen */
    jf_arena arena;
    jf_arena_init(&arena, 0);
    size_t n = strlen(row->text);
    char *exact = jf_arena_alloc(&arena, n);
    memcpy(exact, row->text, n);
    jf_decimal_result result = parse((jf_str){exact, (uint32_t)n}, row->decimals, &value);
    is_int(result, row->result, "\"%s\" with %d decimals, %s, is read or refused as it should",
           row->text, row->decimals, how);
    is_int(value, row->result == JF_DECIMAL_OK ? row->value : 77,
           "\"%s\" has its value, or leaves the result alone", row->text);
    jf_arena_free(&arena);
}

static void test_parse(void)
{
    for (size_t i = 0; i < sizeof unsigned_rows / sizeof *unsigned_rows; i++) {
        check_parse(&unsigned_rows[i], jf_decimal_parse, "unsigned");
    }
    for (size_t i = 0; i < sizeof signed_rows / sizeof *signed_rows; i++) {
        check_parse(&signed_rows[i], jf_decimal_parse_signed, "signed");
    }
    int64_t value;
    is_int(jf_decimal_parse((jf_str){"12.5x9", 4}, 2, &value), JF_DECIMAL_OK,
           "only the slice is read, not what follows it");
    is_int(value, 1250, "and the value is that of the slice");
    is_int(jf_decimal_parse((jf_str){"1\0"
                                     "2",
                                     3},
                            2, &value),
           JF_DECIMAL_SYNTAX, "a NUL inside is no digit");
}

static void test_print(void)
{
    static const struct {
        int64_t value;
        int decimals;
        const char *text;
    } rows[] = {
        {0, 2, "0.00"},
        {1, 2, "0.01"},
        {-1, 2, "-0.01"},
        {100, 2, "1.00"},
        {1230, 2, "12.30"},
        {-1230, 2, "-12.30"},
        {210000000, 6, "210.000000"},
        {0, 0, "0"},
        {-7, 0, "-7"},
        {MAX, 2, "92233720368547758.07"},
        {MIN, 2, "-92233720368547758.08"},
        {MIN, 0, "-9223372036854775808"},
        {MIN, 18, "-9.223372036854775808"},
        {-1, 18, "-0.000000000000000001"},
    };
    jf_buf buf;
    jf_buf_init(&buf, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_buf_clear(&buf);
        jf_decimal_print(&buf, rows[i].value, rows[i].decimals);
        is_bytes(buf.p, buf.n, rows[i].text, "%lld in %d decimals is %s", (long long)rows[i].value,
                 rows[i].decimals, rows[i].text);
        int64_t back = 77;
        jf_decimal_parse_signed(jf_buf_view(&buf), rows[i].decimals, &back);
        is_int(back, rows[i].value, "and %s reads back as what was printed", rows[i].text);
    }
    jf_buf_free(&buf);
}

static void test_ratio_of(void)
{
    static const struct {
        int64_t amount, ppm;
        bool fits;
        int64_t result;
    } rows[] = {
        {100000, 200000, true, 20000},
        {99, 10000, true, 0},
        {101, 10000, true, 1},
        {-1, 1, true, -1},
        {-100, 10000, true, -1},
        {MAX, 1000000, true, MAX},
        {MAX, 1000001, false, 0},
        {MIN, 1000000, true, MIN},
        {MAX, 999999, true, 9223362813482738952},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t out = 77;
        bool fits = jf_ratio_of(rows[i].amount, (jf_ppm){rows[i].ppm}, &out);
        is_int(fits, rows[i].fits, "%lld at %lld ppm is told to fit or not",
               (long long)rows[i].amount, (long long)rows[i].ppm);
        is_int(out, rows[i].fits ? rows[i].result : 77, "and floors, or leaves the result alone");
    }
}

static void test_typed_sums(void)
{
    jf_point a = {5}, b = {MAX}, out = {77};
    ok(jf_point_add(a, a, &out) && out.v == 10, "points add to points");
    ok(!jf_point_add(a, b, &out) && out.v == 10, "an overflow leaves the sum alone");
    ok(jf_token_sub((jf_token){1}, (jf_token){3}, &(jf_token){0}), "units may go below zero");
}

int main(void)
{
    test_rows();
    test_parse();
    test_print();
    test_ratio_of();
    test_typed_sums();
    return tap_plan_done();
}
