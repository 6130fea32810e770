/* Between devices of mine (own/sync.h): what one says, another takes; and what none may say. */
#include "engine/own/sync.h"

#include <string.h>

#include "base/cbor.h"
#include "base/limits.h"
#include "engine/own/clock.h"
#include "engine/own/content_types.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "schema/content.h"
#include "store/message.h"
#include "store/own_person.h"
#include "store/request.h"
#include "store/people.h"

/* Device 1 is this one, device 3 the other; 4 is none of mine. */
#define OTHER_DEVICE 3
#define FOREIGN_DEVICE 4
#define PICTURE_BYTES_MAX 32768u

enum { READ = 1, PERSON, CHAT, REQUEST, PROFILE, DEVICE }; /* kinds of records */

static struct own_world w;
static struct own_world_account me, bela;
static int64_t self, pair, her;

static void begin(void)
{
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
        own_world_added(&me, OTHER_DEVICE, 1);
        own_world_account(&bela, 2, 102);
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    own_world_sql(&w, "INSERT INTO device(id,name,added_ms) VALUES(x'01','a',1),(x'03','b',1)");
    self = own_world_chat(&w, STORE_CHAT_SELF, 0);
    own_world_sql(&w, "UPDATE chat SET room=zeroblob(16)");
    her = own_world_know(&w, &bela, 1);
    pair = own_world_chat(&w, STORE_CHAT_PAIR, her);
    effects_init(&w.out, &w.arena);
    w.s.durable = false;
}

static void end(void)
{
    own_world_end(&w);
}

static int64_t sent(void)
{
    return own_world_int(&w, "SELECT count(*) FROM outbox");
}

/* The record that was queued last, as another device opens it; the queue is empty then. */
static struct slice said(void)
{
    struct content c;
    struct slice bytes = SLICE_EMPTY;
    int64_t chat = 0;
    void *outs[] = {&bytes, &chat};
    CHECK_ERR(store_sql_get(w.store, &w.arena,
                            "SELECT content,chat FROM outbox ORDER BY id DESC LIMIT 1", "bi", outs,
                            ""),
              OK);
    CHECK(sent() == 1 && chat == self);
    own_world_sql(&w, "DELETE FROM outbox");
    CHECK_ERR(content_decode(&w.arena, bytes, &c), OK);
    CHECK(c.part.kind == CONTENT_SINGLE &&
          slice_equal(c.part.type, slice_of_string(OWN_TYPE_SYNC)));
    return c.part.body;
}

static enum err take_by(uint8_t device, struct slice body)
{
    return own_content_sync(w.o, &w.s, own_world_key(device), body);
}

static enum err take(struct slice body)
{
    return take_by(OTHER_DEVICE, body);
}

/* A record of this kind with n more fields, which the test puts. */
static struct buf record(uint64_t kind, size_t n)
{
    struct buf b = buf_arena(&w.arena, 256);
    cbor_put_array(&b, n + 1);
    cbor_put_uint(&b, kind);
    return b;
}

static struct slice done(struct buf *b)
{
    struct slice out = SLICE_EMPTY;
    CHECK_ERR(buf_finish(b, &out), OK);
    return out;
}

static struct slice room_of(int64_t chat)
{
    struct store_chat c;
    struct slice out = SLICE_EMPTY;
    CHECK_ERR(store_chat_get(w.store, &w.arena, chat, &c), OK);
    CHECK_ERR(arena_copy(&w.arena, SLICE_ARRAY(c.room), &out), OK);
    return out;
}

static int64_t message(uint8_t k)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    memset(m.mid, k, sizeof m.mid);
    m.chat = pair;
    m.sender = her;
    m.place = k;
    m.text = SLICE_LITERAL("hello");
    CHECK_ERR(store_message_add(w.store, &m), OK);
    return m.id;
}

/* ---- who says it, and to whom ---------------------------------------------------------------- */

TEST(who_has_one_device_and_who_has_no_notes_says_nothing)
{
    begin();
    own_world_sql(&w, "UPDATE device SET gone=1 WHERE id=x'03'");
    CHECK_ERR(own_sync_profile(w.o, &w.s), OK);
    CHECK(sent() == 0);
    own_world_sql(&w, "UPDATE device SET gone=0");
    own_world_sql(&w, "DELETE FROM chat WHERE type=0");
    CHECK_ERR(own_sync_profile(w.o, &w.s), OK);
    CHECK(sent() == 0);
    end();
}

