#include "gateway/db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway/db_core.h"
#include "gateway/db_out.h"
#include "gateway/db_sweep.h"

#define CHECKPOINT_MS 50
#define RESTART_PAGES 16384 /* 64 MiB of log */

/* ---- the queue ----------------------------------------------------------------------------------
 */

static void job_returns(struct gw_loop *loop, struct gw_loop_item *item)
{
    struct gw_db_job *job = H2O_STRUCT_FROM_MEMBER(struct gw_db_job, item, item);
    job->done(loop, job);
}

void gw_db_ask(struct gw_db *db, struct gw_db_job *job)
{
    job->next = NULL;
    job->item.run = job_returns;
    pthread_mutex_lock(&db->mutex);
    bool wake = db->head == NULL;
    *db->tail = job;
    db->tail = &job->next;
    if (wake) {
        pthread_cond_signal(&db->wake);
    }
    pthread_mutex_unlock(&db->mutex);
}

/* ---- a batch ------------------------------------------------------------------------------- */

static void begin(struct gw_db *db)
{
    db->failed = 0;
    db->tables->begin(db);
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BEGIN, ""));
}

static bool commit(struct gw_db *db)
{
    if (db->failed == 0) {
        db->tables->save(db);
    }
    if (db->failed == 0) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_COMMIT, ""));
    }
    if (db->failed == 0) {
        db->tables->committed(db);
        return true;
    }
    int why = db->failed;
    gw_log_add(db->log, GW_LOG_DB_ERRORS, 1);
    if (sqlite3_get_autocommit(db->sql) == 0) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_ROLLBACK, ""));
    }
    db->tables->undone(db);
    gw_db_out_drop(db, 0);
    db->failed = why;
    return false;
}

static void run_job(struct gw_db *db, struct gw_db_job *job)
{
    gw_bytes_unref(job->answer);
    job->answer = NULL;
    job->code = 0;
    job->retry_ms = 0;
    job->has_detail = false;
    arena_reset(&db->arena);
    if (job->whole) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_SAVE, ""));
    }
    size_t mark = db->out_n;
    job->code = job->run(db, job);
    if (job->whole && db->failed == 0) {
        if (job->code != 0) {
            gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_SAVE_BACK, ""));
            gw_db_out_drop(db, mark);
        }
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_SAVE_END, ""));
    }
    if (!gw_db_out_put(db, &job->item)) {
        db->failed = SQLITE_NOMEM;
    }
}

static unsigned code_of(int failed)
{
    return (failed & 0xff) == SQLITE_FULL    ? WIRE_CODE_FULL
           : (failed & 0xff) == SQLITE_IOERR ? WIRE_CODE_FULL
                                             : WIRE_CODE_INTERNAL;
}

/* One by one, after the batch as a whole has failed. */
static void run_alone(struct gw_db *db, struct gw_db_job *job)
{
    begin(db);
    if (db->failed == 0) {
        run_job(db, job);
    }
    if (!commit(db)) {
        unsigned code = code_of(db->failed);
        if (code == WIRE_CODE_FULL) {
            atomic_store(&db->full, true);
        }
        gw_log_error("db", "sqlite=%d code=%u", db->failed, code);
        gw_bytes_unref(job->answer);
        job->answer = NULL;
        job->code = code;
        job->retry_ms = 30000;
        if (!gw_db_out_put(db, &job->item)) {
            return; /* out of memory: no answer; timers end the connection */
        }
    }
    gw_db_out_send(db);
}

static void run_batch(struct gw_db *db, struct gw_db_job *jobs)
{
    struct gw_db_job *job;
    int64_t n = 0;
    begin(db);
    for (job = jobs; job != NULL && db->failed == 0; job = job->next) {
        run_job(db, job);
        n++;
    }
    if (db->failed == 0) {
        gw_db_sweep_step(db);
    }
    if (commit(db)) {
        gw_db_out_send(db);
    } else {
        gw_log_warn("db-batch", "sqlite=%d jobs=%lld", db->failed, (long long)n);
        for (job = jobs; job != NULL;) {
            struct gw_db_job *next = job->next;
            run_alone(db, job);
            job = next;
        }
    }
    gw_log_add(db->log, GW_LOG_DB_BATCHES, 1);
    gw_log_add(db->log, GW_LOG_DB_JOBS, n);
}

/* Waits up to a second for a job or the end. */
static void wait_for_jobs(struct gw_db *db)
{
    struct timespec until;
    pthread_mutex_lock(&db->mutex);
    if (db->head == NULL && !db->ending) {
        clock_gettime(CLOCK_MONOTONIC, &until); /* the wall clock may jump */
        until.tv_sec += 1;
        pthread_cond_timedwait(&db->wake, &db->mutex, &until);
    }
    pthread_mutex_unlock(&db->mutex);
}

