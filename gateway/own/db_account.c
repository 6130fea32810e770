#include "gateway/own/db_account.h"

#include <string.h>

#include "base/rule.h"
#include "crypto/hash.h"
#include "gateway/own/db_answer.h"
#include "gateway/db_core.h"
#include "gateway/own/db_state.h"
#include "gateway/db_out.h"
#include "schema/chain.h"

#define CHAIN_ANSWER_BYTES (48u << 10)
#define HPKE_BYTES_MAX 2048

int64_t gw_own_db_account_of_inbox(struct gw_db *db, struct slice inbox)
{
    return gw_db_number(db, gw_db_bind(db, GW_DB_SQL_ACCOUNT_BY_INBOX, "b", inbox), 0);
}

/* Makes the peer known: fills account, box and the bounds of its queue. False: not known. */
static bool find_device(struct gw_db *db, struct gw_db_job *job)
{
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_BOX_BY_DEVICE, "b", SLICE_ARRAY(job->device));
    if (!gw_db_row(db, s)) {
        return false;
    }
    job->box = sqlite3_column_int64(s, 0);
    job->account = sqlite3_column_int64(s, 1);
    job->queue.next = gw_db_u64(s, 2);
    int64_t day = sqlite3_column_int64(s, 3);
    bool gap = sqlite3_column_int64(s, 4) > 0;
    gw_db_done(s);
    job->known = true;
    int64_t first = gw_db_number(db, gw_db_bind(db, GW_DB_SQL_Q_FIRST, "i", job->box), 0);
    job->number = (uint64_t)first;
    /* Deliveries begin after `first - 1`; after a gap at 1, so that the hole is seen. */
    job->queue.first = gap ? 1 : first > 0 ? (uint64_t)first : job->queue.next;
    if (day != gw_clock_day(db->now_ms) && !gw_db_is_full(db)) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BOX_DAY, "ii", job->box, gw_clock_day(db->now_ms)));
    }
    return true;
}

/* The bounds of the queue of a device that is known; tip: room for the hash. */
static void say_queue(struct gw_db *db, const struct gw_db_job *job, struct wire_ready *v,
                      uint8_t tip[CRYPTO_SHA256_SIZE])
{
    v->queue_first = job->number;
    v->queue_last = job->queue.next - 1;
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_BOX_TIP, "i", job->box);
    if (gw_db_row(db, s)) {
        struct slice hash = gw_db_blob(s, 0);
        v->has_queue_hash = hash.n == CRYPTO_SHA256_SIZE;
        if (v->has_queue_hash) {
            memcpy(tip, hash.p, hash.n);
            v->queue_hash = slice_make(tip, CRYPTO_SHA256_SIZE);
        }
        gw_db_done(s);
    }
}

/* The last entry of the account's chain, checked when it was stored. */
static bool last_entry(struct gw_db *db, int64_t account, uint64_t head, struct chain_entry *out)
{
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_CHAIN_AT, "iu", account, head);
    bool fine = false;
    if (gw_db_row(db, s)) {
        fine = chain_read(gw_db_blob(s, 0), out) == OK;
        gw_db_done(s);
    }
    return fine;
}

/* Whose recovery key the peer has shown. */
static void find_recovery(struct gw_db *db, struct gw_db_job *job)
{
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_ACCOUNT_BY_RECOVERY, "b", SLICE_ARRAY(job->device));
    job->account = gw_db_number(db, s, 0);
    job->known = job->account != 0;
}

