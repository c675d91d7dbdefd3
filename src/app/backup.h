/*
 * Backups of the books and the desk, made while both are written, and checked.
 *
 * A backup is two files, NAME and NAME.desk, which `jifen serve --db sqlite:NAME` takes as they
 * are; it counts when the whole chain of its journals, its balances and its reserves have been
 * found right. `jf_backups` makes them in a thread of its own, one at a time, into a folder; the
 * newest one is told by a file NAME.json, which is written last.
 */
#ifndef JF_APP_BACKUP_H
#define JF_APP_BACKUP_H

#include "app/writer.h"
#include "base/json.h"
#include "store/desk.h"

typedef struct jf_backup {
    uint64_t bytes, desk_bytes, journals;
    jf_hash head; /* of the chain */
} jf_backup;

/*
 * Copies the books at `url` to the file `to`, their desk to `to`.desk, and checks the copy. FAILED
 * with a message; a copy in which something was found stays, for people to look at.
 */
jf_store_result jf_backup_make(const char *url, const char *to, jf_backup *out,
                               jf_store_error *error);

/* {bytes,desk_bytes,journals,head}: its members. */
void jf_backup_members(jf_jw *w, const jf_backup *backup);

/* books and desk: {schema,bytes,log_bytes} of the files that books at `url` are kept in. */
void jf_backup_files(jf_jw *w, const char *url);

typedef struct jf_backups jf_backups;

/* Where they go, and how many of them stay. */
typedef struct jf_backups_options {
    const char *url;    /* of the books */
    const char *folder; /* must be there */
    uint32_t keep;      /* whole backups that stay when one more was made; 0: all */
    jf_desk *desk;      /* stays the caller's: its trail tells of what was removed */
    jf_clock_fn clock;
} jf_backups_options;

/* FAILED when nothing can be written into the folder. */
jf_store_result jf_backups_open(jf_backups **out, const jf_backups_options *options,
                                jf_store_error *error);

/*
 * Removes the oldest whole backups of the folder, up to those that are to be kept, each after the
 * trail has it. FAILED with a message when one cannot be removed, or the trail not be written.
 */
jf_store_result jf_backups_tidy(const char *folder, uint32_t keep, jf_desk *desk, jf_instant now,
                                jf_store_error *error);

/* Is one under way? */
bool jf_backups_running(jf_backups *backups);

/* False when one is under way, or there is no thread for it. */
bool jf_backups_start(jf_backups *backups);

/* {keep?,running,failed?,last?:{name,at,bytes,desk_bytes,journals,head}}: its members. */
void jf_backups_json(jf_backups *backups, jf_jw *w);

/* Waits for the one that is under way. */
void jf_backups_close(jf_backups *backups);

#endif
