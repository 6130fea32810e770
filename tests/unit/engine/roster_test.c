/* People, and who sits in which chat (roster.h). */
#include "engine/roster.h"

#include <string.h>

#include "lib/check.h"
#include "lib/own_world.h"
#include "store/member.h"
#include "store/people.h"

static struct own_world w;
static struct own_world_account me;
static int64_t chat, other;

static void begin(void)
{
    const uint8_t address[32] = {7};
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    chat = own_world_chat(&w, STORE_CHAT_GROUP, 0);
    CHECK_ERR(roster_person(&w.s, address, &other), OK);
    effects_init(&w.out, &w.arena);
}

static void end(void)
{
    own_world_end(&w);
}

static struct store_person row(int64_t person)
{
    struct store_person p;
    CHECK_ERR(store_person_get(w.store, &w.arena, person, &p), OK);
    return p;
}

static bool told(void)
{
    return w.out.people.n == 1 && w.out.people.v[0].id == other && !w.out.state;
}

TEST(an_address_has_one_row_and_nobody_is_told)
{
    const uint8_t seven[32] = {7}, eight[32] = {8};
    int64_t again = 0, next = 0;
    begin();
    CHECK_ERR(roster_person(&w.s, seven, &again), OK);
    CHECK_ERR(roster_person(&w.s, eight, &next), OK);
    CHECK(again == other && next > 0 && next != other && other != STORE_PERSON_ME);
    CHECK(w.out.people.n == 0 && row(other).account[0] == 7);
    end();
}

TEST(a_profile_is_told_and_mine_is_a_part_of_the_state)
{
    begin();
    CHECK_ERR(roster_profile(&w.s, other, SLICE_LITERAL("Ada"), SLICE_LITERAL("image"), 5), OK);
    CHECK(told() && slice_equal(row(other).name, SLICE_LITERAL("Ada")));
    CHECK(slice_equal(row(other).picture, SLICE_LITERAL("image")) && row(other).profile_ms == 5);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(roster_profile(&w.s, STORE_PERSON_ME, SLICE_LITERAL("I"), SLICE_EMPTY, 6), OK);
    CHECK(w.out.people.n == 0 && w.out.state);
    CHECK(slice_equal(row(STORE_PERSON_ME).name, SLICE_LITERAL("I")));
    end();
}

TEST(blocking_is_told_of_the_person_and_of_their_chat)
{
    begin();
    CHECK_ERR(roster_block(&w.s, other, true), OK);
    CHECK(told() && w.out.chats.n == 0 && row(other).blocked == 1);
    CHECK_ERR(roster_chat(&w.s, other, chat), OK);
    CHECK(w.out.chats.n == 0 && row(other).chat == chat);
    CHECK_ERR(roster_block(&w.s, other, false), OK);
    CHECK(w.out.chats.n == 1 && w.out.chats.v[0].id == chat && row(other).blocked == 0);
    CHECK_ERR(roster_block(&w.s, 999, true), ERR_GONE);
    end();
}

TEST(a_contact_is_listed)
{
    begin();
    CHECK(row(other).contact == 0);
    CHECK_ERR(roster_contact(&w.s, other), OK);
    CHECK(row(other).contact == 1 && w.out.people.n == 0);
    end();
}

TEST(what_another_device_of_mine_says_of_them_takes_nothing_away)
{
    begin();
    CHECK_ERR(roster_told(&w.s, other, true, true, SLICE_LITERAL("Ada")), OK);
    CHECK(row(other).contact == 1 && row(other).blocked == 1 && w.out.people.n == 0);
    CHECK(slice_equal(row(other).name, SLICE_LITERAL("Ada")));
    CHECK_ERR(roster_told(&w.s, other, false, false, SLICE_LITERAL("Bela")), OK);
    CHECK(row(other).contact == 1 && row(other).blocked == 0);
    CHECK(slice_equal(row(other).name, SLICE_LITERAL("Ada")));
    CHECK_ERR(roster_brought(&w.s, other, false, true), OK);
    CHECK(row(other).contact == 0 && row(other).blocked == 1 && w.out.people.n == 0);
    CHECK_ERR(roster_told(&w.s, 999, true, true, SLICE_EMPTY), OK);
    CHECK_ERR(roster_brought(&w.s, 999, true, true), OK);
    end();
}

TEST(a_request_is_told_when_it_comes_and_when_it_is_answered)
{
    struct store_request r = {.account = 1, .at_ms = 42, .label = SLICE_LITERAL("card")};
    struct store_request all[2];
    size_t n = 0;
    begin();
    memset(r.address, 7, sizeof r.address);
    memset(r.room, 9, sizeof r.room);
    CHECK_ERR(roster_request(&w.s, &r), OK);
    CHECK(w.out.requests && w.out.people.n == 0 && w.out.chats.n == 0);
    CHECK_ERR(store_request_list(w.store, &w.arena, all, 2, &n), OK);
    REQUIRE(n == 1);
    CHECK(all[0].id > 0 && all[0].at_ms == 42 && all[0].account == 1);
    CHECK_BYTES(SLICE_ARRAY(all[0].address), SLICE_ARRAY(r.address));
    CHECK_BYTES(SLICE_ARRAY(all[0].room), SLICE_ARRAY(r.room));
    CHECK_BYTES(all[0].label, SLICE_LITERAL("card"));
    effects_init(&w.out, &w.arena);
    CHECK_ERR(roster_answered(&w.s, all[0].id), OK);
    CHECK(w.out.requests);
    CHECK_ERR(store_request_get(w.store, &w.arena, all[0].id, &r), ERR_GONE);
    CHECK_ERR(roster_answered(&w.s, all[0].id), OK);
    end();
}

TEST(who_is_not_named_has_gone_when_the_list_is_made_anew)
{
    bool sits = false;
    int role = 0;
    int64_t n = 0;
    begin();
    CHECK_ERR(roster_member(&w.s, chat, STORE_PERSON_ME, true), OK);
    CHECK_ERR(roster_member(&w.s, chat, other, false), OK);
    CHECK_ERR(store_member_count(w.store, chat, &n), OK);
    CHECK(n == 2);
    CHECK_ERR(roster_member(&w.s, chat, other, true), OK); /* the others stay */
    CHECK_ERR(store_member_role(w.store, chat, other, &role), OK);
    CHECK_ERR(store_member_count(w.store, chat, &n), OK);
    CHECK(n == 2 && role == 1);
    CHECK_ERR(roster_begin(&w.s, chat), OK);
    CHECK_ERR(roster_member(&w.s, chat, STORE_PERSON_ME, true), OK);
    CHECK_ERR(roster_end(&w.s, chat), OK);
    CHECK_ERR(store_member_has(w.store, chat, other, &sits), OK);
    CHECK_ERR(store_member_count(w.store, chat, &n), OK);
    CHECK(!sits && n == 1 && w.out.chats.n == 0);
    end();
}

TEST_MAIN(TEST_ROW(an_address_has_one_row_and_nobody_is_told),
          TEST_ROW(a_profile_is_told_and_mine_is_a_part_of_the_state),
          TEST_ROW(blocking_is_told_of_the_person_and_of_their_chat), TEST_ROW(a_contact_is_listed),
          TEST_ROW(what_another_device_of_mine_says_of_them_takes_nothing_away),
          TEST_ROW(a_request_is_told_when_it_comes_and_when_it_is_answered),
          TEST_ROW(who_is_not_named_has_gone_when_the_list_is_made_anew))
