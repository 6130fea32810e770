#include "gateway/own/fetch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "gateway/own/blob.h"
#include "gateway/own/db_blob.h"
#include "gateway/db_job.h"
#include "gateway/gateway.h"
#include "gateway/db.h"

#define FETCH_HEAD                                                                                 \
    (FRAME_HEADER_SIZE + FRAME_DELIVER_HEAD) /* of a DELIVER frame, without its sealed body */

static const char group_text[] =
    "SELECT g.seq, g.ms, g.kind, g.epoch, g.mid, g.branch, b.b FROM glog g "
    "JOIN gbody b ON b.id = g.body WHERE g.grp = ?1 AND g.seq > ?2 ORDER BY g.seq LIMIT ?3";
static const char queue_text[] =
    "SELECT q.seq, b.ms, CASE length(b.b) WHEN 0 THEN 3 ELSE 0 END, 0, 0, 0, b.b FROM q "
    "JOIN body b ON b.id = q.body WHERE q.box = ?1 AND q.seq > ?2 ORDER BY q.seq LIMIT ?3";
static const char blob_text[] = "SELECT bytes, chunk, have, day, drop_hash FROM blob WHERE id = ?1";

struct gw_own_fetch {
    struct gw_gateway *gw;
    sqlite3 *sql;
    bool shared; /* the writer's connection */
    sqlite3_stmt *group, *queue, *blob;
    struct gw_own_blob_uploads uploads;
    uint8_t *room;
    size_t room_cap;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct gw_db_job *head, **tail;
    bool ending, started;
};

static void job_returns(struct gw_loop *loop, struct gw_loop_item *item)
{
    struct gw_db_job *job = H2O_STRUCT_FROM_MEMBER(struct gw_db_job, item, item);
    job->done(loop, job);
}

void gw_own_fetch_ask(struct gw_own_fetch *r, struct gw_db_job *job)
{
    job->next = NULL;
    job->item.run = job_returns;
    pthread_mutex_lock(&r->mutex);
    bool wake = r->head == NULL;
    *r->tail = job;
    r->tail = &job->next;
    if (wake) {
        pthread_cond_signal(&r->wake);
    }
    pthread_mutex_unlock(&r->mutex);
}

static void hand_back(struct gw_db_job *job, unsigned code)
{
    job->code = code;
    job->retry_ms = code == WIRE_CODE_FULL ? 30000 : 0;
    gw_loop_post(job->loop, &job->item, &job->item);
}

/* ---- fetching ------------------------------------------------------------------------------ */

static void put_deliver(struct buf *b, const struct frame_deliver *d)
{
    size_t mark = frame_begin(b, FRAME_DELIVER, 0);
    frame_deliver_put(b, d);
    frame_end(b, mark);
}

static void put_gap(struct buf *b, uint32_t handle, uint64_t seq)
{
    struct frame_deliver d = {
        .handle = handle, .seq = seq, .server_ms = gw_clock_wall_ms(), .kind = WIRE_KIND_GAP};
    put_deliver(b, &d);
}

static void read_row(sqlite3_stmt *s, struct frame_deliver *d)
{
    int64_t mid = sqlite3_column_int64(s, 4), branch = sqlite3_column_int64(s, 5);
    d->seq = (uint64_t)sqlite3_column_int64(s, 0);
    d->server_ms = (uint64_t)sqlite3_column_int64(s, 1);
    d->kind = (uint8_t)sqlite3_column_int64(s, 2);
    d->epoch = (uint64_t)sqlite3_column_int64(s, 3);
    memcpy(d->mid, &mid, sizeof d->mid);
    memcpy(d->branch, &branch, sizeof d->branch);
    d->body = slice_make(sqlite3_column_blob(s, 6), (size_t)sqlite3_column_bytes(s, 6));
}

/* Rows after `number`; a hole before a row goes out as a gap. fetch.bytes bounds them, but one row
 * always goes. */
