/* What a chat needs next, step by step, and what the gateway's answers do to it (own/work.h). */
#include "engine/own/work.h"

#include <string.h>

#include "crypto/hash.h"
#include "engine/own/ask.h"
#include "engine/own/box.h"
#include "engine/own/due.h"
#include "engine/own/group_cache.h"
#include "engine/own/make.h"
#include "engine/own/repair.h"
#include "engine/own/wish.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/admit.h"
#include "store/message.h"
#include "store/order.h"
#include "store/outbox.h"
#include "store/own_person.h"
#include "store/own_wish.h"
#include "store/people.h"
#include "store/protocol.h"

#define HANDLE 7
#define HEAD 5
#define ASKED_TOO_OFTEN 100

static const uint8_t code_of_now[RECOVERY_CODE_BYTES] = {1, 2, 3};

static struct own_world w;
static struct own_world_account ben;
static int64_t chat, ben_is;
static struct own_box *box;

/* A chat of ours without wishes; its mailbox is made and open, and was read to its end. */
static void begin(int type)
{
    struct store_chat c;
    if (ben.n == 0) {
        own_world_account(&ben, 2, 102);
    }
    own_world_begin(&w);
    own_world_found(&w, code_of_now);
    ben_is = own_world_know(&w, &ben, 1);
    CHECK_ERR(own_chat_make(w.o, &w.s, type, SLICE_LITERAL("Crew"),
                            type == STORE_CHAT_PAIR ? ben_is : 0, NULL, &c),
              OK);
    chat = c.id;
    own_world_sql(&w, "DELETE FROM wish");
    own_world_sql(&w, "UPDATE chat SET made=1,cursor=5,heal_ms=1700000000000");
    box = own_box(w.o, chat, true);
    box->opened = true;
    box->handle = HANDLE;
    box->head = HEAD;
    w.o->conn[OWN_CONN_CHAINS].line = OWN_READY;
    effects_init(&w.out, &w.arena);
    w.s.durable = false;
}

static void end(void)
{
    own_world_end(&w);
}

/* May nothing be sent after it? */
static bool work(void)
{
    struct store_chat c = own_world_row(&w, chat);
    bool busy = false;
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_group_work(w.o, &w.s, &c, box, &busy), OK);
    return busy;
}

static void set(const char *sql)
{
    own_world_sql(&w, sql);
}

static int64_t wish(enum own_wish kind, struct slice data)
{
    CHECK_ERR(own_wish(w.o, &w.s, chat, kind, data), OK);
    return store_sql_last_id(w.store);
}

static struct store_wish wished(void)
{
    struct store_wish *v = NULL;
    struct store_wish none = {0};
    size_t n = 0;
    CHECK_ERR(store_wish_list(w.store, &w.arena, chat, &v, &n), OK);
    return n == 1 ? v[0] : none;
}

static bool pends(void)
{
    struct store_pending p;
    return store_pending_get(w.store, &w.arena, chat, &p) == OK;
}

static uint64_t epoch(void)
{
    struct mls_group *g = NULL;
    CHECK_ERR(own_group(w.o, &w.s, chat, &g), OK);
    return mls_group_epoch(g);
}

static bool is_due(void)
{
    struct own_due due;
    own_due_take(w.o, &due);
    return due.all || (due.n == 1 && due.chats[0] == chat);
}

static void answer(struct own_ask q, uint8_t type, struct slice body, uint64_t failure)
{
    struct own_due due;
    own_due_take(w.o, &due);
    effects_init(&w.out, &w.arena);
    CHECK_ERR(own_group_answer(w.o, &w.s, &q, type, body, failure), OK);
}

static void fail(struct own_ask q, enum wire_code why)
{
    answer(q, FRAME_FAILURE, SLICE_EMPTY, why);
}

/* ---- the mailbox ----------------------------------------------------------------------------- */

TEST(nothing_to_do_is_nothing)
{
    begin(STORE_CHAT_GROUP);
    CHECK(!work() && w.out.n == 0);
    end();
}

