/* Writing to mailboxes. Signatures are checked here, on the loop, with the keys that OPEN and later
 * commits brought: for a WRITE once per connection and epoch, for a COMMIT each time. What was
 * checked goes along with the job, and the writer's transaction compares it with the keys that
 * count by then: the writer decides, not the loop. */
#include "gateway/own/post.h"

#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "base/rule.h"
#include "crypto/sign.h"
#include "gateway/own/auth.h"
#include "gateway/db.h"
#include "gateway/own/db_group.h"
#include "gateway/db_job.h"
#include "gateway/gateway.h"
#include "gateway/own/peer.h"
#include "gateway/own/reader.h"

static const struct gw_db_key *key_of(const struct gw_db_group *g, uint64_t epoch)
{
    for (size_t i = 0; i < g->key_n; i++) {
        if (g->keys[i].epoch == epoch) {
            return &g->keys[i];
        }
    }
    return NULL;
}

static bool verify(const struct gw_db_key *key, struct slice signature, const struct buf *tbs)
{
    struct crypto_sign_public pub;
    struct slice in;
    memcpy(pub.b, key->key, sizeof pub.b);
    return buf_finish(tbs, &in) == OK && crypto_sign_verify(signature, in, &pub) == OK;
}

/* The epoch is over (or has not begun), as far as this loop knows. */
static void fail_epoch(struct gw_own_peer *p, uint32_t request, const struct gw_db_group *g,
                       uint64_t epoch)
{
    uint8_t detail[8];
    bool ahead = epoch > g->epoch;
    struct buf b = buf_fixed(detail, sizeof detail);
    buf_u64(&b, g->epoch);
    gw_own_peer_fail(p, request, ahead ? WIRE_CODE_EPOCH : WIRE_CODE_STALE, 0,
                     ahead ? detail : NULL);
}

void gw_own_post_write(struct gw_own_peer *p, uint32_t request, struct slice body)
{
    uint8_t room[16 + FRAME_ORIGIN_MAX + FRAME_NONCE_SIZE + FRAME_MAILBOX_SIZE + 8];
    struct wire_write v;
    if (wire_write_decode(&p->peer.socket.loop->arena, body, &v) != OK || v.epoch > INT64_MAX) {
        gw_own_peer_malformed(p, request);
        return;
    }
    const struct gw_db_group *g = gw_own_reader_group(p, v.handle);
    const struct gw_db_key *key = g == NULL ? NULL : key_of(g, v.epoch);
    if (g == NULL) {
        gw_own_peer_fail(p, request, WIRE_CODE_UNKNOWN, 0, NULL);
        return;
    }
    if (key == NULL) {
        fail_epoch(p, request, g, v.epoch);
        return;
    }
    struct buf tbs = buf_fixed(room, sizeof room);
    frame_write_tbs(&tbs, slice_make(p->auth->host, p->auth->host_n), SLICE_ARRAY(p->auth->nonce),
                    SLICE_ARRAY(g->mailbox), v.epoch);
    if (!verify(key, v.signature, &tbs) && RULE(WRITE_SIGNED)) {
        gw_own_peer_fail(p, request, WIRE_CODE_AUTH, 0, NULL);
        return;
    }
    gw_own_reader_give_right(p, v.handle, key);
    gw_own_peer_done(p, request);
}

/* The right to write this epoch to this handle; NULL: there is none, and `request` was told. */
static const struct gw_db_key *right_of(struct gw_own_peer *p, uint32_t request, uint32_t handle,
                                        uint64_t epoch)
{
    const struct gw_db_group *g = gw_own_reader_group(p, handle);
    const struct gw_db_key *right = gw_own_reader_right(p, handle);
    if (g == NULL) {
        gw_own_peer_fail(p, request, WIRE_CODE_UNKNOWN, 0, NULL);
        return NULL;
    }
    if (right != NULL && (right->epoch == epoch || !RULE(RIGHT_OF_ONE_EPOCH))) {
        return right;
    }
    if (key_of(g, epoch) == NULL) {
        fail_epoch(p, request, g, epoch);
    } else {
        gw_own_peer_fail(p, request, WIRE_CODE_AUTH, 0, NULL);
    }
    return NULL;
}

