/* The log of a chat (own/receive.h): one entry at a time, in order, once. */
#include "engine/own/receive.h"

#include <stdio.h>
#include <string.h>

#include "engine/own/box.h"
#include "engine/own/commit.h"
#include "engine/own/due.h"
#include "engine/own/group_cache.h"
#include "engine/own/make.h"
#include "engine/own/wish.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "schema/gen/wire.h"
#include "store/own_wish.h"
#include "store/admit.h"
#include "store/message.h"
#include "store/protocol.h"

#define HANDLE 7
#define READ_TO 5

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;
static int64_t chat;
static struct own_box *box;

/* A group of ours whose mailbox is open; its log was read up to READ_TO, of READ_TO + 4. */
static void begin(void)
{
    struct store_chat c;
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    CHECK_ERR(own_chat_make(w.o, &w.s, STORE_CHAT_GROUP, SLICE_LITERAL("Crew"), 0, NULL, &c), OK);
    chat = c.id;
    own_world_sql(&w, "DELETE FROM wish; DELETE FROM message");
    own_world_sql(&w, "UPDATE chat SET made=1,cursor=5");
    box = own_box(w.o, chat, true);
    box->opened = true;
    box->handle = HANDLE;
    box->head = READ_TO + 4;
    struct own_due due;
    own_due_take(w.o, &due);
    effects_init(&w.out, &w.arena);
}

static void end(void)
{
    own_world_end(&w);
}

static struct frame_deliver entry(uint64_t seq, enum wire_kind kind, struct slice body)
{
    struct frame_deliver d = {.handle = HANDLE,
                              .seq = seq,
                              .server_ms = OWN_WORLD_NOW_MS,
                              .kind = (uint8_t)kind,
                              .body = body};
    return d;
}

static void take(struct frame_deliver d)
{
    CHECK_ERR(own_deliver(w.o, &w.s, &d), OK);
}

static int64_t cursor(void)
{
    return own_world_row(&w, chat).cursor;
}

static uint64_t epoch(void)
{
    struct mls_group *g = NULL;
    CHECK_ERR(own_group(w.o, &w.s, chat, &g), OK);
    return mls_group_epoch(g);
}

static int64_t shown(void)
{
    return own_world_int(&w, "SELECT count(*) FROM message");
}

static bool is_due(void)
{
    struct own_due due;
    own_due_take(w.o, &due);
    return due.all || (due.n == 1 && due.chats[0] == chat);
}

static bool pends(struct store_pending *p)
{
    return store_pending_get(w.store, &w.arena, chat, p) == OK;
}

/* As the gateway has it in the log. */
static struct frame_deliver our_commit(uint64_t seq)
{
    struct store_pending p;
    struct wire_commit v;
    struct store_wish *list = NULL;
    size_t n = 0;
    bool built = false;
    struct store_chat c = own_world_row(&w, chat);
    CHECK_ERR(own_wish(w.o, &w.s, chat, OWN_WISH_HEAL, SLICE_EMPTY), OK);
    CHECK_ERR(store_wish_list(w.store, &w.arena, chat, &list, &n), OK);
    CHECK_ERR(own_commit_build(w.o, &w.s, &c, list, n, &built), OK);
    CHECK(built && pends(&p));
    CHECK_ERR(wire_commit_decode(&w.arena, p.frame, &v), OK);
    struct frame_deliver d = entry(seq, WIRE_KIND_COMMIT, v.body);
    d.epoch = v.epoch;
    memcpy(d.mid, v.mid.p, sizeof d.mid);
    memcpy(d.branch, v.branch.p, sizeof d.branch);
    return d;
}

/* The answer to it may be lost with its line: then the log says it. */
TEST(our_own_commit_in_the_log_has_won)
{
    struct store_pending p;
    begin();
    uint64_t before = epoch();
    struct frame_deliver d = our_commit(READ_TO + 1);
    take(d);
    CHECK(epoch() == before + 1 && !pends(&p) && cursor() == READ_TO + 1);
    take(d); /* once */
    CHECK(epoch() == before + 1 && cursor() == READ_TO + 1);
    end();
}

TEST(what_does_not_follow_is_not_taken)
{
    begin();
    take(entry(READ_TO + 1, WIRE_KIND_GAP, SLICE_EMPTY));
    CHECK(cursor() == READ_TO && box->opened);
    take(entry(READ_TO + 2, WIRE_KIND_APPLICATION, SLICE_LITERAL("later")));
    CHECK(cursor() == READ_TO && !box->opened); /* asked for again */
    end();
}

TEST(what_is_for_another_box_or_a_chat_that_is_over_is_passed)
{
    struct frame_deliver d = entry(READ_TO + 1, WIRE_KIND_APPLICATION, SLICE_LITERAL("x"));
    char sql[80];
    begin();
    d.handle = HANDLE + 1;
    take(d);
    d.handle = HANDLE;
    for (int state = STORE_CHAT_LEFT; state <= STORE_CHAT_DECLINED;
         state += STORE_CHAT_DECLINED - STORE_CHAT_LEFT) {
        (void)snprintf(sql, sizeof sql, "UPDATE chat SET state=%d", state);
        own_world_sql(&w, sql);
        take(d);
    }
    CHECK(cursor() == READ_TO && shown() == 0 && box->head == READ_TO + 4);
    end();
}

