#include "engine/effect.h"

#include <string.h>

#include "check.h"

TEST(replies_and_sends_keep_their_order)
{
    struct arena a;
    struct effects e;
    arena_init(&a, 0);
    effects_init(&e, &a);
    for (uint64_t i = 0; i < 100; i++) {
        effects_send(&e, (unsigned)i, SLICE_LITERAL("x"));
        effects_reply(&e, i, ERR_STATE, i + 1, NULL);
    }
    CHECK_ERR(e.err, OK);
    REQUIRE(e.n == 200);
    for (uint64_t i = 0; i < 100; i++) {
        CHECK(e.v[2 * i].kind == ABI_SEND && e.v[2 * i].send.conn == i);
        const struct abi_effect *r = &e.v[2 * i + 1];
        CHECK(r->kind == ABI_REPLY && r->reply.request == i && r->reply.detail == i + 1);
        CHECK(r->reply.error == (uint64_t)ERR_STATE && r->reply.result.kind == ABI_OK);
    }
    arena_wipe(&a);
}

TEST(no_account_can_mean_the_connection_of_another)
{
    struct arena a;
    struct effects e;
    arena_init(&a, 0);
    effects_init(&e, &a);
    e.slot = 2;
    effects_dial(&e, 1, SLICE_LITERAL("ws://a/b"), SLICE_LITERAL("p.1"));
    effects_send(&e, EFFECTS_CONNS - 1, SLICE_LITERAL("x"));
    effects_hang_up(&e, 1);
    REQUIRE(e.n == 3);
    CHECK(e.v[0].kind == ABI_DIAL && e.v[0].dial.conn == 2 * EFFECTS_CONNS + 1);
    CHECK(slice_equal(e.v[0].dial.url, SLICE_LITERAL("ws://a/b")));
    CHECK(slice_equal(e.v[0].dial.protocol, SLICE_LITERAL("p.1")));
    CHECK(e.v[1].kind == ABI_SEND && e.v[1].send.conn == 3 * EFFECTS_CONNS - 1);
    CHECK(e.v[2].kind == ABI_HANG_UP && e.v[2].hang_up.conn == 2 * EFFECTS_CONNS + 1);
    arena_wipe(&a);
}

TEST(a_change_is_noted_once_with_all_that_was_said_of_it)
{
    struct arena a;
    struct effects e;
    arena_init(&a, 0);
    effects_init(&e, &a);
    effects_message(&e, 7, false);
    effects_message(&e, 8, false);
    effects_message(&e, 7, true);
    effects_message(&e, 7, false); /* it stays new */
    effects_message_gone(&e, 3, 8);
    REQUIRE(e.messages.n == 2);
    CHECK(e.messages.v[0].id == 7 && e.messages.v[0].fresh && !e.messages.v[0].gone);
    CHECK(e.messages.v[1].id == 8 && e.messages.v[1].gone);
    for (int64_t i = 0; i < 40; i++) {
        effects_chat(&e, i % 20);
        effects_person(&e, i % 10);
    }
    CHECK(e.chats.n == 20 && e.people.n == 10);
    CHECK(e.n == 0); /* views are built at the end, not here */
    arena_wipe(&a);
}

TEST(without_memory_the_first_failure_stays)
{
    struct arena a;
    struct effects e;
    arena_init(&a, 64);
    effects_init(&e, &a);
    for (unsigned i = 0; i < 1000; i++) {
        effects_send(&e, i, SLICE_LITERAL("x"));
        effects_chat(&e, (int64_t)i);
    }
    CHECK_ERR(e.err, ERR_HOST_MEMORY);
    arena_wipe(&a);
}

TEST(what_is_put_is_copied_as_it_is)
{
    struct arena a;
    struct effects e;
    struct abi_effect one;
    arena_init(&a, 0);
    effects_init(&e, &a);
    memset(&one, 0, sizeof one);
    one.kind = ABI_ALARM_SET;
    one.alarm_set.at_ms = 7;
    effects_put(&e, &one);
    one.alarm_set.at_ms = 8; /* the caller's again */
    effects_put(&e, &one);
    REQUIRE(e.n == 2);
    CHECK(e.v[0].kind == ABI_ALARM_SET && e.v[0].alarm_set.at_ms == 7 &&
          e.v[1].alarm_set.at_ms == 8);
    arena_wipe(&a);
}

TEST(a_change_is_a_patch_among_the_others)
{
    struct arena a;
    struct effects e;
    struct abi_change c;
    arena_init(&a, 0);
    effects_init(&e, &a);
    memset(&c, 0, sizeof c);
    c.kind = ABI_TYPING_CHANGED;
    c.typing_changed.chat = 5;
    c.typing_changed.name = SLICE_LITERAL("Ben");
    effects_send(&e, 1, SLICE_LITERAL("x"));
    effects_change(&e, &c);
    c.typing_changed.chat = 6;
    REQUIRE(e.n == 2 && e.v[1].kind == ABI_PATCH);
    CHECK(e.v[1].patch.change.kind == ABI_TYPING_CHANGED &&
          e.v[1].patch.change.typing_changed.chat == 5);
    CHECK_BYTES(e.v[1].patch.change.typing_changed.name, SLICE_LITERAL("Ben"));
    arena_wipe(&a);
}

TEST_MAIN(TEST_ROW(replies_and_sends_keep_their_order),
          TEST_ROW(no_account_can_mean_the_connection_of_another),
          TEST_ROW(a_change_is_noted_once_with_all_that_was_said_of_it),
          TEST_ROW(without_memory_the_first_failure_stays),
          TEST_ROW(what_is_put_is_copied_as_it_is), TEST_ROW(a_change_is_a_patch_among_the_others))
