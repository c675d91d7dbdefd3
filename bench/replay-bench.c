/*
 * The benchmark of replay (spec section 15, invariant 6).
 *
 *   replay-bench [--journals N] [--dir DIR] [--json FILE]
 *
 * Books of a million journals are made in a SQLite file in DIR (build/bench-replay,
 * emptied at the end), then all their commands are read from it and run again in
 * memory, and both chains must end alike. Yardstick: the same journals read from
 * the file without running anything.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/audit.h"
#include "base/check.h"
#include "harness.h"

static void books_make(const char *url, uint32_t journals)
{
    bench_books b;
    bench_size size = {.members = journals / 10 + 100, .shops = journals / 1000 + 10};
    bench_open(&b, url, JF_BATCH_DEFAULT, 0);
    bench_populate(&b, &size);
    uint64_t made = jf_engine_world(b.engine)->state.journals;
    if (made < journals)
        bench_run_orders(&b, &size, "r", (uint32_t)(journals - made));
    bench_close(&b);
}

static bool journal_read(void *context, const void *row)
{
    (void)row;
    ++*(uint64_t *)context;
    return true;
}

static double read_s(jf_store *store, uint64_t *journals)
{
    jf_store_error error;
    double start = bench_now();
    if (store->ops->journal_scan(store, 1, journal_read, journals, &error) != JF_STORE_OK)
        bench_give_up("scan", error.message);
    return bench_now() - start;
}

static double replay_s(jf_store *store)
{
    jf_store *again;
    jf_store_error error;
    bool same;
    if (jf_store_open(&again, "memory:", JF_OPEN_WRITE, &error) != JF_STORE_OK)
        bench_give_up("memory", error.message);
    double start = bench_now();
    if (jf_replay_alike(store, again, &same, &error) != JF_STORE_OK || !same)
        bench_give_up("replay", error.message);
    double took = bench_now() - start;
    jf_store_close(again);
    return took;
}

static void clear(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    char name[600];
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        snprintf(name, sizeof name, "%s%s", path, tails[i]);
        unlink(name);
    }
}

int main(int argc, char **argv)
{
    uint32_t journals = 1000000;
    const char *dir = "build/bench-replay", *json = NULL;
    for (int i = 1; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (!strcmp(argv[i], "--journals"))
            journals = (uint32_t)bench_number(argv[i], value);
        else if (!strcmp(argv[i], "--dir") && value)
            dir = value;
        else if (!strcmp(argv[i], "--json") && value)
            json = value;
        else
            bench_give_up(argv[i], "unknown; known: --journals N --dir DIR --json FILE");
    }
    char path[512], url[540];
    uint64_t count = 0;
    jf_store *store;
    jf_store_error error;
    if (mkdir(dir, 0777) && errno != EEXIST)
        bench_give_up(dir, strerror(errno));
    snprintf(path, sizeof path, "%s/books.db", dir);
    snprintf(url, sizeof url, "sqlite:%s", path);
    clear(path);
    books_make(url, journals);
    if (jf_store_open(&store, url, JF_OPEN_READ, &error) != JF_STORE_OK)
        bench_give_up(url, error.message);
    double reading = read_s(store, &count), running = replay_s(store);
    jf_store_close(store);
    clear(path);
    printf("replay of %lu journals: %.0f /s; reading them alone: %.0f /s\n", (unsigned long)count,
           (double)count / running, (double)count / reading);
    FILE *out = json ? fopen(json, "w") : NULL;
    if (json && !out)
        bench_give_up(json, strerror(errno));
    if (out) {
        fprintf(out, "{\"replay_journals_per_s\":%.0f,\"read_journals_per_s\":%.0f}\n",
                (double)count / running, (double)count / reading);
        fclose(out);
    }
    return 0;
}
