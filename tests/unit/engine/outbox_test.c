/* What waits to be sent, and the messages that it shows (outbox.h). */
#include "engine/outbox.h"

#include <string.h>

#include "engine/timeline.h"
#include "lib/check.h"
#include "lib/own_world.h"

static struct own_world w;
static int64_t chat, message, first, second;

/* A word of mine and something silent wait. */
static void begin(void)
{
    const uint8_t a[32] = {1}, b[32] = {2};
    struct store_message m;
    memset(&m, 0, sizeof m);
    own_world_begin(&w);
    m.chat = chat = own_world_chat(&w, STORE_CHAT_GROUP, 0);
    memcpy(m.mid, a, sizeof m.mid);
    CHECK_ERR(timeline_say(&w.s, &m), OK);
    message = m.id;
    const struct outbox_word word = {message, message, SLICE_LITERAL("a word"), a};
    const struct outbox_word silent = {.content = SLICE_LITERAL("silent"), .key = b};
    CHECK_ERR(outbox_put(&w.s, chat, &word, &first), OK);
    CHECK_ERR(outbox_put(&w.s, chat, &silent, &second), OK);
    effects_init(&w.out, &w.arena);
}

static void end(void)
{
    own_world_end(&w);
}

static struct store_out *next(int64_t after, size_t limit, size_t n)
{
    struct store_out *list = NULL;
    size_t got = 0;
    CHECK_ERR(outbox_next(&w.s, chat, after, limit, &list, &got), OK);
    CHECK(got == n);
    return list;
}

static int64_t state(void)
{
    return own_world_int(&w, "SELECT state FROM message");
}

TEST(entries_come_in_the_order_they_were_said)
{
    begin();
    CHECK(w.s.durable);
    const struct store_out *list = next(0, 8, 2);
    CHECK(list[0].id == first && list[1].id == second);
    CHECK(list[0].message == message && list[0].about == message && list[1].message == 0);
    CHECK(slice_equal(list[0].content, SLICE_LITERAL("a word")) && list[0].mid[0] == 1);
    CHECK(list[0].said_ms == (int64_t)OWN_WORLD_NOW_MS && !list[0].is_sealed);
    CHECK(next(0, 1, 1)[0].id == first && next(first, 8, 1)[0].id == second);
    next(second, 8, 0);
    end();
}

TEST(what_is_sent_waits_no_more_and_its_message_says_so)
{
    begin();
    CHECK_ERR(outbox_sent(&w.s, second, 0), OK);
    CHECK(w.out.messages.n == 0 && w.out.state && state() == STORE_STATE_QUEUED);
    CHECK_ERR(outbox_sent(&w.s, first, message), OK);
    CHECK(w.out.messages.n == 1 && state() == STORE_STATE_SENT);
    next(0, 8, 0);
    CHECK_ERR(outbox_sent(&w.s, first, 0), OK); /* it is not there any more */
    end();
}

TEST(what_is_refused_has_failed_and_goes_out_empty_where_others_count)
{
    begin();
    own_world_sql(&w, "UPDATE outbox SET counter=3 WHERE id=(SELECT min(id) FROM outbox)");
    CHECK_ERR(outbox_refused(&w.s, next(0, 1, 1), ERR_LIMIT, true), OK);
    CHECK(state() == STORE_STATE_FAILED && w.out.messages.n == 1 && w.out.state);
    CHECK(own_world_int(&w, "SELECT reason FROM message") == (int64_t)ERR_LIMIT);
    CHECK(next(0, 1, 1)[0].id == first && next(0, 1, 1)[0].content.n == 0);
    CHECK_ERR(outbox_refused(&w.s, next(0, 1, 1), ERR_LIMIT, false), OK);
    CHECK(next(0, 8, 1)[0].id == second);
    end();
}

TEST(what_is_tried_again_is_not_sealed)
{
    const uint8_t branch[8] = {0};
    begin();
    CHECK_ERR(store_outbox_seal(w.store, first, 1, SLICE_LITERAL("sealed"), branch, 1), OK);
    CHECK(next(0, 1, 1)[0].is_sealed);
    CHECK_ERR(outbox_retry(&w.s, first), OK);
    const struct store_out *again = next(0, 1, 1);
    CHECK(again->id == first && !again->is_sealed && again->tries > 0);
    end();
}

TEST(what_is_dropped_leaves_its_message_as_it_is)
{
    begin();
    CHECK_ERR(outbox_drop(&w.s, first), OK);
    CHECK(next(0, 8, 1)[0].id == second && state() == STORE_STATE_QUEUED);
    end();
}

TEST(nothing_is_sent_where_the_chat_is_closed)
{
    begin();
    CHECK_ERR(outbox_close(&w.s, chat, ERR_AUTH_POLICY), OK);
    next(0, 8, 0);
    CHECK(state() == STORE_STATE_FAILED);
    CHECK(own_world_int(&w, "SELECT reason FROM message") == (int64_t)ERR_AUTH_POLICY);
    end();
}

TEST_MAIN(TEST_ROW(entries_come_in_the_order_they_were_said),
          TEST_ROW(what_is_sent_waits_no_more_and_its_message_says_so),
          TEST_ROW(what_is_refused_has_failed_and_goes_out_empty_where_others_count),
          TEST_ROW(what_is_tried_again_is_not_sealed),
          TEST_ROW(what_is_dropped_leaves_its_message_as_it_is),
          TEST_ROW(nothing_is_sent_where_the_chat_is_closed))