TEST(a_mailbox_is_made_with_the_hash_of_its_tag_and_the_key_of_the_epoch)
{
    struct wire_box_new v;
    struct store_epoch e;
    struct crypto_sign_secret secret;
    struct crypto_sign_public pub;
    struct slice body = SLICE_EMPTY;
    uint8_t hash[32];
    begin(STORE_CHAT_GROUP);
    set("UPDATE chat SET made=0");
    box->opened = false;
    CHECK(work() && own_world_sent(&w, OWN_CONN_ANON, FRAME_BOX_NEW, &body));
    CHECK_ERR(wire_box_new_decode(&w.arena, body, &v), OK);
    struct store_chat c = own_world_row(&w, chat);
    crypto_sha256(hash, SLICE_ARRAY(c.read_tag));
    CHECK_ERR(store_epoch_get(w.store, chat, epoch(), &e), OK);
    memcpy(secret.seed, e.write_seed, sizeof secret.seed);
    crypto_sign_public_of(&pub, &secret);
    CHECK_BYTES(v.mailbox, SLICE_ARRAY(c.mailbox));
    CHECK_BYTES(v.read_hash, SLICE_ARRAY(hash));
    CHECK_BYTES(v.write_key, SLICE_ARRAY(pub.b));
    CHECK(v.epoch == epoch());
    CHECK(work() && w.out.n == 0); /* asked once */
    end();
}

TEST(it_is_made_when_it_is_there)
{
    static const uint64_t codes[] = {WIRE_CODE_BUSY, WIRE_CODE_RATE, 0, WIRE_CODE_EXISTS};
    for (size_t i = 0; i < 4; i++) {
        begin(STORE_CHAT_GROUP);
        set("UPDATE chat SET made=0");
        (void)work();
        answer(own_world_asked(&w, FRAME_BOX_NEW), FRAME_DONE, SLICE_EMPTY, codes[i]);
        CHECK(own_world_row(&w, chat).made == (i >= 2) && is_due() == (i >= 2));
        end();
    }
}

TEST(a_mailbox_is_opened_by_its_tag_from_the_cursor_on)
{
    struct wire_open v;
    struct slice body = SLICE_EMPTY;
    for (int read = 0; read < 2; read++) {
        begin(STORE_CHAT_GROUP);
        box->opened = false;
        if (read == 0) {
            set("UPDATE chat SET cursor=-1");
        }
        CHECK(work() && own_world_sent(&w, OWN_CONN_ANON, FRAME_OPEN, &body));
        CHECK_ERR(wire_open_decode(&w.arena, body, &v), OK);
        CHECK_BYTES(v.mailbox, SLICE_ARRAY(own_world_row(&w, chat).mailbox));
        CHECK_BYTES(v.read_tag, SLICE_ARRAY(own_world_row(&w, chat).read_tag));
        CHECK(v.has_cursor == (read == 1) && v.cursor == (read == 1 ? HEAD : 0));
        CHECK(work() && w.out.n == 0);
        end();
    }
}

static struct slice opened(uint64_t head, uint64_t first)
{
    struct wire_opened v = {.handle = HANDLE + 2, .head = head, .first = first};
    struct buf b = buf_arena(&w.arena, 64);
    wire_opened_put(&b, &v);
    return buf_view(&b);
}

static struct own_ask ask_open(void)
{
    box->opened = false;
    (void)work();
    return own_world_asked(&w, FRAME_OPEN);
}

TEST(what_is_open_is_read_before_anything_is_done)
{
    begin(STORE_CHAT_GROUP);
    wish(OWN_WISH_HEAL, SLICE_EMPTY);
    box->may_write = true;
    struct own_ask q = ask_open();
    answer(q, FRAME_OPENED, opened(HEAD + 1, 1), 0);
    CHECK(box->opened && box->handle == HANDLE + 2 && box->head == HEAD + 1 && is_due());
    CHECK(!box->may_write); /* a right ends with its handle */
    CHECK(work() && w.out.n == 0 && !pends());
    set("UPDATE chat SET cursor=6");
    CHECK(work() && pends());
    end();
}

TEST(a_mailbox_that_is_refused_is_tried_with_the_next_connection)
{
    begin(STORE_CHAT_GROUP);
    fail(ask_open(), WIRE_CODE_BUSY);
    CHECK(!box->opened && !is_due());
    answer(ask_open(), FRAME_DONE, SLICE_EMPTY, 0); /* no answer to that */
    CHECK(!box->opened);
    end();
}

