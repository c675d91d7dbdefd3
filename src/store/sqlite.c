/*
 * Opening a SQLite file: is it ours, is it of our version, does nobody else
 * write to it; and its migrations.
 *
 * A file that is refused is left exactly as it was. So the header is looked at
 * with plain read() before SQLite is let near it (SQLite would roll back and
 * checkpoint another program's journals), and nothing is written before the
 * application id, the version and the lock have all been found right.
 *
 * The lock is a flock() on PATH-lock: it ends with the process however that
 * ends, needs no tidying, and does not touch SQLite's own locks, so readers of
 * other processes go on reading.
 */
#include "store/sqlite_store.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/check.h"
#include "schema.h"

#define APPLICATION_ID 0x4A46454E /* "JFEN" */
#define HEADER_SIZE 100           /* of a SQLite file */
#define HEADER_APPLICATION_ID 68  /* where in it, 4 bytes, big end first */
#define BUSY_MS 10000
#define TEXT_OF_VALUE(value) TEXT_OF(value)
#define TEXT_OF(value) #value
#define PAGE_SETUP "PRAGMA page_size=" TEXT_OF_VALUE(JF_SQLITE_PAGE)
#define WRITER_SETUP                                                                               \
    "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-262144;"             \
    "PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=OFF; PRAGMA trusted_schema=OFF"
#define READER_SETUP                                                                               \
    "PRAGMA query_only=1; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"                     \
    "PRAGMA trusted_schema=OFF"

/* What kind of trouble SQLite's answer is, and what to do about it. */
static const char *advice_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        return "the disk is full; nothing of this batch was kept. Make room and start again";
    case SQLITE_IOERR:
        return "reading or writing failed; nothing of this batch was kept. Check the disk and the"
               " limits on file size, then start again";
    case SQLITE_CORRUPT:
        return "the file is damaged. Restore it from a backup";
    case SQLITE_NOTADB:
        return "this is no SQLite database. Name another file";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another program holds it locked. Close that program and start again";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return "the file or its folder cannot be opened as needed (even reading writes an index "
               "beside"
               " it). Check that they exist and their permissions, or read a copy";
    case SQLITE_NOMEM:
        return "out of memory. Free some and start again";
    case SQLITE_CONSTRAINT:
        return "a row is there already that only jifen could have written: another program has"
               " changed the file. Run the audit";
    default:
        return "this was not expected. Run the audit, and restore from a backup if it finds "
               "anything";
    }
}

jf_store_result jf_sqlite_fail(const jf_sqlite *s, sqlite3 *db, const char *doing,
                               jf_store_error *error)
{
    JF_ASSERT(db != NULL);
    int code = sqlite3_extended_errcode(db);
    return jf_store_fail(error, "%.120s: %s: %s (SQLite: %.40s, %d)", s->path, doing,
                         advice_of(code), sqlite3_errstr(code & 0xff), code);
}

jf_store_result jf_sqlite_damaged(const jf_sqlite *s, const char *what, jf_store_error *error)
{
    return jf_store_fail(error,
                         "%.120s: %s holds what jifen never writes: the file is damaged or was"
                         " changed by another program. Restore it from a backup",
                         s->path, what);
}

jf_store_result jf_sqlite_prepare(const jf_sqlite *s, sqlite3 *db, const char *const *texts,
                                  int count, sqlite3_stmt **out, jf_store_error *error)
{
    for (int i = 0; i < count; i++) {
        JF_ASSERT(texts[i] != NULL && out[i] == NULL);
        if (sqlite3_prepare_v3(db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &out[i], NULL) !=
            SQLITE_OK) {
            return jf_sqlite_fail(s, db, "reading its tables", error);
        }
    }
    return JF_STORE_OK;
}

/* The first bytes of the file, as they are on the disk. */
typedef struct header {
    bool exists;
    bool empty; /* no bytes, or only zeros: a creation that was cut short */
    bool sqlite;
    uint32_t application_id;
} header;

