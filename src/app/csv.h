/*
 * Reading CSV (RFC 4180), a row at a time, from a file or standard input, gzipped or not.
 *
 * Accepted: fields in double quotes with "" inside, line breaks within quotes,
 * LF or CRLF, a byte order mark, blank lines (they are passed over), a last
 * line without its line break. A row that breaks the rules is reported with
 * its line and field, and reading goes on behind its line; what leaves no
 * place to go on from (a quote that is never closed, a row beyond the limit,
 * a file that cannot be read or unpacked) ends the reading. Never a guess.
 */
#ifndef JF_APP_CSV_H
#define JF_APP_CSV_H

#include <stdint.h>

#include "base/str.h"

#define JF_CSV_COLUMNS 64
#define JF_CSV_ROW_BYTES (1u << 20)

typedef struct jf_csv jf_csv;

typedef struct jf_csv_row {
    uint32_t number; /* 0 for the first row, which is usually the header; bad rows count */
    uint32_t line;   /* on which it starts, as an editor counts: from 1 */
    uint32_t count;  /* fields */
    jf_str field[JF_CSV_COLUMNS]; /* unquoted, UTF-8, no NUL; valid until the next call */
} jf_csv_row;

typedef struct jf_csv_error {
    uint32_t line;  /* 0: no line of the file is to blame */
    uint32_t field; /* from 1; 0: the row as a whole */
    char message[200];
} jf_csv_error;

typedef enum jf_csv_result {
    JF_CSV_ROW,
    JF_CSV_END,
    JF_CSV_BAD,    /* this row is malformed: *error says how; number and line are filled in */
    JF_CSV_FAILED, /* there is no going on: *error says why */
} jf_csv_result;

/* "-" is standard input. False, with the reason, when the file cannot be opened. */
bool jf_csv_open(jf_csv **out, const char *path, jf_csv_error *error);
jf_csv_result jf_csv_next(jf_csv *csv, jf_csv_row *row, jf_csv_error *error);
void jf_csv_close(jf_csv *csv);

#endif
