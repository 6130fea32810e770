#include "gateway/own/dispatch.h"

#include <stdlib.h>

#include "crypto/rand.h"
#include "gateway/db.h"
#include "gateway/gateway.h"
#include "gateway/own/auth.h"
#include "gateway/own/db_account.h"
#include "gateway/own/db_blob.h"
#include "gateway/own/db_group.h"
#include "gateway/own/db_inbox.h"
#include "gateway/own/db_keys.h"
#include "gateway/own/db_record.h"
#include "gateway/own/fetch.h"
#include "gateway/own/peer.h"
#include "gateway/own/post.h"
#include "gateway/own/reader.h"
#include "schema/frame.h"

#define COME_BACK_MS 30000 /* after a restart, spread over this */

/* REGISTER, CHAIN_PUT: the device may be known now. Nothing was read meanwhile. */
static void became_known(struct gw_loop *loop, struct gw_db_job *job)
{
    struct gw_own_peer *p = gw_own_peer_of(job->peer);
    bool known = job->code == 0 && job->known && p->state == GW_OWN_PEER_CHECKING;
    int64_t account = job->account, box = job->box;
    uint64_t first = job->queue.first, next = job->queue.next;
    gw_socket_ref(&p->peer.socket);
    gw_own_peer_job_done(loop, job);
    if (p->state == GW_OWN_PEER_CHECKING) {
        p->state = GW_OWN_PEER_STRANGER;
        if (known) {
            gw_own_auth_known(p, account, box, first, next);
        }
        gw_own_peer_checked(p);
    }
    gw_socket_unref(&p->peer.socket);
}

/* ---- the table of frames ------------------------------------------------------------------- */

enum { WHOLE = 1, NEW = 2, READER = 4 };

struct rule {
    uint8_t type;
    uint8_t states;
    uint8_t flags;
    void (*handle)(struct gw_own_peer *p, uint32_t request, struct slice body);
    unsigned (*run)(struct gw_db *db, struct gw_db_job *job); /* when handle is NULL */
};

static void on_ping(struct gw_own_peer *p, uint32_t request, struct slice body)
{
    (void)body;
    gw_own_peer_done(p, request);
}

#define READY_STATES                                                                               \
    (GW_OWN_PEER_ANON | GW_OWN_PEER_STRANGER | GW_OWN_PEER_DEVICE | GW_OWN_PEER_RECOVERY)
static const struct rule rules[] = {
    {FRAME_POST, GW_OWN_PEER_ANON, 0, gw_own_post_post, NULL},
    {FRAME_ACK, GW_OWN_PEER_DEVICE, 0, gw_own_reader_ack, NULL},
    {FRAME_EPHEMERAL, GW_OWN_PEER_ANON, 0, gw_own_post_ephemeral, NULL},
    {FRAME_BLOB_PUT, GW_OWN_PEER_ANON, READER, NULL, NULL},
    {FRAME_BLOB_GET, GW_OWN_PEER_ANON, READER, NULL, NULL},
    {FRAME_HELLO, GW_OWN_PEER_HELLO, 0, gw_own_auth_hello, NULL},
    {FRAME_AUTH, GW_OWN_PEER_AUTH, 0, gw_own_auth_auth, NULL},
    {FRAME_PING, READY_STATES, 0, on_ping, NULL},
    {FRAME_REGISTER, GW_OWN_PEER_STRANGER | GW_OWN_PEER_DEVICE, WHOLE | NEW, NULL,
     gw_own_db_account_register},
    {FRAME_CHAIN_PUT, READY_STATES, WHOLE | NEW, NULL, gw_own_db_account_chain_put},
    {FRAME_KP_PUT, GW_OWN_PEER_DEVICE, WHOLE, NULL, gw_own_db_keys_kp_put},
    {FRAME_KP_COUNT, GW_OWN_PEER_DEVICE, 0, NULL, gw_own_db_keys_kp_count},
    {FRAME_TOKEN_SET, GW_OWN_PEER_DEVICE, 0, NULL, gw_own_db_keys_token_set},
    {FRAME_TOKEN_DROP, GW_OWN_PEER_DEVICE, 0, NULL, gw_own_db_keys_token_drop},
    {FRAME_PUSH_SET, GW_OWN_PEER_DEVICE, 0, NULL, gw_own_db_keys_push_set},
    {FRAME_QUOTA_GET, GW_OWN_PEER_DEVICE, 0, NULL, gw_own_db_record_quota_get},
    {FRAME_KP_TAKE, GW_OWN_PEER_ANON, WHOLE | NEW, NULL, gw_own_db_keys_kp_take},
    {FRAME_INBOX_POST, GW_OWN_PEER_ANON, 0, NULL, gw_own_db_inbox_post},
    {FRAME_CHAIN_GET, READY_STATES, 0, NULL, gw_own_db_account_chain_get},
    {FRAME_BOX_NEW, GW_OWN_PEER_ANON, NEW, NULL, gw_own_db_group_box_new},
    {FRAME_OPEN, GW_OWN_PEER_ANON, 0, gw_own_reader_open, NULL},
    {FRAME_CLOSE, GW_OWN_PEER_ANON, 0, gw_own_reader_close, NULL},
    {FRAME_WRITE, GW_OWN_PEER_ANON, 0, gw_own_post_write, NULL},
    {FRAME_COMMIT, GW_OWN_PEER_ANON, WHOLE, gw_own_post_commit, NULL},
    {FRAME_INFO_GET, GW_OWN_PEER_ANON, 0, NULL, gw_own_db_group_info_get},
    {FRAME_BLOB_NEW, GW_OWN_PEER_ANON, WHOLE | NEW, NULL, gw_own_db_blob_new},
    {FRAME_BLOB_STAT, GW_OWN_PEER_ANON, 0, NULL, gw_own_db_blob_stat},
    {FRAME_BLOB_DROP, GW_OWN_PEER_ANON, 0, NULL, gw_own_db_blob_drop},
    {FRAME_RECORD_PUT, GW_OWN_PEER_DEVICE, NEW, NULL, gw_own_db_record_put},
    {FRAME_RECORD_GET, GW_OWN_PEER_RECOVERY, WHOLE | NEW, NULL, gw_own_db_record_get},
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

static void ask(struct gw_own_peer *p, const struct rule *rule, uint32_t request, struct slice body)
{
    struct gw_gateway *gw = p->peer.socket.loop->gw;
    struct gw_db_job *job = gw_own_peer_job(p, rule->type, request, body);
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
        if (p->state == GW_OWN_PEER_STRANGER) {
            gw_own_peer_check(p);
        }
    }
    gw_db_ask(gw->db, job);
}

