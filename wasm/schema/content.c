#include "schema/content.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "crypto/hash.h"
#include "crypto/rand.h"

#define FIELDS 7
#define VALUE_DEPTH_MAX 4 /* of an extension's value, the draft's bound */

/* A multi part whose parts are being read. */
struct level {
    struct content_part *parts;
    size_t n, next;
};

/* The same for finished parts: walks a tree depth first. */
struct walk {
    struct {
        const struct content_part *parts;
        size_t n, next;
    } levels[CONTENT_DEPTH_MAX];
    size_t depth;
};

static struct walk walk_begin(const struct content_part *root)
{
    return (struct walk){.levels = {{root, 1, 0}}, .depth = 1};
}

/* The next part; NULL after the last. *deep: it has parts too deep to be visited. */
static const struct content_part *walk_next(struct walk *w, bool *deep)
{
    *deep = false;
    while (w->depth > 0 && w->levels[w->depth - 1].next == w->levels[w->depth - 1].n) {
        w->depth--;
    }
    if (w->depth == 0) {
        return NULL;
    }
    size_t top = w->depth - 1;
    const struct content_part *part = &w->levels[top].parts[w->levels[top].next++];
    if (part->kind == CONTENT_MULTI) {
        *deep = w->depth == CONTENT_DEPTH_MAX;
        if (!*deep) {
            w->levels[w->depth].parts = part->parts;
            w->levels[w->depth].n = part->parts_n;
            w->levels[w->depth++].next = 0;
        }
    }
    return part;
}

/* ---- decoding ------------------------------------------------------------------------------- */

static enum err get_uint_below(struct slice *s, uint64_t max, uint64_t *out)
{
    TRY(cbor_get_uint(s, out));
    return *out <= max ? OK : ERR_INPUT;
}

static enum err get_id(struct slice *s, bool *has, uint8_t id[CONTENT_ID_SIZE])
{
    *has = !cbor_take_null(s);
    return *has ? cbor_get_fixed(s, id, CONTENT_ID_SIZE) : OK;
}

static enum err get_salt(struct slice *s, uint8_t salt[CONTENT_SALT_SIZE])
{
    size_t fields;
    TRY(cbor_get_array(s, &fields));
    TRY(cbor_get_fixed(s, salt, CONTENT_SALT_SIZE));
    return fields == FIELDS ? OK : ERR_INPUT;
}

static enum err get_expires(struct slice *s, struct content *out)
{
    size_t fields;
    uint64_t seconds;
    out->has_expires = !cbor_take_null(s);
    if (!out->has_expires) {
        return OK;
    }
    TRY(cbor_get_array(s, &fields));
    TRY(cbor_get_bool(s, &out->expires_relative));
    TRY(get_uint_below(s, UINT32_MAX, &seconds));
    out->expires_s = (uint32_t)seconds;
    return fields == 2 ? OK : ERR_INPUT;
}

static enum err get_extensions(struct slice *s, struct slice *out)
{
    struct slice rest = *s;
    size_t pairs;
    *out = SLICE_EMPTY;
    TRY(cbor_get_map(&rest, &pairs));
    for (size_t i = 0; i < pairs; i++) {
        enum cbor_kind kind;
        struct slice key;
        struct slice value;
        TRY(cbor_peek(rest, &kind));
        if (kind != CBOR_UINT && kind != CBOR_NINT && kind != CBOR_TEXT) {
            return ERR_INPUT;
        }
        TRY(cbor_skip(&rest, &key));
        TRY(cbor_skip_depth(&rest, VALUE_DEPTH_MAX, &value));
    }
    TRY(cbor_skip(s, out)); /* sorted, unique keys */
    return OK;
}

