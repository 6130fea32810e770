#include "gateway/peer.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/rand.h"
#include "gateway/own/auth.h"
#include "gateway/db.h"
#include "gateway/own/db_account.h"
#include "gateway/own/db_blob.h"
#include "gateway/own/db_group.h"
#include "gateway/own/db_inbox.h"
#include "gateway/db_job.h"
#include "gateway/own/db_keys.h"
#include "gateway/own/db_record.h"
#include "gateway/gateway.h"
#include "gateway/own/post.h"
#include "gateway/own/fetch.h"

#define BURST_S 4          /* seconds' worth a bucket holds         */
#define NEW_BURST 40       /* mailboxes, blobs and records at once  */
#define COME_BACK_MS 30000 /* after a restart, spread over this     */

/* ---- answers ------------------------------------------------------------------------------- */

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

void gw_peer_fail(struct gw_peer *p, uint32_t request, unsigned code, uint64_t retry_ms,
                  const uint8_t *detail)
{
    uint8_t room[64];
    struct buf b = buf_fixed(room, sizeof room);
    struct wire_failure v = {0};
    gw_log_add(p->socket.loop->log, GW_LOG_FAILURES, 1);
    if (request == 0) {
        return;
    }
    v.code = code;
    v.retry_ms = retry_ms;
    v.has_detail = detail != NULL;
    v.detail = slice_make(detail, detail != NULL ? 8 : 0);
    size_t mark = frame_begin(&b, FRAME_FAILURE, request);
    wire_failure_put(&b, &v);
    frame_end(&b, mark);
    gw_peer_answer(p, buf_view(&b));
}

void gw_peer_done(struct gw_peer *p, uint32_t request)
{
    uint8_t room[32];
    struct buf b = buf_fixed(room, sizeof room);
    struct wire_done v = {0};
    if (request == 0) {
        return;
    }
    size_t mark = frame_begin(&b, FRAME_DONE, request);
    wire_done_put(&b, &v);
    frame_end(&b, mark);
    gw_peer_answer(p, buf_view(&b));
}

void gw_peer_malformed(struct gw_peer *p, uint32_t request)
{
    gw_peer_fail(p, request, FRAME_CODE_MALFORMED, 0, NULL);
    gw_log_add(p->socket.loop->log, GW_LOG_CLOSES_BAD, 1);
    gw_socket_close(&p->socket, GW_WS_CODE_PROTOCOL);
}

void gw_peer_bye(struct gw_peer *p, unsigned code, uint64_t after_ms, enum gw_ws_code close)
{
    uint8_t room[48];
    struct buf b = buf_fixed(room, sizeof room);
    struct wire_bye v = {code, after_ms};
    size_t mark = frame_begin(&b, FRAME_BYE, 0);
    wire_bye_put(&b, &v);
    frame_end(&b, mark);
    gw_peer_answer(p, buf_view(&b));
    gw_socket_close(&p->socket, close);
}

/* ---- jobs ---------------------------------------------------------------------------------- */

struct gw_db_job *gw_peer_job(struct gw_peer *p, uint8_t type, uint32_t request, struct slice body)
{
    struct gw_db_job *job = gw_db_job_new(body);
    if (job == NULL) {
        gw_peer_fail(p, request, FRAME_CODE_BUSY, 5000, NULL);
        return NULL;
    }
    gw_socket_ref(&p->socket);
    job->loop = p->socket.loop;
    job->peer = p;
    job->type = type;
    job->request = request;
    job->account = p->account;
    job->box = p->box;
    job->known = p->state == GW_PEER_DEVICE;
    job->recovery = p->recovery;
    memcpy(job->device, p->device, sizeof job->device);
    job->done = gw_peer_job_done;
    p->jobs++;
    p->job_bytes += (uint32_t)body.n;
    if (p->jobs >= GW_PEER_JOBS_MAX || p->job_bytes >= GW_PEER_JOB_BYTES_MAX) {
        gw_socket_stop_reading(&p->socket, GW_SOCKET_HOLD_JOBS);
    }
    return job;
}

void gw_peer_job_done(struct gw_loop *loop, struct gw_db_job *job)
{
    struct gw_peer *p = job->peer;
    (void)loop;
    p->jobs--;
    p->job_bytes -= (uint32_t)job->body.n;
    if (job->code == FRAME_CODE_MALFORMED) {
        gw_peer_malformed(p, job->request);
    } else if (job->code != 0) {
        gw_peer_fail(p, job->request, job->code, job->retry_ms,
                     job->has_detail ? job->detail : NULL);
    } else if (job->answer != NULL && job->request != 0) {
        gw_peer_answer(p, gw_bytes_slice(job->answer));
    }
    if (p->jobs < GW_PEER_JOBS_MAX / 2 && p->job_bytes < GW_PEER_JOB_BYTES_MAX / 2 &&
        p->state != GW_PEER_CHECKING) {
        gw_socket_go_on_reading(&p->socket, GW_SOCKET_HOLD_JOBS);
    }
    gw_socket_unref(&p->socket);
    gw_db_job_free(job);
}

