#include "gateway/own/db_record.h"

#include <string.h>

#include "base/ct.h"
#include "base/rule.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "gateway/own/db_answer.h"
#include "gateway/db_core.h"
#include "gateway/own/db_state.h"
#include "gateway/own/db_inbox.h"
#include "schema/chain.h"

#define RECORD_BYTES_MAX (48u << 10)
#define GRANTS_AT_ONCE 10
#define GRANTS_A_DAY 50
#define TOLD_MS (10 * 60000ull) /* one recovery takes no longer to read all parts */

/* One part per device. The parts of dropped devices go once a listed one has written: until then
 * they may be all there is. */
unsigned gw_own_db_record_put(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_record_put v;
    struct slice device = SLICE_ARRAY(job->device);
    if (wire_record_put_decode(&db->arena, job->body, &v) != OK || v.head.n != CHAIN_HASH_SIZE ||
        v.number > INT64_MAX || v.body.n == 0) {
        return WIRE_CODE_MALFORMED;
    }
    if (v.body.n > RECORD_BYTES_MAX) {
        return WIRE_CODE_LIMIT;
    }
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_RECORD_OF, "ib", job->account, device);
    if (gw_db_row(db, s)) {
        uint64_t have = gw_db_u64(s, 0);
        bool same = have == v.number && slice_equal(gw_db_blob(s, 1), v.body);
        gw_db_done(s);
        if (same) {
            return gw_own_db_answer_done(db, job);
        }
        if (v.number <= have) {
            return WIRE_CODE_STALE;
        }
    }
    if (gw_db_is_full(db)) {
        return WIRE_CODE_FULL;
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_RECORD_SET, "ibubbi", job->account, device, v.number,
                              v.head, v.body, gw_clock_day(db->now_ms)));
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_RECORD_DROPPED, "i", job->account));
    return gw_own_db_answer_done(db, job);
}

/* Were the devices told a moment ago, with the part before? Whoever found the code may begin with
 * any part. If the table has forgotten, they are told again. */
static bool just_told(const struct gw_db *db, int64_t account)
{
    const struct gw_own_db_told *t = &db->own->told[(uint64_t)account % GW_OWN_DB_TOLD];
    return t->account == account && db->now_ms >= t->ms && db->now_ms - t->ms < TOLD_MS;
}

/* Only for the recovery key of the newest entry, and never without telling the account's devices:
 * if their queues have no room, nothing is given. */
unsigned gw_own_db_record_get(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_record_get v;
    struct wire_record out = {0};
    if (wire_record_get_decode(&db->arena, job->body, &v) != OK || v.from > INT32_MAX) {
        return WIRE_CODE_MALFORMED;
    }
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_ACCOUNT_BY_RECOVERY, "b", SLICE_ARRAY(job->device));
    int64_t account = gw_db_number(db, s, 0);
    if (account == 0 && RULE(RECORD_TO_THE_CODE)) {
        return WIRE_CODE_AUTH; /* the code was replaced, or never existed */
    }
    uint64_t count =
        (uint64_t)gw_db_number(db, gw_db_bind(db, GW_DB_SQL_RECORD_COUNT, "i", account), 0);
    bool tells = v.from == 0 || !just_told(db, account);
    if (tells && RULE(RECORD_TELLS_DEVICES)) {
        unsigned code = gw_own_db_inbox_put(db, account, SLICE_EMPTY);
        if (code != 0) {
            return code;
        }
    }
    s = gw_db_bind(db, GW_DB_SQL_RECORD_GET, "iu", account, v.from);
    if (!gw_db_row(db, s)) {
        return WIRE_CODE_UNKNOWN;
    }
    out.device = gw_db_blob(s, 0);
    out.number = gw_db_u64(s, 1);
    out.head = gw_db_blob(s, 2);
    out.body = gw_db_blob(s, 3);
    out.left = count - v.from - 1;
    struct buf b = gw_own_db_answer_begin(db);
    wire_record_put(&b, &out);
    unsigned code = gw_own_db_answer_end(db, job, FRAME_RECORD, &b);
    gw_db_done(s);
    if (tells && code == 0) { /* otherwise it is rolled back: nobody was told */
        db->own->told[(uint64_t)account % GW_OWN_DB_TOLD] =
            (struct gw_own_db_told){account, db->now_ms};
    }
    return code;
}

unsigned gw_own_db_record_grant(struct gw_db *db, bool has_grant, struct slice grant,
                                uint64_t bytes)
{
    uint8_t hash[32];
    if (!has_grant) {
        return db->gw->config.require_grants ? WIRE_CODE_QUOTA : 0;
    }
    if (grant.n != 16) {
        return WIRE_CODE_MALFORMED;
    }
    crypto_sha256(hash, grant);
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_ALLOWED_TAKE, "bu", SLICE_ARRAY(hash), bytes);
    bool good = gw_db_row(db, s);
    gw_db_exec(db, s);
    return good || !db->gw->config.require_grants ? 0 : WIRE_CODE_QUOTA;
}

unsigned gw_own_db_record_quota_get(struct gw_db *db, struct gw_db_job *job)
{
    uint8_t secrets[GRANTS_AT_ONCE][16], hash[32];
    struct slice list[GRANTS_AT_ONCE];
    int64_t today = gw_clock_day(db->now_ms), day = 0, n = 0;
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_ACCOUNT_GRANTS, "i", job->account);
    if (gw_db_row(db, s)) {
        day = sqlite3_column_int64(s, 0);
        n = day == today ? sqlite3_column_int64(s, 1) : 0;
        gw_db_done(s);
    }
    if (n + GRANTS_AT_ONCE > GRANTS_A_DAY) {
        job->retry_ms = (uint64_t)(today + 1) * GW_CLOCK_DAY_MS - db->now_ms;
        return WIRE_CODE_QUOTA;
    }
    if (gw_db_is_full(db)) {
        return WIRE_CODE_FULL;
    }
    struct wire_grant out = {list, GRANTS_AT_ONCE, db->gw->config.blob_bytes};
    crypto_rand(secrets, sizeof secrets);
    for (size_t i = 0; i < GRANTS_AT_ONCE; i++) {
        list[i] = SLICE_ARRAY(secrets[i]);
        crypto_sha256(hash, list[i]);
        gw_db_exec(
            db, gw_db_bind(db, GW_DB_SQL_ALLOWED_NEW, "bui", SLICE_ARRAY(hash), out.bytes, today));
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_ACCOUNT_GRANTS_SET, "iii", job->account, today,
                              n + GRANTS_AT_ONCE));
    struct buf b = gw_own_db_answer_begin(db);
    wire_grant_put(&b, &out);
    unsigned code = gw_own_db_answer_end(db, job, FRAME_GRANT, &b);
    wipe(secrets, sizeof secrets);
    return code;
}
