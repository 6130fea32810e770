/* Words: their form, their places, what is missing, what was said twice (own/order.h). */
#include "engine/own/order.h"

#include <string.h>

#include "base/cbor.h"
#include "crypto/hash.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/message.h"
#include "store/people.h"
#include "store/hole.h"

#define BEN_DEVICE 11

struct table {
    struct own_world w;
    struct own_world_account ana, ben;
    int64_t chat, ben_id;
    struct store_chat c;
    uint8_t prev[32]; /* of Ben's words */
};
static struct table t;

static void begin(void)
{
    memset(&t, 0, sizeof t);
    own_world_begin(&t.w);
    own_world_account(&t.ana, 1, 101);
    own_world_account(&t.ben, BEN_DEVICE, 111);
    own_world_be(&t.w, &t.ana, 1);
    t.ben_id = own_world_know(&t.w, &t.ben, 1);
    t.chat = own_world_chat(&t.w, STORE_CHAT_PAIR, t.ben_id);
    CHECK_ERR(store_chat_get(t.w.store, &t.w.arena, t.chat, &t.c), OK);
}

static void end(void)
{
    own_world_end(&t.w);
}

/* ---- the form ------------------------------------------------------------------------------- */

struct form {
    uint64_t version, run, counter, ms;
    size_t items, prev_n, content_n, hash_n; /* 0: null */
};

static struct slice put(const struct form *f)
{
    static const uint8_t bytes[64] = {5};
    struct slice out;
    struct buf b = buf_arena(&t.w.arena, 256);
    const size_t n[] = {f->prev_n, f->content_n, f->hash_n};
    cbor_put_array(&b, f->items);
    cbor_put_uint(&b, f->version);
    cbor_put_uint(&b, f->run);
    cbor_put_uint(&b, f->counter);
    for (size_t i = 0; i < 3; i++) {
        if (i == 1) {
            cbor_put_uint(&b, f->ms + 1); /* prev_epoch */
            cbor_put_uint(&b, f->ms);
        }
        if (n[i] == 0) {
            cbor_put_null(&b);
        } else {
            cbor_put_bytes(&b, slice_make(bytes, n[i]));
        }
    }
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

TEST(a_word_has_content_or_the_hash_of_what_it_was)
{
    struct own_word w;
    uint8_t hash[32];
    begin();
    const struct form said = {3, 3, 4, 5, 8, 32, 10, 0}, empty = {3, 3, 4, 5, 8, 32, 0, 32};
    struct slice in = put(&said);
    CHECK_ERR(own_order_read(in, &w), OK);
    CHECK(w.run == 3 && w.counter == 4 && w.ms == 5 && w.prev_epoch == 6 && w.has_prev &&
          !w.empty && w.content.n == 10);
    CHECK(w.content.p > in.p && w.content.p < in.p + in.n); /* borrowed */
    crypto_sha256(hash, w.content);
    CHECK(memcmp(hash, w.content_hash, 32) == 0);
    CHECK_ERR(own_order_read(put(&empty), &w), OK);
    CHECK(w.empty && w.content.n == 0 && w.content_hash[0] == 5);
    for (size_t n = 0; n < in.n; n++) {
        struct slice cut = check_copy(slice_make(in.p, n));
        CHECK_ERR(own_order_read(cut, &w), ERR_INPUT);
        check_release(cut);
    }
    end();
}

TEST(a_word_of_another_form_is_refused)
{
    static const struct form bad[] = {
        {3, 3, 4, 5, 7, 32, 10, 0},
        {3, 3, 4, 5, 9, 32, 10, 0}, /* items                        */
        {3, 3, 4, 5, 8, 31, 10, 0},
        {3, 3, 4, 5, 8, 33, 10, 0}, /* prev                         */
        {3, 3, 4, 5, 8, 0, 10, 0},  /* none, and it is not the first */
        {3, 3, 0, 5, 8, 32, 10, 0}, /* one, and it is              */
        {3, 3, 4, 5, 8, 32, 10, 32},
        {3, 3, 4, 5, 8, 32, 0, 0},  /* both, neither               */
        {3, 3, 4, 5, 8, 32, 0, 31}, /* its hash                     */
        {3, 1ull << 63, 4, 5, 8, 32, 10, 0},
        {3, 3, 1ull << 48, 5, 8, 32, 10, 0},
    };
    struct own_word w;
    begin();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_ERR(own_order_read(put(&bad[i]), &w), ERR_INPUT);
    }
    const struct form two = {2, 3, 4, 5, 8, 32, 10, 0}, four = {4, 3, 4, 5, 8, 32, 10, 0};
    CHECK_ERR(own_order_read(put(&two), &w), ERR_INPUT_VERSION);
    CHECK_ERR(own_order_read(put(&four), &w), ERR_INPUT_VERSION);
    const struct form far = {3, INT64_MAX, (1ull << 48) - 1, UINT64_MAX, 8, 32, 10, 0};
    CHECK_ERR(own_order_read(put(&far), &w), OK);
    CHECK(w.ms == 253402300799999ull); /* the last time there is */
    end();
}

