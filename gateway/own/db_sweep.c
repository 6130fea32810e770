#include "gateway/own/db_sweep.h"

#include <string.h>
#include <sys/statvfs.h>

#include "gateway/own/blob.h"
#include "gateway/db_core.h"
#include "gateway/own/db_mailbox.h"

#define SPAN 256 /* rows looked at in one step                            */
#define EVERY_MS 1000
#define JUMP_MS 3600000u /* the clocks may disagree by this much                  */
#define AWAY_MS (7u * GW_CLOCK_DAY_MS)
#define HOLD_JUMP_MS GW_CLOCK_DAY_MS /* nothing expires for so long after a jump forward */
#define HOLD_AWAY_MS 3600000u        /* and after a start with a clock far ahead         */
#define SEEN_DAYS 2

static void hold(struct gw_db *db, uint64_t steady, uint64_t ms, const char *why)
{
    db->held_until_ms = steady + ms;
    gw_log_set(db->log, GW_LOG_CLOCK_HELD, 1);
    gw_log_warn("clock", "what=%s nothing_expires_for_s=%llu", why, (unsigned long long)ms / 1000);
}

/* Sets now_ms. The wall clock is believed as long as it agrees with the steady one: a jump forward
 * is followed but expires nothing for a day; a jump back is not followed until a restart. */
void gw_own_db_sweep_clock(struct gw_db *db)
{
    uint64_t wall = gw_clock_wall_ms(), steady = gw_clock_steady_ms();
    if (db->steady_ms == 0) {
        if (db->clock_ms > 0 && wall + JUMP_MS < db->clock_ms) {
            hold(db, steady, HOLD_AWAY_MS, "behind-last-run");
        } else if (db->clock_ms > 0 && wall > db->clock_ms + AWAY_MS) {
            hold(db, steady, HOLD_AWAY_MS, "far-ahead-of-last-run");
        }
    } else {
        uint64_t expected = db->now_ms + (steady - db->steady_ms);
        if (wall > expected + JUMP_MS) {
            hold(db, steady, HOLD_JUMP_MS, "jumped-ahead");
        } else if (wall + JUMP_MS < expected) {
            if (db->held_until_ms <= steady) {
                hold(db, steady, HOLD_JUMP_MS, "jumped-back");
            }
            wall = expected;
        }
        wall = wall > db->now_ms ? wall : db->now_ms;
    }
    db->now_ms = wall;
    db->steady_ms = steady;
    if (db->held_until_ms != 0 && db->held_until_ms <= steady) {
        db->held_until_ms = 0;
        gw_log_set(db->log, GW_LOG_CLOCK_HELD, 0);
    }
}

static void look_at_disk(struct gw_db *db)
{
    struct statvfs v;
    const struct gw_config *c = &db->gw->config;
    bool full = false;
    if (statvfs(c->dir, &v) == 0) {
        full = (uint64_t)v.f_bavail * v.f_frsize < c->reserve_bytes;
    }
    if (!full && c->store_bytes > 0) {
        int64_t pages = gw_db_number(db, gw_db_bind(db, GW_DB_SQL_PAGES, ""), 0) -
                        gw_db_number(db, gw_db_bind(db, GW_DB_SQL_PAGES_FREE, ""), 0);
        full = (uint64_t)pages * 4096 > c->store_bytes;
    }
    if (full != atomic_load(&db->full)) {
        atomic_store(&db->full, full);
        gw_log_warn("disk", "full=%d", full ? 1 : 0);
    }
    gw_log_set(db->log, GW_LOG_DISK_FULL, full ? 1 : 0);
}

/* The queue rows of a body that nobody fetched in time; their devices will learn of the gap. */
static void expire_queued(struct gw_db *db, int64_t body)
{
    int64_t boxes[SPAN], seqs[SPAN];
    size_t n = 0;
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_Q_OF_BODY, "i", body);
    while (gw_db_row(db, s)) {
        if (n < SPAN) {
            boxes[n] = sqlite3_column_int64(s, 0);
            seqs[n++] = sqlite3_column_int64(s, 1);
        }
    }
    for (size_t i = 0; i < n; i++) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_Q_ONE, "ii", boxes[i], seqs[i]));
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BOX_GAP, "ii", boxes[i], seqs[i]));
        db->queued--;
    }
}

static void sweep_bodies(struct gw_db *db, uint64_t cutoff)
{
    int64_t old[SPAN];
    size_t n = 0;
    int64_t from = db->sweep_body;
    int64_t to =
        gw_db_number(db, gw_db_bind(db, GW_DB_SQL_BODY_SPAN, "ii", from, (int64_t)SPAN), 0);
    if (to == 0) {
        db->sweep_body = 0;
        return;
    }
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_BODY_OLD, "iiu", from, to, cutoff);
    while (gw_db_row(db, s)) {
        if (n < SPAN) {
            old[n++] = sqlite3_column_int64(s, 0);
        }
    }
    for (size_t i = 0; i < n; i++) {
        expire_queued(db, old[i]);
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BODY_SWEEP, "ii", from, to));
    db->sweep_body = to;
}

