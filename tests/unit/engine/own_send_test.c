/* The outbox of a chat: in order, sealed once, kept until the gateway has it; typing notices
 * (own/send.h). */
#include "engine/own/send.h"

#include <string.h>

#include "engine/own/ask.h"
#include "engine/own/box.h"
#include "engine/own/due.h"
#include "engine/own/make.h"
#include "engine/own/own.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/admit.h"
#include "store/member.h"
#include "store/message.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/setting.h"

#define HANDLE 7
#define MINUTE_MS 60000u

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;
static struct own_world_account bela;
static int64_t chat;

/* A group of ours whose mailbox is open. */
static struct own_box *begin(void)
{
    struct store_chat c;
    if (bela.n == 0) {
        own_world_account(&bela, 2, 102);
    }
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    CHECK_ERR(own_chat_make(w.o, &w.s, STORE_CHAT_GROUP, SLICE_LITERAL("Crew"), 0, NULL, &c), OK);
    chat = c.id;
    CHECK_ERR(store_clear_put(w.store, chat, 0), OK);
    struct own_box *box = own_box(w.o, chat, true);
    box->opened = true;
    box->handle = HANDLE;
    return box;
}

static void end(void)
{
    own_world_end(&w);
}

static int64_t say(const char *text, uint8_t k)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    memset(m.mid, k, sizeof m.mid);
    m.chat = chat;
    m.sender = STORE_PERSON_ME;
    m.mine = true;
    m.text = slice_of_string(text);
    CHECK_ERR(store_message_add(w.store, &m), OK);
    CHECK_ERR(own_send(w.o, &w.s, chat, m.id, m.id, m.text, m.mid), OK);
    return m.id;
}

static void work(struct own_box *box)
{
    struct store_chat c;
    CHECK_ERR(store_chat_get(w.store, &w.arena, chat, &c), OK);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_send_work(w.o, &w.s, &c, box), OK);
}

static size_t asks(void)
{
    size_t n = 0;
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        n += w.o->asks[i].request != 0 && w.o->asks[i].type == FRAME_POST;
    }
    return n;
}

/* The post that was asked first waits for its answer no more. */
static struct own_ask asked(void)
{
    struct own_ask *first = NULL;
    struct own_ask q = {0};
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        struct own_ask *a = &w.o->asks[i];
        if (a->request != 0 && a->type == FRAME_POST && (first == NULL || a->b < first->b)) {
            first = a;
        }
    }
    CHECK(first != NULL);
    if (first != NULL) {
        q = *first;
        first->request = 0;
    }
    return q;
}

static void answer(uint64_t failure)
{
    struct own_ask q = asked();
    CHECK_ERR(own_send_answer(w.o, &w.s, &q, failure == 0 ? FRAME_ACK : FRAME_FAILURE, SLICE_EMPTY,
                              failure),
              OK);
}

static int64_t queued(void)
{
    return own_world_int(&w, "SELECT count(*) FROM outbox");
}

static int64_t state_of(int64_t message)
{
    struct store_message m;
    CHECK_ERR(store_message_get(w.store, &w.arena, message, &m), OK);
    return m.state;
}

/* The post that was sent last. */
static struct frame_post last_post(void)
{
    struct frame_post p;
    struct slice body;
    memset(&p, 0, sizeof p);
    CHECK(own_world_sent(&w, OWN_CONN_ANON, FRAME_POST, &body));
    CHECK_ERR(frame_post_get(body, &p), OK);
    return p;
}

TEST(a_word_is_sealed_posted_and_sent)
{
    struct own_box *box = begin();
    w.s.durable = false;
    int64_t id = say("hello", 1);
    CHECK(w.s.durable && own_due_any(w.o) && queued() == 1);
    work(box);
    struct frame_post p = last_post();
    CHECK(p.handle == HANDLE && p.flags == 0 && p.body.n > 0 && box->posts == 1);
    CHECK(box->may_write); /* it has signed for it */
    work(box);             /* once */
    CHECK(asks() == 1 && state_of(id) == STORE_STATE_QUEUED);
    answer(0);
    CHECK(state_of(id) == STORE_STATE_SENT && queued() == 0 && box->posts == 0);
    end();
}

TEST(a_word_that_was_sealed_goes_with_the_same_bytes)
{
    static uint8_t first[4096];
    struct own_box *box = begin();
    say("hello", 1);
    work(box);
    struct frame_post p = last_post();
    REQUIRE(p.body.n <= sizeof first);
    memcpy(first, p.body.p, p.body.n);
    size_t n = p.body.n;
    answer(WIRE_CODE_BUSY); /* later */
    CHECK(queued() == 1 && box->posts == 0);
    work(box);
    p = last_post();
    CHECK(p.flags == FRAME_FLAG_RETRY);
    CHECK_BYTES(p.body, slice_make(first, n));
    /* after a day readers may have dropped its keys */
    answer(WIRE_CODE_BUSY);
    w.s.now_ms += OWN_SEALED_AGE_MS + 1;
    work(box);
    p = last_post();
    CHECK(p.flags == FRAME_FLAG_RETRY && !slice_equal(p.body, slice_make(first, n)));
    end();
}

TEST(words_go_in_order_and_a_few_at_once)
{
    struct own_box *box = begin();
    for (uint8_t k = 1; k <= OWN_POSTS_IN_FLIGHT + 2; k++) {
        say("word", k);
    }
    work(box);
    CHECK(asks() == OWN_POSTS_IN_FLIGHT && box->posts == OWN_POSTS_IN_FLIGHT);
    work(box);
    CHECK(asks() == OWN_POSTS_IN_FLIGHT);
    answer(WIRE_CODE_BUSY); /* the first: it goes again before those behind it */
    int64_t first = own_world_int(&w, "SELECT min(id) FROM outbox");
    CHECK(box->last_out == first - 1);
    end();
}

