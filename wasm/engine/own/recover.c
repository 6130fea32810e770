/* Recovery: one sealed record on the gateway, found and opened with the recovery code alone. It
 * holds the account secret, my profile, people and where the chats are; no messages. A new device
 * reads it, adds itself to the chain with a recovery entry (contacts are told), and comes back
 * into each chat by an external commit. */
#include "engine/own/recover.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/kdf.h"
#include "crypto/sign.h"
#include "engine/own/account.h"
#include "engine/own/due.h"
#include "engine/own/line.h"
#include "engine/own/link.h"
#include "engine/own/record.h"
#include "engine/own/room.h"
#include "schema/chain.h"
#include "schema/frame.h"
#include "store/people.h"
#include "store/setting.h"
#include "store/sql.h"

#define RECORD_MAX (56u << 10) /* one frame */

struct recovery_keys {
    uint8_t address[16], seed[32], key[32];
};

static enum err derive(struct slice code, struct recovery_keys *k)
{
    uint8_t room[80];
    TRY(crypto_hkdf(CRYPTO_SHA256, room, sizeof room, SLICE_LITERAL("sotto recovery"), code,
                    SLICE_LITERAL("record: address, seed, key")));
    memcpy(k->address, room, 16);
    memcpy(k->seed, room + 16, 32);
    memcpy(k->key, room + 48, 32);
    wipe(room, sizeof room);
    return OK;
}

static enum err load_keys(struct step *s, struct recovery_keys *k)
{
    struct slice code;
    TRY(store_setting_get(s->store, s->arena, "recovery-code", &code));
    return derive(code, k);
}

void own_recover_touch(struct step *s)
{
    if (store_setting_put_int(s->store, "record-due", 1) != OK) {
        s->out->err = ERR_STORE;
    }
}

/* ---- keeping it ----------------------------------------------------------------------------- */

