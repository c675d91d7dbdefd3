/*
 * Making, checking and telling of backups (backup.h).
 */
#include "app/backup.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/audit.h"
#include "base/alloc.h"
#include "base/check.h"
#include "core/format.h"
#include "core/step.h"
#include "store/copy.h"

#define NAME_SIZE 64
#define TOLD_MAX 1000 /* bytes of NAME.json */
#define PATH_SIZE 4096

/* --- one ------------------------------------------------------------------------------ */

static jf_store_result check(const char *url, jf_backup *out, jf_store_error *error)
{
    jf_store *store;
    jf_audit audit;
    if (jf_store_open(&store, url, JF_OPEN_READ, error) != JF_STORE_OK)
        return JF_STORE_FAILED;
    jf_audit_init(&audit);
    const jf_audit_options options = {.replay = false};
    jf_store_result result = jf_audit_run(&audit, store, &options, error);
    out->journals = audit.journals;
    out->head = audit.head;
    if (result == JF_STORE_OK && audit.errors > 0) {
        jf_format(error->message, sizeof error->message,
                  "the copy does not check: %ld findings; run `jifen audit` on the books",
                  (long)audit.errors);
        result = JF_STORE_FAILED;
    }
    jf_audit_free(&audit);
    jf_store_close(store);
    return result;
}

jf_store_result jf_backup_make(const char *url, const char *to, jf_backup *out,
                               jf_store_error *error)
{
    char copied[PATH_SIZE];
    jf_file_sizes sizes;
    *out = (jf_backup){0};
    if (snprintf(copied, sizeof copied, "sqlite:%s", to) >= (int)sizeof copied) {
        jf_format(error->message, sizeof error->message, "the path is too long");
        return JF_STORE_FAILED;
    }
    if (jf_store_copy(url, to, error) != JF_STORE_OK)
        return JF_STORE_FAILED;
    jf_store_sizes(copied, &sizes);
    out->bytes = sizes.books;
    out->desk_bytes = sizes.desk;
    return check(copied, out, error);
}

void jf_backup_members(jf_jw *w, const jf_backup *backup)
{
    char space[72];
    jf_buf hash = {space, 0, sizeof space, NULL};
    jf_hash_print(&hash, backup->head);
    jf_jw_int(w, "bytes", (int64_t)backup->bytes);
    jf_jw_int(w, "desk_bytes", (int64_t)backup->desk_bytes);
    jf_jw_int(w, "journals", (int64_t)backup->journals);
    jf_jw_str(w, "head", jf_buf_view(&hash));
}

static void file_json(jf_jw *w, const char *key, int schema, uint64_t bytes, uint64_t log)
{
    jf_jw_open(w, key, '{');
    jf_jw_int(w, "schema", schema);
    jf_jw_int(w, "bytes", (int64_t)bytes);
    jf_jw_int(w, "log_bytes", (int64_t)log);
    jf_jw_close(w, '}');
}

void jf_backup_files(jf_jw *w, const char *url)
{
    jf_file_sizes sizes;
    jf_store_sizes(url, &sizes);
    file_json(w, "books", jf_store_schema(), sizes.books, sizes.books_log);
    file_json(w, "desk", jf_desk_schema(), sizes.desk, sizes.desk_log);
}

/* --- into a folder -------------------------------------------------------------------- */

struct jf_backups {
    char *url, *folder;
    uint32_t keep;
    jf_desk *desk;
    jf_clock_fn clock;
    pthread_mutex_t mutex; /* around what follows */
    pthread_t thread;
    bool started, running; /* a thread is to be joined; it has not ended */
    bool failed;           /* the last one of this server's */
    jf_store_error error;
};

/* books-20240301T090000Z.db: names in the order of their time. */
static void name_of(jf_instant at, char name[NAME_SIZE])
{
    struct tm utc;
    time_t seconds = (time_t)(at.us / 1000000);
    gmtime_r(&seconds, &utc);
    strftime(name, NAME_SIZE, "books-%Y%m%dT%H%M%SZ.db", &utc);
}

/* NAME.json, whole or not at all: by another name first. */
static jf_store_result tell(const char *path, const char *name, jf_instant at,
                            const jf_backup *backup, jf_store_error *error)
{
    jf_jw w;
    jf_buf text;
    char before[PATH_SIZE + 8], after[PATH_SIZE + 8];
    jf_buf_init(&text, NULL);
    jf_jw_init(&w, &text);
    jf_jw_open(&w, NULL, '{');
    jf_jw_c(&w, "name", name);
    jf_jw_instant(&w, "at", at);
    jf_backup_members(&w, backup);
    jf_jw_close(&w, '}');
    snprintf(before, sizeof before, "%s.part", path);
    snprintf(after, sizeof after, "%s.json", path);
    FILE *file = fopen(before, "w");
    bool good = file && fwrite(text.p, 1, text.n, file) == text.n && fflush(file) == 0 &&
                fsync(fileno(file)) == 0;
    good = file && fclose(file) == 0 && good && rename(before, after) == 0;
    jf_buf_free(&text);
    if (!good)
        jf_format(error->message, sizeof error->message, "the backup's note cannot be written");
    return good ? JF_STORE_OK : JF_STORE_FAILED;
}

