/* What a connection of the own network is told, and its requests to the writer. */
#include "gateway/own/peer.h"

#include <string.h>

#include "lib/check.h"
#include "lib/gateway_line_native.h"

static struct gateway_world w;
static struct gateway_line l;

static bool begin(void)
{
    if (!gateway_line_gateway(&w)) {
        return false;
    }
    gateway_line_anon(&w, &l);
    return true;
}

static void end(void)
{
    gateway_line_end(&l);
    gateway_line_gateway_end(&w);
}

static struct wire_failure failure(uint32_t request)
{
    struct wire_failure v = {0};
    gateway_line_settle(&w, &l);
    struct gateway_line_frame f = gateway_line_answer(&l, request);
    CHECK(f.type == FRAME_FAILURE);
    CHECK_ERR(wire_failure_decode(&l.arena, f.body, &v), OK);
    return v;
}

TEST(a_failure_says_why_and_when_to_ask_again)
{
    static const uint8_t detail[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    REQUIRE(begin());
    gw_own_peer_fail(l.p, 7, WIRE_CODE_RATE, 1234567890123, NULL);
    struct wire_failure v = failure(7);
    CHECK(v.code == WIRE_CODE_RATE && v.retry_ms == 1234567890123 && !v.has_detail);
    gw_own_peer_fail(l.p, UINT32_MAX, WIRE_CODE_EPOCH, 0, detail);
    v = failure(UINT32_MAX);
    CHECK(v.code == WIRE_CODE_EPOCH && v.retry_ms == 0 && v.has_detail);
    CHECK_BYTES(v.detail, SLICE_ARRAY(detail));
    CHECK(gw_log_get(&w.gw.log, GW_LOG_FAILURES) == 2 && !l.ended);
    end();
}

TEST(who_wants_no_answer_gets_none)
{
    REQUIRE(begin());
    gw_own_peer_fail(l.p, 0, WIRE_CODE_RATE, 1, NULL);
    gw_own_peer_done(l.p, 0);
    gateway_line_settle(&w, &l);
    CHECK(l.heard_n == 0 && gw_log_get(&w.gw.log, GW_LOG_FAILURES) == 1);
    gw_own_peer_done(l.p, 8);
    gateway_line_settle(&w, &l);
    CHECK(l.heard_n == 1 && gateway_line_answer(&l, 8).type == FRAME_DONE);
    end();
}

TEST(what_does_not_decode_is_said_and_ends_it)
{
    REQUIRE(begin());
    gw_own_peer_malformed(l.p, 9);
    CHECK(failure(9).code == WIRE_CODE_MALFORMED);
    CHECK(l.ended && l.close_code == GW_WS_CODE_PROTOCOL);
    CHECK(gw_log_get(&w.gw.log, GW_LOG_CLOSES_BAD) == 1);
    end();
}

TEST(bye_says_how_long_to_stay_away)
{
    struct slice last;
    struct wire_bye v = {0};
    REQUIRE(begin());
    gw_own_peer_bye(l.p, WIRE_CODE_BUSY, 5000, GW_WS_CODE_RESTART);
    gateway_line_settle(&w, &l);
    REQUIRE(gateway_line_count(&l, FRAME_BYE, &last) == 1);
    CHECK_ERR(wire_bye_decode(&l.arena, last, &v), OK);
    CHECK(v.code == WIRE_CODE_BUSY && v.after_ms == 5000);
    CHECK(l.ended && l.close_code == GW_WS_CODE_RESTART);
    end();
}

TEST(a_job_knows_who_asks)
{
    uint8_t body[3] = {1, 2, 3};
    REQUIRE(begin());
    l.p->account = 5;
    l.p->box = 6;
    l.p->recovery = true;
    memset(l.p->device, 9, sizeof l.p->device);
    struct gw_db_job *job = gw_own_peer_job(l.p, FRAME_PING, 70, SLICE_ARRAY(body));
    REQUIRE(job != NULL);
    body[0] = 7;
    CHECK(job->type == FRAME_PING && job->request == 70 && job->account == 5 && job->box == 6);
    CHECK(job->recovery && !job->known && job->device[31] == 9 && job->peer == &l.p->peer);
    CHECK(job->body.n == 3 && job->body.p[0] == 1); /* a copy */
    CHECK(job->done == gw_own_peer_job_done);
    job->code = WIRE_CODE_QUOTA;
    job->retry_ms = 9;
    memset(job->detail, 4, sizeof job->detail); /* said only when it has one */
    gw_own_peer_job_done(&w.loop, job);
    struct wire_failure v = failure(70);
    CHECK(v.code == WIRE_CODE_QUOTA && v.retry_ms == 9 && !v.has_detail);
    l.p->state = GW_OWN_PEER_DEVICE;
    job = gw_own_peer_job(l.p, FRAME_PING, 71, SLICE_EMPTY);
    REQUIRE(job != NULL);
    CHECK(job->known);
    job->code = WIRE_CODE_MALFORMED;
    gw_own_peer_job_done(&w.loop, job);
    CHECK(failure(71).code == WIRE_CODE_MALFORMED && l.ended);
    l.p->recovery = false;
    end();
}

TEST(the_answer_of_a_job_goes_out_unless_nobody_wants_it)
{
    uint8_t room[32];
    struct buf b = buf_fixed(room, sizeof room);
    REQUIRE(begin());
    frame_put(&b, FRAME_DONE, 72, SLICE_LITERAL("\x80"));
    for (int i = 0; i < 2; i++) {
        struct gw_db_job *job = gw_own_peer_job(l.p, FRAME_PING, i == 0 ? 0 : 72, SLICE_EMPTY);
        REQUIRE(job != NULL);
        job->answer = gw_bytes_copy(buf_view(&b));
        gw_own_peer_job_done(&w.loop, job);
        gateway_line_settle(&w, &l);
        CHECK(l.heard_n == (size_t)i);
    }
    CHECK(gateway_line_answer(&l, 72).type == FRAME_DONE);
    CHECK(l.p->peer.jobs == 0);
    end();
}

TEST(nothing_is_read_while_it_is_checked_who_it_is)
{
    REQUIRE(begin());
    gw_own_peer_check(l.p);
    CHECK(l.p->state == GW_OWN_PEER_CHECKING && l.p->peer.socket.hold == GW_SOCKET_HOLD_CHECK);
    gw_socket_stop_reading(&l.p->peer.socket, GW_SOCKET_HOLD_JOBS);
    gw_own_peer_checked(l.p);
    CHECK(l.p->peer.socket.hold == GW_SOCKET_HOLD_JOBS); /* that reason stands */
    end();
}

TEST(a_connection_of_this_network_is_around_its_peer)
{
    REQUIRE(begin());
    CHECK(gw_own_peer_of(&l.p->peer) == l.p && l.p->peer.socket.loop == &w.loop);
    /* whole frames, in one message */
    uint8_t room[64];
    struct buf b = buf_fixed(room, sizeof room);
    frame_put(&b, FRAME_DONE, 80, SLICE_LITERAL("\x80"));
    frame_put(&b, FRAME_DONE, 81, SLICE_LITERAL("\x80"));
    gw_peer_answer(&l.p->peer, buf_view(&b));
    gateway_line_settle(&w, &l);
    CHECK(l.heard_n == 2 && gateway_line_answer(&l, 81).type == FRAME_DONE);
    CHECK(gw_log_get(&w.gw.log, GW_LOG_BYTES_OUT) > (int64_t)buf_view(&b).n);
    /* what there is no room for ends it: the client comes back */
    static uint8_t large[GW_WS_MESSAGE_MAX + 1];
    gw_peer_answer(&l.p->peer, SLICE_ARRAY(large));
    CHECK(l.p->peer.socket.state == GW_SOCKET_DONE);
    gw_peer_answer(&l.p->peer, buf_view(&b)); /* and nothing more is said */
    gateway_line_settle(&w, &l);
    CHECK(l.heard_n == 2);
    end();
}

TEST_MAIN(TEST_ROW(a_failure_says_why_and_when_to_ask_again),
          TEST_ROW(who_wants_no_answer_gets_none),
          TEST_ROW(what_does_not_decode_is_said_and_ends_it),
          TEST_ROW(bye_says_how_long_to_stay_away), TEST_ROW(a_job_knows_who_asks),
          TEST_ROW(the_answer_of_a_job_goes_out_unless_nobody_wants_it),
          TEST_ROW(nothing_is_read_while_it_is_checked_who_it_is),
          TEST_ROW(a_connection_of_this_network_is_around_its_peer))