/* REGISTER, CHAIN_PUT: the device may be known now. Nothing was read meanwhile. */
static void became_known(struct gw_loop *loop, struct gw_db_job *job)
{
    struct gw_peer *p = job->peer;
    bool known = job->code == 0 && job->known && p->state == GW_PEER_CHECKING;
    int64_t account = job->account, box = job->box;
    uint64_t first = job->queue.first, next = job->queue.next;
    gw_socket_ref(&p->socket);
    gw_peer_job_done(loop, job);
    if (p->state == GW_PEER_CHECKING) {
        p->state = GW_PEER_STRANGER;
        if (known) {
            gw_own_auth_known(p, account, box, first, next);
        }
        gw_socket_go_on_reading(&p->socket, GW_SOCKET_HOLD_JOBS);
    }
    gw_socket_unref(&p->socket);
}

/* ---- the table of frames ------------------------------------------------------------------- */

enum { WHOLE = 1, NEW = 2, READER = 4 };

struct rule {
    uint8_t type;
    uint8_t states;
    uint8_t flags;
    void (*handle)(struct gw_peer *p, uint32_t request, struct slice body);
    unsigned (*run)(struct gw_db *db, struct gw_db_job *job); /* when handle is NULL */
};

static void on_ping(struct gw_peer *p, uint32_t request, struct slice body)
{
    (void)body;
    gw_peer_done(p, request);
}

#define READY_STATES (GW_PEER_ANON | GW_PEER_STRANGER | GW_PEER_DEVICE | GW_PEER_RECOVERY)
static const struct rule rules[] = {
    {FRAME_POST, GW_PEER_ANON, 0, gw_own_post_post, NULL},
    {FRAME_ACK, GW_PEER_DEVICE, 0, gw_own_reader_ack, NULL},
    {FRAME_EPHEMERAL, GW_PEER_ANON, 0, gw_own_post_ephemeral, NULL},
    {FRAME_BLOB_PUT, GW_PEER_ANON, READER, NULL, NULL},
    {FRAME_BLOB_GET, GW_PEER_ANON, READER, NULL, NULL},
    {FRAME_HELLO, GW_PEER_HELLO, 0, gw_own_auth_hello, NULL},
    {FRAME_AUTH, GW_PEER_AUTH, 0, gw_own_auth_auth, NULL},
    {FRAME_PING, READY_STATES, 0, on_ping, NULL},
    {FRAME_REGISTER, GW_PEER_STRANGER | GW_PEER_DEVICE, WHOLE | NEW, NULL,
     gw_own_db_account_register},
    {FRAME_CHAIN_PUT, READY_STATES, WHOLE | NEW, NULL, gw_own_db_account_chain_put},
    {FRAME_KP_PUT, GW_PEER_DEVICE, WHOLE, NULL, gw_own_db_keys_kp_put},
    {FRAME_KP_COUNT, GW_PEER_DEVICE, 0, NULL, gw_own_db_keys_kp_count},
    {FRAME_TOKEN_SET, GW_PEER_DEVICE, 0, NULL, gw_own_db_keys_token_set},
    {FRAME_TOKEN_DROP, GW_PEER_DEVICE, 0, NULL, gw_own_db_keys_token_drop},
    {FRAME_PUSH_SET, GW_PEER_DEVICE, 0, NULL, gw_own_db_keys_push_set},
    {FRAME_QUOTA_GET, GW_PEER_DEVICE, 0, NULL, gw_own_db_record_quota_get},
    {FRAME_KP_TAKE, GW_PEER_ANON, WHOLE | NEW, NULL, gw_own_db_keys_kp_take},
    {FRAME_INBOX_POST, GW_PEER_ANON, 0, NULL, gw_own_db_inbox_post},
    {FRAME_CHAIN_GET, READY_STATES, 0, NULL, gw_own_db_account_chain_get},
    {FRAME_BOX_NEW, GW_PEER_ANON, NEW, NULL, gw_own_db_group_box_new},
    {FRAME_OPEN, GW_PEER_ANON, 0, gw_own_reader_open, NULL},
    {FRAME_CLOSE, GW_PEER_ANON, 0, gw_own_reader_close, NULL},
    {FRAME_WRITE, GW_PEER_ANON, 0, gw_own_post_write, NULL},
    {FRAME_COMMIT, GW_PEER_ANON, WHOLE, gw_own_post_commit, NULL},
    {FRAME_INFO_GET, GW_PEER_ANON, 0, NULL, gw_own_db_group_info_get},
    {FRAME_BLOB_NEW, GW_PEER_ANON, WHOLE | NEW, NULL, gw_own_db_blob_new},
    {FRAME_BLOB_STAT, GW_PEER_ANON, 0, NULL, gw_own_db_blob_stat},
    {FRAME_BLOB_DROP, GW_PEER_ANON, 0, NULL, gw_own_db_blob_drop},
    {FRAME_RECORD_PUT, GW_PEER_DEVICE, NEW, NULL, gw_own_db_record_put},
    {FRAME_RECORD_GET, GW_PEER_RECOVERY, WHOLE | NEW, NULL, gw_own_db_record_get},
};