static unsigned fetch(struct gw_own_fetch *r, struct gw_db_job *job)
{
    sqlite3_stmt *s = job->handle == 0 ? r->queue : r->group;
    struct buf b = buf_fixed(r->room, r->room_cap);
    uint64_t last = job->number;
    int rc;
    sqlite3_bind_int64(s, 1, job->handle == 0 ? job->box : job->group.id);
    sqlite3_bind_int64(s, 2, (int64_t)job->number);
    sqlite3_bind_int64(s, 3, GW_OWN_FETCH_ITEMS);
    while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
        struct frame_deliver d = {.handle = (uint32_t)job->handle};
        read_row(s, &d);
        size_t n = d.body.n + FETCH_HEAD * 2;
        if (b.n > 0 && (b.n + n > job->fetch.bytes || b.n + n > b.cap)) {
            break;
        }
        if (d.seq > last + 1) {
            put_gap(&b, d.handle, d.seq - 1);
        }
        put_deliver(&b, &d);
        last = d.seq;
    }
    sqlite3_reset(s);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        return WIRE_CODE_INTERNAL;
    }
    if (rc == SQLITE_DONE && last == job->number && job->fetch.head > last) {
        put_gap(&b, (uint32_t)job->handle, job->fetch.head);
    }
    job->answer = gw_bytes_copy(buf_view(&b));
    return job->answer != NULL && b.err == OK ? 0 : WIRE_CODE_INTERNAL;
}

/* ---- attachments --------------------------------------------------------------------------- */

static unsigned find(struct gw_own_fetch *r, struct slice id, struct gw_own_blob_row *row)
{
    sqlite3_bind_blob64(r->blob, 1, id.p, id.n, SQLITE_STATIC);
    int rc = sqlite3_step(r->blob);
    if (rc == SQLITE_ROW) {
        gw_own_db_blob_row(row, r->blob);
    }
    sqlite3_reset(r->blob);
    return rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? WIRE_CODE_UNKNOWN : WIRE_CODE_INTERNAL;
}

static unsigned get_blob(struct gw_own_fetch *r, struct gw_db_job *job)
{
    struct frame_blob v;
    struct gw_own_blob_row row;
    size_t n = 0;
    if (frame_blob_get(job->body, &v) != OK || v.bytes.n != 0) {
        return WIRE_CODE_MALFORMED;
    }
    unsigned code = find(r, SLICE_ARRAY(v.blob), &row);
    if (code != 0) {
        return code;
    }
    job->answer = gw_bytes_new(FRAME_HEADER_SIZE + 20 + (size_t)row.chunk);
    if (job->answer == NULL) {
        return WIRE_CODE_INTERNAL;
    }
    uint8_t *at = job->answer->p + FRAME_HEADER_SIZE + 20;
    code = gw_own_blob_load(r->gw->config.dir, SLICE_ARRAY(v.blob), &row, v.index, at, &n);
    struct buf b = buf_fixed(job->answer->p, FRAME_HEADER_SIZE + 20);
    buf_le24(&b, (uint32_t)(n + 20));
    buf_u8(&b, FRAME_BLOB_DATA);
    buf_le32(&b, job->request);
    buf_put(&b, v.blob, sizeof v.blob);
    buf_le32(&b, v.index);
    job->answer->n = (uint32_t)(FRAME_HEADER_SIZE + 20 + n);
    return code;
}

/* First half of a put: the bytes go to the file, not yet to the disk. */
static unsigned put_blob(struct gw_own_fetch *r, struct gw_db_job *job)
{
    struct frame_blob v;
    struct gw_own_blob_row row;
    if (frame_blob_get(job->body, &v) != OK) {
        return WIRE_CODE_MALFORMED;
    }
    unsigned code = find(r, SLICE_ARRAY(v.blob), &row);
    if (code != 0) {
        return code;
    }
    memcpy(job->blob.id, v.blob, sizeof job->blob.id);
    if (!gw_db_ready(r->gw->db)) {
        return WIRE_CODE_FULL;
    }
    return gw_own_blob_write(&r->uploads, r->gw->config.dir, &row, &v, &job->blob.have);
}

/* ---- the thread ---------------------------------------------------------------------------- */

static void work(struct gw_own_fetch *r, struct gw_db_job *jobs)
{
    struct gw_db_job *puts = NULL, **tail = &puts;
    while (jobs != NULL) {
        struct gw_db_job *job = jobs;
        jobs = job->next;
        unsigned code = 0;
        switch (job->type) {
        case FRAME_BLOB_PUT:
            code = put_blob(r, job);
            if (code == 0) {
                job->next = NULL;
                *tail = job;
                tail = &job->next;
                continue;
            }
            break;
        case FRAME_BLOB_GET:
            code = get_blob(r, job);
            break;
        default:
            code = fetch(r, job);
            break;
        }
        hand_back(job, code);
    }
    bool fine = puts == NULL || gw_own_blob_sync(&r->uploads);
    while (puts != NULL) {
        struct gw_db_job *job = puts;
        puts = job->next;
        if (fine) { /* counted only now that it is on disk */
            job->run = gw_own_db_blob_have;
            gw_db_ask(r->gw->db, job);
        } else {
            hand_back(job, WIRE_CODE_FULL);
        }
    }
}

