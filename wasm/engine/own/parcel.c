#include "engine/own/parcel.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "engine/own/ask.h"
#include "engine/own/due.h"
#include "engine/own/frame.h"
#include "engine/own/room.h"
#include "schema/frame.h"
#include "store/chat.h"
#include "store/sql.h"

#define PARCEL_KIND 4    /* of the outer layer, beside the kinds of frames */
#define SEALED_MORE 28   /* nonce and tag                                  */
#define PARCELS_A_STEP 8 /* looked at by one own_parcel_work               */
#define PARCEL_WINDOW 6  /* chunks in flight, files included               */
#define LOST_KEPT_MS 3600000

enum parcel_state { GOING = 0, COMING = 1, HERE = 2, LOST = 3, SENT = 4 };

struct parcel {
    int64_t id, chat, state, why, bytes, chunk, sent, waiting_ms;
    struct slice blob, key, waiting, token;
};

#define PARCEL_COLUMNS "id,chat,state,why,bytes,chunk,sent,waiting_ms,blob,key,waiting,token"

static enum err get(struct step *s, const char *where, const char *types, struct slice blob,
                    int64_t id, struct parcel *p)
{
    void *outs[] = {&p->id,   &p->chat,       &p->state, &p->why, &p->bytes,   &p->chunk,
                    &p->sent, &p->waiting_ms, &p->blob,  &p->key, &p->waiting, &p->token};
    memset(p, 0, sizeof *p);
    if (types[0] == 'b') {
        TRY(store_sql_get(s->store, s->arena, where, "iiiiiiiibbbb", outs, "b", blob));
    } else {
        TRY(store_sql_get(s->store, s->arena, where, "iiiiiiiibbbb", outs, "i", id));
    }
    return p->blob.n == 16 && p->key.n == 32 ? OK : ERR_STORE_CORRUPT;
}

static enum err get_by_id(struct step *s, int64_t id, struct parcel *p)
{
    return get(s, "SELECT " PARCEL_COLUMNS " FROM parcel WHERE id=?", "i", SLICE_EMPTY, id, p);
}

static enum err get_by_blob(struct step *s, struct slice blob, struct parcel *p)
{
    return get(s, "SELECT " PARCEL_COLUMNS " FROM parcel WHERE blob=?", "b", blob, 0, p);
}

/* ---- references ----------------------------------------------------------------------------- */

static enum err ref_parts(struct slice ref, struct slice *blob, struct slice *key)
{
    size_t n = 0;
    if (ref.n != OWN_PARCEL_REF_SIZE) {
        return ERR_INPUT;
    }
    TRY(cbor_get_array(&ref, &n));
    TRY(cbor_get_bytes(&ref, blob));
    TRY(cbor_get_bytes(&ref, key));
    return n == 2 && blob->n == 16 && key->n == 32 ? OK : ERR_INPUT;
}

bool own_parcel_is_ref(struct slice bytes)
{
    struct slice blob, key;
    return ref_parts(bytes, &blob, &key) == OK;
}

enum err own_parcel_ref(struct arena *a, struct slice *ref)
{
    uint8_t blob[16], key[32];
    struct buf b = buf_arena(a, OWN_PARCEL_REF_SIZE);
    crypto_rand(blob, sizeof blob);
    crypto_rand(key, sizeof key);
    cbor_put_array(&b, 2);
    cbor_put_bytes(&b, SLICE_ARRAY(blob));
    cbor_put_bytes(&b, SLICE_ARRAY(key));
    wipe(key, sizeof key);
    return buf_finish(&b, ref);
}

/* ---- sending -------------------------------------------------------------------------------- */

static int64_t chunk_count(const struct parcel *p)
{
    return p->chunk <= 0 ? 0 : (p->bytes + p->chunk - 1) / p->chunk;
}

