/* The framer on a socket pair and h2o's event loop: what goes out in which message, when reading
 * stops, how it ends. Time is the loop's count of seconds, which the test moves. */
#include "gateway/socket.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/gateway.h"
#include "lib/check.h"

#define HEARD (1u << 20)

static h2o_evloop_t *events;
static struct gw_gateway gw;
static struct gw_loop loop;
static struct gw_socket *s; /* of the test; its memory goes with the last reference */
static int fd;              /* of the client */
static unsigned messages, drained, closed, freed;
static size_t message_n; /* bytes of the last one */
static uint8_t message_first;
static void (*in_message)(void);
static uint8_t heard[HEARD]; /* by the client */
static size_t heard_n;
static bool other_end; /* the client has seen the end */

static void on_message(struct gw_socket *of, struct slice message)
{
    CHECK(of == s);
    messages++;
    message_n = message.n;
    message_first = message.n > 0 ? message.p[0] : 0;
    if (in_message != NULL) {
        in_message();
    }
}

static void on_drained(struct gw_socket *of)
{
    CHECK(of == s && of->state == GW_SOCKET_OPEN);
    drained++;
}

static void on_closed(struct gw_socket *of)
{
    CHECK(of == s && of->sock == NULL && of->state == GW_SOCKET_DONE);
    closed++;
}

static void on_free(struct gw_socket *of)
{
    CHECK(of == s && closed == 1);
    freed++;
    free(of);
}

static const struct gw_socket_events watch = {on_message, on_drained, on_closed, on_free};

/* A socket that is not attached yet; pair[0] is for gw_socket_attach. */
static bool make(int pair[2])
{
    memset(&gw, 0, sizeof gw);
    memset(&loop, 0, sizeof loop);
    gw_config_default(&gw.config);
    loop.gw = &gw;
    loop.log = &gw.log;
    loop.now_s = 1000;
    for (size_t i = 0; i < GW_LOOP_SLOTS; i++) {
        loop.slots[i].prev = loop.slots[i].next = &loop.slots[i];
    }
    messages = drained = closed = freed = 0;
    heard_n = 0;
    other_end = false;
    in_message = NULL;
    events = events == NULL ? h2o_evloop_create() : events; /* it has no end */
    s = malloc(sizeof *s);
    if (s == NULL) {
        abort();
    }
    memset(s, 0xee, sizeof *s);
    gw_socket_init(s, &loop, &watch);
    CHECK(s->refs == 1 && s->state == GW_SOCKET_OPEN && s->sock == NULL && s->hold == 0);
    CHECK(gw_socket_backlog(s) == 0 && !s->ready);
    bool fine = socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0;
    CHECK(fine);
    fd = fine ? pair[1] : -1;
    return fine;
}

static bool begin(void)
{
    int pair[2];
    bool fine = make(pair);
    if (fine) {
        gw_socket_attach(s, h2o_evloop_socket_create(events, pair[0], 0), 0);
        CHECK(h2o_evloop_run(events, 0) == 0); /* h2o is told outside of it that we read */
    }
    return fine;
}

/* What is on its way arrives, here and there. */
static void settle(void)
{
    for (int idle = 0; idle < 3;) {
        ssize_t n = read(fd, heard + heard_n, sizeof heard - heard_n);
        heard_n += n > 0 ? (size_t)n : 0;
        other_end = other_end || n == 0;
        gw_socket_flush_all(&loop);
        CHECK(h2o_evloop_run(events, 0) == 0);
        idle = n > 0 ? 0 : idle + 1;
    }
}

/* The same without the client reading. */
static void settle_deaf(void)
{
    for (int i = 0; i < 5; i++) {
        gw_socket_flush_all(&loop);
        CHECK(h2o_evloop_run(events, 0) == 0);
    }
}

static void end(void)
{
    if (closed == 0) {
        gw_socket_finish(s);
    }
    gw_socket_flush_all(&loop); /* has a reference, too */
    CHECK(closed == 1 && freed == 1 && loop.dirty == NULL);
    (void)close(fd);
}

