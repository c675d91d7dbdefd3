/*
 * Copies by SQLite's online backup (copy.h).
 *
 * The source is a connection of its own inside one read transaction, so that
 * the backup never begins anew however much is written meanwhile. The copy is
 * left without a log beside it: one file, whole once it is synced.
 */
#include "store/copy.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema.h"
#include "store/rows.h"

#define PATH_SIZE 4096
#define BUSY_MS 10000
#define PAGES_AT_ONCE 1024

int jf_store_schema(void)
{
    return (int)jf_schema_step_count;
}

/* "sqlite:PATH" → PATH and a suffix, which SQLite cannot take for a URI; false: no such file. */
static bool path_of(const char *url, const char *suffix, char path[PATH_SIZE])
{
    const char *plain = strncmp(url, "sqlite:", 7) ? NULL : url + 7;
    if (!plain || !*plain)
        return false;
    int n = snprintf(path, PATH_SIZE, "%s%s%s", plain[0] == '/' ? "" : "./", plain, suffix);
    return n > 0 && n < PATH_SIZE;
}

static uint64_t size_of(const char *url, const char *suffix)
{
    char path[PATH_SIZE];
    struct stat about;
    return path_of(url, suffix, path) && stat(path, &about) == 0 ? (uint64_t)about.st_size : 0;
}

void jf_store_sizes(const char *url, jf_file_sizes *out)
{
    *out = (jf_file_sizes){.books = size_of(url, ""),
                           .books_log = size_of(url, "-wal"),
                           .desk = size_of(url, ".desk"),
                           .desk_log = size_of(url, ".desk-wal")};
}

static jf_store_result failed(const char *path, const char *why, jf_store_error *error)
{
    return jf_store_fail(error, "%.120s: %.120s", path, why);
}

/* All of `from`, as of its first read, into `to`. */
static int copy_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = NULL;
    int code = sqlite3_exec(from, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup)
        return code != SQLITE_OK ? code : sqlite3_errcode(to);
    do
        code = sqlite3_backup_step(backup, PAGES_AT_ONCE);
    while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED);
    int finished = sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE)
        code = finished;
    if (code == SQLITE_OK)
        code = sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    return code;
}

/* A file of its own, which was not there before. */
static jf_store_result copy_file(const char *from, const char *to, jf_store_error *error)
{
    sqlite3 *source = NULL, *target = NULL;
    int made = open(to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0)
        return failed(to, "cannot be made; name a file that is not there yet", error);
    close(made);
    int code = sqlite3_open_v2(from, &source, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_open_v2(to, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(source, BUSY_MS);
        sqlite3_db_config(source, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        code = copy_pages(source, target);
    }
    int closed = sqlite3_close(target);
    sqlite3_close(source);
    if (code == SQLITE_OK && closed == SQLITE_OK)
        return JF_STORE_OK;
    unlink(to);
    return failed(to, sqlite3_errstr(code != SQLITE_OK ? code : closed), error);
}

jf_store_result jf_store_copy(const char *url, const char *to, jf_store_error *error)
{
    char books[PATH_SIZE], desk[PATH_SIZE], books_to[PATH_SIZE], desk_to[PATH_SIZE];
    char target[PATH_SIZE];
    struct stat about;
    int n = snprintf(target, sizeof target, "sqlite:%s", to);
    if (!path_of(url, "", books) || !path_of(url, ".desk", desk))
        return failed(url, "only books that are a file can be copied; write \"sqlite:PATH\"",
                      error);
    if (n >= (int)sizeof target || !path_of(target, "", books_to) ||
        !path_of(target, ".desk", desk_to))
        return failed(to, "expected the path of a file", error);
    bool has_desk = stat(desk, &about) == 0;
    if (stat(books_to, &about) == 0)
        return failed(to, "is there already; a backup takes the place of nothing", error);
    if (has_desk && copy_file(desk, desk_to, error) != JF_STORE_OK)
        return JF_STORE_FAILED;
    jf_store_result result = copy_file(books, books_to, error);
    if (result != JF_STORE_OK && has_desk)
        unlink(desk_to);
    return result;
}
