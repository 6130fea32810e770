/* What is inside a message: MIMI content (draft-ietf-mimi-content-08; PROTOCOL.md 13), one
 * deterministic CBOR array. Plaintext of MLS application messages, never on the wire in clear.
 *
 * Life: fill a struct content (zero is a valid start) and content_encode it into an arena; or
 * content_decode one. Decoded slices borrow from the input, parts and arrays come from the arena.
 *
 *   [ salt, replaces, topic, expires, in_reply_to, extensions, part ]
 *
 * A value we do not know (disposition, encAlg, hashAlg, media type) is kept: show a placeholder
 * and keep the bytes. A wrong shape is ERR_INPUT, an exceeded bound ERR_LIMIT. */
#ifndef SOTTO_SCHEMA_CONTENT_H
#define SOTTO_SCHEMA_CONTENT_H
#include "base/buf.h"

#define CONTENT_ID_SIZE 32
#define CONTENT_SALT_SIZE 16
#define CONTENT_DEPTH_MAX 4  /* of parts, the outermost is 1; the draft's bound */
#define CONTENT_PARTS_MAX 64 /* of one message, all levels together: far above what we send */

#define CONTENT_TYPE_TEXT "text/markdown;variant=GFM-MIMI"
#define CONTENT_TYPE_PLAIN "text/plain;charset=utf-8"

enum content_disposition {
    CONTENT_UNSPECIFIED = 0,
    CONTENT_RENDER = 1,
    CONTENT_REACTION = 2,
    CONTENT_PROFILE = 3,
    CONTENT_INLINE = 4,
    CONTENT_ICON = 5,
    CONTENT_ATTACHMENT = 6,
    CONTENT_SESSION = 7,
    CONTENT_PREVIEW = 8
};

/* IANA numbers: AEAD Algorithms, Named Information Hash. Private ones of ours from 0xff00. */
#define CONTENT_ENC_NONE 0
#define CONTENT_ENC_AES128_GCM 1
#define CONTENT_ENC_CHACHA20_POLY1305 29
#define CONTENT_ENC_SOTTO_STREAM 0xff01 /* crypto/stream.h; key 32, nonce empty (in the blob) */
#define CONTENT_HASH_NONE 0
#define CONTENT_HASH_SHA256 1

enum content_kind { CONTENT_NULL = 0, CONTENT_SINGLE = 1, CONTENT_EXTERNAL = 2, CONTENT_MULTI = 3 };

/* How the parts of a multi part belong together. */
enum content_semantics { CONTENT_CHOOSE_ONE = 0, CONTENT_SINGLE_UNIT = 1, CONTENT_PROCESS_ALL = 2 };

struct content_part {
    uint8_t disposition;   /* enum content_disposition, or one we do not know */
    struct slice language; /* comma-separated language tags; empty: not said */
    enum content_kind kind;
    struct slice type; /* single, external: media type */
    struct slice body; /* single */
    struct {
        struct slice url;
        uint32_t expires_s;  /* of the blob, Unix time; 0: not said */
        uint64_t size_bytes; /* of the blob as stored */
        uint16_t enc_alg;
        struct slice key, nonce, aad; /* key: secret */
        uint8_t hash_alg;
        struct slice hash; /* of the blob as stored */
        struct slice description, filename;
    } external;
    enum content_semantics semantics; /* multi */
    struct content_part *parts;       /* multi: at least two */
    size_t parts_n;
};

struct content {
    uint8_t salt[CONTENT_SALT_SIZE]; /* fresh for every message */
    bool has_replaces;               /* edit, delete: id of the first version */
    uint8_t replaces[CONTENT_ID_SIZE];
    struct slice topic; /* empty: none */
    bool has_expires;
    bool expires_relative; /* seconds after reading, else Unix time */
    uint32_t expires_s;
    bool has_in_reply_to;
    uint8_t in_reply_to[CONTENT_ID_SIZE];
    struct slice extensions; /* CBOR map; empty slice: empty map */
    struct content_part part;
};

MUST_CHECK enum err content_encode(struct arena *arena, const struct content *c, struct slice *out);
/* *out is zero after an error. */
MUST_CHECK enum err content_decode(struct arena *arena, struct slice in, struct content *out);
/* 01 || first 31 bytes of SHA-256(u16 len || sender || u16 len || room || message || salt). The
 * names are opaque: account and room identifiers. ERR_INPUT: `message` has no salt. ERR_LIMIT: a
 * name above 65535 bytes. id is zero after an error. */
MUST_CHECK enum err content_message_id(uint8_t id[CONTENT_ID_SIZE], struct slice sender,
                                       struct slice room, struct slice message);

/* ---- extensions ----------------------------------------------------------------------------- */

#define CONTENT_EXT_SENDER 1
#define CONTENT_EXT_ROOM 2
/* The two standard extensions, as messages carry them. */
MUST_CHECK enum err content_extensions(struct arena *arena, struct slice sender, struct slice room,
                                       struct slice *out);
/* The raw CBOR value of an integer key. ERR_GONE: not there. */
MUST_CHECK enum err content_extension(struct slice extensions, int64_t key, struct slice *out);
/* The same for a text value. ERR_INPUT: it is something else. */
MUST_CHECK enum err content_extension_text(struct slice extensions, int64_t key, struct slice *out);

/* ---- building ------------------------------------------------------------------------------- */

/* New message: random salt, nothing else (a null part). */
void content_init(struct content *c);
void content_set_replaces(struct content *c, const uint8_t id[CONTENT_ID_SIZE]);
void content_set_in_reply_to(struct content *c, const uint8_t id[CONTENT_ID_SIZE]);
/* Text in Markdown, shown in line. Borrows. */
struct content_part content_text(struct slice text);
/* One grapheme as a reaction; content_set_in_reply_to names its message. */
struct content_part content_reaction(struct slice grapheme);
/* Nothing: with content_set_replaces it deletes a message, or takes a reaction back. */
struct content_part content_null(enum content_disposition disposition);
/* A single part of any type. */
struct content_part content_single(enum content_disposition disposition, struct slice type,
                                   struct slice body);
/* A blob elsewhere; the caller fills .external. */
struct content_part content_external(enum content_disposition disposition, struct slice type);
/* Several parts; borrows the array of at least two. */
struct content_part content_multi(enum content_semantics semantics, struct content_part *parts,
                                  size_t n);

/* ---- looking -------------------------------------------------------------------------------- */

/* Part number `index` counted depth first, the outermost is 0 (cid: references); NULL past the
 * last. */
const struct content_part *content_part_at(const struct content_part *root, size_t index);

#endif
