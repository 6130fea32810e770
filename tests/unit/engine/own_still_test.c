/* A log that stands still (own/still.h): read again, then said, then the person decides. */
#include "engine/own/still.h"

#include <string.h>

#include "engine/own/box.h"
#include "engine/own/clock.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/own_chat.h"
#include "engine/own/due.h"

#define HOUR_MS (3600ll * 1000)
#define AT 5 /* the log was read up to here */

static struct own_world w;
static struct own_world_account me, bela;
static int64_t chat;

static void begin(void)
{
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
        own_world_account(&bela, 2, 102);
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    chat = own_world_chat(&w, STORE_CHAT_PAIR, own_world_know(&w, &bela, 1));
    own_world_group(&w, chat);
    own_world_sql(&w, "UPDATE chat SET cursor=5,first_epoch=0");
    effects_init(&w.out, &w.arena);
    w.s.durable = false;
}

static void end(void)
{
    own_world_end(&w);
}

static struct frame_deliver entry(uint64_t seq, uint64_t epoch)
{
    return (struct frame_deliver){.seq = seq, .epoch = epoch};
}

/* It has been told often enough for the chat to say so. */
static void told(void)
{
    own_world_sql(&w, "UPDATE chat SET still=3");
}

static bool comes_in(void)
{
    return own_world_row(&w, chat).note == ABI_CHAT_NOTE_FORKED && !own_world_row(&w, chat).go_on &&
           own_world_row(&w, chat).still == 0;
}

/* ---- what may be taken ----------------------------------------------------------------------- */

TEST(only_the_next_entry_follows)
{
    begin();
    static const uint64_t seqs[] = {0, AT, AT + 1, AT + 2, UINT32_MAX};
    struct store_chat c = own_world_row(&w, chat);
    for (size_t i = 0; i < sizeof seqs / sizeof seqs[0]; i++) {
        struct frame_deliver d = entry(seqs[i], 0);
        CHECK(own_still_follows(&c, &d) == (seqs[i] <= AT + 1));
    }
    end();
}

TEST(any_entry_follows_when_nothing_can_be_missed)
{
    begin();
    struct frame_deliver d = entry(AT + 9, 3);
    struct store_chat c = own_world_row(&w, chat);
    CHECK(!own_still_follows(&c, &d));
    c.cursor = -1; /* nothing was read yet */
    CHECK(own_still_follows(&c, &d));
    c = own_world_row(&w, chat);
    c.go_on = true; /* the person said so */
    CHECK(own_still_follows(&c, &d));
    c = own_world_row(&w, chat);
    c.note = ABI_CHAT_NOTE_FORKED; /* our own commit brings us in */
    CHECK(own_still_follows(&c, &d));
    c = own_world_row(&w, chat);
    c.state = STORE_CHAT_JOINING;
    CHECK(own_still_follows(&c, &d));
    c = own_world_row(&w, chat);
    c.first_epoch = 4; /* it was before our time */
    CHECK(own_still_follows(&c, &d));
    end();
}

TEST(it_is_counted_up_to_where_it_is_said)
{
    begin();
    for (int64_t i = 1; i <= OWN_STILL_TOLD; i++) {
        struct store_chat c = own_world_row(&w, chat);
        effects_init(&w.out, &w.arena);
        CHECK_ERR(own_still_count(&w.s, &c), OK);
        CHECK(own_world_row(&w, chat).still == i && w.out.chats.n == 1 && w.s.durable);
    }
    struct store_chat c = own_world_row(&w, chat);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_still_count(&w.s, &c), OK);
    CHECK(own_world_row(&w, chat).still == OWN_STILL_TOLD && w.out.chats.n == 0);
    end();
}

/* ---- going on ------------------------------------------------------------------------------- */

TEST(who_is_asked_nothing_cannot_go_on)
{
    begin();
    CHECK_ERR(own_still_go_on(w.o, &w.s, chat), ERR_STATE);
    CHECK_ERR(own_still_go_on(w.o, &w.s, 999), ERR_STATE);
    own_world_sql(&w, "UPDATE chat SET still=2"); /* not said yet */
    CHECK_ERR(own_still_go_on(w.o, &w.s, chat), ERR_STATE);
    CHECK(!own_world_row(&w, chat).go_on && !w.s.durable);
    end();
}

