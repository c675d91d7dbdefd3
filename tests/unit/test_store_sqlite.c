/*
 * Tests of what only a file can do (store/sqlite.c): it may be foreign, newer,
 * damaged, locked, or on a full disk; it outlives its process, also one that
 * was killed; and anybody can read it with plain SQL.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store_fixture.h"

static test_folder folder;

static void commit(jf_store *store, const jf_changes *changes)
{
    jf_store_error error;
    if (store->ops->commit(store, changes, &error) != JF_STORE_OK) {
        tap_diag("%s", error.message);
        exit(1);
    }
}

static void commit_small(jf_store *store, uint64_t n)
{
    small_batch b;
    commit(store, small_batch_make(&b, n));
}

/* Runs statements with SQLite itself, as somebody with a shell would. */
static void shell(const char *path, const char *sql)
{
    sqlite3 *db;
    char *message = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        tap_diag("%s: %s", sql, message != NULL ? message : sqlite3_errmsg(db));
        exit(1);
    }
    sqlite3_close(db);
}

static void file_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    JF_ASSERT(file != NULL && fwrite(bytes, 1, size, file) == size);
    fclose(file);
}

/* A fingerprint of a file; zeros when there is none. */
static jf_hash file_hash(const char *path)
{
    jf_hash hash = {{0}};
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return hash;
    }
    jf_buf bytes;
    jf_buf_init(&bytes, NULL);
    char block[4096];
    size_t n;
    while ((n = fread(block, 1, sizeof block, file)) > 0) {
        jf_buf_bytes(&bytes, block, n);
    }
    fclose(file);
    hash = jf_sha256_of(bytes.p, bytes.n);
    jf_buf_free(&bytes);
    return hash;
}

/* Opening fails, says why, and changes nothing. */
static void is_refused(const char *path, jf_open_mode mode, const char *says, const char *sentence)
{
    jf_hash before = file_hash(path);
    jf_store *store;
    jf_store_error error = {""};
    is_int(jf_store_sqlite_open(&store, path, mode, &error), JF_STORE_FAILED, "%s is refused",
           sentence);
    ok(strstr(error.message, says) != NULL && strstr(error.message, path) != NULL,
       "by a message that names it: %s", error.message);
    jf_hash after = file_hash(path);
    ok(memcmp(&before, &after, sizeof after) == 0, "and left as it is");
}

static void test_foreign_files(void)
{
    test_path path = path_in(&folder, "foreign");
    const jf_open_mode modes[] = {JF_OPEN_WRITE, JF_OPEN_READ};
    for (size_t i = 0; i < 2; i++) {
        file_write(path.text, "Dear diary,\n", 12);
        is_refused(path.text, modes[i], "no SQLite database", "a text file");
        file_write(path.text, "SQLite format 3", 16);
        is_refused(path.text, modes[i], "no SQLite database", "a header alone");
        unlink(path.text);
        shell(path.text, "CREATE TABLE photo(id); INSERT INTO photo VALUES(1)");
        is_refused(path.text, modes[i], "another program", "another program's database");
        shell(path.text, "PRAGMA application_id=252006673; PRAGMA user_version=1");
        is_refused(path.text, modes[i], "another program", "a database that names its program");
        unlink(path.text);
    }
}

/* A database whose newest changes still are in its log must keep that log. */
static void test_foreign_log(void)
{
    test_path path = path_in(&folder, "busy"), log = path_in(&folder, "busy-wal");
    sqlite3 *db;
    JF_ASSERT(sqlite3_open(path.text, &db) == SQLITE_OK);
    JF_ASSERT(sqlite3_exec(db, "PRAGMA journal_mode=WAL; CREATE TABLE photo(id)", NULL, NULL,
                           NULL) == SQLITE_OK);
    jf_hash before = file_hash(log.text);
    is_refused(path.text, JF_OPEN_WRITE, "another program", "a database that is in use");
    jf_hash after = file_hash(log.text);
    ok(memcmp(&before, &after, sizeof after) == 0, "and its log is left too");
    sqlite3_close(db);
}

