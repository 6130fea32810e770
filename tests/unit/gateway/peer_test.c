/* A connection, whatever is spoken on it: what it counts, when it is not read, what its backend is
 * told and when. There is no socket behind it: it closes already, so that nothing is read or sent.
 */
#include <stdlib.h>
#include <string.h>

#include "gateway/backend.h"
#include "gateway/gateway.h"
#include "gateway/peer.h"
#include "lib/check.h"

static struct gw_gateway gw;
static struct gw_loop loop;
static unsigned messages, drained, closed, freed, stopped;
static int64_t requests; /* that the next message holds */

static int64_t on_message(struct gw_peer *p, struct slice message)
{
    (void)p;
    messages += message.n > 0;
    return requests;
}

static void on_drained(struct gw_peer *p)
{
    (void)p;
    drained++;
}

static void on_closed(struct gw_peer *p)
{
    (void)p;
    closed++;
}

static void on_free(struct gw_peer *p)
{
    freed++;
    free(p);
}

static void on_stop(struct gw_peer *p)
{
    (void)p;
    stopped++;
}

static const struct gw_backend backend = {.protocol = "test.1",
                                          .message = on_message,
                                          .drained = on_drained,
                                          .closed = on_closed,
                                          .free = on_free,
                                          .stop = on_stop};

static struct gw_peer *make(void)
{
    memset(&gw, 0, sizeof gw);
    memset(&loop, 0, sizeof loop);
    gw_config_default(&gw.config);
    loop.gw = &gw;
    loop.log = &gw.log;
    loop.now_s = 1000;
    messages = drained = closed = freed = stopped = 0;
    struct gw_peer *p = calloc(1, sizeof *p);
    if (p != NULL) {
        gw_peer_init(p, &backend, &loop);
        p->socket.state = GW_SOCKET_CLOSING;
    }
    return p;
}

TEST(a_failed_upgrade_frees_and_counts_nothing)
{
    struct gw_peer *p = make();
    REQUIRE(p != NULL);
    gw_peer_upgraded(p, NULL, 0);
    CHECK(freed == 1 && closed == 0 && loop.peer_n == 0 && loop.peers == NULL);
    CHECK(gw_log_get(&gw.log, GW_LOG_CONNECTIONS) == 0);
}

TEST(things_to_make_are_given_up_to_the_burst_and_no_further)
{
    struct gw_peer *p = make();
    unsigned n = 0;
    REQUIRE(p != NULL);
    while (n < 1000 && gw_peer_spend_new(p)) {
        n++;
    }
    CHECK(n == 40 && !gw_peer_spend_new(p));
    loop.now_s += 1;
    requests = 0;
    p->socket.events->message(&p->socket, SLICE_LITERAL("x")); /* the buckets fill by then */
    n = 0;
    while (n < 1000 && gw_peer_spend_new(p)) {
        n++;
    }
    CHECK(n == gw.config.rate_new);
    free(p);
}

TEST(a_message_costs_its_bytes_and_what_it_asked_for)
{
    struct gw_peer *p = make();
    REQUIRE(p != NULL);
    int64_t frames = p->frames_left, bytes = p->bytes_left;
    requests = 3;
    p->socket.events->message(&p->socket, SLICE_LITERAL("12345"));
    CHECK(messages == 1 && p->frames_left == frames - 3 && p->bytes_left == bytes - 5);
    CHECK(gw_log_get(&gw.log, GW_LOG_FRAMES_IN) == 3 && gw_log_get(&gw.log, GW_LOG_BYTES_IN) == 5);
    p->socket.events->drained(&p->socket);
    CHECK(drained == 1);
    free(p);
}

