#include "gateway/own/db_keys.h"

#include <string.h>

#include "crypto/hash.h"
#include "gateway/own/db_answer.h"
#include "gateway/db_core.h"
#include "gateway/own/db_state.h"
#include "gateway/own/db_inbox.h"
#include "schema/chain.h"

#define PACKAGES_PER_SUITE 200
#define SUITES_PER_DEVICE 8
#define PACKAGE_BYTES_MAX (16u << 10)
#define PACKAGE_LIFE_S (400ull * 86400)
#define TOKENS_PER_ACCOUNT 2000
#define TAKES_PER_HOUR 20
#define TAKE_CHAIN_BYTES (16u << 10)
#define SUITES_ASKED_MAX 16

static unsigned put_one(struct gw_db *db, int64_t box, const struct wire_kp_item *v)
{
    uint64_t now_s = db->now_ms / 1000;
    if (v->ref.n == 0 || v->ref.n > 64 || v->suite > UINT16_MAX || v->package.n == 0) {
        return WIRE_CODE_MALFORMED;
    }
    if (v->package.n > PACKAGE_BYTES_MAX || v->expires_s <= now_s ||
        v->expires_s > now_s + PACKAGE_LIFE_S) {
        return WIRE_CODE_LIMIT;
    }
    if (gw_db_number(db, gw_db_bind(db, GW_DB_SQL_KP_SUITES, "iu", box, v->suite), 0) >=
        SUITES_PER_DEVICE) {
        return WIRE_CODE_LIMIT;
    }
    if (v->last_resort) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_KP_LAST_DROP, "iu", box, v->suite));
    } else if (gw_db_number(db, gw_db_bind(db, GW_DB_SQL_KP_ROOM, "iu", box, v->suite), 0) >=
               PACKAGES_PER_SUITE) {
        return WIRE_CODE_LIMIT;
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_KP_NEW, "ibuuib", box, v->ref, v->suite, v->expires_s,
                              (int64_t)(v->last_resort ? 1 : 0), v->package));
    return 0;
}

unsigned gw_own_db_keys_kp_put(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_kp_put v;
    if (wire_kp_put_decode(&db->arena, job->body, &v) != OK) {
        return WIRE_CODE_MALFORMED;
    }
    if (gw_db_is_full(db)) {
        return WIRE_CODE_FULL;
    }
    if (v.packages_n == 0) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_KP_DROP, "i", job->box));
    }
    for (size_t i = 0; i < v.packages_n; i++) {
        unsigned code = put_one(db, job->box, &v.packages[i]);
        if (code != 0) {
            return code;
        }
    }
    return gw_own_db_answer_done(db, job);
}

unsigned gw_own_db_keys_kp_count(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_kp_level levels[SUITES_PER_DEVICE * 2];
    struct wire_kp_counts v = {levels, 0};
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_KP_LEVELS, "iu", job->box, db->now_ms / 1000);
    while (gw_db_row(db, s)) {
        if (v.items_n < SUITES_PER_DEVICE * 2) {
            levels[v.items_n++] =
                (struct wire_kp_level){gw_db_u64(s, 0), gw_db_u64(s, 1), gw_db_u64(s, 2)};
        }
    }
    struct buf b = gw_own_db_answer_begin(db);
    wire_kp_counts_put(&b, &v);
    return gw_own_db_answer_end(db, job, FRAME_KP_COUNTS, &b);
}

/* ---- taking -------------------------------------------------------------------------------- */

/* 20 takes per hour and token. The table may forget: it is a brake, not a lock. */
static bool may_take(struct gw_db *db, int64_t account, const uint8_t hash[32], uint64_t *retry_ms)
{
    uint64_t place;
    uint32_t hour = (uint32_t)(db->now_ms / 3600000);
    memcpy(&place, hash, sizeof place);
    struct gw_own_db_rate *r = &db->own->rates[(place ^ (uint64_t)account) % GW_OWN_DB_RATES];
    if (r->hour != hour || !slice_equal(SLICE_ARRAY(r->id), slice_make(hash, sizeof r->id))) {
        memcpy(r->id, hash, sizeof r->id);
        r->hour = hour;
        r->n = 0;
    }
    if (r->n >= TAKES_PER_HOUR) {
        *retry_ms = ((uint64_t)hour + 1) * 3600000 - db->now_ms;
        return false;
    }
    r->n++;
    return true;
}

