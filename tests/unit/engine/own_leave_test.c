/* Going out of groups, and deleting chats (own/leave.h). */
#include "engine/own/leave.h"

#include <string.h>

#include "engine/own/group_cache.h"
#include "engine/own/make.h"
#include "engine/own/order.h"
#include "engine/own/wish.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/message.h"
#include "store/people.h"

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;
static struct own_world_account bela;

static void begin(void)
{
    if (bela.n == 0) {
        own_world_account(&bela, 2, 102);
    }
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
}

static void end(void)
{
    own_world_end(&w);
}

static int64_t make(int type, int64_t person)
{
    struct store_chat c;
    CHECK_ERR(own_chat_make(w.o, &w.s, type, SLICE_LITERAL("Crew"), person, NULL, &c), OK);
    own_world_sql(&w, "DELETE FROM wish");
    effects_init(&w.out, &w.arena);
    w.s.durable = false;
    return c.id;
}

static struct store_chat row(int64_t chat)
{
    struct store_chat c;
    CHECK_ERR(store_chat_get(w.store, &w.arena, chat, &c), OK);
    return c;
}

static bool gone(int64_t chat)
{
    struct store_chat c;
    return store_chat_get(w.store, &w.arena, chat, &c) == ERR_GONE;
}

static struct store_wish wish_of(int64_t chat)
{
    struct store_wish *list = NULL;
    size_t n = 0;
    CHECK_ERR(store_wish_list(w.store, &w.arena, chat, &list, &n), OK);
    CHECK(n == 1 && list[0].kind == OWN_WISH_LEAVE);
    return n == 1 ? list[0] : (struct store_wish){0};
}

/* Words of mine that are not sent yet. */
static void unsent(int64_t chat)
{
    struct store_message m;
    int64_t id = 0;
    memset(&m, 0, sizeof m);
    m.chat = chat;
    m.sender = STORE_PERSON_ME;
    m.mine = true;
    m.place = 3;
    m.text = SLICE_LITERAL("hello");
    CHECK_ERR(store_message_add(w.store, &m), OK);
    CHECK_ERR(
        store_outbox_put(w.store, chat, m.id, SLICE_LITERAL("words"), m.mid, false, m.id, 1, &id),
        OK);
}

/* ---- leaving -------------------------------------------------------------------------------- */

TEST(only_an_open_group_is_left)
{
    begin();
    int64_t pair = make(STORE_CHAT_PAIR, own_world_know(&w, &bela, 1));
    CHECK_ERR(own_group_leave(w.o, &w.s, pair), ERR_STATE);
    CHECK_ERR(own_group_leave(w.o, &w.s, 999), ERR_GONE);
    int64_t crew = make(STORE_CHAT_GROUP, 0);
    CHECK_ERR(own_group_leave(w.o, &w.s, crew), OK);
    CHECK_ERR(own_group_leave(w.o, &w.s, crew), ERR_STATE); /* under way */
    end();
}

TEST(a_group_is_shown_as_left_at_once_and_wants_nothing_else)
{
    begin();
    int64_t crew = make(STORE_CHAT_GROUP, 0);
    CHECK_ERR(own_wish(w.o, &w.s, crew, OWN_WISH_HEAL, SLICE_EMPTY), OK);
    CHECK_ERR(own_group_leave(w.o, &w.s, crew), OK);
    CHECK(row(crew).state == STORE_CHAT_LEAVING && wish_of(crew).stage == 0);
    CHECK(w.out.chats.n == 1 && w.s.durable);
    end();
}

TEST(who_is_alone_is_out_at_once_and_after_what_was_said)
{
    begin();
    int64_t crew = make(STORE_CHAT_GROUP, 0);
    unsent(crew);
    CHECK_ERR(own_group_leave(w.o, &w.s, crew), OK);
    struct store_wish leave = wish_of(crew);
    struct store_chat c = row(crew);
    CHECK_ERR(own_leave_work(w.o, &w.s, &c, &leave), OK);
    CHECK(row(crew).state == STORE_CHAT_LEAVING); /* what was said before goes first */
    own_world_sql(&w, "DELETE FROM outbox");
    CHECK_ERR(own_leave_work(w.o, &w.s, &c, &leave), OK);
    CHECK(row(crew).state == STORE_CHAT_LEFT);
    CHECK(own_world_int(&w, "SELECT count(*) FROM wish") == 0);
    end();
}

TEST(what_was_still_to_be_sent_has_failed_when_we_are_out)
{
    begin();
    int64_t crew = make(STORE_CHAT_GROUP, 0);
    unsent(crew);
    CHECK_ERR(own_group_left(w.o, &w.s, crew), OK);
    CHECK(row(crew).state == STORE_CHAT_LEFT);
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox") == 0);
    CHECK(own_world_int(&w, "SELECT state FROM message") == STORE_STATE_FAILED);
    CHECK(own_world_int(&w, "SELECT reason FROM message") == ERR_AUTH_POLICY);
    CHECK_ERR(own_group_left(w.o, &w.s, 999), ERR_GONE);
    end();
}

