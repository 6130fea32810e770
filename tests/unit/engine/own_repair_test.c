/* Coming in again by the sealed bundle (own/repair.h): what cannot be entered is counted as a try
 * that failed, whatever is wrong with it. And what goes over to the room that takes the place of
 * one. */
#include "engine/own/repair.h"

#include <string.h>

#include "base/cbor.h"
#include "crypto/hash.h"
#include "engine/own/room.h"
#include "engine/own/succeed.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "schema/content.h"
#include "schema/frame.h"
#include "store/admit.h"
#include "store/chat.h"
#include "store/message.h"
#include "store/outbox.h"
#include "store/people.h"

struct table {
    struct own_world w;
    struct own_world_account ana;
    struct own_world_member other; /* another device of hers, in a room of its own */
    struct own_world_room room;
    int64_t chat;
};
static struct table t;

static void begin(void)
{
    struct own_room context = own_world_context(STORE_CHAT_GROUP);
    memset(&t, 0, sizeof t);
    own_world_begin(&t.w);
    own_world_account(&t.ana, 1, 101);
    own_world_added(&t.ana, 2, 1);
    own_world_be(&t.w, &t.ana, 1);
    t.chat = own_world_chat(&t.w, STORE_CHAT_GROUP, 0);
    own_world_sql(&t.w, "UPDATE chat SET note=1");
    own_world_sit(&t.other, &t.ana, 99, 1); /* no key of hers */
    own_world_open(&t.room, &t.other, &context);
}

static void end(void)
{
    own_world_close(&t.room);
    own_world_end(&t.w);
}

static struct slice group_info(void)
{
    struct slice info = SLICE_EMPTY, tree = SLICE_EMPTY;
    CHECK_ERR(mls_group_info(t.other.m.g, &t.w.arena, true, true, (struct mls_extensions){NULL, 0},
                             &info, &tree),
              OK);
    return info;
}

static struct slice bundle(struct slice info, struct slice chains, const uint8_t join_secret[32])
{
    static const uint8_t key[32] = {1};
    const struct own_room room = own_world_context(STORE_CHAT_GROUP);
    struct slice plain, sealed;
    uint8_t join[32];
    struct buf b = buf_arena(&t.w.arena, 2048);
    cbor_put_array(&b, 7);
    cbor_put_bytes(&b, info);
    cbor_put_bytes(&b, SLICE_LITERAL(""));
    cbor_put_bytes(&b, SLICE_ARRAY(key));
    cbor_put_bytes(&b, SLICE_ARRAY(key));
    cbor_put_bytes(&b, slice_make(key, FRAME_BRANCH_SIZE));
    cbor_put_uint(&b, 3);
    cbor_put_bytes(&b, chains);
    CHECK_ERR(buf_finish(&b, &plain), OK);
    crypto_hmac(CRYPTO_SHA256, join, slice_make(join_secret, 32), SLICE_LITERAL("sotto bundle"));
    CHECK_ERR(own_outer_seal(&t.w.arena, join, room.mailbox, 0, 2, NULL, plain, &sealed), OK);
    return sealed;
}

static int64_t tries(void)
{
    return own_world_int(&t.w, "SELECT stuck FROM chat");
}

TEST(a_bundle_that_cannot_be_entered_is_a_try_that_failed)
{
    const struct own_room room = own_world_context(STORE_CHAT_GROUP);
    static const uint8_t other[32] = {7};
    for (int i = 0; i < 5; i++) {
        begin();
        struct own_entries_group v = own_world_bring(&t.ana, 0, 1);
        struct own_entries all = {&v, 1};
        struct buf b = buf_arena(&t.w.arena, 2048);
        struct slice chains;
        own_entries_put(&b, &all);
        CHECK_ERR(buf_finish(&b, &chains), OK);
        struct slice sealed = i == 0   ? bundle(group_info(), chains, other)
                              : i == 1 ? SLICE_LITERAL("no bundle")
                              : i == 2 ? bundle(group_info(), SLICE_LITERAL("x"), room.join_secret)
                              : i == 3 ? bundle(SLICE_LITERAL("x"), chains, room.join_secret)
                                       : bundle(group_info(), chains, room.join_secret);
        CHECK_ERR(own_group_rejoin_info(t.w.o, &t.w.s, t.chat, sealed), OK);
        CHECK(tries() == 1);
        end();
    }
}