static enum err get_external(struct slice *s, struct content_part *out)
{
    uint64_t v[4];
    TRY(cbor_get_text(s, &out->type));
    TRY(cbor_get_text(s, &out->external.url));
    TRY(get_uint_below(s, UINT32_MAX, &v[0]));
    TRY(cbor_get_uint(s, &v[1]));
    TRY(get_uint_below(s, UINT16_MAX, &v[2]));
    TRY(cbor_get_bytes(s, &out->external.key));
    TRY(cbor_get_bytes(s, &out->external.nonce));
    TRY(cbor_get_bytes(s, &out->external.aad));
    TRY(get_uint_below(s, UINT8_MAX, &v[3]));
    TRY(cbor_get_bytes(s, &out->external.hash));
    TRY(cbor_get_text(s, &out->external.description));
    TRY(cbor_get_text(s, &out->external.filename));
    out->external.expires_s = (uint32_t)v[0];
    out->external.size_bytes = v[1];
    out->external.enc_alg = (uint16_t)v[2];
    out->external.hash_alg = (uint8_t)v[3];
    return OK;
}

/* A part without the parts inside it: those of a multi part are only counted and allocated. */
static enum err get_part(struct arena *arena, struct slice *s, struct content_part *out)
{
    static const size_t fields_of[] = {3, 5, 15, 5};
    size_t fields;
    uint64_t disposition;
    uint64_t kind;
    uint64_t semantics;
    TRY(cbor_get_array(s, &fields));
    TRY(get_uint_below(s, UINT8_MAX, &disposition));
    TRY(cbor_get_text(s, &out->language));
    TRY(get_uint_below(s, CONTENT_MULTI, &kind));
    if (fields != fields_of[kind]) {
        return ERR_INPUT;
    }
    out->disposition = (uint8_t)disposition;
    out->kind = (enum content_kind)kind;
    switch (out->kind) {
    case CONTENT_NULL:
        return OK;
    case CONTENT_SINGLE:
        TRY(cbor_get_text(s, &out->type));
        return cbor_get_bytes(s, &out->body);
    case CONTENT_EXTERNAL:
        return get_external(s, out);
    case CONTENT_MULTI:
        break;
    }
    TRY(get_uint_below(s, CONTENT_PROCESS_ALL, &semantics));
    TRY(cbor_get_array(s, &out->parts_n));
    out->semantics = (enum content_semantics)semantics;
    if (out->parts_n < 2) {
        return ERR_INPUT;
    }
    if (out->parts_n > CONTENT_PARTS_MAX) {
        return ERR_LIMIT;
    }
    out->parts = arena_array(arena, out->parts_n, sizeof *out->parts);
    return out->parts == NULL ? ERR_HOST_MEMORY : OK;
}

/* The tree of parts, depth first, without recursion. */
static enum err get_parts(struct arena *arena, struct slice *s, struct content_part *root)
{
    struct level levels[CONTENT_DEPTH_MAX] = {{root, 1, 0}};
    size_t depth = 1;
    size_t total = 0;
    while (depth > 0) {
        struct level *top = &levels[depth - 1];
        if (top->next == top->n) {
            depth--;
            continue;
        }
        if (++total > CONTENT_PARTS_MAX) {
            return ERR_LIMIT;
        }
        struct content_part *part = &top->parts[top->next++];
        TRY(get_part(arena, s, part));
        if (part->kind == CONTENT_MULTI) {
            if (depth == CONTENT_DEPTH_MAX) {
                return ERR_LIMIT;
            }
            levels[depth++] = (struct level){part->parts, part->parts_n, 0};
        }
    }
    return OK;
}

static enum err decode(struct arena *arena, struct slice in, struct content *out)
{
    TRY(cbor_check(in));
    TRY(get_salt(&in, out->salt));
    TRY(get_id(&in, &out->has_replaces, out->replaces));
    TRY(cbor_get_bytes(&in, &out->topic));
    TRY(get_expires(&in, out));
    TRY(get_id(&in, &out->has_in_reply_to, out->in_reply_to));
    TRY(get_extensions(&in, &out->extensions));
    TRY(get_parts(arena, &in, &out->part));
    return slice_end(in);
}

enum err content_decode(struct arena *arena, struct slice in, struct content *out)
{
    memset(out, 0, sizeof *out);
    enum err e = decode(arena, in, out);
    if (e != OK) {
        wipe(out, sizeof *out);
    }
    return e;
}

/* ---- encoding ------------------------------------------------------------------------------- */