/* A new tag came while the answer was under way: the old one reads no further. */
TEST(what_was_opened_by_a_tag_of_before_is_opened_anew)
{
    struct slice body = SLICE_EMPTY;
    begin(STORE_CHAT_GROUP);
    struct own_ask q = ask_open();
    set("UPDATE chat SET read_tag=zeroblob(32)");
    answer(q, FRAME_OPENED, opened(HEAD, 1), 0);
    CHECK(!box->opened && is_due());
    CHECK(own_world_sent(&w, OWN_CONN_ANON, FRAME_CLOSE, &body));
    end();
}

/* The gateway may have been put back to a copy, which knows only tags of before. */
TEST(tags_of_before_are_tried_when_ours_is_refused)
{
    struct wire_open v;
    struct slice body = SLICE_EMPTY;
    begin(STORE_CHAT_GROUP);
    uint8_t old[32];
    memcpy(old, own_world_row(&w, chat).read_tag, sizeof old);
    CHECK_ERR(store_old_tag_keep(w.store, chat, 1), OK);
    set("UPDATE chat SET read_tag=zeroblob(32)");
    fail(ask_open(), WIRE_CODE_AUTH);
    CHECK(box->older == 1 && is_due());
    (void)work();
    CHECK(own_world_sent(&w, OWN_CONN_ANON, FRAME_OPEN, &body));
    CHECK_ERR(wire_open_decode(&w.arena, body, &v), OK);
    CHECK_BYTES(v.read_tag, SLICE_ARRAY(old));
    struct own_ask q = own_world_asked(&w, FRAME_OPEN);
    fail(q, WIRE_CODE_AUTH); /* there are no more: said in the chat */
    CHECK(box->older == 1 && own_world_row(&w, chat).still > 0 &&
          own_world_row(&w, chat).note == ABI_CHAT_NOTE_NONE);
    end();
}

TEST(a_mailbox_that_is_not_there_any_more_is_made_again)
{
    begin(STORE_CHAT_GROUP);
    fail(ask_open(), WIRE_CODE_UNKNOWN);
    CHECK(!own_world_row(&w, chat).made && own_world_row(&w, chat).restored && is_due());
    end();
    begin(STORE_CHAT_GROUP); /* one that was never read was never there */
    set("UPDATE chat SET cursor=-1");
    fail(ask_open(), WIRE_CODE_UNKNOWN);
    CHECK(own_world_row(&w, chat).made && !own_world_row(&w, chat).restored);
    end();
}

TEST(who_is_refused_while_leaving_has_left)
{
    begin(STORE_CHAT_GROUP);
    CHECK_ERR(store_chat_set_state(w.store, chat, STORE_CHAT_LEAVING), OK);
    fail(ask_open(), WIRE_CODE_AUTH);
    CHECK(own_world_row(&w, chat).state == STORE_CHAT_LEFT);
    end();
}

/* ---- rooms that cannot be followed ----------------------------------------------------------- */

TEST(in_a_room_that_is_stopped_nothing_is_done)
{
    begin(STORE_CHAT_GROUP);
    wish(OWN_WISH_HEAL, SLICE_EMPTY);
    set("UPDATE chat SET hold=4,made=0");
    CHECK(STORE_HOLD_STOPPED == 4);
    box->opened = false;
    CHECK(work() && w.out.n == 0 && !pends());
    end();
}

TEST(a_room_that_was_lost_is_entered_again_after_a_while)
{
    struct wire_info v = {.has_info = true, .info = SLICE_LITERAL("no bundle")};
    struct buf b;
    begin(STORE_CHAT_GROUP);
    set("UPDATE chat SET note=1,stuck=1,stuck_ms=1700000000000");
    struct store_chat c = own_world_row(&w, chat);
    w.s.now_ms += (uint64_t)own_repair_wait(&c) - 1;
    CHECK(work() && w.out.n == 0);
    w.s.now_ms++;
    CHECK(work() && own_world_asks(&w, FRAME_INFO_GET) == 1);
    CHECK(work() && w.out.n == 0);
    struct own_ask q = own_world_asked(&w, FRAME_INFO_GET);
    fail(q, WIRE_CODE_RATE); /* later: no try */
    fail(q, WIRE_CODE_BUSY);
    CHECK(own_world_row(&w, chat).stuck == 1);
    fail(q, WIRE_CODE_UNKNOWN);
    CHECK(own_world_row(&w, chat).stuck == 2);
    w.s.now_ms += 3600000;
    b = buf_arena(&w.arena, 64);
    wire_info_put(&b, &v);
    answer(q, FRAME_INFO, buf_view(&b), 0);
    CHECK(own_world_row(&w, chat).stuck == 3);
    w.s.now_ms += 3600000;
    v.has_info = false;
    b = buf_arena(&w.arena, 64);
    wire_info_put(&b, &v);
    answer(q, FRAME_INFO, buf_view(&b), 0);
    CHECK(own_world_row(&w, chat).stuck == 4);
    end();
}

