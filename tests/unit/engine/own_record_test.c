/* Records of people, chats and messages: what moves to another device, what of it is believed
 * there, and what no record may say. */
#include "engine/own/record.h"

#include <string.h>

#include "base/cbor.h"
#include "base/limits.h"
#include "engine/own/clock.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chain.h"
#include "store/chat.h"
#include "store/member.h"
#include "store/message.h"
#include "store/order.h"
#include "store/own_device.h"
#include "store/own_person.h"
#include "store/people.h"

#define NOTICE_MAX 64 /* room for lines about rooms to come */

static struct own_world w; /* of the device that writes, then of the one that takes */
static struct own_world_account me, ben;
static int64_t ben_is;
static uint8_t bytes[8192]; /* of the record: it outlives the world it was written in */

static void begin(void)
{
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
        own_world_account(&ben, 2, 102);
        own_world_added(&ben, 3, 2);
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    ben_is = own_world_know(&w, &ben, 2);
}

static void end(void)
{
    own_world_end(&w);
}

/* From here on it is another device of mine, that knows nobody. */
static void over(void)
{
    own_world_end(&w);
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
}

static enum err take(const struct buf *b, bool compared)
{
    struct slice record;
    CHECK_ERR(buf_finish(b, &record), OK);
    return own_record_take(w.o, &w.s, record, compared);
}

static struct buf room(void)
{
    return buf_fixed(bytes, sizeof bytes);
}

static struct store_person ben_there(void)
{
    struct store_person p;
    memset(&p, 0, sizeof p);
    CHECK_ERR(store_person_find(w.store, &w.arena, ben.id, &p), OK);
    return p;
}

/* ---- people --------------------------------------------------------------------------------- */

TEST(a_person_moves_with_name_doors_and_the_chain_that_was_checked)
{
    static const uint8_t inbox[16] = {1}, token[16] = {2};
    struct chain_entry head;
    struct buf b;
    begin();
    b = room();
    CHECK_ERR(store_person_set_profile(w.store, ben_is, SLICE_LITERAL("Ben"),
                                       SLICE_LITERAL("picture"), 77),
              OK);
    CHECK_ERR(store_own_person_set_door(w.store, ben_is, inbox, SLICE_ARRAY(token)), OK);
    CHECK_ERR(store_person_set_contact(w.store, ben_is, true), OK);
    CHECK_ERR(own_record_person(&w.s, &b, ben_is, true), OK);
    over();
    CHECK_ERR(take(&b, false), OK);
    struct store_person p = ben_there();
    CHECK_BYTES(p.name, SLICE_LITERAL("Ben"));
    CHECK_BYTES(p.picture, SLICE_LITERAL("picture"));
    struct store_own_person_door door;
    CHECK_ERR(store_own_person_door(w.store, p.id, &door), OK);
    CHECK(door.has_inbox && door.has_token && door.inbox[0] == 1 && door.token[0] == 2);
    CHECK(p.contact == 1 && p.blocked == 0 && p.profile_ms == 77);
    CHECK_ERR(store_chain_head(w.store, p.id, &head), OK);
    CHECK(head.n == 1);
    CHECK_BYTES(SLICE_ARRAY(head.hash), SLICE_ARRAY(ben.e[1].hash));
    b = room(); /* without the picture, it was not asked for */
    CHECK_ERR(own_record_person(&w.s, &b, p.id, false), OK);
    over();
    CHECK_ERR(take(&b, false), OK);
    CHECK(ben_there().picture.n == 0);
    end();
}

TEST(a_chain_that_is_here_already_stays)
{
    struct chain_entry head;
    struct buf b;
    begin();
    b = room();
    CHECK_ERR(own_record_person(&w.s, &b, ben_is, false), OK);
    over();
    (void)own_world_know(&w, &ben, 1);
    CHECK_ERR(take(&b, false), OK);
    CHECK_ERR(store_chain_head(w.store, ben_there().id, &head), OK);
    CHECK(head.n == 0); /* what theirs knows beyond it is asked for */
    end();
}