static void sweep_log(struct gw_db *db, uint64_t cutoff)
{
    struct {
        int64_t id, grp, seq;
        uint64_t n;
    } old[SPAN];
    size_t n = 0;
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_GBODY_OLD, "");
    while (gw_db_row(db, s)) {
        if (n == SPAN || gw_db_u64(s, 4) >= cutoff) {
            gw_db_done(s);
            break;
        }
        old[n].id = sqlite3_column_int64(s, 0);
        old[n].grp = sqlite3_column_int64(s, 1);
        old[n].seq = sqlite3_column_int64(s, 2);
        old[n++].n = gw_db_u64(s, 3);
    }
    for (size_t i = 0; i < n; i++) {
        /* First: it may learn from the log where it stands. */
        struct gw_own_db_mailbox *m = gw_own_db_mailbox_by_id(db, old[i].grp);
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_GLOG_DROP, "ii", old[i].grp, old[i].seq));
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_GBODY_DROP, "i", old[i].id));
        if (m != NULL) {
            m->bytes -= old[i].n < m->bytes ? old[i].n : m->bytes;
            gw_own_db_mailbox_dirty(db, m);
        }
    }
}

/* Mailboxes that nobody opened or wrote to; their log has expired long before. */
static void sweep_mailboxes(struct gw_db *db)
{
    int64_t old[SPAN], from = db->sweep_grp;
    size_t n = 0;
    int64_t to = gw_db_number(db, gw_db_bind(db, GW_DB_SQL_GRP_SPAN, "ii", from, (int64_t)SPAN), 0);
    if (to == 0) {
        db->sweep_grp = 0;
        return;
    }
    int64_t day = gw_clock_day(db->now_ms) - (int64_t)db->gw->config.mailbox_days;
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_GRP_IDLE, "iii", from, to, day);
    while (gw_db_row(db, s)) {
        if (n < SPAN) {
            old[n++] = sqlite3_column_int64(s, 0);
        }
    }
    for (size_t i = 0; i < n; i++) {
        gw_own_db_mailbox_forget(db, old[i]);
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_GLOG_DROP_ALL, "i", old[i]));
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_INFO_DROP, "i", old[i]));
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_WKEY_DROP, "i", old[i]));
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_RTAG_DROP, "i", old[i]));
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_GRP_DROP, "i", old[i]));
    }
    db->sweep_grp = to;
}

static void sweep_blobs(struct gw_db *db)
{
    uint8_t ids[64][FRAME_BLOB_SIZE];
    size_t n = 0;
    int64_t day = gw_clock_day(db->now_ms) - (int64_t)db->gw->config.blob_days;
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_BLOB_OLD, "i", day);
    while (gw_db_row(db, s)) {
        struct slice id = gw_db_blob(s, 0);
        if (n < 64 && id.n == FRAME_BLOB_SIZE) {
            memcpy(ids[n++], id.p, FRAME_BLOB_SIZE);
            db->blob_change -= sqlite3_column_int64(s, 1);
        }
    }
    for (size_t i = 0; i < n; i++) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BLOB_DROP, "b", SLICE_ARRAY(ids[i])));
        gw_own_blob_unlink(db->gw->config.dir, SLICE_ARRAY(ids[i]));
    }
}

static void sweep_small(struct gw_db *db)
{
    int64_t today = gw_clock_day(db->now_ms), from = db->sweep_kp;
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_SEEN_SWEEP, "i", today - SEEN_DAYS));
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_ALLOWED_SWEEP, "i", today - 30));
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_INVITE_SPENT, "u", db->now_ms / 1000));
    int64_t to = gw_db_number(db, gw_db_bind(db, GW_DB_SQL_KP_SPAN, "ii", from, (int64_t)SPAN), 0);
    if (to != 0) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_KP_EXPIRED, "iiu", from, to, db->now_ms / 1000));
    }
    db->sweep_kp = to;
}

void gw_own_db_sweep_step(struct gw_db *db)
{
    if (db->steady_ms < db->sweep_ms) {
        return;
    }
    db->sweep_ms = db->steady_ms + EVERY_MS;
    look_at_disk(db);
    if (db->now_ms > db->clock_ms + 60000 || db->now_ms + 60000 < db->clock_ms) {
        db->clock_ms = db->now_ms;
        gw_db_exec(db,
                   gw_db_bind(db, GW_DB_SQL_META_SET, "tu", SLICE_LITERAL("clock_ms"), db->now_ms));
    }
    /* Read messages go at any time; what waits, only by a clock that can be believed. */
    uint64_t keep = db->gw->config.retention_days * GW_CLOCK_DAY_MS;
    uint64_t cutoff = db->held_until_ms == 0 && db->now_ms > keep ? db->now_ms - keep : 0;
    sweep_bodies(db, cutoff);
    if (cutoff != 0) {
        sweep_log(db, cutoff);
        sweep_blobs(db);
        sweep_mailboxes(db);
        sweep_small(db);
    }
}