struct device {
    int64_t box;
    struct slice key;
};

/* How many of the devices have a package of this suite. */
static size_t coverage(struct gw_db *db, const struct device *d, size_t n, uint64_t suite)
{
    size_t have = 0;
    for (size_t i = 0; i < n; i++) {
        sqlite3_stmt *s =
            gw_db_bind(db, GW_DB_SQL_KP_PICK, "iuu", d[i].box, suite, db->now_ms / 1000);
        if (gw_db_row(db, s)) {
            have++;
            gw_db_done(s);
        }
    }
    return have;
}

/* One package of each device: a one-time one goes, the last resort stays. */
static unsigned pick(struct gw_db *db, const struct device *d, size_t n, uint64_t suite,
                     struct wire_kp_taken *out, size_t room)
{
    struct wire_kp_of *list = arena_array(&db->arena, n, sizeof *list);
    if (list == NULL) {
        return WIRE_CODE_INTERNAL;
    }
    out->packages = list;
    for (size_t i = 0; i < n; i++) {
        struct wire_kp_of *of = &list[out->packages_n];
        sqlite3_stmt *s =
            gw_db_bind(db, GW_DB_SQL_KP_PICK, "iuu", d[i].box, suite, db->now_ms / 1000);
        if (!gw_db_row(db, s)) {
            continue;
        }
        int64_t id = sqlite3_column_int64(s, 0);
        bool once = sqlite3_column_int64(s, 2) == 0;
        enum err e = arena_copy(&db->arena, gw_db_blob(s, 1), &of->package);
        gw_db_done(s);
        if (e != OK) {
            return WIRE_CODE_INTERNAL;
        }
        if (of->package.n + 64 > room) {
            return WIRE_CODE_LIMIT;
        }
        room -= of->package.n + 64;
        of->device = d[i].key;
        of->suite = suite;
        out->packages_n++;
        if (once) {
            gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_KP_TAKE, "i", id));
        }
    }
    return 0;
}

static size_t read_devices(struct gw_db *db, int64_t account, struct device out[CHAIN_DEVICES_MAX])
{
    size_t n = 0;
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_BOX_OF_ACCOUNT, "i", account);
    while (gw_db_row(db, s)) {
        if (n < CHAIN_DEVICES_MAX && arena_copy(&db->arena, gw_db_blob(s, 1), &out[n].key) == OK) {
            out[n++].box = sqlite3_column_int64(s, 0);
        }
    }
    return n;
}

/* The entries from the start that fit; a client with a longer chain asks CHAIN_GET for the rest. */
static unsigned read_chain(struct gw_db *db, int64_t account, struct wire_kp_taken *out,
                           size_t *bytes)
{
    struct slice *list = arena_array(&db->arena, CHAIN_ENTRIES_MAX, sizeof *list);
    *bytes = 0;
    if (list == NULL) {
        return WIRE_CODE_INTERNAL;
    }
    out->chain = list;
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_CHAIN_FROM, "iu", account, (uint64_t)0);
    while (gw_db_row(db, s)) {
        struct slice entry = gw_db_blob(s, 0);
        if (*bytes + entry.n + 3 > TAKE_CHAIN_BYTES || out->chain_n == CHAIN_ENTRIES_MAX ||
            arena_copy(&db->arena, entry, &list[out->chain_n]) != OK) {
            gw_db_done(s);
            break;
        }
        *bytes += entry.n + 3;
        out->chain_n++;
    }
    return 0;
}

