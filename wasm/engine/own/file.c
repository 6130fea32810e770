/* Attachments, as this network carries them (engine/file.h has the rest). They are sealed chunk by
 * chunk (crypto/stream.h). On the gateway a blob is the chunks one after another; the stream's
 * header and key travel inside the message, as does the SHA-256 of the blob. */
#include "engine/own/file.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/rand.h"
#include "crypto/stream.h"
#include "engine/own/ask.h"
#include "engine/own/due.h"
#include "engine/own/frame.h"
#include "engine/own/send.h"
#include "engine/file.h"
#include "engine/timeline.h"
#include "schema/content.h"
#include "schema/frame.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/own_file.h"

/* Bytes of the blob: the stream without its header, which travels in the message. */
#define SEALED_BYTES(n) (crypto_stream_sealed_size(n) - CRYPTO_STREAM_HEADER_SIZE)

/* ---- the cipher ----------------------------------------------------------------------------- */

/* Continues from the states the last chunk left. */
static enum err seal(struct step *s, int64_t message, struct slice plain, bool last,
                     uint8_t *sealed)
{
    struct store_own_file f;
    struct crypto_stream stream;
    struct crypto_sha256 digest;
    uint8_t hash[STORE_FILE_HASH];
    TRY(store_own_file_get(s->store, s->arena, message, &f));
    if (f.stream.n != sizeof stream.state || f.digest.n != sizeof digest.state) {
        return ERR_STATE;
    }
    memcpy(stream.state, f.stream.p, sizeof stream.state);
    memcpy(digest.state, f.digest.p, sizeof digest.state);
    enum err e = crypto_stream_seal(&stream, sealed, plain, last);
    if (e == OK) {
        crypto_sha256_update(&digest, slice_make(sealed, plain.n + CRYPTO_STREAM_OVERHEAD));
        e = store_own_file_set_stream(s->store, message, SLICE_ARRAY(stream.state),
                                      SLICE_ARRAY(digest.state));
    }
    wipe(&stream, sizeof stream);
    if (e != OK || !last) {
        return e;
    }
    crypto_sha256_final(&digest, hash);
    return store_own_file_set_hash(s->store, message, hash);
}

static enum err rewind_to(struct step *s, struct file_reader *r, int64_t message)
{
    struct own_file_reader *own = (struct own_file_reader *)r;
    struct store_own_file f;
    struct crypto_stream_key key;
    TRY(store_own_file_get(s->store, s->arena, message, &f));
    if (f.header.n != CRYPTO_STREAM_HEADER_SIZE) {
        return ERR_STORE_CORRUPT;
    }
    memcpy(key.k, f.key.p, sizeof key.k);
    enum err e = crypto_stream_open_begin(&own->stream, f.header.p, &key);
    wipe(&key, sizeof key);
    return e;
}

static enum err open_next(struct step *s, struct file_reader *r, struct slice sealed,
                          uint8_t *plain, bool *last)
{
    struct own_file_reader *own = (struct own_file_reader *)r;
    (void)s;
    return crypto_stream_open(&own->stream, plain, last, sealed);
}

static const struct file_cipher cipher = {CRYPTO_STREAM_CHUNK, CRYPTO_STREAM_OVERHEAD, seal,
                                          rewind_to, open_next};

/* ---- sending -------------------------------------------------------------------------------- */

enum err own_file_begin(struct own *o, struct step *s, const struct abi_op_file_begin *op,
                        int64_t *message)
{
    struct crypto_stream_key key;
    struct crypto_stream stream;
    struct crypto_sha256 digest;
    struct store_own_file f;
    uint8_t header[CRYPTO_STREAM_HEADER_SIZE], blob[16], drop[16];
    (void)o;
    memset(&f, 0, sizeof f);
    TRY(file_begin(s, op, &f.file));
    crypto_rand(blob, sizeof blob);
    crypto_rand(drop, sizeof drop);
    crypto_stream_key_generate(&key);
    crypto_stream_seal_begin(&stream, header, &key);
    crypto_sha256_init(&digest);
    f.blob = SLICE_ARRAY(blob);
    f.key = SLICE_ARRAY(key.k);
    f.drop_secret = SLICE_ARRAY(drop);
    f.header = SLICE_ARRAY(header);
    f.stream = SLICE_ARRAY(stream.state);
    f.digest = SLICE_ARRAY(digest.state);
    enum err e = store_own_file_put(s->store, &f);
    wipe(&key, sizeof key);
    wipe(&stream, sizeof stream);
    *message = f.file.message;
    return e;
}

