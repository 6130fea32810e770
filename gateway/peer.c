#include "gateway/peer.h"

#include <string.h>

#include "gateway/backend.h"
#include "gateway/db_job.h"
#include "gateway/gateway.h"

#define BURST_S 4    /* seconds' worth a bucket holds         */
#define NEW_BURST 40 /* things made at once                   */

void gw_peer_answer(struct gw_peer *p, struct slice frames)
{
    uint8_t *at = gw_socket_reserve(&p->socket, frames.n);
    if (at != NULL) {
        memcpy(at, frames.p, frames.n);
        gw_log_add(p->socket.loop->log, GW_LOG_FRAMES_OUT, 1);
        gw_log_add(p->socket.loop->log, GW_LOG_BYTES_OUT, (int64_t)frames.n);
    } else if (p->socket.state == GW_SOCKET_OPEN) {
        gw_socket_finish(&p->socket); /* out of memory: the client comes back */
    }
}

/* ---- jobs ---------------------------------------------------------------------------------- */

struct gw_db_job *gw_peer_job(struct gw_peer *p, struct slice body)
{
    struct gw_db_job *job = gw_db_job_new(body);
    if (job == NULL) {
        return NULL;
    }
    gw_socket_ref(&p->socket);
    job->loop = p->socket.loop;
    job->peer = p;
    p->jobs++;
    p->job_bytes += (uint32_t)body.n;
    if (p->jobs >= GW_PEER_JOBS_MAX || p->job_bytes >= GW_PEER_JOB_BYTES_MAX) {
        gw_socket_stop_reading(&p->socket, GW_SOCKET_HOLD_JOBS);
    }
    return job;
}

void gw_peer_job_done(struct gw_db_job *job)
{
    struct gw_peer *p = job->peer;
    p->jobs--;
    p->job_bytes -= (uint32_t)job->body.n;
    if (p->jobs < GW_PEER_JOBS_MAX / 2 && p->job_bytes < GW_PEER_JOB_BYTES_MAX / 2) {
        gw_socket_go_on_reading(&p->socket, GW_SOCKET_HOLD_JOBS);
    }
    gw_socket_unref(&p->socket);
    gw_db_job_free(job);
}

/* ---- buckets ------------------------------------------------------------------------------- */

static int64_t fill(int64_t left, uint64_t rate, uint64_t burst, uint32_t seconds)
{
    uint64_t add = rate * seconds;
    left += add > burst * 2 ? (int64_t)burst * 2 : (int64_t)add;
    return left > (int64_t)burst ? (int64_t)burst : left;
}

static void refill(struct gw_peer *p)
{
    struct gw_loop *loop = p->socket.loop;
    const struct gw_config *c = &loop->gw->config;
    uint32_t seconds = loop->now_s - p->filled_s;
    if (seconds > 0) {
        p->filled_s = loop->now_s;
        p->frames_left = fill(p->frames_left, c->rate_frames, c->rate_frames * BURST_S, seconds);
        p->bytes_left = fill(p->bytes_left, c->rate_bytes, c->rate_bytes * BURST_S, seconds);
        p->new_left = fill(p->new_left, c->rate_new, NEW_BURST, seconds);
    }
}

/* Over its rate, the peer is not read until the buckets have filled: TCP slows it down. */
static void hold(struct gw_peer *p)
{
    struct gw_loop *loop = p->socket.loop;
    gw_socket_stop_reading(&p->socket, GW_SOCKET_HOLD_RATE);
    if (!p->held) {
        p->held = true;
        p->held_next = loop->held;
        loop->held = p;
        gw_socket_ref(&p->socket);
    }
}

static void release_held(struct gw_loop *loop)
{
    struct gw_peer *list = loop->held;
    loop->held = NULL;
    while (list != NULL) {
        struct gw_peer *p = list;
        list = p->held_next;
        p->held = false;
        refill(p);
        if (p->socket.state != GW_SOCKET_OPEN) {
            gw_socket_unref(&p->socket);
        } else if (p->frames_left > 0 && p->bytes_left > 0) {
            gw_socket_go_on_reading(&p->socket, GW_SOCKET_HOLD_RATE);
            gw_socket_unref(&p->socket);
        } else {
            p->held = true;
            p->held_next = loop->held;
            loop->held = p;
        }
    }
}