TEST(what_was_compared_comes_back_from_the_recovery_record_with_its_date_only)
{
    struct buf b;
    begin();
    b = room();
    own_world_sql(&w, "UPDATE person SET verified=1,verified_ms=5 WHERE id<>1");
    CHECK_ERR(own_record_person(&w.s, &b, ben_is, false), OK);
    over();
    CHECK_ERR(take(&b, true), OK);
    CHECK(ben_there().verified == ABI_VERIFIED_ONCE && ben_there().verified_ms == 5);
    end();
    begin();
    b = room();
    own_world_sql(&w, "UPDATE person SET verified=1,verified_ms=5 WHERE id<>1");
    CHECK_ERR(own_record_person(&w.s, &b, ben_is, false), OK);
    over();
    CHECK_ERR(take(&b, false), OK);
    CHECK(ben_there().verified == ABI_VERIFIED_NOW);
    end();
}

struct person {
    struct slice account, entry, links, name;
    uint64_t verified, verified_ms, profile_ms;
    bool me;
};

static enum err take_person(struct person v)
{
    struct buf b = room();
    cbor_put_array(&b, 16);
    cbor_put_uint(&b, 1);
    cbor_put_bytes(&b, v.account);
    cbor_put_text(&b, v.name);
    for (int i = 0; i < 3; i++) {
        cbor_put_null(&b);
    }
    cbor_put_uint(&b, v.verified);
    cbor_put_null(&b);
    cbor_put_null(&b);
    cbor_put_uint(&b, v.verified_ms);
    cbor_put_uint(&b, 0);
    cbor_put_uint(&b, 0);
    cbor_put_uint(&b, v.profile_ms);
    cbor_put_bool(&b, v.me);
    if (v.entry.n > 0) {
        cbor_put_bytes(&b, v.entry);
    } else {
        cbor_put_null(&b);
    }
    cbor_put_bytes(&b, v.links);
    return take(&b, false);
}

TEST(nobody_is_made_me_and_no_chain_another_s)
{
    static const uint8_t long_name[LIMIT_NAME_BYTES + 1];
    struct person v = {.account = SLICE_ARRAY(ben.id), .links = SLICE_LITERAL("")};
    begin();
    over();
    v.me = true;
    CHECK_ERR(take_person(v), ERR_AUTH);
    v.me = false;
    v.account = SLICE_ARRAY(me.id);
    CHECK_ERR(take_person(v), ERR_AUTH);
    v.account = slice_make(ben.id, 31);
    CHECK_ERR(take_person(v), ERR_INPUT);
    v.account = SLICE_ARRAY(ben.id);
    v.entry = me.bytes[0]; /* of another account */
    CHECK_ERR(take_person(v), ERR_INPUT);
    v.entry = SLICE_EMPTY;
    v.name = SLICE_ARRAY(long_name);
    CHECK_ERR(take_person(v), ERR_INPUT);
    v.name.n--;
    CHECK_ERR(take_person(v), OK);
    v.verified = ABI_VERIFIED_ONCE + 1;
    CHECK_ERR(take_person(v), ERR_INPUT);
    v.verified = ABI_VERIFIED_KNOWN;
    v.verified_ms = OWN_TIME_MAX_MS + 1;
    CHECK_ERR(take_person(v), ERR_INPUT);
    v.verified_ms = OWN_TIME_MAX_MS;
    v.profile_ms = OWN_TIME_MAX_MS + 1;
    CHECK_ERR(take_person(v), ERR_INPUT);
    end();
}

/* ---- chats ---------------------------------------------------------------------------------- */

static int64_t chat_here(void)
{
    int64_t chat = own_world_chat(&w, STORE_CHAT_GROUP, 0);
    own_world_sql(&w, "UPDATE chat SET pinned=1,muted_until=9,timer_s=60,draft='so far',"
                      "place_base=17592186044416,last_ms=3");
    CHECK_ERR(store_member_put(w.store, chat, ben_is, true), OK);
    return chat;
}

/* Does the record hold so many of this byte in a row? */
static bool holds(const struct buf *b, uint8_t byte, size_t n)
{
    struct slice in = buf_view(b);
    size_t run = 0;
    for (size_t i = 0; i < in.n && run < n; i++) {
        run = in.p[i] == byte ? run + 1 : 0;
    }
    return run == n;
}

