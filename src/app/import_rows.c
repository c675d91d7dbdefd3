/*
 * The purchases of an import (import_rows.h).
 *
 * A row is checked field by field, and the first bad field decides what is
 * said about it. Customers and shops are interned: a row holds their index.
 */
#include "app/import_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/id.h"

/* The fields that a mapping can name. */
typedef enum column {
    COLUMN_CUSTOMER,
    COLUMN_DATE,
    COLUMN_AMOUNT,
    COLUMN_SHOP,
    COLUMN_ID,
    COLUMN_TIME,
    COLUMNS
} column;

/* Where the named columns are in the file at hand. */
typedef struct layout {
    jf_import_rows *rows;
    uint32_t width;
    int32_t at[COLUMNS]; /* -1: not named */
    jf_str name[COLUMNS];
} layout;

const char *jf_import_bad_wire(jf_import_bad bad)
{
    static const char *const wires[] = {
#define JF_IMPORT_BAD(NAME, wire, en, zh) wire,
#include "app/import_bad.def"
#undef JF_IMPORT_BAD
    };
    JF_ASSERT(bad < JF_IMPORT_BADS);
    return wires[bad];
}

const char *jf_import_bad_text(jf_import_bad bad, bool chinese)
{
    static const char *const texts[][2] = {
#define JF_IMPORT_BAD(NAME, wire, en, zh) {en, zh},
#include "app/import_bad.def"
#undef JF_IMPORT_BAD
    };
    JF_ASSERT(bad < JF_IMPORT_BADS);
    return texts[bad][chinese];
}

void jf_import_rows_init(jf_import_rows *rows, const jf_import_map *map, uint32_t limit,
                         jf_import_complain complain, void *context)
{
    JF_ASSERT(map != NULL);
    *rows = (jf_import_rows){.map = map, .complain = complain, .context = context};
    rows->limit = limit ? limit : JF_IMPORT_ROWS_DEFAULT;
    jf_arena_init(&rows->arena, (size_t)1 << 20);
    jf_map_init(&rows->by_text);
    jf_map_init(&rows->by_number);
    jf_map_init(&rows->shop_by_text);
}

void jf_import_rows_free(jf_import_rows *rows)
{
    free(rows->list);
    free(rows->customer);
    free(rows->shop);
    jf_map_free(&rows->by_text);
    jf_map_free(&rows->by_number);
    jf_map_free(&rows->shop_by_text);
    jf_arena_free(&rows->arena);
}

uint32_t jf_import_rows_bad(const jf_import_rows *rows)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < JF_IMPORT_BADS; i++)
        sum += rows->bad[i];
    return sum;
}

/* Count a bad row and tell about it. Always false, so that checks can return it. */
static bool bad_row(const layout *l, uint32_t line, jf_import_bad bad, int at, const char *message)
{
    jf_import_rows *rows = l->rows;
    char name[80] = "";
    if (at >= 0)
        snprintf(name, sizeof name, "%.*s", JF_STR_ARG(l->name[at]));
    rows->bad[bad]++;
    if (rows->complain)
        rows->complain(rows->context,
                       &(jf_import_complaint){line, name, jf_import_bad_wire(bad), message});
    return false;
}

/* Room for one more element of a list that grows by doubling. */
static void *room_for(void *list, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return list;
    *room = *room ? 2 * *room : 1024;
    return jf_realloc(list, *room * size);
}

/* Interned texts are found by index: the map's items are indexes, one up (0 is "none"). */
typedef struct text_key {
    const jf_import_rows *rows;
    jf_str text;
} text_key;

static bool is_customer(const void *item, const void *key)
{
    const text_key *k = key;
    return jf_str_eq(k->rows->customer[(uintptr_t)item - 1].text, k->text);
}

static bool is_shop(const void *item, const void *key)
{
    const text_key *k = key;
    return jf_str_eq(k->rows->shop[(uintptr_t)item - 1], k->text);
}

static uint32_t intern_customer(jf_import_rows *rows, jf_str text)
{
    text_key key = {rows, text};
    uint64_t hash = jf_str_hash(text);
    uintptr_t found = (uintptr_t)jf_map_find(&rows->by_text, hash, is_customer, &key);
    if (found)
        return (uint32_t)(found - 1);
    rows->customer =
        room_for(rows->customer, rows->customers, &rows->customer_room, sizeof *rows->customer);
    rows->customer[rows->customers++] =
        (jf_import_customer){.text = jf_str_dup(&rows->arena, text)};
    jf_map_put(&rows->by_text, hash, (void *)(uintptr_t)rows->customers);
    return rows->customers - 1;
}