static jf_store_result header_parse(const jf_sqlite *s, int fd, header *out, jf_store_error *error)
{
    unsigned char b[HEADER_SIZE] = {0};
    ssize_t n = pread(fd, b, sizeof b, 0);
    if (n < 0) {
        return jf_store_fail(error, "%.120s: cannot be read (%s). Check the disk", s->path,
                             strerror(errno));
    }
    static const unsigned char zeros[HEADER_SIZE];
    const unsigned char *id = b + HEADER_APPLICATION_ID;
    out->empty = memcmp(b, zeros, sizeof b) == 0;
    out->sqlite = n == HEADER_SIZE && memcmp(b, "SQLite format 3", 16) == 0;
    out->application_id =
        (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3];
    return JF_STORE_OK;
}

static jf_store_result header_read(const jf_sqlite *s, header *out, jf_store_error *error)
{
    *out = (header){0};
    struct stat about;
    if (stat(s->path, &about) != 0) {
        if (errno == ENOENT) {
            return JF_STORE_OK;
        }
        return jf_store_fail(error, "%.120s: cannot be looked at (%s). Check the path", s->path,
                             strerror(errno));
    }
    out->exists = true;
    if (!S_ISREG(about.st_mode)) {
        return jf_store_fail(error, "%.120s: this is no file. Name a file", s->path);
    }
    int fd = open(s->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return jf_store_fail(error, "%.120s: cannot be opened (%s). Check its permissions", s->path,
                             strerror(errno));
    }
    jf_store_result result = header_parse(s, fd, out, error);
    close(fd);
    return result;
}

static jf_store_result header_check(const jf_sqlite *s, jf_open_mode mode, jf_store_error *error)
{
    header h;
    if (header_read(s, &h, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    if (!h.exists || h.empty) {
        if (mode == JF_OPEN_WRITE) {
            return JF_STORE_OK;
        }
        return jf_store_fail(error, "%.120s: there is no database%s. Check the path", s->path,
                             h.exists ? " in it yet" : "");
    }
    if (!h.sqlite) {
        return jf_store_fail(error,
                             "%.120s: this is no SQLite database. Name another file; this one was"
                             " left as it is",
                             s->path);
    }
    if (h.application_id != APPLICATION_ID) {
        return jf_store_fail(error,
                             "%.120s: this is a database of another program (application id"
                             " 0x%08X, jifen's is 0x%08X). Name another file; this one was left"
                             " as it is",
                             s->path, (unsigned)h.application_id, (unsigned)APPLICATION_ID);
    }
    return JF_STORE_OK;
}

/* Takes the writers' lock beside the file that SQLite has resolved (links followed). */
static jf_store_result lock_take(jf_sqlite *s, jf_store_error *error)
{
    const char *resolved = sqlite3_db_filename(s->writer, "main");
    char *path = sqlite3_mprintf("%s-lock", resolved);
    if (path == NULL) {
        jf_out_of_memory(strlen(resolved));
    }
    s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (s->lock < 0) {
        jf_store_fail(error,
                      "%.120s: its lock file cannot be opened (%s). Check the folder's"
                      " permissions",
                      path, strerror(errno));
        sqlite3_free(path);
        return JF_STORE_FAILED;
    }
    sqlite3_free(path);
    char pid[32] = "";
    if (flock(s->lock, LOCK_EX | LOCK_NB) != 0) {
        int trouble = errno;
        if (trouble != EWOULDBLOCK) {
            return jf_store_fail(error,
                                 "%.120s: cannot be locked (%s). Keep it on a file system"
                                 " that knows locks",
                                 s->path, strerror(trouble));
        }
        ssize_t n = pread(s->lock, pid, sizeof pid - 1, 0);
        pid[n > 0 ? n : 0] = '\0';
        pid[strspn(pid, "0123456789")] = '\0';
        return jf_store_fail(error,
                             "%.120s: another jifen (process %s) has it open for writing. Wait for"
                             " it or end it; reading is possible meanwhile",
                             s->path, pid[0] != '\0' ? pid : "unknown");
    }
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(s->lock, 0) != 0 || pwrite(s->lock, pid, (size_t)n, 0) != n) {
        return jf_store_fail(error,
                             "%.120s: its lock file cannot be written (%s). Make room on the"
                             " disk",
                             s->path, strerror(errno));
    }
    return JF_STORE_OK;
}

/* The one integer that a statement answers with. */
static jf_store_result ask_int(const jf_sqlite *s, sqlite3 *db, const char *sql, int64_t *out,
                               jf_store_error *error)
{
    sqlite3_stmt *stmt = NULL;
    bool answered = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
                    sqlite3_step(stmt) == SQLITE_ROW;
    if (answered) {
        *out = sqlite3_column_int64(stmt, 0);
    }
    if (sqlite3_finalize(stmt) != SQLITE_OK || !answered) {
        return jf_sqlite_fail(s, db, "reading its version", error);
    }
    return JF_STORE_OK;
}

static jf_store_result run(const jf_sqlite *s, sqlite3 *db, const char *sql, const char *doing,
                           jf_store_error *error)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        return jf_sqlite_fail(s, db, doing, error);
    }
    return JF_STORE_OK;
}