bool gw_peer_spend_new(struct gw_peer *p)
{
    p->new_left--;
    if (p->new_left < 0) {
        p->new_left = 0;
        return false;
    }
    return true;
}

/* ---- events of the socket ------------------------------------------------------------------ */

static struct gw_peer *peer_of(struct gw_socket *s)
{
    return H2O_STRUCT_FROM_MEMBER(struct gw_peer, socket, s);
}

static void on_message(struct gw_socket *s, struct slice message)
{
    struct gw_peer *p = peer_of(s);
    refill(p);
    p->bytes_left -= (int64_t)message.n;
    gw_log_add(s->loop->log, GW_LOG_BYTES_IN, (int64_t)message.n);
    int64_t n = p->backend->message(p, message);
    gw_log_add(s->loop->log, GW_LOG_FRAMES_IN, n);
    p->frames_left -= n;
    if ((p->frames_left <= 0 || p->bytes_left <= 0) && s->state == GW_SOCKET_OPEN) {
        hold(p);
    }
}

static void on_drained(struct gw_socket *s)
{
    struct gw_peer *p = peer_of(s);
    p->backend->drained(p);
}

static void on_closed(struct gw_socket *s)
{
    struct gw_peer *p = peer_of(s);
    p->backend->closed(p);
    gw_log_add(s->loop->log, GW_LOG_CONNECTIONS, -1);
    p->prev->next = p->next;
    p->next->prev = p->prev;
    if (s->loop->peers == p) {
        s->loop->peers = p->next == p ? NULL : p->next;
    }
    s->loop->peer_n--;
}

static void on_free(struct gw_socket *s)
{
    struct gw_peer *p = peer_of(s);
    p->backend->free(p);
}

static const struct gw_socket_events events = {on_message, on_drained, on_closed, on_free};

/* ---- life ---------------------------------------------------------------------------------- */

void gw_peer_init(struct gw_peer *p, const struct gw_backend *backend, struct gw_loop *loop)
{
    const struct gw_config *c = &loop->gw->config;
    gw_socket_init(&p->socket, loop, &events);
    p->backend = backend;
    p->filled_s = loop->now_s;
    p->frames_left = (int64_t)c->rate_frames * BURST_S;
    p->bytes_left = (int64_t)c->rate_bytes * BURST_S;
    p->new_left = NEW_BURST;
}

void gw_peer_upgraded(struct gw_peer *p, h2o_socket_t *sock, size_t request_bytes)
{
    struct gw_loop *loop = p->socket.loop;
    if (sock == NULL) {
        on_free(&p->socket);
        return;
    }
    if (loop->peers == NULL) {
        p->prev = p->next = p;
        loop->peers = p;
    } else {
        p->next = loop->peers;
        p->prev = loop->peers->prev;
        p->prev->next = p;
        p->next->prev = p;
    }
    loop->peer_n++;
    gw_log_add(loop->log, GW_LOG_CONNECTIONS, 1);
    gw_socket_attach(&p->socket, sock, request_bytes);
    if (loop->stopping) {
        p->backend->stop(p);
    }
    gw_socket_flush_all(loop);
}

void gw_peer_stop_all(struct gw_loop *loop)
{
    struct gw_peer *p = loop->peers;
    loop->stopping = true;
    loop->stop_s = loop->now_s + (uint32_t)loop->gw->config.drain_seconds;
    for (size_t n = loop->peer_n; n > 0; n--) {
        struct gw_peer *next = p->next;
        p->backend->stop(p);
        p = next;
    }
}

void gw_peer_tick(struct gw_loop *loop)
{
    release_held(loop);
    if (loop->stopping && (loop->peer_n == 0 || loop->now_s >= loop->stop_s)) {
        while (loop->peers != NULL) {
            gw_socket_finish(&loop->peers->socket);
        }
        loop->done = true;
    }
}