static const struct rule *find_rule(uint8_t type)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].type == type) {
            return &rules[i];
        }
    }
    return NULL;
}

static void ask(struct gw_peer *p, const struct rule *rule, uint32_t request, struct slice body)
{
    struct gw_gateway *gw = p->socket.loop->gw;
    struct gw_db_job *job = gw_peer_job(p, rule->type, request, body);
    if (job == NULL) {
        return;
    }
    job->whole = (rule->flags & WHOLE) != 0;
    if ((rule->flags & READER) != 0) {
        gw_own_fetch_ask(gw->fetch, job);
        return;
    }
    job->run = rule->run;
    if (rule->type == FRAME_REGISTER || rule->type == FRAME_CHAIN_PUT) {
        job->done = became_known;
        if (p->state == GW_PEER_STRANGER) {
            p->state = GW_PEER_CHECKING;
            gw_socket_stop_reading(&p->socket, GW_SOCKET_HOLD_JOBS);
        }
    }
    gw_db_ask(gw->db, job);
}

static void take_frame(struct gw_peer *p, uint8_t type, uint32_t request, struct slice body)
{
    const struct rule *rule = find_rule(type);
    if (rule == NULL) {
        return; /* a newer client: its length is known, it is skipped */
    }
    if ((p->state & rule->states) == 0) {
        gw_peer_fail(p, request, FRAME_CODE_MODE, 0, NULL);
        if (p->state == GW_PEER_HELLO || p->state == GW_PEER_AUTH) {
            gw_socket_close(&p->socket, GW_WS_CODE_POLICY);
        }
        return;
    }
    if ((rule->flags & NEW) != 0 && --p->new_left < 0) {
        p->new_left = 0;
        gw_peer_fail(p, request, FRAME_CODE_RATE, 2000, NULL);
        return;
    }
    if (rule->handle != NULL) {
        arena_reset(&p->socket.loop->arena);
        rule->handle(p, request, body);
    } else {
        ask(p, rule, request, body);
    }
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

/* Over its rate, the peer is not read until the buckets have filled: TCP tells it. */
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

/* ---- events of the socket ------------------------------------------------------------------ */

static struct gw_peer *peer_of(struct gw_socket *s)
{
    return H2O_STRUCT_FROM_MEMBER(struct gw_peer, socket, s);
}

static void on_message(struct gw_socket *s, struct slice message)
{
    struct gw_peer *p = peer_of(s);
    struct slice body;
    uint32_t request = 0;
    uint8_t type = 0;
    int64_t n = 0;
    refill(p);
    p->bytes_left -= (int64_t)message.n;
    gw_log_add(s->loop->log, GW_LOG_BYTES_IN, (int64_t)message.n);
    while (message.n > 0 && s->state == GW_SOCKET_OPEN) {
        if (frame_next(&message, &type, &request, &body) != OK) {
            gw_peer_malformed(p, request);
            break;
        }
        n++;
        take_frame(p, type, request, body);
    }
    gw_log_add(s->loop->log, GW_LOG_FRAMES_IN, n);
    p->frames_left -= n;
    if ((p->frames_left <= 0 || p->bytes_left <= 0) && s->state == GW_SOCKET_OPEN) {
        hold(p);
    }
}

static void on_drained(struct gw_socket *s)
{
    gw_own_reader_drained(peer_of(s));
}

static void on_closed(struct gw_socket *s)
{
    struct gw_peer *p = peer_of(s);
    gw_own_reader_leave(p);
    gw_log_add(s->loop->log, GW_LOG_CONNECTIONS, -1);
    if (p->counted) {
        gw_log_add(s->loop->log, GW_LOG_DEVICES, -1);
    }
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
    free(p->auth);
    free(p);
}

static const struct gw_socket_events events = {on_message, on_drained, on_closed, on_free};

/* ---- life ---------------------------------------------------------------------------------- */

struct gw_peer *gw_peer_new(struct gw_loop *loop, struct slice host)
{
    struct gw_peer *p = calloc(1, sizeof *p);
    const struct gw_config *c = &loop->gw->config;
    if (p == NULL) {
        return NULL;
    }
    gw_socket_init(&p->socket, loop, &events);
    gw_own_reader_init(&p->readers);
    p->auth = gw_own_auth_new(host);
    if (p->auth == NULL) {
        free(p);
        return NULL;
    }
    p->state = GW_PEER_HELLO;
    p->filled_s = loop->now_s;
    p->frames_left = (int64_t)c->rate_frames * BURST_S;
    p->bytes_left = (int64_t)c->rate_bytes * BURST_S;
    p->new_left = NEW_BURST;
    return p;
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
        gw_peer_bye(p, FRAME_CODE_BUSY, crypto_rand_below(COME_BACK_MS), GW_WS_CODE_RESTART);
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
        gw_peer_bye(p, FRAME_CODE_BUSY, crypto_rand_below(COME_BACK_MS), GW_WS_CODE_RESTART);
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