TEST(the_hash_of_a_word_is_of_all_that_it_says)
{
    uint8_t device[32], want[32], text[12 + 32 + 8 + 8 + 32 + 8 + 32];
    struct own_word w, v;
    memset(device, 7, sizeof device);
    memset(&w, 0, sizeof w);
    w.run = 0x0102030405060708;
    w.counter = 0x1112131415161718;
    w.ms = 0x2122232425262728;
    w.has_prev = true;
    memset(w.prev, 8, 32);
    memset(w.content_hash, 9, 32);
    struct buf b = buf_fixed(text, sizeof text);
    buf_slice(&b, SLICE_LITERAL("sotto word 1"));
    buf_put(&b, device, 32);
    buf_u64(&b, w.run);
    buf_u64(&b, w.counter);
    buf_put(&b, w.prev, 32);
    buf_u64(&b, w.ms);
    buf_put(&b, w.content_hash, 32);
    CHECK(b.err == OK && b.n == sizeof text);
    crypto_sha256(want, SLICE_ARRAY(text));
    own_order_hash(&w, device);
    CHECK_BYTES(SLICE_ARRAY(w.hash), SLICE_ARRAY(want));
    for (int i = 0; i < 6; i++) {
        v = w;
        v.run += i == 0;
        v.counter += i == 1;
        v.ms += i == 2;
        v.has_prev = i != 3;
        v.content_hash[0] ^= (uint8_t)(i == 4);
        device[0] ^= (uint8_t)(i == 5);
        own_order_hash(&v, device);
        CHECK(memcmp(v.hash, want, 32) != 0);
    }
}

TEST(shown_time_is_the_senders_at_most_the_gateways)
{
    struct own_word w;
    memset(&w, 0, sizeof w);
    w.ms = 10;
    w.server_ms = 20;
    CHECK(own_order_time(&w) == 10);
    w.ms = 30;
    CHECK(own_order_time(&w) == 20);
}

/* ---- sending -------------------------------------------------------------------------------- */

static struct store_out outbox(const char *text, int64_t *id)
{
    static uint8_t mid[32];
    struct store_out *v = NULL, none;
    size_t n = 0;
    mid[0]++;
    memset(&none, 0, sizeof none);
    CHECK_ERR(store_outbox_put(t.w.store, t.chat, 0, slice_of_string(text), mid, false, 0, 77, id),
              OK);
    CHECK_ERR(store_outbox_list(t.w.store, &t.w.arena, t.chat, *id - 1, 1, &v, &n), OK);
    return n == 1 ? v[0] : none;
}

TEST(before_we_are_in_nothing_is_sealed_and_commits_say_nothing)
{
    struct slice plain;
    int64_t leaf = 0, id = 0;
    begin();
    struct store_out out = outbox("one", &id);
    CHECK_ERR(own_order_seal(t.w.o, &t.w.s, t.chat, &out, 5, &plain, &leaf), ERR_STATE);
    CHECK_ERR(own_order_commit(t.w.o, &t.w.s, t.chat, &plain), OK);
    CHECK(plain.n == 0);
    end();
}

