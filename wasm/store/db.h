/* The inside of struct store, for the files of this room only. */
#ifndef SOTTO_STORE_DB_H
#define SOTTO_STORE_DB_H

#include <sqlite3.h>

#include "store/sql.h"
#include "store/vfs.h"

#define STORE_SQL_KEPT 512 /* statements kept; the core has some 250 literals */

/* A prepared statement kept for the literal it was made from. */
struct store_sql_slot {
    const char *literal;
    sqlite3_stmt *stmt; /* NULL: free slot                   */
    uint64_t used;      /* when last, in calls, for eviction */
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
    sqlite3_stmt *begin, *commit, *rollback; /* ready beforehand: ending must not need memory */
    bool in_transaction;
    enum err transaction_err; /* why the transaction can only be rolled back     */
    bool stuck;               /* a rollback failed: nothing may be written       */
    int log_frames;           /* length of the log                               */
    int log_frames_next;      /* write back when it is this long                 */
};

/* Result code of SQLite to ours. What the machine or the file does wrong in a transaction dooms it:
 * SQLite may have rolled back by itself, and FTS5 may count wrongly. */
enum err store_db_error(struct store *s, int rc);
/* Several statements, no arguments. */
MUST_CHECK enum err store_db_exec(struct store *s, const char *sql);
/* ERR_STATE, or why the transaction died, when a statement must not run now. */
MUST_CHECK enum err store_db_ready(const struct store *s);

/* What was written before this layout means something else: accounts were keys. ERR_STORE_OLDER. */
#define STORE_MIGRATE_OLDEST 10
/* migrate.c: applies what is missing up to layout `last`. ERR_STORE_NEWER. */
MUST_CHECK enum err store_migrate(struct store *s, unsigned last);
/* The newest layout this version knows. */
unsigned store_migrate_last(void);

/* store.c: store_open with the layout of an earlier version, for the tests of migrations. */
MUST_CHECK enum err store_open_at(struct store **out, const uint8_t key[STORE_KEY_SIZE],
                                  const char *name, uint64_t now_ms, unsigned layout);

/* sql.c: finalizes every kept statement. */
void store_sql_forget(struct store *s);

/* search.c: tells SQLite how to cut messages; before anything reads table "search". */
MUST_CHECK enum err store_search_register(struct store *s);
/* search.c: makes FTS5 read anew what it keeps in memory, after a doomed transaction. */
void store_search_forget(struct store *s);

#endif