static void test_no_files(void)
{
    test_path path = path_in(&folder, "nothing");
    is_refused(path.text, JF_OPEN_READ, "there is no database", "reading what is not there");
    ok(access(path.text, F_OK) != 0, "and nothing is created");
    file_write(path.text, "", 0);
    is_refused(path.text, JF_OPEN_READ, "there is no database in it yet", "reading an empty file");
    jf_store *store = sqlite_open(path.text, JF_OPEN_WRITE);
    is_int(small_batches_in(store), 0, "an empty file may become a database");
    jf_store_close(store);
    is_refused(folder.path, JF_OPEN_WRITE, "no file", "a folder");
    test_path pipe_path = path_in(&folder, "pipe");
    JF_ASSERT(mkfifo(pipe_path.text, 0600) == 0);
    jf_store_error error;
    is_int(jf_store_sqlite_open(&store, pipe_path.text, JF_OPEN_WRITE, &error), JF_STORE_FAILED,
           "a pipe is refused, not waited for");
    test_path deep = path_in(&folder, "no-such-folder/file.db");
    is_refused(deep.text, JF_OPEN_WRITE, "cannot be opened",
               "a file in a folder that is not there");
}

static void test_versions(void)
{
    test_path path = path_in(&folder, "version.db");
    jf_store_close(sqlite_open(path.text, JF_OPEN_WRITE));
    shell(path.text, "PRAGMA user_version=99; PRAGMA wal_checkpoint(TRUNCATE)");
    is_refused(path.text, JF_OPEN_WRITE, "version 99", "writing a file of a newer version");
    is_refused(path.text, JF_OPEN_READ, "version 99", "reading a file of a newer version");
    shell(path.text, "PRAGMA user_version=5");
    jf_store_close(sqlite_open(path.text, JF_OPEN_WRITE));
    shell(path.text, "UPDATE reason SET name='theft' WHERE reason=2");
    is_refused(path.text, JF_OPEN_WRITE, "number 2 of the table reason is \"theft\"",
               "a file in which numbers mean something else");
    shell(path.text, "DELETE FROM reason WHERE reason=2");
    jf_store_close(sqlite_open(path.text, JF_OPEN_WRITE));
    jf_store_close(sqlite_open(path.text, JF_OPEN_READ));
    ok(true, "names that are missing are filled in");
}

static bool sum_numbers(void *context, const void *row)
{
    *(uint64_t *)context += ((const jf_order *)row)->number;
    return true;
}