TEST(words_are_numbered_and_chained_and_keep_their_number)
{
    struct slice plain[3], again, commit;
    struct own_word w[3], v;
    int64_t leaf = 0, id = 0;
    begin();
    CHECK_ERR(own_order_entered(&t.w.s, t.chat, 5), OK);
    CHECK_ERR(own_order_entered(&t.w.s, t.chat, 9), OK); /* we are in it already */
    CHECK_ERR(own_order_commit(t.w.o, &t.w.s, t.chat, &commit), OK);
    CHECK_BYTES(commit, check_hex("8403050000"));
    struct store_out first = {0};
    for (size_t i = 0; i < 3; i++) {
        struct store_out out = outbox("a word", &id);
        CHECK_ERR(own_order_seal(t.w.o, &t.w.s, t.chat, &out, 6, &plain[i], &leaf), OK);
        CHECK_ERR(own_order_read(plain[i], &w[i]), OK);
        own_order_hash(&w[i], t.w.o->device);
        CHECK(w[i].run == 5 && w[i].counter == i && w[i].ms == 77 && !w[i].empty);
        CHECK(i == 0 || memcmp(w[i].prev, w[i - 1].hash, 32) == 0);
        CHECK(w[i].prev_epoch == (i == 0 ? 0 : 6));
        first = i == 0 ? out : first;
    }
    CHECK_ERR(own_order_commit(t.w.o, &t.w.s, t.chat, &commit), OK);
    CHECK_BYTES(commit, check_hex("8403050306"));
    /* sealed again, in another epoch: the same word */
    CHECK_ERR(own_order_seal(t.w.o, &t.w.s, t.chat, &first, 8, &again, &leaf), OK);
    CHECK_BYTES(again, plain[0]);
    CHECK(own_world_int(&t.w, "SELECT epoch FROM word WHERE counter=0") == 8);
    CHECK(own_world_int(&t.w, "SELECT next_counter FROM chat") == 3);
    /* given up: it goes out empty under its number, and is still the word that was promised */
    CHECK_ERR(store_outbox_empty(t.w.store, first.id), OK);
    struct store_out *list = NULL;
    size_t n = 0;
    CHECK_ERR(store_outbox_list(t.w.store, &t.w.arena, t.chat, 0, 1, &list, &n), OK);
    REQUIRE(n == 1 && list[0].id == first.id);
    CHECK_ERR(own_order_seal(t.w.o, &t.w.s, t.chat, &list[0], 8, &again, &leaf), OK);
    CHECK_ERR(own_order_read(again, &v), OK);
    own_order_hash(&v, t.w.o->device);
    CHECK(v.empty && v.counter == 0 && memcmp(v.hash, w[0].hash, 32) == 0);
    end();
}

TEST(our_word_stands_where_the_log_has_it)
{
    struct slice plain;
    struct store_word row;
    struct frame_deliver d;
    int64_t leaf = 0, id = 0;
    begin();
    CHECK_ERR(own_order_entered(&t.w.s, t.chat, 5), OK);
    for (int i = 0; i < 2; i++) {
        struct store_out out = outbox("a word", &id);
        CHECK_ERR(own_order_seal(t.w.o, &t.w.s, t.chat, &out, 6, &plain, &leaf), OK);
        CHECK_ERR(store_outbox_done(t.w.store, id), OK);
    }
    CHECK_ERR(store_word_get(t.w.store, &t.w.arena, leaf, 0, &row), OK);
    CHECK(row.place == STORE_PLACE_PENDING);
    struct store_echo echo = {true, leaf, 1, {0}};
    memset(&d, 0, sizeof d);
    d.seq = 10;
    CHECK_ERR(own_order_echo(&t.w.s, &t.c, &echo, &d), OK);
    CHECK_ERR(store_word_get(t.w.store, &t.w.arena, leaf, 1, &row), OK);
    CHECK(row.place == store_place_of(0, 10));
    /* the one before it was said to be stored, and swallowed: just before it, as for the others */
    CHECK_ERR(store_word_get(t.w.store, &t.w.arena, leaf, 0, &row), OK);
    CHECK(row.place == store_place_of(0, 10) - 1);
    echo.counter = 7; /* no word of ours */
    CHECK_ERR(own_order_echo(&t.w.s, &t.c, &echo, &d), OK);
    end();
}

/* ---- taking --------------------------------------------------------------------------------- */

static struct own_word ben_word(uint64_t run, uint64_t counter, const char *text)
{
    struct own_word w;
    memset(&w, 0, sizeof w);
    w.run = run;
    w.counter = counter;
    w.ms = 50;
    w.server_ms = 60;
    w.epoch = run + 1;
    w.has_prev = counter > 0;
    memcpy(w.prev, t.prev, 32);
    w.content = slice_of_string(text);
    crypto_sha256(w.content_hash, w.content);
    return w;
}

static struct mls_leaf_view ben_leaf(void)
{
    struct mls_leaf_view v;
    memset(&v, 0, sizeof v);
    v.credential = SLICE_ARRAY(t.ben.id);
    v.signature_key = slice_make(own_world_key(BEN_DEVICE), 32);
    return v;
}

static enum err take(struct own_word *w, uint64_t seq)
{
    struct mls_leaf_view leaf = ben_leaf();
    return own_order_take(t.w.o, &t.w.s, &t.c, seq, &leaf, t.ben_id, w);
}

