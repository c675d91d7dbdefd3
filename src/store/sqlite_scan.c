/*
 * Reading through a SQLite file in key order, for audits and reports:
 * journals, whole tables, the positions of a cohort, members by a relation,
 * parties by their ids and regions, orders and withdrawals by what they are.
 *
 * A scan is one statement, so it sees the file as of its beginning whatever is
 * committed meanwhile. Scans prepare their own statements: the function they
 * call may fetch, or scan another table, but not the same connection's writes.
 */
#include <string.h>

#include "base/check.h"
#include "base/id.h"
#include "store/sqlite_store.h"

/* A scan under way: what reads a row, and whom it is shown to. */
typedef struct scanning {
    jf_sqlite *s;
    jf_row_fn fn;
    void *context;
    jf_arena arena; /* lists inside the row */
    bool ended;     /* fn has seen enough */
} scanning;

/* Shows one row; false when it is damaged. */
typedef bool (*row_show)(scanning *scan, sqlite3_stmt *stmt);

static bool party_show(scanning *scan, sqlite3_stmt *stmt)
{
    jf_party party;
    bool good = jf_party_from_row(stmt, &party);
    scan->ended = good && !scan->fn(scan->context, &party);
    return good;
}

static bool account_show(scanning *scan, sqlite3_stmt *stmt)
{
    jf_account account;
    bool good = jf_account_from_row(stmt, &account);
    scan->ended = good && !scan->fn(scan->context, &account);
    return good;
}

static bool order_show(scanning *scan, sqlite3_stmt *stmt)
{
    jf_order order;
    bool good = jf_order_from_row(&scan->arena, stmt, &order);
    scan->ended = good && !scan->fn(scan->context, &order);
    jf_arena_reset(&scan->arena);
    return good;
}

static bool lot_show(scanning *scan, sqlite3_stmt *stmt)
{
    jf_lot lot;
    bool good = jf_lot_from_row(stmt, &lot);
    scan->ended = good && !scan->fn(scan->context, &lot);
    return good;
}

static bool withdrawal_show(scanning *scan, sqlite3_stmt *stmt)
{
    jf_withdrawal withdrawal;
    bool good = jf_withdrawal_from_row(stmt, &withdrawal);
    scan->ended = good && !scan->fn(scan->context, &withdrawal);
    return good;
}

static bool idem_show(scanning *scan, sqlite3_stmt *stmt)
{
    jf_columns row = {.stmt = stmt};
    jf_idem idem = {.row = {.type = JF_ROW_IDEM, .exists = true}};
    idem.kind = (jf_command_kind)jf_column_int(&row, 0, JF_COMMAND_KINDS - 1);
    idem.id = jf_column_text(&row);
    idem.number = (uint64_t)jf_column_int(&row, 1, INT64_MAX);
    scan->ended = !row.bad && !scan->fn(scan->context, &idem);
    return !row.bad;
}

static bool unmoved_show(scanning *scan, sqlite3_stmt *stmt)
{
    jf_columns row = {.stmt = stmt};
    jf_unmoved_row unmoved;
    unmoved.party = (uint32_t)jf_column_int(&row, 0, UINT32_MAX);
    unmoved.number = (uint64_t)jf_column_int(&row, 0, INT64_MAX);
    scan->ended = !row.bad && !scan->fn(scan->context, &unmoved);
    return !row.bad;
}

static bool journal_show(scanning *scan, sqlite3_stmt *stmt)
{
    jf_journal_row journal;
    bool good = jf_journal_from_row(stmt, &journal);
    scan->ended = good && !scan->fn(scan->context, &journal);
    return good;
}