/* ---- wishes ---------------------------------------------------------------------------------- */

static struct slice ben_data(void)
{
    return slice_make((const uint8_t *)&ben_is, sizeof ben_is);
}

TEST(a_wish_that_is_ready_becomes_a_commit_and_waits_for_it)
{
    begin(STORE_CHAT_GROUP);
    wish(OWN_WISH_HEAL, SLICE_EMPTY);
    set("UPDATE wish SET not_before=1700000000001");
    CHECK(!work() && !pends());
    w.s.now_ms++;
    CHECK(work() && pends() && own_world_asks(&w, FRAME_COMMIT) == 1);
    CHECK(work() && own_world_asks(&w, FRAME_COMMIT) == 1);
    end();
}

TEST(a_device_that_was_dropped_wishes_nothing)
{
    begin(STORE_CHAT_GROUP);
    wish(OWN_WISH_HEAL, SLICE_EMPTY);
    w.o->dropped = true;
    (void)work();
    CHECK(!pends());
    end();
}

static const uint8_t door[STORE_OWN_PERSON_DOOR] = {3};

TEST(whom_we_add_is_asked_for_on_the_line_for_accounts)
{
    struct wire_kp_take v;
    struct slice body = SLICE_EMPTY;
    begin(STORE_CHAT_GROUP);
    CHECK_ERR(store_own_person_set_door(w.store, ben_is, door, SLICE_ARRAY(door)), OK);
    wish(OWN_WISH_ADD_PERSON, ben_data());
    w.o->conn[OWN_CONN_CHAINS].line = OWN_CLOSED;
    CHECK(work() && w.o->packages_wanted && own_world_asks(&w, FRAME_KP_TAKE) == 0);
    w.o->conn[OWN_CONN_CHAINS].line = OWN_READY;
    CHECK(work() && own_world_sent(&w, OWN_CONN_CHAINS, FRAME_KP_TAKE, &body));
    CHECK_ERR(wire_kp_take_decode(&w.arena, body, &v), OK);
    CHECK_BYTES(v.inbox, SLICE_ARRAY(door));
    CHECK_BYTES(v.token, SLICE_ARRAY(door));
    CHECK(v.suites_n == 1 && v.suites[0] == w.o->suite);
    CHECK(work() && w.out.n == 0); /* what is said now is for them, too */
    set("UPDATE wish SET tries=3");
    CHECK(!work()); /* but not for ever */
    end();
}

TEST(whose_door_is_on_its_way_is_waited_for)
{
    begin(STORE_CHAT_GROUP);
    wish(OWN_WISH_ADD_PERSON, ben_data());
    (void)work();
    CHECK(wished().tries == 1 && wished().not_before == (int64_t)w.s.now_ms + 5000);
    CHECK(own_world_asks(&w, FRAME_KP_TAKE) == 0);
    CHECK_ERR(store_wish_delay(w.store, wished().id, ASKED_TOO_OFTEN, 0), OK);
    (void)work();
    CHECK(wished().tries == ASKED_TOO_OFTEN + 1);
    CHECK_ERR(store_wish_delay(w.store, wished().id, ASKED_TOO_OFTEN + 1, 0), OK);
    (void)work();
    CHECK(wished().id == 0);
    end();
}

TEST(nobody_adds_devices_of_an_account_that_has_one)
{
    begin(STORE_CHAT_GROUP);
    wish(OWN_WISH_ADD_DEVICES, SLICE_EMPTY);
    CHECK(!work() && wished().id == 0 && own_world_asks(&w, FRAME_KP_TAKE) == 0);
    end();
}

