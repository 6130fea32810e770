/* Frames of sub-protocol "sotto.2": the packed header, the packed (fixed) bodies, and what
 * signatures cover. The CBOR bodies and the codes are in schema/wire.cddl. Used by core and gateway
 * alike. Source: wasm/schema/PROTOCOL.md 5.3. Little endian, no padding. */
#ifndef SOTTO_SCHEMA_FRAME_H
#define SOTTO_SCHEMA_FRAME_H
#include "base/buf.h"
#include "schema/gen/wire.h"

#define FRAME_PROTOCOL "sotto.2"
#define FRAME_HEADER_SIZE 8 /* u24 length, u8 type, u32 request */
#define FRAME_BODY_MAX ((64u << 10) - FRAME_HEADER_SIZE)
#define FRAME_DELIVER_HEAD 45 /* of a DELIVER, before its sealed body */
#define FRAME_SEALED_MAX (FRAME_BODY_MAX - FRAME_DELIVER_HEAD) /* a POST goes out again */
#define FRAME_MAILBOX_SIZE 16
#define FRAME_INBOX_SIZE 16
#define FRAME_TOKEN_SIZE 16
#define FRAME_BLOB_SIZE 16
#define FRAME_MID_SIZE 8    /* short message id of a POST, for RETRY */
#define FRAME_BRANCH_SIZE 8 /* branch tag, PROTOCOL.md 6.6 */
#define FRAME_READ_TAG_SIZE 32
#define FRAME_NONCE_SIZE 32 /* of a connection: CHALLENGE, READY */
#define FRAME_ORIGIN_MAX 255
#define FRAME_BLOB_CHUNK 32785 /* CRYPTO_STREAM_CHUNK + 17: what our clients use */

/* The numbers of schema/wire.cddl; from 64 on the bodies are packed. */
enum frame_type {
    FRAME_HELLO = 1,
    FRAME_CHALLENGE = 2,
    FRAME_AUTH = 3,
    FRAME_READY = 4,
    FRAME_FAILURE = 5,
    FRAME_DONE = 6,
    FRAME_PING = 7,
    FRAME_BYE = 8,
    FRAME_REGISTER = 16,
    FRAME_CHAIN_PUT = 17,
    FRAME_KP_PUT = 18,
    FRAME_KP_COUNT = 19,
    FRAME_KP_COUNTS = 20,
    FRAME_TOKEN_SET = 21,
    FRAME_TOKEN_DROP = 22,
    FRAME_PUSH_SET = 23,
    FRAME_QUOTA_GET = 24,
    FRAME_GRANT = 25,
    FRAME_KP_TAKE = 32,
    FRAME_KP_TAKEN = 33,
    FRAME_INBOX_POST = 34,
    FRAME_CHAIN_GET = 35,
    FRAME_CHAIN = 36,
    FRAME_BOX_NEW = 37,
    FRAME_OPEN = 38,
    FRAME_OPENED = 39,
    FRAME_CLOSE = 40,
    FRAME_COMMIT = 41,
    FRAME_INFO_GET = 42,
    FRAME_INFO = 43,
    FRAME_BLOB_NEW = 44,
    FRAME_BLOB_STAT = 45,
    FRAME_BLOB_STATE = 46,
    FRAME_BLOB_DROP = 47,
    FRAME_RECORD_PUT = 48,
    FRAME_RECORD_GET = 49,
    FRAME_RECORD = 50,
    FRAME_WRITE = 51,
    /* fixed bodies */
    FRAME_POST = 64,      /* ANON   u32 handle | mid 8 | u8 flags | u64 epoch | branch 8 |
                             sealed body. After a WRITE of this epoch. Answer POSTED           */
    FRAME_POSTED = 65,    /*        u64 seq */
    FRAME_DELIVER = 66,   /*        u32 handle | u64 seq | u64 server_ms | u8 kind | u64 epoch |
                             mid 8 | branch 8 | sealed body. handle 0: own inbox (DEVICE): epoch,
                             mid and branch are zero; kind WIRE_KIND_GAP: body empty, everything
                             up to seq has expired; WIRE_KIND_RECORD: body empty, the recovery
                             record was given out                                              */
    FRAME_ACK = 67,       /* DEVICE u32 handle (0) | u64 seq: cumulative, after own commit */
    FRAME_EPHEMERAL = 68, /* ANON   u32 handle | u64 epoch | sealed body; both ways. After a
                             WRITE of this epoch. Never stored or answered */
    FRAME_BLOB_PUT = 69,  /* ANON   blob 16 | u32 index | bytes. Answer BLOB_STATE */
    FRAME_BLOB_GET = 70,  /* ANON   blob 16 | u32 index. Answer BLOB_DATA */
    FRAME_BLOB_DATA = 71  /*        blob 16 | u32 index | bytes */
};

