#include "gateway/own/db_sweep.h"

#include <string.h>

#include "gateway/own/blob.h"
#include "gateway/db_core.h"
#include "gateway/own/db_state.h"
#include "gateway/own/db_mailbox.h"

#define SPAN 256 /* rows looked at in one step                            */
#define SEEN_DAYS 2

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
        db->own->queued--;
    }
}

static void sweep_bodies(struct gw_db *db, uint64_t cutoff)
{
    int64_t old[SPAN];
    size_t n = 0;
    int64_t from = db->own->sweep_body;
    int64_t to =
        gw_db_number(db, gw_db_bind(db, GW_DB_SQL_BODY_SPAN, "ii", from, (int64_t)SPAN), 0);
    if (to == 0) {
        db->own->sweep_body = 0;
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
    db->own->sweep_body = to;
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
        /* Loaded first: it may have to learn from the log where it stands. */
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
    int64_t old[SPAN], from = db->own->sweep_grp;
    size_t n = 0;
    int64_t to = gw_db_number(db, gw_db_bind(db, GW_DB_SQL_GRP_SPAN, "ii", from, (int64_t)SPAN), 0);
    if (to == 0) {
        db->own->sweep_grp = 0;
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
    db->own->sweep_grp = to;
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
            db->own->blob_change -= sqlite3_column_int64(s, 1);
        }
    }
    for (size_t i = 0; i < n; i++) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BLOB_DROP, "b", SLICE_ARRAY(ids[i])));
        gw_own_blob_unlink(db->gw->config.dir, SLICE_ARRAY(ids[i]));
    }
}

static void sweep_small(struct gw_db *db)
{
    int64_t today = gw_clock_day(db->now_ms), from = db->own->sweep_kp;
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_SEEN_SWEEP, "i", today - SEEN_DAYS));
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_ALLOWED_SWEEP, "i", today - 30));
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_INVITE_SPENT, "u", db->now_ms / 1000));
    int64_t to = gw_db_number(db, gw_db_bind(db, GW_DB_SQL_KP_SPAN, "ii", from, (int64_t)SPAN), 0);
    if (to != 0) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_KP_EXPIRED, "iiu", from, to, db->now_ms / 1000));
    }
    db->own->sweep_kp = to;
}

void gw_own_db_sweep(struct gw_db *db, uint64_t cutoff)
{
    sweep_bodies(db, cutoff);
    if (cutoff != 0) {
        sweep_log(db, cutoff);
        sweep_blobs(db);
        sweep_mailboxes(db);
        sweep_small(db);
    }
}
