/* A second device, the saying half (own/link.h): the mailbox that both meet in, and what is said
 * there, once and in order. */
#include "engine/own/link.h"

#include <string.h>

#include "engine/own/ask.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/own_setting.h"

#define HANDLE 7
#define TEN_MINUTES_MS 600000u

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;

/* The device that has the account, and was given a code. */
static void begin(void)
{
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    CHECK_ERR(own_link_accept(w.o, &w.s, SLICE_LITERAL("AAAA-BBBB-CCCC-DDDD-EEEE-FFFF")), OK);
}

static void end(void)
{
    own_world_end(&w);
}

static struct own_ask asked(enum frame_type type)
{
    struct own_ask q = own_world_asked(&w, type);
    CHECK(q.conn == OWN_CONN_ANON);
    return q;
}

static void work(void)
{
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_link_work(w.o, &w.s), OK);
}

static enum err answer(struct own_ask q, uint64_t failure)
{
    return own_link_answer(w.o, &w.s, &q, failure == 0 ? FRAME_ACK : FRAME_FAILURE, SLICE_EMPTY,
                           failure);
}

static void opened(void)
{
    struct wire_opened v;
    struct own_ask q = asked(FRAME_OPEN);
    struct buf b = buf_arena(&w.arena, 64);
    memset(&v, 0, sizeof v);
    v.handle = HANDLE;
    wire_opened_put(&b, &v);
    CHECK_ERR(own_link_answer(w.o, &w.s, &q, FRAME_OPENED, buf_view(&b), 0), OK);
}

/* The mailbox is made and open. */
static void meet(void)
{
    work();
    CHECK_ERR(answer(asked(FRAME_BOX_NEW), 0), OK);
    work();
    opened();
}

TEST(without_a_link_nothing_is_asked)
{
    struct own_ask q = {.request = 1, .conn = OWN_CONN_ANON, .type = FRAME_POST};
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    work();
    CHECK(w.out.n == 0 && own_world_asks(&w, FRAME_BOX_NEW) == 0);
    CHECK_ERR(answer(q, 0), OK); /* of one that was given up */
    CHECK_ERR(answer(q, WIRE_CODE_BUSY), OK);
    CHECK(w.o->conn[OWN_CONN_ANON].line == OWN_READY);
    end();
}

TEST(what_is_no_code_begins_nothing)
{
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    CHECK(own_link_accept(w.o, &w.s, SLICE_LITERAL("AAAA")) != OK);
    CHECK(own_link_accept(w.o, &w.s, SLICE_EMPTY) != OK);
    CHECK(own_world_setting(&w, "link-role") == ROLE_NONE);
    end();
}

/* Both sides derive it from the code: whoever comes first makes it. */
TEST(the_mailbox_is_made_or_is_there_and_then_opened)
{
    static const uint64_t fine[] = {0, WIRE_CODE_EXISTS};
    for (size_t i = 0; i < 2; i++) {
        begin();
        work();
        work(); /* asked once */
        CHECK(own_world_asks(&w, FRAME_BOX_NEW) == 1 && w.o->link.asking);
        CHECK_ERR(answer(asked(FRAME_BOX_NEW), WIRE_CODE_BUSY), OK);
        CHECK(own_world_setting(&w, "link-made") == 0 && !w.o->link.asking);
        work(); /* and again */
        CHECK_ERR(answer(asked(FRAME_BOX_NEW), fine[i]), OK);
        CHECK(own_world_setting(&w, "link-made") == 1 && !w.o->link.opened);
        work();
        opened();
        CHECK(w.o->link.opened && w.o->link.handle == HANDLE);
        end();
    }
}

TEST(a_mailbox_that_does_not_open_is_asked_for_again)
{
    begin();
    work();
    CHECK_ERR(answer(asked(FRAME_BOX_NEW), 0), OK);
    work();
    CHECK_ERR(answer(asked(FRAME_OPEN), WIRE_CODE_UNKNOWN), OK);
    CHECK(!w.o->link.opened && !w.o->link.asking);
    work();
    struct own_ask q = asked(FRAME_OPEN);
    CHECK(own_link_answer(w.o, &w.s, &q, FRAME_OPENED, SLICE_LITERAL("x"), 0) != OK);
    CHECK(!w.o->link.opened);
    end();
}