/* A file as version 1 left it, with a member, a shop, an order, a debt and a withdrawal. */
static void test_upgrade(void)
{
    test_path path = path_in(&folder, "upgrade.db");
    static char tables[64 * 1024];
    FILE *step = fopen("src/store/schema/001_foundation.sql", "r");
    JF_ASSERT(step != NULL); /* tests run in the project's root */
    tables[fread(tables, 1, sizeof tables - 1, step)] = '\0';
    fclose(step);
    shell(path.text, tables);
    shell(path.text,
          "PRAGMA application_id=1246119246; PRAGMA user_version=1;"
          "INSERT INTO party VALUES(1,0,1,'a',0,NULL,0,0,0,0,0,0,0,0,0,0,0),"
          "(2,0,2,'s',33,NULL,0,0,0,0,0,0,1,0,0,200000,1000000);"
          "INSERT INTO account VALUES(0,1,32,-5,0,1); INSERT INTO debt VALUES(0,1,32);"
          "INSERT INTO orders VALUES(3,'o',1,2,1,0,0,0,0,100,20,0,20,0,0,0,0,0,0,0,0,'[]'),"
          "(4,'p',1,2,1,0,0,0,0,100,20,0,20,0,0,20,0,0,0,0,0,'[]'),"
          "(5,'u',1,2,1,0,7,1,0,100,20,0,0,0,0,0,0,0,0,0,0,'[[0,7,1,22,20]]'),"
          "(6,'v',1,2,1,0,0,0,0,100,20,0,0,0,0,0,0,0,0,0,0,'[[0,7,1,22,20]]'),"
          "(7,'c',1,2,1,0,0,0,0,100,20,0,0,0,0,0,0,0,0,0,0,'[[0,6,1,22,20]]'),"
          "(8,'r',1,2,1,0,0,0,0,100,100,0,100,0,0,0,0,0,0,0,0,'[[0,3,9,22,20]]');"
          "INSERT INTO withdrawal VALUES(0,'w',1,50,0)");
    is_refused(path.text, JF_OPEN_READ, "version 1", "reading a file of an older version");
    jf_store *store = sqlite_open(path.text, JF_OPEN_WRITE);
    jf_world w;
    jf_hash head;
    jf_store_error error;
    jf_world_init(&w);
    ok(store->ops->load(store, &w, &head, &error) == JF_STORE_OK, "a file of version 1 opens");
    ok(w.state.chains == 0, "nobody has shares of a store yet");
    ok(w.debtors.count == 1 && w.listed.count == 0, "its debts are on the list");
    jf_need needs[] = {{.kind = JF_NEED_PARTY_NO, .number = 2},
                       {.kind = JF_NEED_ORDER, .number = 3}};
    ok(store->ops->fetch(store, &w, needs, 2, &error) == JF_STORE_OK, "its rows are read");
    const jf_party *shop = jf_world_party_no(&w, 2);
    ok(shop && shop->staff == 0 && shop->manager == 0 && shop->chain == 0,
       "a shop of then has neither staff, manager nor shares");
    const jf_order *order = jf_world_order(&w, 3);
    ok(order && order->amount.v == 100 && order->legacy.v == 0,
       "an order of then was paid without consumption coins");
    uint64_t numbers[4];
    jf_unmoved page = {.party = 1, .limit = 4, .numbers = numbers};
    ok(store->ops->unmoved(store, &page, &error) == JF_STORE_OK && page.count == 3 &&
           numbers[0] == 8 && numbers[1] == 6 && numbers[2] == 3,
       "its orders that moved nothing of their buyer are known");
    page.party = 2;
    ok(store->ops->unmoved(store, &page, &error) == JF_STORE_OK && page.count == 1 &&
           numbers[0] == 8,
       "and of their shop");
    uint64_t sum = 0;
    jf_sought sought = {.least = 100, .before = 7};
    ok(store->ops->orders_back(store, &sought, sum_numbers, &sum, &error) == JF_STORE_OK &&
           sum == 3 + 4 + 5 + 6,
       "its orders are found by their price");
    jf_world_free(&w);
    jf_store_close(store);
}

static void test_one_writer(void)
{
    test_path path = path_in(&folder, "one.db");
    jf_store *first = sqlite_open(path.text, JF_OPEN_WRITE), *second;
    commit_small(first, 1);
    char says[64];
    snprintf(says, sizeof says, "process %ld", (long)getpid());
    is_refused(path.text, JF_OPEN_WRITE, says, "a second writer");
    test_path link = path_in(&folder, "link.db");
    JF_ASSERT(symlink(path.text, link.text) == 0);
    jf_store_error error = {""};
    is_int(jf_store_sqlite_open(&second, link.text, JF_OPEN_WRITE, &error), JF_STORE_FAILED,
           "a second writer is refused by another name of the file too");
    jf_store *reader = sqlite_open(path.text, JF_OPEN_READ);
    is_int(small_batches_in(reader), 1, "a reader reads meanwhile");
    commit_small(first, 2);
    is_int(small_batches_in(reader), 1, "and goes on reading what was there when it came");
    is_int(small_batches_in(first), 2, "while the writer reads what it wrote");
    small_batch b;
    is_int(reader->ops->commit(reader, small_batch_make(&b, 2), &error), JF_STORE_FAILED,
           "a reader cannot commit");
    jf_store_close(first);
    is_int(small_batches_in(reader), 1, "a reader outlives the writer");
    jf_store_close(reader);
    first = sqlite_open(path.text, JF_OPEN_WRITE);
    is_int(small_batches_in(first), 2, "and the next writer finds it all");
    jf_store_close(first);
}

/*
 * In a child: commits until it is killed, telling each number that is durable.
 * kill -9 gives no chance to tidy, so what counts is what the parent finds.
 */
static _Noreturn void commit_until_killed(const char *path, int told)
{
    jf_store *store = sqlite_open(path, JF_OPEN_WRITE);
    for (uint64_t n = (uint64_t)small_batches_in(store) + 1;; n++) {
        commit_small(store, n);
        if (write(told, &n, sizeof n) != sizeof n) {
            _exit(1);
        }
    }
}