/* A frame of the client, masked with zeros; n below 65536. */
static size_t frame(uint8_t *out, enum gw_ws_opcode op, uint8_t fill, size_t n)
{
    size_t h = 2;
    out[0] = (uint8_t)(0x80u | (unsigned)op);
    if (n < 126) {
        out[1] = (uint8_t)(0x80u | n);
    } else {
        out[1] = 0x80 | 126;
        out[2] = (uint8_t)(n >> 8);
        out[3] = (uint8_t)n;
        h = 4;
    }
    memset(out + h, 0, 4);
    memset(out + h + 4, fill, n);
    return h + 4 + n;
}

static void say(enum gw_ws_opcode op, uint8_t fill, size_t n)
{
    static uint8_t room[70000];
    size_t k = frame(room, op, fill, n);
    CHECK(send(fd, room, k, MSG_NOSIGNAL) == (ssize_t)k);
    settle();
}

/* The next message that the client heard: its opcode, *n its bytes, *p the first; 0: none. */
static unsigned next(const uint8_t **p, size_t *n)
{
    static size_t at;
    if (p == NULL) { /* from the front */
        at = 0;
        return 0;
    }
    if (heard_n - at < 2) {
        return 0;
    }
    const uint8_t *h = heard + at;
    size_t head = h[1] == 127 ? 10 : h[1] == 126 ? 4 : 2;
    *n = h[1];
    for (size_t i = 2, first = 1; i < head && heard_n - at >= head; i++, first = 0) {
        *n = (first ? 0 : *n << 8) | h[i];
    }
    CHECK((h[0] & 0xf0u) == 0x80u && (h[1] & 0x80u) == 0 && heard_n - at >= head + *n);
    *p = h + head;
    at += head + *n;
    return h[0] & 15u;
}

/* Only this was heard: a close frame with that code. */
static bool heard_close(enum gw_ws_code code)
{
    const uint8_t *p = NULL;
    size_t n = 0;
    (void)next(NULL, NULL);
    return next(&p, &n) == GW_WS_CLOSE && n == 2 && (unsigned)(p[0] << 8 | p[1]) == (unsigned)code;
}

static void fill(size_t n, uint8_t what)
{
    uint8_t *p = gw_socket_reserve(s, n);
    CHECK(p != NULL);
    if (p != NULL) {
        memset(p, what, n);
    }
}

/* ---- writing --------------------------------------------------------------------------------- */

TEST(what_one_event_gathers_leaves_in_one_message)
{
    const uint8_t *p = NULL;
    size_t n = 0;
    REQUIRE(begin());
    fill(3, 'a');
    fill(4, 'b');
    CHECK(gw_socket_backlog(s) >= 7);
    settle_deaf();
    fill(5, 'c'); /* of the next event */
    settle();
    (void)next(NULL, NULL);
    CHECK(next(&p, &n) == GW_WS_BINARY && n == 7 && memcmp(p, "aaabbbb", 7) == 0);
    CHECK(next(&p, &n) == GW_WS_BINARY && n == 5 && memcmp(p, "ccccc", 5) == 0);
    CHECK(next(&p, &n) == 0 && gw_socket_backlog(s) == 0);
    /* an idle one owns nothing but its struct */
    CHECK(s->pending == NULL && s->flying == NULL && s->refs == 1 && loop.dirty == NULL);
    end();
}

/* The header in its shortest form, whatever the length. */
TEST(messages_of_every_length_arrive_as_they_were)
{
    static const size_t lengths[] = {1, 124, 125, 126, 127, 4096, UINT16_MAX, GW_WS_MESSAGE_MAX};
    const uint8_t *p = NULL;
    size_t n = 0;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        REQUIRE(begin());
        fill(lengths[i], (uint8_t)i);
        settle();
        (void)next(NULL, NULL);
        CHECK(next(&p, &n) == GW_WS_BINARY && n == lengths[i]);
        CHECK(p[0] == i && p[n - 1] == i && next(&p, &n) == 0);
        size_t head = lengths[i] < 126 ? 2 : lengths[i] <= UINT16_MAX ? 4 : 10;
        CHECK(heard_n == head + lengths[i]);
        end();
    }
}