static void put_id(struct buf *b, bool has, const uint8_t id[CONTENT_ID_SIZE])
{
    if (has) {
        cbor_put_bytes(b, slice_make(id, CONTENT_ID_SIZE));
    } else {
        cbor_put_null(b);
    }
}

static void put_external(struct buf *b, const struct content_part *part)
{
    cbor_put_text(b, part->type);
    cbor_put_text(b, part->external.url);
    cbor_put_uint(b, part->external.expires_s);
    cbor_put_uint(b, part->external.size_bytes);
    cbor_put_uint(b, part->external.enc_alg);
    cbor_put_bytes(b, part->external.key);
    cbor_put_bytes(b, part->external.nonce);
    cbor_put_bytes(b, part->external.aad);
    cbor_put_uint(b, part->external.hash_alg);
    cbor_put_bytes(b, part->external.hash);
    cbor_put_text(b, part->external.description);
    cbor_put_text(b, part->external.filename);
}

static void put_part(struct buf *b, const struct content_part *part)
{
    static const size_t fields_of[] = {3, 5, 15, 5};
    if ((unsigned)part->kind > CONTENT_MULTI) {
        buf_fail(b, ERR_BUG);
        return;
    }
    cbor_put_array(b, fields_of[part->kind]);
    cbor_put_uint(b, part->disposition);
    cbor_put_text(b, part->language);
    cbor_put_uint(b, part->kind);
    switch (part->kind) {
    case CONTENT_NULL:
        return;
    case CONTENT_SINGLE:
        cbor_put_text(b, part->type);
        cbor_put_bytes(b, part->body);
        return;
    case CONTENT_EXTERNAL:
        put_external(b, part);
        return;
    case CONTENT_MULTI:
        cbor_put_uint(b, part->semantics);
        cbor_put_array(b, part->parts_n);
        if (part->parts_n < 2) {
            buf_fail(b, ERR_BUG);
        }
    }
}

static void put_parts(struct buf *b, const struct content_part *root)
{
    struct walk w = walk_begin(root);
    const struct content_part *part;
    size_t total = 0;
    bool deep;
    while ((part = walk_next(&w, &deep)) != NULL) {
        put_part(b, part);
        if (++total > CONTENT_PARTS_MAX || deep) {
            buf_fail(b, ERR_LIMIT);
            return;
        }
    }
}

enum err content_encode(struct arena *arena, const struct content *c, struct slice *out)
{
    struct buf b = buf_arena(arena, 0);
    cbor_put_array(&b, FIELDS);
    cbor_put_bytes(&b, SLICE_ARRAY(c->salt));
    put_id(&b, c->has_replaces, c->replaces);
    cbor_put_bytes(&b, c->topic);
    if (c->has_expires) {
        cbor_put_array(&b, 2);
        cbor_put_bool(&b, c->expires_relative);
        cbor_put_uint(&b, c->expires_s);
    } else {
        cbor_put_null(&b);
    }
    put_id(&b, c->has_in_reply_to, c->in_reply_to);
    if (c->extensions.n == 0) {
        cbor_put_map(&b, 0);
    } else {
        struct slice rest = c->extensions;
        struct slice map;
        enum err e = get_extensions(&rest, &map);
        buf_fail(&b, e == OK && rest.n > 0 ? ERR_INPUT : e);
        buf_slice(&b, map);
    }
    put_parts(&b, &c->part);
    return buf_finish(&b, out);
}

/* ---- id and extensions ---------------------------------------------------------------------- */

enum err content_message_id(uint8_t id[CONTENT_ID_SIZE], struct slice sender, struct slice room,
                            struct slice message)
{
    uint8_t salt[CONTENT_SALT_SIZE];
    uint8_t hash[CRYPTO_SHA256_SIZE];
    struct slice rest = message;
    memset(id, 0, CONTENT_ID_SIZE);
    if (sender.n > UINT16_MAX || room.n > UINT16_MAX) {
        return ERR_LIMIT;
    }
    TRY(get_salt(&rest, salt));
    uint8_t sender_n[2] = {(uint8_t)(sender.n >> 8), (uint8_t)sender.n};
    uint8_t room_n[2] = {(uint8_t)(room.n >> 8), (uint8_t)room.n};
    struct slice parts[] = {SLICE_ARRAY(sender_n), sender, SLICE_ARRAY(room_n), room, message,
                            SLICE_ARRAY(salt)};
    crypto_hash_parts(CRYPTO_SHA256, hash, parts, 6);
    id[0] = 1;
    memcpy(id + 1, hash, CONTENT_ID_SIZE - 1);
    return OK;
}