#define FRAME_VERSION 2
#define FRAME_FLAG_RETRY 1u /* only on re-sends: look for the same mid first */

/* Appends header and body; fails the buf with ERR_LIMIT above FRAME_BODY_MAX. */
void frame_put(struct buf *b, enum frame_type type, uint32_t request, struct slice body);
/* Leaves room for a body the caller writes: begin, put..., end. */
size_t frame_begin(struct buf *b, enum frame_type type, uint32_t request);
void frame_end(struct buf *b, size_t mark);
/* Takes the next frame. ERR_INPUT: the message is cut short. type is the raw byte. */
MUST_CHECK enum err frame_next(struct slice *message, uint8_t *type, uint32_t *request,
                               struct slice *body);

struct frame_post {
    uint32_t handle;
    uint8_t mid[FRAME_MID_SIZE];
    uint8_t flags;
    uint64_t epoch;
    uint8_t branch[FRAME_BRANCH_SIZE];
    struct slice body;
};
struct frame_deliver {
    uint32_t handle;
    uint64_t seq, server_ms;
    uint8_t kind;
    uint64_t epoch;
    uint8_t mid[FRAME_MID_SIZE];
    uint8_t branch[FRAME_BRANCH_SIZE];
    struct slice body;
};
struct frame_ephemeral {
    uint32_t handle;
    uint64_t epoch;
    struct slice body;
};
struct frame_blob {
    uint8_t blob[FRAME_BLOB_SIZE];
    uint32_t index;
    struct slice bytes;
};
void frame_post_put(struct buf *b, const struct frame_post *v);
MUST_CHECK enum err frame_post_get(struct slice body, struct frame_post *v);
void frame_deliver_put(struct buf *b, const struct frame_deliver *v);
MUST_CHECK enum err frame_deliver_get(struct slice body, struct frame_deliver *v);
void frame_ephemeral_put(struct buf *b, const struct frame_ephemeral *v);
MUST_CHECK enum err frame_ephemeral_get(struct slice body, struct frame_ephemeral *v);
/* ACK: u32 handle | u64 seq. */
void frame_seq_put(struct buf *b, uint32_t handle, uint64_t seq);
MUST_CHECK enum err frame_seq_get(struct slice body, uint32_t *handle, uint64_t *seq);
void frame_blob_put(struct buf *b, const struct frame_blob *v);
MUST_CHECK enum err frame_blob_get(struct slice body, struct frame_blob *v);

/* What signatures cover (public data):
 *   write     "sotto write 1" || u8 n || origin || nonce || mailbox || u64be epoch
 *   commit    "sotto commit 2" || mailbox || u64be epoch || mid || branch || SHA-256(body) ||
 *             next_key || u8 has read_hash || read_hash or nothing || u8 has info ||
 *             SHA-256(info or empty) || u64be count of welcomes || for each of them SHA-256 of
 *             inbox, of token and of body: all that it carries but the handle, which
 *             is only a number of the connection
 *   auth      "sotto auth 1" || u8 n || origin || key || nonce
 *   record    "sotto record 2" || account id || device || u64be number || head || SHA-256(what was
 *             sealed); inside the part, only for its reader
 * origin: host[:port] the client dialled, at most FRAME_ORIGIN_MAX bytes; nonce: the one the
 * gateway gave this connection. A right to write is valid for no other connection, gateway or
 * mailbox, however often its signature is sent again. */
void frame_write_tbs(struct buf *b, struct slice origin, struct slice nonce, struct slice mailbox,
                     uint64_t epoch);
void frame_commit_tbs(struct buf *b, struct slice mailbox, const struct wire_commit *v);
void frame_auth_tbs(struct buf *b, struct slice origin, struct slice key, struct slice nonce);
void frame_record_tbs(struct buf *b, struct slice account, struct slice device, uint64_t number,
                      struct slice head, struct slice body);

#endif