TEST(no_message_is_larger_than_64_kib)
{
    const uint8_t *p = NULL;
    size_t n = 0, all = 0;
    REQUIRE(begin());
    CHECK(gw_socket_reserve(s, GW_WS_MESSAGE_MAX + 1) == NULL);
    for (int i = 0; i < 9; i++) {
        fill(20000, (uint8_t)i);
    }
    settle();
    (void)next(NULL, NULL);
    while (next(&p, &n) == GW_WS_BINARY) {
        CHECK(n <= GW_WS_MESSAGE_MAX && n % 20000 == 0); /* what was reserved at once is whole */
        for (size_t i = 0; i < n; i++) {
            CHECK(p[i] == (all + i) / 20000);
        }
        all += n;
    }
    CHECK(all == 180000);
    end();
}

TEST(a_closing_socket_has_no_room)
{
    REQUIRE(begin());
    gw_socket_close(s, GW_WS_CODE_POLICY);
    CHECK(gw_socket_reserve(s, 1) == NULL);
    gw_socket_ref(s);
    gw_socket_finish(s);
    CHECK(gw_socket_reserve(s, 1) == NULL && gw_socket_backlog(s) == 0);
    gw_socket_finish(s); /* once is enough */
    CHECK(closed == 1 && freed == 0);
    gw_socket_unref(s);
    end();
}

TEST(the_struct_stays_until_its_last_reference_goes)
{
    REQUIRE(begin());
    gw_socket_ref(s);
    gw_socket_ref(s);
    gw_socket_finish(s);
    CHECK(closed == 1 && freed == 0 && s->sock == NULL);
    gw_socket_unref(s);
    CHECK(freed == 0);
    gw_socket_unref(s);
    CHECK(freed == 1);
    settle();
    CHECK(other_end);
    end();
}

/* ---- reading --------------------------------------------------------------------------------- */

TEST(frames_that_came_with_the_request_are_read_and_the_request_is_not)
{
    int pair[2];
    uint8_t room[300];
    REQUIRE(make(pair));
    memset(room, 'r', 100); /* of the request */
    size_t n = 100 + frame(room + 100, GW_WS_BINARY, 'm', 7);
    h2o_socket_t *sock = h2o_evloop_socket_create(events, pair[0], 0);
    h2o_buffer_init(&sock->input, &h2o_socket_buffer_prototype);
    h2o_iovec_t v = h2o_buffer_reserve(&sock->input, n);
    memcpy(v.base, room, n);
    sock->input->size = n;
    gw_socket_attach(s, sock, 100);
    CHECK(messages == 1 && message_n == 7 && message_first == 'm' && sock->input->size == 0);
    say(GW_WS_BINARY, 'x', 0);
    CHECK(messages == 2 && message_n == 0);
    end();
}

TEST(messages_come_whole_however_they_were_cut)
{
    uint8_t room[2000];
    REQUIRE(begin());
    size_t n = frame(room, GW_WS_BINARY, 'a', 1000);
    n += frame(room + n, GW_WS_BINARY, 'b', 5);
    for (size_t i = 0; i < n; i++) {
        if (i % 100 == 0 || i < 8 || i > 1000) {
            settle_deaf();
            CHECK(messages == (i >= 1008));
        }
        CHECK(send(fd, room + i, 1, MSG_NOSIGNAL) == 1);
    }
    settle();
    CHECK(messages == 2 && message_n == 5 && message_first == 'b');
    end();
}