enum err own_parcel_put(struct step *s, int64_t chat, enum own_parcel_why why, struct slice ref,
                        struct slice plain)
{
    struct slice blob, key, sealed;
    int64_t id = 0;
    TRY(ref_parts(ref, &blob, &key));
    if (plain.n > LIMIT_MLS_MESSAGE_BYTES) {
        return ERR_LIMIT;
    }
    TRY(own_outer_seal(s->arena, key.p, blob.p, 0, PARCEL_KIND, NULL, plain, &sealed));
    TRY(store_sql_run(s->store,
                      "INSERT INTO parcel(chat,state,why,blob,key,bytes,chunk,at_ms) "
                      "VALUES(?,0,?,?,?,?,?,?)",
                      "iibbiii", chat, (int64_t)why, blob, key, (int64_t)sealed.n,
                      (int64_t)FRAME_BLOB_CHUNK, (int64_t)s->now_ms));
    TRY(store_sql_get_int(s->store, &id, "SELECT id FROM parcel WHERE blob=?", "b", blob));
    for (size_t at = 0, n = 0; at < sealed.n; at += FRAME_BLOB_CHUNK, n++) {
        size_t left = sealed.n - at < FRAME_BLOB_CHUNK ? sealed.n - at : FRAME_BLOB_CHUNK;
        TRY(store_sql_run(s->store, "INSERT INTO parcel_chunk(parcel,n,b) VALUES(?,?,?)", "iib", id,
                          (int64_t)n, slice_make(sealed.p + at, left)));
    }
    return OK;
}

enum err own_parcel_going(struct step *s, int64_t chat, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s->store, &n, "SELECT count(*) FROM parcel WHERE chat=? AND state=0", "i",
                          chat));
    *yes = n > 0;
    return OK;
}

enum err own_parcel_drop(struct step *s, int64_t chat)
{
    return store_sql_run(s->store, "DELETE FROM parcel WHERE chat=? AND state=0", "i", chat);
}

static bool asked(const struct own *o, enum frame_type type, int64_t id, int64_t index)
{
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        if (o->asks[i].request != 0 && o->asks[i].type == (uint8_t)type && o->asks[i].a == -id &&
            o->asks[i].b == index) {
            return true;
        }
    }
    return false;
}

static enum err ask(struct own *o, struct step *s, enum frame_type type, int64_t id, int64_t index,
                    struct slice body)
{
    struct own_ask *q = own_ask(o, OWN_CONN_ANON, type, -id, index);
    if (q == NULL) {
        return OK;
    }
    o->blob_window += type == FRAME_BLOB_PUT || type == FRAME_BLOB_GET;
    return own_frame(o, s, OWN_CONN_ANON, type, q->request, body);
}

/* 16 bytes that let its maker, and whoever can open it, drop a parcel. */
static void drop_secret(uint8_t out[32], struct slice key)
{
    crypto_hmac(CRYPTO_SHA256, out, key, SLICE_LITERAL("sotto parcel drop"));
}

enum err own_parcel_superseded(struct own *o, struct step *s, int64_t chat)
{
    struct parcel p;
    enum err e = OK;
    while (
        (e = get(s,
                 "SELECT " PARCEL_COLUMNS " FROM parcel WHERE chat=?1 AND state=4 AND id<(SELECT "
                 "max(id) FROM parcel WHERE chat=?1 AND state=4) LIMIT 1",
                 "i", SLICE_EMPTY, chat, &p)) == OK) {
        struct wire_blob_drop w;
        struct slice body;
        uint8_t secret[32];
        struct buf b = buf_arena(s->arena, 64);
        drop_secret(secret, p.key);
        w.blob = p.blob;
        w.secret = slice_make(secret, 16);
        wire_blob_drop_put(&b, &w);
        TRY(buf_finish(&b, &body));
        if (own_ready(o, OWN_CONN_ANON)) {
            TRY(own_frame(o, s, OWN_CONN_ANON, FRAME_BLOB_DROP, 0, body));
        }
        TRY(store_sql_run(s->store, "DELETE FROM parcel WHERE id=?", "i", p.id));
    }
    return e == ERR_GONE ? OK : e;
}

static enum err announce(struct own *o, struct step *s, const struct parcel *p)
{
    struct wire_blob_new w;
    struct store_chat c;
    uint8_t drop[32];
    struct slice body;
    struct buf b = buf_arena(s->arena, 128);
    if (asked(o, FRAME_BLOB_NEW, p->id, 0)) {
        return OK;
    }
    TRY(store_chat_get(s->store, s->arena, p->chat, &c));
    memset(&w, 0, sizeof w);
    drop_secret(drop, p->key);
    crypto_sha256(drop, slice_make(drop, 16));
    w.blob = p->blob;
    w.bytes = (uint64_t)p->bytes;
    w.chunk = (uint64_t)p->chunk;
    w.has_mailbox = true;
    w.mailbox = SLICE_ARRAY(c.mailbox);
    w.drop_hash = SLICE_ARRAY(drop);
    wire_blob_new_put(&b, &w);
    TRY(buf_finish(&b, &body));
    return ask(o, s, FRAME_BLOB_NEW, p->id, 0, body);
}