TEST(only_a_device_that_is_listed_now_decides_anything)
{
    begin();
    CHECK_ERR(own_sync_chat(w.o, &w.s, pair, SLICE_LITERAL("pinned"), 1), OK);
    struct slice body = said();
    CHECK_ERR(take_by(FOREIGN_DEVICE, body), OK);
    CHECK(own_world_int(&w, "SELECT sum(pinned) FROM chat") == 0);
    CHECK_ERR(take(body), OK);
    CHECK(own_world_int(&w, "SELECT sum(pinned) FROM chat") == 1);
    end();
}

TEST(what_is_no_record_is_refused_and_an_unknown_one_passed_over)
{
    begin();
    CHECK(take(SLICE_EMPTY) != OK);
    CHECK(take(SLICE_LITERAL("\xff")) != OK);
    struct buf b = record(99, 1);
    cbor_put_uint(&b, 1);
    CHECK_ERR(take(done(&b)), OK); /* from a newer version */
    for (uint64_t kind = READ; kind <= DEVICE; kind++) {
        b = record(kind, 0); /* nothing in it */
        CHECK(take(done(&b)) != OK);
    }
    CHECK(w.out.chats.n == 0 && w.out.people.n == 0 && !w.out.state && !w.out.devices);
    end();
}

/* ---- read ----------------------------------------------------------------------------------- */

TEST(what_was_read_there_is_read_here)
{
    struct store_message m;
    begin();
    int64_t one = message(7);
    message(8);
    own_world_sql(&w, "UPDATE chat SET unread=2,mentioned=1,first_unread=1");
    CHECK_ERR(store_message_get(w.store, &w.arena, one, &m), OK);
    CHECK_ERR(own_sync_read(w.o, &w.s, room_of(pair).p, m.mid), OK);
    CHECK_ERR(take(said()), OK);
    CHECK(own_world_int(&w, "SELECT unread FROM chat WHERE type=1") == 1);
    CHECK(own_world_int(&w, "SELECT mentioned FROM chat WHERE type=1") == 0);
    CHECK(w.out.chats.n == 1 && w.out.chats.v[0].id == pair);
    end();
}

TEST(what_is_not_here_cannot_be_read)
{
    static const uint8_t room[16] = {9}, mid[32] = {9};
    begin();
    message(7);
    own_world_sql(&w, "UPDATE chat SET unread=1");
    CHECK_ERR(own_sync_read(w.o, &w.s, room, mid), OK);
    CHECK_ERR(take(said()), OK);
    CHECK_ERR(own_sync_read(w.o, &w.s, room_of(pair).p, mid), OK);
    CHECK_ERR(take(said()), OK);
    struct buf b = record(READ, 2);
    cbor_put_bytes(&b, slice_make(room, 15));
    cbor_put_bytes(&b, slice_make(mid, 31));
    CHECK_ERR(take(done(&b)), OK);
    CHECK(own_world_int(&w, "SELECT unread FROM chat WHERE type=1") == 1 && w.out.chats.n == 0);
    end();
}

/* ---- people --------------------------------------------------------------------------------- */

struct person {
    struct slice account, inbox, token, name, head, by;
    uint64_t contact, blocked, verified, ms;
};

static void put_optional(struct buf *b, struct slice v)
{
    if (v.n > 0) {
        cbor_put_bytes(b, v);
    } else {
        cbor_put_null(b);
    }
}

static struct slice person_record(const struct person *p)
{
    struct buf b = record(PERSON, 10);
    cbor_put_bytes(&b, p->account);
    put_optional(&b, p->inbox);
    put_optional(&b, p->token);
    cbor_put_text(&b, p->name);
    cbor_put_uint(&b, p->contact);
    cbor_put_uint(&b, p->blocked);
    cbor_put_uint(&b, p->verified);
    put_optional(&b, p->head);
    put_optional(&b, p->by);
    cbor_put_uint(&b, p->ms);
    return done(&b);
}

static struct person person(void)
{
    return (struct person){.account = SLICE_ARRAY(bela.id), .name = SLICE_LITERAL("Bela")};
}

/* Compared now, by the device that says so, at the newest entry. */
static struct person compared(void)
{
    struct person p = person();
    p.verified = ABI_VERIFIED_NOW;
    p.head = SLICE_ARRAY(bela.e[0].hash);
    p.by = slice_make(own_world_key(OTHER_DEVICE), CHAIN_KEY_SIZE);
    p.ms = 77;
    return p;
}

