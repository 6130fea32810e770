/* Which word a message's record is (own/record_word.h): written here, known there. */
#include "engine/own/record_word.h"

#include <string.h>

#include "base/cbor.h"
#include "engine/own/clock.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/order.h"
#include "store/people.h"

#define RUN 4
#define COUNTER 6
#define PLACE (9 * STORE_PLACE_STEPS)

static struct own_world w;
static struct own_world_account me, ben;
static int64_t ben_is;
static struct store_chat chat;
static struct store_leaf leaf;
static uint8_t bytes[1024]; /* of the record: it outlives the world it was written in */

static void begin(void)
{
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
        own_world_account(&ben, 2, 102);
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    ben_is = own_world_know(&w, &ben, 1);
    int64_t id = own_world_chat(&w, STORE_CHAT_GROUP, 0);
    own_world_sql(&w, "UPDATE chat SET reading=5");
    CHECK_ERR(store_chat_get(w.store, &w.arena, id, &chat), OK);
    CHECK_ERR(store_leaf_ensure(w.store, chat.id, own_world_key(2), RUN, ben_is, &leaf), OK);
}

static void end(void)
{
    own_world_end(&w);
}

/* A word of ben's device, edited once, brought by me. */
static struct store_message said(void)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    m.chat = chat.id;
    m.sender = ben_is;
    m.by = STORE_PERSON_ME;
    m.by_how = ABI_BY_HOW_SAYS;
    m.removed = true;
    m.place = PLACE;
    m.said_ms = 11;
    m.server_ms = 12;
    m.edit_n = 2;
    m.edit_mid[0] = 13;
    m.leaf = leaf.id;
    m.counter = COUNTER;
    return m;
}

static struct slice put(const struct store_message *m)
{
    struct slice out;
    struct buf b = buf_fixed(bytes, sizeof bytes);
    CHECK_ERR(own_record_word_put(&w.s, &b, m), OK);
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

static struct own_record_word read(struct slice in)
{
    struct own_record_word r;
    memset(&r, 0xa5, sizeof r);
    CHECK_ERR(own_record_word_read(&in, &r), OK);
    CHECK(in.n == 0);
    return r;
}

TEST(what_is_written_is_so_many_items)
{
    size_t n = 0;
    begin();
    struct store_message m = said();
    struct slice in = put(&m), item;
    while (in.n > 0) {
        CHECK_ERR(cbor_skip(&in, &item), OK);
        n++;
    }
    CHECK(n == OWN_RECORD_WORD_ITEMS);
    end();
}

TEST(what_is_written_is_read)
{
    begin();
    struct store_message m = said();
    struct own_record_word r = read(put(&m));
    CHECK_BYTES(r.by, SLICE_ARRAY(me.id));
    CHECK_BYTES(r.edit_mid, SLICE_ARRAY(m.edit_mid));
    CHECK_BYTES(r.device, slice_make(own_world_key(2), CHAIN_KEY_SIZE));
    CHECK(r.by_how == ABI_BY_HOW_SAYS && r.removed && r.place == PLACE && r.said_ms == 11 &&
          r.server_ms == 12 && r.edit_n == 2 && r.run == RUN && r.counter == COUNTER);
    end();
}

/* Of history that was brought before, of a person or a leaf that is not here any more. */
TEST(what_is_not_known_is_left_empty)
{
    begin();
    struct store_message m = said();
    m.by = 999;
    m.edit_n = 0;
    m.leaf = 999;
    struct own_record_word r = read(put(&m));
    CHECK(r.by.n == 0 && r.edit_mid.n == 0 && r.device.n == 0 && r.run == 0 && r.counter == 0);
    m.by = m.leaf = 0;
    r = read(put(&m));
    CHECK(r.by.n == 0 && r.device.n == 0);
    end();
}

static struct own_record_word good(void)
{
    struct own_record_word r;
    memset(&r, 0, sizeof r);
    return r;
}

static enum err read_of(const struct own_record_word *r)
{
    struct own_record_word out;
    struct buf b = buf_fixed(bytes, sizeof bytes);
    struct slice in;
    cbor_put_null(&b);
    cbor_put_uint(&b, r->by_how);
    cbor_put_bool(&b, r->removed);
    cbor_put_uint(&b, r->place);
    cbor_put_uint(&b, r->said_ms);
    cbor_put_uint(&b, r->server_ms);
    cbor_put_uint(&b, r->edit_n);
    cbor_put_null(&b);
    cbor_put_null(&b);
    cbor_put_uint(&b, r->run);
    cbor_put_uint(&b, r->counter);
    CHECK_ERR(buf_finish(&b, &in), OK);
    return own_record_word_read(&in, &out);
}

TEST(what_no_device_of_mine_would_write_is_refused)
{
    begin();
    struct own_record_word max = good();
    max.by_how = ABI_BY_HOW_FOREIGN;
    max.place = (uint64_t)STORE_PLACE_PENDING;
    max.said_ms = max.server_ms = OWN_TIME_MAX_MS;
    max.edit_n = max.counter = (uint64_t)STORE_COUNTER_MAX - 1;
    max.run = INT64_MAX;
    CHECK_ERR(read_of(&max), OK);
    uint64_t *const fields[] = {&max.by_how, &max.place,   &max.said_ms, &max.server_ms,
                                &max.edit_n, &max.counter, &max.run};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        ++*fields[i];
        CHECK_ERR(read_of(&max), ERR_INPUT);
        --*fields[i];
    }
    end();
}