TEST(who_is_in_it_comes_in_by_no_bundle)
{
    begin();
    own_world_sql(&t.w, "UPDATE chat SET note=0");
    CHECK_ERR(own_group_rejoin_info(t.w.o, &t.w.s, t.chat, SLICE_LITERAL("no bundle")), OK);
    CHECK(tries() == 0);
    end();
}

/* ---- a room in the place of another ---------------------------------------------------------- */

static const uint8_t word[32] = {77};

/* A message; of: it is an edit of that one. */
static struct slice said(const uint8_t *of)
{
    struct content c;
    struct slice out = SLICE_EMPTY;
    content_init(&c);
    c.part = content_text(SLICE_LITERAL("a word"));
    if (of != NULL) {
        content_set_replaces(&c, of);
    }
    CHECK_ERR(content_encode(&t.w.arena, &c, &out), OK);
    return out;
}

/* A word of ours waits in the old chat, and is shown there in this state; `content` of it. */
static void waits(struct slice content, int state)
{
    struct store_message m;
    int64_t id = 0;
    memset(&m, 0, sizeof m);
    m.chat = t.chat;
    memcpy(m.mid, word, sizeof m.mid);
    m.sender = STORE_PERSON_ME;
    m.mine = true;
    m.text = SLICE_LITERAL("a word");
    CHECK_ERR(store_message_add(t.w.store, &m), OK);
    CHECK_ERR(store_message_set_state(t.w.store, m.id, state, 0), OK);
    CHECK_ERR(store_outbox_put(t.w.store, t.chat, m.id, content, word, false, 0, 1, &id), OK);
}

/* Another room takes the place of this one. Where the word waits then: 1 in the old one, 2 in the
 * new one, 0 nowhere. */
static int goes_over(void)
{
    struct store_chat old, c;
    own_world_sql(&t.w, "UPDATE chat SET room=x'01010101010101010101010101010101',"
                        "mailbox=x'02020202020202020202020202020202'");
    int64_t to = own_world_chat(&t.w, STORE_CHAT_GROUP, 0);
    CHECK_ERR(store_chat_get(t.w.store, &t.w.arena, t.chat, &old), OK);
    CHECK_ERR(store_chat_get(t.w.store, &t.w.arena, to, &c), OK);
    CHECK_ERR(own_chat_succeed(t.w.o, &t.w.s, &old, &c), OK);
    CHECK(own_world_int(&t.w, "SELECT count(*) FROM message") == 1);
    CHECK(own_world_int(&t.w, "SELECT chat FROM message") == to);
    int64_t at = own_world_int(&t.w, "SELECT chat FROM outbox");
    return at == t.chat ? 1 : at == to ? 2 : 0;
}

static bool has_its_id_of_before(void)
{
    struct store_message m;
    int64_t chat = own_world_int(&t.w, "SELECT chat FROM message");
    enum err e = store_message_find(t.w.store, &t.w.arena, chat, word, &m);
    CHECK(e == OK || e == ERR_GONE);
    CHECK(own_world_int(&t.w, "SELECT count(*) FROM outbox o JOIN message m ON m.id=o.message "
                              "WHERE o.mid<>m.mid") == 0);
    return e == OK;
}

TEST(a_word_that_waits_goes_over_as_another_word)
{
    static const int states[] = {STORE_STATE_QUEUED, STORE_STATE_SENT};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        begin();
        own_world_sql(&t.w, "UPDATE chat SET note=0");
        waits(said(NULL), states[i]);
        CHECK(goes_over() == 2 && !has_its_id_of_before());
        end();
    }
}

TEST(what_speaks_of_that_word_names_it_as_it_is_now)
{
    static const uint8_t edit[32] = {78};
    struct content c;
    struct store_message m;
    struct slice out;
    void *outs[] = {&out};
    int64_t id = 0;
    begin();
    waits(said(NULL), STORE_STATE_QUEUED);
    CHECK_ERR(store_outbox_put(t.w.store, t.chat, 0, said(word), edit, false, 0, 1, &id), OK);
    CHECK(goes_over() == 2);
    CHECK(own_world_int(&t.w, "SELECT count(DISTINCT chat) FROM outbox") == 1);
    CHECK_ERR(store_sql_get(t.w.store, &t.w.arena, "SELECT content FROM outbox WHERE id=?", "b",
                            outs, "i", id),
              OK);
    CHECK_ERR(content_decode(&t.w.arena, out, &c), OK);
    CHECK_ERR(
        store_message_get(t.w.store, &t.w.arena, own_world_int(&t.w, "SELECT id FROM message"), &m),
        OK);
    CHECK(c.has_replaces && slice_equal(SLICE_ARRAY(c.replaces), SLICE_ARRAY(m.mid)));
    end();
}