TEST(too_many_requests_under_way_stop_reading_until_half_are_done)
{
    struct gw_peer *p = make();
    struct gw_db_job *jobs[GW_PEER_JOBS_MAX];
    uint8_t body[4] = {1, 2, 3, 4};
    REQUIRE(p != NULL);
    for (unsigned i = 0; i < GW_PEER_JOBS_MAX; i++) {
        CHECK(p->socket.hold == 0);
        jobs[i] = gw_peer_job(p, SLICE_ARRAY(body));
        REQUIRE(jobs[i] != NULL);
    }
    CHECK(p->socket.hold == GW_SOCKET_HOLD_JOBS && p->socket.refs == 1 + GW_PEER_JOBS_MAX);
    body[0] = 9; /* they have copies */
    CHECK(jobs[0]->body.n == 4 && jobs[0]->body.p[0] == 1 && jobs[0]->peer == p);
    CHECK(jobs[0]->loop == &loop && jobs[0]->code == 0 && jobs[0]->run == NULL);
    for (unsigned i = 0; i < GW_PEER_JOBS_MAX; i++) {
        CHECK((p->socket.hold != 0) == (p->jobs >= GW_PEER_JOBS_MAX / 2));
        gw_peer_job_done(jobs[i]);
    }
    CHECK(p->jobs == 0 && p->job_bytes == 0 && p->socket.refs == 1 && freed == 0);
    free(p);
}

TEST(large_requests_stop_reading_by_their_bytes)
{
    struct gw_peer *p = make();
    static uint8_t body[GW_PEER_JOB_BYTES_MAX / 2];
    REQUIRE(p != NULL);
    struct gw_db_job *a = gw_peer_job(p, SLICE_ARRAY(body));
    REQUIRE(a != NULL);
    CHECK(p->socket.hold == 0);
    struct gw_db_job *b = gw_peer_job(p, SLICE_ARRAY(body));
    REQUIRE(b != NULL);
    CHECK(p->socket.hold == GW_SOCKET_HOLD_JOBS);
    gw_peer_job_done(a);
    CHECK(p->socket.hold == GW_SOCKET_HOLD_JOBS); /* half is not below half */
    gw_peer_job_done(b);
    CHECK(p->socket.hold == 0);
    free(p);
}

TEST(a_job_keeps_the_connection_until_it_is_done)
{
    struct gw_peer *p = make();
    REQUIRE(p != NULL);
    struct gw_db_job *job = gw_peer_job(p, SLICE_EMPTY);
    REQUIRE(job != NULL);
    gw_socket_unref(&p->socket); /* the socket's own */
    CHECK(freed == 0);
    gw_peer_job_done(job);
    CHECK(freed == 1);
}

/* Two in the ring; the first goes. */
TEST(who_is_there_is_told_that_the_gateway_stops)
{
    struct gw_peer *a = make();
    struct gw_peer *b = calloc(1, sizeof *b);
    REQUIRE(a != NULL && b != NULL);
    gw_peer_init(b, &backend, &loop);
    a->next = a->prev = b;
    b->next = b->prev = a;
    loop.peers = a;
    loop.peer_n = 2;
    gw_peer_stop_all(&loop);
    CHECK(stopped == 2 && loop.stopping && !loop.done);
    CHECK(loop.stop_s == loop.now_s + gw.config.drain_seconds);
    a->socket.events->closed(&a->socket);
    CHECK(closed == 1 && loop.peer_n == 1 && loop.peers == b && b->next == b && b->prev == b);
    gw_peer_tick(&loop);
    CHECK(!loop.done); /* there is one still, and time */
    b->socket.events->closed(&b->socket);
    CHECK(closed == 2 && loop.peer_n == 0 && loop.peers == NULL);
    gw_peer_tick(&loop);
    CHECK(loop.done);
    free(a);
    free(b);
}

TEST_MAIN(TEST_ROW(a_failed_upgrade_frees_and_counts_nothing),
          TEST_ROW(things_to_make_are_given_up_to_the_burst_and_no_further),
          TEST_ROW(a_message_costs_its_bytes_and_what_it_asked_for),
          TEST_ROW(too_many_requests_under_way_stop_reading_until_half_are_done),
          TEST_ROW(large_requests_stop_reading_by_their_bytes),
          TEST_ROW(a_job_keeps_the_connection_until_it_is_done),
          TEST_ROW(who_is_there_is_told_that_the_gateway_stops))