static int64_t verified(void)
{
    return own_world_int(&w, "SELECT verified FROM person WHERE id=2");
}

TEST(what_is_said_of_a_person_is_what_is_kept_of_them)
{
    static const uint8_t inbox[16] = {5}, token[16] = {6};
    struct store_own_person_door door;
    struct store_person p;
    begin();
    CHECK_ERR(store_own_person_set_door(w.store, her, inbox, SLICE_ARRAY(token)), OK);
    CHECK_ERR(store_person_set_contact(w.store, her, true), OK);
    CHECK_ERR(store_person_set_blocked(w.store, her, true), OK);
    CHECK_ERR(store_person_set_profile(w.store, her, SLICE_LITERAL("Bela"), SLICE_EMPTY, 1), OK);
    CHECK_ERR(own_sync_person(w.o, &w.s, her), OK);
    struct slice body = said();
    own_world_sql(&w, "UPDATE person SET name='',contact=0,blocked=0 WHERE id=2");
    own_world_sql(&w, "UPDATE own_person SET inbox=NULL,token=NULL WHERE person=2");
    CHECK_ERR(take(body), OK);
    CHECK_ERR(store_person_get(w.store, &w.arena, her, &p), OK);
    CHECK_ERR(store_own_person_door(w.store, her, &door), OK);
    CHECK(door.has_inbox && door.has_token && p.contact == 1 && p.blocked == 1);
    CHECK_BYTES(SLICE_ARRAY(door.inbox), SLICE_ARRAY(inbox));
    CHECK_BYTES(SLICE_ARRAY(door.token), SLICE_ARRAY(token));
    CHECK_BYTES(p.name, SLICE_LITERAL("Bela"));
    CHECK(w.out.people.n == 1 && w.out.people.v[0].id == her);
    CHECK_ERR(own_sync_person(w.o, &w.s, 999), ERR_GONE);
    end();
}

TEST(a_contact_stays_one_and_a_name_stays_that_is_here)
{
    struct store_person p;
    begin();
    CHECK_ERR(store_person_set_contact(w.store, her, true), OK);
    CHECK_ERR(store_person_set_profile(w.store, her, SLICE_LITERAL("Bela"), SLICE_EMPTY, 1), OK);
    CHECK_ERR(store_person_set_blocked(w.store, her, true), OK);
    struct person said_of = person();
    said_of.name = SLICE_LITERAL("Belinda");
    CHECK_ERR(take(person_record(&said_of)), OK);
    CHECK_ERR(store_person_get(w.store, &w.arena, her, &p), OK);
    CHECK(p.contact == 1 && p.blocked == 0);
    CHECK_BYTES(p.name, SLICE_LITERAL("Bela"));
    end();
}

TEST(somebody_new_is_known_from_then_on)
{
    struct store_own_person_door door;
    struct store_person p;
    begin();
    struct person said_of = person();
    said_of.account = slice_make(own_world_key(50), CHAIN_HASH_SIZE);
    said_of.name = SLICE_LITERAL("Cyd");
    said_of.contact = 1;
    CHECK_ERR(take(person_record(&said_of)), OK);
    CHECK_ERR(store_person_find(w.store, &w.arena, said_of.account.p, &p), OK);
    CHECK_ERR(store_own_person_door(w.store, p.id, &door), OK);
    CHECK(p.contact == 1 && !door.has_inbox && p.verified == ABI_VERIFIED_KNOWN);
    end();
}

TEST(a_person_of_another_form_is_refused)
{
    static char long_name[LIMIT_NAME_BYTES + 1];
    begin();
    memset(long_name, 'x', sizeof long_name);
    struct person p = person();
    p.name = SLICE_ARRAY(long_name);
    CHECK_ERR(take(person_record(&p)), ERR_INPUT);
    p = person();
    p.account.n--;
    CHECK_ERR(take(person_record(&p)), ERR_INPUT);
    end();
}

TEST(comparing_counts_for_all_devices_when_it_is_of_the_newest_entry)
{
    begin();
    struct person p = compared();
    CHECK_ERR(take(person_record(&p)), OK);
    CHECK(verified() == ABI_VERIFIED_NOW);
    CHECK(own_world_int(&w, "SELECT verified_ms FROM person WHERE id=2") == 77);
    p = person(); /* and taken back */
    CHECK_ERR(take(person_record(&p)), OK);
    CHECK(verified() == ABI_VERIFIED_KNOWN);
    end();
}