TEST(a_ping_is_answered_with_what_it_held)
{
    const uint8_t *p = NULL;
    size_t n = 0;
    REQUIRE(begin());
    fill(2, 'm'); /* before it, in order */
    say(GW_WS_PING, 'p', 125);
    say(GW_WS_PONG, 'q', 3); /* is taken, and not answered */
    (void)next(NULL, NULL);
    CHECK(next(&p, &n) == GW_WS_BINARY && n == 2);
    CHECK(next(&p, &n) == GW_WS_PONG && n == 125 && p[0] == 'p' && p[124] == 'p');
    CHECK(next(&p, &n) == 0 && messages == 0 && s->state == GW_SOCKET_OPEN);
    end();
}

TEST(what_is_outside_the_profile_is_closed_with_its_code)
{
    static const struct {
        uint8_t bytes[14];
        enum gw_ws_code code;
    } cases[] = {
        {{0x81, 0x80}, GW_WS_CODE_UNSUPPORTED}, /* text */
        {{0x02, 0x80}, GW_WS_CODE_UNSUPPORTED}, /* a fragment */
        {{0x82, 0x01}, GW_WS_CODE_PROTOCOL},    /* not masked */
        {{0xc2, 0x80}, GW_WS_CODE_PROTOCOL},    /* a reserved bit */
        {{0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 1}, GW_WS_CODE_TOO_BIG},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        REQUIRE(begin());
        CHECK(send(fd, cases[i].bytes, sizeof cases[i].bytes, MSG_NOSIGNAL) == 14);
        settle();
        CHECK(heard_close(cases[i].code) && s->state == GW_SOCKET_CLOSING && messages == 0);
        CHECK(gw_log_get(&gw.log, GW_LOG_CLOSES_BAD) == 1);
        end();
    }
}

/* Reasons are a set: reading goes on when the last of them is gone. */
TEST(nothing_is_read_while_any_reason_holds)
{
    REQUIRE(begin());
    gw_socket_stop_reading(s, GW_SOCKET_HOLD_RATE);
    gw_socket_stop_reading(s, GW_SOCKET_HOLD_JOBS);
    gw_socket_stop_reading(s, GW_SOCKET_HOLD_RATE);
    say(GW_WS_BINARY, 'a', 1);
    CHECK(messages == 0 && s->sock->input->size == 0); /* it waits in the system: TCP slows down */
    gw_socket_go_on_reading(s, GW_SOCKET_HOLD_RATE);
    gw_socket_go_on_reading(s, GW_SOCKET_HOLD_CHECK); /* was none */
    settle();
    CHECK(messages == 0 && s->hold == GW_SOCKET_HOLD_JOBS);
    gw_socket_go_on_reading(s, GW_SOCKET_HOLD_JOBS);
    settle();
    CHECK(messages == 1 && s->hold == 0);
    end();
}

static void hold_in_message(void)
{
    gw_socket_stop_reading(s, GW_SOCKET_HOLD_JOBS);
}

TEST(what_came_before_reading_stopped_is_read_when_it_goes_on)
{
    uint8_t room[64];
    REQUIRE(begin());
    size_t n = frame(room, GW_WS_BINARY, 'a', 1);
    n += frame(room + n, GW_WS_BINARY, 'b', 1);
    n += frame(room + n, GW_WS_BINARY, 'c', 1);
    in_message = hold_in_message;
    CHECK(send(fd, room, n, MSG_NOSIGNAL) == (ssize_t)n);
    settle();
    CHECK(messages == 1 && message_first == 'a');
    for (unsigned i = 2; i <= 3; i++) { /* nothing more has to come for it */
        gw_socket_go_on_reading(s, GW_SOCKET_HOLD_JOBS);
        CHECK(messages == i && message_first == 'a' + (int)i - 1);
    }
    end();
}

static void finish_in_message(void)
{
    gw_socket_finish(s);
}

TEST(it_may_be_finished_inside_a_message)
{
    uint8_t room[64];
    REQUIRE(begin());
    size_t n = frame(room, GW_WS_BINARY, 'a', 1);
    n += frame(room + n, GW_WS_BINARY, 'b', 1);
    in_message = finish_in_message;
    CHECK(send(fd, room, n, MSG_NOSIGNAL) == (ssize_t)n);
    settle();
    CHECK(messages == 1 && closed == 1 && freed == 1 && other_end);
    end();
}

