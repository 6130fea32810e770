/* Chats as people see them (chats.h). */
#include "engine/chats.h"

#include <string.h>

#include "engine/timeline.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/order.h"

static struct own_world w;
static int64_t chat;

static void begin(void)
{
    own_world_begin(&w);
    chat = own_world_chat(&w, STORE_CHAT_GROUP, 0);
}

static void end(void)
{
    own_world_end(&w);
}

/* The page was told of this chat alone, since the last question. */
static bool told(void)
{
    bool yes = w.out.chats.n == 1 && w.out.chats.v[0].id == chat;
    effects_init(&w.out, &w.arena);
    return yes;
}

static int64_t say(int64_t in, uint8_t key, int64_t place)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    m.chat = in;
    m.sender = 7;
    m.place = place;
    m.text = SLICE_LITERAL("said");
    memset(m.mid, key, sizeof m.mid);
    CHECK_ERR(timeline_put(&w.s, &m), OK);
    effects_init(&w.out, &w.arena);
    return m.id;
}

static int64_t make_of(uint8_t room)
{
    struct store_chat c;
    memset(&c, 0, sizeof c);
    memset(c.room, room, sizeof c.room);
    c.type = STORE_CHAT_GROUP;
    c.title = SLICE_LITERAL("another");
    CHECK_ERR(chats_make(&w.s, &c), OK);
    return c.id;
}

static int64_t make(void)
{
    return make_of(9);
}

TEST(a_chat_that_is_made_or_dropped_is_not_told)
{
    begin();
    int64_t id = make();
    CHECK(id > 0 && id != chat && w.out.chats.n == 0);
    say(id, 1, 10);
    CHECK_ERR(chats_drop(&w.s, id), OK);
    CHECK(w.out.chats.n == 0 && own_world_int(&w, "SELECT count(*) FROM chat") == 1);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 0);
    CHECK_ERR(chats_drop(&w.s, id), OK);
    end();
}

TEST(emptying_takes_what_stands_up_to_the_place)
{
    begin();
    say(chat, 1, 10);
    int64_t stays = say(chat, 2, 20);
    CHECK_ERR(chats_empty(&w.s, chat, 10), OK);
    CHECK(told() && own_world_int(&w, "SELECT id FROM message") == stays &&
          !own_world_row(&w, chat).hidden);
    CHECK_ERR(chats_empty(&w.s, chat, STORE_PLACE_PENDING), OK);
    CHECK(told() && own_world_row(&w, chat).hidden &&
          own_world_int(&w, "SELECT count(*) FROM message") == 0);
    end();
}

TEST(what_was_said_moves_and_both_chats_are_told)
{
    begin();
    int64_t from = make(), id = say(from, 1, 10);
    CHECK_ERR(chats_move(&w.s, from, chat), OK);
    CHECK(w.out.chats.n == 2 && w.out.chats.v[0].id == from && w.out.chats.v[1].id == chat);
    CHECK(own_world_int(&w, "SELECT chat FROM message") == chat &&
          own_world_row(&w, chat).last_message == id);
    end();
}

TEST(a_chat_takes_the_place_of_another_with_all_that_was_shown_there)
{
    begin();
    int64_t to = make(), id = say(chat, 1, 10);
    int64_t beside = make_of(10);
    own_world_sql(&w, "INSERT INTO person(account,address,chat) SELECT 1,zeroblob(32),id FROM chat "
                      "ORDER BY id LIMIT 1");
    CHECK_ERR(chats_alias(&w.s, beside, chat), OK);
    CHECK(w.out.chats.n == 0);
    CHECK_ERR(chats_choose(&w.s, chat, STORE_CHAT_PINNED, 1), OK);
    CHECK_ERR(chats_draft(&w.s, chat, SLICE_LITERAL("I am about"), 0), OK);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(chats_succeed(&w.s, chat, to), OK);
    CHECK(w.out.chats.n == 2 && w.out.chats.v[0].id == chat && w.out.chats.v[1].id == to);
    CHECK(own_world_row(&w, chat).alias_of == to &&
          own_world_int(&w, "SELECT chat FROM message") == to);
    CHECK(own_world_int(&w, "SELECT chat FROM person ORDER BY id DESC LIMIT 1") == to);
    chat = beside;
    CHECK(own_world_row(&w, chat).alias_of == to);
    CHECK_ERR(chats_alias(&w.s, beside, 0), OK);
    CHECK(own_world_row(&w, chat).alias_of == 0);
    chat = to;
    CHECK(own_world_row(&w, chat).pinned == 1 && own_world_row(&w, chat).last_message == id &&
          own_world_row(&w, chat).alias_of == 0);
    CHECK_BYTES(own_world_row(&w, chat).draft, SLICE_LITERAL("I am about"));
    end();
}

TEST(a_chat_that_was_brought_looks_as_it_did)
{
    const struct store_chat_looks looks = {
        1, 1, 77, true, SLICE_LITERAL("image"), SLICE_LITERAL("I am about")};
    begin();
    CHECK_ERR(chats_brought(&w.s, chat, &looks, false), OK);
    CHECK(told() && own_world_row(&w, chat).pinned == 1 && own_world_row(&w, chat).archived == 1 &&
          own_world_row(&w, chat).muted_until == 77);
    CHECK(own_world_row(&w, chat).hidden && own_world_row(&w, chat).draft.n == 0);
    CHECK_BYTES(own_world_row(&w, chat).picture, SLICE_LITERAL("image"));
    CHECK_ERR(chats_brought(&w.s, chat, &looks, true), OK);
    CHECK(told());
    CHECK_BYTES(own_world_row(&w, chat).draft, SLICE_LITERAL("I am about"));
    CHECK_ERR(chats_person(&w.s, chat, 7), OK);
    CHECK(told() && own_world_row(&w, chat).person == 7);
    CHECK_ERR(chats_brought(&w.s, 999, &looks, true), OK); /* not there: no error */
    end();
}

