/*
 * The benchmark: what one small machine carries, each figure beside a yardstick
 * of the same run, because absolute figures mean little on a shared machine.
 *
 *   jifen-bench [--json FILE] [--orders N] [--members N] [--shops N] [--dir DIR]
 *
 * orders/s    JSON lines of order.pay through the whole write path (parse, rules,
 *             hash chain, SQLite with synchronous=FULL) at batches of 1, 64, 512,
 *             under preset zhongdian with every allocation filled. Yardstick:
 *             plain SQLite writing the same bytes of the same rows, one order a
 *             transaction.
 * close       closing a period of 40 cohorts, with 1,000 and 1,000,000 positions.
 * sweep       the kernel that credits a finished cohort, over 1,000,000 positions
 *             in memory. Yardstick: memset over the same bytes.
 */
#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "core/release.h"
#include "harness.h"

typedef struct settings {
    const char *json, *dir;
    uint32_t orders;
    bench_size size;
} settings;

typedef struct figures {
    double batch1, batch64, batch512, plain;
    double close_1k, close_1m, sweep, memset_bytes, position_bytes;
} figures;

static double orders_at(const settings *set, const char *url, uint32_t batch, const char *prefix,
                        uint32_t count)
{
    bench_books b;
    bench_open(&b, url, batch, 0);
    double rate = bench_run_orders(&b, &set->size, prefix, count);
    bench_close(&b);
    return rate;
}

/* --- the yardstick: the same rows by hand --------------------------------------- */

static void sql(sqlite3 *db, const char *text)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        bench_give_up(text, sqlite3_errmsg(db));
}

static sqlite3_stmt *prepared(sqlite3 *db, const char *text)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, text, -1, &statement, NULL) != SQLITE_OK)
        bench_give_up(text, sqlite3_errmsg(db));
    return statement;
}

static void execute(sqlite3 *db, sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE)
        bench_give_up("yardstick", sqlite3_errmsg(db));
    sqlite3_reset(statement);
}

/*
 * Per order the rows that jifen writes: a journal, an order, an id, and 17
 * balances of the same owners: the platform, the shop, the home shop, the
 * recruiter, six agents and the buyer.
 */
static uint64_t plain_owner(const settings *set, int balance, uint64_t random)
{
    uint64_t shop = set->size.members + random % set->size.shops;
    if (balance < 6)
        return 0;
    if (balance < 8)
        return shop;
    if (balance == 8)
        return set->size.members + (random >> 13) % set->size.shops; /* the buyer's home */
    if (balance == 9)
        return (shop * 7 + 3) % set->size.members; /* the recruiter */
    return balance < 16 ? 1 + (uint64_t)balance : 1 + (random >> 24) % set->size.members;
}

static double plain_orders(const settings *set, const char *path, uint32_t count)
{
    sqlite3 *db;
    if (sqlite3_open(path, &db) != SQLITE_OK)
        bench_give_up(path, sqlite3_errmsg(db));
    sql(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-262144;"
            "CREATE TABLE journal(number INTEGER PRIMARY KEY, body TEXT, hash BLOB);"
            "CREATE TABLE orders(number INTEGER PRIMARY KEY, body TEXT);"
            "CREATE TABLE idem(id TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID;"
            "CREATE TABLE account(owner INTEGER, slot INTEGER, balance INTEGER, last INTEGER,"
            " PRIMARY KEY(owner, slot)) WITHOUT ROWID;");
    sqlite3_stmt *journal = prepared(db, "INSERT INTO journal VALUES(?,?,?)");
    sqlite3_stmt *order = prepared(db, "INSERT INTO orders VALUES(?,?)");
    sqlite3_stmt *idem = prepared(db, "INSERT INTO idem VALUES(?,?)");
    sqlite3_stmt *account =
        prepared(db, "INSERT INTO account VALUES(?,?,?,?) ON CONFLICT DO UPDATE SET "
                     "balance=balance+excluded.balance, last=excluded.last");
    char body[560], id[32];
    memset(body, 'x', sizeof body);
    uint64_t random = 42;
    double start = bench_now();
    for (uint32_t i = 0; i < count; i++) {
        uint64_t r = bench_random(&random);
        sql(db, "BEGIN IMMEDIATE");
        snprintf(id, sizeof id, "p%08u", i);
        sqlite3_bind_int64(journal, 1, i + 1);
        sqlite3_bind_text(journal, 2, body, sizeof body, SQLITE_STATIC);
        sqlite3_bind_blob(journal, 3, body, 32, SQLITE_STATIC);
        execute(db, journal);
        sqlite3_bind_int64(order, 1, i + 1);
        sqlite3_bind_text(order, 2, body, 220, SQLITE_STATIC);
        execute(db, order);
        sqlite3_bind_text(idem, 1, id, -1, SQLITE_STATIC);
        sqlite3_bind_int64(idem, 2, i + 1);
        execute(db, idem);
        for (int slot = 0; slot < 17; slot++) {
            uint64_t owner = plain_owner(set, slot, r);
            sqlite3_bind_int64(account, 1, (int64_t)owner);
            sqlite3_bind_int64(account, 2, slot);
            sqlite3_bind_int64(account, 3, 100 + slot);
            sqlite3_bind_int64(account, 4, i + 1);
            execute(db, account);
        }
        sql(db, "COMMIT");
    }
    double rate = count / (bench_now() - start);
    sqlite3_finalize(journal);
    sqlite3_finalize(order);
    sqlite3_finalize(idem);
    sqlite3_finalize(account);
    sqlite3_close(db);
    return rate;
}

