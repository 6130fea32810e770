/* What stands at a chat (own/note.h). */
#include "engine/own/note.h"

#include <string.h>

#include "engine/own/repair.h"
#include "engine/own/still.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/admit.h"
#include "store/people.h"

static struct own_world w;
static struct own_world_account ana;
static int64_t chat;

static void begin(int type)
{
    own_world_begin(&w);
    own_world_account(&ana, 1, 101);
    own_world_be(&w, &ana, 1);
    chat = own_world_chat(&w, type, 0);
}

static void end(void)
{
    own_world_end(&w);
}

/* What stands there when the row is this. */
static uint64_t note(const char *set)
{
    struct store_chat c;
    uint64_t n = UINT64_MAX;
    if (set[0] != 0) {
        own_world_sql(&w, set); /* of all chats */
    }
    CHECK_ERR(store_chat_get(w.store, &w.arena, chat, &c), OK);
    CHECK_ERR(own_note_chat(&w.s, &c, &n), OK);
    return n;
}

/* Another room of this type. */
static int64_t another(int type)
{
    CHECK_ERR(store_sql_run(w.store,
                            "UPDATE chat SET room=randomblob(16),mailbox=randomblob(16) WHERE "
                            "room=?",
                            "b", SLICE_ARRAY(own_world_context(type).room)),
              OK);
    return own_world_chat(&w, type, 0);
}

/* It is set aside under this one's name; successor: made to take its place. */
static void aside(bool successor)
{
    struct store_aside a = {another(STORE_CHAT_GROUP), STORE_PERSON_ME, successor};
    CHECK_ERR(store_aside_put(w.store, chat, &a), OK);
}

TEST(nothing_stands_where_all_is_well)
{
    static const int types[] = {STORE_CHAT_SELF, STORE_CHAT_PAIR, STORE_CHAT_GROUP};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        begin(types[i]);
        CHECK(note("") == ABI_CHAT_NOTE_NONE);
        end();
    }
}

TEST(what_the_row_says_stands)
{
    static const struct {
        const char *set;
        uint64_t note;
    } rows[] = {
        {"UPDATE chat SET note=1", ABI_CHAT_NOTE_FORKED},
        {"UPDATE chat SET note=4", ABI_CHAT_NOTE_FORK},
        {"UPDATE chat SET note=1,hold=1", ABI_CHAT_NOTE_FORKED}, /* before what only holds it */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(STORE_CHAT_GROUP);
        CHECK(note(rows[i].set) == rows[i].note);
        end();
    }
}

static void hold(enum store_hold h)
{
    bool changed = false;
    CHECK_ERR(store_hold_put(w.store, chat, h, &changed), OK);
}

