/*
 * Writing SQLite's log in few large pieces instead of many small ones.
 *
 * SQLite writes each page of a batch into the write-ahead log by two calls, 24
 * bytes and a page: more than a thousand calls for a batch of orders, and a
 * third of the time of a commit. Nobody looks at these frames before they are
 * synced, as with synchronous=FULL the index that tells readers of them is
 * written after the sync. So this layer between SQLite and the system keeps
 * what is written to a log in memory while it is contiguous, and writes it when
 * there is KEPT_MAX of it, at the sync, or when anything else is asked.
 *
 * Only the writer's connection uses it, and only its log. A write that fails
 * is told at the sync instead, and fails the transaction there; what was kept
 * is forgotten then, as SQLite writes it anew or not at all.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "store/sqlite_store.h"

#define KEPT_MAX (1 << 16) /* SQLite's own layer below writes less than 128 KiB at a time */

/* A log that is open: ours first, as SQLite wants it, the system's behind it. */
typedef struct log_file {
    sqlite3_file base;
    sqlite3_file *under;
    char *kept;         /* KEPT_MAX bytes, what is not written yet */
    int count;          /* of them in use */
    sqlite3_int64 from; /* where in the file they belong */
} log_file;

static int log_flush(log_file *log)
{
    int count = log->count;
    log->count = 0;
    if (count == 0) {
        return SQLITE_OK;
    }
    return log->under->pMethods->xWrite(log->under, log->kept, count, log->from);
}

static int log_close(sqlite3_file *file)
{
    log_file *log = (log_file *)file;
    int code = log_flush(log);
    free(log->kept);
    int closed = log->under->pMethods->xClose(log->under);
    return code != SQLITE_OK ? code : closed;
}

static int log_read(sqlite3_file *file, void *out, int count, sqlite3_int64 from)
{
    log_file *log = (log_file *)file;
    int code = log_flush(log);
    return code != SQLITE_OK ? code : log->under->pMethods->xRead(log->under, out, count, from);
}

static int log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 from)
{
    log_file *log = (log_file *)file;
    JF_ASSERT(count >= 0);
    if (log->count > 0 && (from != log->from + log->count || count > KEPT_MAX - log->count)) {
        int code = log_flush(log);
        if (code != SQLITE_OK) {
            return code;
        }
    }
    if (count > KEPT_MAX) {
        return log->under->pMethods->xWrite(log->under, bytes, count, from);
    }
    if (log->count == 0) {
        log->from = from;
    }
    memcpy(log->kept + log->count, bytes, (size_t)count);
    log->count += count;
    return SQLITE_OK;
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    log_file *log = (log_file *)file;
    int code = log_flush(log);
    return code != SQLITE_OK ? code : log->under->pMethods->xTruncate(log->under, size);
}

static int log_sync(sqlite3_file *file, int flags)
{
    log_file *log = (log_file *)file;
    int code = log_flush(log);
    return code != SQLITE_OK ? code : log->under->pMethods->xSync(log->under, flags);
}

static int log_size(sqlite3_file *file, sqlite3_int64 *size)
{
    log_file *log = (log_file *)file;
    int code = log_flush(log);
    return code != SQLITE_OK ? code : log->under->pMethods->xFileSize(log->under, size);
}

static int log_lock(sqlite3_file *file, int level)
{
    sqlite3_file *under = ((log_file *)file)->under;
    return under->pMethods->xLock(under, level);
}

static int log_unlock(sqlite3_file *file, int level)
{
    sqlite3_file *under = ((log_file *)file)->under;
    return under->pMethods->xUnlock(under, level);
}

static int log_reserved(sqlite3_file *file, int *out)
{
    sqlite3_file *under = ((log_file *)file)->under;
    return under->pMethods->xCheckReservedLock(under, out);
}

static int log_control(sqlite3_file *file, int what, void *argument)
{
    sqlite3_file *under = ((log_file *)file)->under;
    return under->pMethods->xFileControl(under, what, argument);
}

static int log_sector(sqlite3_file *file)
{
    sqlite3_file *under = ((log_file *)file)->under;
    return under->pMethods->xSectorSize(under);
}

static int log_device(sqlite3_file *file)
{
    sqlite3_file *under = ((log_file *)file)->under;
    return under->pMethods->xDeviceCharacteristics(under);
}

static const sqlite3_io_methods log_methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_size,
    .xLock = log_lock,
    .xUnlock = log_unlock,
    .xCheckReservedLock = log_reserved,
    .xFileControl = log_control,
    .xSectorSize = log_sector,
    .xDeviceCharacteristics = log_device,
};

/* Files that are no logs are the system's own from here on. */
static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    sqlite3_vfs *system = vfs->pAppData;
    if ((flags & SQLITE_OPEN_WAL) == 0) {
        return system->xOpen(system, name, file, flags, out);
    }
    log_file *log = (log_file *)file;
    *log = (log_file){.under = (sqlite3_file *)(log + 1)};
    int code = system->xOpen(system, name, log->under, flags, out);
    if (code == SQLITE_OK) {
        log->kept = jf_alloc(KEPT_MAX);
        log->base.pMethods = &log_methods;
    }
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    sqlite3_vfs *system = vfs->pAppData;
    return system->xDelete(system, name, sync);
}

void jf_sqlite_log_register(void)
{
    static sqlite3_vfs vfs;
    sqlite3_vfs *system = sqlite3_vfs_find(NULL);
    JF_ASSERT(system != NULL && vfs.zName == NULL);
    vfs = *system;
    vfs.pNext = NULL;
    vfs.zName = JF_SQLITE_LOG_VFS;
    vfs.pAppData = system;
    vfs.szOsFile = (int)sizeof(log_file) + system->szOsFile;
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    int code = sqlite3_vfs_register(&vfs, 0);
    JF_ASSERT(code == SQLITE_OK);
}