/* ---- back-pressure --------------------------------------------------------------------------- */

TEST(who_does_not_read_is_not_read_until_it_has_taken_what_waits)
{
    const uint8_t *p = NULL;
    size_t n = 0, all = 0, sent = 0;
    int small = 4096;
    REQUIRE(begin());
    CHECK(setsockopt(h2o_socket_get_fd(s->sock), SOL_SOCKET, SO_SNDBUF, &small, sizeof small) == 0);
    while (gw_socket_backlog(s) <= GW_SOCKET_HIGH) {
        CHECK(s->hold == 0);
        fill(16384, (uint8_t)(sent / 16384));
        sent += 16384;
        settle_deaf();
    }
    CHECK(s->hold == GW_SOCKET_HOLD_BACKLOG);
    drained = 0; /* small writes had been taken */
    uint8_t room[16];
    size_t k = frame(room, GW_WS_BINARY, 'z', 1);
    CHECK(send(fd, room, k, MSG_NOSIGNAL) == (ssize_t)k);
    settle_deaf();
    CHECK(messages == 0);
    while (heard_n < sent) { /* it reads at last */
        ssize_t got = read(fd, heard + heard_n, 8192);
        heard_n += got > 0 ? (size_t)got : 0;
        CHECK(h2o_evloop_run(events, 0) == 0);
        CHECK((s->hold == 0) == (drained > 0));
    }
    settle();
    CHECK(messages == 1 && drained > 0 && s->hold == 0 && gw_socket_backlog(s) == 0);
    (void)next(NULL, NULL);
    while (next(&p, &n) == GW_WS_BINARY) { /* in order, and all of it */
        for (size_t i = 0; i < n; i++) {
            CHECK(p[i] == (uint8_t)((all + i) / 16384));
        }
        all += n;
    }
    CHECK(all == sent);
    end();
}

TEST(reading_and_delivering_go_on_below_the_lower_mark)
{
    int small = 4096;
    REQUIRE(begin());
    CHECK(setsockopt(h2o_socket_get_fd(s->sock), SOL_SOCKET, SO_SNDBUF, &small, sizeof small) == 0);
    for (int i = 0; i < 4; i++) {
        fill(60000, 'x');
    }
    settle_deaf(); /* on their way, and what comes now waits for them */
    for (int i = 0; i < 3; i++) {
        fill(60000, 'y');
    }
    settle_deaf();
    CHECK(s->hold == GW_SOCKET_HOLD_BACKLOG && drained == 0);
    bool more = true;
    while (s->hold != 0 && heard_n < 500000) {
        CHECK(drained == 0 && gw_socket_backlog(s) >= GW_SOCKET_LOW);
        if (more && s->pending_n == 0) { /* those of now are on their way */
            fill(60000, 'z');
            more = false;
        }
        ssize_t got = read(fd, heard + heard_n, 4096);
        heard_n += got > 0 ? (size_t)got : 0;
        CHECK(h2o_evloop_run(events, 0) == 0);
    }
    CHECK(drained == 1 && gw_socket_backlog(s) > 0 && gw_socket_backlog(s) < GW_SOCKET_LOW);
    end();
}

/* ---- the end --------------------------------------------------------------------------------- */