static void bench_orders(const settings *set, figures *f)
{
    char url[512], path[512];
    bench_books b;
    snprintf(url, sizeof url, "sqlite:%s/orders.db", set->dir);
    snprintf(path, sizeof path, "%s/plain.db", set->dir);
    bench_open(&b, url, JF_BATCH_DEFAULT, 0);
    bench_populate(&b, &set->size);
    bench_close(&b);
    uint32_t few = set->orders / 40 + 100;
    f->plain = plain_orders(set, path, few);
    f->batch1 = orders_at(set, url, 1, "a", few);
    f->batch64 = orders_at(set, url, 64, "b", set->orders / 4);
    f->batch512 = orders_at(set, url, 512, "c", set->orders);
}

/* --- closing a period ------------------------------------------------------------ */

#define COHORTS 40

/* A pool that closes every day and keeps 41 periods: after 40 days, 40 active cohorts. */
static double close_us(uint32_t positions, double *bytes)
{
    bench_books b;
    uint32_t members = positions / COHORTS;
    bench_open(&b, "memory:", JF_BATCH_DEFAULT, 0);
    bench_line(&b,
               "{\"cmd\":\"policy.set\",\"from\":\"2024-03-01\",\"policy\":{\"name\":\"bench\","
               "\"pools\":[{\"name\":\"p\",\"sides\":[\"member\"],\"rule\":\"compound\","
               "\"first_threshold\":\"0.01\",\"min_days\":0,\"max_days\":1,\"periods\":40}],"
               "\"allocation\":[{\"to\":\"dividend\",\"pool\":\"p\",\"base\":\"rebate\",\"rate\":"
               "\"1\"}]}}");
    for (uint32_t i = 0; i < members; i++)
        bench_line(&b, "{\"cmd\":\"member.create\",\"id\":\"m%07u\",\"at\":\"" BENCH_AT "\"}", i);
    bench_line(&b,
               "{\"cmd\":\"shop.create\",\"id\":\"s\",\"owner\":\"m0000000\",\"kind\":\"alliance\","
               "\"region\":\"330106\",\"rebate\":\"0.2\",\"at\":\"" BENCH_AT "\"}");
    bench_flush(&b);
    size_t before = jf_engine_world(b.engine)->facts.used;
    double best = 1e9;
    for (uint32_t day = 0; day < COHORTS; day++) {
        char date[16] = "";
        jf_buf text = {date, 0, sizeof date, NULL};
        jf_day_print(&text, (jf_day){jf_day_from_civil(2024, 3, 1).n + (int32_t)day});
        for (uint32_t i = 0; i < members; i++)
            bench_line(
                &b,
                "{\"cmd\":\"order.pay\",\"id\":\"o%u-%u\",\"member\":\"m%07u\",\"shop\":\"s\","
                "\"amount\":\"100.00\",\"at\":\"%sT09:00:00+08:00\"}",
                day, i, i, date);
        bench_flush(&b);
        double start = bench_now();
        bench_line(&b, "{\"cmd\":\"day.close\",\"day\":\"%s\"}", date);
        bench_flush(&b);
        double us = 1e6 * (bench_now() - start);
        if (day + 3 >= COHORTS && us < best)
            best = us;
    }
    *bytes = (double)(jf_engine_world(b.engine)->facts.used - before) / positions;
    bench_close(&b);
    return best;
}

/* --- sweeping -------------------------------------------------------------------- */

#define POSITIONS 1000000u
#define SWEEPS 20