TEST(what_it_is_changes_one_by_one_and_is_told)
{
    begin();
    CHECK_ERR(chats_state(&w.s, chat, STORE_CHAT_LEFT), OK);
    CHECK(told() && own_world_row(&w, chat).state == STORE_CHAT_LEFT);
    CHECK_ERR(chats_note(&w.s, chat, ABI_CHAT_NOTE_FORKED), OK);
    CHECK(told() && own_world_row(&w, chat).note == ABI_CHAT_NOTE_FORKED);
    CHECK_ERR(chats_rename(&w.s, chat, SLICE_LITERAL("the crew")), OK);
    CHECK(told() && slice_equal(own_world_row(&w, chat).title, SLICE_LITERAL("the crew")));
    CHECK_ERR(chats_picture(&w.s, chat, SLICE_LITERAL("image")), OK);
    CHECK(told() && slice_equal(own_world_row(&w, chat).picture, SLICE_LITERAL("image")));
    CHECK_ERR(chats_timer(&w.s, chat, 3600), OK);
    CHECK(told() && own_world_row(&w, chat).timer_s == 3600);
    CHECK_ERR(chats_role(&w.s, chat, true), OK);
    CHECK(told() && own_world_row(&w, chat).role == ABI_ROLE_ADMIN);
    CHECK_ERR(chats_role(&w.s, chat, false), OK);
    CHECK(told() && own_world_row(&w, chat).role == ABI_ROLE_MEMBER &&
          own_world_row(&w, chat).state == STORE_CHAT_LEFT &&
          own_world_row(&w, chat).timer_s == 3600);
    CHECK_ERR(chats_state(&w.s, 999, STORE_CHAT_LEFT), OK); /* not there: no error */
    end();
}

TEST(what_i_decide_changes_one_by_one_and_is_told)
{
    begin();
    CHECK_ERR(chats_choose(&w.s, chat, STORE_CHAT_PINNED, 1), OK);
    CHECK(told() && own_world_row(&w, chat).pinned == 1);
    CHECK_ERR(chats_choose(&w.s, chat, STORE_CHAT_ARCHIVED, 1), OK);
    CHECK(told() && own_world_row(&w, chat).archived == 1);
    CHECK_ERR(chats_choose(&w.s, chat, STORE_CHAT_MUTED_UNTIL, 77), OK);
    CHECK(told() && own_world_row(&w, chat).muted_until == 77);
    CHECK_ERR(chats_hide(&w.s, chat, true), OK);
    CHECK(told() && own_world_row(&w, chat).hidden);
    CHECK_ERR(chats_hide(&w.s, chat, false), OK);
    CHECK(told() && !own_world_row(&w, chat).hidden && own_world_row(&w, chat).pinned == 1 &&
          own_world_row(&w, chat).archived == 1);
    CHECK_ERR(chats_unread(&w.s, chat, true), OK);
    CHECK(told() && own_world_row(&w, chat).unread == 1);
    end();
}

TEST(a_chat_counts_as_read_and_nobody_is_told)
{
    begin();
    own_world_sql(&w, "UPDATE chat SET unread=3,mentioned=1,first_unread=7");
    CHECK_ERR(chats_unread(&w.s, chat, true), OK); /* it is */
    CHECK(told() && own_world_row(&w, chat).unread == 3 && own_world_row(&w, chat).mentioned == 1 &&
          own_world_row(&w, chat).first_unread == 7);
    CHECK_ERR(chats_unread(&w.s, chat, false), OK);
    CHECK(told() && own_world_row(&w, chat).unread == 0 && own_world_row(&w, chat).mentioned == 0 &&
          own_world_row(&w, chat).first_unread == 0);
    CHECK(own_world_int(&w, "SELECT read_due FROM chat") == 0);
    CHECK_ERR(chats_unread(&w.s, 999, false), OK);
    end();
}

TEST(a_draft_is_over_when_it_was_said)
{
    begin();
    CHECK_ERR(chats_draft(&w.s, chat, SLICE_LITERAL("I am about"), 5), OK);
    CHECK(told() && slice_equal(own_world_row(&w, chat).draft, SLICE_LITERAL("I am about")));
    CHECK(own_world_row(&w, chat).draft_reply == 5);
    own_world_sql(&w, "UPDATE chat SET hidden=1");
    CHECK_ERR(chats_said(&w.s, chat), OK);
    CHECK(told() && own_world_row(&w, chat).draft.n == 0 &&
          own_world_row(&w, chat).draft_reply == 0 && !own_world_row(&w, chat).hidden);
    end();
}

TEST_MAIN(TEST_ROW(a_chat_that_is_made_or_dropped_is_not_told),
          TEST_ROW(emptying_takes_what_stands_up_to_the_place),
          TEST_ROW(what_was_said_moves_and_both_chats_are_told),
          TEST_ROW(a_chat_takes_the_place_of_another_with_all_that_was_shown_there),
          TEST_ROW(a_chat_that_was_brought_looks_as_it_did),
          TEST_ROW(what_it_is_changes_one_by_one_and_is_told),
          TEST_ROW(what_i_decide_changes_one_by_one_and_is_told),
          TEST_ROW(a_chat_counts_as_read_and_nobody_is_told),
          TEST_ROW(a_draft_is_over_when_it_was_said))
