/* Words that never came (own/missing.h): the row, the question, the answer. */
#include "engine/own/missing.h"

#include <string.h>

#include "base/cbor.h"
#include "crypto/hash.h"
#include "crypto/hpke.h"
#include "engine/own/box.h"
#include "engine/own/content_types.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "schema/content.h"
#include "store/message.h"
#include "store/people.h"

#define BEN_DEVICE 11
#define CAT_DEVICE 21
#define LABEL "sotto answer 2"

struct table {
    struct own_world w;
    struct own_world_account ana, ben, cat;
    int64_t chat, ben_id, cat_id;
    struct store_chat c;
    const struct crypto_suite *suite;
};
static struct table t;

static void begin(void)
{
    memset(&t, 0, sizeof t);
    own_world_begin(&t.w);
    own_world_account(&t.ana, 1, 101);
    own_world_account(&t.ben, BEN_DEVICE, 111);
    own_world_account(&t.cat, CAT_DEVICE, 121);
    own_world_be(&t.w, &t.ana, 1);
    t.ben_id = own_world_know(&t.w, &t.ben, 1);
    t.cat_id = own_world_know(&t.w, &t.cat, 1);
    t.chat = own_world_chat(&t.w, STORE_CHAT_PAIR, t.ben_id);
    own_world_group(&t.w, t.chat);
    own_world_sql(&t.w, "UPDATE chat SET cursor=9");
    CHECK_ERR(store_chat_get(t.w.store, &t.w.arena, t.chat, &t.c), OK);
    t.suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    struct own_box *box = own_box(t.w.o, t.chat, true);
    CHECK(box != NULL);
    if (box != NULL) {
        box->opened = true;
        box->head = 9;
    }
}

static void end(void)
{
    own_world_end(&t.w);
}

static struct slice text_content(const char *text)
{
    struct content c;
    struct slice out;
    content_init(&c);
    memset(c.salt, text[0], sizeof c.salt);
    c.part = content_single(CONTENT_RENDER, slice_of_string(OWN_TYPE_TEXT), slice_of_string(text));
    CHECK_ERR(content_encode(&t.w.arena, &c, &out), OK);
    return out;
}

/* Words 0..n-1 of Ben, as they follow each other. */
static void words(struct own_word *w, size_t n)
{
    static const char *const texts[] = {"zero", "one", "two", "three", "four"};
    for (size_t i = 0; i < n; i++) {
        memset(&w[i], 0, sizeof w[i]);
        w[i].counter = i;
        w[i].ms = 50 + i;
        w[i].server_ms = 100;
        w[i].epoch = 1;
        w[i].has_prev = i > 0;
        if (i > 0) {
            memcpy(w[i].prev, w[i - 1].hash, 32);
        }
        w[i].content = text_content(texts[i]);
        crypto_sha256(w[i].content_hash, w[i].content);
        own_order_hash(&w[i], own_world_key(BEN_DEVICE));
    }
}

static void take(struct own_word *w, uint64_t seq)
{
    struct mls_leaf_view leaf;
    memset(&leaf, 0, sizeof leaf);
    leaf.signature_key = slice_make(own_world_key(BEN_DEVICE), 32);
    CHECK_ERR(own_order_take(t.w.o, &t.w.s, &t.c, seq, &leaf, t.ben_id, w), OK);
}

static int64_t shown(const char *kind)
{
    return own_world_int(&t.w, kind);
}
#define ROWS "SELECT count(*) FROM message WHERE type=5"
#define TEXTS "SELECT count(*) FROM message WHERE type=0"
#define SENT "SELECT count(*) FROM outbox"

static uint64_t show(void)
{
    uint64_t next = 7;
    CHECK_ERR(own_missing_show(t.w.o, &t.w.s, &next), OK);
    return next;
}

/* ---- rows ----------------------------------------------------------------------------------- */