/* Fails unless the version is one that this program knows. */
static jf_store_result version_check(const jf_sqlite *s, sqlite3 *db, int64_t *version,
                                     jf_store_error *error)
{
    if (ask_int(s, db, "PRAGMA user_version", version, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    if (*version < 0 || *version > (int64_t)jf_schema_step_count) {
        return jf_store_fail(error,
                             "%.120s: its tables have version %d, this jifen knows versions up to"
                             " %d. Use the newer jifen that wrote it; the file was left as it is",
                             s->path, (int)*version, (int)jf_schema_step_count);
    }
    return JF_STORE_OK;
}

/* The steps that are missing, inside the caller's transaction. */
static jf_store_result steps_run(const jf_sqlite *s, int64_t version, jf_store_error *error)
{
    char mark[96];
    for (size_t i = (size_t)version; i < jf_schema_step_count; i++) {
        JF_ASSERT(jf_schema_steps[i].number == (int)i + 1);
        if (run(s, s->writer, jf_schema_steps[i].sql, "bringing its tables up to date", error) !=
            JF_STORE_OK) {
            return JF_STORE_FAILED;
        }
    }
    snprintf(mark, sizeof mark, "PRAGMA application_id=%d; PRAGMA user_version=%d", APPLICATION_ID,
             (int)jf_schema_step_count);
    if (version < (int64_t)jf_schema_step_count &&
        run(s, s->writer, mark, "marking its version", error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    return jf_sqlite_names(s, error);
}

/*
 * All in one transaction. A new file gets it in rollback mode, so that the
 * application id stands in the file itself before there is a log beside it.
 */
static jf_store_result migrate(jf_sqlite *s, jf_store_error *error)
{
    int64_t version;
    if (run(s, s->writer, PAGE_SETUP "; BEGIN IMMEDIATE", "opening it for writing", error) !=
        JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    jf_store_result result = version_check(s, s->writer, &version, error);
    if (result == JF_STORE_OK) {
        result = steps_run(s, version, error);
    }
    if (result == JF_STORE_OK) {
        result = run(s, s->writer, "COMMIT", "bringing its tables up to date", error);
    }
    if (result != JF_STORE_OK) {
        sqlite3_exec(s->writer, "ROLLBACK", NULL, NULL, NULL);
    }
    return result;
}

static jf_store_result connection_open(const jf_sqlite *s, int flags, const char *setup,
                                       sqlite3 **db, jf_store_error *error)
{
    const char *vfs = (flags & SQLITE_OPEN_READONLY) != 0 ? NULL : JF_SQLITE_LOG_VFS;
    int code = sqlite3_open_v2(s->path, db, flags | SQLITE_OPEN_NOMUTEX, vfs);
    if (*db == NULL) {
        jf_out_of_memory(sizeof(jf_sqlite));
    }
    if (code != SQLITE_OK) {
        return jf_sqlite_fail(s, *db, "opening it", error);
    }
    sqlite3_extended_result_codes(*db, 1);
    sqlite3_busy_timeout(*db, BUSY_MS);
    sqlite3_db_config(*db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL); /* unless it is taken */
    return run(s, *db, setup, "setting it up", error);
}

static jf_store_result writer_open(jf_sqlite *s, jf_store_error *error)
{
    if (connection_open(s, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, WRITER_SETUP, &s->writer,
                        error) != JF_STORE_OK ||
        lock_take(s, error) != JF_STORE_OK || migrate(s, error) != JF_STORE_OK ||
        run(s, s->writer, "PRAGMA journal_mode=WAL", "turning its log on", error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    if (jf_sqlite_prepare(s, s->writer, jf_sqlite_write_texts, JF_WRITES, s->writes, error) !=
        JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    sqlite3_db_config(s->writer, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    jf_sqlite_writer_init(s);
    return JF_STORE_OK;
}

static jf_store_result reader_open(jf_sqlite *s, jf_store_error *error)
{
    int64_t version;
    if (connection_open(s, SQLITE_OPEN_READONLY, READER_SETUP, &s->reader, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    if (version_check(s, s->reader, &version, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    if (version < (int64_t)jf_schema_step_count) {
        return jf_store_fail(error,
                             "%.120s: its tables have version %d, this jifen reads version %d. Open"
                             " it for writing once to bring it up to date",
                             s->path, (int)version, (int)jf_schema_step_count);
    }
    if (jf_sqlite_prepare(s, s->reader, jf_sqlite_read_texts, JF_READS, s->reads, error) !=
        JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    bool began;
    return s->writer != NULL ? JF_STORE_OK : jf_sqlite_read_begin(s, &began, error);
}

static void sqlite_close(jf_store *store)
{
    jf_sqlite *s = (jf_sqlite *)store;
    for (int i = 0; i < JF_READS; i++) {
        sqlite3_finalize(s->reads[i]);
    }
    sqlite3_close(s->reader);
    if (s->writes[0] != NULL) {
        sqlite3_busy_timeout(s->writer, 0); /* a reader keeps the log: it is for the next writer */
        sqlite3_wal_checkpoint_v2(s->writer, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    for (int i = 0; i < JF_WRITES; i++) {
        sqlite3_finalize(s->writes[i]);
    }
    int code = sqlite3_close(s->writer);
    JF_ASSERT(code == SQLITE_OK);
    if (s->lock >= 0) {
        close(s->lock);
    }
    jf_sqlite_writer_free(s);
    jf_arena_free(&s->scratch);
    free(s->path);
    free(s);
}

static const jf_store_ops sqlite_ops = {
    .scheme = "sqlite",
    .durable = true,
    .load = jf_sqlite_load,
    .fetch = jf_sqlite_fetch,
    .commit = jf_sqlite_commit,
    .journal_get = jf_sqlite_journal_get,
    .journal_scan = jf_sqlite_journal_scan,
    .scan = jf_sqlite_scan,
    .positions = jf_sqlite_positions,
    .related = jf_sqlite_related,
    .unmoved = jf_sqlite_unmoved,
    .named = jf_sqlite_named,
    .located = jf_sqlite_located,
    .orders_back = jf_sqlite_orders_back,
    .idem_scan = jf_sqlite_idem_scan,
    .withdrawal_scan = jf_sqlite_withdrawal_scan,
    .close = sqlite_close,
};

/* Once a process. SQLite counts its memory under a global lock unless told not to, first of all. */
static void library_setup(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    jf_sqlite_log_register();
}

/* A path that SQLite cannot take for a URI or a special name. */
static char *path_plain(const char *path)
{
    size_t n = strlen(path);
    char *plain = jf_alloc(n + 3);
    snprintf(plain, n + 3, "%s%s", path[0] == '/' ? "" : "./", path);
    return plain;
}

jf_store_result jf_store_sqlite_open(jf_store **out, const char *path, jf_open_mode mode,
                                     jf_store_error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, library_setup);
    *out = NULL;
    if (path[0] == '\0') {
        return jf_store_fail(error, "\"sqlite:\" names no file; write \"sqlite:PATH\"");
    }
    jf_sqlite *s = jf_alloc_zero(1, sizeof *s);
    s->base.ops = &sqlite_ops;
    s->path = path_plain(path);
    s->lock = -1;
    jf_arena_init(&s->scratch, 0);
    /* A file that is opened and closed again drops all of this process's locks on it (POSIX), so
     * what the writer has found right is not looked at a second time. */
    if ((mode != JF_OPEN_BESIDE && header_check(s, mode, error) != JF_STORE_OK) ||
        (mode == JF_OPEN_WRITE && writer_open(s, error) != JF_STORE_OK) ||
        reader_open(s, error) != JF_STORE_OK) {
        sqlite_close(&s->base);
        return JF_STORE_FAILED;
    }
    *out = &s->base;
    return JF_STORE_OK;
}