TEST(closing_sends_what_waits_then_the_code_then_waits_for_the_other_side)
{
    const uint8_t *p = NULL;
    size_t n = 0;
    REQUIRE(begin());
    fill(3, 'l');
    gw_socket_close(s, GW_WS_CODE_RESTART);
    gw_socket_close(s, GW_WS_CODE_POLICY); /* the first counts */
    settle();
    (void)next(NULL, NULL);
    CHECK(next(&p, &n) == GW_WS_BINARY && n == 3);
    CHECK(next(&p, &n) == GW_WS_CLOSE && n == 2 && (p[0] << 8 | p[1]) == GW_WS_CODE_RESTART);
    CHECK(next(&p, &n) == 0 && !other_end && s->state == GW_SOCKET_CLOSING);
    say(GW_WS_BINARY, 'x', 3); /* what still comes is dropped */
    CHECK(messages == 0);
    CHECK(shutdown(fd, SHUT_WR) == 0);
    settle();
    CHECK(closed == 1 && freed == 1 && other_end);
    end();
}

static void fire(void)
{
    struct gw_loop_timer *t = &s->timer;
    CHECK(t->next != NULL && t->due_s == loop.now_s);
    gw_loop_timer_clear(t);
    t->fire(&loop, t);
    settle_deaf();
}

TEST(the_end_is_noticed_after_a_close_although_nothing_was_read_before)
{
    REQUIRE(begin());
    gw_socket_stop_reading(s, GW_SOCKET_HOLD_JOBS);
    gw_socket_close(s, GW_WS_CODE_NORMAL);
    settle();
    CHECK(closed == 0 && shutdown(fd, SHUT_WR) == 0);
    settle();
    CHECK(closed == 1 && freed == 1 && messages == 0);
    end();
}

TEST(who_does_not_answer_a_close_is_waited_for_two_seconds)
{
    REQUIRE(begin());
    gw_socket_close(s, GW_WS_CODE_NORMAL);
    settle();
    CHECK(heard_close(GW_WS_CODE_NORMAL) && closed == 0);
    loop.now_s += GW_SOCKET_CLOSE_S;
    fire();
    CHECK(closed == 1 && freed == 1);
    end();
}

TEST(a_close_of_the_client_is_answered_and_ends_it)
{
    REQUIRE(begin());
    say(GW_WS_CLOSE, 3, 2);
    CHECK(heard_close(GW_WS_CODE_NORMAL) && other_end && closed == 1 && freed == 1);
    end();
}

TEST(an_end_without_a_goodbye_is_an_end)
{
    for (int held = 0; held < 2; held++) {
        REQUIRE(begin());
        if (held) {
            gw_socket_stop_reading(s, GW_SOCKET_HOLD_JOBS);
        }
        CHECK(shutdown(fd, SHUT_RDWR) == 0);
        settle_deaf();
        if (held) { /* seen when it is read again */
            gw_socket_go_on_reading(s, GW_SOCKET_HOLD_JOBS);
            settle_deaf();
        }
        CHECK(closed == 1 && freed == 1 && messages == 0);
        end();
    }
}

/* ---- timers ---------------------------------------------------------------------------------- */

TEST(without_a_hello_it_is_closed_after_ten_seconds)
{
    REQUIRE(begin());
    loop.now_s += GW_SOCKET_HELLO_S - 1;
    say(GW_WS_BINARY, 'x', 1); /* not every message is an accepted HELLO */
    loop.now_s += 1;
    fire();
    settle();
    CHECK(heard_close(GW_WS_CODE_POLICY) && gw_log_get(&gw.log, GW_LOG_CLOSES_IDLE) == 1);
    end();
}

TEST(silence_is_asked_about_and_then_it_is_over)
{
    const uint8_t *p = NULL;
    size_t n = 0;
    REQUIRE(begin());
    s->ready = true;
    say(GW_WS_BINARY, 'x', 1);
    loop.now_s += GW_SOCKET_HELLO_S; /* the timer of before: it only sets itself again */
    fire();
    loop.now_s += GW_SOCKET_PING_S - GW_SOCKET_HELLO_S;
    fire();
    settle();
    (void)next(NULL, NULL);
    CHECK(next(&p, &n) == GW_WS_PING && n == 0 && s->pinged && closed == 0);
    say(GW_WS_PONG, 0, 0); /* anything counts as an answer */
    CHECK(!s->pinged);
    heard_n = 0;
    loop.now_s += GW_SOCKET_SILENCE_S;
    fire();
    loop.now_s += GW_SOCKET_PING_S - GW_SOCKET_SILENCE_S;
    fire();
    settle();
    CHECK(s->pinged && closed == 0);
    loop.now_s += GW_SOCKET_SILENCE_S;
    fire();
    CHECK(closed == 1 && gw_log_get(&gw.log, GW_LOG_CLOSES_IDLE) == 1);
    end();
}

