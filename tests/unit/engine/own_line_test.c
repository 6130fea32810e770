/* The lines to the gateway (own/line.h): dialling, losing, noticing that one is dead. */
#include "engine/own/line.h"

#include <string.h>

#include "engine/own/ask.h"
#include "engine/own/box.h"
#include "engine/own/due.h"
#include "lib/check.h"
#include "lib/own_world.h"

#define GIVEN_UP_MS 20000u /* a dial that nobody answers */
#define FIRST_WAIT_MS 500u
#define MOST_DOUBLED 7
#define CHAT 5

static struct own_world w;
static struct own_world_account ana;

/* All that a line needs: an account and a gateway. The lines are closed. */
static void begin(const char *gateway)
{
    own_world_begin(&w);
    own_world_account(&ana, 1, 101);
    own_world_be(&w, &ana, 1);
    memcpy(w.o->gateway, gateway, strlen(gateway) + 1);
    for (int c = OWN_CONN_DEVICE; c <= OWN_CONN_LAST; c++) {
        w.o->conn[c].line = OWN_CLOSED;
    }
}

static void end(void)
{
    own_world_end(&w);
}

static size_t count(enum abi_effect_kind kind, int conn)
{
    size_t n = 0;
    for (size_t i = 0; i < w.out.n; i++) {
        const struct abi_effect *e = &w.out.v[i];
        uint64_t c = kind == ABI_DIAL ? e->dial.conn : e->hang_up.conn;
        n += e->kind == kind && c == (uint64_t)conn;
    }
    return n;
}

static void dial(void)
{
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_line_dial(w.o, &w.s), OK);
}

/* ---- the state ------------------------------------------------------------------------------- */

TEST(online_is_when_both_lines_that_stay_are_ready)
{
    begin("http://gw.test");
    CHECK(own_line_state(w.o) == ABI_LINE_CONNECTING);
    w.o->conn[OWN_CONN_ANON].line = OWN_READY;
    CHECK(own_line_state(w.o) == ABI_LINE_CONNECTING);
    w.o->conn[OWN_CONN_DEVICE].line = OWN_GREETING;
    CHECK(own_line_state(w.o) == ABI_LINE_CONNECTING);
    w.o->conn[OWN_CONN_DEVICE].line = OWN_READY; /* that for chains comes and goes */
    CHECK(own_line_state(w.o) == ABI_LINE_ONLINE);
    end();
}

TEST(offline_is_what_the_browser_says_or_two_failures)
{
    begin("http://gw.test");
    w.o->conn[OWN_CONN_ANON].failures = 1;
    CHECK(own_line_state(w.o) == ABI_LINE_CONNECTING);
    w.o->conn[OWN_CONN_ANON].failures = 2;
    CHECK(own_line_state(w.o) == ABI_LINE_OFFLINE);
    w.o->conn[OWN_CONN_ANON].failures = 0;
    w.o->offline = true;
    CHECK(own_line_state(w.o) == ABI_LINE_OFFLINE);
    end();
}

/* ---- what a line is there for ---------------------------------------------------------------- */

TEST(the_device_line_is_for_who_may_sign_in)
{
    begin("http://gw.test");
    CHECK(own_line_wanted(w.o, OWN_CONN_DEVICE));
    w.o->dropped = true;
    CHECK(!own_line_wanted(w.o, OWN_CONN_DEVICE));
    w.o->dropped = false;
    w.o->base.ready = false; /* being linked */
    CHECK(!own_line_wanted(w.o, OWN_CONN_DEVICE));
    w.o->recovering = true;
    CHECK(!own_line_wanted(w.o, OWN_CONN_DEVICE));
    w.o->codes.has_old = true; /* by the code */
    CHECK(own_line_wanted(w.o, OWN_CONN_DEVICE));
    CHECK(own_line_wanted(w.o, OWN_CONN_ANON)); /* always */
    end();
}

TEST(the_line_for_chains_is_for_questions)
{
    begin("http://gw.test");
    CHECK(!own_line_wanted(w.o, OWN_CONN_CHAINS));
    bool *why[] = {&w.o->chains_wanted, &w.o->packages_wanted, &w.o->time_wanted};
    for (size_t i = 0; i < sizeof why / sizeof why[0]; i++) {
        *why[i] = true;
        CHECK(own_line_wanted(w.o, OWN_CONN_CHAINS));
        *why[i] = false;
    }
    end();
}

/* ---- dialling -------------------------------------------------------------------------------- */

TEST(who_is_wanted_is_dialled_once)
{
    begin("http://gw.test:81");
    w.s.dirty = false;
    dial();
    CHECK(count(ABI_DIAL, OWN_CONN_DEVICE) == 1 && count(ABI_DIAL, OWN_CONN_ANON) == 1);
    CHECK(count(ABI_DIAL, OWN_CONN_CHAINS) == 0 && w.out.n == 2);
    CHECK_BYTES(w.out.v[0].dial.url, SLICE_LITERAL("ws://gw.test:81/sotto"));
    CHECK_BYTES(w.out.v[0].dial.protocol, SLICE_LITERAL(FRAME_PROTOCOL));
    CHECK(w.o->conn[OWN_CONN_ANON].line == OWN_DIALLING && w.s.dirty && w.out.state);
    dial();
    CHECK(w.out.n == 0);
    w.s.now_ms += GIVEN_UP_MS - 1;
    dial();
    CHECK(w.out.n == 0);
    w.s.now_ms++; /* nobody answered: begun anew */
    dial();
    CHECK(count(ABI_HANG_UP, OWN_CONN_ANON) == 1 && count(ABI_DIAL, OWN_CONN_ANON) == 1);
    end();
}