TEST(what_holds_it_is_said_where_the_person_can_know)
{
    static const struct {
        enum store_hold hold;
        uint64_t note;
    } rows[] = {
        {STORE_HOLD_NOT, ABI_CHAT_NOTE_NONE},        {STORE_HOLD_CHECKING, ABI_CHAT_NOTE_NONE},
        {STORE_HOLD_REMOVAL, ABI_CHAT_NOTE_REMOVAL}, {STORE_HOLD_ALONE, ABI_CHAT_NOTE_ALONE},
        {STORE_HOLD_STOPPED, ABI_CHAT_NOTE_STOPPED}, {STORE_HOLD_ELSEWHERE, ABI_CHAT_NOTE_STOPPED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(STORE_CHAT_PAIR);
        hold(rows[i].hold);
        CHECK(note("") == rows[i].note);
        end();
    }
}

/* What the person decides comes before what only has to be waited for. */
TEST(the_graver_one_stands)
{
    begin(STORE_CHAT_GROUP);
    hold(STORE_HOLD_REMOVAL);
    CHECK(note("") == ABI_CHAT_NOTE_REMOVAL);
    aside(false);
    CHECK(note("") == ABI_CHAT_NOTE_OTHER_ROOM);
    CHECK(note("UPDATE chat SET still=2") == ABI_CHAT_NOTE_OTHER_ROOM); /* not said yet */
    CHECK(note("UPDATE chat SET still=3") == ABI_CHAT_NOTE_LEFT_OUT);
    hold(STORE_HOLD_STOPPED);
    CHECK(note("") == ABI_CHAT_NOTE_STOPPED);
    CHECK(note("UPDATE chat SET note=1") == ABI_CHAT_NOTE_FORKED);
    aside(true);
    CHECK(note("") == ABI_CHAT_NOTE_NEW_ROOM);
    end();
}

TEST(who_cannot_come_in_again_is_lost_in_a_chat_of_two)
{
    begin(STORE_CHAT_PAIR);
    CHECK(note("UPDATE chat SET note=1,stuck=2") == ABI_CHAT_NOTE_FORKED);
    CHECK(note("UPDATE chat SET stuck=3") == ABI_CHAT_NOTE_LOST);
    aside(true); /* there is a room to go on in */
    CHECK(note("") == ABI_CHAT_NOTE_NEW_ROOM);
    end();
    begin(STORE_CHAT_PAIR); /* tries of before count no more */
    CHECK(note("UPDATE chat SET note=0,stuck=3") == ABI_CHAT_NOTE_NONE);
    end();
}

/* In a group others are asked; the person only where they cannot do it either. */
TEST(who_cannot_come_in_again_has_asked_in_a_group)
{
    begin(STORE_CHAT_GROUP);
    CHECK(note("UPDATE chat SET note=1,stuck=2") == ABI_CHAT_NOTE_FORKED);
    CHECK(note("UPDATE chat SET stuck=3") == ABI_CHAT_NOTE_READD_ASKED);
    CHECK(note("UPDATE chat SET unread_commit=1") == ABI_CHAT_NOTE_READD_ASKED);
    CHECK(note("UPDATE chat SET unread_commit=0,role=1") == ABI_CHAT_NOTE_READD_ASKED);
    CHECK(note("UPDATE chat SET unread_commit=1") == ABI_CHAT_NOTE_LOST);
    end();
}

TEST(nobody_answers_is_said_of_a_chat_of_two)
{
    begin(STORE_CHAT_PAIR);
    CHECK(note("UPDATE chat SET quiet=1") == ABI_CHAT_NOTE_NO_LIFE);
    hold(STORE_HOLD_ALONE); /* then it is clear why */
    CHECK(note("") == ABI_CHAT_NOTE_ALONE);
    end();
    begin(STORE_CHAT_GROUP);
    CHECK(note("UPDATE chat SET quiet=1") == ABI_CHAT_NOTE_NONE);
    end();
}

/* Rooms that are shown as one count as one. */
TEST(a_room_that_is_shown_here_counts)
{
    begin(STORE_CHAT_PAIR);
    int64_t other = another(STORE_CHAT_PAIR);
    CHECK_ERR(
        store_sql_run(w.store, "UPDATE chat SET alias_of=?,quiet=1 WHERE id=?", "ii", chat, other),
        OK);
    CHECK(note("") == ABI_CHAT_NOTE_NO_LIFE);
    CHECK_ERR(store_sql_run(w.store, "UPDATE chat SET quiet=0,still=? WHERE id=?", "ii",
                            (int64_t)OWN_STILL_TOLD, other),
              OK);
    CHECK(note("") == ABI_CHAT_NOTE_LEFT_OUT);
    end();
}

TEST_MAIN(TEST_ROW(nothing_stands_where_all_is_well), TEST_ROW(what_the_row_says_stands),
          TEST_ROW(what_holds_it_is_said_where_the_person_can_know),
          TEST_ROW(the_graver_one_stands),
          TEST_ROW(who_cannot_come_in_again_is_lost_in_a_chat_of_two),
          TEST_ROW(who_cannot_come_in_again_has_asked_in_a_group),
          TEST_ROW(nobody_answers_is_said_of_a_chat_of_two),
          TEST_ROW(a_room_that_is_shown_here_counts))
