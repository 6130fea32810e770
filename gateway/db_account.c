/* Accounts: login, registration, the chain of devices. Source: schema/chain.h. */
#include <string.h>

#include "crypto/hash.h"
#include "gateway/db_core.h"
#include "gateway/db_ops.h"
#include "schema/chain.h"

#define CHAIN_ANSWER_BYTES (48u << 10)

int64_t gw_db_account_of_inbox(struct gw_db *db, struct slice inbox)
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
    /* Deliveries begin behind `first - 1`; with a gap from 0, so that the hole is seen. */
    job->queue.first = gap ? 1 : first > 0 ? (uint64_t)first : job->queue.next;
    if (day != gw_clock_day(db->now_ms) && !gw_db_is_full(db)) {
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BOX_DAY, "ii", job->box, gw_clock_day(db->now_ms)));
    }
    return true;
}

unsigned gw_db_account_login(struct gw_db *db, struct gw_db_job *job)
{
    uint8_t inbox[FRAME_INBOX_SIZE];
    struct wire_ready v = {0};
    if (!find_device(db, job)) {
        sqlite3_stmt *r = gw_db_bind(db, GW_DB_SQL_REVOKED_IS, "b", SLICE_ARRAY(job->device));
        if (gw_db_number(db, r, 0) == 1) {
            return FRAME_CODE_REVOKED;
        }
    }
    v.known = job->known;
    if (v.known) {
        sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_ACCOUNT_BY_ID, "i", job->account);
        if (gw_db_row(db, s)) {
            struct slice b = gw_db_blob(s, 1);
            v.has_inbox = b.n == sizeof inbox;
            if (v.has_inbox) {
                memcpy(inbox, b.p, b.n);
            }
            gw_db_done(s);
        }
        v.inbox = SLICE_ARRAY(inbox);
        v.queue_first = job->number;
    }
    v.server_ms = db->now_ms;
    v.registration = (uint64_t)db->gw->config.registration;
    v.frame_bytes = FRAME_BODY_MAX;
    v.blob_bytes = db->gw->config.blob_bytes;
    struct buf b = gw_db_answer_begin(db);
    wire_ready_put(&b, &v);
    return gw_db_answer_end(db, job, FRAME_READY, &b);
}

/* Who may join: 0 or FRAME_CODE_CLOSED; uses the invitation. */
static unsigned admit(struct gw_db *db, const struct wire_register *v)
{
    uint8_t hash[32];
    if (db->gw->config.registration == GW_CONFIG_OPEN) {
        return 0;
    }
    if (db->gw->config.registration == GW_CONFIG_CLOSED || !v->has_invitation) {
        return FRAME_CODE_CLOSED;
    }
    crypto_sha256(hash, v->invitation);
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_INVITE_GET, "b", SLICE_ARRAY(hash));
    if (!gw_db_row(db, s)) {
        return FRAME_CODE_CLOSED;
    }
    int64_t uses = sqlite3_column_int64(s, 0);
    uint64_t expires = gw_db_u64(s, 1);
    gw_db_done(s);
    if (uses <= 0 || (expires > 0 && expires <= db->now_ms / 1000)) {
        return FRAME_CODE_CLOSED;
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_INVITE_USE, "b", SLICE_ARRAY(hash)));
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_INVITE_SPENT, "u", db->now_ms / 1000));
    return 0;
}

static void drop_box(struct gw_db *db, int64_t box, struct slice device)
{
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_Q_DROP, "i", box));
    db->queued -= sqlite3_changes(db->sql);
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_KP_DROP, "i", box));
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_PUSH_DROP, "i", box));
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BOX_DROP, "i", box));
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_REVOKED_NEW, "bi", device, gw_clock_day(db->now_ms)));
    struct gw_db_notice *n = gw_db_notice(db, GW_DB_NOTICE_GONE);
    if (n != NULL) {
        n->id = box;
    }
}

/* Queues for the devices of the entry, none for the others. 0 or a code. */
static unsigned set_devices(struct gw_db *db, int64_t account, const struct chain_entry *e)
{
    int64_t boxes[CHAIN_DEVICES_MAX * 2];
    uint8_t devices[CHAIN_DEVICES_MAX * 2][32];
    size_t n = 0;
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_BOX_OF_ACCOUNT, "i", account);
    while (gw_db_row(db, s)) {
        struct slice d = gw_db_blob(s, 1);
        if (n < CHAIN_DEVICES_MAX * 2 && d.n == 32) {
            boxes[n] = sqlite3_column_int64(s, 0);
            memcpy(devices[n++], d.p, 32);
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (!chain_has_device(e, devices[i])) {
            drop_box(db, boxes[i], SLICE_ARRAY(devices[i]));
        }
    }
    for (size_t i = 0; i < e->device_n; i++) {
        struct slice device = SLICE_ARRAY(e->devices[i]);
        s = gw_db_bind(db, GW_DB_SQL_BOX_BY_DEVICE, "b", device);
        if (gw_db_row(db, s)) {
            int64_t owner = sqlite3_column_int64(s, 1);
            gw_db_done(s);
            if (owner != account) {
                return FRAME_CODE_EXISTS;
            }
            continue;
        }
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_BOX_NEW, "ibi", account, device,
                                  gw_clock_day(db->now_ms)));
        gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_REVOKED_DROP, "b", device));
    }
    return 0;
}

