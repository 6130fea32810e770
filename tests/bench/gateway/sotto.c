/* Sub-protocol sotto.2, as far as the load needs it. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "crypto/hash.h"
#include "crypto/rand.h"
#include "load.h"
#include "schema/chain.h"
#include "schema/frame.h"

/* Inbox mode: where it goes, and the token that opens it. */
static uint8_t inbox[16], token[16];
static uint8_t room[70000];

#define SAY(c, TYPE, name, value)                                                                  \
    do {                                                                                           \
        struct buf say_b = buf_fixed(room, sizeof room);                                           \
        size_t say_mark = frame_begin(&say_b, (TYPE), 1);                                          \
        wire_##name##_put(&say_b, &(value));                                                       \
        frame_end(&say_b, say_mark);                                                               \
        put_message((c), 2, buf_view(&say_b));                                                     \
    } while (0)

struct slice body_of(size_t n)
{
    static uint8_t body[BODY_MAX];
    if (body[0] == 0) {
        crypto_rand(body, sizeof body);
        body[0] = 1;
    }
    return slice_make(body, n);
}

static unsigned group_of(const struct conn *c)
{
    return load.mode == EPH ? c->id / 2 : c->id;
}

static void mailbox_of(const struct conn *c, uint8_t out[16])
{
    uint32_t g = group_of(c), pid = (uint32_t)getpid();
    memset(out, 0, 16);
    memcpy(out, &g, sizeof g);
    memcpy(out + 4, &pid, sizeof pid);
    out[15] = 1;
}

static void open_mailbox(struct conn *c)
{
    uint8_t mailbox[16], tag[32] = {3}, hash[32];
    struct crypto_sign_public pub;
    mailbox_of(c, mailbox);
    memset(c->key.seed, (int)(group_of(c) & 127) + 1, sizeof c->key.seed);
    crypto_sign_public_of(&pub, &c->key);
    crypto_sha256(hash, SLICE_ARRAY(tag));
    struct wire_box_new box = {.mailbox = SLICE_ARRAY(mailbox),
                               .read_hash = SLICE_ARRAY(hash),
                               .write_key = SLICE_ARRAY(pub.b)};
    struct wire_open open = {SLICE_ARRAY(mailbox), SLICE_ARRAY(tag), false, 0, 1u << 30};
    SAY(c, FRAME_BOX_NEW, box_new, box);
    SAY(c, FRAME_OPEN, open, open);
}

static void take_nonce(struct conn *c, struct slice body)
{
    struct arena a;
    struct wire_ready ready;
    arena_init(&a, 0);
    if (wire_ready_decode(&a, body, &ready) == OK && ready.nonce.n == sizeof c->nonce) {
        memcpy(c->nonce, ready.nonce.p, sizeof c->nonce);
    }
    arena_wipe(&a);
}

/* Once a connection: the right to write to its mailbox. */
static void open_to_write(struct conn *c)
{
    uint8_t mailbox[16], tbs_room[128], sig[CRYPTO_SIGN_SIZE];
    char host[40];
    struct buf tbs = buf_fixed(tbs_room, sizeof tbs_room);
    mailbox_of(c, mailbox);
    snprintf(host, sizeof host, "localhost:%d", load.port);
    frame_write_tbs(&tbs, slice_of_string(host), SLICE_ARRAY(c->nonce), SLICE_ARRAY(mailbox), 0);
    crypto_sign(sig, &c->key, buf_view(&tbs));
    struct wire_write write = {c->handle, 0, SLICE_ARRAY(sig)};
    SAY(c, FRAME_WRITE, write, write);
}

static void make_frames(struct conn *c)
{
    struct buf b = buf_fixed(room, sizeof room);
    if (load.mode == EPH) {
        struct frame_ephemeral v = {.handle = c->handle, .body = body_of(load.size)};
        size_t mark = frame_begin(&b, FRAME_EPHEMERAL, 0);
        frame_ephemeral_put(&b, &v);
        frame_end(&b, mark);
        keep_message(c, 2, buf_view(&b), 0);
    } else {
        struct frame_post v = {.handle = c->handle, .body = body_of(load.size)};
        size_t mark = frame_begin(&b, FRAME_POST, 9);
        frame_post_put(&b, &v);
        frame_end(&b, mark);
        keep_message(c, 2, buf_view(&b), 0);
    }
}

static void make_inbox_post(struct conn *c)
{
    uint8_t mid[8] = {0};
    struct buf b = buf_fixed(room, sizeof room);
    struct wire_inbox_post v = {SLICE_ARRAY(inbox), SLICE_ARRAY(token), SLICE_ARRAY(mid),
                                body_of(load.size)};
    size_t mark = frame_begin(&b, FRAME_INBOX_POST, 9);
    wire_inbox_post_put(&b, &v);
    frame_end(&b, mark);
    keep_message(c, 2, buf_view(&b), FRAME_HEADER_SIZE + 1 + 17 + 17 + 1);
}