static enum err put_frame(struct own *o, struct step *s, const struct parcel *p, int64_t index,
                          enum frame_type type, struct slice bytes)
{
    struct frame_blob f;
    struct slice body;
    struct buf b = buf_arena(s->arena, bytes.n + 64);
    memcpy(f.blob, p->blob.p, 16);
    f.index = (uint32_t)index;
    f.bytes = bytes;
    frame_blob_put(&b, &f);
    TRY(buf_finish(&b, &body));
    return ask(o, s, type, p->id, index, body);
}

static enum err send_more(struct own *o, struct step *s, const struct parcel *p)
{
    if (p->sent < 0) {
        return announce(o, s, p);
    }
    for (int64_t i = p->sent; i < chunk_count(p) && o->blob_window < PARCEL_WINDOW; i++) {
        struct slice chunk;
        void *outs[] = {&chunk};
        if (asked(o, FRAME_BLOB_PUT, p->id, i)) {
            continue;
        }
        TRY(store_sql_get(s->store, s->arena, "SELECT b FROM parcel_chunk WHERE parcel=? AND n=?",
                          "b", outs, "ii", p->id, i));
        TRY(put_frame(o, s, p, i, FRAME_BLOB_PUT, chunk));
    }
    return OK;
}

/* ---- fetching ------------------------------------------------------------------------------- */

static enum err fetch_more(struct own *o, struct step *s, const struct parcel *p)
{
    struct slice body;
    if (p->bytes == 0) {
        struct wire_blob_stat w = {p->blob};
        struct buf b = buf_arena(s->arena, 32);
        if (asked(o, FRAME_BLOB_STAT, p->id, 0)) {
            return OK;
        }
        wire_blob_stat_put(&b, &w);
        TRY(buf_finish(&b, &body));
        return ask(o, s, FRAME_BLOB_STAT, p->id, 0, body);
    }
    for (int64_t i = 0; i < chunk_count(p) && o->blob_window < PARCEL_WINDOW; i++) {
        int64_t here = 0;
        if (asked(o, FRAME_BLOB_GET, p->id, i)) {
            continue;
        }
        TRY(store_sql_get_int(s->store, &here,
                              "SELECT count(*) FROM parcel_chunk WHERE parcel=? AND n=?", "ii",
                              p->id, i));
        if (here == 0) {
            TRY(put_frame(o, s, p, i, FRAME_BLOB_GET, SLICE_EMPTY));
        }
    }
    return OK;
}

/* The chunks one after another, opened. */
static enum err open_parcel(struct step *s, const struct parcel *p, struct slice *plain)
{
    struct store_rows r;
    bool has = false;
    struct slice sealed;
    struct buf b = buf_arena(s->arena, (size_t)p->bytes);
    TRY(store_rows_open(s->store, &r, "SELECT b FROM parcel_chunk WHERE parcel=? ORDER BY n", "i",
                        p->id));
    enum err e = OK;
    while ((e = store_rows_next(&r, &has)) == OK && has) {
        buf_slice(&b, store_rows_bytes(&r, 0));
    }
    store_rows_close(&r);
    TRY(e);
    TRY(buf_finish(&b, &sealed));
    return own_outer_open(s->arena, p->key.p, p->blob.p, 0, PARCEL_KIND, NULL, sealed, plain);
}