static uint64_t killed_after(const char *path, uint64_t commits)
{
    int told[2];
    JF_ASSERT(pipe(told) == 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(told[0]);
        commit_until_killed(path, told[1]);
    }
    close(told[1]);
    uint64_t last = 0, n;
    for (uint64_t i = 0; i < commits && read(told[0], &n, sizeof n) == sizeof n; i++) {
        last = n;
    }
    kill(child, SIGKILL);
    while (read(told[0], &n, sizeof n) == sizeof n) {
        last = n;
    }
    close(told[0]);
    JF_ASSERT(waitpid(child, NULL, 0) == child);
    return last;
}

static void test_killed(void)
{
    test_path path = path_in(&folder, "killed.db");
    for (uint64_t round = 1; round <= 8; round++) {
        uint64_t told = killed_after(path.text, 5 * round);
        jf_store *store = sqlite_open(path.text, JF_OPEN_WRITE);
        int64_t found = small_batches_in(store);
        ok(told > 0 && (found == (int64_t)told || found == (int64_t)told + 1),
           "killed after batch %d was durable, the file opens and has %d whole ones", (int)told,
           (int)found);
        jf_store_close(store);
    }
}

/* In a child: no file may grow beyond `limit` bytes, as on a full disk. Exits with what it kept. */
static _Noreturn void commit_until_full(const char *path, rlim_t limit)
{
    signal(SIGXFSZ, SIG_IGN);
    jf_store *store = sqlite_open(path, JF_OPEN_WRITE);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){limit, limit});
    jf_store_error error = {""};
    small_batch b;
    uint64_t n = 1;
    while (n < 250 && store->ops->commit(store, small_batch_make(&b, n), &error) == JF_STORE_OK) {
        n++;
    }
    bool said =
        strstr(error.message, path) != NULL && strstr(error.message, "nothing of this batch");
    jf_store_close(store);
    _exit(said ? (int)(n - 1) : 255);
}

static void test_full_disk(void)
{
    test_path path = path_in(&folder, "full.db");
    for (rlim_t limit = 200000; limit < 300000; limit += 9001) {
        unlink(path.text);
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            commit_until_full(path.text, limit);
        }
        int status;
        JF_ASSERT(waitpid(child, &status, 0) == child);
        int kept = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        ok(kept > 0 && kept < 249, "with room for %d bytes a batch after the first %d failed",
           (int)limit, kept);
        jf_store *store = sqlite_open(path.text, JF_OPEN_WRITE);
        is_int(small_batches_in(store), kept, "and exactly these batches are in the file");
        commit_small(store, (uint64_t)kept + 1);
        is_int(small_batches_in(store), kept + 1, "with room again, work goes on");
        jf_store_close(store);
    }
}

static void test_written_by_another(void)
{
    test_path path = path_in(&folder, "other.db");
    jf_store *store = sqlite_open(path.text, JF_OPEN_WRITE);
    commit_small(store, 1);
    shell(path.text, "UPDATE state SET journals=7");
    small_batch b;
    jf_store_error error = {""};
    is_int(store->ops->commit(store, small_batch_make(&b, 2), &error), JF_STORE_FAILED,
           "a batch is not built upon what another program wrote");
    ok(strstr(error.message, "another program has written to it") != NULL, "and it says so: %s",
       error.message);
    shell(path.text, "UPDATE state SET journals=1");
    is_int(small_batches_in(store), 1, "nothing of that batch is there");
    shell(path.text, "INSERT INTO journal VALUES(2,0,0,0,'','','[]',zeroblob(32))");
    is_int(store->ops->commit(store, small_batch_make(&b, 2), &error), JF_STORE_FAILED,
           "nor is a journal of another written over");
    shell(path.text, "DELETE FROM journal WHERE number=2");
    commit_small(store, 2);
    is_int(small_batches_in(store), 2, "put right again, it goes on");
    jf_store_close(store);
}