TEST(going_on_is_kept_and_reads_the_log_again)
{
    begin();
    told();
    struct own_box *box = own_box(w.o, chat, true);
    REQUIRE(box != NULL);
    box->opened = true;
    box->handle = 7;
    CHECK_ERR(own_still_go_on(w.o, &w.s, chat), OK);
    CHECK(own_world_row(&w, chat).go_on && own_world_row(&w, chat).still == 0 && w.s.durable &&
          w.out.chats.n == 1);
    CHECK(!box->opened); /* opened again by the work of the chat */
    CHECK_ERR(own_still_go_on(w.o, &w.s, chat), ERR_STATE); /* it was said */
    end();
}

/* A room that is shown in another chat stands still there. */
TEST(every_room_that_is_shown_in_the_chat_goes_on)
{
    begin();
    told();
    own_world_sql(&w, "UPDATE chat SET room=zeroblob(16),alias_of=77");
    CHECK_ERR(own_still_go_on(w.o, &w.s, 77), OK);
    CHECK(own_world_row(&w, chat).go_on);
    end();
}

TEST(what_is_passed_is_no_fault_of_a_commit_and_may_need_us_to_come_in)
{
    int64_t epoch = -1;
    begin();
    own_world_sql(&w, "UPDATE chat SET go_on=1");
    struct store_chat c = own_world_row(&w, chat);
    struct frame_deliver d = entry(AT + 1, 0); /* nothing is passed */
    CHECK_ERR(own_still_passed(w.o, &w.s, &c, &d), OK);
    CHECK_ERR(store_own_chat_unread_epoch(w.store, chat, &epoch), OK);
    CHECK(epoch == -1 && !own_world_row(&w, chat).go_on && c.note == ABI_CHAT_NOTE_NONE);

    own_world_sql(&w, "UPDATE chat SET go_on=1");
    c = own_world_row(&w, chat);
    d = entry(AT + 3, 0); /* words */
    CHECK_ERR(own_still_passed(w.o, &w.s, &c, &d), OK);
    CHECK_ERR(store_own_chat_unread_epoch(w.store, chat, &epoch), OK);
    CHECK(epoch == 0 && !own_world_row(&w, chat).go_on && c.note == ABI_CHAT_NOTE_NONE);

    own_world_sql(&w, "UPDATE chat SET go_on=1");
    c = own_world_row(&w, chat);
    d = entry(AT + 3, 1); /* a commit was among it */
    CHECK_ERR(own_still_passed(w.o, &w.s, &c, &d), OK);
    CHECK(comes_in() && c.note == ABI_CHAT_NOTE_FORKED);
    end();
}

/* ---- what the gateway says ------------------------------------------------------------------- */

static bool opened(uint64_t first, uint64_t head)
{
    struct wire_opened o = {.handle = 7, .head = head, .first = first};
    struct store_chat c = own_world_row(&w, chat);
    bool stands = true;
    CHECK_ERR(own_still_opened(w.o, &w.s, &c, &o, &stands), OK);
    return stands;
}

/* That the log was with us so long ago, by our own knowledge. */
static void away(int64_t ms)
{
    CHECK_ERR(store_own_chat_set_read_ms(w.store, chat, (int64_t)w.s.now_ms - ms), OK);
}

TEST(a_log_that_goes_on_where_we_are_is_with_us)
{
    begin();
    CHECK(!opened(0, 9));
    CHECK(own_world_row(&w, chat).read_ms == (int64_t)w.s.now_ms);
    w.s.now_ms += HOUR_MS - 1;
    CHECK(!opened(AT + 1, 9)); /* not written down more often than once an hour */
    CHECK(own_world_row(&w, chat).read_ms == (int64_t)w.s.now_ms - HOUR_MS + 1);
    w.s.now_ms++;
    CHECK(!opened(AT + 1, 9));
    CHECK(own_world_row(&w, chat).read_ms == (int64_t)w.s.now_ms);
    end();
}

TEST(a_log_that_is_read_to_its_end_stands_still_no_more)
{
    begin();
    told();
    CHECK(!opened(0, AT + 1));
    CHECK(own_world_row(&w, chat).still == OWN_STILL_TOLD); /* there is more of it */
    own_world_sql(&w, "UPDATE chat SET go_on=1");
    CHECK(!opened(0, AT));
    CHECK(own_world_row(&w, chat).still == 0 && !own_world_row(&w, chat).go_on &&
          w.out.chats.n == 1 && w.s.durable);
    end();
}

TEST(the_bare_word_that_what_comes_next_is_gone_starts_nothing)
{
    begin();
    away(OWN_STILL_AWAY_MS - 1);
    CHECK(opened(AT + 2, 9));
    CHECK(own_world_row(&w, chat).note == ABI_CHAT_NOTE_NONE &&
          own_world_row(&w, chat).cursor == AT && !w.s.durable);
    own_world_sql(&w, "UPDATE chat SET read_ms=0"); /* never: no proof either */
    CHECK(opened(UINT32_MAX, 9));
    CHECK(own_world_row(&w, chat).note == ABI_CHAT_NOTE_NONE &&
          own_world_row(&w, chat).cursor == AT);
    end();
}

