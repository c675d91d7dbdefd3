/*
 * A fault sweep over the SQLite store: call number k to the disk fails, or the
 * process dies in it, for k = 1, 2, 3, … until a run meets no fault. Whatever
 * k is, the file opens afterwards and holds the batches that were durable, or
 * one more, and never part of one.
 *
 * Between SQLite and the system stands a layer that counts the calls that
 * change a file, and spoils one. Runs happen in children, so that each begins
 * afresh and a death is a real one.
 */
#include <sqlite3.h>
#include <sys/wait.h>

#include "store_fixture.h"

#define BATCHES 5u
#define BROKEN 100 /* exit status: the store did not open */
#define UNSAID 101 /* it failed without saying so in words */
#define DEAD 102   /* it died in a call, as wanted */

typedef enum fault_kind { FAIL, FILL, DIE } fault_kind;

static const char *const how_names[] = {"fails", "finds the disk full", "is the process's last"};

static struct {
    long left; /* calls until the fault; 0: none wanted */
    fault_kind how;
    bool met;
} fault;

/* SQLITE_OK, or what the spoilt call answers; from then on every call does. */
static int spoilt(void)
{
    if (fault.left == 0 || --fault.left > 0) {
        return SQLITE_OK;
    }
    fault.left = 1;
    fault.met = true;
    if (fault.how == DIE) {
        _exit(DEAD);
    }
    return fault.how == FILL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

typedef struct test_file {
    sqlite3_file base;
    sqlite3_file *under;
} test_file;

static sqlite3_file *under(sqlite3_file *file)
{
    return ((test_file *)file)->under;
}

static int file_close(sqlite3_file *f)
{
    return under(f)->pMethods->xClose(under(f));
}

static int file_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
    return under(f)->pMethods->xRead(under(f), out, n, at);
}

/* A write that is spoilt has written half. */
static int file_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
    if (fault.left == 1) {
        under(f)->pMethods->xWrite(under(f), bytes, n / 2, at);
    }
    int code = spoilt();
    return code != SQLITE_OK ? code : under(f)->pMethods->xWrite(under(f), bytes, n, at);
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    int code = spoilt();
    return code != SQLITE_OK ? code : under(f)->pMethods->xTruncate(under(f), size);
}

static int file_sync(sqlite3_file *f, int flags)
{
    int code = spoilt();
    return code != SQLITE_OK ? code : under(f)->pMethods->xSync(under(f), flags);
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return under(f)->pMethods->xFileSize(under(f), size);
}

static int file_lock(sqlite3_file *f, int level)
{
    return under(f)->pMethods->xLock(under(f), level);
}

static int file_unlock(sqlite3_file *f, int level)
{
    return under(f)->pMethods->xUnlock(under(f), level);
}

static int file_reserved(sqlite3_file *f, int *out)
{
    return under(f)->pMethods->xCheckReservedLock(under(f), out);
}

static int file_control(sqlite3_file *f, int what, void *argument)
{
    return under(f)->pMethods->xFileControl(under(f), what, argument);
}

static int file_sector(sqlite3_file *f)
{
    return under(f)->pMethods->xSectorSize(under(f));
}

static int file_device(sqlite3_file *f)
{
    return under(f)->pMethods->xDeviceCharacteristics(under(f));
}

static int file_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return under(f)->pMethods->xShmMap(under(f), page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
    return under(f)->pMethods->xShmLock(under(f), at, n, flags);
}

static void file_shm_barrier(sqlite3_file *f)
{
    under(f)->pMethods->xShmBarrier(under(f));
}

static int file_shm_unmap(sqlite3_file *f, int also_delete)
{
    return under(f)->pMethods->xShmUnmap(under(f), also_delete);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_device,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    sqlite3_vfs *system = vfs->pAppData;
    test_file *wrapped = (test_file *)file;
    *wrapped = (test_file){.under = (sqlite3_file *)(wrapped + 1)};
    int code = system->xOpen(system, name, wrapped->under, flags, out);
    if (code == SQLITE_OK) {
        wrapped->base.pMethods = &methods;
    }
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    sqlite3_vfs *system = vfs->pAppData;
    int code = spoilt();
    return code != SQLITE_OK ? SQLITE_IOERR_DELETE : system->xDelete(system, name, sync);
}