static void test_lock_waits(void)
{
    test_path path = path_in(&folder, "locked.db");
    jf_store_close(sqlite_open(path.text, JF_OPEN_WRITE));
    test_path lock = path_in(&folder, "locked.db-lock");
    ok(access(lock.text, F_OK) == 0, "the lock file stays");
    jf_store_close(sqlite_open(path.text, JF_OPEN_WRITE));
    ok(true, "and does not lock anybody out");
}

/* Each row: damage done with a shell, and what it must make fail. */
static const struct {
    const char *sql, *says;
    bool at_load;
} damages[] = {
    {"UPDATE party SET kind=9", "a party holds what jifen never writes", false},
    {"UPDATE party SET id=''", "a party holds", false},
    {"UPDATE party SET owner=-1", "a party holds", false},
    {"UPDATE party SET rebate=1000001", "a party holds", false},
    {"UPDATE account SET slot=63 WHERE owner=1", "an account holds", false},
    {"UPDATE account SET slot=-1 WHERE owner=1", "an account holds", false},
    {"UPDATE account SET slot=1<<40 WHERE owner=0", "an account holds", true},
    {"UPDATE orders SET parts='[[1,2,3,4]]'", "an order holds", false},
    {"UPDATE orders SET parts='[[1,99,3,4,5]]'", "an order holds", false},
    {"UPDATE orders SET held=2", "an order holds", false},
    {"UPDATE orders SET parts=''", "an order holds", false},
    {"UPDATE withdrawal SET state=4", "a withdrawal holds", false},
    {"UPDATE withdrawal SET amount=0", "a withdrawal holds", false},
    {"UPDATE withdrawal SET party=-1", "a withdrawal holds", false},
    {"UPDATE lot SET owner=0", "a lot of units holds", true},
    {"UPDATE lot SET spend=-1", "a lot of units holds", true},
    {"UPDATE lot SET member_id=''", "a lot of units holds", true},
    {"UPDATE lot SET units=2", "a lot of units holds", true},
    {"UPDATE lot SET units=0", "a lot of units holds", true},
    {"UPDATE lot SET sold=1", "a lot of units holds", true},
    {"UPDATE lot SET burnt=2", "a lot of units holds", true},
    {"INSERT INTO lot VALUES(2,2,1,'m-1','o-2',9223372036854775807,9223372036854775807,"
     "0,0,0,0)",
     "a lot of units holds", true},
    {"DELETE FROM journal", "an id that was used holds", false},
    {"UPDATE state SET totals='[[99,1]]'", "the state holds", true},
    {"UPDATE state SET totals='x'", "the state holds", true},
    {"UPDATE state SET price_under=-1", "the state holds", true},
    {"UPDATE party SET sell_over=-1", "a party holds", false},
    {"UPDATE state SET pools=65", "the state holds", true},
    {"UPDATE state SET pools=1", "the list of pools holds", true},
    {"UPDATE state SET policies=1", "the list of policies holds", true},
    {"DELETE FROM state", "the state holds", true},
    {"INSERT INTO pool VALUES(0,'x',1,1,0,0,0,0,0,0)", "a pool holds", true},
    {"UPDATE state SET pools=1; INSERT INTO pool VALUES(0,'x',1,1,0,0,0,0,0,0)",
     "the list of cohorts holds", true},
    {"INSERT INTO cohort VALUES(0,1,0,0,0,0,0,0)", "a cohort holds", true},
    {"INSERT INTO seat VALUES(33,'[[1]]')", "an agent seat holds", true},
    {"INSERT INTO listed VALUES(0,0,32)", "a listed account holds", true},
    {"UPDATE state SET policies=1; INSERT INTO policy VALUES(1,0,'{')", "policy", true},
    {"UPDATE state SET policies=1; INSERT INTO policy VALUES(1,0,'{}')", "policy", true},
    {"UPDATE state SET policies=1; INSERT INTO policy VALUES(2,0,'{}')", "a policy holds", true},
};

