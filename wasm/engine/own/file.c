/* Attachments. Sealed in the core chunk by chunk (crypto/stream.h); the sealed chunks are kept in
 * the store until and after they are sent, so a crash loses nothing and nothing is sealed twice.
 * On the gateway a blob is the chunks one after another; the stream's header and key travel
 * inside the message, as does the SHA-256 of the blob. */
#include "engine/own/file.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "crypto/stream.h"
#include "engine/own/ask.h"
#include "engine/own/due.h"
#include "engine/own/frame.h"
#include "engine/own/send.h"
#include "schema/content.h"
#include "schema/frame.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/own_file.h"
#include "store/people.h"
#include "engine/own/order.h"

#define FILE_WINDOW 6         /* chunks in flight                       */
#define FILE_CHUNKS_A_STEP 24 /* given to the page by one op_file_read  */

/* Bytes of the blob: the stream without its header, which travels in the message. */
#define SEALED_BYTES(n) (crypto_stream_sealed_size(n) - CRYPTO_STREAM_HEADER_SIZE)

static uint64_t chunk_count(uint64_t bytes)
{
    return bytes == 0 ? 1 : (bytes + CRYPTO_STREAM_CHUNK - 1) / CRYPTO_STREAM_CHUNK;
}

/* ---- sending -------------------------------------------------------------------------------- */

enum err own_file_begin(struct own *o, struct step *s, const struct abi_op_file_begin *op,
                        int64_t *message)
{
    struct store_chat c;
    struct store_message m, answered;
    struct crypto_stream_key key;
    struct crypto_stream stream;
    struct crypto_sha256 digest;
    struct store_own_file f;
    uint8_t header[CRYPTO_STREAM_HEADER_SIZE], blob[16], drop[16];
    (void)o;
    if (op->bytes > OWN_FILE_BYTES_MAX) {
        return ERR_LIMIT;
    }
    if (op->name.n > 255 || op->type.n > 127 || op->preview.n > 4096 ||
        op->caption.n > LIMIT_TEXT_BYTES) {
        return ERR_INPUT;
    }
    TRY(store_chat_get(s->store, s->arena, (int64_t)op->chat, &c));
    if (c.state != STORE_CHAT_OPEN && c.state != STORE_CHAT_WAITING) {
        return ERR_STATE;
    }
    memset(&m, 0, sizeof m);
    m.chat = c.id;
    crypto_rand(m.mid, sizeof m.mid); /* until the content is known */
    m.sender = STORE_PERSON_ME;
    m.mine = true;
    m.at_ms = m.said_ms = (int64_t)s->now_ms;
    m.place = STORE_PLACE_PENDING;
    m.type = STORE_MESSAGE_FILE;
    m.text = op->caption;
    if (op->reply_to != 0) {
        TRY(store_message_get(s->store, s->arena, (int64_t)op->reply_to, &answered));
        m.has_reply = true;
        memcpy(m.reply, answered.mid, 32);
    }
    TRY(store_message_add(s->store, &m));
    crypto_rand(blob, sizeof blob);
    crypto_rand(drop, sizeof drop);
    crypto_stream_key_generate(&key);
    crypto_stream_seal_begin(&stream, header, &key);
    crypto_sha256_init(&digest);
    memset(&f, 0, sizeof f);
    f.message = m.id;
    f.name = op->name;
    f.type = op->type;
    f.bytes = (int64_t)op->bytes;
    f.width = (int64_t)op->width;
    f.height = (int64_t)op->height;
    f.preview = op->preview;
    f.blob = SLICE_ARRAY(blob);
    f.key = SLICE_ARRAY(key.k);
    f.drop_secret = SLICE_ARRAY(drop);
    f.header = SLICE_ARRAY(header);
    f.stream = SLICE_ARRAY(stream.state);
    f.digest = SLICE_ARRAY(digest.state);
    enum err e = store_own_file_add_going(s->store, &f);
    wipe(&key, sizeof key);
    wipe(&stream, sizeof stream);
    TRY(e);
    TRY(store_message_touch_chat(s->store, c.id));
    *message = m.id;
    effects_message(s->out, m.id, true);
    effects_chat(s->out, c.id);
    return OK;
}