unsigned gw_own_db_keys_kp_take(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_kp_take v;
    struct wire_kp_taken out = {0};
    struct device devices[CHAIN_DEVICES_MAX];
    uint8_t hash[32];
    if (wire_kp_take_decode(&db->arena, job->body, &v) != OK || v.inbox.n != FRAME_INBOX_SIZE ||
        v.token.n != FRAME_TOKEN_SIZE || v.suites_n == 0 || v.suites_n > SUITES_ASKED_MAX) {
        return WIRE_CODE_MALFORMED;
    }
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_ACCOUNT_BY_INBOX, "b", v.inbox);
    if (!gw_db_row(db, s)) {
        return WIRE_CODE_UNKNOWN;
    }
    int64_t account = sqlite3_column_int64(s, 0);
    enum err e = arena_copy(&db->arena, gw_db_blob(s, 1), &out.account);
    gw_db_done(s);
    unsigned code = gw_own_db_inbox_token(db, account, v.token, hash);
    if (code != 0 || e != OK) {
        return code != 0 ? code : WIRE_CODE_INTERNAL;
    }
    if (!may_take(db, account, hash, &job->retry_ms)) {
        return WIRE_CODE_RATE;
    }
    size_t n = read_devices(db, account, devices), best = 0, bytes = 0;
    uint64_t suite = 0;
    for (size_t i = 0; i < v.suites_n && best < n; i++) {
        size_t have = coverage(db, devices, n, v.suites[i] & INT64_MAX);
        if (have > best) {
            best = have;
            suite = v.suites[i] & INT64_MAX;
        }
    }
    if (best == 0) {
        return WIRE_CODE_EMPTY;
    }
    code = read_chain(db, account, &out, &bytes);
    if (code == 0) {
        code = pick(db, devices, n, suite, &out, FRAME_BODY_MAX - bytes - 256);
    }
    if (code != 0) {
        return code;
    }
    struct buf b = gw_own_db_answer_begin(db);
    wire_kp_taken_put(&b, &out);
    return gw_own_db_answer_end(db, job, FRAME_KP_TAKEN, &b);
}

/* ---- tokens, push -------------------------------------------------------------------------- */

unsigned gw_own_db_keys_token_set(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_token_set v;
    if (wire_token_set_decode(&db->arena, job->body, &v) != OK || v.hash.n != 32 ||
        v.uses > INT32_MAX || v.expires_s > INT64_MAX) {
        return WIRE_CODE_MALFORMED;
    }
    if (gw_db_is_full(db)) {
        return WIRE_CODE_FULL;
    }
    sqlite3_stmt *others =
        gw_db_bind(db, GW_DB_SQL_TOKEN_COUNT, "ibu", job->account, v.hash, db->now_ms / 1000);
    if (gw_db_number(db, others, 0) >= TOKENS_PER_ACCOUNT) {
        return WIRE_CODE_LIMIT;
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_TOKEN_OLD, "iu", job->account, db->now_ms / 1000));
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_TOKEN_SET, v.uses == 0 ? "ibnu" : "ibuu", job->account,
                              v.hash, v.uses == 0 ? v.expires_s : v.uses, v.expires_s));
    return gw_own_db_answer_done(db, job);
}

unsigned gw_own_db_keys_token_drop(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_token_drop v;
    if (wire_token_drop_decode(&db->arena, job->body, &v) != OK || v.hash.n != 32) {
        return WIRE_CODE_MALFORMED;
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_TOKEN_DROP, "ib", job->account, v.hash));
    return gw_own_db_answer_done(db, job);
}

unsigned gw_own_db_keys_push_set(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_push_set v;
    if (wire_push_set_decode(&db->arena, job->body, &v) != OK) {
        return WIRE_CODE_MALFORMED;
    }
    if (v.endpoint.n == 0) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_PUSH_DROP, "i", job->box));
        return gw_own_db_answer_done(db, job);
    }
    static const char https[] = "https://";
    size_t n = sizeof https - 1;
    if (v.endpoint.n > 1024 || v.key.n != 65 || v.secret.n != 16 || v.endpoint.n <= n ||
        !slice_equal(slice_make(v.endpoint.p, n), slice_make(https, n))) {
        return WIRE_CODE_LIMIT;
    }
    if (gw_db_is_full(db)) {
        return WIRE_CODE_FULL;
    }
    gw_db_exec(db,
               gw_db_bind(db, GW_DB_SQL_PUSH_SET, "itbb", job->box, v.endpoint, v.key, v.secret));
    return gw_own_db_answer_done(db, job);
}