static jf_store_result scan_run(scanning *scan, const char *sql, int64_t from, row_show show,
                                const char *what, jf_store_error *error)
{
    jf_sqlite *s = scan->s;
    sqlite3_stmt *stmt = NULL;
    if (scan->ended) {
        return JF_STORE_OK;
    }
    if (jf_sqlite_prepare(s, s->reader, &sql, 1, &stmt, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    if (sqlite3_bind_parameter_count(stmt) == 1) {
        sqlite3_bind_int64(stmt, 1, from);
    }
    bool good = true;
    while (good && !scan->ended && sqlite3_step(stmt) == SQLITE_ROW) {
        good = show(scan, stmt);
    }
    if (sqlite3_finalize(stmt) != SQLITE_OK) {
        return jf_sqlite_fail(s, s->reader, "reading through it", error);
    }
    return good ? JF_STORE_OK : jf_sqlite_damaged(s, what, error);
}

/* The platform has no row in party; the accounts of everybody else come party by party. */
static jf_store_result accounts_scan(scanning *scan, jf_store_error *error)
{
    jf_store_result result = scan_run(scan,
                                      "SELECT " JF_ACCOUNT_COLUMNS
                                      " FROM account a WHERE bucket=0 AND owner=0 ORDER BY slot",
                                      0, account_show, "an account", error);
    if (result != JF_STORE_OK) {
        return result;
    }
    return scan_run(scan,
                    "SELECT " JF_ACCOUNT_COLUMNS " FROM party p CROSS JOIN account a"
                    " ON a.bucket=p.bucket AND a.owner=p.no ORDER BY p.no,a.slot",
                    0, account_show, "an account", error);
}

jf_store_result jf_sqlite_scan(jf_store *store, jf_table table, jf_row_fn fn, void *context,
                               jf_store_error *error)
{
    scanning scan = {.s = (jf_sqlite *)store, .fn = fn, .context = context};
    jf_arena_init(&scan.arena, 0);
    jf_store_result result = JF_STORE_FAILED;
    switch (table) {
    case JF_TABLE_PARTY:
        result = scan_run(&scan, "SELECT " JF_PARTY_COLUMNS " FROM party ORDER BY no", 0,
                          party_show, "a party", error);
        break;
    case JF_TABLE_ACCOUNT:
        result = accounts_scan(&scan, error);
        break;
    case JF_TABLE_ORDER:
        result = scan_run(&scan, "SELECT " JF_ORDER_COLUMNS " FROM orders ORDER BY number", 0,
                          order_show, "an order", error);
        break;
    case JF_TABLE_LOT:
        result = scan_run(&scan, "SELECT " JF_LOT_COLUMNS " FROM lot ORDER BY number", 0, lot_show,
                          "a lot of units", error);
        break;
    case JF_TABLE_WITHDRAWAL:
        result = scan_run(
            &scan, "SELECT " JF_WITHDRAWAL_COLUMNS " FROM withdrawal WHERE bucket=0 ORDER BY id", 0,
            withdrawal_show, "a withdrawal", error);
        break;
    case JF_TABLE_IDEM:
        result = scan_run(&scan, "SELECT kind,id,number FROM idem WHERE bucket=0 ORDER BY kind,id",
                          0, idem_show, "an id that was used", error);
        break;
    case JF_TABLE_UNMOVED:
        result = scan_run(&scan, "SELECT party,number FROM unmoved ORDER BY party,number", 0,
                          unmoved_show, "an order that moved nothing", error);
        break;
    }
    jf_arena_free(&scan.arena);
    return result;
}

jf_store_result jf_sqlite_idem_scan(jf_store *store, jf_command_kind kind, jf_row_fn fn,
                                    void *context, jf_store_error *error)
{
    scanning scan = {.s = (jf_sqlite *)store, .fn = fn, .context = context};
    return scan_run(&scan, "SELECT kind,id,number FROM idem WHERE bucket=0 AND kind=?1 ORDER BY id",
                    kind, idem_show, "an id that was used", error);
}

jf_store_result jf_sqlite_journal_scan(jf_store *store, uint64_t from, jf_row_fn fn, void *context,
                                       jf_store_error *error)
{
    JF_ASSERT(from <= INT64_MAX);
    scanning scan = {.s = (jf_sqlite *)store, .fn = fn, .context = context};
    return scan_run(&scan,
                    "SELECT " JF_JOURNAL_COLUMNS " FROM journal WHERE number>=?1 ORDER BY number",
                    (int64_t)from, journal_show, "a journal", error);
}

/* Every row of a statement whose parameters are bound. */
static jf_store_result read_run(scanning *scan, sqlite3_stmt *stmt, row_show show, const char *what,
                                jf_store_error *error)
{
    bool good = true;
    while (good && !scan->ended && sqlite3_step(stmt) == SQLITE_ROW) {
        good = show(scan, stmt);
    }
    int failed = sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    if (failed != SQLITE_OK) {
        return jf_sqlite_fail(scan->s, scan->s->reader, "reading through it", error);
    }
    return good ? JF_STORE_OK : jf_sqlite_damaged(scan->s, what, error);
}

jf_store_result jf_sqlite_orders_back(jf_store *store, const jf_sought *sought, jf_row_fn fn,
                                      void *context, jf_store_error *error)
{
    jf_sqlite *s = (jf_sqlite *)store;
    JF_ASSERT(sought->before <= INT64_MAX && sought->from <= INT64_MAX);
    scanning scan = {.s = s, .fn = fn, .context = context};
    sqlite3_stmt *stmt = s->reads[sought->refunded ? JF_READ_REFUNDED : JF_READ_ORDERS];
    sqlite3_bind_int64(stmt, 1, (int64_t)sought->from);
    sqlite3_bind_int64(stmt, 2, sought->before > 0 ? (int64_t)sought->before : INT64_MAX);
    sqlite3_bind_int64(stmt, 3, sought->least);
    sqlite3_bind_int64(stmt, 4, sought->buyer);
    sqlite3_bind_int64(stmt, 5, sought->shop);
    sqlite3_bind_int64(stmt, 6, sought->settled);
    sqlite3_bind_int64(stmt, 7, sought->open.n);
    jf_arena_init(&scan.arena, 0);
    jf_store_result result = read_run(&scan, stmt, order_show, "an order", error);
    jf_arena_free(&scan.arena);
    return result;
}

jf_store_result jf_sqlite_journal_get(jf_store *store, jf_arena *arena, uint64_t number,
                                      jf_journal_row *out, jf_store_error *error)
{
    jf_sqlite *s = (jf_sqlite *)store;
    JF_ASSERT(number <= INT64_MAX);
    sqlite3_stmt *stmt = s->reads[JF_READ_JOURNAL];
    sqlite3_bind_int64(stmt, 1, (int64_t)number);
    int code = sqlite3_step(stmt);
    bool good = code != SQLITE_ROW || jf_journal_from_row(stmt, out);
    if (good && code == SQLITE_ROW) {
        out->command = jf_str_dup(arena, out->command);
        out->result = jf_str_dup(arena, out->result);
        out->postings = jf_str_dup(arena, out->postings);
    }
    if (sqlite3_reset(stmt) != SQLITE_OK) {
        return jf_sqlite_fail(s, s->reader, "reading a journal", error);
    }
    if (!good) {
        return jf_sqlite_damaged(s, "a journal", error);
    }
    return code == SQLITE_ROW ? JF_STORE_OK : JF_STORE_NONE;
}

jf_store_result jf_sqlite_positions(jf_store *store, uint32_t pool, uint32_t cohort, uint32_t after,
                                    uint32_t limit, jf_position_columns *out, jf_store_error *error)
{
    jf_sqlite *s = (jf_sqlite *)store;
    sqlite3_stmt *stmt = s->reads[JF_READ_POSITIONS];
    sqlite3_bind_int64(stmt, 1, jf_slot_of(JF_ACCOUNT_POSITION, pool, cohort));
    sqlite3_bind_int64(stmt, 2, after);
    sqlite3_bind_int64(stmt, 3, limit);
    jf_columns row = {.stmt = stmt};
    out->count = 0;
    while (!row.bad && sqlite3_step(stmt) == SQLITE_ROW) {
        JF_ASSERT(out->count < limit);
        row.at = 0;
        out->owner[out->count] = (uint32_t)jf_column_int(&row, 1, UINT32_MAX);
        out->points[out->count] = jf_column_int(&row, INT64_MIN, INT64_MAX);
        out->credited[out->count++] = jf_column_int(&row, INT64_MIN, INT64_MAX);
    }
    if (sqlite3_reset(stmt) != SQLITE_OK) {
        return jf_sqlite_fail(s, s->reader, "reading positions", error);
    }
    return row.bad ? jf_sqlite_damaged(s, "a position", error) : JF_STORE_OK;
}

/* One number a row, into numbers[0..limit); false when a row is damaged. */
static bool numbers_read(sqlite3_stmt *stmt, uint32_t *numbers, uint32_t limit, uint32_t *count)
{
    jf_columns row = {.stmt = stmt};
    *count = 0;
    while (!row.bad && sqlite3_step(stmt) == SQLITE_ROW) {
        JF_ASSERT(*count < limit);
        row.at = 0;
        numbers[(*count)++] = jf_column_u32(&row);
    }
    return !row.bad;
}

jf_store_result jf_sqlite_related(jf_store *store, jf_related *page, jf_store_error *error)
{
    jf_sqlite *s = (jf_sqlite *)store;
    bool home = page->relation == JF_RELATION_HOME;
    sqlite3_stmt *rows = s->reads[home ? JF_READ_HOME : JF_READ_REFERRER];
    sqlite3_stmt *all = s->reads[home ? JF_READ_HOME_COUNT : JF_READ_REFERRER_COUNT];
    JF_ASSERT(page->to != JF_PLATFORM);
    sqlite3_bind_int64(rows, 1, page->to);
    sqlite3_bind_int64(rows, 2, page->after);
    sqlite3_bind_int64(rows, 3, page->limit);
    sqlite3_bind_int64(all, 1, page->to);
    bool good = numbers_read(rows, page->numbers, page->limit, &page->count);
    page->all = sqlite3_step(all) == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(all, 0) : 0;
    int failed = sqlite3_reset(rows);
    if (sqlite3_reset(all) != SQLITE_OK || failed) {
        return jf_sqlite_fail(s, s->reader, "reading who is bound to whom", error);
    }
    return good ? JF_STORE_OK : jf_sqlite_damaged(s, "a party", error);
}

jf_store_result jf_sqlite_unmoved(jf_store *store, jf_unmoved *page, jf_store_error *error)
{
    jf_sqlite *s = (jf_sqlite *)store;
    sqlite3_stmt *stmt = s->reads[JF_READ_UNMOVED];
    jf_columns row = {.stmt = stmt};
    page->count = 0;
    sqlite3_bind_int64(stmt, 1, page->party);
    sqlite3_bind_int64(stmt, 2, page->before > 0 ? (int64_t)page->before : INT64_MAX);
    sqlite3_bind_int64(stmt, 3, page->limit);
    while (!row.bad && sqlite3_step(stmt) == SQLITE_ROW) {
        JF_ASSERT(page->count < page->limit);
        row.at = 0;
        page->numbers[page->count++] = (uint64_t)jf_column_int(&row, 1, INT64_MAX);
    }
    if (sqlite3_reset(stmt) != SQLITE_OK)
        return jf_sqlite_fail(s, s->reader, "reading orders that moved nothing", error);
    return row.bad ? jf_sqlite_damaged(s, "an order that moved nothing", error) : JF_STORE_OK;
}

/* An id, and one byte behind it: below or above all that begins like it. */
static jf_str beside(jf_arena *arena, jf_str id, char last)
{
    jf_buf text;
    jf_buf_init(&text, arena);
    jf_buf_str(&text, id);
    jf_buf_char(&text, last);
    return jf_buf_view(&text);
}

static void bind_id(sqlite3_stmt *stmt, int at, jf_str id)
{
    sqlite3_bind_text(stmt, at, id.n > 0 ? id.p : "", (int)id.n, SQLITE_STATIC);
}

/* What one bucket has below `until`. */
static jf_store_result bucket_named(jf_sqlite *s, jf_named *page, jf_str until,
                                    jf_store_error *error)
{
    sqlite3_stmt *stmt = s->reads[JF_READ_NAMED];
    jf_columns row = {.stmt = stmt};
    bind_id(stmt, 4, until);
    for (uint32_t taken = 0; !row.bad && taken < page->limit && sqlite3_step(stmt) == SQLITE_ROW;
         taken++) {
        row.at = 0;
        uint32_t no = jf_column_u32(&row);
        jf_str id = jf_column_text(&row);
        if (!row.bad) {
            jf_named_take(page, no, id);
        }
    }
    if (sqlite3_reset(stmt) != SQLITE_OK) {
        return jf_sqlite_fail(s, s->reader, "reading ids", error);
    }
    return row.bad ? jf_sqlite_damaged(s, "a party", error) : JF_STORE_OK;
}

/*
 * Ids lie in the order of their bucket, which only a whole id says. Once the page
 * is full, the rest of the buckets are asked only for what is below its last.
 */
jf_store_result jf_sqlite_named(jf_store *store, jf_named *page, jf_store_error *error)
{
    jf_sqlite *s = (jf_sqlite *)store;
    sqlite3_stmt *stmt = s->reads[JF_READ_NAMED];
    bool within = page->after.n > 0 && jf_str_cmp(page->after, page->prefix) >= 0;
    jf_str from = within ? beside(page->arena, page->after, 1) : page->prefix;
    jf_str until = beside(page->arena, page->prefix, 127);
    jf_store_result result = JF_STORE_OK;
    page->count = 0;
    sqlite3_bind_int64(stmt, 2, page->kind);
    bind_id(stmt, 3, from);
    for (uint32_t bucket = 0; bucket < JF_BUCKETS && result == JF_STORE_OK; bucket++) {
        sqlite3_bind_int64(stmt, 1, bucket);
        result = bucket_named(
            s, page, page->count == page->limit ? page->ids[page->count - 1] : until, error);
    }
    sqlite3_clear_bindings(stmt);
    return result;
}

jf_store_result jf_sqlite_located(jf_store *store, jf_located *page, jf_store_error *error)
{
    jf_sqlite *s = (jf_sqlite *)store;
    sqlite3_stmt *stmt = s->reads[JF_READ_LOCATED];
    int64_t region = 0;
    JF_ASSERT(jf_region_valid(page->region));
    for (uint32_t i = 0; i < page->region.n; i++) {
        region = region * 10 + (page->region.p[i] - '0');
    }
    sqlite3_bind_int64(stmt, 1, page->kind);
    sqlite3_bind_int64(stmt, 2, region);
    sqlite3_bind_int64(stmt, 3, page->after);
    sqlite3_bind_int64(stmt, 4, page->limit);
    bool good = numbers_read(stmt, page->numbers, page->limit, &page->count);
    if (sqlite3_reset(stmt) != SQLITE_OK) {
        return jf_sqlite_fail(s, s->reader, "reading who is in a region", error);
    }
    return good ? JF_STORE_OK : jf_sqlite_damaged(s, "a party", error);
}

jf_store_result jf_sqlite_withdrawal_scan(jf_store *store, jf_str after,
                                          const jf_withdrawal_state *state, jf_row_fn fn,
                                          void *context, jf_store_error *error)
{
    jf_sqlite *s = (jf_sqlite *)store;
    scanning scan = {.s = s, .fn = fn, .context = context};
    sqlite3_stmt *stmt = s->reads[state != NULL ? JF_READ_WITHDRAWALS_IN : JF_READ_WITHDRAWALS];
    bind_id(stmt, 1, after);
    if (state != NULL) {
        sqlite3_bind_int64(stmt, 2, *state);
    }
    return read_run(&scan, stmt, withdrawal_show, "a withdrawal", error);
}