enum err content_extensions(struct arena *arena, struct slice sender, struct slice room,
                            struct slice *out)
{
    struct buf b = buf_arena(arena, 0);
    cbor_put_map(&b, 2);
    cbor_put_uint(&b, CONTENT_EXT_SENDER);
    cbor_put_text(&b, sender);
    cbor_put_uint(&b, CONTENT_EXT_ROOM);
    cbor_put_text(&b, room);
    return buf_finish(&b, out);
}

enum err content_extension(struct slice extensions, int64_t key, struct slice *out)
{
    size_t pairs = 0;
    *out = SLICE_EMPTY;
    if (extensions.n > 0) {
        TRY(cbor_get_map(&extensions, &pairs));
    }
    for (size_t i = 0; i < pairs; i++) {
        int64_t number;
        bool here = false;
        if (cbor_get_int(&extensions, &number) == OK) {
            here = number == key;
        } else {
            TRY(cbor_skip(&extensions, NULL));
        }
        if (here) {
            return cbor_skip(&extensions, out);
        }
        TRY(cbor_skip(&extensions, NULL));
    }
    return ERR_GONE;
}

enum err content_extension_text(struct slice extensions, int64_t key, struct slice *out)
{
    struct slice value;
    *out = SLICE_EMPTY;
    TRY(content_extension(extensions, key, &value));
    return cbor_get_text(&value, out);
}

/* ---- building and looking ------------------------------------------------------------------- */

void content_init(struct content *c)
{
    memset(c, 0, sizeof *c);
    crypto_rand(c->salt, sizeof c->salt);
    c->part = content_null(CONTENT_RENDER);
}

void content_set_replaces(struct content *c, const uint8_t id[CONTENT_ID_SIZE])
{
    c->has_replaces = true;
    memcpy(c->replaces, id, CONTENT_ID_SIZE);
}

void content_set_in_reply_to(struct content *c, const uint8_t id[CONTENT_ID_SIZE])
{
    c->has_in_reply_to = true;
    memcpy(c->in_reply_to, id, CONTENT_ID_SIZE);
}

struct content_part content_single(enum content_disposition disposition, struct slice type,
                                   struct slice body)
{
    return (struct content_part){
        .disposition = (uint8_t)disposition, .kind = CONTENT_SINGLE, .type = type, .body = body};
}

struct content_part content_text(struct slice text)
{
    return content_single(CONTENT_RENDER, SLICE_LITERAL(CONTENT_TYPE_TEXT), text);
}

struct content_part content_reaction(struct slice grapheme)
{
    return content_single(CONTENT_REACTION, SLICE_LITERAL(CONTENT_TYPE_PLAIN), grapheme);
}

struct content_part content_null(enum content_disposition disposition)
{
    return (struct content_part){.disposition = (uint8_t)disposition, .kind = CONTENT_NULL};
}

struct content_part content_external(enum content_disposition disposition, struct slice type)
{
    return (struct content_part){
        .disposition = (uint8_t)disposition, .kind = CONTENT_EXTERNAL, .type = type};
}

struct content_part content_multi(enum content_semantics semantics, struct content_part *parts,
                                  size_t n)
{
    return (struct content_part){.disposition = CONTENT_RENDER,
                                 .kind = CONTENT_MULTI,
                                 .semantics = semantics,
                                 .parts = parts,
                                 .parts_n = n};
}

const struct content_part *content_part_at(const struct content_part *root, size_t index)
{
    struct walk w = walk_begin(root);
    const struct content_part *part;
    bool deep;
    do {
        part = walk_next(&w, &deep);
    } while (part != NULL && index-- > 0);
    return part;
}
