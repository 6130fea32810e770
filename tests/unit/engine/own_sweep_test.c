/* Once a day (own/sweep.h): keys of silent groups, new keys after a long absence, what is kept no
 * longer, rooms that waited too long. */
#include "engine/own/sweep.h"

#include <string.h>

#include "engine/own/box.h"
#include "engine/own/checking.h"
#include "engine/own/group_cache.h"
#include "engine/own/wish.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/order.h"
#include "store/own_setting.h"
#include "store/own_wish.h"
#include "store/people.h"

#define DAY_MS (24 * 3600ull * 1000)
#define KEYS_MS (7 * DAY_MS) /* mls/group.h keeps those of past epochs for so long */
#define HEAD 5

static struct own_world w;
static struct own_world_account ana;

static void begin(void)
{
    if (ana.n == 0) {
        own_world_account(&ana, 1, 101);
    }
    own_world_begin(&w);
    own_world_be(&w, &ana, 1);
}

static void end(void)
{
    own_world_end(&w);
}

static int64_t chat_of(int type)
{
    own_world_sql(&w, "UPDATE chat SET room=randomblob(16),mailbox=randomblob(16)");
    return own_world_chat(&w, type, 0);
}

static void sweep(void)
{
    CHECK_ERR(own_sweep(w.o, &w.s), OK);
}

static int64_t swept_ms(void)
{
    return own_world_setting(&w, "sweep-ms");
}

/* ---- when ------------------------------------------------------------------------------------ */

TEST(once_a_day)
{
    begin();
    w.s.durable = false;
    sweep();
    CHECK(swept_ms() == (int64_t)w.s.now_ms && w.s.durable);
    int64_t first = swept_ms();
    w.s.now_ms += DAY_MS - 1;
    sweep();
    CHECK(swept_ms() == first);
    w.s.now_ms++;
    sweep();
    CHECK(swept_ms() == first + (int64_t)DAY_MS);
    w.s.now_ms -= 2 * DAY_MS; /* a clock that was set back does not stop it */
    sweep();
    CHECK(swept_ms() == (int64_t)w.s.now_ms);
    end();
}

TEST(not_before_the_mailboxes_can_be_read)
{
    begin();
    w.o->conn[OWN_CONN_ANON].line = OWN_DIALLING;
    sweep();
    CHECK(swept_ms() == 0);
    w.o->conn[OWN_CONN_ANON].line = OWN_READY;
    sweep();
    CHECK(swept_ms() != 0);
    end();
}