enum err own_parcel_get(struct own *o, struct step *s, int64_t chat, enum own_parcel_why why,
                        struct slice ref, bool *here, struct slice *plain)
{
    struct slice blob, key;
    struct parcel p;
    *here = false;
    TRY(ref_parts(ref, &blob, &key));
    enum err e = get_by_blob(s, blob, &p);
    if (e == ERR_GONE) {
        TRY(store_sql_run(s->store,
                          "INSERT INTO parcel(chat,state,why,blob,key,at_ms) VALUES(?,1,?,?,?,?)",
                          "iibbi", chat, (int64_t)why, blob, key, (int64_t)s->now_ms));
        s->durable = true;
        own_due_rest(o);
        return OK;
    }
    TRY(e);
    if (p.state == LOST || p.state == GOING || !slice_equal(p.key, key)) {
        return ERR_GONE;
    }
    if (p.state == SENT) { /* of our own last commit: the gateway has what we keep no more */
        TRY(store_sql_run(s->store, "UPDATE parcel SET state=1 WHERE id=?", "i", p.id));
        s->durable = true;
        p.state = COMING;
    }
    if (p.state == COMING) {
        own_due_rest(o);
        return OK;
    }
    e = open_parcel(s, &p, plain);
    *here = e == OK;
    return e == ERR_AUTH ? ERR_GONE : e;
}

enum err own_parcel_keep_welcome(struct step *s, struct slice ref, struct slice welcome,
                                 struct slice token, uint64_t server_ms)
{
    struct slice blob, key;
    TRY(ref_parts(ref, &blob, &key));
    return store_sql_run(s->store, "UPDATE parcel SET waiting=?,token=?,waiting_ms=? WHERE blob=?",
                         "bbib", welcome, token, (int64_t)server_ms, blob);
}

enum err own_parcel_done(struct step *s, struct slice ref)
{
    struct slice blob, key;
    TRY(ref_parts(ref, &blob, &key));
    TRY(store_sql_run(s->store, /* what we sent ourselves is ours to drop from the gateway */
                      "DELETE FROM parcel_chunk WHERE parcel=(SELECT id FROM parcel WHERE blob=? "
                      "AND state=2 AND sent>=0)",
                      "b", blob));
    TRY(store_sql_run(s->store, "UPDATE parcel SET state=4 WHERE blob=? AND state=2 AND sent>=0",
                      "b", blob));
    return store_sql_run(s->store, "DELETE FROM parcel WHERE blob=? AND state IN (1,2,3)", "b",
                         blob);
}

enum err own_parcel_forget(struct step *s, int64_t id)
{
    return store_sql_run(s->store, "DELETE FROM parcel WHERE id=?", "i", id);
}

/* It is here, or lost: what waited goes on. */
static void resume(struct step *s, const struct parcel *p, struct own_parcel_event *came)
{
    s->durable = true;
    came->what = OWN_PARCEL_CAME;
    came->id = p->id;
    came->chat = p->chat;
    came->why = (enum own_parcel_why)p->why;
    came->welcome = p->waiting;
    came->token = p->token;
    came->server_ms = (uint64_t)p->waiting_ms;
}

static enum err settle(struct step *s, struct parcel *p, enum parcel_state state,
                       struct own_parcel_event *came)
{
    p->state = state;
    TRY(store_sql_run(s->store, "UPDATE parcel SET state=?,at_ms=? WHERE id=?", "iii",
                      (int64_t)state, (int64_t)s->now_ms, p->id));
    if (state == LOST) {
        TRY(store_sql_run(s->store, "DELETE FROM parcel_chunk WHERE parcel=?", "i", p->id));
    }
    if (p->why < OWN_PARCEL_COMMIT || p->why > OWN_PARCEL_BUNDLE) {
        return ERR_STORE_CORRUPT;
    }
    resume(s, p, came);
    return OK;
}

static enum err on_state(struct own *o, struct step *s, struct parcel *p, struct slice body,
                         struct own_parcel_event *came)
{
    struct wire_blob_state w;
    TRY(wire_blob_state_decode(s->arena, body, &w));
    if (p->state == GOING) {
        if ((int64_t)w.have > p->sent) {
            p->sent = (int64_t)w.have;
            TRY(store_sql_run(s->store, "UPDATE parcel SET sent=? WHERE id=?", "ii", p->sent,
                              p->id));
        }
        if (p->sent < chunk_count(p)) {
            own_due_rest(o);
            return OK;
        }
        s->durable = true;
        TRY(store_sql_run(s->store, "DELETE FROM parcel_chunk WHERE parcel=?", "i", p->id));
        TRY(store_sql_run(s->store,
                          p->why == OWN_PARCEL_BUNDLE ? "UPDATE parcel SET state=4 WHERE id=?"
                                                      : "DELETE FROM parcel WHERE id=?",
                          "i", p->id));
        own_due_chat(o, p->chat);
        return OK;
    }
    if (p->state != COMING || p->bytes != 0) {
        return OK;
    }
    if (w.bytes < SEALED_MORE || w.bytes > LIMIT_MLS_MESSAGE_BYTES + SEALED_MORE || w.chunk == 0 ||
        w.chunk > FRAME_BODY_MAX || w.bytes / w.chunk > 4096) {
        return settle(s, p, LOST, came);
    }
    TRY(store_sql_run(s->store, "UPDATE parcel SET bytes=?,chunk=? WHERE id=?", "iii",
                      (int64_t)w.bytes, (int64_t)w.chunk, p->id));
    own_due_rest(o);
    return OK;
}

