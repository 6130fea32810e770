/* What two people compared, as it is shown (verify.h). */
#include "engine/verify.h"

#include <string.h>

#include "engine/roster.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/people.h"

static struct own_world w;
static struct own_world_account me;
static int64_t chat, other;
static const uint8_t key[32] = {3}, mine[32] = {4}, second[32] = {5};

/* Somebody who has a chat of two. */
static void begin(void)
{
    const uint8_t address[32] = {7};
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    CHECK_ERR(roster_person(&w.s, address, &other), OK);
    chat = own_world_chat(&w, STORE_CHAT_PAIR, other);
    CHECK_ERR(roster_chat(&w.s, other, chat), OK);
    effects_init(&w.out, &w.arena);
}

static void end(void)
{
    own_world_end(&w);
}

static struct store_person row(void)
{
    struct store_person p;
    CHECK_ERR(store_person_get(w.store, &w.arena, other, &p), OK);
    return p;
}

/* The page was told of the person and of their chat, and of nothing else, since the last question.
 */
static bool told(void)
{
    bool yes = w.out.people.n == 1 && w.out.people.v[0].id == other && w.out.chats.n == 1 &&
               w.out.chats.v[0].id == chat && w.out.messages.n == 0;
    effects_init(&w.out, &w.arena);
    return yes;
}

static struct verify_word word(const uint8_t by[32], int64_t ms)
{
    return (struct verify_word){SLICE_ARRAY(key), slice_make(by, 32), ms};
}

TEST(what_was_compared_holds_until_it_is_taken_back)
{
    const struct verify_word v = word(mine, 77);
    struct slice of, by;
    begin();
    CHECK(row().verified == ABI_VERIFIED_KNOWN);
    CHECK_ERR(verify_done(&w.s, other, &v), OK);
    CHECK(told() && row().verified == ABI_VERIFIED_NOW && row().verified_ms == 77);
    CHECK_ERR(store_person_compared(w.store, &w.arena, other, &of, &by), OK);
    CHECK_BYTES(of, SLICE_ARRAY(key));
    CHECK_BYTES(by, SLICE_ARRAY(mine));
    CHECK_ERR(verify_undo(&w.s, other), OK);
    CHECK(told() && row().verified == ABI_VERIFIED_KNOWN);
    end();
}

TEST(other_keys_are_to_be_compared_again_if_they_ever_were)
{
    const struct verify_word v = word(mine, 77);
    begin();
    CHECK_ERR(verify_again(&w.s, other), OK);
    CHECK(told() && row().verified == ABI_VERIFIED_KNOWN);
    CHECK_ERR(verify_done(&w.s, other, &v), OK);
    CHECK_ERR(verify_again(&w.s, other), OK);
    CHECK(told() && row().verified == ABI_VERIFIED_CHANGED);
    CHECK_ERR(verify_brought(&w.s, other, ABI_VERIFIED_ONCE, &v), OK);
    CHECK_ERR(verify_again(&w.s, other), OK);
    CHECK(row().verified == ABI_VERIFIED_CHANGED);
    end();
}

TEST(of_two_keys_comparing_says_which_is_theirs)
{
    const struct verify_word v = word(mine, 77);
    begin();
    CHECK_ERR(verify_fork(&w.s, other, true), OK);
    CHECK(told() && row().fork);
    CHECK_ERR(verify_fork(&w.s, other, false), OK);
    CHECK(told() && !row().fork && row().verified == ABI_VERIFIED_KNOWN);
    CHECK_ERR(verify_fork(&w.s, other, true), OK);
    CHECK_ERR(verify_done(&w.s, other, &v), OK);
    CHECK(told() && !row().fork && row().verified == ABI_VERIFIED_NOW);
    end();
}

