/*
 * Reading CSV (csv.h): a reader of bytes, a reader of fields, a reader of rows.
 *
 * Fields are collected unquoted, one behind the other, in one buffer of at
 * most JF_CSV_ROW_BYTES; where each ends is noted. zlib hands through what is
 * not gzipped, so there is one way in. The first complaint about a row is kept
 * while the rest of its line is passed over.
 */
#include "app/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/alloc.h"
#include "base/check.h"

#define BLOCK 65536

enum { END_OF_FILE = -1 };

struct jf_csv {
    gzFile in;
    unsigned char block[BLOCK];
    uint32_t at, end; /* of the block */
    uint32_t line;    /* of the next byte, from 1 */
    uint32_t rows;    /* handed out so far, bad ones included */
    uint32_t start;   /* the line on which the row being read starts */
    bool broken;      /* the file could not be read on */
    bool quoted;      /* the last field began with a quote */
    bool bad;         /* the row has a complaint */
    jf_buf text;      /* the row's fields, unquoted, without separators */
    uint32_t count;
    uint32_t ends[JF_CSV_COLUMNS];
    jf_csv_error complaint;
};

static void __attribute__((format(printf, 4, 5)))
csv_error(jf_csv_error *error, uint32_t line, uint32_t field, const char *format, ...)
{
    va_list args;
    JF_ASSERT(error != NULL && format != NULL);
    error->line = line;
    error->field = field;
    va_start(args, format);
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
}

/* Keep the first complaint about a row. */
static void complain(jf_csv *csv, uint32_t field, const char *what)
{
    if (!csv->bad)
        csv_error(&csv->complaint, csv->start, field, "%s", what);
    csv->bad = true;
}