TEST(keys_of_a_chat_go_into_the_recovery_record_alone)
{
    struct buf b;
    int64_t chat;
    begin();
    chat = chat_here();
    b = room();
    CHECK_ERR(own_record_chat(&w.s, &b, chat, false), OK);
    CHECK(!holds(&b, 0xa2, 16) && !holds(&b, 0xa3, 32) && !holds(&b, 0xa4, 32));
    over();
    CHECK_ERR(take(&b, false), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM chat WHERE mailbox IS NULL") == 1);
    CHECK(own_world_int(&w, "SELECT count(*) FROM chat WHERE pinned=1 AND muted_until=9 AND "
                            "timer_s=60 AND draft='so far' AND last_ms=3 AND made=1 AND "
                            "cursor=-1 AND place_base=17592186044416") == 1);
    CHECK(own_world_int(&w, "SELECT count(*) FROM member m JOIN person p ON p.id=m.person WHERE "
                            "m.role=1 AND p.id<>1") == 1);
    end();
    begin();
    chat = chat_here();
    b = room();
    CHECK_ERR(own_record_chat(&w.s, &b, chat, true), OK);
    CHECK(holds(&b, 0xa2, 16) && holds(&b, 0xa3, 32) && holds(&b, 0xa4, 32));
    over();
    CHECK_ERR(take(&b, true), OK);
    struct store_chat c;
    struct own_room r = own_world_context(STORE_CHAT_GROUP);
    CHECK_ERR(store_chat_find(w.store, &w.arena, r.room, &c), OK);
    CHECK(c.has_mailbox && c.state == STORE_CHAT_JOINING);
    CHECK_BYTES(SLICE_ARRAY(c.mailbox), SLICE_ARRAY(r.mailbox));
    CHECK_BYTES(SLICE_ARRAY(c.read_tag), SLICE_ARRAY(r.read_tag));
    CHECK_BYTES(SLICE_ARRAY(c.join_secret), SLICE_ARRAY(r.join_secret));
    end();
}

TEST(a_chat_that_is_here_keeps_its_keys_and_its_state)
{
    struct buf b;
    begin();
    int64_t chat = chat_here();
    b = room();
    CHECK_ERR(own_record_chat(&w.s, &b, chat, true), OK);
    over();
    (void)own_world_chat(&w, STORE_CHAT_GROUP, 0);
    own_world_sql(&w, "UPDATE chat SET mailbox=zeroblob(16),state=0,title='mine'");
    CHECK_ERR(take(&b, true), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM chat") == 1);
    CHECK(own_world_int(&w, "SELECT count(*) FROM chat WHERE mailbox=zeroblob(16) AND state=0 "
                            "AND title='mine' AND pinned=1") == 1);
    end();
}

struct chat {
    size_t room, mailbox, tag;
    uint64_t type, state, timer, base;
};

static enum err take_chat(struct chat v)
{
    static const uint8_t zero[32];
    struct buf b = room();
    cbor_put_array(&b, 19);
    cbor_put_uint(&b, 2);
    cbor_put_bytes(&b, slice_make(zero, v.room));
    cbor_put_uint(&b, v.type);
    cbor_put_uint(&b, v.state);
    cbor_put_text(&b, SLICE_LITERAL("title"));
    cbor_put_null(&b);
    cbor_put_null(&b);
    if (v.mailbox > 0) {
        cbor_put_bytes(&b, slice_make(zero, v.mailbox));
        cbor_put_bytes(&b, slice_make(zero, v.tag));
        cbor_put_bytes(&b, slice_make(zero, 32));
    } else {
        for (int i = 0; i < 3; i++) {
            cbor_put_null(&b);
        }
    }
    for (int i = 0; i < 4; i++) {
        cbor_put_uint(&b, 0);
    }
    cbor_put_uint(&b, v.timer);
    cbor_put_text(&b, SLICE_LITERAL(""));
    cbor_put_bool(&b, false);
    cbor_put_uint(&b, v.base);
    cbor_put_array(&b, 0);
    return take(&b, false);
}

TEST(a_chat_outside_of_its_bounds_is_not_taken)
{
    const struct chat good = {16, 16, 32, STORE_CHAT_GROUP, STORE_CHAT_OPEN, 60, 0};
    struct chat v = good;
    begin();
    v.room = 15;
    CHECK_ERR(take_chat(v), ERR_INPUT);
    v = good;
    v.mailbox = 15;
    CHECK_ERR(take_chat(v), ERR_INPUT);
    v = good;
    v.tag = 31;
    CHECK_ERR(take_chat(v), ERR_INPUT);
    v = good;
    v.type = ABI_CHAT_TYPE_GROUP + 1;
    CHECK_ERR(take_chat(v), ERR_INPUT);
    v = good;
    v.state = STORE_CHAT_REQUEST + 1;
    CHECK_ERR(take_chat(v), ERR_INPUT);
    v = good;
    v.timer = (uint64_t)UINT32_MAX + 1; /* a time that is over must be one */
    CHECK_ERR(take_chat(v), ERR_INPUT);
    v = good;
    v.base = (uint64_t)STORE_PLACE_PENDING; /* so must a place in the log */
    CHECK_ERR(take_chat(v), ERR_INPUT);
    CHECK(own_world_int(&w, "SELECT count(*) FROM chat") == 0);
    CHECK_ERR(take_chat(good), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM chat") == 1);
    end();
}

/* ---- messages ------------------------------------------------------------------------------- */

static int64_t word_of_ben(int64_t chat, struct store_message *m)
{
    struct store_leaf leaf;
    CHECK_ERR(store_leaf_ensure(w.store, chat, own_world_key(2), 4, ben_is, &leaf), OK);
    memset(m, 0, sizeof *m);
    m->chat = chat;
    m->sender = ben_is;
    m->at_ms = 1000;
    m->said_ms = 900;
    m->server_ms = 1000;
    m->type = STORE_MESSAGE_TEXT;
    m->state = STORE_STATE_SENT;
    m->text = SLICE_LITERAL("hello");
    m->place = store_place_of(0, 7);
    m->leaf = leaf.id;
    m->counter = 3;
    m->starred = true;
    memset(m->mid, 0x31, sizeof m->mid);
    CHECK_ERR(store_message_add(w.store, m), OK);
    return m->id;
}

TEST(a_message_moves_as_the_word_that_it_is_and_once)
{
    struct store_message m, got;
    struct store_chat c;
    struct store_leaf leaf;
    struct store_word word;
    begin();
    int64_t chat = own_world_chat(&w, STORE_CHAT_GROUP, 0);
    struct buf b = room();
    CHECK_ERR(own_record_message(&w.s, &b, word_of_ben(chat, &m)), OK);
    over();
    CHECK_ERR(take(&b, false), OK); /* of a chat that did not move: nothing */
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 0);
    (void)own_world_chat(&w, STORE_CHAT_GROUP, 0);
    CHECK_ERR(take(&b, false), OK);
    CHECK_ERR(take(&b, false), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 1);
    CHECK_ERR(store_chat_find(w.store, &w.arena, own_world_context(STORE_CHAT_GROUP).room, &c), OK);
    CHECK_ERR(store_message_find(w.store, &w.arena, c.id, m.mid, &got), OK);
    CHECK(got.at_ms == 1000 && got.said_ms == 900 && got.server_ms == 1000 && got.starred);
    CHECK(got.place == m.place && got.counter == 3 && got.sender == ben_there().id);
    CHECK_BYTES(got.text, SLICE_LITERAL("hello"));
    CHECK_ERR(store_leaf_find(w.store, c.id, own_world_key(2), 4, got.sender, &leaf), OK);
    CHECK(leaf.id == got.leaf);
    CHECK_ERR(store_word_get(w.store, &w.arena, leaf.id, 3, &word), OK);
    CHECK(word.message == got.id && word.place == m.place); /* so it is not shown again */
    end();
}

TEST(what_waited_to_be_sent_there_is_not_sent_here)
{
    struct store_message m;
    begin();
    int64_t chat = own_world_chat(&w, STORE_CHAT_GROUP, 0);
    struct buf b = room();
    int64_t id = word_of_ben(chat, &m);
    CHECK_ERR(store_message_set_state(w.store, id, STORE_STATE_QUEUED, 0), OK);
    CHECK_ERR(own_record_message(&w.s, &b, id), OK);
    over();
    (void)own_world_chat(&w, STORE_CHAT_GROUP, 0);
    CHECK_ERR(take(&b, false), OK);
    CHECK(own_world_int(&w, "SELECT state FROM message") == STORE_STATE_SENT);
    CHECK(own_world_int(&w, "SELECT count(*) FROM outbox") == 0);
    end();
}

struct word {
    size_t mid;
    uint64_t at, type, notice, state, timer, place, edit_n, counter, run, how;
};

static enum err take_message(struct word v)
{
    static const uint8_t zero[32];
    struct buf b = room();
    cbor_put_array(&b, 28);
    cbor_put_uint(&b, 3);
    cbor_put_bytes(&b, SLICE_ARRAY(own_world_context(STORE_CHAT_GROUP).room));
    cbor_put_bytes(&b, slice_make(zero, v.mid));
    cbor_put_null(&b);
    cbor_put_uint(&b, v.at);
    cbor_put_uint(&b, v.type);
    cbor_put_uint(&b, v.notice);
    cbor_put_uint(&b, v.state);
    cbor_put_text(&b, SLICE_LITERAL("text"));
    cbor_put_null(&b);
    cbor_put_uint(&b, 0);
    cbor_put_uint(&b, 0);
    cbor_put_uint(&b, v.timer);
    cbor_put_bool(&b, false);
    cbor_put_uint(&b, 0);
    cbor_put_null(&b); /* the word */
    cbor_put_uint(&b, v.how);
    cbor_put_bool(&b, false);
    cbor_put_uint(&b, v.place);
    cbor_put_uint(&b, 0);
    cbor_put_uint(&b, 0);
    cbor_put_uint(&b, v.edit_n);
    cbor_put_null(&b);
    cbor_put_null(&b);
    cbor_put_uint(&b, v.run);
    cbor_put_uint(&b, v.counter);
    cbor_put_null(&b); /* no file */
    cbor_put_array(&b, 0);
    return take(&b, false);
}

TEST(a_message_outside_of_its_bounds_is_not_taken)
{
    const struct word good = {.mid = 32};
    begin();
    (void)own_world_chat(&w, STORE_CHAT_GROUP, 0);
    struct word bad[] = {
        {.mid = 31},
        {.mid = 32, .at = OWN_TIME_MAX_MS + 1},
        {.mid = 32, .type = ABI_MESSAGE_TYPE_MISSING + 1},
        {.mid = 32, .notice = NOTICE_MAX + 1},
        {.mid = 32, .state = ABI_MESSAGE_STATE_FAILED + 1},
        {.mid = 32, .timer = (uint64_t)UINT32_MAX + 1},
        {.mid = 32, .place = (uint64_t)STORE_PLACE_PENDING + 1},
        {.mid = 32, .edit_n = (uint64_t)STORE_COUNTER_MAX},
        {.mid = 32, .counter = (uint64_t)STORE_COUNTER_MAX},
        {.mid = 32, .run = (uint64_t)INT64_MAX + 1},
        {.mid = 32, .how = ABI_BY_HOW_FOREIGN + 1},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_ERR(take_message(bad[i]), ERR_INPUT);
    }
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 0);
    CHECK_ERR(take_message(good), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 1);
    struct word missing = {.mid = 32, .type = ABI_MESSAGE_TYPE_MISSING};
    CHECK_ERR(take_message(missing), OK); /* found out here, not taken over */
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 1);
    end();
}

