/*
 * Tests of reading CSV (app/csv.h): texts and the rows that come of them, one
 * row of the table a text. Rows are shown as NUMBER@LINE[field|field]; a bad
 * one as NUMBER@LINE!FIELD; the end as "." and the end of all reading as "X".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "app/csv.h"
#include "tap.h"

static char path[] = "/tmp/jifen-csv-XXXXXX";

static void write_file(const void *bytes, size_t n)
{
    FILE *out = fopen(path, "wb");
    bool fine = out && fwrite(bytes, 1, n, out) == n;
    ok(out && fclose(out) == 0 && fine, "a file of %zu bytes is made", n);
}

static void show_row(jf_buf *out, const jf_csv_row *row, bool bad, const jf_csv_error *error)
{
    jf_buf_int(out, row->number);
    jf_buf_char(out, '@');
    jf_buf_int(out, row->line);
    if (bad) {
        jf_buf_char(out, '!');
        jf_buf_int(out, error->field);
        return;
    }
    for (uint32_t i = 0; i < row->count; i++) {
        jf_buf_char(out, i == 0 ? '[' : '|');
        jf_buf_str(out, row->field[i]);
    }
    jf_buf_char(out, ']');
}

/* Everything that the file holds, as one text. */
static void show_file(jf_buf *out)
{
    jf_csv *csv;
    jf_csv_row row;
    jf_csv_error error;
    jf_buf_clear(out);
    if (!jf_csv_open(&csv, path, &error)) {
        jf_buf_c(out, error.message);
        return;
    }
    for (;;) {
        jf_csv_result result = jf_csv_next(csv, &row, &error);
        if (result == JF_CSV_END || result == JF_CSV_FAILED) {
            jf_buf_char(out, result == JF_CSV_END ? '.' : 'X');
            break;
        }
        show_row(out, &row, result == JF_CSV_BAD, &error);
    }
    jf_csv_close(csv);
}

static void test_texts(void)
{
    static const struct {
        const char *text, *expected, *sentence;
    } rows[] = {
        {"", ".", "nothing has no rows"},
        {"a,b\n1,2\n", "0@1[a|b]1@2[1|2].", "fields end at commas, rows at line ends"},
        {"a,b\r\n1,2\r\n", "0@1[a|b]1@2[1|2].", "or at CRLF"},
        {"a,b\n1,2", "0@1[a|b]1@2[1|2].", "the last line needs no end"},
        {"a\r\n1\r", "0@1[a]1@2[1].", "half of one is dropped"},
        {"\xEF\xBB\xBFmark", "0@1[mark].", "a byte order mark is passed over"},
        {"a\xEF\xBB\xBF", "0@1[a\xEF\xBB\xBF].", "elsewhere it is a character"},
        {"\n\r\na\n\nb\n\n", "0@3[a]1@5[b].", "blank lines are passed over, and counted"},
        {"\"\"\n", "0@1[].", "a quoted nothing is a row"},
        {",\n", "0@1[|].", "two empty fields are a row"},
        {" a , b\n", "0@1[ a | b].", "blanks belong to fields"},
        {"\"a,b\",c\n", "0@1[a,b|c].", "commas may stand in quotes"},
        {"\"a\nb\",c\nd,e\n", "0@1[a\nb|c]1@3[d|e].", "line ends too, and count as lines"},
        {"\"a\r\nb\"\n", "0@1[a\r\nb].", "as they are"},
        {"\"say \"\"a\"\"\"\n", "0@1[say \"a\"].", "two quotes are one"},
        {"\"\"\"\"\n", "0@1[\"].", "even alone"},
        {"a\rb\n", "0@1[a\rb].", "a CR inside a line is a character"},
        {"\xE7\xA7\xAF\xE5\x88\x86\n", "0@1[\xE7\xA7\xAF\xE5\x88\x86].", "text is UTF-8"},
        {"a\"b,c\nd\n", "0@1!11@2[d].", "a quote inside a field is wrong, and the next row right"},
        {"a,\"b\"c\nd\n", "0@1!21@2[d].", "so is text behind a closing quote"},
        {"a,\"b\" \nd\n", "0@1!21@2[d].", "even a blank"},
        {"a,\"b\nc\"d\ne\n", "0@1!21@3[e].", "in a field of two lines as well"},
        {"\xFF\n", "0@1!1.", "a byte that UTF-8 never holds is wrong"},
        {"a,\xC3\n", "0@1!2.", "so is half a character"},
        {"\xC0\xAF\n", "0@1!1.", "an overlong one"},
        {"\xE0\x9F\xBF\n", "0@1!1.", "an overlong one of three bytes"},
        {"\xED\xA0\x80\n", "0@1!1.", "a surrogate"},
        {"\xF0\x8F\xBF\xBF\n", "0@1!1.", "an overlong one of four bytes"},
        {"\xF4\x90\x80\x80\n", "0@1!1.", "one beyond the last"},
        {"\xF4\x8F\xBF\xBF\n", "0@1[\xF4\x8F\xBF\xBF].", "the last is fine"},
        {"a\n\"b\nc\n", "0@1[a]X", "a quote that is never closed ends the reading"},
    };
    jf_buf shown;
    jf_buf_init(&shown, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_file(rows[i].text, strlen(rows[i].text));
        show_file(&shown);
        is_bytes(shown.p, shown.n, rows[i].expected, "%s", rows[i].sentence);
    }
    write_file("a\n\0\nb\n", 6);
    show_file(&shown);
    is_bytes(shown.p, shown.n, "0@1[a]1@2!12@3[b].", "a NUL byte is wrong");
    jf_buf_free(&shown);
}

