/* The right to write, at the real gateway: a WRITE that is signed for this place or for another
 * one, other frames, then a post. The post stands in the log exactly when the epoch's write key
 * signed for this origin, this connection's nonce, this mailbox and this epoch. Input: u8 what is
 * wrong (bits), u8 epoch that the WRITE names and u8 that of the post, both beside the right one,
 * then bytes: the signature (bit 5), or frames in between (bit 6). */
#include <string.h>

#include "crypto/sign.h"
#include "engine/own/box.h"
#include "engine/own/frame.h"
#include "engine/own/group_cache.h"
#include "fuzz/fuzz.h"
#include "lib/sim.h"
#include "schema/frame.h"
#include "schema/gen/wire.h"
#include "store/chat.h"
#include "store/protocol.h"

enum {
    OTHER_ORIGIN = 1,
    OTHER_NONCE = 2,
    OTHER_MAILBOX = 4,
    OTHER_EPOCH = 8,
    OTHER_KEY = 16,
    RAW_SIGNATURE = 32,
    MORE_FRAMES = 64,
    WRONG = 63
};
#define RUNS_A_WORLD 100

static struct sim *world;
static struct sim_device *ana, *ben;
static uint64_t chat, runs, posts;

static void build(void)
{
    uint64_t ba = 0;
    if (world != NULL) {
        sim_destroy(world);
    }
    world = sim_create(13);
    world->cheap = true;
    ana = sim_device(world, "ana");
    ben = sim_device(world, "ben");
    FUZZ_CHECK(sim_make(ana, "Ana") == OK && sim_make(ben, "Ben") == OK);
    sim_run(world, 3000);
    FUZZ_CHECK(sim_meet(ana, ben, &chat, &ba));
    sim_run(world, 20000);
    /* a new connection: what was signed for on the old one has ended */
    sim_hang_up(ana, OWN_CONN_ANON);
    sim_run(world, 10000);
    runs = 0;
}

struct one {
    uint8_t wrong;
    int64_t write_epoch, post_epoch; /* beside the right one */
    struct slice rest;
    struct slice body; /* of the post */
    struct slice packet;
};

static void sign(struct own *o, const struct store_chat *c, const struct store_epoch *e,
                 const struct one *v, uint8_t signature[CRYPTO_SIGN_SIZE], struct arena *a)
{
    struct crypto_sign_secret secret;
    struct buf b = buf_arena(a, 256);
    struct slice tbs;
    uint8_t nonce[FRAME_NONCE_SIZE], mailbox[16];
    memcpy(nonce, o->conn[OWN_CONN_ANON].nonce, sizeof nonce);
    memcpy(mailbox, c->mailbox, sizeof mailbox);
    memcpy(secret.seed, e->write_seed, sizeof secret.seed);
    nonce[0] ^= (v->wrong & OTHER_NONCE) != 0;
    mailbox[0] ^= (v->wrong & OTHER_MAILBOX) != 0;
    secret.seed[0] ^= (v->wrong & OTHER_KEY) != 0;
    frame_write_tbs(
        &b, v->wrong & OTHER_ORIGIN ? SLICE_LITERAL("elsewhere.example") : own_frame_origin(o),
        SLICE_ARRAY(nonce), SLICE_ARRAY(mailbox),
        e->n + (uint64_t)v->write_epoch + ((v->wrong & OTHER_EPOCH) != 0));
    FUZZ_CHECK(buf_finish(&b, &tbs) == OK);
    crypto_sign(signature, &secret, tbs);
    if (v->wrong & RAW_SIGNATURE) {
        memset(signature, 0, CRYPTO_SIGN_SIZE);
        memcpy(signature, v->rest.p,
               v->rest.n < CRYPTO_SIGN_SIZE ? v->rest.n : (size_t)CRYPTO_SIGN_SIZE);
    }
}

static enum err make(struct own *o, struct step *s, void *user)
{
    static uint8_t room[FRAME_HEADER_SIZE * 2 + 4096];
    struct one *v = user;
    struct store_chat c;
    struct store_epoch e;
    struct mls_group *g = NULL;
    struct frame_post post;
    uint8_t signature[CRYPTO_SIGN_SIZE];
    struct slice body;
    const struct own_box *box = own_box(o, (int64_t)chat, false);
    struct buf out = buf_fixed(room, sizeof room), w = buf_arena(s->arena, 128),
               p = buf_arena(s->arena, 256);
    FUZZ_CHECK(box != NULL && box->opened);
    TRY(store_chat_get(s->store, s->arena, (int64_t)chat, &c));
    TRY(own_group(o, s, c.id, &g));
    TRY(store_epoch_get(s->store, c.id, mls_group_epoch(g), &e));
    sign(o, &c, &e, v, signature, s->arena);
    struct wire_write write = {box->handle, e.n + (uint64_t)v->write_epoch, SLICE_ARRAY(signature)};
    wire_write_put(&w, &write);
    FUZZ_CHECK(buf_finish(&w, &body) == OK);
    frame_put(&out, FRAME_WRITE, 0, body);
    if (v->wrong & MORE_FRAMES) {
        buf_slice(&out, v->rest);
    }
    memset(&post, 0, sizeof post);
    post.handle = box->handle;
    memcpy(post.mid, v->body.p, sizeof post.mid);
    post.epoch = e.n + (uint64_t)v->post_epoch;
    memcpy(post.branch, e.branch, sizeof post.branch);
    post.body = v->body;
    frame_post_put(&p, &post);
    FUZZ_CHECK(buf_finish(&p, &body) == OK);
    frame_put(&out, FRAME_POST, 0x7fffffff, body);
    FUZZ_CHECK(buf_finish(&out, &v->packet) == OK);
    return OK;
}

FUZZ(input)
{
    uint8_t body[32], write_epoch = 0, post_epoch = 0;
    struct one v;
    memset(&v, 0, sizeof v);
    if (input.n > 2048 || slice_u8(&input, &v.wrong) != OK ||
        slice_u8(&input, &write_epoch) != OK || slice_u8(&input, &post_epoch) != OK) {
        return;
    }
    v.wrong &= WRONG | MORE_FRAMES;
    v.write_epoch = (int64_t)(write_epoch % 4) - 2 * (write_epoch % 4 == 3);
    v.post_epoch = (int64_t)(post_epoch % 4) - 2 * (post_epoch % 4 == 3);
    v.rest = input;
    if (world == NULL || runs++ % RUNS_A_WORLD == RUNS_A_WORLD - 1) {
        build();
    }
    memset(body, 0xb7, sizeof body);
    posts++; /* no two alike: what is freed may hold another */
    memcpy(body, &posts, sizeof posts);
    body[31] = 0x5a;
    v.body = SLICE_ARRAY(body);
    FUZZ_CHECK(sim_try(ana, make, &v) == OK);
    sim_from_device(ana, OWN_CONN_ANON, v.packet);
    for (int i = 0; i < 4; i++) {
        sim_tick(world, 50);
    }
    const bool good = (v.wrong & WRONG) == 0 && v.write_epoch == 0 && v.post_epoch == 0;
    const bool stands = sim_gateway_bytes(world, v.body) > 0;
    FUZZ_CHECK(!stands || good);
    FUZZ_CHECK(stands || !good || (v.wrong & MORE_FRAMES) != 0);
    if (stands) {
        build(); /* the log has what nobody can read */
    } else if ((v.wrong & MORE_FRAMES) != 0 || (v.wrong & WRONG) == 0) {
        sim_hang_up(ana, OWN_CONN_ANON); /* a right, and what was opened or closed, ends with it */
        sim_run(world, 10000);
    }
}
