#include "gateway/own/db_blob.h"

#include <string.h>

#include "base/ct.h"
#include "crypto/hash.h"
#include "gateway/own/blob.h"
#include "gateway/own/db_answer.h"
#include "gateway/db_core.h"
#include "gateway/own/db_state.h"
#include "gateway/own/db_record.h"

#define CHUNK_MAX (FRAME_BODY_MAX - 20) /* blob 16, index 4 */
#define CHUNKS_MAX (1u << 20)

void gw_own_db_blob_row(struct gw_own_blob_row *r, sqlite3_stmt *s)
{
    memset(r, 0, sizeof *r);
    r->bytes = (uint64_t)sqlite3_column_int64(s, 0);
    r->chunk = (uint64_t)sqlite3_column_int64(s, 1);
    r->have = (uint64_t)sqlite3_column_int64(s, 2);
    r->day = sqlite3_column_int64(s, 3);
    if (sqlite3_column_bytes(s, 4) == (int)sizeof r->drop_hash) {
        memcpy(r->drop_hash, sqlite3_column_blob(s, 4), sizeof r->drop_hash);
    }
}

static void state_put(struct buf *b, const struct gw_own_blob_row *r, uint64_t days)
{
    struct wire_blob_state v = {r->bytes, r->chunk, r->have,
                                ((uint64_t)r->day + days) * (GW_CLOCK_DAY_MS / 1000)};
    wire_blob_state_put(b, &v);
}

static unsigned answer_state(struct gw_db *db, struct gw_db_job *job,
                             const struct gw_own_blob_row *r)
{
    struct buf b = gw_own_db_answer_begin(db);
    state_put(&b, r, db->gw->config.blob_days);
    return gw_own_db_answer_end(db, job, FRAME_BLOB_STATE, &b);
}

static bool find(struct gw_db *db, struct slice id, struct gw_own_blob_row *r)
{
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_BLOB_GET, "b", id);
    if (!gw_db_row(db, s)) {
        return false;
    }
    gw_own_db_blob_row(r, s);
    gw_db_done(s);
    return true;
}

/* All quotas; `grp` gets the mailbox, 0 none. */
static unsigned may_promise(struct gw_db *db, const struct wire_blob_new *v, int64_t *grp)
{
    const struct gw_config *c = &db->gw->config;
    *grp = 0;
    if (v->bytes > c->blob_bytes) {
        return WIRE_CODE_LIMIT;
    }
    if ((uint64_t)(db->own->blob_bytes + db->own->blob_change) + v->bytes > c->blob_total_bytes) {
        return WIRE_CODE_FULL;
    }
    if (v->has_mailbox) {
        *grp = gw_db_number(db, gw_db_bind(db, GW_DB_SQL_GRP_BY_MAILBOX, "b", v->mailbox), 0);
        if (*grp == 0) {
            return WIRE_CODE_UNKNOWN;
        }
        int64_t used = gw_db_number(db, gw_db_bind(db, GW_DB_SQL_BLOB_SUM_GRP, "i", *grp), 0);
        if ((uint64_t)used + v->bytes > c->blob_bytes * 20) {
            return WIRE_CODE_QUOTA;
        }
    }
    return gw_db_is_full(db) ? WIRE_CODE_FULL : 0;
}

unsigned gw_own_db_blob_new(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_blob_new v;
    struct gw_own_blob_row r;
    int64_t grp = 0;
    if (wire_blob_new_decode(&db->arena, job->body, &v) != OK || v.blob.n != FRAME_BLOB_SIZE ||
        v.drop_hash.n != 32 || (v.has_mailbox && v.mailbox.n != FRAME_MAILBOX_SIZE) ||
        v.bytes == 0 || v.chunk == 0) {
        return WIRE_CODE_MALFORMED;
    }
    if (v.chunk > CHUNK_MAX || v.bytes > INT64_MAX / 2 || v.bytes / v.chunk >= CHUNKS_MAX) {
        return WIRE_CODE_LIMIT;
    }
    if (find(db, v.blob, &r)) { /* a repeat resumes where it stopped */
        bool same = r.bytes == v.bytes && r.chunk == v.chunk &&
                    ct_equal(r.drop_hash, v.drop_hash.p, sizeof r.drop_hash);
        return same ? answer_state(db, job, &r) : WIRE_CODE_EXISTS;
    }
    unsigned code = may_promise(db, &v, &grp);
    if (code == 0) {
        code = gw_own_db_record_grant(db, v.has_grant, v.grant, v.bytes);
    }
    if (code != 0) {
        return code;
    }
    r = (struct gw_own_blob_row){v.bytes, v.chunk, 0, gw_clock_day(db->now_ms), {0}};
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BLOB_NEW, grp != 0 ? "buuibi" : "buuibn", v.blob,
                              v.bytes, v.chunk, r.day, v.drop_hash, grp));
    db->own->blob_change += (int64_t)v.bytes;
    return answer_state(db, job, &r);
}

/* Chunks below job->blob.have are on disk. */
unsigned gw_own_db_blob_have(struct gw_db *db, struct gw_db_job *job)
{
    struct gw_own_blob_row r;
    struct slice id = SLICE_ARRAY(job->blob.id);
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BLOB_HAVE, "bu", id, job->blob.have));
    return find(db, id, &r) ? answer_state(db, job, &r) : WIRE_CODE_UNKNOWN;
}

unsigned gw_own_db_blob_stat(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_blob_stat v;
    struct gw_own_blob_row r;
    if (wire_blob_stat_decode(&db->arena, job->body, &v) != OK || v.blob.n != FRAME_BLOB_SIZE) {
        return WIRE_CODE_MALFORMED;
    }
    return find(db, v.blob, &r) ? answer_state(db, job, &r) : WIRE_CODE_UNKNOWN;
}

unsigned gw_own_db_blob_drop(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_blob_drop v;
    struct gw_own_blob_row r;
    uint8_t hash[32];
    if (wire_blob_drop_decode(&db->arena, job->body, &v) != OK || v.blob.n != FRAME_BLOB_SIZE) {
        return WIRE_CODE_MALFORMED;
    }
    if (!find(db, v.blob, &r)) {
        return WIRE_CODE_UNKNOWN;
    }
    crypto_sha256(hash, v.secret);
    if (!ct_equal(hash, r.drop_hash, sizeof hash)) {
        return WIRE_CODE_AUTH;
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BLOB_DROP, "b", v.blob));
    db->own->blob_change -= (int64_t)r.bytes;
    gw_own_blob_unlink(db->gw->config.dir, v.blob);
    return gw_own_db_answer_done(db, job);
}
