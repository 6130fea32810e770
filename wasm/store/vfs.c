#include "store/vfs.h"

#include <string.h>

#include "base/arena.h"
#include "base/ct.h"
#include "base/host.h"
#include "store/os.h"

#define FILE_HEADER_LOOK 100             /* what SQLite reads before the log is replayed */
#define JULIAN_1970_MS 210866760000000LL /* 1970-01-01 in SQLite's milliseconds */
#define NO_FRAME (-1)
#define DISK_SECTOR 4096

struct open_file {
    sqlite3_file base;
    struct store_vfs *vfs;
    int host;
    bool is_log;
    /* Database. */
    sqlite3_int64 pages; /* whole pages; a torn one at the end does not count */
    /* Log. */
    bool written;          /* a frame was written since opening: recovery is over */
    bool header_fresh;     /* the log header was written and not flushed since */
    sqlite3_int64 pending; /* frame whose header is held back, or NO_FRAME */
    uint8_t pending_header[STORE_FRAME_HEADER_SIZE];
};

static int written(int r)
{
    return r == 0 ? SQLITE_OK : r == -2 ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int put(const struct open_file *f, const void *p, size_t n, uint64_t offset)
{
    return written(store_run_put(f->vfs->run, f->host, p, n, offset));
}

/* Rule 7. */
static int put_all(const struct open_file *f)
{
    return written(store_run_end(f->vfs->run, f->host));
}

/* Reads up to n bytes and fills the rest with zeros. */
static int get_plain(const struct open_file *f, uint8_t *p, size_t n, uint64_t offset)
{
    int rc = put_all(f);
    if (rc != SQLITE_OK) {
        return rc;
    }
    int got = host_read(f->host, p, n, offset);
    if (got < 0 || (size_t)got > n) {
        return SQLITE_IOERR_READ;
    }
    memset(p + got, 0, n - (size_t)got);
    return (size_t)got == n ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

/* ---- database pages ---- */

static int page_put(struct open_file *f, const void *page, sqlite3_int64 number)
{
    uint8_t *unit = f->vfs->unit;
    size_t size = f->vfs->page_size;
    memcpy(unit, page, size);
    store_seal_close(&f->vfs->seal, unit, size, STORE_SEAL_PAGE, (uint64_t)number);
    int rc = put(f, unit, size, (uint64_t)number * size);
    if (rc == SQLITE_OK && number >= f->pages) {
        f->pages = number + 1;
    }
    return rc;
}

/* Rule 1. */
static int pages_fill(struct open_file *f, sqlite3_int64 until)
{
    static const uint8_t zero[STORE_PAGE_SIZE_FIRST];
    int rc = SQLITE_OK;
    while (rc == SQLITE_OK && f->pages < until) {
        rc = page_put(f, zero, f->pages);
    }
    return rc;
}

static int page_read(struct open_file *f, uint8_t *out, int n, sqlite3_int64 offset)
{
    uint32_t size = f->vfs->page_size;
    sqlite3_int64 number = offset / size;
    size_t in = (size_t)(offset % size);
    bool whole = in == 0 && (uint32_t)n == size;
    uint8_t *unit = whole ? out : f->vfs->unit;
    if (in + (size_t)n > size) {
        return SQLITE_IOERR_DATA;
    }
    if (number >= f->pages) {
        memset(out, 0, (size_t)n);
        return SQLITE_IOERR_SHORT_READ;
    }
    int rc = get_plain(f, unit, size, (uint64_t)number * size);
    if (rc != SQLITE_OK) {
        return SQLITE_IOERR_READ;
    }
    if (store_seal_open(&f->vfs->seal, unit, size, STORE_SEAL_PAGE, (uint64_t)number) != OK) {
        memset(out, 0, (size_t)n);
        return offset == 0 && n == FILE_HEADER_LOOK ? SQLITE_IOERR_SHORT_READ /* rule 3 */
                                                    : SQLITE_IOERR_DATA;
    }
    if (!whole) {
        memcpy(out, unit + in, (size_t)n);
    }
    return SQLITE_OK;
}

static int page_write(struct open_file *f, const void *p, int n, sqlite3_int64 offset)
{
    uint32_t size = f->vfs->page_size;
    if ((uint32_t)n != size || offset % size != 0) {
        return SQLITE_IOERR_WRITE;
    }
    int rc = pages_fill(f, offset / size);
    return rc != SQLITE_OK ? rc : page_put(f, p, offset / size);
}

static int page_truncate(struct open_file *f, sqlite3_int64 size)
{
    sqlite3_int64 pages = size / f->vfs->page_size;
    if (size % f->vfs->page_size != 0) {
        return SQLITE_IOERR_TRUNCATE;
    }
    if (pages > f->pages) {
        return pages_fill(f, pages);
    }
    int rc = put_all(f);
    if (rc == SQLITE_OK && host_truncate(f->host, (uint64_t)size) != 0) {
        rc = SQLITE_IOERR_TRUNCATE;
    }
    if (rc == SQLITE_OK) {
        f->pages = pages;
    }
    return rc;
}

/* ---- log frames ---- */

static size_t frame_size(const struct open_file *f)
{
    return STORE_FRAME_HEADER_SIZE + (size_t)f->vfs->page_size;
}

static uint64_t frame_offset(const struct open_file *f, sqlite3_int64 frame)
{
    return STORE_LOG_HEADER_SIZE + (uint64_t)frame * frame_size(f);
}

/* Opens the frame into vfs->unit. SQLITE_IOERR_SHORT_READ: not there; SQLITE_IOERR_DATA: forged
 * or torn; vfs->unit is zero then. */
static int frame_load(struct open_file *f, sqlite3_int64 frame)
{
    uint8_t *unit = f->vfs->unit;
    size_t size = frame_size(f);
    int rc = get_plain(f, unit, size, frame_offset(f, frame));
    if (rc != SQLITE_OK) {
        memset(unit, 0, size);
        return rc;
    }
    if (store_seal_open(&f->vfs->seal, unit, size, STORE_SEAL_FRAME, (uint64_t)frame) != OK) {
        memset(unit, 0, size);
        return SQLITE_IOERR_DATA;
    }
    return SQLITE_OK;
}

/* Seals vfs->unit. */
static int frame_store(struct open_file *f, sqlite3_int64 frame)
{
    uint8_t *unit = f->vfs->unit;
    size_t size = frame_size(f);
    store_seal_close(&f->vfs->seal, unit, size, STORE_SEAL_FRAME, (uint64_t)frame);
    f->written = true;
    return put(f, unit, size, frame_offset(f, frame));
}

/* A header written alone (SQLite recomputes checksums at the end of a large transaction) goes to
 * the page that is there. */
static int pending_put(struct open_file *f)
{
    sqlite3_int64 frame = f->pending;
    if (frame == NO_FRAME) {
        return SQLITE_OK;
    }
    f->pending = NO_FRAME;
    int rc = frame_load(f, frame);
    if (rc != SQLITE_OK) {
        return rc == SQLITE_IOERR_SHORT_READ ? SQLITE_IOERR_WRITE : rc;
    }
    memcpy(f->vfs->unit, f->pending_header, STORE_FRAME_HEADER_SIZE);
    return frame_store(f, frame);
}

static int frame_read(struct open_file *f, uint8_t *out, int n, sqlite3_int64 offset)
{
    if (offset + n <= STORE_LOG_HEADER_SIZE) {
        return get_plain(f, out, (size_t)n, (uint64_t)offset);
    }
    const sqlite3_int64 size = (sqlite3_int64)frame_size(f);
    sqlite3_int64 frame = (offset - STORE_LOG_HEADER_SIZE) / size;
    sqlite3_int64 in = (offset - STORE_LOG_HEADER_SIZE) % size;
    /* Frames of another size, as the log's clear header says: not our log. */
    if (offset < STORE_LOG_HEADER_SIZE || in + n > size || (in == 0 && n != size)) {
        return SQLITE_IOERR_DATA;
    }
    int rc = pending_put(f);
    if (rc == SQLITE_OK) {
        rc = frame_load(f, frame);
    }
    if (rc == SQLITE_OK || rc == SQLITE_IOERR_SHORT_READ) {
        memcpy(out, f->vfs->unit + in, (size_t)n);
        return rc;
    }
    memset(out, 0, (size_t)n);
    if (rc == SQLITE_IOERR_DATA && !f->written && n == size) {
        return SQLITE_OK; /* rule 4: a frame of zeros is not valid to SQLite */
    }
    return rc;
}

static int frame_write(struct open_file *f, const uint8_t *p, int n, sqlite3_int64 offset)
{
    if (offset == 0 && n == STORE_LOG_HEADER_SIZE) {
        f->header_fresh = true;
        f->written = true;
        return put(f, p, STORE_LOG_HEADER_SIZE, 0);
    }
    if (offset < STORE_LOG_HEADER_SIZE) {
        return SQLITE_IOERR_WRITE;
    }
    const size_t page = f->vfs->page_size;
    sqlite3_int64 frame = (offset - STORE_LOG_HEADER_SIZE) / (sqlite3_int64)frame_size(f);
    sqlite3_int64 in = (offset - STORE_LOG_HEADER_SIZE) % (sqlite3_int64)frame_size(f);
    bool expected = f->pending == frame;
    int rc = expected ? SQLITE_OK : pending_put(f);
    if (rc != SQLITE_OK) {
        return rc;
    }
    if (in == 0 && n == STORE_FRAME_HEADER_SIZE) { /* rule 6 */
        memcpy(f->pending_header, p, STORE_FRAME_HEADER_SIZE);
        f->pending = frame;
        return SQLITE_OK;
    }
    if (in != STORE_FRAME_HEADER_SIZE || (size_t)n != page ||
        !ct_is_zero(p + page - STORE_SEAL_BYTES, STORE_SEAL_BYTES)) { /* rule 5 */
        return SQLITE_IOERR_WRITE;
    }
    if (expected) {
        memcpy(f->vfs->unit, f->pending_header, STORE_FRAME_HEADER_SIZE);
        f->pending = NO_FRAME;
    } else if ((rc = frame_load(f, frame)) != SQLITE_OK) { /* a page without its header */
        return rc == SQLITE_IOERR_SHORT_READ ? SQLITE_IOERR_WRITE : rc;
    }
    memcpy(f->vfs->unit + STORE_FRAME_HEADER_SIZE, p, page);
    return frame_store(f, frame);
}

/* ---- sqlite3_io_methods ---- */

static int file_read(sqlite3_file *base, void *p, int n, sqlite3_int64 offset)
{
    struct open_file *f = (struct open_file *)base;
    if (n < 0 || offset < 0) {
        return SQLITE_IOERR_READ;
    }
    return f->is_log ? frame_read(f, p, n, offset) : page_read(f, p, n, offset);
}

static int file_write(sqlite3_file *base, const void *p, int n, sqlite3_int64 offset)
{
    struct open_file *f = (struct open_file *)base;
    if (n < 0 || offset < 0) {
        return SQLITE_IOERR_WRITE;
    }
    return f->is_log ? frame_write(f, p, n, offset) : page_write(f, p, n, offset);
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct open_file *f = (struct open_file *)base;
    if (size < 0) {
        return SQLITE_IOERR_TRUNCATE;
    }
    if (!f->is_log) {
        return page_truncate(f, size);
    }
    int rc = pending_put(f);
    if (rc == SQLITE_OK) {
        rc = put_all(f);
    }
    if (rc == SQLITE_OK && host_truncate(f->host, (uint64_t)size) != 0) {
        rc = SQLITE_IOERR_TRUNCATE;
    }
    return rc;
}

static int file_sync(sqlite3_file *base, int flags)
{
    struct open_file *f = (struct open_file *)base;
    int rc = pending_put(f);
    (void)flags;
    if (rc == SQLITE_OK) {
        rc = put_all(f);
    }
    if (rc != SQLITE_OK) {
        return rc;
    }
    /* A soft commit leaves its frames to a later flush, but not a new log header: old frames after
     * a header that came late would be taken for the log. */
    if (f->is_log && f->vfs->soft && !f->header_fresh) {
        return SQLITE_OK;
    }
    if (host_flush(f->host) != 0) {
        return SQLITE_IOERR_FSYNC;
    }
    f->header_fresh = false;
    return SQLITE_OK;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size)
{
    struct open_file *f = (struct open_file *)base;
    if (!f->is_log) {
        *size = f->pages * f->vfs->page_size;
        return SQLITE_OK;
    }
    int rc = put_all(f);
    *size = host_size(f->host);
    return rc != SQLITE_OK ? rc : *size < 0 ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

static int file_close(sqlite3_file *base)
{
    struct open_file *f = (struct open_file *)base;
    f->pending = NO_FRAME; /* from an unfinished transaction: nothing to keep */
    return put_all(f);
}

/* One process, one connection: the browser locks the file as a whole. */
static int file_lock(sqlite3_file *base, int level)
{
    (void)base;
    (void)level;
    return SQLITE_OK;
}

static int file_reserved(sqlite3_file *base, int *out)
{
    (void)base;
    *out = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *base, int op, void *arg)
{
    (void)base;
    (void)op;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *base)
{
    (void)base;
    return DISK_SECTOR;
}

static int file_traits(sqlite3_file *base)
{
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE | SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN;
}

/* ---- sqlite3_vfs ---- */

static int vfs_open(sqlite3_vfs *base, sqlite3_filename name, sqlite3_file *file, int flags,
                    int *out_flags)
{
    static const sqlite3_io_methods methods = {
        .iVersion = 1,
        .xClose = file_close,
        .xRead = file_read,
        .xWrite = file_write,
        .xTruncate = file_truncate,
        .xSync = file_sync,
        .xFileSize = file_size,
        .xLock = file_lock,
        .xUnlock = file_lock,
        .xCheckReservedLock = file_reserved,
        .xFileControl = file_control,
        .xSectorSize = file_sector,
        .xDeviceCharacteristics = file_traits,
    };
    struct store_vfs *v = base->pAppData;
    struct open_file *f = (struct open_file *)file;
    memset(f, 0, sizeof *f);
    f->vfs = v;
    f->pending = NO_FRAME;
    if (name != NULL && (flags & SQLITE_OPEN_MAIN_DB) != 0 && strcmp(name, v->name) == 0) {
        int64_t size = host_size(v->file);
        if (size < 0) {
            return SQLITE_CANTOPEN;
        }
        f->host = v->file;
        f->pages = size / v->page_size;
    } else if (name != NULL && (flags & SQLITE_OPEN_WAL) != 0 && strcmp(name, v->log_name) == 0) {
        f->host = v->log;
        f->is_log = true;
    } else {
        return SQLITE_CANTOPEN; /* journals and temporary files: never */
    }
    f->base.pMethods = &methods;
    if (out_flags != NULL) {
        *out_flags = flags;
    }
    return SQLITE_OK;
}

enum err store_vfs_empty(int file)
{
    int r = host_truncate(file, 0);
    if (r == 0) {
        r = host_flush(file);
    }
    return r == 0 ? OK : ERR_HOST;
}

static int vfs_delete(sqlite3_vfs *base, const char *name, int sync_dir)
{
    struct store_vfs *v = base->pAppData;
    (void)sync_dir;
    if (strcmp(name, v->log_name) != 0) {
        return SQLITE_IOERR_DELETE_NOENT;
    }
    int r = store_run_end(v->run, v->log);
    return r == 0 && store_vfs_empty(v->log) == OK ? SQLITE_OK : SQLITE_IOERR_DELETE;
}

static int vfs_access(sqlite3_vfs *base, const char *name, int flags, int *out)
{
    struct store_vfs *v = base->pAppData;
    int file = strcmp(name, v->name) == 0 ? v->file : strcmp(name, v->log_name) == 0 ? v->log : -1;
    (void)flags;
    *out = 0;
    if (file >= 0) {
        int64_t size = host_size(file);
        if (size < 0) {
            return SQLITE_IOERR_ACCESS;
        }
        *out = size > 0;
    }
    return SQLITE_OK;
}

static int vfs_time_ms(sqlite3_vfs *base, sqlite3_int64 *out)
{
    struct store_vfs *v = base->pAppData;
    *out = JULIAN_1970_MS + (sqlite3_int64)v->now_ms;
    return SQLITE_OK;
}

static int vfs_time(sqlite3_vfs *base, double *out)
{
    sqlite3_int64 ms = 0;
    int rc = vfs_time_ms(base, &ms);
    *out = (double)ms / 86400000.0;
    return rc;
}

enum err store_vfs_names(struct store_vfs *v, const char *name)
{
    size_t n = strlen(name);
    if (n == 0 || n > STORE_NAME_BYTES_MAX) {
        return ERR_INPUT;
    }
    memcpy(v->name, name, n + 1);
    memcpy(v->log_name, name, n);
    memcpy(v->log_name + n, "-wal", 5);
    v->file = host_open(v->name);
    v->log = host_open(v->log_name);
    /* one store per host file: a test host gives each simulated device its own numbers */
    (void)sqlite3_snprintf(sizeof v->vfs_name, v->vfs_name, "sotto-%d-%s", v->file, name);
    return v->file < 0 || v->log < 0 ? ERR_HOST : OK;
}

enum err store_vfs_init(struct store_vfs *v, const uint8_t key[STORE_KEY_SIZE], const char *name,
                        uint64_t now_ms, uint32_t page_size)
{
    memset(v, 0, sizeof *v);
    TRY(store_vfs_names(v, name));
    if (sqlite3_vfs_find(v->vfs_name) != NULL) {
        return ERR_STATE;
    }
    TRY(store_seal_init(&v->seal, key, slice_of_string(v->name)));
    TRY(store_page_size_find(&v->page_size, &v->seal, v->file, v->log, page_size));
    v->run = mem_alloc(sizeof *v->run);
    if (v->run == NULL) {
        store_vfs_wipe(v);
        return ERR_HOST_MEMORY;
    }
    v->run->n = 0;
    v->now_ms = now_ms;
    v->base = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = (int)sizeof(struct open_file),
        .mxPathname = STORE_NAME_BYTES_MAX + 16,
        .zName = v->vfs_name,
        .pAppData = v,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = store_os_full_name,
        .xRandomness = store_os_random,
        .xSleep = store_os_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = store_os_error,
        .xCurrentTimeInt64 = vfs_time_ms,
    };
    if (sqlite3_vfs_register(&v->base, 0) != SQLITE_OK) {
        store_vfs_wipe(v);
        return ERR_HOST_MEMORY;
    }
    v->registered = true;
    return OK;
}

void store_vfs_wipe(struct store_vfs *v)
{
    if (v->registered) {
        (void)sqlite3_vfs_unregister(&v->base);
    }
    mem_free(v->run); /* sealed bytes */
    wipe(v, sizeof *v);
}

enum err store_vfs_sizes(const struct store_vfs *v, uint64_t *file, uint64_t *log)
{
    int64_t a = host_size(v->file);
    int64_t b = host_size(v->log);
    *file = a < 0 ? 0 : (uint64_t)a;
    *log = b < 0 ? 0 : (uint64_t)b;
    return a < 0 || b < 0 ? ERR_HOST : OK;
}