static enum err on_chunk(struct own *o, struct step *s, struct parcel *p, int64_t index,
                         struct slice body, struct own_parcel_event *came)
{
    struct frame_blob f;
    int64_t here = 0;
    TRY(frame_blob_get(body, &f));
    if (p->state != COMING) {
        return OK;
    }
    int64_t last = chunk_count(p) - 1;
    int64_t want = index < last ? p->chunk : p->bytes - last * p->chunk;
    if (!slice_equal(SLICE_ARRAY(f.blob), p->blob) || f.index != (uint32_t)index || index > last ||
        (int64_t)f.bytes.n != want) {
        return settle(s, p, LOST, came);
    }
    TRY(store_sql_run(s->store, "INSERT OR IGNORE INTO parcel_chunk(parcel,n,b) VALUES(?,?,?)",
                      "iib", p->id, index, f.bytes));
    TRY(store_sql_get_int(s->store, &here, "SELECT count(*) FROM parcel_chunk WHERE parcel=?", "i",
                          p->id));
    if (here > last) {
        return settle(s, p, HERE, came);
    }
    own_due_rest(o);
    return OK;
}

/* ---- work ----------------------------------------------------------------------------------- */

enum err own_parcel_work(struct own *o, struct step *s)
{
    struct store_rows r;
    int64_t ids[PARCELS_A_STEP];
    size_t n = 0;
    bool has = false;
    if (!own_ready(o, OWN_CONN_ANON) || !o->loaded) {
        return OK;
    }
    TRY(store_sql_run(s->store, "DELETE FROM parcel WHERE state=3 AND at_ms<?", "i",
                      (int64_t)s->now_ms - LOST_KEPT_MS));
    TRY(store_rows_open(s->store, &r,
                        "SELECT id FROM parcel WHERE state=1 OR (state=0 AND EXISTS(SELECT 1 FROM "
                        "chat WHERE chat.id=parcel.chat AND made=1)) ORDER BY id LIMIT 8",
                        ""));
    enum err e = OK;
    while (n < PARCELS_A_STEP && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[n++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    for (size_t i = 0; e == OK && i < n && o->blob_window < PARCEL_WINDOW; i++) {
        struct parcel p;
        TRY(get_by_id(s, ids[i], &p));
        e = p.state == GOING ? send_more(o, s, &p) : fetch_more(o, s, &p);
    }
    return e;
}

enum err own_parcel_answer(struct own *o, struct step *s, const struct own_ask *q, uint8_t type,
                           struct slice body, uint64_t failure, struct own_parcel_event *came)
{
    struct parcel p;
    memset(came, 0, sizeof *came);
    if (q->type == FRAME_BLOB_PUT || q->type == FRAME_BLOB_GET) {
        o->blob_window -= o->blob_window > 0;
    }
    enum err e = get_by_id(s, -q->a, &p);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    if (failure == FRAME_CODE_RATE || failure == FRAME_CODE_BUSY) {
        return OK; /* tried again with the next alarm or connection */
    }
    if (failure != 0) {
        if (p.state == COMING) {
            return settle(s, &p, LOST, came);
        }
        came->what = OWN_PARCEL_REFUSED;
        came->chat = p.chat;
        return OK;
    }
    if (type == FRAME_BLOB_STATE) {
        return on_state(o, s, &p, body, came);
    }
    return type == FRAME_BLOB_DATA ? on_chunk(o, s, &p, q->b, body, came) : OK;
}