static void of_another_entry(struct person *p)
{
    p->head = SLICE_ARRAY(me.e[0].hash);
}
static void by_another_device(struct person *p)
{
    p->by = slice_make(own_world_key(1), CHAIN_KEY_SIZE);
}
static void by_nobody(struct person *p)
{
    p->by = SLICE_EMPTY;
}
static void of_no_entry(struct person *p)
{
    p->head = SLICE_EMPTY;
}
static void at_no_time(struct person *p)
{
    p->ms = (uint64_t)INT64_MAX + 1;
}
static void changed(struct person *p)
{
    p->verified = ABI_VERIFIED_CHANGED;
}

TEST(comparing_counts_for_nothing_when_it_was_not_the_sender_who_did)
{
    static void (*const spoil[])(struct person *) = {of_another_entry, by_another_device, by_nobody,
                                                     of_no_entry,      at_no_time,        changed};
    begin();
    for (size_t i = 0; i < sizeof spoil / sizeof spoil[0]; i++) {
        struct person p = compared();
        spoil[i](&p);
        CHECK_ERR(take(person_record(&p)), OK);
        CHECK(verified() == ABI_VERIFIED_KNOWN);
    }
    struct person p = compared(); /* of whom no entry is known */
    p.account = slice_make(own_world_key(50), CHAIN_HASH_SIZE);
    CHECK_ERR(take(person_record(&p)), OK);
    CHECK(own_world_int(&w, "SELECT sum(verified) FROM person") == 0);
    end();
}

TEST(no_alarm_and_no_fork_is_cleared_from_elsewhere)
{
    begin();
    struct person good = compared(), back = person();
    own_world_sql(&w, "UPDATE person SET verified=2 WHERE id=2");
    CHECK_ERR(take(person_record(&good)), OK);
    CHECK(verified() == ABI_VERIFIED_CHANGED);
    CHECK_ERR(take(person_record(&back)), OK);
    CHECK(verified() == ABI_VERIFIED_CHANGED);
    own_world_sql(&w, "UPDATE person SET verified=0,fork=1 WHERE id=2");
    CHECK_ERR(take(person_record(&good)), OK);
    CHECK(verified() == ABI_VERIFIED_KNOWN);
    CHECK(own_world_int(&w, "SELECT fork FROM person WHERE id=2") == 1);
    end();
}

/* ---- chats ---------------------------------------------------------------------------------- */

TEST(what_is_chosen_of_a_chat_there_is_chosen_here)
{
    begin();
    CHECK_ERR(own_sync_chat(w.o, &w.s, pair, SLICE_LITERAL("muted-until"), 12345), OK);
    CHECK_ERR(take(said()), OK);
    CHECK(own_world_int(&w, "SELECT muted_until FROM chat WHERE type=1") == 12345);
    CHECK(w.out.chats.n == 1 && w.out.chats.v[0].id == pair);
    CHECK_ERR(own_sync_chat(w.o, &w.s, pair, SLICE_LITERAL("painted"), 1), OK);
    CHECK_ERR(take(said()), OK); /* of a newer version */
    CHECK_ERR(own_sync_chat(w.o, &w.s, 999, SLICE_LITERAL("pinned"), 1), ERR_GONE);
    struct buf b = record(CHAT, 3); /* of a chat that is not here */
    cbor_put_bytes(&b, slice_make(own_world_key(50), 16));
    cbor_put_text(&b, SLICE_LITERAL("pinned"));
    cbor_put_uint(&b, 1);
    CHECK_ERR(take(done(&b)), OK);
    CHECK(own_world_int(&w, "SELECT sum(pinned) FROM chat") == 0);
    end();
}

TEST(what_was_deleted_there_goes_here_up_to_that_place)
{
    begin();
    message(7);
    message(8);
    CHECK_ERR(own_sync_chat(w.o, &w.s, pair, SLICE_LITERAL("deleted"), 7), OK);
    struct slice body = said();
    CHECK_ERR(take(body), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 1);
    CHECK(own_world_int(&w, "SELECT place FROM message") == 8);
    CHECK_ERR(own_sync_chat(w.o, &w.s, pair, SLICE_LITERAL("deleted"), UINT64_MAX), OK);
    CHECK_ERR(take(said()), OK); /* no place */
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 1);
    CHECK_ERR(own_sync_chat(w.o, &w.s, self, SLICE_LITERAL("deleted"), 100), OK);
    CHECK_ERR(take(said()), OK); /* notes stay */
    CHECK(own_world_int(&w, "SELECT count(*) FROM chat WHERE type=0") == 1);
    end();
}

