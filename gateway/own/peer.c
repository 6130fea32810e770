#include "gateway/own/peer.h"

#include <string.h>

#include "gateway/gateway.h"
#include "schema/frame.h"

#define BUSY_MS 5000 /* out of memory: when to ask again */

struct gw_own_peer *gw_own_peer_of(struct gw_peer *p)
{
    return H2O_STRUCT_FROM_MEMBER(struct gw_own_peer, peer, p);
}

/* ---- answers ------------------------------------------------------------------------------- */

void gw_own_peer_fail(struct gw_own_peer *p, uint32_t request, unsigned code, uint64_t retry_ms,
                      const uint8_t *detail)
{
    uint8_t room[64];
    struct buf b = buf_fixed(room, sizeof room);
    struct wire_failure v = {0};
    gw_log_add(p->peer.socket.loop->log, GW_LOG_FAILURES, 1);
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
    gw_peer_answer(&p->peer, buf_view(&b));
}

void gw_own_peer_done(struct gw_own_peer *p, uint32_t request)
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
    gw_peer_answer(&p->peer, buf_view(&b));
}

void gw_own_peer_malformed(struct gw_own_peer *p, uint32_t request)
{
    gw_own_peer_fail(p, request, WIRE_CODE_MALFORMED, 0, NULL);
    gw_log_add(p->peer.socket.loop->log, GW_LOG_CLOSES_BAD, 1);
    gw_socket_close(&p->peer.socket, GW_WS_CODE_PROTOCOL);
}

void gw_own_peer_bye(struct gw_own_peer *p, unsigned code, uint64_t after_ms, enum gw_ws_code close)
{
    uint8_t room[48];
    struct buf b = buf_fixed(room, sizeof room);
    struct wire_bye v = {code, after_ms};
    size_t mark = frame_begin(&b, FRAME_BYE, 0);
    wire_bye_put(&b, &v);
    frame_end(&b, mark);
    gw_peer_answer(&p->peer, buf_view(&b));
    gw_socket_close(&p->peer.socket, close);
}

/* ---- jobs ---------------------------------------------------------------------------------- */

struct gw_db_job *gw_own_peer_job(struct gw_own_peer *p, uint8_t type, uint32_t request,
                                  struct slice body)
{
    struct gw_db_job *job = gw_peer_job(&p->peer, body);
    if (job == NULL) {
        gw_own_peer_fail(p, request, WIRE_CODE_BUSY, BUSY_MS, NULL);
        return NULL;
    }
    job->type = type;
    job->request = request;
    job->account = p->account;
    job->box = p->box;
    job->known = p->state == GW_OWN_PEER_DEVICE;
    job->recovery = p->recovery;
    memcpy(job->device, p->device, sizeof job->device);
    job->done = gw_own_peer_job_done;
    return job;
}

void gw_own_peer_job_done(struct gw_loop *loop, struct gw_db_job *job)
{
    struct gw_own_peer *p = gw_own_peer_of(job->peer);
    (void)loop;
    if (job->code == WIRE_CODE_MALFORMED) {
        gw_own_peer_malformed(p, job->request);
    } else if (job->code != 0) {
        gw_own_peer_fail(p, job->request, job->code, job->retry_ms,
                         job->has_detail ? job->detail : NULL);
    } else if (job->answer != NULL && job->request != 0) {
        gw_peer_answer(&p->peer, gw_bytes_slice(job->answer));
    }
    gw_peer_job_done(job);
}

/* ---- who it is ----------------------------------------------------------------------------- */

void gw_own_peer_check(struct gw_own_peer *p)
{
    p->state = GW_OWN_PEER_CHECKING;
    gw_socket_stop_reading(&p->peer.socket, GW_SOCKET_HOLD_CHECK);
}

void gw_own_peer_checked(struct gw_own_peer *p)
{
    gw_socket_go_on_reading(&p->peer.socket, GW_SOCKET_HOLD_CHECK);
}