/* Seals one chunk and keeps it; the message is queued when the last one is sent. */
enum err own_file_chunk(struct own *o, struct step *s, const struct abi_op_file_chunk *op)
{
    struct store_own_file f;
    struct crypto_stream stream;
    struct crypto_sha256 digest;
    uint8_t hash[32];
    TRY(store_own_file_get(s->store, s->arena, (int64_t)op->message, &f));
    if (f.state != STORE_OWN_FILE_GOING || f.stream.n != sizeof stream.state ||
        f.digest.n != sizeof digest.state) {
        return ERR_STATE;
    }
    if (op->offset != (uint64_t)f.done) {
        return ERR_STATE_REPLAY;
    }
    bool end = op->offset + op->data.n == (uint64_t)f.bytes;
    if (op->last != end || (!end && op->data.n != CRYPTO_STREAM_CHUNK) ||
        op->data.n > CRYPTO_STREAM_CHUNK) {
        return ERR_INPUT;
    }
    uint8_t *sealed = arena_alloc(s->arena, op->data.n + CRYPTO_STREAM_OVERHEAD);
    if (sealed == NULL) {
        return ERR_HOST_MEMORY;
    }
    struct slice out = slice_make(sealed, op->data.n + CRYPTO_STREAM_OVERHEAD);
    memcpy(stream.state, f.stream.p, sizeof stream.state);
    memcpy(digest.state, f.digest.p, sizeof digest.state);
    TRY(crypto_stream_seal(&stream, sealed, op->data, op->last));
    crypto_sha256_update(&digest, out);
    TRY(store_own_file_chunk_put(s->store, f.message, f.sealed, out));
    TRY(store_own_file_set_sealed(s->store, f.message, (int64_t)op->data.n,
                                  SLICE_ARRAY(stream.state), SLICE_ARRAY(digest.state)));
    wipe(&stream, sizeof stream);
    s->durable = true;
    if (op->last) {
        crypto_sha256_final(&digest, hash);
        TRY(store_own_file_set_hash(s->store, f.message, hash));
    }
    if (op->last || f.sealed % 8 == 0) {
        effects_message(s->out, f.message, false);
    }
    own_due_rest(o);
    return OK;
}

static enum err ask_blob(struct own *o, struct step *s, enum frame_type type, int64_t message,
                         int64_t index, struct slice body)
{
    struct own_ask *ask = own_ask(o, OWN_CONN_ANON, type, message, index);
    if (ask == NULL) {
        return OK;
    }
    if (type == FRAME_BLOB_PUT || type == FRAME_BLOB_GET) {
        o->blob_window++;
    }
    return own_frame(o, s, OWN_CONN_ANON, type, ask->request, body);
}

static bool asked(const struct own *o, enum frame_type type, int64_t message, int64_t index)
{
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        if (o->asks[i].request != 0 && o->asks[i].type == (uint8_t)type &&
            o->asks[i].a == message && o->asks[i].b == index) {
            return true;
        }
    }
    return false;
}

/* All chunks are on the gateway: say where and with which key. */
static enum err announce(struct own *o, struct step *s, const struct store_own_file *f)
{
    struct store_chat c;
    struct store_message m;
    struct content content;
    struct content_part parts[2];
    struct slice bytes, url;
    uint8_t mid[32];
    TRY(store_chat_get(s->store, s->arena, f->chat, &c));
    TRY(store_message_get(s->store, s->arena, f->message, &m));
    struct buf u = buf_arena(s->arena, 64);
    buf_slice(&u, SLICE_LITERAL("sotto-blob:"));
    text_put_base64url(&u, f->blob);
    TRY(buf_finish(&u, &url));
    content_init(&content);
    if (m.has_reply) {
        content_set_in_reply_to(&content, m.reply);
    }
    if (c.timer_s > 0) {
        content.has_expires = content.expires_relative = true;
        content.expires_s = (uint32_t)c.timer_s;
    }
    struct content_part ext = content_external(CONTENT_ATTACHMENT, f->type);
    ext.external.url = url;
    ext.external.size_bytes = SEALED_BYTES((uint64_t)f->bytes);
    ext.external.enc_alg = CONTENT_ENC_SOTTO_STREAM;
    ext.external.key = f->key;
    ext.external.nonce = f->header;
    ext.external.hash_alg = CONTENT_HASH_SHA256;
    ext.external.hash = f->hash;
    ext.external.filename = f->name;
    struct buf d = buf_arena(s->arena, f->preview.n * 2 + 64); /* size and preview, for the eye */
    struct buf p = buf_arena(s->arena, f->preview.n + 32);
    struct slice hint;
    cbor_put_array(&p, 4);
    cbor_put_uint(&p, (uint64_t)f->bytes);
    cbor_put_uint(&p, (uint64_t)f->width);
    cbor_put_uint(&p, (uint64_t)f->height);
    cbor_put_bytes(&p, f->preview);
    TRY(buf_finish(&p, &hint));
    text_put_base64url(&d, hint);
    TRY(buf_finish(&d, &ext.external.description));
    if (m.text.n > 0) {
        parts[0] = content_text(m.text);
        parts[1] = ext;
        content.part = content_multi(CONTENT_SINGLE_UNIT, parts, 2);
    } else {
        content.part = ext;
    }
    TRY(content_encode(s->arena, &content, &bytes));
    TRY(content_message_id(mid, SLICE_ARRAY(o->account), SLICE_ARRAY(c.room), bytes));
    TRY(store_message_set_mid(s->store, f->message, mid));
    TRY(store_own_file_set_state(s->store, f->message, STORE_OWN_FILE_HERE));
    effects_message(s->out, f->message, false);
    return own_send(o, s, f->chat, f->message, f->message, bytes, mid);
}

