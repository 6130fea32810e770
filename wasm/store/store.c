#include "store/store.h"

#include <string.h>

#include "base/arena.h"
#include "base/ct.h"
#include "base/host.h"
#include "crypto/rand.h"
#include "store/db.h"
#include "store/heap.h"
#include "store/migrate.h"
#include "store/search.h"
#include "store/sql.h"

/* ---- opening ---- */

static enum err prepare(struct store *s, sqlite3_stmt **out, const char *sql)
{
    return store_db_error(s,
                          sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL));
}

/* Called by SQLite after each commit with the length of the log. */
static int log_grew(void *user, sqlite3 *db, const char *schema, int frames)
{
    struct store *s = user;
    (void)db;
    (void)schema;
    s->log_frames = frames;
    return SQLITE_OK;
}

/* Order matters: reserved bytes and page size before the first page, EXCLUSIVE before WAL (which
 * lets WAL work without shared memory). A new file becomes a WAL file with its rollback journal in
 * memory: see clean_start. */
static enum err configure(struct store *s, bool is_new)
{
    int reserved = STORE_SEAL_BYTES;
    (void)sqlite3_extended_result_codes(s->db, 1);
    TRY(store_db_error(s, sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL)));
    /* Plans must not depend on bound values, or every LIMIT ? would be compiled again each time. */
    TRY(store_db_error(s, sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL)));
    TRY(store_db_error(s,
                       sqlite3_file_control(s->db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved)));
    (void)sqlite3_limit(s->db, SQLITE_LIMIT_ATTACHED, 0);
    char page_size[40];
    (void)sqlite3_snprintf(sizeof page_size, page_size, "PRAGMA page_size=%u", s->vfs.page_size);
    TRY(store_db_exec(s, page_size));
    TRY(store_db_exec(s, "PRAGMA locking_mode=EXCLUSIVE;"
                         "PRAGMA cache_size=-8192;"
                         "PRAGMA cell_size_check=ON;"));
    if (is_new) {
        TRY(store_db_exec(s, "PRAGMA journal_mode=MEMORY"));
    }
    TRY(store_db_exec(s, "PRAGMA journal_mode=WAL;"
                         "PRAGMA synchronous=FULL;"
                         "PRAGMA secure_delete=ON;"
                         "PRAGMA wal_autocheckpoint=0;"
                         "PRAGMA journal_size_limit=8388608;"));
    (void)sqlite3_wal_hook(s->db, log_grew, s);
    TRY(store_db_error(s, sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL)));
    TRY(prepare(s, &s->begin, "BEGIN IMMEDIATE"));
    TRY(prepare(s, &s->commit, "COMMIT"));
    return prepare(s, &s->rollback, "ROLLBACK");
}

/* Page 1 is flushed before the log gets its first byte, and the first layout is longer than a page
 * of either size. So a file of at most one page with an empty log is a creation that was cut off
 * and holds nothing: start again. A log without page 1 cannot come from a power cut. */
static enum err clean_start(struct store *s, bool *is_new, uint32_t page_size)
{
    uint64_t file = 0;
    uint64_t log = 0;
    TRY(store_vfs_sizes(&s->vfs, &file, &log));
    *is_new = log == 0 && file <= s->vfs.page_size;
    if (*is_new && file > 0) {
        s->vfs.page_size = page_size;
        return store_vfs_empty(s->vfs.file);
    }
    return log > 0 && file < s->vfs.page_size ? ERR_STORE_CORRUPT : OK;
}

static enum err open_db(struct store *s, unsigned layout, uint32_t page_size)
{
    bool is_new = false;
    TRY(clean_start(s, &is_new, page_size));
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE;
    int rc = sqlite3_open_v2(s->vfs.name, &s->db, flags, s->vfs.vfs_name);
    if (rc != SQLITE_OK) {
        return s->db == NULL ? ERR_HOST_MEMORY : store_db_error(s, rc);
    }
    s->log_frames_next = store_log_frames_max(s);
    TRY(configure(s, is_new));
    TRY(store_search_register(s));
    TRY(store_migrate(s, layout));
    /* A log left by a power cut may hold commits after the torn one; restarting it now means it can
     * never bring them back. If there is no room for that, the next store_idle does it. */
    if (!is_new) {
        (void)sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        s->log_frames = 0;
    }
    return OK;
}

/* Closes without writing back. */
static void destroy(struct store *s)
{
    store_sql_forget(s);
    (void)sqlite3_finalize(s->begin);
    (void)sqlite3_finalize(s->commit);
    (void)sqlite3_finalize(s->rollback);
    if (s->db != NULL && sqlite3_close(s->db) != SQLITE_OK) {
        host_panic("store_close: rows are still open");
    }
    store_vfs_wipe(&s->vfs);
    wipe(s, sizeof *s);
    mem_free(s);
}

enum err store_open_at(struct store **out, const uint8_t key[STORE_KEY_SIZE], const char *name,
                       uint64_t now_ms, unsigned layout, uint32_t page_size)
{
    *out = NULL;
    TRY(crypto_init());
    store_heap_install();
    if (sqlite3_initialize() != SQLITE_OK) {
        return ERR_HOST_MEMORY;
    }
    struct store *s = mem_alloc(sizeof *s);
    if (s == NULL) {
        return ERR_HOST_MEMORY;
    }
    memset(s, 0, sizeof *s);
    enum err e = store_vfs_init(&s->vfs, key, name, now_ms, page_size);
    if (e == OK) {
        e = open_db(s, layout, page_size);
    }
    if (e != OK) {
        destroy(s);
        return e;
    }
    *out = s;
    return OK;
}

enum err store_open(struct store **out, const uint8_t key[STORE_KEY_SIZE], const char *name,
                    uint64_t now_ms)
{
    return store_open_at(out, key, name, now_ms, store_migrate_last(), STORE_PAGE_SIZE);
}

void store_close(struct store *s)
{
    if (s == NULL) {
        return;
    }
    store_rollback(s);
    if (!s->stuck) {
        /* A log that cannot be written back stays and is replayed at the next opening. */
        (void)sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    destroy(s);
}

enum err store_idle(struct store *s)
{
    if (s->in_transaction || s->stuck) {
        return s->stuck ? ERR_STORE : ERR_STATE;
    }
    int rc = sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if (rc == SQLITE_OK) {
        s->log_frames = 0;
        s->log_frames_next = store_log_frames_max(s);
    }
    return (rc & 0xff) == SQLITE_LOCKED || (rc & 0xff) == SQLITE_BUSY ? ERR_STATE
                                                                      : store_db_error(s, rc);
}

/* ---- files ---- */

enum err store_exists(bool *out, const char *name)
{
    struct store_vfs v;
    uint64_t file = 0;
    uint64_t log = 0;
    *out = false;
    memset(&v, 0, sizeof v);
    TRY(store_vfs_names(&v, name));
    TRY(store_vfs_sizes(&v, &file, &log));
    *out = file > STORE_PAGE_SIZE_FIRST || log > 0;
    return OK;
}

enum err store_erase(const char *name)
{
    struct store_vfs v;
    memset(&v, 0, sizeof v);
    TRY(store_vfs_names(&v, name));
    TRY(store_vfs_empty(v.log)); /* first: a log without page 1 counts as damage */
    return store_vfs_empty(v.file);
}