/* From here on SQLite's default way to the disk goes through this file. */
static void layer_register(void)
{
    static sqlite3_vfs vfs;
    sqlite3_vfs *system = sqlite3_vfs_find(NULL);
    vfs = *system;
    vfs.pNext = NULL;
    vfs.zName = "faults";
    vfs.pAppData = system;
    vfs.szOsFile = (int)sizeof(test_file) + system->szOsFile;
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    JF_ASSERT(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}

/* The third batch is longer than what the store writes at a time. */
static jf_changes *batch_make(small_batch *b, uint64_t n)
{
    static char text[100000];
    jf_changes *changes = small_batch_make(b, n);
    if (n == 3) {
        memset(text, '1', sizeof text);
        b->journal.postings = (jf_str){text, sizeof text};
    }
    return changes;
}

/* What a child does: make the file, write the batches, telling of each that is durable. */
static _Noreturn void work(const char *path, int told)
{
    jf_store *store;
    jf_store_error error = {""};
    small_batch b;
    int status = BROKEN;
    if (jf_store_sqlite_open(&store, path, JF_OPEN_WRITE, &error) == JF_STORE_OK) {
        status = 0;
        for (uint64_t n = 1; n <= BATCHES && status == 0; n++) {
            if (store->ops->commit(store, batch_make(&b, n), &error) != JF_STORE_OK) {
                status = BROKEN;
            } else if (write(told, &n, sizeof n) != sizeof n) {
                status = UNSAID;
            }
        }
        jf_store_close(store);
    }
    if (status == BROKEN && strstr(error.message, path) == NULL) {
        status = UNSAID;
    }
    _exit(status == 0 && fault.met ? BROKEN : status);
}

/* One run in a child; *durable batches were told of. Returns its exit status. */
static int run_child(const char *path, long call, fault_kind how, uint64_t *durable)
{
    int told[2], status;
    JF_ASSERT(pipe(told) == 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        fault.left = call;
        fault.how = how;
        work(path, told[1]);
    }
    close(told[1]);
    *durable = 0;
    for (uint64_t n; read(told[0], &n, sizeof n) == sizeof n;) {
        *durable = n;
    }
    close(told[0]);
    JF_ASSERT(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void remove_all(const test_folder *folder)
{
    static const char *const names[] = {"f.db", "f.db-wal", "f.db-shm", "f.db-journal",
                                        "f.db-lock"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        unlink(path_in(folder, names[i]).text);
    }
}

/* The file must open, hold `durable` batches or one more, and take the next. */
static void is_whole(const char *path, fault_kind how, long call, int status, uint64_t durable)
{
    jf_store *store = sqlite_open(path, JF_OPEN_WRITE);
    int64_t found = small_batches_in(store);
    small_batch b;
    jf_store_error error = {""};
    bool goes_on = found >= 0 && store->ops->commit(store, batch_make(&b, (uint64_t)found + 1),
                                                    &error) == JF_STORE_OK;
    ok((found == (int64_t)durable || found == (int64_t)durable + 1) && goes_on,
       "where call %ld %s, %d batches were durable and %d are there", call, how_names[how],
       (int)durable, (int)found);
    ok(status == (how == DIE ? DEAD : BROKEN) || status == 0, "and the run ended as it should (%d)",
       status);
    jf_store_close(store);
}

/* Calls die, or fail in turn as a broken and as a full disk does. */
static void sweep(const test_folder *folder, bool die)
{
    test_path path = path_in(folder, "f.db");
    for (long call = 1;; call++) {
        fault_kind how = die ? DIE : call % 2 == 1 ? FAIL : FILL;
        uint64_t durable;
        remove_all(folder);
        int status = run_child(path.text, call, how, &durable);
        if (status == 0) {
            is_int(durable, BATCHES, "without a fault all batches are durable");
            ok(call > 20, "%ld calls were spoilt, one a run", call - 1);
            return;
        }
        is_whole(path.text, how, call, status, durable);
    }
}

int main(void)
{
    test_folder folder = folder_make();
    layer_register();
    sweep(&folder, false);
    sweep(&folder, true);
    folder_remove(&folder);
    return tap_plan_done();
}