static enum err send_more(struct own *o, struct step *s, const struct store_own_file *f)
{
    struct slice body, chunk;
    if (f->sent < 0) {
        struct wire_blob_new w;
        struct store_chat c;
        uint8_t drop[32];
        struct buf b = buf_arena(s->arena, 128);
        if (asked(o, FRAME_BLOB_NEW, f->message, 0)) {
            return OK;
        }
        TRY(store_chat_get(s->store, s->arena, f->chat, &c));
        memset(&w, 0, sizeof w);
        crypto_sha256(drop, f->drop_secret);
        w.blob = f->blob;
        w.bytes = SEALED_BYTES((uint64_t)f->bytes);
        w.chunk = FRAME_BLOB_CHUNK;
        w.has_mailbox = true;
        w.mailbox = SLICE_ARRAY(c.mailbox);
        w.drop_hash = SLICE_ARRAY(drop);
        wire_blob_new_put(&b, &w);
        TRY(buf_finish(&b, &body));
        return ask_blob(o, s, FRAME_BLOB_NEW, f->message, 0, body);
    }
    if ((uint64_t)f->sent == chunk_count((uint64_t)f->bytes) && f->hash.n == 32) {
        return announce(o, s, f);
    }
    for (int64_t i = f->sent; i < f->sealed && o->blob_window < FILE_WINDOW; i++) {
        struct frame_blob fb;
        struct buf b = buf_arena(s->arena, FRAME_BLOB_CHUNK + 64);
        if (asked(o, FRAME_BLOB_PUT, f->message, i)) {
            continue;
        }
        TRY(store_own_file_chunk_get(s->store, s->arena, f->message, i, &chunk));
        memcpy(fb.blob, f->blob.p, 16);
        fb.index = (uint32_t)i;
        fb.bytes = chunk;
        frame_blob_put(&b, &fb);
        TRY(buf_finish(&b, &body));
        TRY(ask_blob(o, s, FRAME_BLOB_PUT, f->message, i, body));
    }
    return OK;
}

/* ---- fetching ------------------------------------------------------------------------------- */

enum err own_file_fetch(struct own *o, struct step *s, int64_t message)
{
    struct store_own_file f;
    TRY(store_own_file_get(s->store, s->arena, message, &f));
    if (f.state == STORE_OWN_FILE_HERE || f.state == STORE_OWN_FILE_COMING) {
        return OK;
    }
    if (f.state == STORE_OWN_FILE_GOING) {
        return ERR_STATE;
    }
    TRY(store_own_file_set_state(s->store, message, STORE_OWN_FILE_COMING));
    effects_message(s->out, message, false);
    own_due_rest(o);
    return OK;
}

/* All chunks are here: is it what the message named? */
static enum err check(struct step *s, const struct store_own_file *f)
{
    uint8_t hash[STORE_OWN_FILE_HASH];
    TRY(store_own_file_chunks_hash(s->store, f->message, hash));
    bool good = slice_equal(SLICE_ARRAY(hash), f->hash);
    if (!good) {
        TRY(store_own_file_chunks_drop(s->store, f->message));
    }
    effects_message(s->out, f->message, false);
    return good ? store_own_file_settle(s->store, f->message, STORE_OWN_FILE_HERE, f->bytes,
                                        f->sealed)
                : store_own_file_settle(s->store, f->message, STORE_OWN_FILE_FAILED, 0, 0);
}