static struct slice taken(const struct own_world_account *a)
{
    static const struct wire_kp_of packages[] = {{.package = {(const uint8_t *)"one", 3}},
                                                 {.package = {(const uint8_t *)"two", 3}}};
    struct wire_kp_taken v = {.account = SLICE_ARRAY(a->id),
                              .chain = a->bytes,
                              .chain_n = a->n,
                              .packages = packages,
                              .packages_n = 2};
    struct buf b = buf_arena(&w.arena, 2048);
    wire_kp_taken_put(&b, &v);
    return buf_view(&b);
}

TEST(packages_that_came_are_kept_for_the_commit)
{
    struct own_ask q = {.request = 1, .type = FRAME_KP_TAKE};
    struct slice extra;
    begin(STORE_CHAT_GROUP);
    q.a = chat;
    q.b = wish(OWN_WISH_ADD_PERSON, ben_data());
    q.b = wished().id;
    answer(q, FRAME_KP_TAKEN, taken(&ben), 0);
    CHECK(wished().stage == 1 && is_due());
    CHECK_ERR(store_own_wish_packages(w.store, &w.arena, q.b, &extra), OK);
    CHECK(extra.n == 1 + 4 + 4 && extra.p[0] == 0x82);
    q.b = 999; /* a wish of before */
    answer(q, FRAME_KP_TAKEN, taken(&ben), 0);
    CHECK(!is_due());
    end();
}

/* Whoever carries a chain can only delay. */
TEST(packages_of_somebody_else_are_none)
{
    struct own_world_account eve;
    struct own_ask q = {.request = 1, .type = FRAME_KP_TAKE};
    begin(STORE_CHAT_GROUP);
    own_world_account(&eve, 9, 109);
    q.a = chat;
    wish(OWN_WISH_ADD_PERSON, ben_data());
    q.b = wished().id;
    answer(q, FRAME_KP_TAKEN, taken(&eve), 0);
    CHECK(wished().stage == 0 && wished().tries == 1 && wished().not_before > (int64_t)w.s.now_ms);
    fail(q, WIRE_CODE_UNKNOWN);
    CHECK(wished().stage == 0 && wished().tries == 2);
    end();
}

/* ---- new keys -------------------------------------------------------------------------------- */

static void says(int64_t message)
{
    static const uint8_t mid[32] = {1};
    int64_t id = 0;
    CHECK_ERR(store_outbox_put(w.store, chat, message, SLICE_LITERAL("a word"), mid, false, message,
                               1, &id),
              OK);
}

