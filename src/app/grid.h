/*
 * Text in columns for a terminal, in both languages: Chinese characters take
 * two places, so padding counts places and not bytes or characters.
 *
 * Cells are collected first and laid out at the end, each column as wide as its
 * widest cell. Between rows there may be notes, lines that are outside of the
 * columns. Texts must outlive the grid; what it makes itself is in its arena.
 */
#ifndef JF_APP_GRID_H
#define JF_APP_GRID_H

#include "base/str.h"
#include "base/units.h"

#define JF_GRID_COLUMNS 12

typedef struct jf_grid_line jf_grid_line;

typedef struct jf_grid {
    jf_arena *arena;
    const char *align; /* one of "l" and "r" a column */
    uint32_t columns, indent, filled;
    uint32_t width[JF_GRID_COLUMNS];
    jf_grid_line *first, *last;
} jf_grid;

/* How many places a text takes; control characters and broken UTF-8 count one a byte. */
uint32_t jf_text_width(jf_str text);

/* What stands beside an amount of the unit: "¥" is 元 and CNY here, vouchers are never ¥ alone. */
const char *jf_unit_word(jf_unit unit, bool chinese);

void jf_grid_init(jf_grid *grid, jf_arena *arena, const char *align, uint32_t indent);

/* The next cell of the row; a row is complete with its last column. */
void jf_grid_cell(jf_grid *grid, jf_str text);
void jf_grid_c(jf_grid *grid, const char *text);
void jf_grid_int(jf_grid *grid, int64_t value);
void jf_grid_amount(jf_grid *grid, int64_t value, int decimals);
void jf_grid_signed(jf_grid *grid, int64_t value, int decimals); /* with + before gains */

/* A line after the last complete row, indented by so many places. */
void jf_grid_note(jf_grid *grid, uint32_t indent, jf_str text);

/* Lay out all rows and notes. */
void jf_grid_write(const jf_grid *grid, jf_buf *out);

#endif
