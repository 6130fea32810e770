/* Lines of the timeline about what happened (own/notice.h). */
#include "engine/own/notice.h"

#include <string.h>

#include "lib/check.h"
#include "lib/own_world.h"
#include "store/account.h"

static struct own_world w;
static int64_t chat, other;

static void begin(void)
{
    struct store_chat c;
    memset(&w, 0, sizeof w);
    own_world_begin(&w);
    chat = own_world_chat(&w, STORE_CHAT_GROUP, 0);
    memset(&c, 0, sizeof c);
    c.account = STORE_ACCOUNT_OWN;
    memset(c.room, 9, sizeof c.room);
    c.type = STORE_CHAT_GROUP;
    CHECK_ERR(store_chat_add(w.store, &c), OK);
    other = c.id;
}

static void end(void)
{
    own_world_end(&w);
}

TEST(a_line_stands_in_its_chat_and_is_told_to_the_page)
{
    begin();
    CHECK_ERR(own_notice(&w.s, chat, ABI_NOTICE_GONE, 7, SLICE_LITERAL("who"), 0), OK);
    CHECK(own_world_int(&w, "SELECT chat FROM message WHERE notice=37 AND sender=7") == chat);
    CHECK(own_world_int(&w, "SELECT at_ms FROM message") == (int64_t)OWN_WORLD_NOW_MS);
    CHECK(w.out.messages.n == 1 && w.out.messages.v[0].fresh);
    CHECK(w.out.chats.n == 1 && w.out.chats.v[0].id == chat);
    CHECK_ERR(own_notice(&w.s, chat, ABI_NOTICE_MISSED, 0, SLICE_EMPTY, 5), OK);
    CHECK(own_world_int(&w, "SELECT at_ms FROM message WHERE notice=13") == 5);
    CHECK_ERR(own_notice(&w.s, 999, ABI_NOTICE_GONE, 0, SLICE_EMPTY, 0), ERR_GONE);
    end();
}

TEST(a_line_of_a_room_that_another_chat_shows_stands_there)
{
    struct store_chat c;
    begin();
    own_world_sql(&w, "UPDATE chat SET alias_of=(SELECT min(id) FROM chat) WHERE "
                      "id=(SELECT max(id) FROM chat)");
    CHECK_ERR(store_chat_get(w.store, &w.arena, other, &c), OK);
    CHECK(own_shown_in(&c) == chat);
    CHECK_ERR(own_notice(&w.s, other, ABI_NOTICE_FORK, 7, SLICE_EMPTY, 0), OK);
    CHECK(own_world_int(&w, "SELECT chat FROM message") == chat);
    end();
}

TEST(who_did_it_is_said_unless_it_is_whom_it_is_about)
{
    struct timeline_by by = {7, ABI_BY_HOW_DID, false};
    begin();
    CHECK_ERR(own_notice_by(&w.s, chat, ABI_NOTICE_GONE, 7, SLICE_EMPTY, &by), OK);
    CHECK(own_world_int(
              &w, "SELECT by_person FROM message WHERE id=(SELECT max(id) FROM message)") == 0);
    by.removed = true; /* a device that was dropped since did it: that is worth saying */
    CHECK_ERR(own_notice_by(&w.s, chat, ABI_NOTICE_GONE, 7, SLICE_EMPTY, &by), OK);
    CHECK(own_world_int(
              &w, "SELECT by_person FROM message WHERE id=(SELECT max(id) FROM message)") == 7);
    by = (struct timeline_by){8, ABI_BY_HOW_SAYS, false};
    CHECK_ERR(own_notice_by(&w.s, chat, ABI_NOTICE_GONE, 7, SLICE_EMPTY, &by), OK);
    CHECK(own_world_int(
              &w, "SELECT by_person FROM message WHERE id=(SELECT max(id) FROM message)") == 8);
    by = (struct timeline_by){0, ABI_BY_HOW_SAYS, false};
    CHECK_ERR(own_notice_by(&w.s, chat, ABI_NOTICE_GONE, 7, SLICE_EMPTY, &by), OK);
    CHECK(own_world_int(
              &w, "SELECT by_person FROM message WHERE id=(SELECT max(id) FROM message)") == 0);
    end();
}

TEST_MAIN(TEST_ROW(a_line_stands_in_its_chat_and_is_told_to_the_page),
          TEST_ROW(a_line_of_a_room_that_another_chat_shows_stands_there),
          TEST_ROW(who_did_it_is_said_unless_it_is_whom_it_is_about))