/* It went up again because a gateway had lost it: in another room it would stand there twice. */
TEST(a_word_that_all_have_received_goes_nowhere)
{
    static const int states[] = {STORE_STATE_DELIVERED, STORE_STATE_READ};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        begin();
        waits(said(NULL), states[i]);
        CHECK(goes_over() == 0 && has_its_id_of_before());
        CHECK(own_world_int(&t.w, "SELECT state FROM message") == states[i]);
        end();
    }
}

TEST(a_word_that_was_given_up_goes_nowhere)
{
    begin();
    waits(SLICE_LITERAL(""), STORE_STATE_FAILED);
    CHECK(goes_over() == 0);
    end();
}

/* A word that has a number in the old room goes out there, as long as that can be. */
TEST(a_word_with_a_number_stays_where_it_can_still_go)
{
    static const struct {
        int64_t note, state;
        enum store_hold hold;
        int at;
    } rows[] = {
        {0, STORE_CHAT_OPEN, STORE_HOLD_NOT, 1},     {0, STORE_CHAT_OPEN, STORE_HOLD_REMOVAL, 1},
        {0, STORE_CHAT_OPEN, STORE_HOLD_STOPPED, 2}, {0, STORE_CHAT_OPEN, STORE_HOLD_ELSEWHERE, 2},
        {1, STORE_CHAT_OPEN, STORE_HOLD_NOT, 2},     {0, STORE_CHAT_LEFT, STORE_HOLD_NOT, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin();
        waits(said(NULL), STORE_STATE_QUEUED);
        own_world_sql(&t.w, "UPDATE outbox SET counter=3");
        CHECK_ERR(store_sql_run(t.w.store, "UPDATE chat SET note=?,state=?,hold=?", "iii",
                                rows[i].note, rows[i].state, (int64_t)rows[i].hold),
                  OK);
        CHECK(goes_over() == rows[i].at);
        CHECK(has_its_id_of_before() == (rows[i].at == 1));
        end();
    }
}

/* ---- trying, asking, being asked --------------------------------------------------------------
 */

static struct store_chat row(void)
{
    struct store_chat c;
    memset(&c, 0, sizeof c);
    CHECK_ERR(store_chat_get(t.w.store, &t.w.arena, t.chat, &c), OK);
    return c;
}

TEST(the_bundle_is_asked_for_by_the_tag_of_the_room)
{
    struct wire_info_get v;
    struct slice body;
    begin();
    struct store_chat c = row();
    CHECK_ERR(own_group_rejoin(t.w.o, &t.w.s, &c), OK);
    CHECK(own_world_sent(&t.w, OWN_CONN_ANON, FRAME_INFO_GET, &body));
    CHECK_ERR(wire_info_get_decode(&t.w.arena, body, &v), OK);
    CHECK_BYTES(v.mailbox, SLICE_ARRAY(c.mailbox));
    CHECK_BYTES(v.read_tag, SLICE_ARRAY(c.read_tag));
    CHECK(own_world_asked(&t.w, FRAME_INFO_GET).a == t.chat);
    end();
}

static void failed(void)
{
    CHECK_ERR(own_repair_failed(t.w.o, &t.w.s, t.chat), OK);
}

TEST(tries_count_when_they_are_apart_and_we_are_to_come_in)
{
    begin();
    failed();
    CHECK(tries() == 1);
    failed(); /* the same try, told twice */
    CHECK(tries() == 1);
    t.w.s.now_ms += 3999;
    failed();
    CHECK(tries() == 1);
    t.w.s.now_ms++;
    failed();
    CHECK(tries() == 2);
    own_world_sql(&t.w, "UPDATE chat SET note=0");
    t.w.s.now_ms += 4000;
    failed();
    CHECK(tries() == 2);
    CHECK_ERR(own_repair_failed(t.w.o, &t.w.s, 999), ERR_GONE);
    end();
}

/* My other devices are asked in my notes. */
TEST(after_a_few_tries_others_are_asked)
{
    begin();
    own_world_sql(&t.w, "UPDATE chat SET room=randomblob(16),mailbox=randomblob(16)");
    int64_t notes = own_world_chat(&t.w, STORE_CHAT_SELF, 0);
    own_world_sql(&t.w,
                  "INSERT INTO device(id,name,added_ms,seen_ms) VALUES(randomblob(32),'a',1,1),"
                  "(randomblob(32),'b',1,1)");
    int64_t asked = 0;
    for (int64_t i = 1; i <= OWN_STUCK_TRIES + 4; i++) {
        failed();
        t.w.s.now_ms += 4000;
        asked += i == OWN_STUCK_TRIES || i == OWN_STUCK_TRIES + 4;
        CHECK(tries() == i && own_world_int(&t.w, "SELECT count(*) FROM outbox") == asked);
    }
    CHECK(own_world_int(&t.w, "SELECT min(chat) FROM outbox") == notes);
    end();
}

TEST(a_room_that_another_took_the_place_of_is_left)
{
    begin();
    own_world_sql(&t.w, "UPDATE chat SET stuck=2,alias_of=77");
    failed();
    CHECK(row().state == STORE_CHAT_LEFT && row().note == ABI_CHAT_NOTE_NONE);
    end();
}

TEST(losing_twice_with_the_same_bundle_is_a_try_that_failed)
{
    begin();
    CHECK_ERR(own_repair_lost(t.w.o, &t.w.s, t.chat, 4), OK);
    CHECK(tries() == 0);
    CHECK_ERR(own_repair_lost(t.w.o, &t.w.s, t.chat, 5), OK); /* somebody was faster */
    CHECK(tries() == 0);
    CHECK_ERR(own_repair_lost(t.w.o, &t.w.s, t.chat, 5), OK);
    CHECK(tries() == 1);
    CHECK_ERR(own_repair_lost(t.w.o, &t.w.s, 999, 5), ERR_GONE);
    end();
}

TEST(a_new_room_is_made_where_the_old_one_is_over)
{
    static const struct {
        const char *set;
        enum err want;
    } rows[] = {{"UPDATE chat SET note=0", ERR_STATE},  /* it is well                      */
                {"UPDATE chat SET stuck=2", ERR_STATE}, /* it may still be entered         */
                {"UPDATE chat SET stuck=3,role=0", ERR_AUTH_POLICY}, /* another is to do it */
                {"UPDATE chat SET stuck=3,role=1,alias_of=77", ERR_STATE},
                {"UPDATE chat SET stuck=3,role=1", OK},
                {"UPDATE chat SET note=0,hold=4,role=1", OK}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t made = 0;
        begin();
        t.w.o->suite = CRYPTO_SUITE_X25519_CHACHA;
        own_world_sql(&t.w, rows[i].set);
        CHECK_ERR(own_repair_room(t.w.o, &t.w.s, t.chat, &made), rows[i].want);
        CHECK((made != 0) == (rows[i].want == OK));
        CHECK(row().state == (made != 0 ? STORE_CHAT_LEFT : STORE_CHAT_OPEN));
        CHECK(made == 0 || row().alias_of == made);
        end();
    }
    int64_t made = 0;
    begin();
    CHECK_ERR(own_repair_room(t.w.o, &t.w.s, 999, &made), ERR_GONE);
    end();
}

static struct slice asks(uint64_t version, size_t room_n, size_t device_n, uint8_t device)
{
    static uint8_t name[17];
    struct slice out = SLICE_EMPTY;
    struct buf b = buf_arena(&t.w.arena, 128);
    memcpy(name, row().room, 16);
    cbor_put_array(&b, 3);
    cbor_put_uint(&b, version);
    cbor_put_bytes(&b, slice_make(name, room_n));
    cbor_put_bytes(&b, slice_make(own_world_key(device), device_n));
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

static int64_t wishes(void)
{
    return own_world_int(&t.w, "SELECT count(*) FROM wish");
}

TEST(a_device_of_mine_asks_to_be_taken_in_again)
{
    begin();
    own_world_group(&t.w, t.chat);
    own_world_sql(&t.w, "UPDATE chat SET note=0");
    CHECK_ERR(own_readd_take(t.w.o, &t.w.s, STORE_PERSON_ME, asks(1, 16, 32, 2)), OK);
    CHECK(wishes() == 1);
    CHECK_ERR(own_readd_take(t.w.o, &t.w.s, STORE_PERSON_ME, asks(1, 16, 32, 2)), OK);
    CHECK(wishes() == 1); /* once */
    CHECK_ERR(own_readd_take(t.w.o, &t.w.s, STORE_PERSON_ME, asks(1, 16, 32, 1)), OK);
    CHECK(wishes() == 1); /* this one sits here */
    end();
}

TEST(what_is_not_ours_to_do_is_passed_over)
{
    static const char *const why[] = {"UPDATE chat SET note=1", "UPDATE chat SET note=0,state=2",
                                      "UPDATE chat SET note=0,type=0",
                                      "UPDATE chat SET note=0,room=zeroblob(16)"};
    for (size_t i = 0; i < 4; i++) {
        begin();
        own_world_group(&t.w, t.chat);
        struct slice in = asks(1, 16, 32, 2);
        own_world_sql(&t.w, why[i]);
        CHECK_ERR(own_readd_take(t.w.o, &t.w.s, STORE_PERSON_ME, in), OK);
        CHECK(wishes() == 0);
        end();
    }
    begin(); /* of somebody else: who runs it, and only for who sits there */
    own_world_group(&t.w, t.chat);
    own_world_sql(&t.w, "UPDATE chat SET note=0,role=0");
    CHECK_ERR(own_readd_take(t.w.o, &t.w.s, 9, asks(1, 16, 32, 2)), OK);
    own_world_sql(&t.w, "UPDATE chat SET role=1");
    CHECK_ERR(own_readd_take(t.w.o, &t.w.s, 9, asks(1, 16, 32, 2)), OK);
    CHECK(wishes() == 0);
    end();
}

TEST(what_is_no_question_is_refused)
{
    begin();
    own_world_group(&t.w, t.chat);
    own_world_sql(&t.w, "UPDATE chat SET note=0");
    CHECK_ERR(own_readd_take(t.w.o, &t.w.s, STORE_PERSON_ME, asks(2, 16, 32, 2)), ERR_INPUT);
    CHECK_ERR(own_readd_take(t.w.o, &t.w.s, STORE_PERSON_ME, asks(1, 17, 32, 2)), ERR_INPUT);
    CHECK_ERR(own_readd_take(t.w.o, &t.w.s, STORE_PERSON_ME, asks(1, 16, 31, 2)), ERR_INPUT);
    struct slice good = asks(1, 16, 32, 2);
    for (size_t n = 0; n < good.n; n++) {
        struct slice cut = check_copy(slice_make(good.p, n));
        CHECK_ERR(own_readd_take(t.w.o, &t.w.s, STORE_PERSON_ME, cut), ERR_INPUT);
        check_release(cut);
    }
    CHECK(wishes() == 0);
    end();
}

TEST_MAIN(TEST_ROW(a_bundle_that_cannot_be_entered_is_a_try_that_failed),
          TEST_ROW(who_is_in_it_comes_in_by_no_bundle),
          TEST_ROW(a_word_that_waits_goes_over_as_another_word),
          TEST_ROW(what_speaks_of_that_word_names_it_as_it_is_now),
          TEST_ROW(a_word_that_all_have_received_goes_nowhere),
          TEST_ROW(a_word_that_was_given_up_goes_nowhere),
          TEST_ROW(a_word_with_a_number_stays_where_it_can_still_go),
          TEST_ROW(the_bundle_is_asked_for_by_the_tag_of_the_room),
          TEST_ROW(tries_count_when_they_are_apart_and_we_are_to_come_in),
          TEST_ROW(after_a_few_tries_others_are_asked),
          TEST_ROW(a_room_that_another_took_the_place_of_is_left),
          TEST_ROW(losing_twice_with_the_same_bundle_is_a_try_that_failed),
          TEST_ROW(a_new_room_is_made_where_the_old_one_is_over),
          TEST_ROW(a_device_of_mine_asks_to_be_taken_in_again),
          TEST_ROW(what_is_not_ours_to_do_is_passed_over), TEST_ROW(what_is_no_question_is_refused))
