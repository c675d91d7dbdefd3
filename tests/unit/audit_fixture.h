/*
 * What the tests of the audit share: a small set of books in which everything
 * happens (holds, releases, credit fund, coins, sweeps), and ways to tamper
 * with a copy of them.
 *
 * Tampering is done with plain SQL, as somebody at the file would. `rehash`
 * makes the chain whole again afterwards, and `forge` adds a journal that fits
 * in everywhere, so that an invariant can be broken and nothing else.
 */
#ifndef TESTS_UNIT_AUDIT_FIXTURE_H
#define TESTS_UNIT_AUDIT_FIXTURE_H

#include <sqlite3.h>

#include "app/audit.h"
#include "app/engine.h"
#include "app/journal.h"
#include "core/ledger.h"
#include "store/rows.h"
#include "store_fixture.h"

#define BOOKS_POLICY                                                                               \
    "{\"name\":\"test\",\"points\":{\"hold_days\":3},\"refund_days\":3,"                           \
    "\"pools\":[{\"name\":\"joint\",\"sides\":[\"member\",\"shop\"],\"rule\":\"compound\","        \
    "\"rate\":\"0.05\",\"metric\":\"cumulative\",\"first_threshold\":\"100.00\",\"min_days\":0,"   \
    "\"max_days\":2,\"periods\":3,\"cap\":\"5\"}],"                                                \
    "\"allocation\":[{\"to\":\"dividend\",\"pool\":\"joint\",\"base\":\"rebate\",\"rate\":\"0."    \
    "4\"},"                                                                                        \
    "{\"to\":\"lock\",\"base\":\"rebate\",\"rate\":\"0.05\"},"                                     \
    "{\"to\":\"referral\",\"base\":\"rebate\",\"levels\":[\"0.03\"]},"                             \
    "{\"to\":\"coin\",\"base\":\"rebate\",\"rate\":\"0.05\"},"                                     \
    "{\"to\":\"credit_fund\",\"base\":\"rebate\",\"rate\":\"0.02\"}]}"

#define BOOKS_LINE_MAX 2000

static inline void books_answer(void *context, const jf_answer *answer)
{
    if (answer->code != JF_OK) {
        tap_diag("refused: %.*s", JF_STR_ARG(answer->text));
        *(bool *)context = true;
    }
}