static void take_frame(struct gw_own_peer *p, uint8_t type, uint32_t request, struct slice body)
{
    const struct rule *rule = find_rule(type);
    if (rule == NULL) {
        return; /* a newer client: its length is known, it is skipped */
    }
    if ((p->state & rule->states) == 0) {
        gw_own_peer_fail(p, request, WIRE_CODE_MODE, 0, NULL);
        if (p->state == GW_OWN_PEER_HELLO || p->state == GW_OWN_PEER_AUTH) {
            gw_socket_close(&p->peer.socket, GW_WS_CODE_POLICY);
        }
        return;
    }
    if ((rule->flags & NEW) != 0 && !gw_peer_spend_new(&p->peer)) {
        gw_own_peer_fail(p, request, WIRE_CODE_RATE, 2000, NULL);
        return;
    }
    if (rule->handle != NULL) {
        arena_reset(&p->peer.socket.loop->arena);
        rule->handle(p, request, body);
    } else {
        ask(p, rule, request, body);
    }
}

/* ---- the backend --------------------------------------------------------------------------- */

static bool start(struct gw_loop *loop)
{
    loop->own = gw_own_reader_create(loop);
    return loop->own != NULL;
}

static struct gw_peer *on_accept(struct gw_loop *loop, struct slice host)
{
    struct gw_own_peer *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return NULL;
    }
    gw_peer_init(&p->peer, &gw_own_dispatch, loop);
    gw_own_reader_init(&p->readers);
    p->state = GW_OWN_PEER_HELLO;
    p->auth = gw_own_auth_new(host);
    if (p->auth == NULL) {
        free(p);
        return NULL;
    }
    return &p->peer;
}

static int64_t on_message(struct gw_peer *peer, struct slice message)
{
    struct gw_own_peer *p = gw_own_peer_of(peer);
    struct slice body;
    uint8_t type = 0;
    int64_t n = 0;
    while (message.n > 0 && peer->socket.state == GW_SOCKET_OPEN) {
        uint32_t request = 0; /* the previous one has been answered */
        if (frame_next(&message, &type, &request, &body) != OK) {
            gw_own_peer_malformed(p, request);
            break;
        }
        n++;
        take_frame(p, type, request, body);
    }
    return n;
}

static void on_drained(struct gw_peer *peer)
{
    gw_own_reader_drained(gw_own_peer_of(peer));
}

static void on_closed(struct gw_peer *peer)
{
    struct gw_own_peer *p = gw_own_peer_of(peer);
    gw_own_reader_leave(p);
    if (p->counted) {
        gw_log_add(peer->socket.loop->log, GW_LOG_DEVICES, -1);
    }
}

static void on_free(struct gw_peer *peer)
{
    struct gw_own_peer *p = gw_own_peer_of(peer);
    free(p->auth);
    free(p);
}

static void on_stop(struct gw_peer *peer)
{
    gw_own_peer_bye(gw_own_peer_of(peer), WIRE_CODE_BUSY, crypto_rand_below(COME_BACK_MS),
                    GW_WS_CODE_RESTART);
}

const struct gw_backend gw_own_dispatch = {
    .protocol = FRAME_PROTOCOL,
    .start = start,
    .accept = on_accept,
    .message = on_message,
    .drained = on_drained,
    .closed = on_closed,
    .free = on_free,
    .stop = on_stop,
    .notice = gw_own_reader_notice,
};