static void test_damage(void)
{
    test_path path = path_in(&folder, "damaged.db");
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        unlink(path.text);
        jf_store *store = sqlite_open(path.text, JF_OPEN_WRITE);
        commit_small(store, 1);
        jf_store_close(store);
        shell(path.text, damages[i].sql);
        store = sqlite_open(path.text, JF_OPEN_WRITE);
        jf_world w;
        jf_world_init(&w);
        jf_hash head;
        jf_store_error error = {""};
        jf_need needs[] = {
            {.kind = JF_NEED_PARTY_NO, .number = 1},
            {.kind = JF_NEED_ORDER, .number = 1},
            {.kind = JF_NEED_IDEM, .command = JF_CMD_ORDER_PAY, .id = JF_STR("o-1")},
            {.kind = JF_NEED_WITHDRAWAL, .id = JF_STR("o-1")},
        };
        bool loaded = store->ops->load(store, &w, &head, &error) == JF_STORE_OK;
        is_int(loaded, !damages[i].at_load, "after \"%s\" loading fails as it should",
               damages[i].sql);
        ok(!loaded || store->ops->fetch(store, &w, needs, 4, &error) == JF_STORE_FAILED,
           "or fetching does");
        ok(strstr(error.message, damages[i].says) != NULL, "saying: %s", error.message);
        jf_world_free(&w);
        jf_store_close(store);
    }
}

/* Bytes overwritten anywhere behind the header: an error or a right answer, never a crash. */
static void test_broken_pages(void)
{
    test_path path = path_in(&folder, "broken.db");
    jf_store *store = sqlite_open(path.text, JF_OPEN_WRITE);
    for (uint64_t n = 1; n <= 60; n++) {
        commit_small(store, n);
    }
    jf_store_close(store);
    struct stat about;
    JF_ASSERT(stat(path.text, &about) == 0);
    int failed = 0, opened = 0;
    for (off_t at = 2048; at < about.st_size; at += 2048) {
        char old[512], noise[512];
        memset(noise, 0xa5, sizeof noise);
        int fd = open(path.text, O_RDWR);
        JF_ASSERT(pread(fd, old, sizeof old, at) == sizeof old);
        JF_ASSERT(pwrite(fd, noise, sizeof noise, at) == sizeof noise);
        jf_store_error error = {""};
        if (jf_store_sqlite_open(&store, path.text, JF_OPEN_READ, &error) == JF_STORE_OK) {
            failed += small_batches_in(store) != 60;
            opened++;
            jf_store_close(store);
        } else {
            failed += strstr(error.message, "damaged") != NULL;
        }
        JF_ASSERT(pwrite(fd, old, sizeof old, at) == sizeof old);
        close(fd);
    }
    ok(failed > 10, "%d pages overwritten one after another were noticed", failed);
    ok(opened > 10, "%d of the broken files could be opened", opened);
    store = sqlite_open(path.text, JF_OPEN_READ);
    is_int(small_batches_in(store), 60, "put back, all is there");
    jf_store_close(store);
}

/* The log is used again from its beginning instead of growing for ever. */
static void test_log_is_bounded(void)
{
    enum { JOURNALS = 32, TEXT = 128 * 1024 };
    static char text[TEXT];
    memset(text, '1', sizeof text);
    test_path path = path_in(&folder, "log.db"), log = path_in(&folder, "log.db-wal");
    jf_store *store = sqlite_open(path.text, JF_OPEN_WRITE);
    jf_journal_row rows[JOURNALS];
    jf_state state = {0};
    off_t largest = 0;
    for (int batch = 0; batch < 26; batch++) {
        for (int i = 0; i < JOURNALS; i++) {
            rows[i] = (jf_journal_row){.number = ++state.journals, .postings = {text, sizeof text}};
        }
        commit(store, &(jf_changes){.state = &state, .journals = JOURNALS, .journal = rows});
        struct stat about;
        JF_ASSERT(stat(log.text, &about) == 0);
        largest = about.st_size > largest ? about.st_size : largest;
    }
    ok(largest > (6 << 20), "the log is not cut off after every batch");
    ok(largest < (16 << 20), "after 104 MiB of journals the log has %d MiB", (int)(largest >> 20));
    jf_store_close(store);
    ok(access(log.text, F_OK) != 0, "closing leaves no log behind");
    unlink(path.text);
}

static void *commit_many(void *context)
{
    jf_store *store = context;
    for (uint64_t n = 1; n <= 400; n++) {
        commit_small(store, n);
    }
    return NULL;
}