/* Connection 0 of inbox mode: a device that registers its account and acknowledges what comes. */
static void device_frame(struct conn *c, uint8_t type, struct slice body)
{
    uint8_t bytes[1400], sig[64], hash[32];
    struct buf b = buf_fixed(bytes, sizeof bytes);
    if (type == FRAME_CHALLENGE) {
        char host[40];
        snprintf(host, sizeof host, "localhost:%d", load.port);
        frame_auth_tbs(&b, slice_of_string(host), SLICE_ARRAY(c->device_key),
                       slice_make(body.p + body.n - 32, 32));
        crypto_sign(sig, &c->key, buf_view(&b));
        struct wire_auth auth = {SLICE_ARRAY(sig)};
        SAY(c, FRAME_AUTH, auth, auth);
    } else if (type == FRAME_READY) {
        static const uint8_t hpke[1216] = {1}; /* the size of the default suite's */
        struct crypto_sign_secret recovery;
        struct crypto_sign_public pub;
        struct chain_entry e;
        crypto_rand(recovery.seed, sizeof recovery.seed);
        crypto_sign_public_of(&pub, &recovery);
        chain_begin(&e, NULL);
        memcpy(e.recovery, pub.b, sizeof e.recovery);
        crypto_sha256(e.recovery_hpke, SLICE_ARRAY(hpke));
        if (chain_add(&e, c->device_key) != OK ||
            chain_plan(NULL, &e, c->device_key, false) != OK ||
            chain_sign(NULL, &e, &c->key) != OK || chain_sign(NULL, &e, &recovery) != OK ||
            chain_encode(&b, &e) != OK) {
            kill_conn(c, "chain");
            return;
        }
        struct wire_register reg = {buf_view(&b), SLICE_ARRAY(hpke), SLICE_ARRAY(inbox), false,
                                    SLICE_EMPTY};
        SAY(c, FRAME_REGISTER, register, reg);
        crypto_sha256(hash, SLICE_ARRAY(token));
        struct wire_token_set set = {SLICE_ARRAY(hash), 0, 0};
        SAY(c, FRAME_TOKEN_SET, token_set, set);
    } else if (type == FRAME_DONE && ++c->step == 2) {
        set_ready(c);
    } else if (type == FRAME_DELIVER) {
        struct frame_deliver d;
        if (frame_deliver_get(body, &d) == OK && (d.seq & 31) == 0) {
            size_t mark = frame_begin(&b, FRAME_ACK, 0);
            frame_seq_put(&b, 0, d.seq);
            frame_end(&b, mark);
            put_message(c, 2, buf_view(&b));
        }
    } else if (type == FRAME_FAILURE) {
        kill_conn(c, "failure");
    }
}

static void frame_of(struct conn *c, uint8_t type, struct slice body)
{
    struct slice s = body;
    if (c->device) {
        device_frame(c, type, body);
        return;
    }
    switch (type) {
    case FRAME_READY:
        if (load.mode == IDLE) {
            set_ready(c);
        } else if (load.mode == INBOX) {
            make_inbox_post(c);
            set_ready(c);
        } else {
            take_nonce(c, body);
            open_mailbox(c);
        }
        break;
    case FRAME_OPENED: {
        uint64_t handle = 0;
        size_t n = 0;
        if (cbor_get_array(&s, &n) == OK && cbor_get_uint(&s, &handle) == OK) {
            c->handle = (uint32_t)handle;
            open_to_write(c);
            make_frames(c);
            set_ready(c);
        }
        break;
    }
    case FRAME_POSTED:
        answered(c);
        break;
    case FRAME_DONE:
        if (load.mode == INBOX) {
            answered(c);
        }
        break;
    case FRAME_EPHEMERAL: {
        /* Whoever gets one sends one: the sender's window moves on here. */
        struct conn *from = &load.all[c->id ^ 1];
        answered(from);
        flush(from);
        break;
    }
    case FRAME_FAILURE:
        if (c->state == READY) {
            static unsigned said;
            if (said++ < 3) {
                fprintf(stderr, "failure %u\n", body.n > 1 ? body.p[1] : 0u);
            }
            answered(c);
        }
        break;
    default:
        break;
    }
}

void sotto_message(struct conn *c, struct slice s)
{
    struct slice body;
    uint32_t request;
    uint8_t type;
    while (s.n > 0 && c->state != DEAD && frame_next(&s, &type, &request, &body) == OK) {
        frame_of(c, type, body);
    }
}

void sotto_hello(struct conn *c)
{
    struct crypto_sign_public pub;
    c->device = load.mode == INBOX && c->id == 0;
    if (c->device) {
        crypto_rand(inbox, sizeof inbox);
        crypto_rand(token, sizeof token);
    }
    crypto_rand(c->key.seed, sizeof c->key.seed);
    crypto_sign_public_of(&pub, &c->key);
    memcpy(c->device_key, pub.b, 32);
    struct wire_hello hello = {2, c->device ? 1 : 0, c->device, SLICE_ARRAY(c->device_key)};
    SAY(c, FRAME_HELLO, hello, hello);
}