/* Three words as they follow each other. */
static void three(struct own_word w[3])
{
    static const char *const texts[] = {"zero", "one", "two"};
    for (size_t i = 0; i < 3; i++) {
        w[i] = ben_word(0, i, texts[i]);
        own_order_hash(&w[i], own_world_key(BEN_DEVICE));
        memcpy(t.prev, w[i].hash, 32);
    }
}

static int64_t holes(void)
{
    return own_world_int(&t.w, "SELECT count(*) FROM hole");
}

TEST(a_word_stands_where_the_log_has_it_and_is_known_the_second_time)
{
    struct own_word w[3], again;
    begin();
    three(w);
    for (size_t i = 0; i < 3; i++) {
        again = w[i];
        CHECK_ERR(take(&w[i], 4 + i), OK);
        CHECK(!w[i].known && !w[i].twice && w[i].place == store_place_of(0, 4 + i));
        CHECK_ERR(take(&again, 9 + i), OK);
        CHECK(again.known && !again.twice);
    }
    CHECK(holes() == 0 && t.w.o->missing_at_ms == 0);
    end();
}

TEST(a_word_that_comes_late_stands_just_before_the_later_one)
{
    struct own_word w[3];
    begin();
    three(w);
    CHECK_ERR(take(&w[2], 4), OK);
    CHECK(w[2].place == store_place_of(0, 4));
    CHECK(holes() == 1 && t.w.o->missing_at_ms == t.w.s.now_ms + OWN_MISSING_MS);
    CHECK_ERR(take(&w[0], 5), OK);
    CHECK(w[0].place == store_place_of(0, 4) - 2);
    CHECK_ERR(take(&w[1], 6), OK);
    CHECK(w[1].place == store_place_of(0, 4) - 1);
    CHECK(!w[0].twice && !w[1].twice && holes() == 0);
    end();
}

TEST(what_a_leaf_said_before_we_came_is_not_missing)
{
    struct own_word w[3];
    begin();
    three(w);
    t.c.first_epoch = 1; /* its leaf came in before us */
    CHECK_ERR(take(&w[2], 4), OK);
    CHECK(holes() == 0);
    CHECK_ERR(take(&w[0], 5), OK); /* older all the same: taken */
    CHECK(!w[0].known && w[0].place == store_place_of(0, 4) - 2);
    end();
}

TEST(a_word_of_a_leaf_that_is_not_in_yet_is_refused)
{
    begin();
    struct own_word w = ben_word(7, 0, "x");
    w.epoch = 6;
    CHECK_ERR(take(&w, 1), ERR_INPUT);
    w = ben_word(7, 0, "x");
    struct mls_leaf_view leaf = ben_leaf();
    leaf.signature_key.n = 31;
    CHECK_ERR(own_order_take(t.w.o, &t.w.s, &t.c, 1, &leaf, t.ben_id, &w), ERR_INPUT);
    w.epoch = 7;
    CHECK_ERR(take(&w, 1), OK);
    end();
}

static int64_t message_of(const struct own_word *w)
{
    struct store_message m;
    memset(&m, 0, sizeof m);
    m.chat = t.chat;
    memcpy(m.mid, w->hash, 32);
    m.sender = t.ben_id;
    m.text = w->content;
    m.place = w->place;
    m.leaf = w->leaf;
    m.counter = (int64_t)w->counter;
    CHECK_ERR(store_message_add(t.w.store, &m), OK);
    CHECK_ERR(store_word_set_message(t.w.store, w->leaf, (int64_t)w->counter, m.id), OK);
    return m.id;
}

static int64_t marked(void)
{
    return own_world_int(&t.w, "SELECT count(*) FROM message WHERE twice=1");
}

TEST(one_counter_and_two_contents_are_both_marked)
{
    struct own_word w[3];
    begin();
    three(w);
    CHECK_ERR(take(&w[0], 1), OK);
    CHECK(message_of(&w[0]) > 0);
    struct own_word other = ben_word(0, 0, "something else");
    CHECK_ERR(take(&other, 2), OK);
    CHECK(!other.known && other.twice && marked() == 1);
    CHECK(other.place == store_place_of(0, 2));
    end();
}

TEST(a_word_that_its_neighbours_do_not_name_is_marked)
{
    struct own_word w[3];
    begin();
    three(w);
    /* the word after it, here already, names another one */
    CHECK_ERR(take(&w[2], 1), OK);
    struct own_word other = ben_word(0, 1, "something else");
    CHECK_ERR(take(&other, 2), OK);
    CHECK(other.twice);
    end();
    begin();
    three(w);
    /* the word before it is not the one it names */
    struct own_word wrong = ben_word(0, 0, "something else");
    CHECK_ERR(take(&wrong, 1), OK);
    CHECK(message_of(&wrong) > 0);
    CHECK_ERR(take(&w[1], 2), OK);
    CHECK(!w[1].twice && marked() == 1);
    end();
}