/* The message is queued once the last one is sent. */
enum err own_file_chunk(struct own *o, struct step *s, const struct abi_op_file_chunk *op)
{
    TRY(file_chunk(s, &cipher, op));
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
    TRY(store_chat_get(s->store, s->arena, f->file.chat, &c));
    TRY(store_message_get(s->store, s->arena, f->file.message, &m));
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
    struct content_part ext = content_external(CONTENT_ATTACHMENT, f->file.type);
    ext.external.url = url;
    ext.external.size_bytes = SEALED_BYTES((uint64_t)f->file.bytes);
    ext.external.enc_alg = CONTENT_ENC_SOTTO_STREAM;
    ext.external.key = f->key;
    ext.external.nonce = f->header;
    ext.external.hash_alg = CONTENT_HASH_SHA256;
    ext.external.hash = f->hash;
    ext.external.filename = f->file.name;
    struct buf d =
        buf_arena(s->arena, f->file.preview.n * 2 + 64); /* size and preview, for the eye */
    struct buf p = buf_arena(s->arena, f->file.preview.n + 32);
    struct slice hint;
    cbor_put_array(&p, 4);
    cbor_put_uint(&p, (uint64_t)f->file.bytes);
    cbor_put_uint(&p, (uint64_t)f->file.width);
    cbor_put_uint(&p, (uint64_t)f->file.height);
    cbor_put_bytes(&p, f->file.preview);
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
    TRY(timeline_rekey(s, f->file.message, mid));
    TRY(file_gone_out(s, f->file.message));
    return own_send(o, s, f->file.chat, f->file.message, f->file.message, bytes, mid);
}

static enum err send_more(struct own *o, struct step *s, const struct store_own_file *f)
{
    struct slice body, chunk;
    if (f->file.sent < 0) {
        struct wire_blob_new w;
        struct store_chat c;
        uint8_t drop[32];
        struct buf b = buf_arena(s->arena, 128);
        if (asked(o, FRAME_BLOB_NEW, f->file.message, 0)) {
            return OK;
        }
        TRY(store_chat_get(s->store, s->arena, f->file.chat, &c));
        memset(&w, 0, sizeof w);
        crypto_sha256(drop, f->drop_secret);
        w.blob = f->blob;
        w.bytes = SEALED_BYTES((uint64_t)f->file.bytes);
        w.chunk = FRAME_BLOB_CHUNK;
        w.has_mailbox = true;
        w.mailbox = SLICE_ARRAY(c.mailbox);
        w.drop_hash = SLICE_ARRAY(drop);
        wire_blob_new_put(&b, &w);
        TRY(buf_finish(&b, &body));
        return ask_blob(o, s, FRAME_BLOB_NEW, f->file.message, 0, body);
    }
    if ((uint64_t)f->file.sent == file_chunks(&cipher, (uint64_t)f->file.bytes) &&
        f->hash.n == 32) {
        return announce(o, s, f);
    }
    for (int64_t i = f->file.sent; i < f->file.sealed && o->blob_window < FILE_WINDOW; i++) {
        struct frame_blob fb;
        struct buf b = buf_arena(s->arena, FRAME_BLOB_CHUNK + 64);
        if (asked(o, FRAME_BLOB_PUT, f->file.message, i)) {
            continue;
        }
        TRY(store_file_chunk_get(s->store, s->arena, f->file.message, i, &chunk));
        memcpy(fb.blob, f->blob.p, 16);
        fb.index = (uint32_t)i;
        fb.bytes = chunk;
        frame_blob_put(&b, &fb);
        TRY(buf_finish(&b, &body));
        TRY(ask_blob(o, s, FRAME_BLOB_PUT, f->file.message, i, body));
    }
    return OK;
}

/* ---- fetching ------------------------------------------------------------------------------- */

enum err own_file_fetch(struct own *o, struct step *s, int64_t message)
{
    bool fresh = false;
    TRY(file_fetch(s, message, &fresh));
    if (fresh) {
        own_due_rest(o);
    }
    return OK;
}