static enum err put_ids(struct step *s, const char *sql, bool chats, struct buf *b, size_t *count)
{
    enum { MAX = 512 };
    struct store_rows r;
    int64_t ids[MAX];
    size_t n = 0;
    bool has = false;
    TRY(store_rows_open(s->store, &r, sql, ""));
    enum err e = OK;
    while (n < MAX && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[n++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    for (size_t i = 0; e == OK && i < n; i++) {
        size_t before = b->n;
        e = chats ? own_record_chat(s, b, ids[i], true) : own_record_person(s, b, ids[i], false);
        if (e == OK && b->n > RECORD_MAX) {
            b->n = before; /* the newest come first; what does not fit stays out */
            break;
        }
        *count += e == OK;
    }
    return e;
}

static enum err build(struct own *o, struct step *s, struct slice *out)
{
    struct buf list = buf_arena(s->arena, 8192), b = buf_arena(s->arena, 8192);
    struct slice records;
    size_t count = 0;
    TRY(put_ids(s, "SELECT id FROM person WHERE id=1", false, &list, &count));
    TRY(put_ids(s, "SELECT id FROM person WHERE contact=1 AND id>1", false, &list, &count));
    TRY(put_ids(s,
                "SELECT id FROM chat WHERE state IN (0,1,4) AND mailbox IS NOT NULL ORDER BY "
                "last_ms DESC LIMIT 512",
                true, &list, &count));
    TRY(buf_finish(&list, &records));
    cbor_put_array(&b, 4);
    cbor_put_uint(&b, 1);
    cbor_put_bytes(&b, SLICE_ARRAY(o->account_secret.seed));
    cbor_put_bytes(&b, SLICE_ARRAY(o->inbox));
    cbor_put_array(&b, count);
    buf_slice(&b, records);
    return buf_finish(&b, out);
}

enum err own_recover_work(struct own *o, struct step *s)
{
    struct recovery_keys k;
    struct wire_record_put w;
    struct crypto_sign_secret secret;
    struct crypto_sign_public pub;
    struct slice plain, tbs, body;
    uint8_t sig[64];
    int64_t due = 0, version = 0, linking = 0;
    TRY(store_setting_int(s->store, "record-due", 1, &due));
    /* A device that is being linked knows less than the record of the others. */
    TRY(store_setting_int(s->store, "link-role", ROLE_NONE, &linking));
    if (due == 0 || linking == ROLE_NEW || !o->loaded || own_asked(o, FRAME_RECORD_PUT, 0)) {
        return OK;
    }
    TRY(store_setting_int(s->store, "record-version", 0, &version));
    version = version < (int64_t)s->now_ms ? (int64_t)s->now_ms : version + 1;
    TRY(load_keys(s, &k));
    TRY(build(o, s, &plain));
    memset(&w, 0, sizeof w);
    TRY(own_outer_seal(s->arena, k.key, k.address, (uint64_t)version, 4, NULL, plain, &w.body));
    wipe((void *)(uintptr_t)plain.p, plain.n);
    struct buf t = buf_arena(s->arena, 128), b = buf_arena(s->arena, w.body.n + 256);
    frame_record_tbs(&t, SLICE_ARRAY(k.address), (uint64_t)version, w.body);
    TRY(buf_finish(&t, &tbs));
    memcpy(secret.seed, k.seed, 32);
    crypto_sign_public_of(&pub, &secret);
    crypto_sign(sig, &secret, tbs);
    wipe(&secret, sizeof secret);
    w.address = SLICE_ARRAY(k.address);
    w.version = (uint64_t)version;
    w.key = SLICE_ARRAY(pub.b);
    w.signature = SLICE_ARRAY(sig);
    wire_record_put_put(&b, &w);
    enum err e = buf_finish(&b, &body);
    wipe(&k, sizeof k);
    TRY(e);
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, FRAME_RECORD_PUT, 0, version);
    if (ask == NULL) {
        return OK;
    }
    TRY(store_setting_put_int(s->store, "record-due", 2)); /* under way */
    TRY(store_setting_put_int(s->store, "record-version", version));
    return own_frame(o, s, OWN_CONN_ANON, FRAME_RECORD_PUT, ask->request, body);
}

/* ---- using it ------------------------------------------------------------------------------- */

enum err own_recover_begin(struct own *o, struct step *s, struct slice code, struct slice gateway,
                           struct slice device_name)
{
    struct crypto_sign_public pub;
    (void)code; /* kept as the setting "recovery-code" by the caller */
    if (gateway.n >= sizeof o->gateway || device_name.n > LIMIT_NAME_BYTES) {
        return ERR_INPUT;
    }
    crypto_sign_generate(&o->device_secret, &pub);
    TRY(store_setting_put(s->store, "device-secret", SLICE_ARRAY(o->device_secret.seed)));
    TRY(store_setting_put(s->store, "gateway", gateway));
    TRY(store_setting_put(s->store, "link-name", device_name));
    TRY(store_setting_put_int(s->store, "record-due", 0));
    return store_setting_put_int(s->store, "recovering", 1);
}

static void tell(struct step *s, uint64_t phase)
{
    struct abi_change c;
    memset(&c, 0, sizeof c);
    c.kind = ABI_LINK_PROGRESS;
    c.link_progress.phase = phase;
    c.link_progress.words = SLICE_LITERAL("");
    effects_change(s->out, &c);
}

enum err own_recover_ask(struct own *o, struct step *s)
{
    struct recovery_keys k;
    struct wire_record_get w;
    struct slice body;
    struct buf b = buf_arena(s->arena, 32);
    int64_t stage = 0;
    TRY(store_setting_int(s->store, "recovering", 0, &stage));
    if (stage != 1 || o->loaded || own_asked(o, FRAME_RECORD_GET, 0)) {
        return OK;
    }
    TRY(load_keys(s, &k));
    w.address = SLICE_ARRAY(k.address);
    wire_record_get_put(&b, &w);
    enum err e = buf_finish(&b, &body);
    wipe(&k, sizeof k);
    TRY(e);
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, FRAME_RECORD_GET, 0, 0);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_ANON, FRAME_RECORD_GET, ask->request, body);
}

static enum err add_me(struct own *o, struct step *s, struct slice secret, struct slice inbox)
{
    struct crypto_sign_secret key;
    struct crypto_sign_public pub;
    struct slice name;
    memcpy(key.seed, secret.p, 32);
    crypto_sign_public_of(&pub, &key);
    wipe(&key, sizeof key);
    TRY(store_setting_put(s->store, "account-secret", secret));
    TRY(store_sql_run(s->store, "INSERT INTO person(id,account,inbox,contact) VALUES(1,?,?,1)",
                      "bb", SLICE_ARRAY(pub.b), inbox));
    TRY(own_account_load(o, s));
    TRY(store_setting_get(s->store, s->arena, "link-name", &name));
    return store_sql_run(s->store, "INSERT INTO device(id,name,added_ms,seen_ms) VALUES(?,?,?,?)",
                         "btii", SLICE_ARRAY(o->device), name, (int64_t)s->now_ms,
                         (int64_t)s->now_ms);
}