TEST(a_group_that_is_left_there_is_left_here)
{
    begin();
    own_world_sql(&w, "UPDATE chat SET type=2 WHERE type=1");
    message(7);
    CHECK_ERR(own_sync_chat(w.o, &w.s, pair, SLICE_LITERAL("deleted"), 7), OK);
    CHECK_ERR(take(said()), OK);
    CHECK(own_world_int(&w, "SELECT state FROM chat WHERE type=2") == STORE_CHAT_LEAVING);
    CHECK(own_world_int(&w, "SELECT hidden FROM chat WHERE type=2") == 1);
    CHECK(own_world_int(&w, "SELECT count(*) FROM message") == 0);
    end();
}

/* ---- requests ------------------------------------------------------------------------------- */

static void asks_for_me(void)
{
    struct store_request r;
    memset(&r, 0, sizeof r);
    memcpy(r.room, room_of(pair).p, sizeof r.room);
    memcpy(r.address, bela.id, sizeof r.address);
    own_world_sql(&w, "UPDATE chat SET state=5 WHERE type=1"); /* a request */
    CHECK_ERR(store_request_add(w.store, &r), OK);
}

TEST(an_answer_that_was_given_there_is_given_here)
{
    static const uint64_t answers[] = {ABI_REQUEST_ANSWER_DECLINE, ABI_REQUEST_ANSWER_BLOCK};
    for (size_t i = 0; i < 2; i++) {
        begin();
        asks_for_me();
        CHECK_ERR(own_sync_request(w.o, &w.s, room_of(pair), answers[i]), OK);
        CHECK_ERR(take(said()), OK);
        CHECK(own_world_int(&w, "SELECT count(*) FROM request") == 0 && w.out.requests);
        CHECK(own_world_int(&w, "SELECT state FROM chat WHERE type=1") == STORE_CHAT_DECLINED);
        CHECK(own_world_int(&w, "SELECT blocked FROM person WHERE id=2") == (int64_t)i);
        end();
    }
}

TEST(an_answer_of_another_form_or_to_nobody_changes_nothing)
{
    begin();
    asks_for_me();
    struct buf b = record(REQUEST, 2);
    cbor_put_bytes(&b, room_of(pair));
    cbor_put_uint(&b, ABI_REQUEST_ANSWER_BLOCK + 1);
    CHECK_ERR(take(done(&b)), ERR_INPUT);
    b = record(REQUEST, 2);
    cbor_put_bytes(&b, slice_make(room_of(pair).p, 15));
    cbor_put_uint(&b, ABI_REQUEST_ANSWER_ACCEPT);
    CHECK_ERR(take(done(&b)), ERR_INPUT);
    CHECK_ERR(own_sync_request(w.o, &w.s, slice_make(own_world_key(50), 16), 1), OK);
    CHECK_ERR(take(said()), OK); /* a room that never came here */
    CHECK_ERR(own_sync_request(w.o, &w.s, room_of(self), 1), OK);
    CHECK_ERR(take(said()), OK); /* one that nobody asked for */
    CHECK(own_world_int(&w, "SELECT count(*) FROM request") == 1);
    CHECK(own_world_int(&w, "SELECT state FROM chat WHERE type=0") == STORE_CHAT_OPEN);
    end();
}

/* ---- me ------------------------------------------------------------------------------------- */

static struct slice profile_record(uint64_t ms, struct slice name, struct slice picture)
{
    struct buf b = buf_arena(&w.arena, picture.n + 256);
    cbor_put_array(&b, 4);
    cbor_put_uint(&b, PROFILE);
    cbor_put_uint(&b, ms);
    cbor_put_text(&b, name);
    put_optional(&b, picture);
    return done(&b);
}

TEST(the_newest_profile_is_taken)
{
    struct store_person p;
    begin();
    CHECK_ERR(store_person_set_profile(w.store, STORE_PERSON_ME, SLICE_LITERAL("Ann"),
                                       SLICE_LITERAL("face"), 20),
              OK);
    CHECK_ERR(own_sync_profile(w.o, &w.s), OK);
    struct slice body = said();
    CHECK_ERR(
        store_person_set_profile(w.store, STORE_PERSON_ME, SLICE_LITERAL("Ana"), SLICE_EMPTY, 10),
        OK);
    w.out.state = false;
    CHECK_ERR(take(body), OK);
    CHECK_ERR(store_person_get(w.store, &w.arena, STORE_PERSON_ME, &p), OK);
    CHECK(p.profile_ms == 20 && w.out.state);
    CHECK_BYTES(p.name, SLICE_LITERAL("Ann"));
    CHECK_BYTES(p.picture, SLICE_LITERAL("face"));
    CHECK_ERR(take(profile_record(20, SLICE_LITERAL("Ana"), SLICE_EMPTY)), OK); /* as old */
    CHECK_ERR(store_person_get(w.store, &w.arena, STORE_PERSON_ME, &p), OK);
    CHECK_BYTES(p.name, SLICE_LITERAL("Ann"));
    end();
}