TEST(who_was_away_for_longer_than_logs_are_kept_comes_in_again)
{
    begin();
    away(OWN_STILL_AWAY_MS);
    CHECK(!opened(AT + 4, 9));
    CHECK(comes_in() && own_world_row(&w, chat).cursor == AT + 3 && w.s.durable);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message WHERE type=2") == 1);
    CHECK(own_world_int(&w, "SELECT notice FROM message") == ABI_NOTICE_MISSED);
    end();
}

/* By the gateway's clock no time has passed: it alone cannot make us old. */
TEST(being_away_is_so_by_both_clocks)
{
    begin();
    CHECK_ERR(own_clock_heard(w.o, &w.s, w.s.now_ms), OK);
    away(0);
    CHECK_ERR(own_clock_heard(w.o, &w.s, w.s.now_ms + (uint64_t)OWN_STILL_AWAY_MS), OK);
    CHECK(opened(AT + 2, 9));
    CHECK(own_world_row(&w, chat).note == ABI_CHAT_NOTE_NONE);
    end();
}

TEST(who_goes_on_or_comes_in_takes_what_there_is)
{
    begin();
    own_world_sql(&w, "UPDATE chat SET go_on=1");
    CHECK(!opened(AT + 2, 9));
    own_world_sql(&w, "UPDATE chat SET go_on=0,note=1");
    CHECK(!opened(AT + 2, 9));
    CHECK(own_world_row(&w, chat).cursor == AT &&
          own_world_int(&w, "SELECT count(*) FROM message") == 0);
    end();
}

/* Read again from the front, what counts is how far it had been read before. */
TEST(a_log_that_is_read_again_begins_late_only_behind_what_was_read)
{
    begin();
    own_world_sql(&w, "UPDATE chat SET restored=1,cursor=0,log_read=8");
    CHECK(!opened(9, 20));
    CHECK(opened(10, 20));
    end();
}

TEST(a_refused_tag_is_said_at_once_and_starts_nothing)
{
    begin();
    struct store_chat c = own_world_row(&w, chat);
    CHECK_ERR(own_still_refused(w.o, &w.s, &c), OK);
    CHECK(own_world_row(&w, chat).still == OWN_STILL_TOLD &&
          own_world_row(&w, chat).note == ABI_CHAT_NOTE_NONE && w.out.chats.n == 1);
    effects_init(&w.out, &w.arena);
    c = own_world_row(&w, chat);
    CHECK_ERR(own_still_refused(w.o, &w.s, &c), OK); /* said already */
    CHECK(w.out.chats.n == 0);
    own_world_sql(&w,
                  "UPDATE chat SET state=4,still=0"); /* joining: another commit is on its way */
    c = own_world_row(&w, chat);
    CHECK_ERR(own_still_refused(w.o, &w.s, &c), OK);
    CHECK(own_world_row(&w, chat).still == 0);
    end();
}

TEST(a_refused_tag_lets_us_come_in_when_we_know_why_or_the_person_said_so)
{
    for (int person = 0; person < 2; person++) {
        begin();
        if (person) {
            own_world_sql(&w, "UPDATE chat SET go_on=1");
        } else {
            away(OWN_STILL_AWAY_MS);
        }
        struct store_chat c = own_world_row(&w, chat);
        CHECK_ERR(own_still_refused(w.o, &w.s, &c), OK);
        CHECK(comes_in());
        end();
    }
}

/* ---- by the clock ---------------------------------------------------------------------------- */

/* The mailbox is open, and the gateway has more than we have since `ms`. */
static struct own_box *behind(uint64_t ms)
{
    struct own_box *box = own_box(w.o, chat, true);
    box->opened = true;
    box->handle = 7;
    box->at = AT;
    box->head = AT + 3;
    box->moved_ms = w.s.now_ms - ms;
    return box;
}

TEST(the_next_look_is_when_the_log_has_not_moved_for_so_long)
{
    uint64_t at = 0;
    begin();
    own_still_next(w.o, &at);
    CHECK(at == 0);
    struct own_box *box = behind(1000);
    own_still_next(w.o, &at);
    CHECK(at == w.s.now_ms - 1000 + OWN_STILL_MS);
    at = w.s.now_ms + 1; /* something else is due before */
    own_still_next(w.o, &at);
    CHECK(at == w.s.now_ms + 1);
    box->at = box->head; /* it is at its end */
    at = 0;
    own_still_next(w.o, &at);
    CHECK(at == 0);
    end();
}