TEST(in_a_stopped_room_the_log_goes_by)
{
    bool changed = false;
    begin();
    CHECK_ERR(store_hold_put(w.store, chat, STORE_HOLD_STOPPED, &changed), OK);
    take(entry(READ_TO + 1, WIRE_KIND_APPLICATION, SLICE_LITERAL("x")));
    CHECK(cursor() == READ_TO + 1 && shown() == 0);
    take(entry(READ_TO, WIRE_KIND_APPLICATION, SLICE_LITERAL("x"))); /* never back */
    CHECK(cursor() == READ_TO + 1);
    end();
}

TEST(while_a_box_waits_nothing_is_taken)
{
    begin();
    box->stalled = true;
    take(entry(READ_TO + 5, WIRE_KIND_APPLICATION, SLICE_LITERAL("x")));
    CHECK(cursor() == READ_TO && box->head == READ_TO + 5); /* it is known that there is more */
    end();
}

TEST(what_was_said_before_us_is_not_for_us)
{
    begin();
    own_world_sql(&w, "UPDATE chat SET first_epoch=3");
    struct frame_deliver d = entry(READ_TO + 1, WIRE_KIND_APPLICATION, SLICE_LITERAL("before"));
    d.epoch = 2;
    take(d);
    CHECK(cursor() == READ_TO + 1 && shown() == 0);
    end();
}

TEST(a_word_that_cannot_be_opened_is_shown_as_such_once)
{
    struct store_epoch e;
    begin();
    struct frame_deliver d = entry(READ_TO + 1, WIRE_KIND_APPLICATION, SLICE_LITERAL("no message"));
    d.epoch = epoch();
    CHECK_ERR(store_epoch_get(w.store, chat, d.epoch, &e), OK);
    memcpy(d.branch, e.branch, sizeof d.branch);
    take(d);
    CHECK(cursor() == READ_TO + 1 && shown() == 1);
    CHECK(own_world_int(&w, "SELECT type FROM message") == STORE_MESSAGE_UNREADABLE);
    take(d);
    d.seq = READ_TO + 2; /* the same bytes once more */
    take(d);
    CHECK(cursor() == READ_TO + 2 && shown() == 1);
    end();
}

TEST(what_is_said_to_be_of_another_branch_is_noticed_once_and_starts_nothing)
{
    begin();
    struct frame_deliver d = entry(READ_TO + 1, WIRE_KIND_APPLICATION, SLICE_LITERAL("no message"));
    d.epoch = epoch();
    memset(d.branch, 0xb, sizeof d.branch);
    take(d);
    CHECK(own_world_int(&w, "SELECT notice FROM message") == ABI_NOTICE_MISSED);
    d.seq++;
    d.body = SLICE_LITERAL("nor this");
    take(d);
    CHECK(shown() == 1 && own_world_row(&w, chat).note == ABI_CHAT_NOTE_NONE);
    end();
}

TEST(a_commit_that_cannot_be_opened_is_remembered)
{
    begin();
    uint64_t before = epoch();
    struct frame_deliver d = entry(READ_TO + 1, WIRE_KIND_COMMIT, SLICE_LITERAL("no commit"));
    d.epoch = before;
    take(d);
    CHECK(cursor() == READ_TO + 1 && epoch() == before && shown() == 0);
    CHECK(own_world_row(&w, chat).note != ABI_CHAT_NOTE_NONE);
    end();
}

TEST(the_last_entry_of_the_log_makes_its_chat_due)
{
    begin();
    own_world_sql(&w, "UPDATE chat SET first_epoch=3");
    for (uint64_t seq = READ_TO + 1; seq <= READ_TO + 4; seq++) {
        take(entry(seq, WIRE_KIND_APPLICATION, SLICE_LITERAL("before")));
        CHECK(is_due() == (seq == READ_TO + 4));
    }
    CHECK(cursor() == READ_TO + 4);
    take(entry(READ_TO + 5, WIRE_KIND_APPLICATION, SLICE_LITERAL("before"))); /* a new one */
    CHECK(is_due() && box->head == READ_TO + 5);
    end();
}

TEST(another_body_where_we_have_read_means_another_log)
{
    begin();
    own_world_sql(&w, "UPDATE chat SET cursor_hash=zeroblob(32)");
    take(entry(READ_TO, WIRE_KIND_APPLICATION, SLICE_LITERAL("not what we read")));
    CHECK(cursor() != READ_TO);
    end();
}

TEST_MAIN(TEST_ROW(our_own_commit_in_the_log_has_won), TEST_ROW(what_does_not_follow_is_not_taken),
          TEST_ROW(what_is_for_another_box_or_a_chat_that_is_over_is_passed),
          TEST_ROW(in_a_stopped_room_the_log_goes_by), TEST_ROW(while_a_box_waits_nothing_is_taken),
          TEST_ROW(what_was_said_before_us_is_not_for_us),
          TEST_ROW(a_word_that_cannot_be_opened_is_shown_as_such_once),
          TEST_ROW(what_is_said_to_be_of_another_branch_is_noticed_once_and_starts_nothing),
          TEST_ROW(a_commit_that_cannot_be_opened_is_remembered),
          TEST_ROW(the_last_entry_of_the_log_makes_its_chat_due),
          TEST_ROW(another_body_where_we_have_read_means_another_log))