bool jf_csv_open(jf_csv **out, const char *path, jf_csv_error *error)
{
    JF_ASSERT(out != NULL && path != NULL);
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    gzFile in = fd < 0 ? NULL : gzdopen(fd, "rb");
    if (in == NULL) {
        csv_error(error, 0, 0, "cannot open %s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    gzbuffer(in, 4 * BLOCK);
    jf_csv *csv = jf_alloc_zero(1, sizeof *csv);
    csv->in = in;
    csv->line = 1;
    jf_buf_init(&csv->text, NULL);
    *out = csv;
    return true;
}

void jf_csv_close(jf_csv *csv)
{
    if (csv == NULL)
        return;
    gzclose_r(csv->in);
    jf_buf_free(&csv->text);
    free(csv);
}

/* The next byte, or END_OF_FILE; `broken` tells whether the file really ended there. */
static int peek(jf_csv *csv)
{
    if (csv->at < csv->end)
        return csv->block[csv->at];
    if (csv->broken)
        return END_OF_FILE;
    int got = gzread(csv->in, csv->block, BLOCK), status = Z_OK;
    gzerror(csv->in, &status);
    /* A gzipped file that was cut off shows only in the status: Z_BUF_ERROR. */
    csv->broken = got < 0 || (got == 0 && status != Z_OK && status != Z_STREAM_END);
    csv->at = 0;
    csv->end = got > 0 ? (uint32_t)got : 0;
    return got > 0 ? csv->block[0] : END_OF_FILE;
}

static int take(jf_csv *csv)
{
    int c = peek(csv);
    if (c == END_OF_FILE)
        return c;
    csv->at++;
    csv->line += c == '\n';
    return c;
}

/* False when the row is full. */
static bool keep(jf_csv *csv, int c)
{
    if (csv->text.n >= JF_CSV_ROW_BYTES)
        return false;
    jf_buf_char(&csv->text, (char)c);
    return true;
}

/* What stands between the quotes, up to the closing one; JF_CSV_FAILED if it never comes. */
static jf_csv_result read_quoted(jf_csv *csv, jf_csv_error *error)
{
    uint32_t opened = csv->line;
    for (;;) {
        int c = take(csv);
        if (c == END_OF_FILE) {
            csv_error(error, opened, csv->count + 1,
                      "the quote opened here is never closed; expected another \" before the end "
                      "of the file");
            return JF_CSV_FAILED;
        }
        if (c == '"' && peek(csv) != '"')
            return JF_CSV_ROW;
        if (c == '"')
            take(csv);
        if (!keep(csv, c)) {
            csv_error(error, opened, csv->count + 1,
                      "the quote opened here is not closed within 1 MiB; expected a CSV file");
            return JF_CSV_FAILED;
        }
    }
}

/* An unquoted field, or what stands behind a closing quote: up to a comma or the line's end. */
static jf_csv_result read_plain(jf_csv *csv, jf_csv_error *error)
{
    for (;;) {
        int c = peek(csv);
        if (c == ',' || c == '\n' || c == END_OF_FILE)
            return JF_CSV_ROW;
        take(csv);
        if (c == '\r' && (peek(csv) == '\n' || peek(csv) == END_OF_FILE))
            continue;
        if (c == '"')
            complain(csv, csv->count + 1,
                     "a quote inside an unquoted field; expected \"…\" around the whole field and "
                     "\"\" for a quote in it");
        else if (csv->quoted)
            complain(csv, csv->count + 1, "text behind a closing quote; expected a comma");
        if (!keep(csv, c)) {
            csv_error(error, csv->start, 0, "a row of more than 1 MiB; expected a CSV file");
            return JF_CSV_FAILED;
        }
    }
}

static jf_csv_result read_field(jf_csv *csv, jf_csv_error *error)
{
    JF_ASSERT(csv->count <= JF_CSV_COLUMNS);
    csv->quoted = peek(csv) == '"';
    if (csv->quoted) {
        take(csv);
        jf_csv_result result = read_quoted(csv, error);
        if (result != JF_CSV_ROW)
            return result;
    }
    jf_csv_result result = read_plain(csv, error);
    if (result != JF_CSV_ROW)
        return result;
    if (csv->count == JF_CSV_COLUMNS) {
        complain(csv, 0, "more than 64 columns; expected at most 64");
        return JF_CSV_ROW;
    }
    csv->ends[csv->count++] = (uint32_t)csv->text.n;
    return JF_CSV_ROW;
}

/* Every field up to the end of the row, the line break included. */
static jf_csv_result read_fields(jf_csv *csv, jf_csv_error *error)
{
    csv->text.n = 0;
    csv->count = 0;
    csv->bad = false;
    csv->start = csv->line;
    for (;;) {
        jf_csv_result result = read_field(csv, error);
        if (result != JF_CSV_ROW)
            return result;
        int c = take(csv);
        if (c != ',')
            return JF_CSV_ROW;
    }
}

/* Bytes of the UTF-8 character at p, 0 when there is none: no overlong forms, no surrogates. */
static uint32_t utf8_length(const unsigned char *p, uint32_t left)
{
    uint32_t n = p[0] < 0x80 ? 1 : p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (n == 0 || n > left || p[0] > 0xF4)
        return 0;
    for (uint32_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xF0 && p[1] < 0x90);
    bool surrogate = p[0] == 0xED && p[1] > 0x9F;
    bool beyond = p[0] == 0xF4 && p[1] > 0x8F;
    return overlong || surrogate || beyond ? 0 : n;
}

static void check_text(jf_csv *csv, uint32_t field, jf_str text)
{
    const unsigned char *p = (const unsigned char *)text.p;
    for (uint32_t i = 0; i < text.n;) {
        uint32_t n = utf8_length(p + i, text.n - i);
        if (n == 0 || p[i] == 0) {
            complain(csv, field + 1,
                     n == 0 ? "not UTF-8; expected the file to be saved as UTF-8"
                            : "a NUL byte; expected text");
            return;
        }
        i += n;
    }
}

static void hand_out(jf_csv *csv, jf_csv_row *row)
{
    uint32_t start = 0;
    row->count = csv->count;
    for (uint32_t i = 0; i < csv->count; i++) {
        JF_ASSERT(csv->ends[i] >= start && csv->ends[i] <= csv->text.n);
        row->field[i] = (jf_str){csv->text.p + start, csv->ends[i] - start};
        check_text(csv, i, row->field[i]);
        start = csv->ends[i];
    }
}

/* The mark that some programs write before UTF-8 text. */
static void skip_byte_order_mark(jf_csv *csv)
{
    static const unsigned char mark[] = {0xEF, 0xBB, 0xBF};
    if (peek(csv) == mark[0] && csv->end - csv->at >= 3 &&
        memcmp(csv->block + csv->at, mark, sizeof mark) == 0)
        csv->at += sizeof mark;
}

static jf_csv_result unreadable(jf_csv *csv, jf_csv_error *error)
{
    int status = Z_OK;
    const char *why = gzerror(csv->in, &status);
    if (status == Z_ERRNO)
        why = strerror(errno);
    else if (status == Z_BUF_ERROR)
        why = "the gzipped file ends too early; expected a whole one";
    csv_error(error, csv->line, 0, "cannot read on: %s", why);
    return JF_CSV_FAILED;
}

jf_csv_result jf_csv_next(jf_csv *csv, jf_csv_row *row, jf_csv_error *error)
{
    JF_ASSERT(csv != NULL && row != NULL && error != NULL);
    if (csv->rows == 0)
        skip_byte_order_mark(csv);
    do {
        if (peek(csv) == END_OF_FILE)
            return csv->broken ? unreadable(csv, error) : JF_CSV_END;
        jf_csv_result result = read_fields(csv, error);
        if (csv->broken)
            return unreadable(csv, error);
        if (result != JF_CSV_ROW)
            return result;
    } while (csv->count == 1 && csv->text.n == 0 && !csv->quoted && !csv->bad);
    row->number = csv->rows++;
    row->line = csv->start;
    hand_out(csv, row);
    if (!csv->bad)
        return JF_CSV_ROW;
    *error = csv->complaint;
    return JF_CSV_BAD;
}