TEST(what_is_cut_is_refused)
{
    begin();
    struct store_message m = said();
    struct slice all = put(&m);
    for (size_t n = 0; n < all.n; n++) {
        struct own_record_word r;
        struct slice cut = check_copy(slice_make(all.p, n)), in = cut;
        CHECK_ERR(own_record_word_read(&in, &r), ERR_INPUT);
        check_release(cut);
    }
    end();
}

/* ---- known from here on ---------------------------------------------------------------------- */

/* On another device of mine, which knows nobody; m as the rest of the record says it is. */
static struct store_message over(struct slice in, struct own_record_word *r)
{
    struct store_message m;
    own_world_end(&w);
    begin();
    own_world_sql(&w, "DELETE FROM leaf");
    *r = read(in);
    memset(&m, 0, sizeof m);
    m.sender = ben_is;
    return m;
}

TEST(the_word_is_known_and_the_message_says_what_the_record_does)
{
    struct own_record_word r;
    struct store_word word;
    begin();
    struct store_message was = said(), m = over(put(&was), &r);
    CHECK_ERR(own_record_word_know(&w.s, &chat, &r, &m), OK);
    CHECK(m.by == STORE_PERSON_ME && m.by_how == ABI_BY_HOW_SAYS && m.removed);
    CHECK(m.place == PLACE && m.said_ms == 11 && m.server_ms == 12);
    CHECK(m.edit_n == 2 && memcmp(m.edit_mid, was.edit_mid, sizeof m.edit_mid) == 0);
    CHECK_ERR(store_leaf_find(w.store, chat.id, own_world_key(2), RUN, ben_is, &leaf), OK);
    CHECK(m.leaf == leaf.id && m.counter == COUNTER);
    CHECK_ERR(store_word_get(w.store, &w.arena, leaf.id, COUNTER, &word), OK);
    CHECK(word.place == PLACE && word.here == PLACE && word.reading == 5 && !word.has_hash);
    end();
}

TEST(what_is_not_in_the_log_yet_has_no_place_there)
{
    struct own_record_word r;
    struct store_word word;
    begin();
    struct store_message was = said();
    was.place = STORE_PLACE_PENDING;
    struct store_message m = over(put(&was), &r);
    CHECK_ERR(own_record_word_know(&w.s, &chat, &r, &m), OK);
    CHECK_ERR(store_word_get(w.store, &w.arena, m.leaf, COUNTER, &word), OK);
    CHECK(m.place == STORE_PLACE_PENDING && word.place == STORE_PLACE_PENDING && !word.here);
    end();
}

/* The log says more of a word than a record does. */
TEST(a_word_that_is_here_stays_as_it_is)
{
    struct own_record_word r;
    struct store_word word;
    begin();
    struct store_message was = said(), m = over(put(&was), &r);
    CHECK_ERR(store_leaf_ensure(w.store, chat.id, own_world_key(2), RUN, ben_is, &leaf), OK);
    struct store_word here = {.leaf = leaf.id, .counter = COUNTER, .place = 3, .reading = 1};
    here.has_hash = true;
    CHECK_ERR(store_word_put(w.store, &here), OK);
    CHECK_ERR(own_record_word_know(&w.s, &chat, &r, &m), OK);
    CHECK(m.leaf == leaf.id && m.counter == COUNTER);
    CHECK_ERR(store_word_get(w.store, &w.arena, leaf.id, COUNTER, &word), OK);
    CHECK(word.place == 3 && word.reading == 1 && word.has_hash);
    end();
}

TEST(without_a_leaf_or_a_sender_there_is_no_word)
{
    struct own_record_word r;
    begin();
    struct store_message was = said(), m = over(put(&was), &r);
    m.sender = 0;
    CHECK_ERR(own_record_word_know(&w.s, &chat, &r, &m), OK);
    CHECK(m.leaf == 0 && m.counter == 0 && m.place == PLACE);
    m.sender = ben_is;
    r.device.n--; /* no key */
    CHECK_ERR(own_record_word_know(&w.s, &chat, &r, &m), OK);
    CHECK(m.leaf == 0 && own_world_int(&w, "SELECT count(*) FROM leaf") == 0);
    CHECK(own_world_int(&w, "SELECT count(*) FROM word") == 0);
    end();
}

TEST(what_has_another_size_says_nothing)
{
    struct own_record_word r;
    begin();
    struct store_message was = said(), m = over(put(&was), &r);
    r.by.n--;
    r.edit_mid.n--;
    CHECK_ERR(own_record_word_know(&w.s, &chat, &r, &m), OK);
    CHECK(m.by == 0 && m.by_how == ABI_BY_HOW_UNSAID && m.edit_n == 0);
    end();
}

TEST_MAIN(TEST_ROW(what_is_written_is_so_many_items), TEST_ROW(what_is_written_is_read),
          TEST_ROW(what_is_not_known_is_left_empty),
          TEST_ROW(what_no_device_of_mine_would_write_is_refused), TEST_ROW(what_is_cut_is_refused),
          TEST_ROW(the_word_is_known_and_the_message_says_what_the_record_does),
          TEST_ROW(what_is_not_in_the_log_yet_has_no_place_there),
          TEST_ROW(a_word_that_is_here_stays_as_it_is),
          TEST_ROW(without_a_leaf_or_a_sender_there_is_no_word),
          TEST_ROW(what_has_another_size_says_nothing))