void gw_own_post_post(struct gw_own_peer *p, uint32_t request, struct slice body)
{
    struct frame_post v;
    if (frame_post_get(body, &v) != OK || v.body.n == 0 || v.epoch > INT64_MAX) {
        gw_own_peer_malformed(p, request);
        return;
    }
    if (v.body.n > FRAME_SEALED_MAX) {
        gw_own_peer_fail(p, request, WIRE_CODE_LIMIT, 0, NULL);
        return;
    }
    const struct gw_db_key *right = right_of(p, request, v.handle, v.epoch);
    if (right == NULL) {
        return;
    }
    struct gw_db_job *job = gw_own_peer_job(p, FRAME_POST, request, SLICE_EMPTY);
    if (job == NULL) {
        return;
    }
    job->shared = gw_bytes_copy(v.body);
    job->group.id = gw_own_reader_group(p, v.handle)->id;
    memcpy(job->used_key, right->key, sizeof job->used_key);
    job->post = v;
    job->post.body = SLICE_EMPTY;
    job->run = gw_own_db_group_post;
    if (job->shared == NULL) {
        job->code = WIRE_CODE_BUSY;
        job->retry_ms = 5000;
        gw_own_peer_job_done(p->peer.socket.loop, job);
        return;
    }
    gw_db_ask(p->peer.socket.loop->gw->db, job);
}

void gw_own_post_commit(struct gw_own_peer *p, uint32_t request, struct slice body)
{
    struct gw_loop *loop = p->peer.socket.loop;
    struct wire_commit v;
    if (wire_commit_decode(&loop->arena, body, &v) != OK) {
        gw_own_peer_malformed(p, request);
        return;
    }
    const struct gw_db_group *g = gw_own_reader_group(p, v.handle);
    if (g == NULL) {
        gw_own_peer_fail(p, request, WIRE_CODE_UNKNOWN, 0, NULL);
        return;
    }
    const struct gw_db_key *key = key_of(g, v.epoch);
    if (key != NULL) {
        struct buf tbs = buf_arena(&loop->arena, 512);
        frame_commit_tbs(&tbs, SLICE_ARRAY(g->mailbox), &v);
        if (!verify(key, v.signature, &tbs) && RULE(COMMIT_SIGNED)) {
            gw_own_peer_fail(p, request, WIRE_CODE_AUTH, 0, NULL);
            return;
        }
    }
    struct gw_db_job *job = gw_own_peer_job(p, FRAME_COMMIT, request, body);
    if (job == NULL) {
        return;
    }
    job->group.id = g->id;
    job->verified = key != NULL;
    if (key != NULL) {
        memcpy(job->used_key, key->key, sizeof job->used_key);
    }
    job->whole = true;
    job->run = gw_own_db_group_commit;
    gw_db_ask(loop->gw->db, job);
}

/* ---- ephemeral ----------------------------------------------------------------------------- */

struct ephemeral {
    struct gw_loop_item item;
    int64_t id;
    uint64_t epoch;
    struct gw_bytes *body;
};

static void ephemeral_arrives(struct gw_loop *loop, struct gw_loop_item *item)
{
    struct ephemeral *e = H2O_STRUCT_FROM_MEMBER(struct ephemeral, item, item);
    gw_own_reader_spread(loop, e->id, NULL, 0, e->epoch, gw_bytes_slice(e->body));
    gw_bytes_unref(e->body);
    free(e);
}

static void spread_elsewhere(struct gw_loop *loop, int64_t id, const struct frame_ephemeral *v)
{
    for (unsigned i = 0; i < loop->gw->loop_n; i++) {
        struct gw_loop *other = &loop->gw->loops[i];
        struct ephemeral *e = other == loop ? NULL : calloc(1, sizeof *e);
        if (e == NULL) {
            continue;
        }
        e->item.run = ephemeral_arrives;
        e->id = id;
        e->epoch = v->epoch;
        e->body = gw_bytes_copy(v->body);
        if (e->body == NULL) {
            free(e);
            continue;
        }
        gw_loop_post(other, &e->item, &e->item);
    }
}

void gw_own_post_ephemeral(struct gw_own_peer *p, uint32_t request, struct slice body)
{
    struct frame_ephemeral v;
    if (frame_ephemeral_get(body, &v) != OK) {
        gw_own_peer_malformed(p, request);
        return;
    }
    /* Never answered. Nothing is stored, so the loop decides alone, by the keys it knows to count
     * now. */
    const struct gw_db_group *g = gw_own_reader_group(p, v.handle);
    const struct gw_db_key *key = g == NULL ? NULL : key_of(g, v.epoch);
    const struct gw_db_key *right = gw_own_reader_right(p, v.handle);
    if (key != NULL && right != NULL && right->epoch == v.epoch &&
        ct_equal(right->key, key->key, sizeof key->key)) {
        gw_own_reader_spread(p->peer.socket.loop, g->id, p, v.handle, v.epoch, v.body);
        spread_elsewhere(p->peer.socket.loop, g->id, &v);
    }
}