static enum err fetch_more(struct own *o, struct step *s, const struct store_own_file *f)
{
    int64_t total = (int64_t)chunk_count((uint64_t)f->bytes);
    struct slice body;
    for (int64_t i = f->sealed; i < total && o->blob_window < FILE_WINDOW; i++) {
        struct frame_blob fb;
        struct buf b = buf_arena(s->arena, 32);
        bool here = false;
        if (asked(o, FRAME_BLOB_GET, f->message, i)) {
            continue;
        }
        TRY(store_own_file_chunk_here(s->store, f->message, i, &here));
        if (here) {
            continue;
        }
        memset(&fb, 0, sizeof fb);
        memcpy(fb.blob, f->blob.p, 16);
        fb.index = (uint32_t)i;
        frame_blob_put(&b, &fb);
        TRY(buf_finish(&b, &body));
        TRY(ask_blob(o, s, FRAME_BLOB_GET, f->message, i, body));
    }
    return OK;
}

/* One of the chunks, whoever gave it. */
static enum err keep(struct step *s, struct store_own_file f, int64_t n, struct slice bytes)
{
    uint64_t total = chunk_count((uint64_t)f.bytes);
    uint64_t want = (uint64_t)n + 1 < total
                        ? FRAME_BLOB_CHUNK
                        : SEALED_BYTES((uint64_t)f.bytes) - (total - 1) * FRAME_BLOB_CHUNK;
    if ((uint64_t)n >= total || bytes.n != want) {
        return store_own_file_set_state(s->store, f.message, STORE_OWN_FILE_FAILED);
    }
    TRY(store_own_file_chunk_take(s->store, f.message, n, bytes, &f.sealed));
    /* chunks are asked for in order, so counted ones are the first ones but for the window */
    TRY(store_own_file_set_done(
        s->store, f.message,
        f.sealed * CRYPTO_STREAM_CHUNK < f.bytes ? f.sealed * CRYPTO_STREAM_CHUNK : f.bytes,
        f.sealed > FILE_WINDOW ? f.sealed - FILE_WINDOW : 0));
    if ((uint64_t)f.sealed == total) {
        return check(s, &f);
    }
    if (f.sealed % 16 == 1) {
        effects_message(s->out, f.message, false);
    }
    return OK;
}

static enum err on_chunk(struct step *s, const struct own_ask *ask, struct slice body)
{
    struct store_own_file f;
    struct frame_blob fb;
    TRY(frame_blob_get(body, &fb));
    enum err e = store_own_file_get(s->store, s->arena, ask->a, &f);
    if (e != OK || f.state != STORE_OWN_FILE_COMING) {
        return e == ERR_GONE ? OK : e;
    }
    bool asked_for = slice_equal(SLICE_ARRAY(fb.blob), f.blob) && fb.index == (uint32_t)ask->b;
    return keep(s, f, ask->b, asked_for ? fb.bytes : SLICE_EMPTY);
}

enum err own_file_give(struct step *s, int64_t message, int64_t n, struct slice bytes)
{
    struct store_own_file f;
    TRY(store_own_file_get(s->store, s->arena, message, &f));
    return keep(s, f, n, bytes);
}

/* ---- reading -------------------------------------------------------------------------------- */