TEST(a_commit_says_which_words_come_before_it)
{
    struct frame_deliver d;
    begin();
    struct mls_leaf_view leaf = ben_leaf();
    memset(&d, 0, sizeof d);
    d.seq = 20;
    d.epoch = 4;
    static const char *const bad[] = {"",           "80",
                                      "8403050201", "8401",
                                      "8402000201", "85030002010000",
                                      "ff",         "8403001b000100000000000001",
                                      "83030002",   "8303000201"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) { /* and is followed all the same */
        CHECK_ERR(
            own_order_commit_take(t.w.o, &t.w.s, &t.c, &d, &leaf, t.ben_id, check_hex(bad[i])), OK);
        CHECK(own_world_int(&t.w, "SELECT count(*) FROM leaf") == 0);
    }
    CHECK_ERR(
        own_order_commit_take(t.w.o, &t.w.s, &t.c, &d, &leaf, t.ben_id, check_hex("8403000201")),
        OK);
    CHECK(holes() == 1 && own_world_int(&t.w, "SELECT last FROM hole") == 1);
    CHECK(own_world_int(&t.w, "SELECT place FROM hole") == store_place_of(0, 20) - 2);
    CHECK(own_world_int(&t.w, "SELECT next FROM leaf") == 2);
    end();
}

TEST(the_word_before_the_first_is_missed_if_it_was_for_us)
{
    static const struct {
        uint64_t run, counter, prev_epoch;
        int64_t holes;
    } rows[] = {
        {2, 3, 6, 1}, {2, 3, 5, 1}, /* said when we were here     */
        {2, 3, 4, 0}, {2, 0, 6, 0}, /* before, and there was none */
        {5, 3, 4, 1},               /* a leaf that came later: all of its words */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin();
        t.c.first_epoch = 5;
        struct own_word w = ben_word(rows[i].run, rows[i].counter, "the first");
        w.epoch = 7;
        w.prev_epoch = rows[i].prev_epoch;
        CHECK_ERR(take(&w, 10), OK);
        CHECK(holes() == rows[i].holes);
        if (rows[i].run == 2 && rows[i].holes == 1) {
            CHECK(own_world_int(&t.w, "SELECT first FROM hole") == 2);
            CHECK(own_world_int(&t.w, "SELECT last FROM hole") == 2);
            CHECK(own_world_int(&t.w, "SELECT place FROM hole") ==
                  store_place_before(w.place, 5, 4));
            /* it comes, and says the same of the one before it */
            struct own_word before = ben_word(2, 2, "before it");
            before.epoch = 7;
            before.prev_epoch = 5;
            CHECK_ERR(take(&before, 11), OK);
            CHECK(holes() == 1 && own_world_int(&t.w, "SELECT first FROM hole") == 1);
        }
        end();
    }
}

TEST(an_entry_met_again_takes_its_new_place)
{
    struct own_word w[3];
    struct store_seen seen;
    struct store_word row;
    uint8_t hash[32] = {3};
    begin();
    three(w);
    CHECK_ERR(take(&w[0], 30), OK);
    seen = (struct store_seen){w[0].leaf, 0, 0};
    CHECK_ERR(own_order_met(&t.w.s, &t.c, &seen, hash, 2), OK); /* twice in one log: stays */
    CHECK_ERR(store_word_get(t.w.store, &t.w.arena, w[0].leaf, 0, &row), OK);
    CHECK(row.place == store_place_of(0, 30));
    t.c.reading = 1;
    CHECK_ERR(own_order_met(&t.w.s, &t.c, &seen, hash, 2), OK);
    CHECK_ERR(store_word_get(t.w.store, &t.w.arena, w[0].leaf, 0, &row), OK);
    CHECK(row.place == store_place_of(0, 2) && row.reading == 1);
    CHECK_ERR(store_seen_get(t.w.store, t.chat, hash, &seen), OK);
    CHECK(seen.reading == 1);
    end();
}

static int64_t place_of_word(const struct own_word *w)
{
    struct store_word row;
    CHECK_ERR(store_word_get(t.w.store, &t.w.arena, w->leaf, (int64_t)w->counter, &row), OK);
    return row.place;
}