unsigned gw_own_db_account_login(struct gw_db *db, struct gw_db_job *job)
{
    uint8_t inbox[FRAME_INBOX_SIZE], hash[CHAIN_HASH_SIZE], tip[CRYPTO_SHA256_SIZE];
    struct chain_entry head;
    struct wire_ready v = {0};
    if (job->recovery) {
        find_recovery(db, job);
    } else if (!find_device(db, job)) {
        sqlite3_stmt *r = gw_db_bind(db, GW_DB_SQL_LISTED_IS, "b", SLICE_ARRAY(job->device));
        if (gw_db_number(db, r, 0) == 1) {
            return WIRE_CODE_REVOKED;
        }
    }
    v.known = job->known;
    if (v.known) {
        sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_ACCOUNT_BY_ID, "i", job->account);
        if (gw_db_row(db, s)) {
            struct slice h = gw_db_blob(s, 0), b = gw_db_blob(s, 1);
            v.has_inbox = v.has_account = b.n == sizeof inbox && h.n == sizeof hash;
            if (v.has_inbox) {
                memcpy(inbox, b.p, b.n);
                memcpy(hash, h.p, h.n);
            }
            v.head = gw_db_u64(s, 2);
            gw_db_done(s);
        }
        v.inbox = SLICE_ARRAY(inbox);
        v.account = SLICE_ARRAY(hash);
        v.has_head_hash = last_entry(db, job->account, v.head, &head);
        v.head_hash = SLICE_ARRAY(head.hash);
        if (!job->recovery) {
            say_queue(db, job, &v, tip);
        }
    }
    v.server_ms = db->now_ms;
    v.registration = (uint64_t)db->gw->config.registration;
    v.frame_bytes = FRAME_BODY_MAX;
    v.blob_bytes = db->gw->config.blob_bytes;
    struct buf b = gw_own_db_answer_begin(db);
    wire_ready_put(&b, &v);
    return gw_own_db_answer_end(db, job, FRAME_READY, &b);
}

/* Who may join: 0 or WIRE_CODE_CLOSED; uses the invitation. */
static unsigned admit(struct gw_db *db, const struct wire_register *v)
{
    uint8_t hash[32];
    if (db->gw->config.registration == WIRE_REGISTRATION_OPEN) {
        return 0;
    }
    if (db->gw->config.registration == WIRE_REGISTRATION_CLOSED || !v->has_invitation) {
        return WIRE_CODE_CLOSED;
    }
    crypto_sha256(hash, v->invitation);
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_INVITE_GET, "b", SLICE_ARRAY(hash));
    if (!gw_db_row(db, s)) {
        return WIRE_CODE_CLOSED;
    }
    int64_t uses = sqlite3_column_int64(s, 0);
    uint64_t expires = gw_db_u64(s, 1);
    gw_db_done(s);
    if (uses <= 0 || (expires > 0 && expires <= db->now_ms / 1000)) {
        return WIRE_CODE_CLOSED;
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_INVITE_USE, "b", SLICE_ARRAY(hash)));
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_INVITE_SPENT, "u", db->now_ms / 1000));
    return 0;
}

static void drop_box(struct gw_db *db, int64_t box)
{
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_Q_DROP, "i", box));
    db->own->queued -= sqlite3_changes(db->sql);
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_KP_DROP, "i", box));
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_PUSH_DROP, "i", box));
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BOX_DROP, "i", box));
    struct gw_db_notice *n = gw_db_notice(db, GW_DB_NOTICE_GONE);
    if (n != NULL) {
        n->id = box;
    }
}

/* Queues for the devices of the entry, none for the others; its keys are listed from now on. */
static void set_devices(struct gw_db *db, int64_t account, const struct chain_entry *e)
{
    int64_t boxes[CHAIN_DEVICES_MAX * 2];
    uint8_t devices[CHAIN_DEVICES_MAX * 2][CHAIN_KEY_SIZE];
    size_t n = 0;
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_BOX_OF_ACCOUNT, "i", account);
    while (gw_db_row(db, s)) {
        struct slice d = gw_db_blob(s, 1);
        if (n < CHAIN_DEVICES_MAX * 2 && d.n == CHAIN_KEY_SIZE) {
            boxes[n] = sqlite3_column_int64(s, 0);
            memcpy(devices[n++], d.p, CHAIN_KEY_SIZE);
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (!chain_has_device(e, devices[i])) {
            drop_box(db, boxes[i]);
        }
    }
    for (size_t i = 0; i < e->device_n; i++) {
        struct slice device = SLICE_ARRAY(e->devices[i].key);
        s = gw_db_bind(db, GW_DB_SQL_BOX_BY_DEVICE, "b", device);
        if (gw_db_row(db, s)) {
            gw_db_done(s);
            continue;
        }
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BOX_NEW, "ibi", account, device,
                                  gw_clock_day(db->now_ms)));
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_LISTED_NEW, "bi", device, account));
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_LISTED_NEW, "bi", SLICE_ARRAY(e->recovery), account));
}