static inline void books_line(jf_engine *engine, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One command, written with ' for ". */
static inline void books_line(jf_engine *engine, const char *format, ...)
{
    char line[BOOKS_LINE_MAX];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    JF_ASSERT(n > 0 && n < BOOKS_LINE_MAX);
    for (int i = 0; i < n; i++) {
        line[i] = line[i] == '\'' ? '"' : line[i];
    }
    jf_store_error error;
    if (jf_engine_line(engine, (jf_str){line, (uint32_t)n}, NULL, &error) != JF_STORE_OK) {
        tap_diag("%s", error.message);
        exit(1);
    }
}

#define BOOKS_AT(day) "'at':'2024-01-" day "T10:00:00+08:00'"

static inline void books_open(jf_engine *engine)
{
    books_line(engine, "{'cmd':'policy.set','from':'2024-01-01','policy':" BOOKS_POLICY "}");
    books_line(engine,
               "{'cmd':'member.create','id':'anna','phone':'13800000001'," BOOKS_AT("01") "}");
    books_line(engine, "{'cmd':'member.create','id':'ben','referrer':'anna'," BOOKS_AT("01") "}");
    books_line(engine, "{'cmd':'member.create','id':'cai','referrer':'ben'," BOOKS_AT("01") "}");
    books_line(engine, "{'cmd':'shop.create','id':'tea','owner':'anna','kind':'alliance',"
                       "'region':'330106','rebate':'0.2'," BOOKS_AT("01") "}");
    books_line(engine, "{'cmd':'shop.create','id':'rice','owner':'ben','kind':'self',"
                       "'region':'330106','rebate':'0.1'," BOOKS_AT("01") "}");
    books_line(
        engine,
        "{'cmd':'agent.assign','region':'33','holders':[{'member':'cai','weight':1}]," BOOKS_AT(
            "01") "}");
    books_line(
        engine,
        "{'cmd':'fund.inject','id':'fund-1','fund':'credit','amount':'100.00'," BOOKS_AT("01") "}");
    books_line(engine,
               "{'cmd':'fund.inject','id':'fund-2','fund':'capital','amount':'5000.00'," BOOKS_AT(
                   "01") "}");
    books_line(engine, "{'cmd':'shop.update','shop':'rice','rebate':'0.15'," BOOKS_AT("01") "}");
    books_line(engine, "{'cmd':'member.create','id':'dan'," BOOKS_AT("01") "}"); /* never buys */
}

/* Three orders a day for sixteen days; the last days' are on hold still. */
static inline void books_trade(jf_engine *engine)
{
    static const char *const members[] = {"anna", "ben", "cai"};
    for (int day = 1; day <= 16; day++) {
        for (int i = 0; i < 3; i++) {
            const char *shop = (day + i) % 3 == 0 ? "rice" : "tea";
            const char *voucher = day > 9 && i == 1 ? "'voucher':'1.50'," : "";
            books_line(engine,
                       "{'cmd':'order.pay','id':'order-%d-%d','member':'%s','shop':'%s','scan':%s,"
                       "'amount':'%d.%02d',%s'at':'2024-01-%02dT1%d:00:00+08:00'}",
                       day, i, members[i], shop, i == 0 ? "true" : "false", 40 + 13 * day + i,
                       7 * day % 100, voucher, day, i);
        }
    }
    books_line(engine, "{'cmd':'cohort.sweep','pool':'joint','cohort':1," BOOKS_AT("16") "}");
    books_line(engine, "{'cmd':'day.close','day':'2024-01-17'}");
}

/* Runs commands on a store; ends the test program when one is refused. */
static inline void books_run(jf_store *store, void (*commands)(jf_engine *engine))
{
    jf_engine *engine;
    jf_store_error error;
    bool refused = false;
    jf_engine_options options = {.batch = 7, .answer = books_answer, .context = &refused};
    if (jf_engine_open(&engine, store, &options, &error) != JF_STORE_OK) {
        tap_diag("%s", error.message);
        exit(1);
    }
    commands(engine);
    if (jf_engine_flush(engine, &error) != JF_STORE_OK || refused) {
        tap_diag("the books could not be written");
        exit(1);
    }
    jf_engine_close(engine);
}

static inline void books_begin(jf_engine *engine)
{
    books_open(engine);
    books_trade(engine);
}

static inline void books_write(jf_store *store)
{
    books_run(store, books_begin);
}

#define BOOKS_LATER                                                                                \
    "{'name':'later','points':{'hold_days':3},'refund_days':3,"                                    \
    "'pools':[{'name':'joint','sides':['member','shop'],'rule':'compound','rate':'0.05',"          \
    "'metric':'cumulative','first_threshold':'100.00','min_days':0,'max_days':2,'periods':3,"      \
    "'cap':'5'}],'credit':{'enabled':true,'max':'50.00','fraction':'0.2'},"                        \
    "'token':{'exit_multiple':'30'},'allocation':["                                                \
    "{'to':'dividend','pool':'joint','base':'rebate','rate':'0.4'},"                               \
    "{'to':'referral','base':'rebate','levels':['0.03']},"                                         \
    "{'to':'coin','base':'rebate','rate':'0.05'},"                                                 \
    "{'to':'credit_fund','base':'rebate','rate':'0.02'},"                                          \
    "{'to':'token_pool','base':'rebate','rate':'0.3'}]}"

static inline void books_order(jf_engine *engine, const char *id, const char *member,
                               const char *amount, const char *credit, const char *day)
{
    books_line(engine,
               "{'cmd':'order.pay','id':'%s','member':'%s','shop':'tea','amount':'%s',"
               "'voucher':'%s','credit':'%s','at':'2024-01-%sT11:00:00+08:00'}",
               id, member, amount, credit, credit, day);
}

static inline void books_refund(jf_engine *engine, const char *id, const char *order,
                                const char *amount, const char *day)
{
    books_line(engine,
               "{'cmd':'order.refund','id':'%s','order':'%s','amount':'%s','late':true,"
               "'at':'2024-01-%sT13:00:00+08:00'}",
               id, order, amount, day);
}

/* Units, credit, coins, withdrawals, and refunds before and after what they take has matured. */
static inline void books_enrich(jf_engine *engine)
{
    books_line(engine, "{'cmd':'policy.set','from':'2024-01-18','policy':" BOOKS_LATER "}");
    books_order(engine, "u-1", "anna", "100.00", "0.00", "18");
    books_order(engine, "u-2", "ben", "200.00", "0.00", "18");
    books_order(engine, "u-3", "cai", "300.00", "0.00", "18");
    books_refund(engine, "r-1", "u-3", "33.33", "18");
    books_line(engine, "{'cmd':'day.close','day':'2024-01-25'}");
    books_line(engine, "{'cmd':'token.sell','id':'s-1','member':'ben','n':'5'," BOOKS_AT("26") "}");
    books_line(engine,
               "{'cmd':'coin.redeem','id':'c-1','member':'ben','shop':'rice','coins':'1'," BOOKS_AT(
                   "26") "}");
    books_order(engine, "u-4", "ben", "20.00", "1.00", "26");
    books_line(
        engine,
        "{'cmd':'withdraw.request','id':'w-1','member':'anna','amount':'0.20'," BOOKS_AT("26") "}");
    books_line(
        engine,
        "{'cmd':'withdraw.request','id':'w-2','member':'anna','amount':'0.10'," BOOKS_AT("26") "}");
    books_line(engine, "{'cmd':'withdraw.approve','id':'w-2'," BOOKS_AT("26") "}");
    books_refund(engine, "r-2", "u-3", "66.67", "26");
    books_refund(engine, "r-3", "u-2", "60.00", "26");
    books_refund(engine, "r-4", "u-4", "10.00", "26");
    books_line(engine, "{'cmd':'day.close','day':'2024-01-30'}");
}

static inline void file_copy(const char *from, const char *to)
{
    char bytes[65536];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    JF_ASSERT(in != NULL && out != NULL);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, in)) > 0;) {
        JF_ASSERT(fwrite(bytes, 1, n, out) == n);
    }
    fclose(in);
    JF_ASSERT(fclose(out) == 0);
}