TEST(a_kind_of_record_that_is_not_known_is_passed_over)
{
    begin();
    struct buf b = room();
    cbor_put_array(&b, 2);
    cbor_put_uint(&b, 99);
    cbor_put_uint(&b, 1);
    CHECK_ERR(take(&b, false), OK);
    b = room();
    cbor_put_uint(&b, 1);
    CHECK_ERR(take(&b, false), ERR_INPUT);
    end();
}

/* ---- devices (record_device.h) -------------------------------------------------------------- */

static enum err take_device(size_t key, size_t name)
{
    static const uint8_t zero[LIMIT_NAME_BYTES + 1];
    struct buf b = room();
    cbor_put_array(&b, 3);
    cbor_put_uint(&b, 4);
    cbor_put_bytes(&b, slice_make(zero, key));
    cbor_put_text(&b, slice_make(zero, name));
    return take(&b, false);
}

TEST(a_device_gets_a_name_once)
{
    struct slice name;
    begin();
    for (int i = 0; i < 2; i++) {
        struct buf b = room();
        cbor_put_array(&b, 3);
        cbor_put_uint(&b, 4);
        cbor_put_bytes(&b, slice_make(own_world_key(9), 32));
        cbor_put_text(&b, i == 0 ? SLICE_LITERAL("phone") : SLICE_LITERAL("other"));
        CHECK_ERR(store_own_device_listed(w.store, own_world_key(9), 1), OK);
        CHECK_ERR(take(&b, false), OK);
        CHECK_ERR(store_own_device_name(w.store, &w.arena, own_world_key(9), &name), OK);
        CHECK_BYTES(name, SLICE_LITERAL("phone"));
    }
    CHECK_ERR(take_device(31, 1), ERR_INPUT);
    CHECK_ERR(take_device(32, LIMIT_NAME_BYTES + 1), ERR_INPUT);
    CHECK_ERR(take_device(32, LIMIT_NAME_BYTES), OK);
    end();
}

