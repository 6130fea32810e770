#include "gateway/own/db_inbox.h"

#include <string.h>

#include "crypto/hash.h"
#include "gateway/own/db_answer.h"
#include "gateway/db_core.h"
#include "gateway/own/db_state.h"
#include "gateway/db_out.h"
#include "schema/chain.h"

#define QUIET_DAYS 7 /* a device not seen for this long does not hold up the others */

/* May a token with this `uses` and `expires` (in two columns) be used again? */
static bool is_good(const struct gw_db *db, sqlite3_stmt *s, int column, bool *limited)
{
    uint64_t expires = gw_db_u64(s, column + 1);
    *limited = sqlite3_column_type(s, column) != SQLITE_NULL;
    return (!*limited || sqlite3_column_int64(s, column) > 0) &&
           (expires == 0 || expires > db->now_ms / 1000);
}

unsigned gw_own_db_inbox_token(struct gw_db *db, int64_t account, struct slice token,
                               uint8_t hash[32])
{
    crypto_sha256(hash, token);
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_TOKEN_GET, "ib", account, slice_make(hash, 32));
    if (!gw_db_row(db, s)) {
        return WIRE_CODE_TOKEN;
    }
    bool limited = false;
    bool good = is_good(db, s, 0, &limited);
    gw_db_done(s);
    return good ? 0 : WIRE_CODE_TOKEN;
}

void gw_own_db_inbox_token_use(struct gw_db *db, int64_t account, const uint8_t hash[32])
{
    struct slice h = slice_make(hash, 32);
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_TOKEN_USE, "ib", account, h));
    if (sqlite3_changes(db->sql) > 0) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_TOKEN_SPENT, "ib", account, h));
    }
}

struct queue {
    int64_t box, day, first; /* first: the oldest that waits, 0 none */
    uint64_t next;
};

/* Is there room for one more? A full queue refuses the post, unless its device has long been quiet:
 * then *drop is its oldest message, which will have to go; the device will be told of the gap. */
static unsigned look_for_room(struct gw_db *db, const struct queue *q, int64_t *drop)
{
    *drop = 0;
    if (q->first == 0 || q->next - (uint64_t)q->first < db->gw->config.inbox_items) {
        return 0;
    }
    *drop = q->first;
    return gw_clock_day(db->now_ms) - q->day < QUIET_DAYS ? WIRE_CODE_QUOTA : 0;
}

static void drop_oldest(struct gw_db *db, int64_t box, int64_t seq)
{
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_Q_ONE, "ii", box, seq));
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BOX_GAP, "ii", box, seq));
    db->own->queued--;
}

unsigned gw_own_db_inbox_put(struct gw_db *db, int64_t account, struct slice body)
{
    struct queue queues[CHAIN_DEVICES_MAX];
    int64_t drop[CHAIN_DEVICES_MAX];
    size_t n = 0;
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_BOX_QUEUES, "i", account);
    while (gw_db_row(db, s)) {
        if (n < CHAIN_DEVICES_MAX) {
            queues[n++] = (struct queue){sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
                                         sqlite3_column_int64(s, 2), gw_db_u64(s, 3)};
        }
    }
    for (size_t i = 0; i < n; i++) {
        unsigned code = look_for_room(db, &queues[i], &drop[i]);
        if (code != 0) {
            return code; /* before anything was written */
        }
    }
    uint8_t tip[32];
    crypto_sha256(tip, body);
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BODY_NEW, "ub", db->now_ms, body));
    int64_t id = sqlite3_last_insert_rowid(db->sql);
    struct gw_bytes *shared = gw_bytes_copy(body);
    for (size_t i = 0; i < n && db->failed == 0; i++) {
        if (drop[i] != 0) {
            drop_oldest(db, queues[i].box, drop[i]);
        }
        sqlite3_stmt *next =
            gw_db_bind(db, GW_DB_SQL_BOX_NEXT, "ib", queues[i].box, SLICE_ARRAY(tip));
        int64_t seq = gw_db_number(db, next, 0);
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_Q_NEW, "iii", queues[i].box, seq, id));
        db->own->queued++;
        struct gw_db_notice *notice = gw_db_notice(db, GW_DB_NOTICE_QUEUED);
        if (notice != NULL) {
            notice->id = queues[i].box;
            notice->seq = (uint64_t)seq;
            notice->ms = db->now_ms;
            notice->entry_kind = body.n == 0 ? WIRE_KIND_RECORD : WIRE_KIND_APPLICATION;
            notice->body = shared != NULL ? gw_bytes_ref(shared) : NULL;
        }
    }
    gw_bytes_unref(shared);
    gw_log_add(db->log, GW_LOG_POSTS, 1);
    return 0;
}

unsigned gw_own_db_inbox_post(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_inbox_post v;
    uint8_t hash[32];
    int64_t mid;
    bool limited = false;
    if (wire_inbox_post_decode(&db->arena, job->body, &v) != OK || v.inbox.n != FRAME_INBOX_SIZE ||
        v.token.n != FRAME_TOKEN_SIZE || v.mid.n != FRAME_MID_SIZE || v.body.n == 0) {
        return WIRE_CODE_MALFORMED;
    }
    memcpy(&mid, v.mid.p, sizeof mid);
    crypto_sha256(hash, v.token);
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_INBOX_POST, "bbi", v.inbox, SLICE_ARRAY(hash), mid);
    if (!gw_db_row(db, s)) {
        return WIRE_CODE_UNKNOWN;
    }
    int64_t account = sqlite3_column_int64(s, 0);
    bool seen = sqlite3_column_int64(s, 1) != 0;
    bool good = sqlite3_column_int64(s, 2) != 0 && is_good(db, s, 3, &limited);
    gw_db_done(s);
    if (seen) { /* answered whatever the token is now: this post may have used it up */
        return gw_own_db_answer_done(db, job);
    }
    if (!good) {
        return WIRE_CODE_TOKEN;
    }
    if (gw_db_is_full(db)) {
        return WIRE_CODE_FULL;
    }
    unsigned code = gw_own_db_inbox_put(db, account, v.body);
    if (code != 0) {
        return code;
    }
    if (limited) {
        gw_own_db_inbox_token_use(db, account, hash);
    }
    gw_db_exec(db,
               gw_db_bind(db, GW_DB_SQL_SEEN_NEW, "iii", account, mid, gw_clock_day(db->now_ms)));
    return gw_own_db_answer_done(db, job);
}

/* Cumulative: the index rows go now, the bodies when they are swept. */
unsigned gw_own_db_inbox_ack(struct gw_db *db, struct gw_db_job *job)
{
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_Q_ACK, "iu", job->box, job->ack));
    db->own->queued -= sqlite3_changes(db->sql);
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BOX_GAP_END, "iu", job->box, job->ack));
    return 0;
}