TEST(while_we_do_not_read_silence_says_nothing)
{
    REQUIRE(begin());
    s->ready = true;
    say(GW_WS_BINARY, 'x', 1);
    gw_socket_stop_reading(s, GW_SOCKET_HOLD_RATE);
    for (int i = 0; i < 10; i++) {
        loop.now_s = s->timer.due_s;
        fire();
        CHECK(s->timer.due_s > loop.now_s + 1); /* nor is it looked at each second */
    }
    CHECK(closed == 0 && !s->pinged);
    gw_socket_go_on_reading(s, GW_SOCKET_HOLD_RATE);
    CHECK(s->heard_s == loop.now_s);
    end();
}

TEST(one_write_may_take_thirty_seconds)
{
    int small = 4096;
    REQUIRE(begin());
    s->ready = true;
    CHECK(setsockopt(h2o_socket_get_fd(s->sock), SOL_SOCKET, SO_SNDBUF, &small, sizeof small) == 0);
    for (int i = 0; i < 12; i++) {
        fill(GW_WS_MESSAGE_MAX, 'x');
    }
    settle_deaf();
    CHECK(s->flying_n > 0);
    uint32_t start = s->flying_s;
    while (closed == 0 && s->timer.due_s - start < GW_SOCKET_STUCK_S) {
        loop.now_s = s->timer.due_s;
        fire();
    }
    CHECK(closed == 0 && s->timer.due_s - start == GW_SOCKET_STUCK_S);
    loop.now_s = s->timer.due_s;
    fire();
    CHECK(closed == 1 && freed == 1 && gw_log_get(&gw.log, GW_LOG_CLOSES_STUCK) == 1);
    end();
}

TEST_MAIN(TEST_ROW(what_one_event_gathers_leaves_in_one_message),
          TEST_ROW(messages_of_every_length_arrive_as_they_were),
          TEST_ROW(no_message_is_larger_than_64_kib), TEST_ROW(a_closing_socket_has_no_room),
          TEST_ROW(the_struct_stays_until_its_last_reference_goes),
          TEST_ROW(frames_that_came_with_the_request_are_read_and_the_request_is_not),
          TEST_ROW(messages_come_whole_however_they_were_cut),
          TEST_ROW(a_ping_is_answered_with_what_it_held),
          TEST_ROW(what_is_outside_the_profile_is_closed_with_its_code),
          TEST_ROW(nothing_is_read_while_any_reason_holds),
          TEST_ROW(what_came_before_reading_stopped_is_read_when_it_goes_on),
          TEST_ROW(it_may_be_finished_inside_a_message),
          TEST_ROW(who_does_not_read_is_not_read_until_it_has_taken_what_waits),
          TEST_ROW(reading_and_delivering_go_on_below_the_lower_mark),
          TEST_ROW(closing_sends_what_waits_then_the_code_then_waits_for_the_other_side),
          TEST_ROW(the_end_is_noticed_after_a_close_although_nothing_was_read_before),
          TEST_ROW(who_does_not_answer_a_close_is_waited_for_two_seconds),
          TEST_ROW(a_close_of_the_client_is_answered_and_ends_it),
          TEST_ROW(an_end_without_a_goodbye_is_an_end),
          TEST_ROW(without_a_hello_it_is_closed_after_ten_seconds),
          TEST_ROW(silence_is_asked_about_and_then_it_is_over),
          TEST_ROW(while_we_do_not_read_silence_says_nothing),
          TEST_ROW(one_write_may_take_thirty_seconds))