/* Takes at most a batch from the queue. */
static struct gw_db_job *take_jobs(struct gw_db *db, bool *ending)
{
    pthread_mutex_lock(&db->mutex);
    struct gw_db_job *jobs = db->head, *last = NULL;
    size_t n = 0, bytes = 0;
    for (struct gw_db_job *j = jobs; j != NULL && n < GW_DB_BATCH_JOBS && bytes < GW_DB_BATCH_BYTES;
         j = j->next) {
        last = j;
        n++;
        bytes += j->body.n + (j->shared != NULL ? j->shared->n : 0);
    }
    if (last != NULL) {
        db->head = last->next;
        last->next = NULL;
        if (db->head == NULL) {
            db->tail = &db->head;
        }
    }
    *ending = db->ending && db->head == NULL;
    pthread_mutex_unlock(&db->mutex);
    return jobs;
}

static void work(struct gw_db *db, struct gw_db_job *jobs)
{
    uint64_t start = gw_clock_steady_ms();
    gw_db_sweep_clock(db);
    if (jobs != NULL) {
        struct timespec a, b;
        clock_gettime(CLOCK_MONOTONIC, &a);
        run_batch(db, jobs);
        clock_gettime(CLOCK_MONOTONIC, &b);
        gw_log_add(db->log, GW_LOG_DB_US,
                   (b.tv_sec - a.tv_sec) * 1000000 + (b.tv_nsec - a.tv_nsec) / 1000);
    } else if (start >= db->sweep_ms) {
        begin(db);
        gw_db_sweep_step(db);
        if (commit(db)) {
            gw_db_out_send(db);
        }
    }
}

static void *writer_main(void *arg)
{
    struct gw_db *db = arg;
    bool ending = false;
    while (!ending) {
        wait_for_jobs(db);
        work(db, take_jobs(db, &ending));
        int pages = atomic_load(&db->wal_pages);
        gw_log_set(db->log, GW_LOG_WAL_BYTES, (int64_t)pages * 4120);
        if (pages > RESTART_PAGES) { /* little is left to copy: the other thread has done it */
            sqlite3_wal_checkpoint_v2(db->sql, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
            atomic_store(&db->wal_pages, 0);
        }
    }
    return NULL;
}

/* PASSIVE from a second connection, so that the writer need not stop to copy pages. */
static void *checkpoint_main(void *arg)
{
    struct gw_db *db = arg;
    sqlite3 *sql = NULL;
    const char *path = sqlite3_db_filename(db->sql, "main");
    if (sqlite3_open_v2(path, &sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        gw_log_error("checkpoint", "sqlite=%d", sqlite3_errcode(sql));
    }
    int last = 0;
    const struct timespec pause = {0, CHECKPOINT_MS * 1000000L};
    for (;;) {
        pthread_mutex_lock(&db->mutex);
        bool ending = db->ending;
        pthread_mutex_unlock(&db->mutex);
        if (ending) {
            break;
        }
        int pages = atomic_load(&db->wal_pages);
        if (pages != last && pages > 0) {
            sqlite3_wal_checkpoint_v2(sql, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
            last = pages;
        }
        nanosleep(&pause, NULL);
    }
    sqlite3_close(sql);
    return NULL;
}

static int on_wal(void *arg, sqlite3 *sql, const char *name, int pages)
{
    struct gw_db *db = arg;
    (void)sql;
    (void)name;
    atomic_store(&db->wal_pages, pages);
    return SQLITE_OK;
}

bool gw_db_start(struct gw_db *db)
{
    sqlite3_wal_hook(db->sql, on_wal, db);
    db->started = pthread_create(&db->thread, NULL, writer_main, db) == 0 &&
                  pthread_create(&db->checkpointer, NULL, checkpoint_main, db) == 0;
    return db->started;
}

bool gw_db_turn(struct gw_db *db)
{
    bool ending = false;
    struct gw_db_job *jobs = take_jobs(db, &ending);
    bool some = jobs != NULL;
    work(db, jobs);
    return some;
}

sqlite3 *gw_db_connection(struct gw_db *db)
{
    return db->in_memory ? db->sql : NULL;
}

bool gw_db_ready(const struct gw_db *db)
{
    return !atomic_load(&db->broken) && !atomic_load(&db->full);
}

void gw_db_close(struct gw_db *db)
{
    if (db == NULL) {
        return;
    }
    if (db->started) {
        pthread_mutex_lock(&db->mutex);
        db->ending = true;
        pthread_cond_signal(&db->wake);
        pthread_mutex_unlock(&db->mutex);
        pthread_join(db->thread, NULL);
        pthread_join(db->checkpointer, NULL);
    }
    db->tables->close(db);
    for (size_t i = 0; i < GW_DB_SQL_COUNT; i++) {
        sqlite3_finalize(db->statements[i]);
    }
    if (db->sql != NULL) {
        sqlite3_wal_checkpoint_v2(db->sql, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        sqlite3_close(db->sql);
    }
    arena_wipe(&db->arena);
    free(db->scratch);
    free(db->out);
    pthread_mutex_destroy(&db->mutex);
    pthread_cond_destroy(&db->wake);
    free(db);
}