TEST(a_chunk_of_a_file_is_of_its_message_in_its_room)
{
    static const uint8_t name[16] = {1}, mid[32] = {2};
    struct slice out, in, room_is, mid_is, bytes_is;
    uint64_t kind = 0, n = 0;
    size_t items = 0;
    begin();
    CHECK_ERR(own_record_chunk(&w.s, SLICE_ARRAY(name), SLICE_ARRAY(mid), 7,
                               SLICE_LITERAL("sealed"), &out),
              OK);
    in = out;
    CHECK_ERR(cbor_get_array(&in, &items), OK);
    CHECK_ERR(cbor_get_uint(&in, &kind), OK);
    CHECK_ERR(cbor_get_bytes(&in, &room_is), OK);
    CHECK_ERR(cbor_get_bytes(&in, &mid_is), OK);
    CHECK_ERR(cbor_get_uint(&in, &n), OK);
    CHECK_ERR(cbor_get_bytes(&in, &bytes_is), OK);
    CHECK(items == 5 && n == 7 && in.n == 0);
    CHECK_BYTES(room_is, SLICE_ARRAY(name));
    CHECK_BYTES(mid_is, SLICE_ARRAY(mid));
    CHECK_BYTES(bytes_is, SLICE_LITERAL("sealed"));
    CHECK_ERR(own_record_take(w.o, &w.s, out, false), OK); /* of a message that did not move */
    CHECK(own_world_int(&w, "SELECT count(*) FROM file_chunk") == 0);
    CHECK_ERR(own_record_chunk(&w.s, SLICE_ARRAY(name), SLICE_ARRAY(mid), (uint64_t)INT32_MAX + 1,
                               SLICE_LITERAL("sealed"), &out),
              OK);
    CHECK_ERR(own_record_take(w.o, &w.s, out, false), ERR_INPUT);
    end();
}

TEST_MAIN(TEST_ROW(a_person_moves_with_name_doors_and_the_chain_that_was_checked),
          TEST_ROW(a_chain_that_is_here_already_stays),
          TEST_ROW(what_was_compared_comes_back_from_the_recovery_record_with_its_date_only),
          TEST_ROW(nobody_is_made_me_and_no_chain_another_s),
          TEST_ROW(keys_of_a_chat_go_into_the_recovery_record_alone),
          TEST_ROW(a_chat_that_is_here_keeps_its_keys_and_its_state),
          TEST_ROW(a_chat_outside_of_its_bounds_is_not_taken),
          TEST_ROW(a_message_moves_as_the_word_that_it_is_and_once),
          TEST_ROW(what_waited_to_be_sent_there_is_not_sent_here),
          TEST_ROW(a_message_outside_of_its_bounds_is_not_taken),
          TEST_ROW(a_kind_of_record_that_is_not_known_is_passed_over),
          TEST_ROW(a_device_gets_a_name_once),
          TEST_ROW(a_chunk_of_a_file_is_of_its_message_in_its_room))