TEST(a_deleted_group_goes_when_we_are_out)
{
    begin();
    int64_t crew = make(STORE_CHAT_GROUP, 0);
    own_world_sql(&w, "UPDATE chat SET state=7,hidden=1 WHERE type=2");
    CHECK_ERR(own_group_left(w.o, &w.s, crew), OK);
    CHECK(gone(crew));
    end();
}

TEST(when_another_device_of_mine_leaves_so_do_we)
{
    begin();
    int64_t crew = make(STORE_CHAT_GROUP, 0);
    struct store_chat c = row(crew);
    CHECK_ERR(own_leave_too(w.o, &w.s, &c, 6), OK);
    CHECK(row(crew).state == STORE_CHAT_LEAVING && wish_of(crew).stage == 6);
    c = row(crew); /* once */
    own_world_sql(&w, "DELETE FROM wish");
    CHECK_ERR(own_leave_too(w.o, &w.s, &c, 7), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM wish") == 0);
    int64_t pair = make(STORE_CHAT_PAIR, own_world_know(&w, &bela, 1));
    c = row(pair);
    CHECK_ERR(own_leave_too(w.o, &w.s, &c, 6), OK);
    CHECK(row(pair).state == STORE_CHAT_WAITING);
    end();
}

TEST(a_removal_that_was_said_in_this_epoch_is_not_said_again)
{
    begin();
    int64_t crew = make(STORE_CHAT_GROUP, 0);
    struct mls_group *g = NULL;
    struct store_chat c = row(crew);
    CHECK_ERR(own_group(w.o, &w.s, crew, &g), OK);
    CHECK_ERR(own_leave_too(w.o, &w.s, &c, mls_group_epoch(g) + 1), OK);
    struct store_wish leave = wish_of(crew);
    c = row(crew);
    CHECK_ERR(own_leave_work(w.o, &w.s, &c, &leave), OK);
    CHECK(row(crew).state == STORE_CHAT_LEAVING); /* somebody commits it */
    end();
}

/* ---- deleting ------------------------------------------------------------------------------- */

TEST(notes_are_not_deleted)
{
    begin();
    int64_t self = own_world_int(&w, "SELECT id FROM chat WHERE type=0");
    CHECK_ERR(own_chat_delete(w.o, &w.s, self, STORE_PLACE_PENDING), ERR_STATE);
    CHECK_ERR(own_chat_delete(w.o, &w.s, 999, STORE_PLACE_PENDING), ERR_GONE);
    CHECK(!gone(self));
    end();
}

TEST(a_chat_of_two_is_emptied_and_goes_on)
{
    begin();
    int64_t pair = make(STORE_CHAT_PAIR, own_world_know(&w, &bela, 1));
    unsent(pair);
    CHECK_ERR(own_chat_delete(w.o, &w.s, pair, 2), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 1); /* it stands behind */
    CHECK_ERR(own_chat_delete(w.o, &w.s, pair, 3), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 0);
    CHECK(row(pair).state == STORE_CHAT_WAITING && w.s.durable && w.out.chats.n == 1);
    end();
}

TEST(a_group_is_left_first_and_hidden_until_we_are_out)
{
    begin();
    int64_t crew = make(STORE_CHAT_GROUP, 0);
    CHECK_ERR(own_chat_delete(w.o, &w.s, crew, STORE_PLACE_PENDING), OK);
    CHECK(row(crew).state == STORE_CHAT_LEAVING && row(crew).hidden);
    struct store_wish leave = wish_of(crew);
    struct store_chat c = row(crew);
    CHECK_ERR(own_leave_work(w.o, &w.s, &c, &leave), OK);
    CHECK(gone(crew));
    end();
}

TEST(what_is_over_or_never_began_goes_at_once)
{
    static const char *const states[] = {"UPDATE chat SET state=2 WHERE type=2",
                                         "UPDATE chat SET state=4 WHERE type=2"};
    for (size_t i = 0; i < 2; i++) {
        begin();
        int64_t crew = make(STORE_CHAT_GROUP, 0);
        unsent(crew);
        own_world_sql(&w, states[i]);
        CHECK_ERR(own_chat_delete(w.o, &w.s, crew, 0), OK);
        CHECK(gone(crew) && own_world_int(&w, "SELECT count(*) FROM message") == 0);
        end();
    }
}

TEST_MAIN(TEST_ROW(only_an_open_group_is_left),
          TEST_ROW(a_group_is_shown_as_left_at_once_and_wants_nothing_else),
          TEST_ROW(who_is_alone_is_out_at_once_and_after_what_was_said),
          TEST_ROW(what_was_still_to_be_sent_has_failed_when_we_are_out),
          TEST_ROW(a_deleted_group_goes_when_we_are_out),
          TEST_ROW(when_another_device_of_mine_leaves_so_do_we),
          TEST_ROW(a_removal_that_was_said_in_this_epoch_is_not_said_again),
          TEST_ROW(notes_are_not_deleted), TEST_ROW(a_chat_of_two_is_emptied_and_goes_on),
          TEST_ROW(a_group_is_left_first_and_hidden_until_we_are_out),
          TEST_ROW(what_is_over_or_never_began_goes_at_once))
