#include "gateway/own/auth.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/rand.h"
#include "crypto/sign.h"
#include "gateway/db.h"
#include "gateway/own/db_account.h"
#include "gateway/db_job.h"
#include "gateway/gateway.h"
#include "gateway/own/peer.h"
#include "gateway/own/reader.h"

struct gw_own_auth *gw_own_auth_new(struct slice host)
{
    struct gw_own_auth *a = malloc(sizeof *a + host.n);
    if (a != NULL) {
        crypto_rand(a->nonce, sizeof a->nonce);
        a->host_n = host.n;
        if (host.n > 0) { /* p may be NULL */
            memcpy(a->host, host.p, host.n);
        }
    }
    return a;
}

static void forget(struct gw_own_peer *p)
{
    free(p->auth);
    p->auth = NULL;
}

static void say_ready_anon(struct gw_own_peer *p, uint32_t request)
{
    uint8_t room[128];
    const struct gw_config *c = &p->peer.socket.loop->gw->config;
    struct buf b = buf_fixed(room, sizeof room);
    struct wire_ready v = {0};
    v.server_ms = gw_clock_wall_ms();
    v.registration = (uint64_t)c->registration;
    v.frame_bytes = FRAME_BODY_MAX;
    v.blob_bytes = c->blob_bytes;
    v.has_nonce = true;
    v.nonce = SLICE_ARRAY(p->auth->nonce);
    size_t mark = frame_begin(&b, FRAME_READY, request);
    wire_ready_put(&b, &v);
    frame_end(&b, mark);
    gw_peer_answer(&p->peer, buf_view(&b));
}

void gw_own_auth_hello(struct gw_own_peer *p, uint32_t request, struct slice body)
{
    struct wire_hello v;
    if (wire_hello_decode(&p->peer.socket.loop->arena, body, &v) != OK) {
        gw_own_peer_malformed(p, request);
        return;
    }
    if (v.version != FRAME_VERSION) {
        gw_own_peer_fail(p, request, WIRE_CODE_VERSION, 0, NULL);
        gw_socket_close(&p->peer.socket, GW_WS_CODE_POLICY);
        return;
    }
    if (v.mode == WIRE_MODE_ANON && !v.has_key) {
        p->state = GW_OWN_PEER_ANON;
        p->peer.socket.ready = true;
        say_ready_anon(p, request);
        return;
    }
    if ((v.mode != WIRE_MODE_DEVICE && v.mode != WIRE_MODE_RECOVERY) || !v.has_key ||
        v.key.n != 32) {
        gw_own_peer_malformed(p, request);
        return;
    }
    memcpy(p->device, v.key.p, 32);
    p->recovery = v.mode == WIRE_MODE_RECOVERY;
    p->state = GW_OWN_PEER_AUTH;
    uint8_t room[64];
    struct buf b = buf_fixed(room, sizeof room);
    struct wire_challenge c = {SLICE_ARRAY(p->auth->nonce)};
    size_t mark = frame_begin(&b, FRAME_CHALLENGE, request);
    wire_challenge_put(&b, &c);
    frame_end(&b, mark);
    gw_peer_answer(&p->peer, buf_view(&b));
}

void gw_own_auth_known(struct gw_own_peer *p, int64_t account, int64_t box, uint64_t first,
                       uint64_t next)
{
    if (p->state != GW_OWN_PEER_DEVICE) {
        p->account = account;
        p->box = box;
        p->state = GW_OWN_PEER_DEVICE;
        gw_own_reader_start_inbox(p, box, first, next);
    }
}

static void logged_in(struct gw_loop *loop, struct gw_db_job *job)
{
    struct gw_own_peer *p = gw_own_peer_of(job->peer);
    bool fine = job->code == 0, known = job->known;
    int64_t account = job->account, box = job->box;
    uint64_t first = job->queue.first, next = job->queue.next;
    gw_socket_ref(&p->peer.socket);
    p->peer.socket.ready = true;
    gw_own_peer_job_done(loop, job); /* READY, or why not */
    p->state = p->recovery ? GW_OWN_PEER_RECOVERY : GW_OWN_PEER_STRANGER;
    if (!fine) {
        gw_socket_close(&p->peer.socket, GW_WS_CODE_POLICY);
    } else if (p->recovery) {
        p->account = account;
    } else if (p->peer.socket.state != GW_SOCKET_DONE) {
        p->counted = true;
        gw_log_add(loop->log, GW_LOG_DEVICES, 1);
        if (known) {
            gw_own_auth_known(p, account, box, first, next);
        }
    }
    gw_own_peer_checked(p);
    gw_socket_unref(&p->peer.socket);
}

void gw_own_auth_auth(struct gw_own_peer *p, uint32_t request, struct slice body)
{
    struct wire_auth v;
    struct crypto_sign_public pub;
    struct slice in;
    uint8_t room[12 + 1 + FRAME_ORIGIN_MAX + 32 + FRAME_NONCE_SIZE];
    if (wire_auth_decode(&p->peer.socket.loop->arena, body, &v) != OK) {
        gw_own_peer_malformed(p, request);
        return;
    }
    struct buf tbs = buf_fixed(room, sizeof room);
    frame_auth_tbs(&tbs, slice_make(p->auth->host, p->auth->host_n), SLICE_ARRAY(p->device),
                   SLICE_ARRAY(p->auth->nonce));
    memcpy(pub.b, p->device, 32);
    if (buf_finish(&tbs, &in) != OK || crypto_sign_verify(v.signature, in, &pub) != OK) {
        gw_own_peer_fail(p, request, WIRE_CODE_AUTH, 0, NULL);
        gw_socket_close(&p->peer.socket, GW_WS_CODE_POLICY);
        return;
    }
    forget(p);
    struct gw_db_job *job = gw_own_peer_job(p, FRAME_AUTH, request, SLICE_EMPTY);
    if (job == NULL) {
        return;
    }
    gw_own_peer_check(p);
    job->run = gw_own_db_account_login;
    job->done = logged_in;
    gw_db_ask(p->peer.socket.loop->gw->db, job);
}
