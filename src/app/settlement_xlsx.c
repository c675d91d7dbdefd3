/*
 * A settlement as an Excel workbook, by libxlsxwriter (settlement.h).
 *
 * The library takes amounts as binary floating point numbers, as the format keeps
 * them, and writes 16 digits. A whole number of fen below 10^15 has at most 15, so
 * what is written is off by less than one in the 16th digit and comes to the fen
 * exactly when it is rounded to two places, as Excel does, which keeps 15 digits;
 * tests/http_settlement.t does the same. The library writes to a file only: a
 * temporary one, row by row (constant memory), which is read back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "app/settlement.h"
#include "base/check.h"
#include "store/rows.h"

#define EXACT INT64_C(1000000000000000)

typedef struct book {
    lxw_worksheet *sheet;
    lxw_format *amount, *bold;
    lxw_row_t row;
} book;

/* The library wants ended texts. */
static void text_cell(book *b, lxw_col_t column, jf_str text)
{
    char space[256];
    size_t n = text.n < sizeof space - 1 ? text.n : sizeof space - 1;
    memcpy(space, text.p ? text.p : "", n);
    space[n] = '\0';
    worksheet_write_string(b->sheet, b->row, column, space, NULL);
}

static void amount_cell(book *b, lxw_col_t column, int64_t fen)
{
    char space[32];
    jf_buf text = {space, 0, sizeof space, NULL};
    if (fen > -EXACT && fen < EXACT) {
        worksheet_write_number(b->sheet, b->row, column, fen / 100.0, b->amount);
        return;
    }
    jf_decimal_print(&text, fen, 2);
    text_cell(b, column, jf_buf_view(&text));
}

static void row_write(book *b, const jf_settlement_row *row, bool chinese)
{
    char space[16];
    jf_buf day = {space, 0, sizeof space, NULL};
    jf_day_print(&day, row->day);
    text_cell(b, 0, jf_buf_view(&day));
    text_cell(b, 1, row->time);
    text_cell(b, 2, jf_str_of(jf_settlement_what(row, chinese)));
    text_cell(b, 3, row->order);
    if (row->has_amount)
        amount_cell(b, 4, row->amount);
    if (row->has_rebate)
        amount_cell(b, 5, row->rebate);
    amount_cell(b, 6, row->cash);
    amount_cell(b, 7, row->vouchers);
    amount_cell(b, 8, row->receivable);
    b->row++;
}

static void total_write(book *b, const char *word, lxw_col_t column, int64_t amount)
{
    worksheet_write_string(b->sheet, b->row, 2, word, b->bold);
    amount_cell(b, column, amount);
    b->row++;
}

static void sheet_write(book *b, const jf_settlement *s, bool chinese)
{
    for (uint32_t column = 0; column < JF_SETTLEMENT_COLUMNS; column++)
        worksheet_write_string(b->sheet, 0, (lxw_col_t)column,
                               jf_settlement_heading(column, chinese), b->bold);
    b->row = 1;
    total_write(b, chinese ? "期初" : "opening", 8, s->opening);
    for (uint32_t i = 0; i < s->count; i++)
        row_write(b, &s->rows[i], chinese);
    total_write(b, chinese ? "收入合计" : "in", 6, s->in);
    total_write(b, chinese ? "支出合计" : "out", 6, -s->out);
    total_write(b, chinese ? "期末" : "closing", 8, s->closing);
}

/* Above every printed page: the shop and its month. An ampersand means something there, two one. */
static void header_write(book *b, const jf_settlement *s)
{
    char space[255]; /* what the format has room for, and its NUL fits: a name is 240 bytes */
    jf_buf text = {space, 0, sizeof space, NULL};
    jf_str name = s->name.n > 0 ? s->name : s->page.query.name;
    jf_buf_c(&text, "&C");
    for (uint32_t i = 0; i < name.n; i++) {
        if (name.p[i] == '&')
            jf_buf_char(&text, '&');
        jf_buf_char(&text, name.p[i]);
    }
    jf_buf_char(&text, ' ');
    jf_month_print(&text, s->page.query.from);
    jf_buf_char(&text, '\0');
    worksheet_set_header(b->sheet, text.p);
}

static bool file_write(const jf_settlement *s, const char *path, bool chinese)
{
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    lxw_workbook *workbook = workbook_new_opt(path, &options);
    if (!workbook)
        return false;
    book b = {.sheet = workbook_add_worksheet(workbook, NULL),
              .amount = workbook_add_format(workbook),
              .bold = workbook_add_format(workbook)};
    JF_ASSERT(b.sheet && b.amount && b.bold);
    format_set_num_format(b.amount, "0.00");
    format_set_bold(b.bold);
    worksheet_set_column(b.sheet, 0, JF_SETTLEMENT_COLUMNS - 1, 16, NULL);
    header_write(&b, s);
    sheet_write(&b, s, chinese);
    return workbook_close(workbook) == LXW_NO_ERROR;
}

static bool file_read(FILE *in, jf_buf *out)
{
    char part[8192];
    size_t n;
    while ((n = fread(part, 1, sizeof part, in)) > 0)
        jf_buf_bytes(out, part, n);
    return !ferror(in);
}

jf_store_result jf_settlement_xlsx(const jf_settlement *s, bool chinese, jf_buf *out,
                                   jf_store_error *error)
{
    char path[4096];
    const char *folder = getenv("TMPDIR");
    int n = snprintf(path, sizeof path, "%s/jifen-XXXXXX", folder && *folder ? folder : "/tmp");
    int fd = n > 0 && (size_t)n < sizeof path ? mkstemp(path) : -1;
    if (fd < 0)
        return jf_store_fail(error, "no temporary file can be made");
    bool good = file_write(s, path, chinese);
    FILE *in = good ? fopen(path, "rb") : NULL;
    good = in && file_read(in, out);
    if (in)
        fclose(in);
    close(fd);
    unlink(path);
    return good ? JF_STORE_OK : jf_store_fail(error, "the workbook cannot be written");
}