static uint32_t intern_shop(jf_import_rows *rows, jf_str text)
{
    text_key key = {rows, text};
    uint64_t hash = jf_str_hash(text);
    uintptr_t found = (uintptr_t)jf_map_find(&rows->shop_by_text, hash, is_shop, &key);
    if (found)
        return (uint32_t)(found - 1);
    rows->shop = room_for(rows->shop, rows->shops, &rows->shop_room, sizeof *rows->shop);
    rows->shop[rows->shops++] = jf_str_dup(&rows->arena, text);
    jf_map_put(&rows->shop_by_text, hash, (void *)(uintptr_t)rows->shops);
    return rows->shops - 1;
}

/* Would prefix and text together be an id? */
static bool makes_id(jf_str prefix, jf_str text)
{
    return text.n > 0 && text.n + prefix.n <= JF_ID_MAX && jf_id_valid(text);
}

static jf_str joined(jf_arena *arena, jf_str prefix, jf_str text)
{
    jf_buf out;
    jf_buf_init(&out, arena);
    jf_buf_str(&out, prefix);
    jf_buf_str(&out, text);
    return jf_buf_view(&out);
}

static bool shift_day(jf_day *day, int32_t years)
{
    int year, month, mday;
    char text[16];
    jf_day_civil(*day, &year, &month, &mday);
    int n = snprintf(text, sizeof text, "%04d-%02d-%02d", year + years, month, mday);
    return n == 10 && jf_day_parse((jf_str){text, 10}, day);
}

/* "1997-01-31", behind which a time may stand: "1997-01-31 10:00:30" or with a T between. */
static bool check_date(const layout *l, const jf_csv_row *in, jf_import_row *row)
{
    jf_str text = in->field[l->at[COLUMN_DATE]];
    jf_str date = {text.p, text.n < 10 ? text.n : 10};
    if (!jf_day_parse(date, &row->day))
        return bad_row(l, in->line, JF_IMPORT_DATE, COLUMN_DATE, "expected a day like 1997-01-31");
    if (text.n > 10 && ((text.p[10] != ' ' && text.p[10] != 'T') ||
                        !jf_import_time_parse((jf_str){text.p + 11, text.n - 11}, &row->second)))
        return bad_row(l, in->line, JF_IMPORT_DATE, COLUMN_DATE,
                       "expected a day like 1997-01-31, perhaps with a time like 10:00:30 behind");
    if (!shift_day(&row->day, l->rows->map->shift_years))
        return bad_row(l, in->line, JF_IMPORT_DATE, COLUMN_DATE,
                       "there is no such day in the year that the mapping shifts it to");
    return true;
}

static bool check_time(const layout *l, const jf_csv_row *in, jf_import_row *row)
{
    if (l->at[COLUMN_TIME] < 0 || jf_import_time_parse(in->field[l->at[COLUMN_TIME]], &row->second))
        return true;
    return bad_row(l, in->line, JF_IMPORT_TIME, COLUMN_TIME,
                   "expected a time like 10:00 or 10:00:30");
}

static bool check_amount(const layout *l, const jf_csv_row *in, jf_import_row *row)
{
    jf_str text = in->field[l->at[COLUMN_AMOUNT]];
    const char *wrong = NULL;
    jf_decimal_result result = jf_decimal_parse(text, 2, &row->amount);
    if (result == JF_DECIMAL_OVERFLOW || (result == JF_DECIMAL_OK && row->amount > JF_PRICE_MAX))
        wrong = "too large; expected at most 100000000000.00";
    else if (result == JF_DECIMAL_PRECISE)
        wrong = "expected at most 2 decimals, like 12.50";
    else if (result != JF_DECIMAL_OK && text.n > 0 && text.p[0] == '-')
        wrong = "negative; expected an amount above 0, like 12.50 (refunds are not imported)";
    else if (result != JF_DECIMAL_OK)
        wrong = "expected an amount above 0 with at most 2 decimals and no other signs, like 12.50";
    if (wrong)
        return bad_row(l, in->line, JF_IMPORT_AMOUNT, COLUMN_AMOUNT, wrong);
    if (row->amount == 0)
        return bad_row(l, in->line, JF_IMPORT_NO_SALE, COLUMN_AMOUNT,
                       "0 is no sale; expected an amount above 0");
    return true;
}