/* Who shows the code speaks first; who was given it listens. */
TEST(what_is_said_is_said_once_until_it_is_answered)
{
    struct slice code;
    begin();
    meet();
    work();
    CHECK(own_world_asks(&w, FRAME_POST) == 0 && w.o->link.flying == 0);
    end();
    own_world_begin(&w);
    CHECK_ERR(
        own_link_begin(w.o, &w.s, SLICE_LITERAL("http://gw.test"), SLICE_LITERAL("phone"), &code),
        OK);
    CHECK(code.n > 24);
    w.o->conn[OWN_CONN_ANON].line = OWN_READY;
    meet();
    work();
    CHECK(own_world_asks(&w, FRAME_POST) == 1 && w.o->link.flying == 1);
    work();
    CHECK(own_world_asks(&w, FRAME_POST) == 1);
    CHECK_ERR(answer(asked(FRAME_POST), 0), OK);
    CHECK(w.o->link.flying == 0 && own_world_setting(&w, "link-sent") == 1 &&
          w.o->pair.said_n == 0);
    work(); /* now the other side does */
    CHECK(own_world_asks(&w, FRAME_POST) == 0);
    end();
}

/* What follows a word that was refused must not be taken for it. */
TEST(a_word_that_is_refused_ends_the_line)
{
    struct own_ask q = {.request = 1, .conn = OWN_CONN_ANON, .type = FRAME_POST, .a = SAY_PAIRING};
    begin();
    meet();
    CHECK_ERR(answer(q, WIRE_CODE_BUSY), OK);
    CHECK(w.o->conn[OWN_CONN_ANON].line == OWN_CLOSED && !w.o->link.opened);
    CHECK(own_world_setting(&w, "link-sent") == 0 &&
          own_world_setting(&w, "link-role") == ROLE_OLD); /* it goes on later */
    end();
}

/* The pairing has a mailbox of its own: answers from there mean nothing in the next. */
TEST(an_answer_to_the_mailbox_of_before_changes_nothing)
{
    struct own_ask q = {.request = 1, .conn = OWN_CONN_ANON, .type = FRAME_POST, .a = SAY_RECORDS};
    begin();
    meet();
    CHECK_ERR(answer(q, 0), OK);
    CHECK_ERR(answer(q, WIRE_CODE_BUSY), OK);
    CHECK(own_world_setting(&w, "link-sent") == 0 && w.o->conn[OWN_CONN_ANON].line == OWN_READY);
    end();
}

TEST(a_line_that_was_cut_opens_the_mailbox_again)
{
    begin();
    meet();
    w.o->conn[OWN_CONN_ANON].line = OWN_DIALLING;
    work();
    CHECK(!w.o->link.opened && w.o->link.flying == 0);
    w.o->conn[OWN_CONN_ANON].line = OWN_READY;
    work();
    CHECK(own_world_asks(&w, FRAME_OPEN) == 1 &&
          own_world_asks(&w, FRAME_BOX_NEW) == 0); /* it is made */
    end();
}

TEST(a_link_that_is_cancelled_or_too_late_is_over)
{
    begin();
    own_link_cancel(w.o, &w.s);
    CHECK(own_world_setting(&w, "link-role") == ROLE_NONE && w.out.err == OK);
    work();
    CHECK(own_world_asks(&w, FRAME_BOX_NEW) == 0);
    end();
    begin();
    w.s.now_ms += TEN_MINUTES_MS - 1;
    CHECK_ERR(own_link_late(w.o, &w.s), OK);
    CHECK(own_world_setting(&w, "link-role") == ROLE_OLD);
    w.s.now_ms++;
    CHECK_ERR(own_link_late(w.o, &w.s), OK);
    CHECK(own_world_setting(&w, "link-role") == ROLE_NONE);
    end();
}

TEST(nobody_confirms_what_was_not_asked)
{
    begin();
    CHECK_ERR(own_link_confirm(w.o, &w.s, true), ERR_STATE);
    CHECK_ERR(own_link_confirm(w.o, &w.s, false), ERR_STATE);
    CHECK(own_world_setting(&w, "link-role") == ROLE_OLD);
    end();
}

TEST_MAIN(TEST_ROW(without_a_link_nothing_is_asked), TEST_ROW(what_is_no_code_begins_nothing),
          TEST_ROW(the_mailbox_is_made_or_is_there_and_then_opened),
          TEST_ROW(a_mailbox_that_does_not_open_is_asked_for_again),
          TEST_ROW(what_is_said_is_said_once_until_it_is_answered),
          TEST_ROW(a_word_that_is_refused_ends_the_line),
          TEST_ROW(an_answer_to_the_mailbox_of_before_changes_nothing),
          TEST_ROW(a_line_that_was_cut_opens_the_mailbox_again),
          TEST_ROW(a_link_that_is_cancelled_or_too_late_is_over),
          TEST_ROW(nobody_confirms_what_was_not_asked))