static enum err extend_chain(struct own *o, struct step *s)
{
    struct chain_entry head;
    uint8_t devices[CHAIN_DEVICES_MAX][32];
    size_t n = 0;
    TRY(store_chain_head(s->store, STORE_PERSON_ME, &head));
    for (size_t i = 0; i < head.device_n && n + 1 < CHAIN_DEVICES_MAX; i++) {
        memcpy(devices[n++], head.devices[i], 32);
    }
    memcpy(devices[n++], o->device, 32);
    return own_chain_extend(o, s, (const uint8_t(*)[32])devices, n, true);
}

static enum err take(struct own *o, struct step *s, struct slice plain)
{
    struct slice secret, inbox, record;
    uint64_t v = 0;
    size_t n = 0;
    TRY(cbor_get_array(&plain, &n));
    TRY(cbor_get_uint(&plain, &v));
    TRY(cbor_get_bytes(&plain, &secret));
    TRY(cbor_get_bytes(&plain, &inbox));
    if (v != 1 || secret.n != 32 || inbox.n != 16) {
        return ERR_INPUT;
    }
    TRY(add_me(o, s, secret, inbox));
    TRY(cbor_get_array(&plain, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(cbor_skip(&plain, &record));
        TRY(own_record_take(o, s, record));
    }
    TRY(store_setting_put_int(s->store, "recovering", 2));
    s->durable = true;
    return OK;
}

/* The chain may have grown since the record was written: ask before extending it. */
static enum err ask_chain(struct own *o, struct step *s)
{
    struct wire_chain_get w = {SLICE_ARRAY(o->inbox), 0};
    struct slice body;
    struct buf b = buf_arena(s->arena, 32);
    wire_chain_get_put(&b, &w);
    TRY(buf_finish(&b, &body));
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, FRAME_CHAIN_GET, STORE_PERSON_ME, -2);
    return ask == NULL ? OK : own_frame(o, s, OWN_CONN_ANON, FRAME_CHAIN_GET, ask->request, body);
}

enum err own_recover_chain(struct own *o, struct step *s, uint8_t type, struct slice body)
{
    struct wire_chain w;
    int64_t stage = 0;
    bool changed = false;
    TRY(store_setting_int(s->store, "recovering", 0, &stage));
    if (stage != 2 || type != FRAME_CHAIN) {
        return OK;
    }
    TRY(wire_chain_decode(s->arena, body, &w));
    enum err e = own_chain_take(o, s, STORE_PERSON_ME, w.entries, w.entries_n, &changed);
    if (e == ERR_AUTH || e == ERR_INPUT) {
        tell(s, 5);
        return OK;
    }
    TRY(e);
    TRY(extend_chain(o, s));
    TRY(store_setting_put_int(s->store, "recovering", 0));
    TRY(store_setting_put_int(s->store, "record-due", 1));
    s->durable = true;
    s->out->state = true;
    o->conn[OWN_CONN_DEVICE].retry_at_ms = s->now_ms;
    tell(s, 4);
    own_due_all(o);
    return OK;
}

static enum err on_record(struct own *o, struct step *s, struct slice body, uint64_t failure)
{
    struct wire_record r;
    struct recovery_keys k;
    struct slice plain;
    if (failure != 0) {
        tell(s, 5); /* no such record: a wrong code, or another gateway */
        return OK;
    }
    TRY(wire_record_decode(s->arena, body, &r));
    TRY(load_keys(s, &k));
    enum err e = own_outer_open(s->arena, k.key, k.address, r.version, 4, NULL, r.body, &plain);
    wipe(&k, sizeof k);
    if (e != OK) {
        tell(s, 5);
        return OK;
    }
    tell(s, 3);
    TRY(take(o, s, plain));
    TRY(store_setting_put_int(s->store, "record-version", (int64_t)r.version));
    return ask_chain(o, s);
}

enum err own_recover_answer(struct own *o, struct step *s, const struct own_ask *ask, uint8_t type,
                            struct slice body, uint64_t failure)
{
    int64_t due = 0;
    (void)type;
    if (ask->type == FRAME_RECORD_GET) {
        return on_record(o, s, body, failure);
    }
    TRY(store_setting_int(s->store, "record-due", 0, &due));
    if (failure == 0) {
        return due == 2 ? store_setting_put_int(s->store, "record-due", 0) : OK;
    }
    return OK; /* tried again with the next connection: own_start sets it due */
}