static void *backups_run(void *argument)
{
    jf_backups *b = argument;
    jf_backup made;
    jf_store_error error = {{0}};
    char path[PATH_SIZE], name[NAME_SIZE];
    jf_instant at = b->clock();
    name_of(at, name);
    snprintf(path, sizeof path, "%s/%s", b->folder, name);
    jf_store_result result = jf_backup_make(b->url, path, &made, &error);
    if (result == JF_STORE_OK)
        result = tell(path, name, at, &made, &error);
    if (result == JF_STORE_OK && b->keep > 0)
        result = jf_backups_tidy(b->folder, b->keep, b->desk, at, &error);
    pthread_mutex_lock(&b->mutex);
    b->running = false;
    b->failed = result != JF_STORE_OK;
    b->error = error;
    pthread_mutex_unlock(&b->mutex);
    return NULL;
}

static char *text_copy(const char *text)
{
    return strcpy(jf_alloc(strlen(text) + 1), text);
}

jf_store_result jf_backups_open(jf_backups **out, const jf_backups_options *options,
                                jf_store_error *error)
{
    const char *folder = options->folder;
    JF_ASSERT(options->clock != NULL && options->desk != NULL);
    if (strlen(folder) > 3000 || access(folder, W_OK | X_OK) != 0) {
        jf_format(error->message, sizeof error->message,
                  "%.120s: nothing can be written into this folder; name another for backups",
                  folder);
        return JF_STORE_FAILED;
    }
    jf_backups *b = jf_alloc_zero(1, sizeof *b);
    b->url = text_copy(options->url);
    b->folder = text_copy(folder);
    b->keep = options->keep;
    b->desk = options->desk;
    b->clock = options->clock;
    int code = pthread_mutex_init(&b->mutex, NULL);
    JF_ASSERT(code == 0);
    *out = b;
    return JF_STORE_OK;
}

bool jf_backups_running(jf_backups *b)
{
    pthread_mutex_lock(&b->mutex);
    bool running = b->running;
    pthread_mutex_unlock(&b->mutex);
    return running;
}

bool jf_backups_start(jf_backups *b)
{
    pthread_mutex_lock(&b->mutex);
    bool starts = !b->running;
    if (starts && b->started)
        pthread_join(b->thread, NULL);
    if (starts) {
        b->running = b->started = pthread_create(&b->thread, NULL, backups_run, b) == 0;
        starts = b->running;
    }
    pthread_mutex_unlock(&b->mutex);
    return starts;
}

/* --- telling ---------------------------------------------------------------------------- */

/* The greatest name of a note; empty when there is none. */
static void newest(const char *folder, char name[NAME_SIZE])
{
    name[0] = '\0';
    DIR *dir = opendir(folder);
    for (struct dirent *one; dir && (one = readdir(dir)) != NULL;) {
        size_t n = strlen(one->d_name);
        bool note = !strncmp(one->d_name, "books-", 6) && n > 11 && n < NAME_SIZE &&
                    !strcmp(one->d_name + n - 5, ".json");
        if (note && strcmp(one->d_name, name) > 0)
            memcpy(name, one->d_name, n + 1);
    }
    if (dir)
        closedir(dir);
}

/* What a note says, unless somebody made it something else. */
static void last_json(const jf_backups *b, jf_jw *w)
{
    jf_arena arena;
    jf_json *told;
    char path[PATH_SIZE], name[NAME_SIZE], text[TOLD_MAX], wrong[160];
    newest(b->folder, name);
    snprintf(path, sizeof path, "%s/%s", b->folder, name);
    FILE *file = name[0] ? fopen(path, "r") : NULL;
    size_t n = file ? fread(text, 1, sizeof text, file) : 0;
    if (file)
        fclose(file);
    jf_arena_init(&arena, 0);
    if (n > 0 && n < sizeof text &&
        jf_json_parse(&arena, (jf_str){text, (uint32_t)n}, &told, wrong) &&
        told->type == JF_JSON_OBJECT)
        jf_jw_raw(w, "last", (jf_str){text, (uint32_t)n});
    jf_arena_free(&arena);
}

void jf_backups_json(jf_backups *b, jf_jw *w)
{
    pthread_mutex_lock(&b->mutex);
    bool running = b->running, failed = b->failed;
    jf_store_error error = b->error;
    pthread_mutex_unlock(&b->mutex);
    if (b->keep > 0)
        jf_jw_int(w, "keep", b->keep);
    jf_jw_bool(w, "running", running);
    if (failed && !running)
        jf_jw_c(w, "failed", error.message);
    last_json(b, w);
}

void jf_backups_close(jf_backups *b)
{
    if (!b)
        return;
    if (b->started)
        pthread_join(b->thread, NULL);
    pthread_mutex_destroy(&b->mutex);
    free(b->url);
    free(b->folder);
    free(b);
}
