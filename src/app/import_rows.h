/*
 * The purchases of an import, in memory: read, checked one by one, and put in
 * the order of their days.
 *
 * Files of purchases are often sorted by customer, and business days only go
 * forward, so the whole file is read before the first command is sent. A row
 * takes about 64 bytes, a customer about 150; the number of rows is limited.
 */
#ifndef JF_APP_IMPORT_ROWS_H
#define JF_APP_IMPORT_ROWS_H

#include "app/csv.h"
#include "app/import_map.h"
#include "base/map.h"

#define JF_IMPORT_ROWS_DEFAULT 5000000u

typedef enum jf_import_bad {
#define JF_IMPORT_BAD(NAME, wire, en, zh) JF_IMPORT_##NAME,
#include "app/import_bad.def"
#undef JF_IMPORT_BAD
    JF_IMPORT_BADS
} jf_import_bad;

const char *jf_import_bad_wire(jf_import_bad bad);
const char *jf_import_bad_text(jf_import_bad bad, bool chinese);

/* A row that is left out, for whoever tells people. Texts are valid during the call. */
typedef struct jf_import_complaint {
    uint32_t line;      /* of the file */
    const char *column; /* its name; empty: the row as a whole */
    const char *reason; /* wire name of a jf_import_bad or of a refusal */
    const char *message;
} jf_import_complaint;

typedef void (*jf_import_complain)(void *context, const jf_import_complaint *complaint);

typedef struct jf_import_customer {
    jf_str text;
    uint64_t number; /* c: its number, or its place in the order of first purchases */
    uint32_t purchases;
    bool created; /* its member.create was sent */
} jf_import_customer;

typedef struct jf_import_row {
    jf_day day;
    int32_t second; /* of the day; -1: the file does not say */
    uint32_t number, line;
    uint32_t customer; /* index */
    uint32_t shop;     /* s: assigned, or the shop's place in the order of first appearance */
    int64_t amount;    /* fen, above 0 */
    jf_str id;         /* of the order, with its prefix; empty: made from the number */
} jf_import_row;

typedef struct jf_import_rows {
    jf_arena arena;
    const jf_import_map *map;
    jf_import_complain complain;
    void *context;
    uint32_t limit; /* rows at most */
    uint32_t read;  /* rows of the file, the header not counted */
    uint32_t bad[JF_IMPORT_BADS];
    uint32_t count, room;
    jf_import_row *list;
    uint32_t customers, customer_room;
    jf_import_customer *customer;
    uint32_t shops, shop_room; /* named by the file; none when they are assigned */
    jf_str *shop;
    jf_map by_text, by_number, shop_by_text;
} jf_import_rows;

/* limit 0: JF_IMPORT_ROWS_DEFAULT. complain may be NULL. The map must live as long as the rows. */
void jf_import_rows_init(jf_import_rows *rows, const jf_import_map *map, uint32_t limit,
                         jf_import_complain complain, void *context);
void jf_import_rows_free(jf_import_rows *rows);

/*
 * Every row of a file. Bad rows are complained about, counted and left out.
 * False, with the reason, when the file is not one that the mapping fits.
 */
bool jf_import_rows_read(jf_import_rows *rows, jf_csv *csv, jf_csv_error *error);

/* One purchase that comes from elsewhere, with the next row's number; false: too many. */
bool jf_import_rows_add(jf_import_rows *rows, jf_str customer, jf_day day, int64_t amount);

/* After the last row: order by (day, place in the file), number customers, assign shops. */
void jf_import_rows_sort(jf_import_rows *rows);

/* Customer number c; NULL when the file has none. */
jf_import_customer *jf_import_customer_number(const jf_import_rows *rows, uint64_t number);

/* Rows that were left out so far. */
uint32_t jf_import_rows_bad(const jf_import_rows *rows);

#endif
