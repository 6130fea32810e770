/* Writing to mailboxes. The signature is checked here, on the loop, with the keys that OPEN and
 * later commits brought; the writer checks that they are still the right ones. */
#include "gateway/post.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/sign.h"
#include "gateway/db_ops.h"
#include "gateway/gateway.h"
#include "gateway/peer.h"

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

void gw_post_post(struct gw_peer *p, uint32_t request, struct slice body)
{
    uint8_t room[160];
    struct frame_post v;
    if (frame_post_get(body, &v) != OK || v.body.n == 0 || v.epoch > INT64_MAX) {
        gw_peer_malformed(p, request);
        return;
    }
    const struct gw_db_group *g = gw_own_group(p, v.handle);
    if (g == NULL) {
        gw_peer_fail(p, request, FRAME_CODE_UNKNOWN, 0, NULL);
        return;
    }
    const struct gw_db_key *key = key_of(g, v.epoch);
    struct buf tbs = buf_fixed(room, sizeof room);
    if (key != NULL) { /* else the writer, who knows the newest keys, decides */
        frame_post_tbs(&tbs, SLICE_ARRAY(g->mailbox), v.epoch, SLICE_ARRAY(v.mid),
                       SLICE_ARRAY(v.branch), v.body);
        if (!verify(key, SLICE_ARRAY(v.signature), &tbs)) {
            gw_peer_fail(p, request, FRAME_CODE_AUTH, 0, NULL);
            return;
        }
    }
    struct gw_db_job *job = gw_peer_job(p, FRAME_POST, request, SLICE_EMPTY);
    if (job == NULL) {
        return;
    }
    job->shared = gw_bytes_copy(v.body);
    job->group.id = g->id;
    job->verified = key != NULL;
    if (key != NULL) {
        memcpy(job->used_key, key->key, sizeof job->used_key);
    }
    job->post = v;
    job->post.body = SLICE_EMPTY;
    job->run = gw_db_group_post;
    if (job->shared == NULL) {
        job->code = FRAME_CODE_BUSY;
        job->retry_ms = 5000;
        gw_peer_job_done(p->socket.loop, job);
        return;
    }
    gw_db_ask(p->socket.loop->gw->db, job);
}

void gw_post_commit(struct gw_peer *p, uint32_t request, struct slice body)
{
    struct gw_loop *loop = p->socket.loop;
    struct wire_commit v;
    if (wire_commit_decode(&loop->arena, body, &v) != OK) {
        gw_peer_malformed(p, request);
        return;
    }
    const struct gw_db_group *g = gw_own_group(p, v.handle);
    if (g == NULL) {
        gw_peer_fail(p, request, FRAME_CODE_UNKNOWN, 0, NULL);
        return;
    }
    const struct gw_db_key *key = key_of(g, v.epoch);
    if (key != NULL) {
        struct buf tbs = buf_arena(&loop->arena, 512);
        frame_commit_tbs(&tbs, SLICE_ARRAY(g->mailbox), &v);
        if (!verify(key, v.signature, &tbs)) {
            gw_peer_fail(p, request, FRAME_CODE_AUTH, 0, NULL);
            return;
        }
    }
    struct gw_db_job *job = gw_peer_job(p, FRAME_COMMIT, request, body);
    if (job == NULL) {
        return;
    }
    job->group.id = g->id;
    job->verified = key != NULL;
    if (key != NULL) {
        memcpy(job->used_key, key->key, sizeof job->used_key);
    }
    job->whole = true;
    job->run = gw_db_group_commit;
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
    gw_own_spread(loop, e->id, NULL, 0, e->epoch, gw_bytes_slice(e->body));
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

void gw_post_ephemeral(struct gw_peer *p, uint32_t request, struct slice body)
{
    uint8_t room[96];
    struct frame_ephemeral v;
    if (frame_ephemeral_get(body, &v, true) != OK) {
        gw_peer_malformed(p, request);
        return;
    }
    const struct gw_db_group *g = gw_own_group(p, v.handle);
    const struct gw_db_key *key = g == NULL ? NULL : key_of(g, v.epoch);
    struct buf tbs = buf_fixed(room, sizeof room);
    if (key == NULL) {
        return; /* never answered */
    }
    frame_ephemeral_tbs(&tbs, SLICE_ARRAY(g->mailbox), v.epoch, v.body);
    if (verify(key, SLICE_ARRAY(v.signature), &tbs)) {
        gw_own_spread(p->socket.loop, g->id, p, v.handle, v.epoch, v.body);
        spread_elsewhere(p->socket.loop, g->id, &v);
    }
}