TEST(another_device_of_mine_clears_no_alarm)
{
    const struct verify_word v = word(second, 77);
    begin();
    CHECK_ERR(verify_done_there(&w.s, other, &v), OK);
    CHECK(told() && row().verified == ABI_VERIFIED_NOW && row().verified_ms == 77);
    CHECK_ERR(verify_undo_there(&w.s, other), OK);
    CHECK(told() && row().verified == ABI_VERIFIED_KNOWN);
    CHECK_ERR(verify_brought(&w.s, other, ABI_VERIFIED_ONCE, &v), OK);
    CHECK_ERR(verify_done_there(&w.s, other, &v), OK);
    CHECK(row().verified == ABI_VERIFIED_NOW);
    CHECK_ERR(verify_again(&w.s, other), OK);
    CHECK_ERR(verify_done_there(&w.s, other, &v), OK);
    CHECK(row().verified == ABI_VERIFIED_CHANGED);
    CHECK_ERR(verify_undo_there(&w.s, other), OK);
    CHECK(row().verified == ABI_VERIFIED_CHANGED);
    CHECK_ERR(verify_undo(&w.s, other), OK); /* the person says it here */
    CHECK_ERR(verify_fork(&w.s, other, true), OK);
    CHECK_ERR(verify_done_there(&w.s, other, &v), OK);
    CHECK(row().verified == ABI_VERIFIED_KNOWN && row().fork);
    end();
}

TEST(what_a_device_that_is_gone_compared_holds_no_more)
{
    const struct verify_word here = word(mine, 77), there = word(second, 78);
    begin();
    CHECK_ERR(verify_done(&w.s, other, &here), OK);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(verify_device_gone(&w.s, SLICE_ARRAY(second)), OK);
    CHECK(row().verified == ABI_VERIFIED_NOW && w.out.people.n == 0 && w.out.chats.n == 0);
    CHECK_ERR(verify_device_gone(&w.s, SLICE_ARRAY(mine)), OK);
    CHECK(row().verified == ABI_VERIFIED_KNOWN && w.out.people.n == 0 && w.out.chats.n == 0);
    CHECK_ERR(verify_done(&w.s, other, &there), OK);
    CHECK_ERR(verify_again(&w.s, other), OK);
    CHECK_ERR(verify_device_gone(&w.s, SLICE_ARRAY(second)), OK); /* an alarm stays one */
    CHECK(row().verified == ABI_VERIFIED_CHANGED);
    end();
}

TEST(what_was_brought_stands_as_it_stood)
{
    const struct verify_word v = word(second, 78), never = {SLICE_EMPTY, SLICE_EMPTY, 0};
    struct slice of, by;
    begin();
    CHECK_ERR(verify_fork(&w.s, other, true), OK);
    effects_init(&w.out, &w.arena);
    for (int how = ABI_VERIFIED_KNOWN; how <= ABI_VERIFIED_ONCE; how++) {
        CHECK_ERR(verify_brought(&w.s, other, (enum abi_verified)how, &v), OK);
        CHECK(told() && row().verified == how && row().verified_ms == 78 && row().fork);
    }
    CHECK_ERR(verify_brought(&w.s, other, ABI_VERIFIED_KNOWN, &never), OK);
    CHECK_ERR(store_person_compared(w.store, &w.arena, other, &of, &by), OK);
    CHECK(of.n == 0 && by.n == 0 && row().verified_ms == 0);
    end();
}

TEST(nobody_is_no_error_and_a_person_without_a_chat_is_told_alone)
{
    const struct verify_word v = word(mine, 77);
    begin();
    CHECK_ERR(verify_done(&w.s, 999, &v), OK);
    CHECK_ERR(verify_again(&w.s, 999), OK);
    CHECK_ERR(verify_fork(&w.s, 999, true), OK);
    CHECK(w.out.chats.n == 0 && row().verified == ABI_VERIFIED_KNOWN && !row().fork);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(roster_chat(&w.s, other, 0), OK);
    CHECK_ERR(verify_done(&w.s, other, &v), OK);
    CHECK(w.out.people.n == 1 && w.out.people.v[0].id == other && w.out.chats.n == 0);
    end();
}

TEST_MAIN(TEST_ROW(what_was_compared_holds_until_it_is_taken_back),
          TEST_ROW(other_keys_are_to_be_compared_again_if_they_ever_were),
          TEST_ROW(of_two_keys_comparing_says_which_is_theirs),
          TEST_ROW(another_device_of_mine_clears_no_alarm),
          TEST_ROW(what_a_device_that_is_gone_compared_holds_no_more),
          TEST_ROW(what_was_brought_stands_as_it_stood),
          TEST_ROW(nobody_is_no_error_and_a_person_without_a_chat_is_told_alone))
