/* Inside struct store, for the files of this room only. */
#ifndef SOTTO_STORE_DB_H
#define SOTTO_STORE_DB_H

#include <sqlite3.h>

#include "store/vfs.h"

#define STORE_LOG_BYTES_MAX 4096000 /* written back beyond this: 10 to 20 ms */
#define STORE_SQL_KEPT 512          /* statements kept; the core has some 250 literals */

/* A prepared statement kept for the literal it was made from. */
struct store_sql_slot {
    const char *literal;
    sqlite3_stmt *stmt; /* NULL: free slot */
    uint64_t used;      /* call number of the last use, for eviction */
    bool busy;
};
struct store_sql_cache {
    struct store_sql_slot slots[STORE_SQL_KEPT];
    uint64_t calls;
};

struct store {
    sqlite3 *db;
    struct store_vfs vfs;
    struct store_sql_cache cache;
    sqlite3_stmt *begin, *commit, *rollback; /* prepared in advance: ending must not need memory */
    bool in_transaction;
    enum err transaction_err; /* why the transaction can only be rolled back */
    bool stuck;               /* a rollback failed: nothing may be written */
    int log_frames;           /* length of the log */
    int log_frames_next;      /* write back at this length */
};

/* Maps SQLite's result code to ours. A fault of the machine or the file dooms the transaction:
 * SQLite may have rolled back by itself, and FTS5 may count wrongly. */
enum err store_db_error(struct store *s, int rc);
/* How long the log may grow before it is written back. */
static inline int store_log_frames_max(const struct store *s)
{
    return (int)(STORE_LOG_BYTES_MAX / s->vfs.page_size);
}
/* Several statements, no arguments. */
MUST_CHECK enum err store_db_exec(struct store *s, const char *sql);
/* ERR_STATE, or why the transaction died, when a statement must not run now. */
MUST_CHECK enum err store_db_ready(const struct store *s);

#endif
