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
#include "store/own_parcel.h"

#define PARCEL_KIND 4    /* in the outer layer, besides the kinds of frames */
#define SEALED_MORE 28   /* nonce and tag */
#define PARCELS_A_STEP 8 /* handled by one own_parcel_work */
#define PARCEL_WINDOW 6  /* chunks in flight, files included */
#define LOST_KEPT_MS 3600000

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

static int64_t chunk_count(const struct store_own_parcel *p)
{
    return p->chunk <= 0 ? 0 : (p->bytes + p->chunk - 1) / p->chunk;
}

enum err own_parcel_put(struct step *s, int64_t chat, enum own_parcel_why why, struct slice ref,
                        struct slice plain)
{
    struct slice blob, key, sealed;
    struct store_own_parcel p;
    TRY(ref_parts(ref, &blob, &key));
    if (plain.n > LIMIT_MLS_MESSAGE_BYTES) {
        return ERR_LIMIT;
    }
    TRY(own_outer_seal(s->arena, key.p, blob.p, 0, PARCEL_KIND, NULL, plain, &sealed));
    memset(&p, 0, sizeof p);
    p.chat = chat;
    p.why = (int64_t)why;
    p.blob = blob;
    p.key = key;
    p.bytes = (int64_t)sealed.n;
    p.chunk = FRAME_BLOB_CHUNK;
    TRY(store_own_parcel_add_going(s->store, &p, (int64_t)s->now_ms));
    for (size_t at = 0, n = 0; at < sealed.n; at += FRAME_BLOB_CHUNK, n++) {
        size_t left = sealed.n - at < FRAME_BLOB_CHUNK ? sealed.n - at : FRAME_BLOB_CHUNK;
        TRY(store_own_parcel_chunk_put(s->store, p.id, (int64_t)n,
                                       slice_make(sealed.p + at, left)));
    }
    return OK;
}

enum err own_parcel_going(struct step *s, int64_t chat, bool *yes)
{
    return store_own_parcel_is_going(s->store, chat, yes);
}

enum err own_parcel_drop(struct step *s, int64_t chat)
{
    return store_own_parcel_drop_going(s->store, chat);
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

/* The first 16 bytes let its maker, and whoever can open a parcel, drop it. */
static void drop_secret(uint8_t out[32], struct slice key)
{
    crypto_hmac(CRYPTO_SHA256, out, key, SLICE_LITERAL("sotto parcel drop"));
}

enum err own_parcel_superseded(struct own *o, struct step *s, int64_t chat)
{
    struct store_own_parcel p;
    enum err e = OK;
    while ((e = store_own_parcel_superseded(s->store, s->arena, chat, &p)) == OK) {
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
        TRY(store_own_parcel_drop(s->store, p.id));
    }
    return e == ERR_GONE ? OK : e;
}

static enum err announce(struct own *o, struct step *s, const struct store_own_parcel *p)
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

static enum err put_frame(struct own *o, struct step *s, const struct store_own_parcel *p,
                          int64_t index, enum frame_type type, struct slice bytes)
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

static enum err send_more(struct own *o, struct step *s, const struct store_own_parcel *p)
{
    if (p->sent < 0) {
        return announce(o, s, p);
    }
    for (int64_t i = p->sent; i < chunk_count(p) && o->blob_window < PARCEL_WINDOW; i++) {
        struct slice chunk;
        if (asked(o, FRAME_BLOB_PUT, p->id, i)) {
            continue;
        }
        TRY(store_own_parcel_chunk_get(s->store, s->arena, p->id, i, &chunk));
        TRY(put_frame(o, s, p, i, FRAME_BLOB_PUT, chunk));
    }
    return OK;
}

/* ---- fetching ------------------------------------------------------------------------------- */

static enum err fetch_more(struct own *o, struct step *s, const struct store_own_parcel *p)
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
        bool here = false;
        if (asked(o, FRAME_BLOB_GET, p->id, i)) {
            continue;
        }
        TRY(store_own_parcel_chunk_here(s->store, p->id, i, &here));
        if (!here) {
            TRY(put_frame(o, s, p, i, FRAME_BLOB_GET, SLICE_EMPTY));
        }
    }
    return OK;
}

/* Joins the chunks and opens them. */
static enum err open_parcel(struct step *s, const struct store_own_parcel *p, struct slice *plain)
{
    struct slice sealed;
    struct buf b = buf_arena(s->arena, (size_t)p->bytes);
    TRY(store_own_parcel_chunks(s->store, p->id, &b));
    TRY(buf_finish(&b, &sealed));
    return own_outer_open(s->arena, p->key.p, p->blob.p, 0, PARCEL_KIND, NULL, sealed, plain);
}