TEST(a_few_chats_in_one_step)
{
    int64_t last = 0;
    begin();
    for (int i = 0; i < OWN_SWEEP_CHATS + 1; i++) {
        last = chat_of(STORE_CHAT_GROUP);
    }
    sweep();
    CHECK(swept_ms() == 0 && own_world_setting(&w, "sweep-chat") == last - 1);
    sweep();
    CHECK(swept_ms() == (int64_t)w.s.now_ms && own_world_setting(&w, "sweep-chat") == 0);
    end();
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* A group that has left an epoch behind, all of whose log was read. */
static struct own_box *group(int64_t *chat)
{
    struct mls_group *g = NULL;
    struct mls_commit c;
    struct own_world_member other; /* alone there are no keys to keep */
    own_world_sit(&other, &ana, 4, 0);
    struct mls_proposal add = own_world_add(&other);
    struct mls_commit_params params = {
        .proposals = &add, .proposal_count = 1, .force_path = true, .now_ms = w.s.now_ms};
    *chat = chat_of(STORE_CHAT_GROUP);
    own_world_group(&w, *chat);
    CHECK_ERR(own_group(w.o, &w.s, *chat, &g), OK);
    CHECK_ERR(mls_group_commit(g, &w.arena, &params, &c), OK);
    CHECK_ERR(mls_group_merge(g, &w.arena, NULL), OK);
    params.proposal_count = 0;
    CHECK_ERR(mls_group_commit(g, &w.arena, &params, &c), OK);
    CHECK_ERR(mls_group_merge(g, &w.arena, NULL), OK);
    mls_world_end(&other.m);
    own_world_sql(&w, "UPDATE chat SET cursor=5");
    struct own_box *box = own_box(w.o, *chat, true);
    box->opened = true;
    box->head = HEAD;
    return box;
}

static int64_t rows(void)
{
    return own_world_int(&w, "SELECT count(*) FROM protocol");
}

TEST(keys_of_past_epochs_go_after_their_time)
{
    int64_t chat = 0;
    begin();
    (void)group(&chat);
    int64_t before = rows();
    w.s.now_ms += KEYS_MS;
    sweep();
    CHECK(rows() == before);
    w.s.now_ms += DAY_MS;
    sweep();
    CHECK(rows() < before);
    end();
}

TEST(not_where_something_waits_to_be_read)
{
    for (int i = 0; i < 6; i++) {
        int64_t chat = 0;
        begin();
        struct own_box *box = group(&chat);
        box->opened = i != 0;
        box->stalled = i == 1;
        box->head = i == 2 ? HEAD + 1 : HEAD;
        own_world_sql(&w, i == 3   ? "UPDATE chat SET cursor=-1"
                          : i == 4 ? "UPDATE chat SET note=1"
                                   : "UPDATE chat SET note=0");
        if (i == 5) {
            own_boxes_forget(w.o);
        }
        int64_t before = rows();
        w.s.now_ms += KEYS_MS + DAY_MS;
        sweep();
        CHECK(rows() == before && swept_ms() == (int64_t)w.s.now_ms);
        end();
    }
}

TEST(a_chat_without_a_group_is_passed_over)
{
    begin();
    int64_t chat = chat_of(STORE_CHAT_GROUP);
    own_world_sql(&w, "UPDATE chat SET cursor=5");
    struct own_box *box = own_box(w.o, chat, true);
    box->opened = true;
    sweep();
    CHECK(swept_ms() == (int64_t)w.s.now_ms);
    end();
}

/* ---- after a long absence -------------------------------------------------------------------- */

static bool heals(int64_t chat)
{
    bool yes = false;
    CHECK_ERR(store_own_wish_has(w.store, chat, OWN_WISH_HEAL, &yes), OK);
    return yes;
}

TEST(after_a_week_without_us_there_is_a_new_path_for_all)
{
    begin();
    int64_t chat = chat_of(STORE_CHAT_GROUP), notes = chat_of(STORE_CHAT_SELF),
            fresh = chat_of(STORE_CHAT_GROUP);
    sweep();
    CHECK(!heals(chat));
    w.s.now_ms += (uint64_t)OWN_HEAL_AWAY_MS;
    CHECK_ERR(store_sql_run(w.store, "UPDATE chat SET heal_ms=? WHERE id=?", "ii",
                            (int64_t)w.s.now_ms - OWN_HEAL_AWAY_MS + 1, fresh),
              OK);
    sweep(); /* just a week */
    CHECK(!heals(chat));
    w.s.now_ms += (uint64_t)OWN_HEAL_AWAY_MS + 1;
    CHECK_ERR(store_sql_run(w.store, "UPDATE chat SET heal_ms=? WHERE id=?", "ii",
                            (int64_t)w.s.now_ms - OWN_HEAL_AWAY_MS + 1, fresh),
              OK);
    sweep();
    CHECK(heals(chat) && !heals(notes) && !heals(fresh));
    int64_t at = own_world_int(&w, "SELECT not_before FROM wish");
    CHECK(at >= (int64_t)w.s.now_ms && at < (int64_t)(w.s.now_ms + OWN_HEAL_JITTER_MS));
    w.s.now_ms += (uint64_t)OWN_HEAL_AWAY_MS + 1;
    own_world_sql(&w, "DELETE FROM chat WHERE id>1");
    sweep();
    CHECK(own_world_int(&w, "SELECT count(*) FROM wish") == 1); /* one is enough */
    end();
}

/* ---- what is kept for a log that was put back ------------------------------------------------ */

TEST(what_went_out_is_kept_for_a_month_and_what_was_taken_for_two)
{
    struct store_sent sent;
    struct store_seen seen = {1, 1, 0};
    static const uint8_t hash[32] = {1};
    begin();
    int64_t chat = chat_of(STORE_CHAT_GROUP);
    memset(&sent, 0, sizeof sent);
    sent.chat = chat;
    sent.body = sent.mid = sent.branch = SLICE_LITERAL("12345678");
    CHECK_ERR(store_sent_put(w.store, &sent, (int64_t)w.s.now_ms), OK);
    CHECK_ERR(store_seen_put(w.store, chat, hash, &seen, (int64_t)w.s.now_ms), OK);
    uint64_t at = w.s.now_ms;
    w.s.now_ms = at + (uint64_t)OWN_SENT_KEPT_MS - DAY_MS;
    sweep();
    CHECK(own_world_int(&w, "SELECT count(*) FROM sent") == 1);
    w.s.now_ms = at + (uint64_t)OWN_SENT_KEPT_MS + DAY_MS;
    sweep();
    CHECK(own_world_int(&w, "SELECT count(*) FROM sent") == 0);
    CHECK_ERR(store_seen_get(w.store, chat, hash, &seen), OK);
    w.s.now_ms = at + 63 * DAY_MS;
    sweep();
    CHECK_ERR(store_seen_get(w.store, chat, hash, &seen), ERR_GONE);
    end();
}

/* Both clocks say when: one that is ahead ends nothing. */
TEST(a_clock_that_is_ahead_forgets_nothing)
{
    struct store_sent sent;
    begin();
    memset(&sent, 0, sizeof sent);
    sent.chat = chat_of(STORE_CHAT_GROUP);
    sent.body = sent.mid = sent.branch = SLICE_LITERAL("12345678");
    CHECK_ERR(store_sent_put(w.store, &sent, (int64_t)w.s.now_ms), OK);
    w.o->clock.server_ms = w.s.now_ms;
    w.s.now_ms += 100 * DAY_MS;
    w.o->clock.heard_ms = w.s.now_ms;
    sweep();
    CHECK(own_world_int(&w, "SELECT count(*) FROM sent") == 1);
    end();
}

/* ---- rooms that wait for chains -------------------------------------------------------------- */

/* A Welcome of this signer that waits. */
static void waits(uint8_t n, uint8_t signer)
{
    struct own_admit_tree t = {.missing_n = 1};
    struct store_checking c = {.token = SLICE_LITERAL(""), .ref = SLICE_LITERAL("ref")};
    uint8_t *welcome = arena_alloc(&w.arena, 1);
    *welcome = n;
    c.welcome = slice_make(welcome, 1);
    memset(t.signer, signer, sizeof t.signer);
    memset(t.missing[0], 0xe0, sizeof t.missing[0]);
    CHECK_ERR(own_checking_put(w.o, &w.s, &c, &t), OK);
}

static int64_t said(void)
{
    return own_world_int(&w, "SELECT count(*) FROM message WHERE type=2");
}

TEST(a_room_that_waited_for_a_month_is_dropped_and_that_is_said)
{
    int64_t n = 0;
    begin();
    CHECK(STORE_MESSAGE_NOTICE == 2);
    int64_t notes = chat_of(STORE_CHAT_SELF);
    waits(1, 0xb0);
    waits(2, 0xb0); /* by the same */
    waits(3, 0xb1);
    uint64_t at = w.s.now_ms;
    w.s.now_ms = at + (uint64_t)OWN_CHECKING_MS;
    sweep();
    CHECK_ERR(store_checking_count(w.store, &n), OK);
    CHECK(n == 3 && said() == 0);
    w.s.now_ms++;
    w.o->conn[OWN_CONN_ANON].line = OWN_CLOSED; /* no gateway is asked for it */
    sweep();
    CHECK_ERR(store_checking_count(w.store, &n), OK);
    CHECK(n == 0);
    CHECK(said() == 2); /* once of each */
    CHECK(own_world_int(&w, "SELECT notice FROM message") == ABI_NOTICE_UNCHECKED);
    CHECK(own_world_int(&w, "SELECT chat FROM message") == notes);
    CHECK(own_world_int(&w, "SELECT count(*) FROM checking") == 0);
    end();
}

TEST(of_each_who_brought_one_it_is_said_once_a_day)
{
    begin();
    (void)chat_of(STORE_CHAT_SELF);
    waits(1, 0xb0);
    w.s.now_ms += (uint64_t)OWN_CHECKING_MS + 1;
    sweep();
    CHECK(said() == 1);
    for (int i = 0; i < 2; i++) {
        waits(2, 0xb0);
        own_world_sql(&w, "UPDATE checking SET at_ms=0");
        w.s.now_ms += i == 0 ? DAY_MS - 1 : 1;
        sweep();
        CHECK(said() == 1 + i);
    }
    end();
}

TEST(without_notes_it_waits_to_be_said)
{
    begin();
    waits(1, 0xb0);
    w.s.now_ms += (uint64_t)OWN_CHECKING_MS + 1;
    sweep();
    CHECK(own_world_int(&w, "SELECT count(*) FROM checking") == 1);
    (void)chat_of(STORE_CHAT_SELF);
    sweep();
    CHECK(said() == 1 && own_world_int(&w, "SELECT count(*) FROM checking") == 0);
    end();
}

/* What is no Welcome of ours is no error of ours; join.h says what becomes of one that is. */
TEST(rooms_are_looked_at_again_when_a_chain_has_come)
{
    begin();
    waits(1, 0xb0);
    w.o->checking_due = false;
    w.out.n = 0;
    CHECK_ERR(own_sweep_checked(w.o, &w.s), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM checking") == 1);
    w.o->checking_due = true;
    CHECK_ERR(own_sweep_checked(w.o, &w.s), OK);
    CHECK(!w.o->checking_due);
    own_world_sql(&w, "ALTER TABLE checking RENAME TO elsewhere");
    CHECK_ERR(own_sweep_checked(w.o, &w.s), OK); /* nothing is due: nothing is read */
    w.o->checking_due = true;
    CHECK(own_sweep_checked(w.o, &w.s) != OK);
    end();
}

TEST_MAIN(TEST_ROW(once_a_day), TEST_ROW(not_before_the_mailboxes_can_be_read),
          TEST_ROW(a_few_chats_in_one_step), TEST_ROW(keys_of_past_epochs_go_after_their_time),
          TEST_ROW(not_where_something_waits_to_be_read),
          TEST_ROW(a_chat_without_a_group_is_passed_over),
          TEST_ROW(after_a_week_without_us_there_is_a_new_path_for_all),
          TEST_ROW(what_went_out_is_kept_for_a_month_and_what_was_taken_for_two),
          TEST_ROW(a_clock_that_is_ahead_forgets_nothing),
          TEST_ROW(a_room_that_waited_for_a_month_is_dropped_and_that_is_said),
          TEST_ROW(of_each_who_brought_one_it_is_said_once_a_day),
          TEST_ROW(without_notes_it_waits_to_be_said),
          TEST_ROW(rooms_are_looked_at_again_when_a_chain_has_come))