TEST(there_is_a_new_path_when_it_is_due_and_something_is_said)
{
    static const struct {
        int type;
        uint64_t age;
        int64_t sent;
        bool heals;
    } rows[] = {
        {STORE_CHAT_GROUP, (uint64_t)OWN_HEAL_GROUP_MS, 0, false},
        {STORE_CHAT_GROUP, (uint64_t)OWN_HEAL_GROUP_MS + 1, 0, true},
        {STORE_CHAT_GROUP, 0, OWN_HEAL_GROUP_MESSAGES - 1, false},
        {STORE_CHAT_GROUP, 0, OWN_HEAL_GROUP_MESSAGES, true},
        {STORE_CHAT_PAIR, (uint64_t)OWN_HEAL_PAIR_MS, 0, false},
        {STORE_CHAT_PAIR, (uint64_t)OWN_HEAL_PAIR_MS + 1, 0, true},
        {STORE_CHAT_PAIR, 0, OWN_HEAL_PAIR_MESSAGES - 1, false},
        {STORE_CHAT_PAIR, 0, OWN_HEAL_PAIR_MESSAGES, true},
        {STORE_CHAT_SELF, (uint64_t)OWN_HEAL_GROUP_MS + 1, OWN_HEAL_GROUP_MESSAGES, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(rows[i].type);
        w.s.now_ms += rows[i].age;
        CHECK_ERR(store_sql_run(w.store, "UPDATE chat SET heal_sent=?", "i", rows[i].sent), OK);
        (void)work();
        CHECK(!pends()); /* nothing is said */
        says(1);
        (void)work();
        CHECK(pends() == rows[i].heals);
        end();
    }
}

/* ---- speaking -------------------------------------------------------------------------------- */

TEST(alone_in_a_chat_of_two_nothing_is_said_yet)
{
    begin(STORE_CHAT_PAIR);
    CHECK(work() && own_world_row(&w, chat).hold == STORE_HOLD_ALONE && w.out.chats.n == 1 &&
          w.s.durable);
    CHECK(work() && w.out.chats.n == 0); /* told once */
    end();
    begin(STORE_CHAT_GROUP);
    CHECK(!work() && own_world_row(&w, chat).hold == STORE_HOLD_NOT);
    end();
}

/* ---- commits --------------------------------------------------------------------------------- */

static struct own_ask ask_commit(void)
{
    wish(OWN_WISH_HEAL, SLICE_EMPTY);
    (void)work();
    return own_world_asked(&w, FRAME_COMMIT);
}

TEST(a_commit_that_was_taken_has_won)
{
    begin(STORE_CHAT_GROUP);
    uint64_t before = epoch();
    struct own_ask q = ask_commit();
    answer(q, FRAME_DONE, SLICE_EMPTY, 0);
    CHECK(epoch() == before + 1 && !pends() && wished().id == 0);
    answer(q, FRAME_DONE, SLICE_EMPTY, 0); /* its own delivery was faster */
    CHECK(epoch() == before + 1 && is_due());
    end();
}

TEST(a_commit_that_was_refused_has_lost_or_waits)
{
    static const struct {
        enum wire_code code;
        bool lost;
    } rows[] = {{WIRE_CODE_EPOCH, true}, {WIRE_CODE_STALE, true}, {WIRE_CODE_AUTH, true},
                {WIRE_CODE_LIMIT, true}, {WIRE_CODE_TOKEN, true}, {WIRE_CODE_UNKNOWN, true},
                {WIRE_CODE_BUSY, false}, {WIRE_CODE_RATE, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(STORE_CHAT_GROUP);
        uint64_t before = epoch();
        fail(ask_commit(), rows[i].code);
        CHECK(epoch() == before && pends() == !rows[i].lost && wished().id != 0);
        CHECK(is_due() == rows[i].lost);
        end();
    }
}

TEST(an_answer_to_an_earlier_commit_says_nothing_of_this_one)
{
    begin(STORE_CHAT_GROUP);
    struct own_ask q = ask_commit();
    q.b--; /* the epoch before */
    fail(q, WIRE_CODE_EPOCH);
    CHECK(pends() && is_due());
    answer(q, FRAME_DONE, SLICE_EMPTY, 0);
    CHECK(pends());
    end();
}

TEST_MAIN(TEST_ROW(nothing_to_do_is_nothing),
          TEST_ROW(a_mailbox_is_made_with_the_hash_of_its_tag_and_the_key_of_the_epoch),
          TEST_ROW(it_is_made_when_it_is_there),
          TEST_ROW(a_mailbox_is_opened_by_its_tag_from_the_cursor_on),
          TEST_ROW(what_is_open_is_read_before_anything_is_done),
          TEST_ROW(a_mailbox_that_is_refused_is_tried_with_the_next_connection),
          TEST_ROW(what_was_opened_by_a_tag_of_before_is_opened_anew),
          TEST_ROW(tags_of_before_are_tried_when_ours_is_refused),
          TEST_ROW(a_mailbox_that_is_not_there_any_more_is_made_again),
          TEST_ROW(who_is_refused_while_leaving_has_left),
          TEST_ROW(in_a_room_that_is_stopped_nothing_is_done),
          TEST_ROW(a_room_that_was_lost_is_entered_again_after_a_while),
          TEST_ROW(a_wish_that_is_ready_becomes_a_commit_and_waits_for_it),
          TEST_ROW(a_device_that_was_dropped_wishes_nothing),
          TEST_ROW(whom_we_add_is_asked_for_on_the_line_for_accounts),
          TEST_ROW(whose_door_is_on_its_way_is_waited_for),
          TEST_ROW(nobody_adds_devices_of_an_account_that_has_one),
          TEST_ROW(packages_that_came_are_kept_for_the_commit),
          TEST_ROW(packages_of_somebody_else_are_none),
          TEST_ROW(there_is_a_new_path_when_it_is_due_and_something_is_said),
          TEST_ROW(alone_in_a_chat_of_two_nothing_is_said_yet),
          TEST_ROW(a_commit_that_was_taken_has_won),
          TEST_ROW(a_commit_that_was_refused_has_lost_or_waits),
          TEST_ROW(an_answer_to_an_earlier_commit_says_nothing_of_this_one))