/* After a log was lost: other bytes, the same word. */
TEST(a_word_sealed_once_more_takes_its_new_place_and_draws_along_what_was_lost)
{
    struct own_word w[3], again;
    begin();
    three(w);
    for (size_t i = 0; i < 3; i++) {
        CHECK_ERR(take(&w[i], 4 + i), OK);
    }
    t.c.reading = 1;
    again = w[2];
    CHECK_ERR(take(&again, 9), OK);
    CHECK(again.known && again.place == store_place_of(0, 9));
    CHECK(place_of_word(&w[2]) == store_place_of(0, 9));
    CHECK(place_of_word(&w[1]) == store_place_of(0, 9) - 1);
    CHECK(place_of_word(&w[0]) == store_place_of(0, 9) - 2);
    again = w[0];
    CHECK_ERR(take(&again, 11), OK); /* behind: it stays before the later one */
    CHECK(place_of_word(&w[0]) == store_place_of(0, 9) - 2);
    again = w[1];
    CHECK_ERR(take(&again, 7), OK); /* in front: where the log has it */
    CHECK(place_of_word(&w[1]) == store_place_of(0, 7));
    CHECK(place_of_word(&w[0]) == store_place_of(0, 7) - 1);
    end();
}

TEST(what_has_expired_from_the_log_stays_where_it_stands)
{
    struct own_word w[3], again;
    begin();
    three(w);
    for (size_t i = 0; i < 3; i++) {
        CHECK_ERR(take(&w[i], 4 + i), OK);
    }
    t.c.reading = 1;
    t.c.log_first = 6;
    again = w[2];
    CHECK_ERR(take(&again, 7), OK);
    CHECK(place_of_word(&w[1]) == store_place_of(0, 5));
    CHECK(place_of_word(&w[0]) == store_place_of(0, 4));
    end();
}

/* A row "is missing" shrinks with what comes, and goes with the last. */
TEST(the_row_of_a_hole_shrinks_and_goes)
{
    struct own_word w[3];
    struct store_message m;
    begin();
    three(w);
    CHECK_ERR(take(&w[2], 4), OK);
    memset(&m, 0, sizeof m);
    m.chat = t.chat;
    m.type = STORE_MESSAGE_MISSING;
    m.reason = 2;
    m.text = SLICE_LITERAL("");
    CHECK_ERR(store_message_add(t.w.store, &m), OK);
    CHECK_ERR(store_sql_run(t.w.store, "UPDATE hole SET message=?", "i", m.id), OK);
    CHECK_ERR(take(&w[0], 5), OK);
    CHECK(own_world_int(&t.w, "SELECT reason FROM message") == 1);
    CHECK(own_world_int(&t.w, "SELECT first FROM hole") == 1);
    CHECK_ERR(take(&w[1], 6), OK);
    CHECK(own_world_int(&t.w, "SELECT count(*) FROM message") == 0 && holes() == 0);
    end();
}

/* Whatever number somebody writes, what he says stands where the log has it. */
TEST(a_jump_of_counters_moves_nothing_behind_its_entry)
{
    struct own_word w;
    begin();
    w = ben_word(0, (1ull << 48) - 1, "far");
    CHECK_ERR(take(&w, 4), OK);
    CHECK(w.place == store_place_of(0, 4) && holes() == 1);
    static const uint64_t counters[] = {1, 1000000, (1ull << 47), (1ull << 48) - 3};
    for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++) {
        struct own_word v = ben_word(0, counters[i], "near");
        CHECK_ERR(take(&v, 5 + i), OK);
        CHECK(v.place < store_place_of(0, 4) && v.place >= store_place_of(0, 3));
    }
    CHECK(own_world_int(&t.w, "SELECT max(place) FROM hole") < store_place_of(0, 4));
    end();
}

/* ---- beside the log: answers, the newest entry, neighbours ------------------------------------
 */