/* Is this entry, byte for byte, the one stored at its version? */
static bool same_entry(struct gw_db *db, int64_t account, uint64_t version, struct slice entry)
{
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_CHAIN_AT, "iu", account, version);
    bool same = false;
    if (gw_db_row(db, s)) {
        same = slice_equal(gw_db_blob(s, 0), entry);
        gw_db_done(s);
    }
    return same;
}

/* The same entry again: the peer is told the same as the first time. */
static unsigned repeated(struct gw_db *db, struct gw_db_job *job, int64_t account)
{
    if (!find_device(db, job) || job->account != account) {
        return FRAME_CODE_AUTH;
    }
    return gw_db_answer_done(db, job);
}

unsigned gw_db_account_register(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_register v;
    struct chain_entry e;
    if (wire_register_decode(&db->arena, job->body, &v) != OK || v.account.n != 32 ||
        v.inbox.n != FRAME_INBOX_SIZE) {
        return FRAME_CODE_MALFORMED;
    }
    if (chain_read(v.entry, &e) != OK || chain_continues(NULL, &e) != OK ||
        !slice_equal(v.account, SLICE_ARRAY(e.account)) ||
        !slice_equal(v.inbox, SLICE_ARRAY(e.inbox)) || !chain_has_device(&e, job->device)) {
        return FRAME_CODE_CHAIN;
    }
    int64_t account = gw_db_number(db, gw_db_bind(db, GW_DB_SQL_ACCOUNT_BY_KEY, "b", v.account), 0);
    if (account != 0) {
        return same_entry(db, account, 0, v.entry) ? repeated(db, job, account) : FRAME_CODE_EXISTS;
    }
    if (job->known || gw_db_account_of_inbox(db, v.inbox) != 0) {
        return FRAME_CODE_EXISTS;
    }
    if (gw_db_is_full(db)) {
        return FRAME_CODE_FULL;
    }
    unsigned code = admit(db, &v);
    if (code != 0) {
        return code;
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_ACCOUNT_NEW, "bbi", v.account, v.inbox,
                              gw_clock_day(db->now_ms)));
    account = sqlite3_last_insert_rowid(db->sql);
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_CHAIN_NEW, "iub", account, (uint64_t)0, v.entry));
    code = set_devices(db, account, &e);
    return code != 0 ? code : repeated(db, job, account);
}

/* The last entry of the account's chain, verified when it was stored. */
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

unsigned gw_db_account_chain_put(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_chain_put v;
    struct chain_entry e, last;
    if (wire_chain_put_decode(&db->arena, job->body, &v) != OK || v.account.n != 32) {
        return FRAME_CODE_MALFORMED;
    }
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_ACCOUNT_BY_KEY, "b", v.account);
    if (!gw_db_row(db, s)) {
        return FRAME_CODE_UNKNOWN;
    }
    int64_t account = sqlite3_column_int64(s, 0);
    uint64_t head = gw_db_u64(s, 2);
    gw_db_done(s);
    if (job->known && job->account != account) {
        return FRAME_CODE_AUTH;
    }
    if (chain_read(v.entry, &e) != OK || !slice_equal(v.account, SLICE_ARRAY(e.account))) {
        return FRAME_CODE_CHAIN;
    }
    if (e.version <= head) {
        return same_entry(db, account, e.version, v.entry) ? repeated(db, job, account)
                                                           : FRAME_CODE_CHAIN;
    }
    if (!last_entry(db, account, head, &last) || chain_continues(&last, &e) != OK) {
        return FRAME_CODE_CHAIN;
    }
    if (!job->known && !chain_has_device(&e, job->device)) {
        return FRAME_CODE_AUTH;
    }
    int64_t owner = gw_db_account_of_inbox(db, SLICE_ARRAY(e.inbox));
    if (owner != 0 && owner != account) {
        return FRAME_CODE_EXISTS;
    }
    if (gw_db_is_full(db)) {
        return FRAME_CODE_FULL;
    }
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_CHAIN_NEW, "iub", account, e.version, v.entry));
    gw_db_exec(
        db, gw_db_bind(db, GW_DB_SQL_ACCOUNT_SET, "ibu", account, SLICE_ARRAY(e.inbox), e.version));
    unsigned code = set_devices(db, account, &e);
    if (code != 0) {
        return code;
    }
    job->known = false;
    (void)find_device(db, job); /* a device may take itself off the list */
    return gw_db_answer_done(db, job);
}

unsigned gw_db_account_chain_get(struct gw_db *db, struct gw_db_job *job)
{
    struct wire_chain_get v;
    struct wire_chain out = {0};
    if (wire_chain_get_decode(&db->arena, job->body, &v) != OK || v.inbox.n != FRAME_INBOX_SIZE ||
        v.from > CHAIN_ENTRIES_MAX) {
        return FRAME_CODE_MALFORMED;
    }
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_ACCOUNT_BY_INBOX, "b", v.inbox);
    if (!gw_db_row(db, s)) {
        return FRAME_CODE_UNKNOWN;
    }
    int64_t account = sqlite3_column_int64(s, 0);
    enum err e = arena_copy(&db->arena, gw_db_blob(s, 1), &out.account);
    gw_db_done(s);
    struct slice *entries = arena_array(&db->arena, CHAIN_ENTRIES_MAX, sizeof *entries);
    if (e != OK || entries == NULL) {
        return FRAME_CODE_INTERNAL;
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
    out.entries = entries;
    struct buf b = gw_db_answer_begin(db);
    wire_chain_put(&b, &out);
    return gw_db_answer_end(db, job, FRAME_CHAIN, &b);
}
