/* The inside of the writer, for the db_*.c files only: its state, and statements whose first
 * failure sticks. All of it runs in the writer's thread. */
#ifndef SOTTO_GATEWAY_DB_CORE_H
#define SOTTO_GATEWAY_DB_CORE_H
#include <sqlite3.h>

#include "gateway/db_job.h"
#include "gateway/db_notice.h"
#include "gateway/db_sql.h"
#include "gateway/db_tables.h"
#include "gateway/gateway.h"

#define GW_DB_SCRATCH (80u << 10)

struct gw_own_db;

struct gw_db {
    struct gw_gateway *gw;
    gw_db_on_notice on_notice;
    const struct gw_db_tables *tables;
    struct gw_log *log;
    sqlite3 *sql;
    bool in_memory;
    sqlite3_stmt *statements[GW_DB_SQL_COUNT];
    int failed; /* SQLite's code, the first since it was cleared */
    struct arena arena;
    uint8_t *scratch;
    struct gw_own_db *own; /* what its tables remember */
    uint64_t now_ms;       /* of the batch; does not go back */
    /* What leaves after the commit, in order: jobs and notices. */
    struct gw_loop_item **out;
    size_t out_n, out_cap;
    /* The queue. */
    pthread_t thread, checkpointer;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct gw_db_job *head, **tail;
    bool ending, started;
    _Atomic bool full, broken;
    _Atomic int wal_pages;
    /* Sweeping. */
    uint64_t sweep_ms, clock_ms, steady_ms, held_until_ms;
};

/* A failure of the batch, SQLite's code; the first one stays. */
void gw_db_fail(struct gw_db *db, int code);
/* Resets the statement and binds by letter: i int64_t, u uint64_t, b struct slice (blob), t struct
 * slice (text), n null. Slices must live until it is stepped. */
sqlite3_stmt *gw_db_bind(struct gw_db *db, enum gw_db_sql which, const char *types, ...);
/* True while there is a row; false at the end or on failure (sticky). */
bool gw_db_row(struct gw_db *db, sqlite3_stmt *s);
/* For statements without rows. */
void gw_db_exec(struct gw_db *db, sqlite3_stmt *s);
/* Ends reading before the last row. */
void gw_db_done(sqlite3_stmt *s);
struct slice gw_db_blob(sqlite3_stmt *s, int column);
uint64_t gw_db_u64(sqlite3_stmt *s, int column);
/* A single number, or `otherwise`. */
int64_t gw_db_number(struct gw_db *db, sqlite3_stmt *s, int64_t otherwise);

/* Is there room for one more stored thing? */
bool gw_db_is_full(struct gw_db *db);

#endif
