/*
 * Removing backups that are too many (backup.h). Only what jf_backups made itself is looked at:
 * whole backups, whose note is named like the time of one and says the same name within. A copy
 * in which something was found has no note, and stays for people to look at, as do files of others.
 *
 * The trail knows of a removal before it happens. The note goes last: what a power cut leaves is a
 * note without its files, which counts for nothing and is removed the next time.
 */
#include "app/backup.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/sort.h"
#include "core/format.h"

#define SHAPE "books-00000000T000000Z.db" /* 0: any digit */
#define NAME_SIZE sizeof SHAPE
#define NOTE_MAX 1000 /* bytes */
#define PATH_SIZE 4096

typedef struct tidying {
    const char *folder;
    char (*names)[NAME_SIZE];
    uint32_t count, room;
} tidying;

/* books-20240301T090000Z.db.json */
static bool note_named(const char *name)
{
    if (strlen(name) != NAME_SIZE - 1 + 5 || strcmp(name + NAME_SIZE - 1, ".json") != 0)
        return false;
    for (size_t i = 0; i < NAME_SIZE - 1; i++) {
        bool digit = name[i] >= '0' && name[i] <= '9';
        if (SHAPE[i] == '0' ? !digit : name[i] != SHAPE[i])
            return false;
    }
    return true;
}

static bool is_file(const tidying *t, const char *name, const char *end, char path[PATH_SIZE])
{
    struct stat about;
    snprintf(path, PATH_SIZE, "%s/%s%s", t->folder, name, end);
    return lstat(path, &about) == 0 && S_ISREG(about.st_mode);
}

/* Does the note say that it is of this backup? */
static bool note_says(const tidying *t, const char *name)
{
    char path[PATH_SIZE], text[NOTE_MAX], wrong[160];
    jf_arena arena;
    jf_json *told;
    FILE *file = is_file(t, name, ".json", path) ? fopen(path, "r") : NULL;
    size_t n = file ? fread(text, 1, sizeof text, file) : 0;
    if (file)
        fclose(file);
    jf_arena_init(&arena, 0);
    const jf_json *said =
        n > 0 && n < sizeof text &&
                jf_json_parse(&arena, (jf_str){text, (uint32_t)n}, &told, wrong) &&
                told->type == JF_JSON_OBJECT
            ? jf_json_get(told, JF_STR("name"))
            : NULL;
    bool same = said && said->type == JF_JSON_STRING && jf_str_eq(said->text, jf_str_of(name));
    jf_arena_free(&arena);
    return same;
}

static void note_take(tidying *t, const char *note)
{
    char name[NAME_SIZE];
    if (!note_named(note))
        return;
    memcpy(name, note, NAME_SIZE - 1);
    name[NAME_SIZE - 1] = '\0';
    if (!note_says(t, name))
        return;
    if (t->count == t->room) {
        t->room = t->room ? 2 * t->room : 64;
        t->names = jf_realloc(t->names, (size_t)t->room * NAME_SIZE);
    }
    memcpy(t->names[t->count++], name, NAME_SIZE);
}

static int newest_first(const void *a, const void *b)
{
    return strcmp(b, a);
}

static bool gone(const tidying *t, const char *name, const char *end)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s%s", t->folder, name, end);
    return unlink(path) == 0 || errno == ENOENT;
}

static jf_store_result backup_remove(const tidying *t, const char *name, jf_desk *desk,
                                     jf_instant now, jf_store_error *error)
{
    jf_desk_act act = {.at = now,
                       .who = JF_STR("jifen serve"),
                       .act = JF_STR("backup_remove"),
                       .subject = jf_str_of(name),
                       .outcome = JF_STR("ok")};
    if (jf_desk_act_add(desk, &act, error) != JF_STORE_OK)
        return JF_STORE_FAILED;
    if (gone(t, name, "") && gone(t, name, ".desk") && gone(t, name, ".json"))
        return JF_STORE_OK;
    jf_format(error->message, sizeof error->message,
              "the backup was made; the older %s cannot be removed", name);
    return JF_STORE_FAILED;
}

jf_store_result jf_backups_tidy(const char *folder, uint32_t keep, jf_desk *desk, jf_instant now,
                                jf_store_error *error)
{
    tidying t = {.folder = folder};
    char path[PATH_SIZE];
    uint32_t whole = 0;
    jf_store_result result = JF_STORE_OK;
    JF_ASSERT(keep > 0 && desk != NULL);
    DIR *dir = opendir(folder);
    for (struct dirent *one; dir && (one = readdir(dir)) != NULL;)
        note_take(&t, one->d_name);
    if (dir)
        closedir(dir);
    jf_sort(t.names, t.count, NAME_SIZE, newest_first);
    for (uint32_t i = 0; i < t.count && result == JF_STORE_OK; i++) {
        whole += is_file(&t, t.names[i], "", path) && is_file(&t, t.names[i], ".desk", path);
        if (whole > keep)
            result = backup_remove(&t, t.names[i], desk, now, error);
    }
    free(t.names);
    return result;
}