TEST(a_row_says_after_a_while_what_is_missing)
{
    struct own_word w[4];
    begin();
    CHECK(show() == 0);
    words(w, 4);
    take(&w[0], 3);
    take(&w[3], 4);
    const uint64_t at = t.w.s.now_ms;
    CHECK(show() == at + OWN_MISSING_MS && shown(ROWS) == 0);
    t.w.s.now_ms += OWN_MISSING_MS - 1;
    CHECK(show() == at + OWN_MISSING_MS && shown(ROWS) == 0);
    t.w.s.now_ms++;
    CHECK(show() == 0 && shown(ROWS) == 1);
    CHECK(shown("SELECT reason FROM message WHERE type=5") == 2);
    CHECK(shown("SELECT sender FROM message WHERE type=5") == t.ben_id);
    CHECK(shown("SELECT place FROM message WHERE type=5") == w[3].place - 2);
    CHECK(show() == 0 && shown(ROWS) == 1); /* once */
    end();
}

TEST(nothing_is_missing_while_the_log_is_still_read)
{
    struct own_word w[3];
    struct own_box *box = NULL;
    begin();
    words(w, 3);
    take(&w[0], 3);
    take(&w[2], 4);
    t.w.s.now_ms += OWN_MISSING_MS;
    box = own_box(t.w.o, t.chat, false);
    REQUIRE(box != NULL);
    box->opened = false;
    CHECK(show() == 0 && shown(ROWS) == 0);
    box->opened = box->stalled = true;
    CHECK(show() == 0 && shown(ROWS) == 0);
    box->stalled = false;
    box->head = 10;
    CHECK(show() == 0 && shown(ROWS) == 0);
    box->head = 9;
    own_world_sql(&t.w, "UPDATE chat SET restored=1");
    CHECK(show() == 0 && shown(ROWS) == 0);
    own_world_sql(&t.w, "UPDATE chat SET restored=0,note=1");
    CHECK(show() == 0 && shown(ROWS) == 0);
    own_world_sql(&t.w, "UPDATE chat SET note=0");
    own_world_sql(&t.w, "UPDATE person SET blocked=1 WHERE id<>1");
    CHECK(show() == 0 && shown(ROWS) == 0);
    own_world_sql(&t.w, "UPDATE person SET blocked=0");
    CHECK(show() == 0 && shown(ROWS) == 1);
    end();
}

TEST(what_is_missing_is_said_in_the_end_whatever_is_promised)
{
    struct own_word w[3];
    struct own_box *box = NULL;
    begin();
    words(w, 3);
    take(&w[0], 3);
    take(&w[2], 4);
    box = own_box(t.w.o, t.chat, false);
    REQUIRE(box != NULL);
    box->head = 10;
    t.w.s.now_ms += OWN_MISSING_LATE_MS - 1;
    CHECK(show() == 0 && shown(ROWS) == 0);
    t.w.s.now_ms++;
    CHECK(show() == 0 && shown(ROWS) == 1);
    end();
}

/* ---- asking --------------------------------------------------------------------------------- */

/* What was queued last, of this type. */
static bool queued(const char *type, struct slice *body)
{
    struct store_out *v = NULL;
    struct content c;
    size_t n = 0;
    CHECK_ERR(store_outbox_list(t.w.store, &t.w.arena, t.chat, 0, 128, &v, &n), OK);
    if (n == 0 || content_decode(&t.w.arena, v[n - 1].content, &c) != OK) {
        return false;
    }
    *body = c.part.body;
    return slice_equal(c.part.type, slice_of_string(type));
}

struct question {
    uint64_t items, version, run, first, last, suite;
    struct slice device, key;
};

static enum err read_question(struct slice in, struct question *q)
{
    size_t n = 0;
    TRY(cbor_get_array(&in, &n));
    q->items = n;
    TRY(cbor_get_uint(&in, &q->version));
    TRY(cbor_get_bytes(&in, &q->device));
    TRY(cbor_get_uint(&in, &q->run));
    TRY(cbor_get_uint(&in, &q->first));
    TRY(cbor_get_uint(&in, &q->last));
    TRY(cbor_get_uint(&in, &q->suite));
    TRY(cbor_get_bytes(&in, &q->key));
    return slice_end(in);
}