TEST(a_log_that_stands_still_is_counted_and_read_again)
{
    begin();
    struct own_box *box = behind(OWN_STILL_MS - 1);
    CHECK_ERR(own_still_check(w.o, &w.s), OK);
    CHECK(own_world_row(&w, chat).still == 0 && box->opened);
    w.s.now_ms++;
    CHECK_ERR(own_still_check(w.o, &w.s), OK);
    CHECK(own_world_row(&w, chat).still == 1 && box->moved_ms == w.s.now_ms);
    CHECK(!box->opened);
    end();
}

TEST(a_clock_that_was_set_back_begins_to_wait_anew)
{
    begin();
    struct own_box *box = behind(0);
    box->moved_ms = w.s.now_ms + 900 * HOUR_MS;
    CHECK_ERR(own_still_check(w.o, &w.s), OK);
    CHECK(box->moved_ms == w.s.now_ms && own_world_row(&w, chat).still == 0);
    end();
}

TEST(who_goes_on_and_finds_nothing_behind_it_comes_in_again)
{
    begin();
    own_world_sql(&w, "UPDATE chat SET go_on=1");
    (void)behind(OWN_STILL_MS);
    CHECK_ERR(own_still_check(w.o, &w.s), OK);
    CHECK(comes_in());
    end();
}

TEST(a_log_that_is_not_read_does_not_stand_still)
{
    static const char *const why[] = {"UPDATE chat SET state=2", "UPDATE chat SET note=1",
                                      "UPDATE chat SET cursor=-1", "DELETE FROM chat"};
    for (size_t i = 0; i < sizeof why / sizeof why[0]; i++) {
        begin();
        own_world_sql(&w, why[i]);
        struct own_box *box = behind(OWN_STILL_MS);
        CHECK_ERR(own_still_check(w.o, &w.s), OK);
        CHECK(box->opened && own_world_int(&w, "SELECT sum(still) FROM chat") == 0);
        end();
    }
}

TEST(what_cannot_be_followed_is_entered_again)
{
    struct own_due due;
    begin();
    told();
    own_world_sql(&w, "UPDATE chat SET go_on=1");
    struct store_chat c = own_world_row(&w, chat);
    own_due_take(w.o, &due);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_still_come_in(w.o, &w.s, &c), OK);
    CHECK(c.note == ABI_CHAT_NOTE_FORKED && comes_in()); /* what was left out matters no more */
    CHECK(w.s.durable && w.out.chats.n == 1);
    own_due_take(w.o, &due);
    CHECK(due.n == 1 && due.chats[0] == chat);
    end();
}

TEST_MAIN(TEST_ROW(only_the_next_entry_follows),
          TEST_ROW(any_entry_follows_when_nothing_can_be_missed),
          TEST_ROW(it_is_counted_up_to_where_it_is_said),
          TEST_ROW(who_is_asked_nothing_cannot_go_on),
          TEST_ROW(going_on_is_kept_and_reads_the_log_again),
          TEST_ROW(every_room_that_is_shown_in_the_chat_goes_on),
          TEST_ROW(what_is_passed_is_no_fault_of_a_commit_and_may_need_us_to_come_in),
          TEST_ROW(a_log_that_goes_on_where_we_are_is_with_us),
          TEST_ROW(a_log_that_is_read_to_its_end_stands_still_no_more),
          TEST_ROW(the_bare_word_that_what_comes_next_is_gone_starts_nothing),
          TEST_ROW(who_was_away_for_longer_than_logs_are_kept_comes_in_again),
          TEST_ROW(being_away_is_so_by_both_clocks),
          TEST_ROW(who_goes_on_or_comes_in_takes_what_there_is),
          TEST_ROW(a_log_that_is_read_again_begins_late_only_behind_what_was_read),
          TEST_ROW(a_refused_tag_is_said_at_once_and_starts_nothing),
          TEST_ROW(a_refused_tag_lets_us_come_in_when_we_know_why_or_the_person_said_so),
          TEST_ROW(the_next_look_is_when_the_log_has_not_moved_for_so_long),
          TEST_ROW(a_log_that_stands_still_is_counted_and_read_again),
          TEST_ROW(a_clock_that_was_set_back_begins_to_wait_anew),
          TEST_ROW(who_goes_on_and_finds_nothing_behind_it_comes_in_again),
          TEST_ROW(a_log_that_is_not_read_does_not_stand_still),
          TEST_ROW(what_cannot_be_followed_is_entered_again))
