#include "gateway/db_core.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHECKPOINT_MS 50
#define RESTART_PAGES 16384 /* 64 MiB of log */

/* ---- jobs ---------------------------------------------------------------------------------- */

struct gw_db_job *gw_db_job_new(struct slice body)
{
    struct gw_db_job *job = malloc(sizeof *job + body.n);
    if (job == NULL) {
        return NULL;
    }
    memset(job, 0, sizeof *job);
    if (body.n > 0) {
        memcpy(job->memory, body.p, body.n);
    }
    job->body = slice_make(job->memory, body.n);
    return job;
}

void gw_db_job_free(struct gw_db_job *job)
{
    gw_bytes_unref(job->answer);
    gw_bytes_unref(job->shared);
    free(job);
}

static void notice_arrives(struct gw_loop *loop, struct gw_loop_item *item)
{
    struct gw_db_notice *n = H2O_STRUCT_FROM_MEMBER(struct gw_db_notice, item, item);
    loop->gw->db->on_notice(loop, n);
    gw_bytes_unref(n->body);
    free(n);
}

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

/* ---- what leaves after the commit ---------------------------------------------------------- */

static bool put_out(struct gw_db *db, struct gw_loop_item *item)
{
    if (db->out_n == db->out_cap) {
        size_t cap = db->out_cap == 0 ? 256 : db->out_cap * 2;
        struct gw_loop_item **p = realloc(db->out, cap * sizeof(struct gw_loop_item *));
        if (p == NULL) {
            return false;
        }
        db->out = p;
        db->out_cap = cap;
    }
    db->out[db->out_n++] = item;
    return true;
}

struct gw_db_notice *gw_db_notice(struct gw_db *db, enum gw_db_notice_kind kind)
{
    struct gw_db_notice *n = calloc(1, sizeof *n);
    if (n == NULL || !put_out(db, &n->item)) {
        free(n);
        db->failed = db->failed != 0 ? db->failed : SQLITE_NOMEM;
        return NULL;
    }
    n->kind = kind;
    n->item.run = notice_arrives;
    return n;
}

static bool is_notice(const struct gw_loop_item *item)
{
    return item->run == notice_arrives;
}

static void drop_notice(struct gw_loop_item *item)
{
    struct gw_db_notice *n = H2O_STRUCT_FROM_MEMBER(struct gw_db_notice, item, item);
    gw_bytes_unref(n->body);
    free(n);
}

/* After a rollback: notices of what did not happen; jobs stay with the caller. */
static void drop_out(struct gw_db *db)
{
    for (size_t i = 0; i < db->out_n; i++) {
        if (is_notice(db->out[i])) {
            drop_notice(db->out[i]);
        }
    }
    db->out_n = 0;
}

static struct gw_loop_item *copy_notice(struct gw_loop_item *item)
{
    const struct gw_db_notice *n = H2O_STRUCT_FROM_MEMBER(struct gw_db_notice, item, item);
    struct gw_db_notice *c = malloc(sizeof *c);
    if (c == NULL) {
        return NULL;
    }
    *c = *n;
    if (c->body != NULL) {
        gw_bytes_ref(c->body);
    }
    return &c->item;
}

/* Hands one loop its jobs and all notices, in order. The last loop gets the notices themselves. */
static void send_out_to(struct gw_db *db, struct gw_loop *loop, bool last)
{
    struct gw_loop_item *first = NULL, **tail = &first, *end = NULL;
    for (size_t i = 0; i < db->out_n; i++) {
        struct gw_loop_item *item = db->out[i];
        if (item == NULL) {
            continue;
        }
        if (is_notice(item)) {
            item = last ? item : copy_notice(item);
        } else {
            struct gw_db_job *job = H2O_STRUCT_FROM_MEMBER(struct gw_db_job, item, item);
            if (job->loop != loop) {
                continue;
            }
            db->out[i] = NULL;
        }
        if (item != NULL) {
            *tail = item;
            tail = &item->next;
            end = item;
        }
    }
    if (end != NULL) {
        gw_loop_post(loop, first, end);
    }
}

static void send_out(struct gw_db *db)
{
    for (unsigned i = 0; i < db->gw->loop_n; i++) {
        send_out_to(db, &db->gw->loops[i], i + 1 == db->gw->loop_n);
    }
    db->out_n = 0;
}