static struct slice put_question(const struct question *q)
{
    struct slice out;
    struct buf b = buf_arena(&t.w.arena, 256);
    cbor_put_array(&b, (size_t)q->items);
    cbor_put_uint(&b, q->version);
    cbor_put_bytes(&b, q->device);
    cbor_put_uint(&b, q->run);
    cbor_put_uint(&b, q->first);
    cbor_put_uint(&b, q->last);
    cbor_put_uint(&b, q->suite);
    cbor_put_bytes(&b, q->key);
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

/* A row, made after words 0 and 3 came; the person taps it. */
static int64_t missing_row(void)
{
    t.w.s.now_ms += OWN_MISSING_MS;
    CHECK(show() == 0 && shown(ROWS) == 1);
    return shown("SELECT id FROM message WHERE type=5");
}

TEST(the_question_names_the_leaf_and_the_words_and_a_key)
{
    struct own_word w[4];
    struct question q, again;
    struct slice body;
    begin();
    words(w, 4);
    take(&w[0], 3);
    take(&w[3], 4);
    int64_t row = missing_row();
    CHECK_ERR(own_missing_ask(t.w.o, &t.w.s, row + 1), ERR_GONE);
    t.w.s.durable = false;
    CHECK_ERR(own_missing_ask(t.w.o, &t.w.s, row), OK);
    CHECK(t.w.s.durable); /* the key that opens the answer */
    REQUIRE(queued(OWN_TYPE_AGAIN, &body));
    CHECK_ERR(read_question(body, &q), OK);
    CHECK(q.items == 7 && q.version == 1 && q.run == 0 && q.first == 1 && q.last == 2);
    CHECK_BYTES(q.device, slice_make(own_world_key(BEN_DEVICE), 32));
    CHECK(q.suite == t.suite->code && q.key.n == t.suite->npk);
    CHECK_ERR(own_missing_ask(t.w.o, &t.w.s, row), OK); /* any of the answers opens */
    REQUIRE(queued(OWN_TYPE_AGAIN, &body));
    CHECK_ERR(read_question(body, &again), OK);
    CHECK_BYTES(again.key, q.key);
    CHECK(shown(SENT) == 2);
    own_world_sql(&t.w, "UPDATE chat SET state=2");
    CHECK_ERR(own_missing_ask(t.w.o, &t.w.s, row), ERR_STATE); /* left */
    CHECK(shown(SENT) == 2);
    end();
}

/* ---- answering ------------------------------------------------------------------------------ */

/* Words of our own leaf (run 0): 0 is kept, 1 was deleted, 2 was never shown; said in epoch 5. */
static int64_t own_words(void)
{
    struct store_leaf leaf;
    struct store_word row;
    struct store_said said = {77, 1, text_content("zero")};
    CHECK_ERR(store_leaf_ensure(t.w.store, t.chat, own_world_key(1), 0, STORE_PERSON_ME, &leaf),
              OK);
    for (int64_t i = 0; i < 100; i++) {
        memset(&row, 0, sizeof row);
        row.leaf = leaf.id;
        row.counter = i;
        row.message = i < 2 ? i + 1 : 0;
        row.epoch = 5;
        row.has_prev = i > 0;
        row.prev[0] = (uint8_t)i;
        CHECK_ERR(store_word_put(t.w.store, &row), OK);
    }
    CHECK_ERR(store_said_put(t.w.store, leaf.id, 0, &said, 0), OK);
    own_world_sql(&t.w, "DELETE FROM seat");
    return leaf.id;
}

static void sits(int64_t person, int64_t first, int64_t past)
{
    CHECK_ERR(store_sql_run(t.w.store, "INSERT INTO seat(chat,person,first,past) VALUES(?,?,?,?)",
                            "iiii", t.chat, person, first, past),
              OK);
}

static void ask_us(int64_t from, struct slice question)
{
    struct own_word w;
    memset(&w, 0, sizeof w);
    w.question = question;
    CHECK_ERR(own_missing_take(t.w.o, &t.w.s, &t.c, from, &w), OK);
}

static struct question about(uint64_t first, uint64_t last, const struct crypto_hpke_public *key)
{
    struct question q = {.items = 7, .version = 1, .first = first, .last = last};
    q.suite = t.suite->code;
    q.device = slice_make(own_world_key(1), 32);
    q.key = slice_make(key->b, t.suite->npk);
    return q;
}

struct opened {
    uint64_t counter, kind, prev_epoch, epoch, ms;
    bool has_prev, has_content;
    struct slice prev, content;
};

/* Opens an answer as who asked does. */
static enum err open_answer(struct slice in, const struct crypto_hpke_secret *secret,
                            struct opened *out)
{
    uint64_t version = 0, run = 0, suite = 0;
    size_t n = 0;
    struct slice device, enc, sealed, plain;
    uint8_t ad[48];
    TRY(cbor_get_array(&in, &n));
    TRY(cbor_get_uint(&in, &version));
    TRY(cbor_get_bytes(&in, &device));
    TRY(cbor_get_uint(&in, &run));
    TRY(cbor_get_uint(&in, &out->counter));
    TRY(cbor_get_uint(&in, &suite));
    TRY(cbor_get_bytes(&in, &enc));
    TRY(cbor_get_bytes(&in, &sealed));
    TRY(slice_end(in));
    CHECK(n == 7 && version == 2 && suite == t.suite->code && sealed.n >= 16);
    struct buf b = buf_fixed(ad, sizeof ad);
    buf_slice(&b, device);
    buf_u64(&b, run);
    buf_u64(&b, out->counter);
    uint8_t *p = arena_alloc(&t.w.arena, sealed.n);
    TRY(crypto_hpke_open(t.suite, p, secret, enc, SLICE_LITERAL(LABEL), SLICE_ARRAY(ad), sealed));
    plain = slice_make(p, sealed.n - 16);
    TRY(cbor_get_array(&plain, &n));
    TRY(cbor_get_uint(&plain, &out->kind));
    out->has_prev = !cbor_take_null(&plain);
    if (out->has_prev) {
        TRY(cbor_get_bytes(&plain, &out->prev));
    }
    TRY(cbor_get_uint(&plain, &out->prev_epoch));
    TRY(cbor_get_uint(&plain, &out->epoch));
    TRY(cbor_get_uint(&plain, &out->ms));
    out->has_content = !cbor_take_null(&plain);
    if (out->has_content) {
        TRY(cbor_get_bytes(&plain, &out->content));
    }
    return n == 6 ? slice_end(plain) : ERR_INPUT;
}

TEST(a_word_is_given_again_to_who_sat_there)
{
    struct crypto_hpke_secret secret;
    struct crypto_hpke_public key;
    struct opened got = {0};
    struct slice body;
    begin();
    CHECK_ERR(crypto_hpke_generate(t.suite, &secret, &key), OK);
    (void)own_words();
    struct question q = about(0, 0, &key);
    ask_us(t.ben_id, put_question(&q));
    CHECK(shown(SENT) == 0); /* no seat at all */
    sits(t.ben_id, 6, 9);    /* came after it was said */
    sits(t.cat_id, 2, 5);    /* had gone before        */
    ask_us(t.ben_id, put_question(&q));
    ask_us(t.cat_id, put_question(&q));
    CHECK(shown(SENT) == 0);
    sits(t.ben_id, 5, 6);
    ask_us(t.ben_id, put_question(&q));
    CHECK(shown(SENT) == 1);
    REQUIRE(queued(OWN_TYPE_ANSWER, &body));
    REQUIRE(open_answer(body, &secret, &got) == OK);
    CHECK(got.counter == 0 && got.kind == 0 && got.epoch == 5 && got.ms == 77 && !got.has_prev &&
          got.has_content);
    CHECK_BYTES(got.content, text_content("zero"));
    end();
}

TEST(what_was_deleted_is_said_to_be_gone_and_nothing_is_nothing)
{
    struct crypto_hpke_secret secret;
    struct crypto_hpke_public key;
    struct opened got = {0};
    struct slice body;
    begin();
    CHECK_ERR(crypto_hpke_generate(t.suite, &secret, &key), OK);
    (void)own_words();
    sits(t.ben_id, 0, 99);
    for (uint64_t i = 1; i <= 2; i++) {
        struct question q = about(i, i, &key);
        ask_us(t.ben_id, put_question(&q));
        if (i == 2) { /* what is nothing may have been who we are */
            CHECK(queued(OWN_TYPE_PROFILE, &body));
            own_world_sql(&t.w, "DELETE FROM outbox WHERE id=(SELECT max(id) FROM outbox)");
        }
        REQUIRE(queued(OWN_TYPE_ANSWER, &body) && open_answer(body, &secret, &got) == OK);
        CHECK(got.counter == i && got.kind == i && !got.has_content);
        CHECK(got.has_prev && got.prev.n == 32 && got.prev.p[0] == i);
    }
    end();
}

TEST(answers_are_bounded_and_of_our_own_words)
{
    struct crypto_hpke_secret secret;
    struct crypto_hpke_public key;
    begin();
    CHECK_ERR(crypto_hpke_generate(t.suite, &secret, &key), OK);
    int64_t leaf = own_words();
    sits(t.ben_id, 0, 99);
    struct question q = about(0, (1ull << 48) - 1, &key);
    ask_us(t.ben_id, put_question(&q));
    CHECK(shown(SENT) == 64 + 1);
    for (int i = 0; i < 8; i++) { /* whoever goes on asking waits until we were heard */
        ask_us(t.ben_id, put_question(&q));
    }
    CHECK(shown(SENT) == 4 * (64 + 1));
    own_world_sql(&t.w, "DELETE FROM outbox");
    q = about(100, 200, &key); /* never said */
    ask_us(t.ben_id, put_question(&q));
    CHECK(shown(SENT) == 0);
    q = about(0, 0, &key);
    q.run = 1; /* another leaf */
    ask_us(t.ben_id, put_question(&q));
    CHECK_ERR(store_sql_run(t.w.store, "UPDATE leaf SET person=? WHERE id=?", "ii", t.cat_id, leaf),
              OK);
    q.run = 0; /* somebody else's words */
    ask_us(t.ben_id, put_question(&q));
    CHECK(shown(SENT) == 0);
    end();
}

TEST(a_question_of_another_form_is_not_answered)
{
    struct crypto_hpke_secret secret;
    struct crypto_hpke_public key;
    begin();
    CHECK_ERR(crypto_hpke_generate(t.suite, &secret, &key), OK);
    (void)own_words();
    sits(t.ben_id, 0, 99);
    const struct question good = about(0, 0, &key);
    for (int i = 0; i < 9; i++) {
        struct question q = good;
        q.items = i == 0 ? 6 : i == 1 ? 8 : q.items;
        q.version = i == 2 ? 2 : q.version;
        q.device.n -= i == 3;
        q.run = i == 4 ? 1ull << 63 : q.run;
        q.first = i == 5 ? 1 : q.first;
        q.last = i == 6 ? 1ull << 48 : q.last;
        q.suite = i == 7 ? 0x10000 + q.suite : q.suite;
        q.key.n -= i == 8;
        ask_us(t.ben_id, put_question(&q));
        CHECK(shown(SENT) == 0);
    }
    struct slice whole = put_question(&good);
    for (size_t n = 1; n < whole.n; n++) {
        ask_us(t.ben_id, slice_make(whole.p, n));
    }
    CHECK(shown(SENT) == 0);
    ask_us(t.ben_id, whole);
    CHECK(shown(SENT) == 1);
    end();
}

/* ---- being answered ------------------------------------------------------------------------- */

/* Words 0 and n-1 came, the person has asked for the rest; *q: what was asked. */
static void asked(struct own_word *w, size_t n, struct question *q)
{
    struct slice body = SLICE_EMPTY;
    words(w, n);
    take(&w[0], 3);
    take(&w[n - 1], 4);
    CHECK_ERR(own_missing_ask(t.w.o, &t.w.s, missing_row()), OK);
    CHECK(queued(OWN_TYPE_AGAIN, &body));
    CHECK_ERR(read_question(body, q), OK);
}

static struct slice put_answer(const struct question *q, uint64_t counter, uint64_t kind,
                               const struct own_word *w)
{
    struct slice plain, out;
    uint8_t ad[48], enc[CRYPTO_HPKE_ENC_SIZE_MAX];
    struct buf p = buf_arena(&t.w.arena, 256), a = buf_fixed(ad, sizeof ad),
               b = buf_arena(&t.w.arena, 512);
    cbor_put_array(&p, 6);
    cbor_put_uint(&p, kind);
    if (w->has_prev) {
        cbor_put_bytes(&p, SLICE_ARRAY(w->prev));
    } else {
        cbor_put_null(&p);
    }
    cbor_put_uint(&p, w->prev_epoch);
    cbor_put_uint(&p, w->epoch);
    cbor_put_uint(&p, w->ms);
    if (kind == 0) {
        cbor_put_bytes(&p, w->content);
    } else {
        cbor_put_null(&p);
    }
    CHECK_ERR(buf_finish(&p, &plain), OK);
    buf_slice(&a, q->device);
    buf_u64(&a, q->run);
    buf_u64(&a, counter);
    uint8_t *sealed = arena_alloc(&t.w.arena, plain.n + 16);
    CHECK_ERR(crypto_hpke_seal(t.suite, enc, sealed, q->key, SLICE_LITERAL(LABEL), SLICE_ARRAY(ad),
                               plain),
              OK);
    cbor_put_array(&b, 7);
    cbor_put_uint(&b, 2);
    cbor_put_bytes(&b, q->device);
    cbor_put_uint(&b, q->run);
    cbor_put_uint(&b, counter);
    cbor_put_uint(&b, t.suite->code);
    cbor_put_bytes(&b, slice_make(enc, t.suite->nenc));
    cbor_put_bytes(&b, slice_make(sealed, plain.n + 16));
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

static void answer(int64_t from, struct slice in)
{
    struct own_word w;
    memset(&w, 0, sizeof w);
    w.answer = in;
    w.server_ms = 1000;
    CHECK_ERR(own_missing_take(t.w.o, &t.w.s, &t.c, from, &w), OK);
}

TEST(an_answer_is_shown_where_the_word_belongs)
{
    struct own_word w[4];
    struct question q;
    begin();
    asked(w, 4, &q);
    answer(t.ben_id, put_answer(&q, 2, 0, &w[2]));
    CHECK(shown(TEXTS) == 1 && shown(ROWS) == 1);
    CHECK(shown("SELECT place FROM message WHERE type=0") == w[3].place - 1);
    CHECK(shown("SELECT at_ms FROM message WHERE type=0") == 52); /* the sender's time */
    CHECK(shown("SELECT reason FROM message WHERE type=5") == 1);
    answer(t.ben_id, put_answer(&q, 2, 0, &w[2])); /* once */
    CHECK(shown(TEXTS) == 1);
    answer(t.ben_id, put_answer(&q, 1, 0, &w[1]));
    CHECK(shown(TEXTS) == 2 && shown(ROWS) == 0);
    CHECK(shown("SELECT min(place) FROM message WHERE type=0") == w[3].place - 2);
    CHECK(shown("SELECT count(*) FROM message WHERE twice=1") == 0);
    end();
}

TEST(what_is_gone_leaves_a_row_and_nothing_leaves_none)
{
    struct own_word w[4];
    struct question q;
    begin();
    asked(w, 4, &q);
    answer(t.ben_id, put_answer(&q, 1, 1, &w[1]));
    CHECK(shown("SELECT count(*) FROM message WHERE type=4") == 1 && shown(TEXTS) == 0);
    answer(t.ben_id, put_answer(&q, 2, 2, &w[2]));
    CHECK(shown("SELECT count(*) FROM message") == 1 && shown("SELECT count(*) FROM hole") == 0);
    end();
}

TEST(an_answer_from_another_to_another_or_unasked_is_nothing)
{
    struct own_word w[4];
    struct question q;
    struct crypto_hpke_secret secret;
    struct crypto_hpke_public key;
    begin();
    asked(w, 4, &q);
    struct slice good = put_answer(&q, 2, 0, &w[2]);
    answer(t.cat_id, good); /* not hers to say */
    struct question other = q;
    CHECK_ERR(crypto_hpke_generate(t.suite, &secret, &key), OK);
    other.key = slice_make(key.b, t.suite->npk);
    answer(t.ben_id, put_answer(&other, 2, 0, &w[2])); /* sealed to somebody else */
    other = q;
    other.run = 1;
    answer(t.ben_id, put_answer(&other, 2, 0, &w[2]));
    answer(t.ben_id, put_answer(&q, 3, 0, &w[3])); /* not missed */
    for (size_t n = 0; n < good.n; n++) {
        answer(t.ben_id, slice_make(good.p, n));
    }
    CHECK(shown(TEXTS) == 0 && shown("SELECT first FROM hole") == 1);
    own_world_sql(&t.w, "UPDATE hole SET secret=NULL"); /* never asked */
    answer(t.ben_id, good);
    CHECK(shown(TEXTS) == 0);
    end();
}

TEST(an_answer_that_the_word_behind_it_does_not_name_is_nothing)
{
    struct own_word w[4], other;
    struct question q;
    begin();
    asked(w, 4, &q);
    other = w[2];
    other.content = text_content("another");
    answer(t.ben_id, put_answer(&q, 2, 0, &other));
    CHECK(shown(TEXTS) == 0);
    other = w[2];
    other.ms++;
    answer(t.ben_id, put_answer(&q, 2, 0, &other));
    CHECK(shown(TEXTS) == 0);
    answer(t.ben_id, put_answer(&q, 2, 0, &w[2]));
    CHECK(shown(TEXTS) == 1);
    end();
}

/* Two are missing: what is answered for the first cannot be checked before the second is here. */
TEST(an_answer_that_turns_out_to_be_another_word_is_marked)
{
    struct own_word w[4], other;
    struct question q;
    begin();
    asked(w, 4, &q);
    other = w[1];
    other.content = text_content("another");
    answer(t.ben_id, put_answer(&q, 1, 0, &other));
    CHECK(shown(TEXTS) == 1);
    answer(t.ben_id, put_answer(&q, 2, 0, &w[2]));
    CHECK(shown(TEXTS) == 2);
    CHECK(shown("SELECT count(*) FROM message WHERE twice=1") == 1);
    CHECK(shown("SELECT counter FROM message WHERE twice=1") == 1);
    end();
}

TEST(an_answer_deep_in_a_long_hole_stays_in_front_of_its_entry)
{
    struct own_word w[2], far, v;
    struct question q;
    struct slice body = SLICE_EMPTY;
    begin();
    words(w, 2);
    take(&w[0], 3);
    far = w[1];
    far.counter = 1ull << 40;
    take(&far, 4);
    CHECK_ERR(own_missing_ask(t.w.o, &t.w.s, missing_row()), OK);
    REQUIRE(queued(OWN_TYPE_AGAIN, &body) && read_question(body, &q) == OK);
    v = w[1];
    v.counter = 1ull << 39;
    answer(t.ben_id, put_answer(&q, v.counter, 0, &v));
    CHECK(shown(TEXTS) == 1);
    CHECK(shown("SELECT place FROM message WHERE type=0") < far.place);
    CHECK(shown("SELECT max(place) FROM hole") < far.place);
    end();
}

TEST_MAIN(TEST_ROW(a_row_says_after_a_while_what_is_missing),
          TEST_ROW(nothing_is_missing_while_the_log_is_still_read),
          TEST_ROW(what_is_missing_is_said_in_the_end_whatever_is_promised),
          TEST_ROW(the_question_names_the_leaf_and_the_words_and_a_key),
          TEST_ROW(a_word_is_given_again_to_who_sat_there),
          TEST_ROW(what_was_deleted_is_said_to_be_gone_and_nothing_is_nothing),
          TEST_ROW(answers_are_bounded_and_of_our_own_words),
          TEST_ROW(a_question_of_another_form_is_not_answered),
          TEST_ROW(an_answer_is_shown_where_the_word_belongs),
          TEST_ROW(what_is_gone_leaves_a_row_and_nothing_leaves_none),
          TEST_ROW(an_answer_from_another_to_another_or_unasked_is_nothing),
          TEST_ROW(an_answer_that_the_word_behind_it_does_not_name_is_nothing),
          TEST_ROW(an_answer_that_turns_out_to_be_another_word_is_marked),
          TEST_ROW(an_answer_deep_in_a_long_hole_stays_in_front_of_its_entry))