static void bench_sweep(figures *f)
{
    int64_t *points = malloc(sizeof *points * POSITIONS),
            *credited = malloc(sizeof *credited * POSITIONS);
    int64_t *due = malloc(sizeof *due * POSITIONS);
    if (!points || !credited || !due)
        bench_give_up("sweep", strerror(errno));
    uint64_t random = 7;
    for (uint32_t i = 0; i < POSITIONS; i++) {
        points[i] = (int64_t)(bench_random(&random) % 5000000);
        credited[i] = 0;
    }
    double best = 1e9, clear = 1e9;
    int64_t sum = 0;
    for (int i = 0; i < SWEEPS; i++) {
        double start = bench_now();
        sum += jf_sweep_due(points, credited, POSITIONS, INT64_C(1234567890123), due);
        double took = bench_now() - start;
        best = took < best ? took : best;
        start = bench_now();
        memset(due, i, sizeof *due * POSITIONS);
        __asm__ volatile("" : : "r"(due) : "memory"); /* somebody might look */
        took = bench_now() - start;
        clear = took < clear ? took : clear;
        sum += due[i]; /* so that neither is optimised away */
    }
    JF_ASSERT(sum != 0);
    f->sweep = POSITIONS / best;
    f->memset_bytes = sizeof *due * POSITIONS / clear;
    free(points);
    free(credited);
    free(due);
}

/* --- the report ------------------------------------------------------------------ */

/* Against the faster of the two ways to write one order a transaction. */
static double one_by_one(const figures *f)
{
    return f->batch512 / (f->plain > f->batch1 ? f->plain : f->batch1);
}

static void print_text(const settings *set, const figures *f)
{
    printf("durable orders, %u members, %u shops, preset zhongdian, every allocation filled\n",
           set->size.members, set->size.shops);
    printf("  batch 1     %10.0f /s\n  batch 64    %10.0f /s\n", f->batch1, f->batch64);
    printf("  batch 512   %10.0f /s\n", f->batch512);
    printf("  plain SQLite, one order a transaction, the same rows: %.0f /s\n", f->plain);
    printf("  batch 512 over the faster of the two ways one by one: %.1f\n", one_by_one(f));
    printf("closing a period of %d cohorts\n", COHORTS);
    printf("  1,000 positions      %8.0f us\n  1,000,000 positions  %8.0f us\n", f->close_1k,
           f->close_1m);
    printf("sweep of 1,000,000 positions in memory\n");
    printf("  %.0f M positions/s = %.1f GB/s read and written; memset writes %.1f GB/s\n",
           f->sweep / 1e6, f->sweep * 24 / 1e9, f->memset_bytes / 1e9);
    printf("memory: %.0f bytes a position\n", f->position_bytes);
}

static void write_json(const char *path, const figures *f)
{
    FILE *out = fopen(path, "w");
    if (!out)
        bench_give_up(path, strerror(errno));
    fprintf(
        out,
        "{\"orders_per_s_batch1\":%.0f,\"orders_per_s_batch64\":%.0f,\"orders_per_s_batch512\":%."
        "0f,"
        "\"batch512_over_one_by_one\":%.2f,\"close_us_1k_positions\":%.1f,"
        "\"close_us_1m_positions\":%.1f,\"sweep_positions_per_s\":%.0f,\"bytes_per_position\":%.1f,"
        "\"plain_sqlite_orders_per_s\":%.0f,\"memset_bytes_per_s\":%.0f}\n",
        f->batch1, f->batch64, f->batch512, one_by_one(f), f->close_1k, f->close_1m, f->sweep,
        f->position_bytes, f->plain, f->memset_bytes);
    if (fclose(out))
        bench_give_up(path, strerror(errno));
}

static settings read_settings(int argc, char **argv)
{
    settings set = {.orders = 200000, .size = {.members = 100000, .shops = 1000}};
    for (int i = 1; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (!strcmp(argv[i], "--json") && value)
            set.json = value;
        else if (!strcmp(argv[i], "--dir") && value)
            set.dir = value;
        else if (!strcmp(argv[i], "--orders"))
            set.orders = (uint32_t)bench_number(argv[i], value);
        else if (!strcmp(argv[i], "--members"))
            set.size.members = (uint32_t)bench_number(argv[i], value);
        else if (!strcmp(argv[i], "--shops"))
            set.size.shops = (uint32_t)bench_number(argv[i], value);
        else
            bench_give_up(argv[i],
                          "unknown; known: --json FILE --dir DIR --orders N --members N --shops N");
    }
    return set;
}

static void remove_files(const char *dir)
{
    static const char *const names[] = {"orders.db", "plain.db"};
    static const char *const ends[] = {"", "-wal", "-shm", "-lock"};
    char path[512];
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 4; k++) {
            snprintf(path, sizeof path, "%s/%s%s", dir, names[i], ends[k]);
            unlink(path);
        }
    rmdir(dir);
}

int main(int argc, char **argv)
{
    settings set = read_settings(argc, argv);
    char made[] = "bench-XXXXXX";
    figures f = {0};
    if (!set.dir && !(set.dir = mkdtemp(made)))
        bench_give_up("a folder for the databases", strerror(errno));
    bench_orders(&set, &f);
    double ignored;
    f.close_1k = close_us(1000, &ignored);
    f.close_1m = close_us(1000000, &f.position_bytes);
    bench_sweep(&f);
    remove_files(set.dir);
    print_text(&set, &f);
    if (set.json)
        write_json(set.json, &f);
    return 0;
}