/* ---- a batch ------------------------------------------------------------------------------- */

static void begin(struct gw_db *db)
{
    db->failed = 0;
    db->queued = 0;
    db->blob_change = 0;
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BEGIN, ""));
}

static void save_mailbox(struct gw_db *db, struct gw_db_mailbox *m)
{
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_GRP_SAVE, "iuuuib", m->g.id, m->g.epoch, m->g.next,
                              m->bytes, m->day, SLICE_ARRAY(m->sum)));
    db->dirty_n -= m->dirty ? 1 : 0;
    db->late_n -= m->late ? 1 : 0;
    m->dirty = m->late = false;
}

static void save_mailboxes(struct gw_db *db)
{
    for (size_t i = 0; db->dirty_n > 0 && i < GW_DB_GROUPS; i++) {
        for (struct gw_db_mailbox *m = db->mailboxes[i]; m != NULL; m = m->next) {
            if (m->dirty) {
                save_mailbox(db, m);
            }
        }
    }
}

/* Those that may wait, when they have: a part of the table in each batch, once round. */
static void save_late(struct gw_db *db)
{
    uint64_t now = gw_clock_steady_ms();
    size_t n = 0;
    if (db->late_n == 0 || now < db->late_ms + GW_DB_LATE_MS) {
        return;
    }
    for (; db->late_slot < GW_DB_GROUPS && n < GW_DB_LATE_MAX; db->late_slot++) {
        for (struct gw_db_mailbox *m = db->mailboxes[db->late_slot]; m != NULL; m = m->next) {
            if (m->late) {
                save_mailbox(db, m);
                n++;
            }
        }
    }
    if (db->late_slot == GW_DB_GROUPS) {
        db->late_slot = 0;
        db->late_ms = now;
    }
}

static bool commit(struct gw_db *db)
{
    if (db->failed == 0) {
        save_mailboxes(db);
        save_late(db);
    }
    if (db->failed == 0) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_COMMIT, ""));
    }
    if (db->failed == 0) {
        gw_log_add(db->log, GW_LOG_QUEUED, db->queued);
        db->blob_bytes += db->blob_change;
        gw_log_set(db->log, GW_LOG_BLOB_BYTES, db->blob_bytes);
        return true;
    }
    int why = db->failed;
    gw_log_add(db->log, GW_LOG_DB_ERRORS, 1);
    if (sqlite3_get_autocommit(db->sql) == 0) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_ROLLBACK, ""));
    }
    gw_db_mailbox_forget_all(db);
    drop_out(db);
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
            for (size_t i = mark; i < db->out_n; i++) {
                drop_notice(db->out[i]);
            }
            db->out_n = mark;
        }
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_SAVE_END, ""));
    }
    if (!put_out(db, &job->item)) {
        db->failed = SQLITE_NOMEM;
    }
}

static unsigned code_of(int failed)
{
    return (failed & 0xff) == SQLITE_FULL    ? FRAME_CODE_FULL
           : (failed & 0xff) == SQLITE_IOERR ? FRAME_CODE_FULL
                                             : FRAME_CODE_INTERNAL;
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
        if (code == FRAME_CODE_FULL) {
            atomic_store(&db->full, true);
        }
        gw_log_error("db", "sqlite=%d code=%u", db->failed, code);
        gw_bytes_unref(job->answer);
        job->answer = NULL;
        job->code = code;
        job->retry_ms = 30000;
        if (!put_out(db, &job->item)) {
            return; /* without memory the answer is lost; the peer's timers end it */
        }
    }
    send_out(db);
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
        send_out(db);
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

/* Up to a second, for a job or the end. */
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
            send_out(db);
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
    gw_db_mailbox_forget_all(db);
    for (size_t i = 0; i < GW_DB_SQL_COUNT; i++) {
        sqlite3_finalize(db->statements[i]);
    }
    if (db->sql != NULL) {
        sqlite3_wal_checkpoint_v2(db->sql, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        sqlite3_close(db->sql);
    }
    arena_wipe(&db->arena);
    free(db->scratch);
    free(db->rates);
    free(db->out);
    free(db->notices);
    pthread_mutex_destroy(&db->mutex);
    pthread_cond_destroy(&db->wake);
    free(db);
}