/* commit() in one thread and everything else in another, as the engine does it. */
static void test_two_threads(void)
{
    test_path path = path_in(&folder, "threads.db");
    jf_store *store = sqlite_open(path.text, JF_OPEN_WRITE);
    pthread_t writer;
    JF_ASSERT(pthread_create(&writer, NULL, commit_many, store) == 0);
    uint64_t last = 0;
    int backwards = 0, missing = 0;
    while (last < 400) {
        jf_world w;
        jf_hash head;
        jf_store_error error;
        jf_world_init(&w);
        JF_ASSERT(store->ops->load(store, &w, &head, &error) == JF_STORE_OK);
        backwards += w.state.journals < last;
        last = w.state.journals;
        jf_need need = {.kind = JF_NEED_ORDER, .number = last};
        JF_ASSERT(store->ops->fetch(store, &w, &need, 1, &error) == JF_STORE_OK);
        missing += last > 0 && !jf_world_order(&w, last)->row.exists;
        jf_world_free(&w);
    }
    JF_ASSERT(pthread_join(writer, NULL) == 0);
    is_int(backwards, 0, "what is read beside a committing thread never goes back");
    is_int(missing, 0, "and every batch is seen whole");
    is_int(small_batches_in(store), 400, "in the end all is there");
    jf_store_close(store);
}

/* ---- plain SQL ---- */

static char *answer(const char *path, const char *sql)
{
    static char text[1000];
    sqlite3 *db;
    sqlite3_stmt *stmt;
    text[0] = '\0';
    JF_ASSERT(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) {
        snprintf(text, sizeof text, "%s", sqlite3_errmsg(db));
    }
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            const char *value = (const char *)sqlite3_column_text(stmt, i);
            size_t n = strlen(text);
            snprintf(text + n, sizeof text - n, "%s%s",
                     i > 0   ? "|"
                     : n > 0 ? " "
                             : "",
                     value != NULL ? value : "-");
        }
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return text;
}

/* Two sales that move one wallet; the second moves it twice. */
static void ledger_make(const char *path)
{
    jf_party party[] = {{.kind = JF_PARTY_MEMBER, .no = 1, .id = JF_STR("ann")},
                        {.kind = JF_PARTY_SHOP, .no = 2, .id = JF_STR("inn"), .owner = 1}};
    jf_slot wallet = jf_slot_of(JF_ACCOUNT_WALLET, 0, 0);
    jf_slot position = jf_slot_of(JF_ACCOUNT_POSITION, 0, 3);
    jf_account account[] = {
        {.slot = jf_slot_of(JF_ACCOUNT_CASH, 0, 0), .balance = -7, .last = 3},
        {.owner = 1, .slot = wallet, .balance = 7, .last = 3},
        {.owner = 1, .slot = position, .balance = 123456, .credited = 105, .last = 1},
        {.owner = 1, .slot = jf_slot_of(JF_ACCOUNT_TOKENS, 0, 0), .balance = 1000001, .last = 1},
    };
    char text[4][100];
    JF_ASSERT(JF_ACCOUNT_CASH == 0 && JF_ACCOUNT_WALLET == 20);
    snprintf(text[0], sizeof text[0], "[[1,%u,105,105,0,0],[0,0,-105,-105,0,259]]", wallet);
    snprintf(text[1], sizeof text[1], "[[1,%u,-5,100,1,0],[1,%u,-93,7,3,3],[0,0,98,-7,1,0]]",
             wallet, wallet);
    jf_journal_row journal[] = {
        {.number = 1,
         .day = {20000},
         .command = JF_STR("{\"cmd\":\"order.pay\",\"id\":\"o-1\"}"),
         .postings = jf_str_of(text[0])},
        {.number = 2, .day = {20001}, .kind = JF_JOURNAL_DAY, .postings = JF_STR("[]")},
        {.number = 3,
         .day = {20001},
         .kind = JF_JOURNAL_MATURITY,
         .subject = 1,
         .postings = jf_str_of(text[1])},
    };
    jf_pool pool = {.name = JF_STR("joint"), .period = 1};
    jf_state state = {.journals = 3};
    jf_store *store = sqlite_open(path, JF_OPEN_WRITE);
    commit(store, &(jf_changes){.state = &state,
                                .pools = 1,
                                .pool = &pool,
                                .parties = 2,
                                .party = party,
                                .accounts = 4,
                                .account = account,
                                .journals = 3,
                                .journal = journal});
    jf_store_close(store);
}