static enum err was_listed(void *user, const uint8_t key[CHAIN_KEY_SIZE], bool *out)
{
    struct gw_db *db = user;
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_LISTED_IS, "b", slice_make(key, CHAIN_KEY_SIZE));
    *out = gw_db_number(db, s, 0) == 1;
    return OK;
}

/* Is this the HPKE key that the entry names? */
static bool is_hpke_of(struct slice hpke, const struct chain_entry *e)
{
    uint8_t hash[CHAIN_HASH_SIZE];
    crypto_sha256(hash, hpke);
    return hpke.n > 0 && hpke.n <= HPKE_BYTES_MAX &&
           slice_equal(SLICE_ARRAY(hash), SLICE_ARRAY(e->recovery_hpke));
}

/* Is this entry, byte for byte, the one stored at its number? */
static bool same_entry(struct gw_db *db, int64_t account, uint64_t n, struct slice entry)
{
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_CHAIN_AT, "iu", account, n);
    bool same = false;
    if (gw_db_row(db, s)) {
        same = slice_equal(gw_db_blob(s, 0), entry);
        gw_db_done(s);
    }
    return same;
}

unsigned gw_own_db_account_register(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_register v;
    struct chain_entry e;
    bool listed = false;
    if (wire_register_decode(&db->arena, job->body, &v) != OK || v.inbox.n != FRAME_INBOX_SIZE) {
        return WIRE_CODE_MALFORMED;
    }
    if (chain_read(v.entry, &e) != OK || chain_check(NULL, &e, NULL) != OK ||
        !is_hpke_of(v.hpke, &e) || !chain_has_device(&e, job->device)) {
        return WIRE_CODE_CHAIN;
    }
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_ACCOUNT_BY_HASH, "b", SLICE_ARRAY(e.id));
    if (gw_db_number(db, s, 0) != 0) { /* a repeat: the same answer as the first time */
        return find_device(db, job) ? gw_own_db_answer_done(db, job) : WIRE_CODE_EXISTS;
    }
    if (job->known || gw_own_db_account_of_inbox(db, v.inbox) != 0) {
        return WIRE_CODE_EXISTS;
    }
    if (was_listed(db, e.devices[0].key, &listed) != OK || listed ||
        was_listed(db, e.recovery, &listed) != OK || listed) {
        return WIRE_CODE_EXISTS;
    }
    if (gw_db_is_full(db)) {
        return WIRE_CODE_FULL;
    }
    unsigned code = admit(db, &v);
    if (code != 0) {
        return code;
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_ACCOUNT_NEW, "bbbbi", SLICE_ARRAY(e.id), v.inbox,
                              SLICE_ARRAY(e.recovery), v.hpke, gw_clock_day(db->now_ms)));
    int64_t account = sqlite3_last_insert_rowid(db->sql);
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_CHAIN_NEW, "iub", account, (uint64_t)0, v.entry));
    set_devices(db, account, &e);
    return find_device(db, job) ? gw_own_db_answer_done(db, job) : WIRE_CODE_INTERNAL;
}

/* Devices may write only so many entries a day; the recovery key is not limited. 0 or
 * WIRE_CODE_RATE. */
static unsigned count_written(struct gw_db *db, struct gw_db_job *job, int64_t account,
                              const struct chain_entry *e)
{
    int64_t today = gw_clock_day(db->now_ms), day = 0, n = 0;
    if (e->signers[0] == CHAIN_SIGNER_RECOVERY_BEFORE) {
        return 0;
    }
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_ACCOUNT_WRITTEN, "i", account);
    if (gw_db_row(db, s)) {
        day = sqlite3_column_int64(s, 0);
        n = day == today ? sqlite3_column_int64(s, 1) : 0;
        gw_db_done(s);
    }
    if (n >= CHAIN_DEVICE_ENTRIES_A_DAY && RULE(ENTRIES_A_DAY)) {
        job->retry_ms = (uint64_t)(today + 1) * GW_CLOCK_DAY_MS - db->now_ms;
        return WIRE_CODE_RATE;
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_ACCOUNT_WRITTEN_SET, "iii", account, today, n + 1));
    return 0;
}