TEST(whose_a_word_is_says_the_newest_entry)
{
    struct own_world_account cat;
    struct own_word w;
    begin();
    own_world_account(&cat, 21, 121);
    own_world_added(&cat, 22, 21);
    own_world_dropped(&cat, 22, 21);
    (void)own_world_know(&t.w, &cat, cat.n);
    static const struct {
        uint8_t device;
        bool removed, foreign;
    } rows[] = {{21, false, false}, {22, true, false}, {23, false, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memset(&w, 0, sizeof w);
        w.removed = !rows[i].removed;
        CHECK_ERR(own_order_stands(&t.w.s, &w, SLICE_ARRAY(cat.id),
                                   slice_make(own_world_key(rows[i].device), CHAIN_KEY_SIZE)),
                  OK);
        CHECK(w.removed == rows[i].removed && w.foreign == rows[i].foreign);
    }
    struct slice key = slice_make(own_world_key(21), CHAIN_KEY_SIZE);
    CHECK_ERR(own_order_stands(&t.w.s, &w, slice_make(cat.id, 31), key), ERR_INPUT);
    key.n--;
    CHECK_ERR(own_order_stands(&t.w.s, &w, SLICE_ARRAY(cat.id), key), ERR_INPUT);
    end();
}

static struct store_leaf leaf_of_ben(int64_t run)
{
    struct store_leaf leaf;
    memset(&leaf, 0, sizeof leaf);
    CHECK_ERR(store_leaf_ensure(t.w.store, t.chat, own_world_key(BEN_DEVICE), run, t.ben_id, &leaf),
              OK);
    return leaf;
}

static int64_t all_holes(void)
{
    return own_world_int(&t.w, "SELECT count(*) FROM hole");
}

/* A leaf that was there before us: which of its words were for us is said by the epoch before. */
TEST(the_word_before_the_first_that_came_may_be_missing)
{
    static const struct {
        uint64_t counter, prev_epoch;
        int64_t run;
        bool missing;
    } rows[] = {
        {5, 4, 1, true}, {5, 9, 1, true}, {0, 4, 1, false}, {5, 3, 1, false}, {5, 4, 4, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin();
        t.c.first_epoch = 4;
        struct store_leaf leaf = leaf_of_ben(rows[i].run);
        struct own_word w = {.counter = rows[i].counter, .prev_epoch = rows[i].prev_epoch};
        w.place = store_place_of(0, 7);
        CHECK_ERR(own_order_before(t.w.o, &t.w.s, &t.c, &leaf, &w), OK);
        CHECK(all_holes() == rows[i].missing && (t.w.o->missing_at_ms != 0) == rows[i].missing);
        if (rows[i].missing) {
            CHECK(own_world_int(&t.w, "SELECT first FROM hole") == 4 &&
                  own_world_int(&t.w, "SELECT last FROM hole") == 4);
            CHECK(own_world_int(&t.w, "SELECT place FROM hole") ==
                  store_place_before(w.place, 5, 4));
            CHECK(t.w.o->missing_at_ms == t.w.s.now_ms + OWN_MISSING_MS);
        }
        CHECK_ERR(own_order_before(t.w.o, &t.w.s, &t.c, &leaf, &w), OK);
        CHECK(all_holes() == rows[i].missing); /* once */
        end();
    }
}

TEST(a_word_that_is_here_is_not_missing)
{
    begin();
    t.c.first_epoch = 4;
    struct store_leaf leaf = leaf_of_ben(1);
    struct store_word known = {.leaf = leaf.id, .counter = 4, .place = 9};
    struct own_word w = {.counter = 5, .prev_epoch = 4};
    CHECK_ERR(store_word_put(t.w.store, &known), OK);
    CHECK_ERR(own_order_before(t.w.o, &t.w.s, &t.c, &leaf, &w), OK);
    CHECK(all_holes() == 0);
    end();
}

/* The row that says how many words are missing. */
TEST(a_hole_shrinks_from_its_ends_and_the_row_goes_with_the_last)
{
    struct store_hole hole;
    struct store_message m;
    begin();
    struct store_leaf leaf = leaf_of_ben(1);
    memset(&hole, 0, sizeof hole);
    hole.leaf = leaf.id;
    hole.first = 3;
    hole.last = 5;
    hole.place = 9 * STORE_PLACE_STEPS;
    CHECK_ERR(store_hole_add(t.w.store, t.chat, &hole), OK);
    CHECK_ERR(store_hole_of(t.w.store, &t.w.arena, leaf.id, 4, &hole), OK);
    memset(&m, 0, sizeof m);
    m.chat = t.chat;
    m.mid[0] = 8;
    m.sender = t.ben_id;
    m.type = STORE_MESSAGE_MISSING;
    m.text = SLICE_LITERAL("");
    CHECK_ERR(store_message_add(t.w.store, &m), OK);
    CHECK_ERR(store_hole_set_message(t.w.store, hole.id, m.id), OK);
    CHECK_ERR(own_order_fill(&t.w.s, &leaf, 2), OK); /* of none */
    CHECK_ERR(own_order_fill(&t.w.s, &leaf, 3), OK);
    CHECK(own_world_int(&t.w, "SELECT first FROM hole") == 4);
    CHECK(own_world_int(&t.w, "SELECT reason FROM message") == 2);
    CHECK_ERR(own_order_fill(&t.w.s, &leaf, 5), OK);
    CHECK(own_world_int(&t.w, "SELECT last FROM hole") == 4);
    CHECK(own_world_int(&t.w, "SELECT reason FROM message") == 1);
    CHECK_ERR(own_order_fill(&t.w.s, &leaf, 4), OK);
    CHECK(all_holes() == 0 && own_world_int(&t.w, "SELECT count(*) FROM message") == 0);
    end();
}

TEST(neighbours_that_say_something_else_mark_the_earlier_one)
{
    struct store_message m;
    begin();
    struct store_leaf leaf = leaf_of_ben(1);
    memset(&m, 0, sizeof m);
    m.chat = t.chat;
    m.mid[0] = 8;
    m.sender = t.ben_id;
    m.text = SLICE_LITERAL("one");
    CHECK_ERR(store_message_add(t.w.store, &m), OK);
    struct store_word before = {.leaf = leaf.id, .counter = 4, .message = m.id, .has_hash = true},
                      after = {.leaf = leaf.id, .counter = 6, .has_prev = true};
    before.hash[0] = 1;
    after.prev[0] = 2;
    CHECK_ERR(store_word_put(t.w.store, &before), OK);
    CHECK_ERR(store_word_put(t.w.store, &after), OK);
    struct own_word w = {.leaf = leaf.id, .counter = 5, .has_prev = true};
    w.hash[0] = 2;
    w.prev[0] = 1;
    CHECK_ERR(own_order_compare(&t.w.s, &w), OK); /* all agree */
    CHECK(!w.twice && own_world_int(&t.w, "SELECT twice FROM message") == 0);
    w.hash[0] = 3;
    CHECK_ERR(own_order_compare(&t.w.s, &w), OK);
    CHECK(w.twice && own_world_int(&t.w, "SELECT twice FROM message") == 0);
    w.twice = false;
    w.hash[0] = 2;
    w.prev[0] = 9; /* the one before is another than this one had before it */
    CHECK_ERR(own_order_compare(&t.w.s, &w), OK);
    CHECK(!w.twice && own_world_int(&t.w, "SELECT twice FROM message") == 1);
    w.counter = 50; /* it has no neighbours here */
    CHECK_ERR(own_order_compare(&t.w.s, &w), OK);
    CHECK(!w.twice);
    end();
}

TEST_MAIN(TEST_ROW(a_word_has_content_or_the_hash_of_what_it_was),
          TEST_ROW(a_word_of_another_form_is_refused),
          TEST_ROW(the_hash_of_a_word_is_of_all_that_it_says),
          TEST_ROW(shown_time_is_the_senders_at_most_the_gateways),
          TEST_ROW(before_we_are_in_nothing_is_sealed_and_commits_say_nothing),
          TEST_ROW(words_are_numbered_and_chained_and_keep_their_number),
          TEST_ROW(our_word_stands_where_the_log_has_it),
          TEST_ROW(a_word_stands_where_the_log_has_it_and_is_known_the_second_time),
          TEST_ROW(a_word_that_comes_late_stands_just_before_the_later_one),
          TEST_ROW(what_a_leaf_said_before_we_came_is_not_missing),
          TEST_ROW(a_word_of_a_leaf_that_is_not_in_yet_is_refused),
          TEST_ROW(one_counter_and_two_contents_are_both_marked),
          TEST_ROW(a_word_that_its_neighbours_do_not_name_is_marked),
          TEST_ROW(a_commit_says_which_words_come_before_it),
          TEST_ROW(the_word_before_the_first_is_missed_if_it_was_for_us),
          TEST_ROW(an_entry_met_again_takes_its_new_place),
          TEST_ROW(a_word_sealed_once_more_takes_its_new_place_and_draws_along_what_was_lost),
          TEST_ROW(what_has_expired_from_the_log_stays_where_it_stands),
          TEST_ROW(the_row_of_a_hole_shrinks_and_goes),
          TEST_ROW(a_jump_of_counters_moves_nothing_behind_its_entry),
          TEST_ROW(whose_a_word_is_says_the_newest_entry),
          TEST_ROW(the_word_before_the_first_that_came_may_be_missing),
          TEST_ROW(a_word_that_is_here_is_not_missing),
          TEST_ROW(a_hole_shrinks_from_its_ends_and_the_row_goes_with_the_last),
          TEST_ROW(neighbours_that_say_something_else_mark_the_earlier_one))