static enum err fetch_more(struct own *o, struct step *s, const struct store_own_file *f)
{
    int64_t total = (int64_t)file_chunks(&cipher, (uint64_t)f->file.bytes);
    struct slice body;
    for (int64_t i = f->file.sealed; i < total && o->blob_window < FILE_WINDOW; i++) {
        struct frame_blob fb;
        struct buf b = buf_arena(s->arena, 32);
        bool here = false;
        if (asked(o, FRAME_BLOB_GET, f->file.message, i)) {
            continue;
        }
        TRY(store_file_chunk_here(s->store, f->file.message, i, &here));
        if (here) {
            continue;
        }
        memset(&fb, 0, sizeof fb);
        memcpy(fb.blob, f->blob.p, 16);
        fb.index = (uint32_t)i;
        frame_blob_put(&b, &fb);
        TRY(buf_finish(&b, &body));
        TRY(ask_blob(o, s, FRAME_BLOB_GET, f->file.message, i, body));
    }
    return OK;
}

/* Keeps a chunk, whoever gave it. When all are here: is it what the message named? */
static enum err keep(struct step *s, struct store_own_file *f, int64_t n, struct slice bytes)
{
    uint8_t hash[STORE_FILE_HASH];
    bool all = false;
    TRY(file_keep(s, &cipher, &f->file, n, bytes, &all));
    if (!all) {
        return OK;
    }
    TRY(store_file_chunks_hash(s->store, f->file.message, hash));
    return file_settle(s, &f->file, slice_equal(SLICE_ARRAY(hash), f->hash));
}

static enum err on_chunk(struct step *s, const struct own_ask *ask, struct slice body)
{
    struct store_own_file f;
    struct frame_blob fb;
    TRY(frame_blob_get(body, &fb));
    enum err e = store_own_file_get(s->store, s->arena, ask->a, &f);
    if (e != OK || f.file.state != STORE_FILE_COMING) {
        return e == ERR_GONE ? OK : e;
    }
    bool asked_for = slice_equal(SLICE_ARRAY(fb.blob), f.blob) && fb.index == (uint32_t)ask->b;
    return keep(s, &f, ask->b, asked_for ? fb.bytes : SLICE_EMPTY);
}

enum err own_file_give(struct step *s, int64_t message, int64_t n, struct slice bytes)
{
    struct store_own_file f;
    TRY(store_own_file_get(s->store, s->arena, message, &f));
    return keep(s, &f, n, bytes);
}

/* ---- reading -------------------------------------------------------------------------------- */

enum err own_file_read(struct own *o, struct step *s, int64_t message, uint64_t offset)
{
    enum err e = file_read_from(s, &cipher, &o->reader.at, message, offset);
    if (o->reader.at.message == 0) {
        wipe(&o->reader, sizeof o->reader);
    }
    return e;
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
    if (f.drop_secret.n == 16 && f.file.sent >= 0 && own_ready(o, OWN_CONN_ANON)) {
        w.blob = f.blob;
        w.secret = f.drop_secret;
        wire_blob_drop_put(&b, &w);
        TRY(buf_finish(&b, &body));
        TRY(own_frame(o, s, OWN_CONN_ANON, FRAME_BLOB_DROP, 0, body));
    }
    return file_cancel(s, message); /* what is here stays: own_file_fetch continues */
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
    TRY(store_file_due(s->store, ids, MAX, &n));
    for (size_t i = 0; e == OK && i < n && o->blob_window < FILE_WINDOW; i++) {
        struct store_own_file f;
        TRY(store_own_file_get(s->store, s->arena, ids[i], &f));
        e = f.file.state == STORE_FILE_GOING ? send_more(o, s, &f) : fetch_more(o, s, &f);
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
        return OK; /* tried again at the next alarm or connection */
    }
    if (failure != 0 && ask->type != FRAME_BLOB_DROP && failure != WIRE_CODE_EXISTS) {
        return file_fail(s, ask->a);
    }
    if (failure == WIRE_CODE_EXISTS && ask->type == FRAME_BLOB_NEW) {
        /* the answer to an earlier try was lost */
        return file_announced(s, ask->a);
    }
    if (type == FRAME_BLOB_DATA) {
        return on_chunk(s, ask, body);
    }
    if (type == FRAME_BLOB_STATE) {
        TRY(wire_blob_state_decode(s->arena, body, &w));
        return file_sent(s, ask->a, (int64_t)w.have);
    }
    return OK;
}