TEST(what_is_ready_or_waits_is_left_alone)
{
    begin("http://gw.test");
    w.o->conn[OWN_CONN_DEVICE].line = OWN_READY;
    w.o->conn[OWN_CONN_ANON].retry_at_ms = w.s.now_ms + 1;
    dial();
    CHECK(w.out.n == 0);
    w.s.now_ms++;
    dial();
    CHECK(w.out.n == 1 && count(ABI_DIAL, OWN_CONN_ANON) == 1);
    end();
}

TEST(nobody_is_dialled_without_a_gateway_or_a_network)
{
    begin("");
    dial();
    CHECK(w.out.n == 0);
    end();
    begin("http://gw.test");
    w.o->offline = true;
    dial();
    CHECK(w.out.n == 0 && w.o->conn[OWN_CONN_ANON].line == OWN_CLOSED);
    end();
}

TEST(a_gateway_is_named_by_http_or_https)
{
    static const char *const bad[] = {"ftp://gw.test", "gw.test.example", "http://"};
    begin("https://gw.test");
    dial();
    CHECK_BYTES(w.out.v[0].dial.url, SLICE_LITERAL("wss://gw.test/sotto"));
    end();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        begin(bad[i]);
        CHECK_ERR(own_line_dial(w.o, &w.s), ERR_INPUT);
        CHECK(w.out.n == 0);
        end();
    }
}

/* ---- losing ---------------------------------------------------------------------------------- */

TEST(a_line_that_is_lost_is_dialled_later_and_later)
{
    begin("http://gw.test");
    for (uint32_t i = 0; i < MOST_DOUBLED + 3; i++) {
        uint64_t wait = (uint64_t)FIRST_WAIT_MS << (i < MOST_DOUBLED ? i : MOST_DOUBLED);
        struct own_conn *c = &w.o->conn[OWN_CONN_DEVICE];
        c->line = OWN_READY;
        c->heard_ms = c->asked_ms = 1;
        w.out.state = w.s.dirty = false;
        own_line_lost(w.o, &w.s, OWN_CONN_DEVICE);
        CHECK(c->line == OWN_CLOSED && c->failures == i + 1 && c->heard_ms == 0 &&
              c->asked_ms == 0);
        CHECK(c->retry_at_ms >= w.s.now_ms + wait / 2 &&
              c->retry_at_ms < w.s.now_ms + wait / 2 + wait);
        CHECK(w.s.dirty && w.out.state);
    }
    end();
}

/* What nobody will answer is asked again: of chats that wait for packages, by the chat. */
TEST(its_questions_are_forgotten_and_no_others)
{
    struct own_due due;
    begin("http://gw.test");
    CHECK(own_ask(w.o, OWN_CONN_CHAINS, FRAME_KP_TAKE, CHAT, 1) != NULL);
    CHECK(own_ask(w.o, OWN_CONN_CHAINS, FRAME_CHAIN_GET, 2, 0) != NULL);
    CHECK(own_ask(w.o, OWN_CONN_ANON, FRAME_OPEN, CHAT, 0) != NULL);
    own_due_take(w.o, &due);
    own_line_lost(w.o, &w.s, OWN_CONN_CHAINS);
    CHECK(own_world_asks(&w, FRAME_KP_TAKE) == 0 && own_world_asks(&w, FRAME_CHAIN_GET) == 0);
    CHECK(own_world_asks(&w, FRAME_OPEN) == 1);
    own_due_take(w.o, &due);
    CHECK(due.n == 1 && due.chats[0] == CHAT && !due.all);
    own_line_lost(w.o, &w.s, OWN_CONN_ANON);
    CHECK(own_world_asks(&w, FRAME_OPEN) == 0);
    end();
}

TEST(mailboxes_live_as_long_as_the_anonymous_line)
{
    for (int c = OWN_CONN_DEVICE; c <= OWN_CONN_LAST; c++) {
        begin("http://gw.test");
        CHECK(own_box(w.o, CHAT, true) != NULL);
        w.o->link.opened = true;
        w.o->blob_window = 3;
        w.o->later_ms = w.s.now_ms + 1;
        own_line_lost(w.o, &w.s, c);
        bool anon = c == OWN_CONN_ANON;
        CHECK((own_box(w.o, CHAT, false) == NULL) == anon && w.o->link.opened == !anon);
        CHECK((w.o->blob_window == 0) == anon && (w.o->later_ms == 0) == anon);
        end();
    }
}

TEST(hanging_up_names_the_connection)
{
    begin("http://gw.test");
    own_line_hang_up(&w.s, OWN_CONN_CHAINS);
    CHECK(w.out.n == 1 && count(ABI_HANG_UP, OWN_CONN_CHAINS) == 1);
    end();
}