static inline sqlite3 *sql_open(const char *path)
{
    sqlite3 *db;
    JF_ASSERT(sqlite3_open(path, &db) == SQLITE_OK);
    return db;
}

/* Runs statements; each test's SQL must change something, or it would test nothing. */
static inline void sql_run(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    int before = sqlite3_total_changes(db);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK ||
        sqlite3_total_changes(db) == before) {
        tap_diag("%s: %s", sql, message != NULL ? message : "changed nothing");
        exit(1);
    }
}

static inline int64_t sql_int(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;
    JF_ASSERT(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK);
    JF_ASSERT(sqlite3_step(stmt) == SQLITE_ROW);
    int64_t value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

static inline jf_str sql_column_text(sqlite3_stmt *stmt, int column)
{
    return (jf_str){(const char *)sqlite3_column_text(stmt, column),
                    (uint32_t)sqlite3_column_bytes(stmt, column)};
}

/* Sets a hash of 32 bytes: of a journal, or with number 0 of the state's head. */
static inline void hash_set(sqlite3 *db, int64_t number, jf_hash hash)
{
    sqlite3_stmt *stmt;
    const char *sql = number > 0 ? "UPDATE journal SET hash=?1 WHERE number=?2"
                                 : "UPDATE state SET head=?1 WHERE ?2=0";
    JF_ASSERT(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK);
    sqlite3_bind_blob(stmt, 1, hash.b, sizeof hash.b, SQLITE_TRANSIENT);
    sqlite3_bind_int64(stmt, 2, number);
    JF_ASSERT(sqlite3_step(stmt) == SQLITE_DONE);
    sqlite3_finalize(stmt);
}

/* Chains all journals anew, as a forger who has the program would. */
static inline void rehash(sqlite3 *db)
{
    sqlite3_stmt *stmt;
    jf_sha256 *sha = jf_sha256_new();
    jf_hash hash = {{0}};
    JF_ASSERT(sqlite3_prepare_v2(db,
                                 "SELECT number,day,kind,subject,command,postings FROM journal"
                                 " ORDER BY number",
                                 -1, &stmt, NULL) == SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        jf_journal_row row = {.number = (uint64_t)sqlite3_column_int64(stmt, 0),
                              .day = {sqlite3_column_int(stmt, 1)},
                              .kind = (jf_journal_kind)sqlite3_column_int(stmt, 2),
                              .subject = (uint64_t)sqlite3_column_int64(stmt, 3),
                              .command = sql_column_text(stmt, 4),
                              .postings = sql_column_text(stmt, 5)};
        hash = jf_journal_hash(sha, &row, hash);
        hash_set(db, (int64_t)row.number, hash);
    }
    sqlite3_finalize(stmt);
    hash_set(db, 0, hash);
    jf_sha256_free(sha);
}

/* A movement of a forged journal. */
typedef struct forged {
    uint32_t owner;
    jf_slot slot;
    int64_t amount;
    uint32_t why;
} forged;

static inline void totals_add(sqlite3 *db, jf_account_kind kind, int64_t amount)
{
    sqlite3_stmt *stmt;
    int64_t totals[JF_ACCOUNT_KINDS];
    jf_buf text;
    JF_ASSERT(sqlite3_prepare_v2(db, "SELECT totals FROM state", -1, &stmt, NULL) == SQLITE_OK);
    JF_ASSERT(sqlite3_step(stmt) == SQLITE_ROW);
    JF_ASSERT(jf_totals_read(sql_column_text(stmt, 0), totals));
    sqlite3_finalize(stmt);
    totals[kind] += amount;
    jf_buf_init(&text, NULL);
    jf_totals_write(&text, totals);
    JF_ASSERT(sqlite3_prepare_v2(db, "UPDATE state SET totals=?1", -1, &stmt, NULL) == SQLITE_OK);
    sqlite3_bind_text(stmt, 1, text.p, (int)text.n, SQLITE_STATIC);
    JF_ASSERT(sqlite3_step(stmt) == SQLITE_DONE);
    sqlite3_finalize(stmt);
    jf_buf_free(&text);
}

/* Moves the account of one forged posting and appends the posting's text. */
static inline void forge_posting(sqlite3 *db, const forged *f, int64_t number, jf_buf *text,
                                 bool first)
{
    char sql[500], where[160];
    snprintf(where, sizeof where, "FROM account WHERE owner=%u AND slot=%u", f->owner, f->slot);
    snprintf(sql, sizeof sql, "SELECT coalesce((SELECT balance %s), 0)", where);
    int64_t balance = sql_int(db, sql) + f->amount;
    snprintf(sql, sizeof sql, "SELECT coalesce((SELECT last %s), 0)", where);
    int64_t before = sql_int(db, sql);
    snprintf(sql, sizeof sql,
             "INSERT INTO account VALUES (coalesce((SELECT bucket FROM party WHERE no=%u), 0),"
             "%u, %u, %" PRId64 ", 0, %" PRId64 ") ON CONFLICT DO UPDATE"
             " SET balance=excluded.balance, last=excluded.last",
             f->owner, f->owner, f->slot, balance, number);
    sql_run(db, sql);
    jf_ints_write(text, (int64_t[]){f->owner, f->slot, f->amount, balance, before, f->why}, 6,
                  first);
    totals_add(db, jf_slot_kind(f->slot), f->amount);
}

/* Adds a journal that fits in everywhere: accounts, totals, counts and the chain. */
static inline void forge(sqlite3 *db, const forged *list, size_t count)
{
    char sql[BOOKS_LINE_MAX];
    int64_t number = sql_int(db, "SELECT journals + 1 FROM state");
    jf_buf text;
    jf_buf_init(&text, NULL);
    jf_buf_char(&text, '[');
    for (size_t i = 0; i < count; i++) {
        forge_posting(db, &list[i], number, &text, i == 0);
    }
    jf_buf_char(&text, ']');
    snprintf(sql, sizeof sql,
             "INSERT INTO journal SELECT %" PRId64 ", open_day, %d, 1, '', '', '%.*s', zeroblob(32)"
             " FROM state; UPDATE state SET journals=%" PRId64,
             number, JF_JOURNAL_CREDIT, (int)text.n, text.p, number);
    sql_run(db, sql);
    jf_buf_free(&text);
    rehash(db);
}

#endif