/* All that waits; with the mutex held. */
static struct gw_db_job *take_jobs(struct gw_own_fetch *r)
{
    struct gw_db_job *jobs = r->head;
    r->head = NULL;
    r->tail = &r->head;
    return jobs;
}

bool gw_own_fetch_turn(struct gw_own_fetch *r)
{
    pthread_mutex_lock(&r->mutex);
    struct gw_db_job *jobs = take_jobs(r);
    pthread_mutex_unlock(&r->mutex);
    work(r, jobs);
    return jobs != NULL;
}

static void *thread_main(void *arg)
{
    struct gw_own_fetch *r = arg;
    for (;;) {
        pthread_mutex_lock(&r->mutex);
        while (r->head == NULL && !r->ending) {
            pthread_cond_wait(&r->wake, &r->mutex);
        }
        struct gw_db_job *jobs = take_jobs(r);
        bool ending = r->ending && jobs == NULL;
        pthread_mutex_unlock(&r->mutex);
        if (ending) {
            return NULL;
        }
        work(r, jobs);
    }
}

static bool prepare(struct gw_own_fetch *r)
{
    return sqlite3_prepare_v3(r->sql, group_text, -1, SQLITE_PREPARE_PERSISTENT, &r->group, NULL) ==
               SQLITE_OK &&
           sqlite3_prepare_v3(r->sql, queue_text, -1, SQLITE_PREPARE_PERSISTENT, &r->queue, NULL) ==
               SQLITE_OK &&
           sqlite3_prepare_v3(r->sql, blob_text, -1, SQLITE_PREPARE_PERSISTENT, &r->blob, NULL) ==
               SQLITE_OK;
}

static bool open_connection(struct gw_own_fetch *r)
{
    char path[GW_CONFIG_TEXT_MAX + 32];
    const char *dir = r->gw->config.dir;
    r->sql = gw_db_connection(r->gw->db);
    r->shared = r->sql != NULL;
    if (r->shared) {
        return true;
    }
    snprintf(path, sizeof path, "%s/blobs", dir);
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return false;
    }
    snprintf(path, sizeof path, "%s/sotto.db", dir);
    return sqlite3_open_v2(path, &r->sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
               SQLITE_OK &&
           sqlite3_db_config(r->sql, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL) == SQLITE_OK &&
           sqlite3_exec(r->sql, "PRAGMA query_only = ON; PRAGMA cache_size = -16384", NULL, NULL,
                        NULL) == SQLITE_OK;
}

struct gw_own_fetch *gw_own_fetch_open(struct gw_gateway *gw, char *why, size_t n)
{
    struct gw_own_fetch *r = calloc(1, sizeof *r);
    snprintf(why, n, "out of memory");
    if (r == NULL) {
        return NULL;
    }
    r->gw = gw;
    r->tail = &r->head;
    r->room_cap = (256u << 10) + FRAME_BODY_MAX + 1024;
    r->room = malloc(r->room_cap);
    gw_own_blob_uploads_init(&r->uploads);
    pthread_mutex_init(&r->mutex, NULL);
    pthread_cond_init(&r->wake, NULL);
    if (r->room == NULL || !open_connection(r) || !prepare(r)) {
        snprintf(why, n, "reader: %s", r->sql != NULL ? sqlite3_errmsg(r->sql) : strerror(errno));
        gw_own_fetch_close(r);
        return NULL;
    }
    sqlite3_busy_timeout(r->sql, 10000);
    return r;
}

bool gw_own_fetch_start(struct gw_own_fetch *r)
{
    r->started = pthread_create(&r->thread, NULL, thread_main, r) == 0;
    return r->started;
}

void gw_own_fetch_close(struct gw_own_fetch *r)
{
    if (r == NULL) {
        return;
    }
    if (r->started) {
        pthread_mutex_lock(&r->mutex);
        r->ending = true;
        pthread_cond_signal(&r->wake);
        pthread_mutex_unlock(&r->mutex);
        pthread_join(r->thread, NULL);
    }
    sqlite3_finalize(r->group);
    sqlite3_finalize(r->queue);
    sqlite3_finalize(r->blob);
    if (!r->shared) {
        sqlite3_close(r->sql);
    }
    gw_own_blob_uploads_wipe(&r->uploads);
    pthread_mutex_destroy(&r->mutex);
    pthread_cond_destroy(&r->wake);
    free(r->room);
    free(r);
}