/* `count` times one byte, behind "a\n" and the given beginning. */
static void fill(jf_buf *text, const char *beginning, char byte, size_t count)
{
    jf_buf_clear(text);
    jf_buf_c(text, "a\n");
    jf_buf_c(text, beginning);
    for (size_t i = 0; i < count; i++)
        jf_buf_char(text, byte);
}

static void test_limits(void)
{
    jf_buf text, shown;
    jf_buf_init(&text, NULL);
    jf_buf_init(&shown, NULL);
    fill(&text, "", ',', JF_CSV_COLUMNS - 1);
    write_file(text.p, text.n);
    show_file(&shown);
    ok(shown.n > 1 && memchr(shown.p, '!', shown.n) == NULL, "64 columns are taken");
    fill(&text, "", ',', JF_CSV_COLUMNS);
    jf_buf_c(&text, "\nb\n");
    write_file(text.p, text.n);
    show_file(&shown);
    is_bytes(shown.p, shown.n, "0@1[a]1@2!02@3[b].", "65 are not, and the next row is");
    fill(&text, "", 'x', JF_CSV_ROW_BYTES);
    write_file(text.p, text.n);
    show_file(&shown);
    is_int(shown.n, 6 + 4 + 1 + JF_CSV_ROW_BYTES + 1, "a row of 1 MiB is taken");
    fill(&text, "", 'x', JF_CSV_ROW_BYTES + 1);
    write_file(text.p, text.n);
    show_file(&shown);
    is_bytes(shown.p, shown.n, "0@1[a]X", "a longer one ends the reading");
    fill(&text, "\"", '\n', JF_CSV_ROW_BYTES + 1);
    write_file(text.p, text.n);
    show_file(&shown);
    is_bytes(shown.p, shown.n, "0@1[a]X", "so does a quote that stays open as long");
    jf_buf_free(&text);
    jf_buf_free(&shown);
}

static void test_gzip(void)
{
    jf_buf shown;
    jf_buf_init(&shown, NULL);
    gzFile out = gzopen(path, "wb");
    ok(out && gzputs(out, "a,b\n1,2\n") == 8 && gzclose(out) == Z_OK, "a gzipped file is made");
    show_file(&shown);
    is_bytes(shown.p, shown.n, "0@1[a|b]1@2[1|2].", "it is read as the text in it");
    is_int(truncate(path, 20), 0, "it is cut off");
    show_file(&shown);
    ok(shown.n > 0 && shown.p[shown.n - 1] == 'X', "which ends the reading, and not as an end");
    is_int(unlink(path), 0, "it is taken away");
    show_file(&shown);
    ok(strstr(shown.p, "No such file") != NULL, "which is said");
    jf_buf_free(&shown);
}

int main(void)
{
    int fd = mkstemp(path);
    ok(fd >= 0 && close(fd) == 0, "there is a place for a file");
    test_texts();
    test_limits();
    test_gzip();
    return tap_plan_done();
}