static void test_plain_sql(void)
{
    test_path path = path_in(&folder, "ledger.db");
    ledger_make(path.text);
    static const struct {
        const char *sql, *expected, *sentence;
    } rows[] = {
        {"SELECT owner_kind,owner,account,pool,cohort,unit,balance,credited FROM balance"
         " ORDER BY owner_no,slot",
         "platform|platform|cash|-|-|CNY|-0.07|0.00 member|ann|wallet|-|-|CNY|0.07|0.00"
         " member|ann|tokens|-|-|TOKEN|1.000001|0.00 "
         "member|ann|position|joint|3|POINT|1234.56|1.05",
         "the view balance shows every account in people's terms"},
        {"SELECT journal,line,day,journal_kind,owner,account,amount,balance,why,entry,command_id"
         " FROM posting ORDER BY journal,line",
         "1|1|2024-10-04|command|ann|wallet|1.05|1.05|sale|-|o-1"
         " 1|2|2024-10-04|command|platform|cash|-1.05|-1.05|allocation|0|o-1"
         " 3|1|2024-10-05|maturity|ann|wallet|-0.05|1.00|sale|-|-"
         " 3|2|2024-10-05|maturity|ann|wallet|-0.93|0.07|allocation|-|-"
         " 3|3|2024-10-05|maturity|platform|cash|0.98|-0.07|sale|-|-",
         "the view posting shows every movement and why"},
        {"WITH RECURSIVE chain(journal) AS (SELECT a.last FROM account a JOIN party p"
         " ON p.bucket=a.bucket AND p.no=a.owner WHERE p.kind=1 AND p.id='ann' AND a.slot=20"
         " UNION SELECT e.value->>4 FROM chain c JOIN journal j ON j.number=c.journal"
         " JOIN json_each(j.postings) e WHERE e.value->>0=1 AND e.value->>1=20 AND e.value->>4>0)"
         " SELECT t.day,t.why,t.amount,t.balance FROM chain c JOIN posting t ON t.journal=c.journal"
         " WHERE t.owner_no=1 AND t.slot=20 ORDER BY t.journal,t.line",
         "2024-10-04|sale|1.05|1.05 2024-10-05|sale|-0.05|1.00 2024-10-05|allocation|-0.93|0.07",
         "one account's statement follows its chain"},
        {"SELECT count(*) FROM account_kind k JOIN unit u ON u.unit=k.unit", "48",
         "every kind of account has its unit"},
        {"SELECT group_concat(name) FROM (SELECT name FROM shop_kind ORDER BY kind)",
         "alliance,brand,self,supply,chain", "kinds of shop have names"},
        {"SELECT zh FROM reason WHERE name='crediting'", "释放到账", "and Chinese ones"},
        {"PRAGMA application_id", "1246119246", "the file says that it is jifen's"},
        {"PRAGMA integrity_check", "ok", "and is sound"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        is_str(answer(path.text, rows[i].sql), rows[i].expected, "%s", rows[i].sentence);
    }
    for (int kind = 0; kind < JF_SHOP_KINDS; kind++) {
        char sql[80];
        snprintf(sql, sizeof sql, "SELECT name FROM shop_kind WHERE kind=%d", kind);
        is_str(answer(path.text, sql), jf_shop_kind_wire((jf_shop_kind)kind),
               "shop kind %d is called as in commands", kind);
    }
}

int main(void)
{
    folder = folder_make();
    test_foreign_files();
    test_foreign_log();
    test_no_files();
    test_versions();
    test_upgrade();
    test_one_writer();
    test_killed();
    test_full_disk();
    test_written_by_another();
    test_lock_waits();
    test_damage();
    test_broken_pages();
    test_log_is_bounded();
    test_two_threads();
    test_plain_sql();
    folder_remove(&folder);
    return tap_plan_done();
}