TEST(a_profile_outside_its_bounds_is_not_taken)
{
    static char large[PICTURE_BYTES_MAX + 1];
    begin();
    memset(large, 'x', sizeof large);
    struct slice name = SLICE_LITERAL("Ann");
    CHECK_ERR(take(profile_record(OWN_TIME_MAX_MS + 1, name, SLICE_EMPTY)), OK);
    CHECK_ERR(take(profile_record(UINT64_MAX, name, SLICE_EMPTY)), OK);
    CHECK_ERR(take(profile_record(1, slice_make(large, LIMIT_NAME_BYTES + 1), SLICE_EMPTY)), OK);
    CHECK_ERR(take(profile_record(1, name, SLICE_ARRAY(large))), OK);
    CHECK(own_world_int(&w, "SELECT profile_ms FROM person WHERE id=1") == 0 && !w.out.state);
    CHECK_ERR(take(profile_record(1, slice_make(large, LIMIT_NAME_BYTES),
                                  slice_make(large, PICTURE_BYTES_MAX))),
              OK);
    CHECK(own_world_int(&w, "SELECT length(picture) FROM person WHERE id=1") == PICTURE_BYTES_MAX);
    end();
}

TEST(a_device_has_the_name_that_it_was_given)
{
    static char long_name[LIMIT_NAME_BYTES + 1];
    begin();
    memset(long_name, 'x', sizeof long_name);
    struct slice key = slice_make(own_world_key(OTHER_DEVICE), CHAIN_KEY_SIZE);
    CHECK_ERR(own_sync_device(w.o, &w.s, key, SLICE_LITERAL("tablet")), OK);
    CHECK_ERR(take(said()), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM device WHERE name='tablet'") == 1);
    CHECK(w.out.devices);
    CHECK_ERR(own_sync_device(w.o, &w.s, slice_make(key.p, 31), SLICE_LITERAL("x")), OK);
    CHECK_ERR(take(said()), ERR_INPUT);
    CHECK_ERR(own_sync_device(w.o, &w.s, key, SLICE_ARRAY(long_name)), OK);
    CHECK_ERR(take(said()), ERR_INPUT);
    CHECK(own_world_int(&w, "SELECT count(*) FROM device") == 3);
    end();
}

TEST_MAIN(TEST_ROW(who_has_one_device_and_who_has_no_notes_says_nothing),
          TEST_ROW(only_a_device_that_is_listed_now_decides_anything),
          TEST_ROW(what_is_no_record_is_refused_and_an_unknown_one_passed_over),
          TEST_ROW(what_was_read_there_is_read_here), TEST_ROW(what_is_not_here_cannot_be_read),
          TEST_ROW(what_is_said_of_a_person_is_what_is_kept_of_them),
          TEST_ROW(a_contact_stays_one_and_a_name_stays_that_is_here),
          TEST_ROW(somebody_new_is_known_from_then_on),
          TEST_ROW(a_person_of_another_form_is_refused),
          TEST_ROW(comparing_counts_for_all_devices_when_it_is_of_the_newest_entry),
          TEST_ROW(comparing_counts_for_nothing_when_it_was_not_the_sender_who_did),
          TEST_ROW(no_alarm_and_no_fork_is_cleared_from_elsewhere),
          TEST_ROW(what_is_chosen_of_a_chat_there_is_chosen_here),
          TEST_ROW(what_was_deleted_there_goes_here_up_to_that_place),
          TEST_ROW(a_group_that_is_left_there_is_left_here),
          TEST_ROW(an_answer_that_was_given_there_is_given_here),
          TEST_ROW(an_answer_of_another_form_or_to_nobody_changes_nothing),
          TEST_ROW(the_newest_profile_is_taken),
          TEST_ROW(a_profile_outside_its_bounds_is_not_taken),
          TEST_ROW(a_device_has_the_name_that_it_was_given))