/* ---- silence --------------------------------------------------------------------------------- */

static void check_line(void)
{
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_line_check(w.o, &w.s), OK);
}

TEST(a_silent_line_is_asked_and_without_an_answer_given_up)
{
    struct slice body;
    begin("http://gw.test");
    struct own_conn *c = &w.o->conn[OWN_CONN_ANON];
    c->line = OWN_READY;
    c->heard_ms = w.s.now_ms;
    w.s.now_ms += OWN_PING_AFTER_MS - 1;
    check_line();
    CHECK(w.out.n == 0 && c->asked_ms == 0);
    w.s.now_ms++;
    check_line();
    CHECK(w.out.n == 1 && own_world_sent(&w, OWN_CONN_ANON, FRAME_PING, &body));
    CHECK(c->asked_ms == w.s.now_ms);
    w.s.now_ms += OWN_PING_WAIT_MS - 1;
    check_line(); /* asked once */
    CHECK(w.out.n == 0 && c->line == OWN_READY);
    w.s.now_ms++;
    check_line();
    CHECK(count(ABI_HANG_UP, OWN_CONN_ANON) == 1 && c->line == OWN_CLOSED && c->failures == 1);
    end();
}

TEST(only_what_is_ready_is_asked_whether_it_lives)
{
    static const enum own_line lines[] = {OWN_CLOSED, OWN_DIALLING, OWN_GREETING};
    begin("http://gw.test");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        w.o->conn[OWN_CONN_DEVICE].line = lines[i];
        check_line();
        CHECK(w.out.n == 0);
    }
    end();
}

/* ---- when ------------------------------------------------------------------------------------ */

static uint64_t next(uint64_t before)
{
    own_line_next(w.o, &w.s, &before);
    return before;
}

TEST(a_line_wants_to_be_looked_at_when_silence_becomes_long)
{
    begin("http://gw.test");
    for (int c = OWN_CONN_DEVICE; c <= OWN_CONN_ANON; c++) {
        w.o->conn[c].line = OWN_READY;
        w.o->conn[c].heard_ms = w.s.now_ms + (uint64_t)c;
    }
    uint64_t first = w.s.now_ms + OWN_CONN_DEVICE + OWN_PING_AFTER_MS;
    CHECK(next(0) == first);
    CHECK(next(first - 1) == first - 1); /* only if that is sooner */
    CHECK(next(first + 1) == first);
    w.o->conn[OWN_CONN_ANON].asked_ms = w.s.now_ms;
    CHECK(next(0) == w.s.now_ms + OWN_PING_WAIT_MS);
    end();
}

TEST(a_line_that_is_closed_wants_to_be_dialled)
{
    begin("http://gw.test");
    w.o->conn[OWN_CONN_DEVICE].retry_at_ms = w.s.now_ms + 9;
    w.o->conn[OWN_CONN_ANON].retry_at_ms = w.s.now_ms + 7;
    CHECK(next(0) == w.s.now_ms + 7);
    w.o->conn[OWN_CONN_ANON].retry_at_ms = 0; /* never dialled */
    CHECK(next(0) == w.s.now_ms);
    w.o->offline = true; /* none is, until the browser says so */
    CHECK(next(0) == 0 && next(4) == 4);
    w.o->offline = false;
    w.o->gateway[0] = 0;
    CHECK(next(0) == 0);
    end();
}

TEST(what_the_gateway_put_off_is_asked_then)
{
    begin("http://gw.test");
    w.o->offline = true;
    w.o->later_ms = w.s.now_ms + 3;
    CHECK(next(0) == w.s.now_ms + 3);
    w.o->base.ready = false; /* it is asked for an account */
    CHECK(next(0) == 0);
    end();
}

TEST_MAIN(TEST_ROW(online_is_when_both_lines_that_stay_are_ready),
          TEST_ROW(offline_is_what_the_browser_says_or_two_failures),
          TEST_ROW(the_device_line_is_for_who_may_sign_in),
          TEST_ROW(the_line_for_chains_is_for_questions), TEST_ROW(who_is_wanted_is_dialled_once),
          TEST_ROW(what_is_ready_or_waits_is_left_alone),
          TEST_ROW(nobody_is_dialled_without_a_gateway_or_a_network),
          TEST_ROW(a_gateway_is_named_by_http_or_https),
          TEST_ROW(a_line_that_is_lost_is_dialled_later_and_later),
          TEST_ROW(its_questions_are_forgotten_and_no_others),
          TEST_ROW(mailboxes_live_as_long_as_the_anonymous_line),
          TEST_ROW(hanging_up_names_the_connection),
          TEST_ROW(a_silent_line_is_asked_and_without_an_answer_given_up),
          TEST_ROW(only_what_is_ready_is_asked_whether_it_lives),
          TEST_ROW(a_line_wants_to_be_looked_at_when_silence_becomes_long),
          TEST_ROW(a_line_that_is_closed_wants_to_be_dialled),
          TEST_ROW(what_the_gateway_put_off_is_asked_then))