enum err own_parcel_get(struct own *o, struct step *s, int64_t chat, enum own_parcel_why why,
                        struct slice ref, bool *here, struct slice *plain)
{
    struct slice blob, key;
    struct store_own_parcel p;
    *here = false;
    TRY(ref_parts(ref, &blob, &key));
    enum err e = store_own_parcel_find(s->store, s->arena, blob, &p);
    if (e == ERR_GONE) {
        TRY(store_own_parcel_add_coming(s->store, chat, (int64_t)why, blob, key,
                                        (int64_t)s->now_ms));
        s->durable = true;
        own_due_rest(o);
        return OK;
    }
    TRY(e);
    if (p.state == STORE_OWN_PARCEL_LOST || p.state == STORE_OWN_PARCEL_GOING ||
        !slice_equal(p.key, key)) {
        return ERR_GONE;
    }
    if (p.state == STORE_OWN_PARCEL_SENT) {
        /* From our own last commit: the gateway no longer needs what we keep of it. */
        TRY(store_own_parcel_set_state(s->store, p.id, STORE_OWN_PARCEL_COMING));
        s->durable = true;
        p.state = STORE_OWN_PARCEL_COMING;
    }
    if (p.state == STORE_OWN_PARCEL_COMING) {
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
    return store_own_parcel_wait(s->store, blob, welcome, token, (int64_t)server_ms);
}

enum err own_parcel_done(struct step *s, struct slice ref)
{
    struct slice blob, key;
    TRY(ref_parts(ref, &blob, &key));
    /* What we sent is ours to drop from the gateway. */
    return store_own_parcel_used(s->store, blob);
}

enum err own_parcel_forget(struct step *s, int64_t id)
{
    return store_own_parcel_drop(s->store, id);
}

/* It is here, or lost: resumes what waited. */
static void resume(struct step *s, const struct store_own_parcel *p, struct own_parcel_event *came)
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

static enum err settle(struct step *s, struct store_own_parcel *p,
                       enum store_own_parcel_state state, struct own_parcel_event *came)
{
    p->state = state;
    TRY(store_own_parcel_settle(s->store, p->id, state, (int64_t)s->now_ms));
    if (p->why < OWN_PARCEL_COMMIT || p->why > OWN_PARCEL_BUNDLE) {
        return ERR_STORE_CORRUPT;
    }
    resume(s, p, came);
    return OK;
}

static enum err on_state(struct own *o, struct step *s, struct store_own_parcel *p,
                         struct slice body, struct own_parcel_event *came)
{
    struct wire_blob_state w;
    TRY(wire_blob_state_decode(s->arena, body, &w));
    if (p->state == STORE_OWN_PARCEL_GOING) {
        if ((int64_t)w.have > p->sent) {
            p->sent = (int64_t)w.have;
            TRY(store_own_parcel_set_sent(s->store, p->id, p->sent));
        }
        if (p->sent < chunk_count(p)) {
            own_due_rest(o);
            return OK;
        }
        s->durable = true;
        TRY(store_own_parcel_chunks_drop(s->store, p->id));
        TRY(p->why == OWN_PARCEL_BUNDLE
                ? store_own_parcel_set_state(s->store, p->id, STORE_OWN_PARCEL_SENT)
                : store_own_parcel_drop(s->store, p->id));
        own_due_chat(o, p->chat);
        return OK;
    }
    if (p->state != STORE_OWN_PARCEL_COMING || p->bytes != 0) {
        return OK;
    }
    if (w.bytes < SEALED_MORE || w.bytes > LIMIT_MLS_MESSAGE_BYTES + SEALED_MORE || w.chunk == 0 ||
        w.chunk > FRAME_BODY_MAX || w.bytes / w.chunk > 4096) {
        return settle(s, p, STORE_OWN_PARCEL_LOST, came);
    }
    TRY(store_own_parcel_set_size(s->store, p->id, (int64_t)w.bytes, (int64_t)w.chunk));
    own_due_rest(o);
    return OK;
}

static enum err on_chunk(struct own *o, struct step *s, struct store_own_parcel *p, int64_t index,
                         struct slice body, struct own_parcel_event *came)
{
    struct frame_blob f;
    int64_t here = 0;
    TRY(frame_blob_get(body, &f));
    if (p->state != STORE_OWN_PARCEL_COMING) {
        return OK;
    }
    int64_t last = chunk_count(p) - 1;
    int64_t want = index < last ? p->chunk : p->bytes - last * p->chunk;
    if (!slice_equal(SLICE_ARRAY(f.blob), p->blob) || f.index != (uint32_t)index || index > last ||
        (int64_t)f.bytes.n != want) {
        return settle(s, p, STORE_OWN_PARCEL_LOST, came);
    }
    TRY(store_own_parcel_chunk_take(s->store, p->id, index, f.bytes, &here));
    if (here > last) {
        return settle(s, p, STORE_OWN_PARCEL_HERE, came);
    }
    own_due_rest(o);
    return OK;
}

/* ---- work ----------------------------------------------------------------------------------- */

enum err own_parcel_work(struct own *o, struct step *s)
{
    int64_t ids[PARCELS_A_STEP];
    size_t n = 0;
    enum err e = OK;
    if (!own_ready(o, OWN_CONN_ANON) || !o->base.ready) {
        return OK;
    }
    TRY(store_own_parcel_drop_lost(s->store, (int64_t)s->now_ms - LOST_KEPT_MS));
    TRY(store_own_parcel_due(s->store, ids, PARCELS_A_STEP, &n));
    for (size_t i = 0; e == OK && i < n && o->blob_window < PARCEL_WINDOW; i++) {
        struct store_own_parcel p;
        TRY(store_own_parcel_get(s->store, s->arena, ids[i], &p));
        e = p.state == STORE_OWN_PARCEL_GOING ? send_more(o, s, &p) : fetch_more(o, s, &p);
    }
    return e;
}

enum err own_parcel_answer(struct own *o, struct step *s, const struct own_ask *q, uint8_t type,
                           struct slice body, uint64_t failure, struct own_parcel_event *came)
{
    struct store_own_parcel p;
    memset(came, 0, sizeof *came);
    if (q->type == FRAME_BLOB_PUT || q->type == FRAME_BLOB_GET) {
        o->blob_window -= o->blob_window > 0;
    }
    enum err e = store_own_parcel_get(s->store, s->arena, -q->a, &p);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    if (failure == WIRE_CODE_RATE || failure == WIRE_CODE_BUSY) {
        return OK; /* tried again with the next alarm or connection */
    }
    if (failure != 0) {
        if (p.state == STORE_OWN_PARCEL_COMING) {
            return settle(s, &p, STORE_OWN_PARCEL_LOST, came);
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
