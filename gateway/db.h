/* The database thread: one writer, group commit. It takes everything that waits, runs it in one
 * transaction, hands the answers back after the commit, and repeats. There is no timer: a lone job
 * commits at once, and under load batches form by themselves. Another store would go behind this
 * header.
 *
 *   loop: gw_db_ask(job) -> writer: job->run (in the batch's transaction) -> COMMIT -> fsync
 *        -> loop: job->done, and notices to every loop, in the order of execution
 *
 * A failed batch is rolled back and its jobs run again one by one, so that only the faulty ones
 * fail. */
#ifndef SOTTO_GATEWAY_DB_H
#define SOTTO_GATEWAY_DB_H
#include <sqlite3.h>

#include "gateway/db_job.h"

#define GW_DB_BATCH_JOBS 1024
#define GW_DB_BATCH_BYTES (4u << 20)

/* Starts the writer and the thread that checkpoints; false when no thread can be had. */
MUST_CHECK bool gw_db_start(struct gw_db *db);
/* Instead of gw_db_start, for a process of one thread: does what waits, sweeps when that is due,
 * and hands the answers to the loops. False when nothing waited. */
bool gw_db_turn(struct gw_db *db);
/* From a loop. Takes the job. */
void gw_db_ask(struct gw_db *db, struct gw_db_job *job);
/* Runs what waits, checkpoints, ends the thread, closes. Accepts NULL. */
void gw_db_close(struct gw_db *db);
/* The connection, when the database lives in memory and has only this one; else NULL. */
sqlite3 *gw_db_connection(struct gw_db *db);
/* The database can be written to right now. */
bool gw_db_ready(const struct gw_db *db);

#endif
