#include "gateway/db_wal.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NAME "sotto-wal"
#define ROOM (120u << 10) /* 29 frames; the system's VFS writes less than 128 KiB at once */

struct file {
    sqlite3_file base; /* first */
    uint8_t *p;        /* what waits: n bytes for offset `at` */
    size_t n;
    sqlite3_int64 at;
    uint64_t real[]; /* the system's; SQLite aligns to eight */
};

struct vfs {
    sqlite3_vfs base;   /* first */
    sqlite3_vfs *below; /* the system's */
};

static struct file *file_of(sqlite3_file *f)
{
    return (struct file *)f;
}

static sqlite3_file *real_of(sqlite3_file *f)
{
    return (sqlite3_file *)file_of(f)->real;
}

/* What could not be written is dropped: SQLite rolls the transaction back and writes its frames
 * again. */
static int put(sqlite3_file *f)
{
    struct file *w = file_of(f);
    size_t n = w->n;
    w->n = 0;
    return n == 0 ? SQLITE_OK : real_of(f)->pMethods->xWrite(real_of(f), w->p, (int)n, w->at);
}

static int wal_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    struct file *w = file_of(f);
    size_t size = (size_t)n;
    if (w->n > 0 && (at != w->at + (sqlite3_int64)w->n || w->n + size > ROOM)) {
        int rc = put(f);
        if (rc != SQLITE_OK) {
            return rc;
        }
    }
    if (size > ROOM) {
        return real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
    }
    if (w->n == 0) {
        w->at = at;
    }
    memcpy(w->p + w->n, p, size);
    w->n += size;
    return SQLITE_OK;
}

static int wal_close(sqlite3_file *f)
{
    int rc = put(f), closed = real_of(f)->pMethods->xClose(real_of(f));
    free(file_of(f)->p);
    file_of(f)->p = NULL;
    return rc != SQLITE_OK ? rc : closed;
}

static int wal_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    int rc = put(f);
    return rc != SQLITE_OK ? rc : real_of(f)->pMethods->xRead(real_of(f), p, n, at);
}

static int wal_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    int rc = put(f);
    return rc != SQLITE_OK ? rc : real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int wal_sync(sqlite3_file *f, int flags)
{
    int rc = put(f);
    return rc != SQLITE_OK ? rc : real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int wal_size(sqlite3_file *f, sqlite3_int64 *size)
{
    int rc = put(f);
    return rc != SQLITE_OK ? rc : real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int wal_lock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int wal_unlock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int wal_reserved(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int wal_control(sqlite3_file *f, int op, void *arg)
{
    int rc = put(f);
    return rc != SQLITE_OK ? rc : real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int wal_sector(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int wal_device(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static const sqlite3_io_methods methods = {
    .iVersion = 1, /* a log is neither mapped nor shared */
    .xClose = wal_close,
    .xRead = wal_read,
    .xWrite = wal_write,
    .xTruncate = wal_truncate,
    .xSync = wal_sync,
    .xFileSize = wal_size,
    .xLock = wal_lock,
    .xUnlock = wal_unlock,
    .xCheckReservedLock = wal_reserved,
    .xFileControl = wal_control,
    .xSectorSize = wal_sector,
    .xDeviceCharacteristics = wal_device,
};

static int wal_open(sqlite3_vfs *v, sqlite3_filename name, sqlite3_file *f, int flags, int *out)
{
    struct file *w = file_of(f);
    sqlite3_vfs *below = ((struct vfs *)v)->below;
    if ((flags & SQLITE_OPEN_WAL) == 0) {
        return below->xOpen(below, name, f, flags, out);
    }
    w->base.pMethods = NULL;
    w->n = 0;
    w->p = malloc(ROOM);
    if (w->p == NULL) {
        return SQLITE_NOMEM;
    }
    int rc = below->xOpen(below, name, real_of(f), flags, out);
    if (rc == SQLITE_OK) {
        w->base.pMethods = &methods;
    } else {
        free(w->p);
        w->p = NULL;
    }
    return rc;
}

/* SQLite keeps it until the process ends. */
const char *gw_db_wal_vfs(void)
{
    sqlite3_vfs *found = sqlite3_vfs_find(NULL);
    if (sqlite3_vfs_find(NAME) != NULL) {
        return NAME;
    }
    struct vfs *v = found == NULL ? NULL : malloc(sizeof *v);
    if (v == NULL) {
        return NULL;
    }
    v->below = found;
    v->base = *found;
    v->base.pNext = NULL;
    v->base.zName = NAME;
    v->base.szOsFile = (int)sizeof(struct file) + found->szOsFile;
    v->base.xOpen = wal_open;
    if (sqlite3_vfs_register(&v->base, 0) != SQLITE_OK) {
        free(v);
        return NULL;
    }
    return NAME;
}