/* Stored already: its HPKE key may be what a restored gateway lacks. */
static unsigned repeated(struct gw_db *db, struct gw_db_job *job, int64_t account, bool has_hpke,
                         const struct wire_chain_put *v, const struct chain_entry *e)
{
    if (!has_hpke && v->has_hpke && is_hpke_of(v->hpke, e)) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_ACCOUNT_HPKE, "ib", account, v->hpke));
    }
    job->known = find_device(db, job);
    return gw_own_db_answer_done(db, job);
}

unsigned gw_own_db_account_chain_put(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_chain_put v;
    struct chain_entry e, last;
    const struct chain_history history = {db, was_listed};
    if (wire_chain_put_decode(&db->arena, job->body, &v) != OK || v.account.n != CHAIN_HASH_SIZE) {
        return WIRE_CODE_MALFORMED;
    }
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_ACCOUNT_BY_HASH, "b", v.account);
    if (!gw_db_row(db, s)) {
        return WIRE_CODE_UNKNOWN;
    }
    int64_t account = sqlite3_column_int64(s, 0);
    uint64_t head = gw_db_u64(s, 2);
    bool has_hpke = gw_db_blob(s, 3).n > 0;
    gw_db_done(s);
    if (chain_read(v.entry, &e) != OK || !slice_equal(v.account, SLICE_ARRAY(e.id))) {
        return WIRE_CODE_CHAIN;
    }
    if (e.n <= head) {
        return same_entry(db, account, e.n, v.entry)
                   ? repeated(db, job, account, has_hpke || e.n < head, &v, &e)
                   : WIRE_CODE_EXISTS;
    }
    if (!last_entry(db, account, head, &last) ||
        (chain_check(&last, &e, &history) != OK && RULE(GATEWAY_CHECKS_ENTRIES)) ||
        (v.has_hpke && !is_hpke_of(v.hpke, &e))) {
        return WIRE_CODE_CHAIN;
    }
    if (gw_db_is_full(db)) {
        return WIRE_CODE_FULL;
    }
    unsigned code = count_written(db, job, account, &e);
    if (code != 0) {
        return code;
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_CHAIN_NEW, "iub", account, e.n, v.entry));
    gw_db_exec(
        db, gw_db_bind(db, GW_DB_SQL_ACCOUNT_HEAD, "iub", account, e.n, SLICE_ARRAY(e.recovery)));
    if (v.has_hpke) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_ACCOUNT_HPKE, "ib", account, v.hpke));
    }
    set_devices(db, account, &e);
    job->known = find_device(db, job); /* a device may take itself off the list */
    return gw_own_db_answer_done(db, job);
}

unsigned gw_own_db_account_chain_get(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_chain_get v;
    struct wire_chain out = {0};
    if (wire_chain_get_decode(&db->arena, job->body, &v) != OK || v.account.n != CHAIN_HASH_SIZE ||
        v.from > CHAIN_ENTRIES_MAX) {
        return WIRE_CODE_MALFORMED;
    }
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_ACCOUNT_BY_HASH, "b", v.account);
    if (!gw_db_row(db, s)) {
        return WIRE_CODE_UNKNOWN;
    }
    int64_t account = sqlite3_column_int64(s, 0);
    struct slice hpke = gw_db_blob(s, 3);
    out.has_hpke = v.key && hpke.n > 0;
    enum err e = out.has_hpke ? arena_copy(&db->arena, hpke, &out.hpke) : OK;
    gw_db_done(s);
    struct slice *entries = arena_array(&db->arena, CHAIN_ENTRIES_MAX, sizeof *entries);
    if (e != OK || entries == NULL) {
        return WIRE_CODE_INTERNAL;
    }
    size_t bytes = 0;
    s = gw_db_bind(db, GW_DB_SQL_CHAIN_FROM, "iu", account, v.from);
    while (gw_db_row(db, s)) {
        struct slice entry = gw_db_blob(s, 0);
        bytes += entry.n + 3;
        if (bytes > CHAIN_ANSWER_BYTES || out.entries_n == CHAIN_ENTRIES_MAX ||
            arena_copy(&db->arena, entry, &entries[out.entries_n]) != OK) {
            gw_db_done(s);
            break;
        }
        out.entries_n++;
    }
    out.account = v.account;
    out.entries = entries;
    struct buf b = gw_own_db_answer_begin(db);
    wire_chain_put(&b, &out);
    return gw_own_db_answer_end(db, job, FRAME_CHAIN, &b);
}