static enum err read_chunk(struct own *o, struct step *s, const struct store_own_file *f,
                           uint64_t n, bool give)
{
    struct slice sealed;
    struct abi_effect e;
    bool final = false;
    TRY(store_own_file_chunk_get(s->store, s->arena, f->message, (int64_t)n, &sealed));
    if (sealed.n < CRYPTO_STREAM_OVERHEAD) {
        return ERR_STORE_CORRUPT;
    }
    uint8_t *plain = arena_alloc(s->arena, sealed.n);
    if (plain == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(crypto_stream_open(&o->reader.stream, plain, &final, sealed));
    if (!give) {
        return OK;
    }
    memset(&e, 0, sizeof e);
    e.kind = ABI_CHUNK;
    e.chunk.message = (uint64_t)f->message;
    e.chunk.offset = n * CRYPTO_STREAM_CHUNK;
    e.chunk.data = slice_make(plain, sealed.n - CRYPTO_STREAM_OVERHEAD);
    e.chunk.last = final;
    effects_put(s->out, &e);
    return OK;
}

enum err own_file_read(struct own *o, struct step *s, int64_t message, uint64_t offset)
{
    struct store_own_file f;
    struct crypto_stream_key key;
    TRY(store_own_file_get(s->store, s->arena, message, &f));
    if (f.state != STORE_OWN_FILE_HERE && !(f.state == STORE_OWN_FILE_GOING && f.hash.n == 32)) {
        return ERR_STATE;
    }
    uint64_t total = chunk_count((uint64_t)f.bytes), n = offset / CRYPTO_STREAM_CHUNK;
    if (offset % CRYPTO_STREAM_CHUNK != 0 || n >= total) {
        return ERR_INPUT;
    }
    if (o->reader.message != message || o->reader.next != n) {
        if (f.header.n != CRYPTO_STREAM_HEADER_SIZE) {
            return ERR_STORE_CORRUPT;
        }
        memcpy(key.k, f.key.p, 32);
        o->reader.message = 0;
        enum err e = crypto_stream_open_begin(&o->reader.stream, f.header.p, &key);
        wipe(&key, sizeof key);
        TRY(e);
        for (uint64_t i = 0; i < n; i++) {
            TRY(read_chunk(o, s, &f, i, false));
        }
        o->reader.message = message;
        o->reader.next = n;
    }
    for (uint64_t i = 0; i < FILE_CHUNKS_A_STEP && o->reader.next < total; i++) {
        enum err e = read_chunk(o, s, &f, o->reader.next, true);
        if (e != OK) {
            o->reader.message = 0;
            return e;
        }
        o->reader.next++;
    }
    if (o->reader.next == total) {
        wipe(&o->reader, sizeof o->reader);
    }
    return OK;
}

/* ---- work ----------------------------------------------------------------------------------- */

enum err own_file_cancel(struct own *o, struct step *s, int64_t message)
{
    struct store_own_file f;
    struct wire_blob_drop w;
    struct slice body;
    struct buf b = buf_arena(s->arena, 64);
    enum err e = store_own_file_get(s->store, s->arena, message, &f);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    if (f.drop_secret.n == 16 && f.sent >= 0 && own_ready(o, OWN_CONN_ANON)) {
        w.blob = f.blob;
        w.secret = f.drop_secret;
        wire_blob_drop_put(&b, &w);
        TRY(buf_finish(&b, &body));
        TRY(own_frame(o, s, OWN_CONN_ANON, FRAME_BLOB_DROP, 0, body));
    }
    if (f.state == STORE_OWN_FILE_GOING) {
        TRY(store_message_drop(s->store, message));
        TRY(store_message_touch_chat(s->store, f.chat));
        effects_message_gone(s->out, f.chat, message);
        effects_chat(s->out, f.chat);
    }
    if (f.state == STORE_OWN_FILE_COMING) { /* what is here stays: own_file_fetch goes on */
        TRY(store_own_file_set_state(s->store, message, STORE_OWN_FILE_REMOTE));
        effects_message(s->out, message, false);
    }
    return OK;
}

enum err own_file_work(struct own *o, struct step *s)
{
    enum { MAX = 16 };
    int64_t ids[MAX];
    size_t n = 0;
    enum err e = OK;
    if (!own_ready(o, OWN_CONN_ANON)) {
        return OK;
    }
    TRY(store_own_file_due(s->store, ids, MAX, &n));
    for (size_t i = 0; e == OK && i < n && o->blob_window < FILE_WINDOW; i++) {
        struct store_own_file f;
        TRY(store_own_file_get(s->store, s->arena, ids[i], &f));
        e = f.state == STORE_OWN_FILE_GOING ? send_more(o, s, &f) : fetch_more(o, s, &f);
    }
    return e;
}

enum err own_file_answer(struct own *o, struct step *s, const struct own_ask *ask, uint8_t type,
                         struct slice body, uint64_t failure)
{
    struct wire_blob_state w;
    if (ask->type == FRAME_BLOB_PUT || ask->type == FRAME_BLOB_GET) {
        o->blob_window -= o->blob_window > 0;
    }
    if (failure == WIRE_CODE_RATE || failure == WIRE_CODE_BUSY || failure == WIRE_CODE_FULL) {
        return OK; /* tried again with the next alarm or connection */
    }
    if (failure != 0 && ask->type != FRAME_BLOB_DROP && failure != WIRE_CODE_EXISTS) {
        effects_message(s->out, ask->a, false);
        return store_own_file_fail(s->store, ask->a);
    }
    if (failure == WIRE_CODE_EXISTS && ask->type == FRAME_BLOB_NEW) {
        /* the answer to an earlier try was lost */
        return store_own_file_announced(s->store, ask->a);
    }
    if (type == FRAME_BLOB_DATA) {
        return on_chunk(s, ask, body);
    }
    if (type == FRAME_BLOB_STATE) {
        TRY(wire_blob_state_decode(s->arena, body, &w));
        return store_own_file_raise_sent(s->store, ask->a, (int64_t)w.have);
    }
    return OK;
}
