/* The tables as the writer sees them: it runs transactions and knows no table but `meta`. Through
 * these hooks the owner of the tables learns what becomes of a transaction. All in the writer's
 * thread. */
#ifndef SOTTO_GATEWAY_DB_TABLES_H
#define SOTTO_GATEWAY_DB_TABLES_H
#include "base/base.h"

struct gw_db;

struct gw_db_tables {
    /* Once, when the statements are ready; false when out of memory. What is remembered hangs off
     * db. */
    bool (*open)(struct gw_db *db);
    /* Accepts a db whose `open` was not called or has failed. */
    void (*close)(struct gw_db *db);
    /* A transaction begins: a batch, a job by itself, or sweeping. */
    void (*begin)(struct gw_db *db);
    /* At its end, inside it: writes what is remembered and not written yet. */
    void (*save)(struct gw_db *db);
    /* It is on disk. */
    void (*committed)(struct gw_db *db);
    /* It was rolled back: what is remembered may not be so. */
    void (*undone)(struct gw_db *db);
    /* Once a second, inside one: deletes a little of what has expired. cutoff_ms: what came before
     * it is too old; 0: the clock is not believed, so nothing is. */
    void (*sweep)(struct gw_db *db, uint64_t cutoff_ms);
};

#endif
