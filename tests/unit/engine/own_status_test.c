/* Delivery and read notices: when they go out, what is believed of those of others. */
#include "engine/own/status.h"

#include <string.h>

#include "base/cbor.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chat.h"
#include "store/member.h"
#include "store/message.h"
#include "store/order.h"
#include "store/people.h"

#define GOT 1
#define READ 2
#define LEAVES_MAX 32
#define BUT_MAX 64

static struct own_world w;
static struct own_world_account me;
static struct store_chat c;
static int64_t words[4]; /* messages of mine, by counter, all sent */
static struct store_leaf leaf;

/* A group of two others and me, in which I have said four words. */
static void begin(void)
{
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    c.id = own_world_chat(&w, STORE_CHAT_GROUP, 0);
    CHECK_ERR(store_chat_get(w.store, &w.arena, c.id, &c), OK);
    for (int64_t person = 1; person <= 3; person++) {
        CHECK_ERR(store_member_put(w.store, c.id, person, 0), OK);
    }
    CHECK_ERR(store_leaf_ensure(w.store, c.id, own_world_key(1), 0, STORE_PERSON_ME, &leaf), OK);
    for (int64_t i = 0; i < 4; i++) {
        struct store_message m = {.chat = c.id,
                                  .sender = STORE_PERSON_ME,
                                  .mine = true,
                                  .at_ms = 1,
                                  .type = STORE_MESSAGE_TEXT,
                                  .state = STORE_STATE_SENT,
                                  .leaf = leaf.id,
                                  .counter = i,
                                  .text = SLICE_LITERAL("word")};
        m.mid[0] = (uint8_t)(i + 1);
        m.place = store_place_of(0, (uint64_t)i);
        CHECK_ERR(store_message_add(w.store, &m), OK);
        struct store_word v = {
            .leaf = leaf.id, .counter = i, .place = m.place, .here = m.place, .message = m.id};
        CHECK_ERR(store_word_put(w.store, &v), OK);
        words[i] = m.id;
    }
}

static void end(void)
{
    own_world_end(&w);
}

struct notice {
    uint64_t kind, run, from, upto;
    const uint8_t *device;
    size_t device_n, leaf_n, items, but_n;
    uint64_t but;
};

static struct notice of(uint64_t kind, uint64_t from, uint64_t upto)
{
    return (struct notice){.kind = kind,
                           .from = from,
                           .upto = upto,
                           .device = own_world_key(1),
                           .device_n = 32,
                           .leaf_n = 1,
                           .items = 5};
}

static enum err take(int64_t from, struct notice v)
{
    struct buf b = buf_arena(&w.arena, 0);
    struct slice in;
    cbor_put_array(&b, 2);
    cbor_put_uint(&b, v.kind);
    cbor_put_array(&b, v.leaf_n);
    for (size_t i = 0; i < v.leaf_n; i++) {
        cbor_put_array(&b, v.items);
        cbor_put_bytes(&b, slice_make(v.device, v.device_n));
        cbor_put_uint(&b, v.run);
        cbor_put_uint(&b, v.from);
        cbor_put_uint(&b, v.upto);
        cbor_put_array(&b, v.but_n);
        for (size_t k = 0; k < v.but_n; k++) {
            cbor_put_uint(&b, v.but);
        }
    }
    CHECK_ERR(buf_finish(&b, &in), OK);
    return own_status_take(&w.s, &c, from, in);
}

static int state(size_t i)
{
    struct store_message m;
    CHECK_ERR(store_message_get(w.store, &w.arena, words[i], &m), OK);
    return m.state;
}

TEST(a_word_is_delivered_when_all_have_said_so_and_read_when_all_have_read_it)
{
    begin();
    CHECK_ERR(take(2, of(GOT, 0, 2)), OK);
    CHECK(state(0) == STORE_STATE_SENT);
    CHECK_ERR(take(3, of(READ, 0, 1)), OK);
    CHECK(state(0) == STORE_STATE_DELIVERED && state(1) == STORE_STATE_DELIVERED);
    CHECK(state(2) == STORE_STATE_SENT && state(3) == STORE_STATE_SENT);
    CHECK_ERR(take(2, of(READ, 0, 0)), OK);
    CHECK(state(0) == STORE_STATE_READ && state(1) == STORE_STATE_DELIVERED);
    CHECK_ERR(take(2, of(GOT, 0, 0)), OK); /* never back */
    CHECK(state(0) == STORE_STATE_READ && state(1) == STORE_STATE_DELIVERED);
    CHECK_ERR(store_member_put(w.store, c.id, 4, 0), OK); /* nor by who came since */
    CHECK_ERR(take(2, of(GOT, 0, 3)), OK);
    CHECK(state(1) == STORE_STATE_DELIVERED && state(3) == STORE_STATE_SENT);
    end();
}