/* The texts that become ids, checked before they are interned. */
static bool check_ids(const layout *l, const jf_csv_row *in)
{
    static const struct {
        column column;
        jf_import_bad bad;
    } checked[] = {{COLUMN_CUSTOMER, JF_IMPORT_CUSTOMER},
                   {COLUMN_SHOP, JF_IMPORT_SHOP},
                   {COLUMN_ID, JF_IMPORT_ID}};
    const jf_import_ids *ids = &l->rows->map->ids;
    const jf_str prefixes[] = {ids->member, ids->shop, ids->order};
    for (size_t i = 0; i < sizeof checked / sizeof *checked; i++) {
        int32_t at = l->at[checked[i].column];
        if (at >= 0 && !makes_id(prefixes[i], in->field[at]))
            return bad_row(l, in->line, checked[i].bad, (int)checked[i].column,
                           "expected an id: letters, digits or . _ : - and at most 64 with the "
                           "prefix of the mapping");
    }
    return true;
}

static void add_row(jf_import_rows *rows, const jf_import_row *row)
{
    JF_ASSERT(row->amount > 0 && rows->count < rows->limit);
    rows->list = room_for(rows->list, rows->count, &rows->room, sizeof *rows->list);
    rows->list[rows->count++] = *row;
}

static void malformed(const layout *l, const jf_csv_error *error)
{
    char message[240];
    if (error->field)
        snprintf(message, sizeof message, "field %u: %s", error->field, error->message);
    else
        snprintf(message, sizeof message, "%s", error->message);
    bad_row(l, error->line, JF_IMPORT_ROW, -1, message);
}

/* One row of the file: kept, or complained about. */
static void take_row(const layout *l, const jf_csv_row *in)
{
    jf_import_rows *rows = l->rows;
    jf_import_row row = {.number = in->number, .line = in->line, .second = -1};
    if (in->count != l->width) {
        char message[80];
        snprintf(message, sizeof message, "expected %u columns as in the header, found %u",
                 l->width, in->count);
        bad_row(l, in->line, JF_IMPORT_COLUMNS, -1, message);
        return;
    }
    if (!check_ids(l, in) || !check_date(l, in, &row) || !check_time(l, in, &row) ||
        !check_amount(l, in, &row))
        return;
    row.customer = intern_customer(rows, in->field[l->at[COLUMN_CUSTOMER]]);
    if (l->at[COLUMN_SHOP] >= 0)
        row.shop = intern_shop(rows, in->field[l->at[COLUMN_SHOP]]);
    if (l->at[COLUMN_ID] >= 0)
        row.id = joined(&rows->arena, rows->map->ids.order, in->field[l->at[COLUMN_ID]]);
    add_row(rows, &row);
}

/* Finds each named column in the header; false when one is not there, or there twice. */
static bool find_columns(layout *l, const jf_csv_row *header, jf_csv_error *error)
{
    for (int i = 0; i < COLUMNS; i++) {
        l->at[i] = -1;
        for (uint32_t j = 0; j < header->count && l->name[i].n > 0; j++) {
            if (!jf_str_eq(header->field[j], l->name[i]))
                continue;
            if (l->at[i] >= 0) {
                snprintf(error->message, sizeof error->message,
                         "there are two columns \"%.*s\"; expected one", JF_STR_ARG(l->name[i]));
                return false;
            }
            l->at[i] = (int32_t)j;
        }
        if (l->name[i].n > 0 && l->at[i] < 0) {
            snprintf(error->message, sizeof error->message,
                     "there is no column \"%.*s\" in the header; name the file's own columns in a "
                     "mapping (--map)",
                     JF_STR_ARG(l->name[i]));
            return false;
        }
    }
    l->width = header->count;
    return true;
}

static bool read_header(layout *l, jf_csv *csv, jf_csv_row *row, jf_csv_error *error)
{
    const jf_import_columns *columns = &l->rows->map->columns;
    const jf_str names[COLUMNS] = {columns->customer, columns->date, columns->amount,
                                   columns->shop,     columns->id,   columns->time};
    memcpy(l->name, names, sizeof names);
    jf_csv_result result = jf_csv_next(csv, row, error);
    if (result == JF_CSV_END)
        *error = (jf_csv_error){0, 0, "the file is empty; expected a header and rows"};
    if (result != JF_CSV_ROW)
        return false;
    error->line = row->line;
    error->field = 0;
    return find_columns(l, row, error);
}

