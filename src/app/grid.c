/*
 * Columns on a terminal (grid.h): places are counted while cells come in, and
 * padding is put in when all widths are known.
 */
#include "app/grid.h"

#include <string.h>

#include "base/check.h"

#define GAP 2 /* places between columns */

struct jf_grid_line {
    bool note;
    uint32_t indent; /* of a note */
    jf_str cells[JF_GRID_COLUMNS];
    jf_grid_line *next;
};

/* The ranges of Unicode's East Asian Width that take two places (UAX #11: W and F). */
static bool is_wide(uint32_t c)
{
    static const uint32_t ranges[][2] = {
        {0x1100, 0x115f},   {0x2e80, 0x303e}, {0x3041, 0x33ff}, {0x3400, 0x4dbf},
        {0x4e00, 0x9fff},   {0xa000, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff},
        {0xfe30, 0xfe6f},   {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1faff},
        {0x20000, 0x3fffd},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

/* The character at p and its length; a broken sequence is one byte. */
static uint32_t decode(const unsigned char *p, uint32_t left, uint32_t *length)
{
    uint32_t want = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc0 ? 2 : 1;
    uint32_t c = want == 1 ? p[0] : p[0] & (0x7fu >> want);
    *length = 1;
    if (want > left)
        return p[0];
    for (uint32_t i = 1; i < want; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return p[0];
        c = c << 6 | (p[i] & 0x3f);
    }
    *length = want;
    return c;
}

uint32_t jf_text_width(jf_str text)
{
    uint32_t places = 0;
    JF_ASSERT(text.n == 0 || text.p != NULL);
    for (uint32_t i = 0, length; i < text.n; i += length)
        places += is_wide(decode((const unsigned char *)text.p + i, text.n - i, &length)) ? 2 : 1;
    return places;
}

const char *jf_unit_word(jf_unit unit, bool chinese)
{
    static const char *const words[JF_UNIT_COUNT][2] = {
        [JF_UNIT_CNY] = {"CNY", "元"},
        [JF_UNIT_POINT] = {"points", "分"},
        [JF_UNIT_VOUCHER] = {"vouchers", "券"},
        [JF_UNIT_COIN] = {"coins", "币"},
        [JF_UNIT_TOKEN] = {"units", "份"},
        [JF_UNIT_OWED] = {"owed vouchers", "欠券"},
        [JF_UNIT_SHARE] = {"", ""},
        [JF_UNIT_TURNOVER] = {"turnover", "业绩"},
        [JF_UNIT_LEGACY] = {"old debt", "旧账"},
    };
    JF_ASSERT(unit < JF_UNIT_COUNT && words[unit][0]);
    return words[unit][chinese];
}

void jf_grid_init(jf_grid *grid, jf_arena *arena, const char *align, uint32_t indent)
{
    *grid = (jf_grid){
        .arena = arena, .align = align, .columns = (uint32_t)strlen(align), .indent = indent};
    JF_ASSERT(grid->columns >= 1 && grid->columns <= JF_GRID_COLUMNS);
}

static jf_grid_line *line_add(jf_grid *grid)
{
    jf_grid_line *line = JF_NEW(grid->arena, jf_grid_line);
    if (grid->last)
        grid->last->next = line;
    else
        grid->first = line;
    grid->last = line;
    return line;
}

void jf_grid_cell(jf_grid *grid, jf_str text)
{
    jf_grid_line *line = grid->filled == 0 ? line_add(grid) : grid->last;
    uint32_t width = jf_text_width(text);
    JF_ASSERT(grid->filled < grid->columns && !line->note);
    line->cells[grid->filled] = text;
    if (width > grid->width[grid->filled])
        grid->width[grid->filled] = width;
    grid->filled = (grid->filled + 1) % grid->columns;
}

void jf_grid_c(jf_grid *grid, const char *text)
{
    jf_grid_cell(grid, jf_str_of(text));
}

void jf_grid_int(jf_grid *grid, int64_t value)
{
    jf_grid_amount(grid, value, 0);
}

static void decimal_cell(jf_grid *grid, const char *sign, int64_t value, int decimals)
{
    jf_buf text;
    jf_buf_init(&text, grid->arena);
    jf_buf_c(&text, sign);
    jf_decimal_print(&text, value, decimals);
    jf_grid_cell(grid, jf_buf_view(&text));
}

void jf_grid_amount(jf_grid *grid, int64_t value, int decimals)
{
    decimal_cell(grid, "", value, decimals);
}

void jf_grid_signed(jf_grid *grid, int64_t value, int decimals)
{
    decimal_cell(grid, value > 0 ? "+" : "", value, decimals);
}

void jf_grid_note(jf_grid *grid, uint32_t indent, jf_str text)
{
    JF_ASSERT(grid->filled == 0);
    jf_grid_line *line = line_add(grid);
    line->note = true;
    line->indent = indent;
    line->cells[0] = text;
}

static void blanks(jf_buf *out, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        jf_buf_char(out, ' ');
}

static void row_write(const jf_grid *grid, const jf_grid_line *line, jf_buf *out)
{
    uint32_t owed =
        grid->indent; /* blanks that are written before the next text, never at the end */
    for (uint32_t i = 0; i < grid->columns; i++) {
        uint32_t width = jf_text_width(line->cells[i]);
        uint32_t pad = grid->width[i] - width;
        JF_ASSERT(width <= grid->width[i]);
        owed += grid->align[i] == 'r' ? pad : 0;
        if (line->cells[i].n > 0) {
            blanks(out, owed);
            jf_buf_str(out, line->cells[i]);
            owed = 0;
        } else {
            owed += width;
        }
        owed += GAP + (grid->align[i] == 'r' ? 0 : pad);
    }
    jf_buf_char(out, '\n');
}

void jf_grid_write(const jf_grid *grid, jf_buf *out)
{
    JF_ASSERT(grid->filled == 0);
    for (const jf_grid_line *line = grid->first; line; line = line->next) {
        if (!line->note) {
            row_write(grid, line, out);
            continue;
        }
        blanks(out, line->indent);
        jf_buf_str(out, line->cells[0]);
        jf_buf_char(out, '\n');
    }
}