TEST(a_word_outlives_an_epoch_that_is_over)
{
    static const uint64_t over[] = {WIRE_CODE_STALE, WIRE_CODE_EPOCH, WIRE_CODE_AUTH};
    for (size_t i = 0; i < sizeof over / sizeof over[0]; i++) {
        struct own_box *box = begin();
        int64_t id = say("hello", 1);
        work(box);
        answer(over[i]);
        CHECK(queued() == 1 && state_of(id) == STORE_STATE_QUEUED);
        CHECK(own_world_int(&w, "SELECT count(*) FROM outbox WHERE sealed IS NOT NULL") == 0);
        CHECK(box->shut && box->may_write == (over[i] != WIRE_CODE_AUTH));
        work(box);
        CHECK(asks() == 0); /* nothing is sealed for that one */
        w.s.now_ms += MINUTE_MS + 1;
        work(box);
        CHECK(asks() == 1); /* asked once more */
        end();
    }
}

TEST(a_word_that_is_too_long_has_failed_and_leaves_no_gap)
{
    struct own_box *box = begin();
    int64_t id = say("hello", 1);
    work(box);
    answer(WIRE_CODE_LIMIT);
    CHECK(state_of(id) == STORE_STATE_FAILED && w.out.state);
    CHECK(queued() == 1); /* its number goes out empty */
    CHECK(own_world_int(&w, "SELECT length(content) FROM outbox") == 0);
    work(box);
    answer(WIRE_CODE_LIMIT);
    CHECK(queued() == 0);
    end();
}

TEST(an_answer_to_a_word_that_is_gone_changes_nothing)
{
    struct own_box *box = begin();
    say("hello", 1);
    work(box);
    own_world_sql(&w, "DELETE FROM outbox"); /* the echo was faster */
    struct own_ask q = asked();
    CHECK_ERR(own_send_answer(w.o, &w.s, &q, FRAME_ACK, SLICE_EMPTY, 0), OK);
    CHECK_ERR(own_send_answer(w.o, &w.s, &q, FRAME_FAILURE, SLICE_EMPTY, WIRE_CODE_LIMIT), OK);
    CHECK(box->posts == 0);
    end();
}

TEST(nothing_is_said_where_nothing_may_be_said)
{
    struct own_box *box = begin();
    say("hello", 1);
    w.o->dropped = true;
    work(box);
    w.o->dropped = false;
    own_world_sql(&w, "UPDATE chat SET state=3 WHERE type=2"); /* blocked */
    work(box);
    own_world_sql(&w, "UPDATE chat SET state=0 WHERE type=2");
    int64_t her = own_world_know(&w, &bela, 1); /* two branches, and nobody has looked yet */
    CHECK_ERR(store_member_put(w.store, chat, her, 0), OK);
    CHECK_ERR(store_person_set_fork(w.store, her, true), OK);
    work(box);
    CHECK(asks() == 0 && queued() == 1);
    CHECK_ERR(store_person_set_fork(w.store, her, false), OK);
    work(box);
    CHECK(asks() == 1);
    end();
}

/* ---- typing --------------------------------------------------------------------------------- */

static bool typed(bool on)
{
    struct slice body;
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_typing(w.o, &w.s, chat, on), OK);
    return own_world_sent(&w, OWN_CONN_ANON, FRAME_EPHEMERAL, &body);
}

TEST(that_i_type_is_said_every_few_seconds_and_that_i_stopped_at_once)
{
    (void)begin();
    CHECK(typed(true));
    w.s.now_ms += 2999;
    CHECK(!typed(true));
    w.s.now_ms++;
    CHECK(typed(true));
    CHECK(typed(false));
    CHECK(typed(true)); /* and again */
    end();
}

TEST(that_i_type_is_said_to_nobody_when_it_is_turned_off_or_cannot_be_heard)
{
    struct own_box *box = begin();
    CHECK_ERR(store_setting_put_int(w.store, "typing-on", 0), OK);
    CHECK(!typed(true));
    CHECK_ERR(store_setting_put_int(w.store, "typing-on", 1), OK);
    box->opened = false;
    CHECK(!typed(true));
    box->opened = true;
    w.o->conn[OWN_CONN_ANON].line = OWN_DIALLING;
    CHECK(!typed(true));
    w.o->conn[OWN_CONN_ANON].line = OWN_READY;
    own_world_sql(&w, "UPDATE chat SET state=1 WHERE type=2"); /* waiting */
    CHECK(!typed(true));
    own_world_sql(&w, "UPDATE chat SET state=0,type=0 WHERE type=2"); /* notes */
    CHECK(!typed(true));
    own_world_sql(&w, "UPDATE chat SET type=2,clear_epoch=-1 WHERE type=0 AND title='Crew'");
    CHECK(!typed(true)); /* not known yet who would hear it */
    end();
}

TEST_MAIN(TEST_ROW(a_word_is_sealed_posted_and_sent),
          TEST_ROW(a_word_that_was_sealed_goes_with_the_same_bytes),
          TEST_ROW(words_go_in_order_and_a_few_at_once),
          TEST_ROW(a_word_outlives_an_epoch_that_is_over),
          TEST_ROW(a_word_that_is_too_long_has_failed_and_leaves_no_gap),
          TEST_ROW(an_answer_to_a_word_that_is_gone_changes_nothing),
          TEST_ROW(nothing_is_said_where_nothing_may_be_said),
          TEST_ROW(that_i_type_is_said_every_few_seconds_and_that_i_stopped_at_once),
          TEST_ROW(that_i_type_is_said_to_nobody_when_it_is_turned_off_or_cannot_be_heard))