bool jf_import_rows_read(jf_import_rows *rows, jf_csv *csv, jf_csv_error *error)
{
    jf_csv_row row;
    layout l = {.rows = rows};
    if (!read_header(&l, csv, &row, error))
        return false;
    for (;;) {
        jf_csv_result result = jf_csv_next(csv, &row, error);
        if (result == JF_CSV_END)
            return true;
        if (result == JF_CSV_FAILED)
            return false;
        if (rows->read++ == rows->limit) {
            error->line = row.line;
            error->field = 0;
            snprintf(
                error->message, sizeof error->message,
                "more than %u rows; rows are sorted in memory (about 64 bytes each): split the "
                "file by days, or allow more with --max-rows",
                rows->limit);
            return false;
        }
        if (result == JF_CSV_BAD)
            malformed(&l, error);
        else
            take_row(&l, &row);
    }
}

bool jf_import_rows_add(jf_import_rows *rows, jf_str customer, jf_day day, int64_t amount)
{
    JF_ASSERT(makes_id(rows->map->ids.member, customer) && amount <= JF_PRICE_MAX);
    if (rows->read == rows->limit)
        return false;
    jf_import_row row = {.day = day, .second = -1, .amount = amount};
    row.number = row.line = ++rows->read;
    if (!shift_day(&row.day, rows->map->shift_years)) {
        rows->bad[JF_IMPORT_DATE]++;
        return true;
    }
    row.customer = intern_customer(rows, customer);
    add_row(rows, &row);
    return true;
}

static int by_day(const void *a, const void *b)
{
    const jf_import_row *x = a, *y = b;
    if (x->day.n != y->day.n)
        return x->day.n < y->day.n ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* A whole number of at most 18 digits. */
static bool number_of(jf_str text, uint64_t *number)
{
    *number = 0;
    for (uint32_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        *number = *number * 10 + (uint64_t)(text.p[i] - '0');
    }
    return text.n > 0 && text.n <= 18;
}

static bool has_number(const void *item, const void *key)
{
    return ((const jf_import_customer *)item)->number == *(const uint64_t *)key;
}

jf_import_customer *jf_import_customer_number(const jf_import_rows *rows, uint64_t number)
{
    return jf_map_find(&rows->by_number, jf_map_mix(number), has_number, &number);
}

/*
 * c is a customer's number when every customer of the file is one; else its
 * place, from 1, in the order of first purchases.
 */
static void number_customers(jf_import_rows *rows)
{
    bool numbers = true;
    uint64_t place = 0;
    for (uint32_t i = 0; i < rows->customers; i++)
        numbers = number_of(rows->customer[i].text, &rows->customer[i].number) && numbers;
    for (uint32_t i = 0; i < rows->count; i++) {
        jf_import_customer *customer = &rows->customer[rows->list[i].customer];
        if (!numbers && customer->purchases == 0)
            customer->number = ++place;
        customer->purchases = 1;
    }
    for (uint32_t i = 0; i < rows->customers; i++) {
        jf_import_customer *customer = &rows->customer[i];
        JF_ASSERT(customer->purchases == 1); /* customers come from rows that were kept */
        customer->purchases = 0;
        if (!jf_import_customer_number(rows, customer->number))
            jf_map_put(&rows->by_number, jf_map_mix(customer->number), customer);
    }
}

void jf_import_rows_sort(jf_import_rows *rows)
{
    const jf_import_shops *shops = &rows->map->shops;
    if (rows->count > 0)
        qsort(rows->list, rows->count, sizeof *rows->list, by_day);
    number_customers(rows);
    for (uint32_t i = 0; i < rows->count; i++) {
        jf_import_row *row = &rows->list[i];
        jf_import_customer *customer = &rows->customer[row->customer];
        uint64_t k = customer->purchases++; /* 0 for the first purchase */
        if (shops->count)
            row->shop = (uint32_t)((customer->number % shops->count * shops->by_customer +
                                    k * shops->by_purchase) %
                                   shops->count);
        JF_ASSERT(row->shop < (shops->count ? shops->count : rows->shops));
    }
}