TEST(what_is_named_as_missing_and_what_lies_before_the_first_is_not_confirmed)
{
    struct notice v = of(READ, 1, 3);
    begin();
    CHECK_ERR(take(2, of(READ, 0, 3)), OK);
    v.but_n = 1;
    v.but = 2;
    CHECK_ERR(take(3, v), OK);
    CHECK(state(0) == STORE_STATE_SENT && state(1) == STORE_STATE_READ);
    CHECK(state(2) == STORE_STATE_SENT && state(3) == STORE_STATE_READ);
    end();
}

TEST(a_notice_of_a_leaf_that_is_not_mine_changes_nothing)
{
    struct notice v = of(READ, 0, 3);
    begin();
    CHECK_ERR(take(2, v), OK);
    v.device = own_world_key(9);
    CHECK_ERR(take(3, v), OK);
    v = of(READ, 0, 3);
    v.run = 1; /* the same device, come in at another time */
    CHECK_ERR(take(3, v), OK);
    own_world_sql(&w, "UPDATE leaf SET person=2");
    CHECK_ERR(take(3, of(READ, 0, 3)), OK);
    for (size_t i = 0; i < 4; i++) {
        CHECK(state(i) == STORE_STATE_SENT);
    }
    CHECK(own_world_int(&w, "SELECT count(*) FROM receipt") == 1);
    end();
}

TEST(a_notice_outside_of_its_bounds_is_refused)
{
    struct notice v;
    begin();
    CHECK_ERR(take(2, of(0, 0, 3)), ERR_INPUT);
    CHECK_ERR(take(2, of(READ + 1, 0, 3)), ERR_INPUT);
    CHECK_ERR(take(2, of(READ, 3, 2)), ERR_INPUT);
    CHECK_ERR(take(2, of(READ, 0, (uint64_t)STORE_COUNTER_MAX)), ERR_INPUT);
    CHECK_ERR(take(2, of(READ, 0, UINT64_MAX)), ERR_INPUT);
    v = of(READ, 0, 3);
    v.device_n = 31;
    CHECK_ERR(take(2, v), ERR_INPUT);
    v = of(READ, 0, 3);
    v.run = (uint64_t)INT64_MAX + 1;
    CHECK_ERR(take(2, v), ERR_INPUT);
    v = of(READ, 0, 3);
    v.items = 4;
    CHECK_ERR(take(2, v), ERR_INPUT);
    v = of(READ, 0, 3);
    v.but_n = BUT_MAX + 1;
    CHECK_ERR(take(2, v), ERR_INPUT);
    v = of(READ, 0, 3);
    v.leaf_n = LEAVES_MAX + 1;
    CHECK_ERR(take(2, v), ERR_INPUT);
    CHECK(own_world_int(&w, "SELECT count(*) FROM receipt") == 0);
    v.leaf_n = LEAVES_MAX;
    v.but_n = BUT_MAX;
    v.but = 9;
    v.upto = (uint64_t)STORE_COUNTER_MAX - 1;
    CHECK_ERR(take(2, v), OK);
    end();
}

TEST(notices_go_out_in_one_to_five_seconds_and_a_second_word_does_not_put_them_off)
{
    begin();
    own_statuses_soon(w.o, &w.s);
    uint64_t at = w.o->status_at_ms;
    CHECK(at >= OWN_WORLD_NOW_MS + 1000 && at < OWN_WORLD_NOW_MS + 5000);
    w.s.now_ms += 900;
    own_statuses_soon(w.o, &w.s);
    CHECK(w.o->status_at_ms == at);
    CHECK_ERR(own_content_statuses(w.o, &w.s), OK);
    CHECK(w.o->status_at_ms == 0);
    end();
}

TEST(reading_is_of_a_message_of_this_chat)
{
    begin();
    CHECK_ERR(own_content_read(w.o, &w.s, c.id + 1, words[0]), ERR_INPUT);
    CHECK_ERR(own_content_read(w.o, &w.s, c.id, 999), ERR_GONE);
    CHECK(w.o->status_at_ms == 0);
    CHECK_ERR(own_content_read(w.o, &w.s, c.id, words[0]), OK);
    CHECK(w.o->status_at_ms != 0);
    end();
}

TEST_MAIN(TEST_ROW(a_word_is_delivered_when_all_have_said_so_and_read_when_all_have_read_it),
          TEST_ROW(what_is_named_as_missing_and_what_lies_before_the_first_is_not_confirmed),
          TEST_ROW(a_notice_of_a_leaf_that_is_not_mine_changes_nothing),
          TEST_ROW(a_notice_outside_of_its_bounds_is_refused),
          TEST_ROW(notices_go_out_in_one_to_five_seconds_and_a_second_word_does_not_put_them_off),
          TEST_ROW(reading_is_of_a_message_of_this_chat))
