/* Parcels: a reference, what is sealed under it, and what a gateway may answer. */
#include "engine/own/parcel.h"

#include <string.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "engine/own/ask.h"
#include "lib/check.h"
#include "lib/own_world.h"
#include "store/chat.h"
#include "store/own_parcel.h"

#define SEALED_MORE 28

static struct own_world w;
static struct own_world_account me;
static int64_t chat;
static struct slice ref;
static uint8_t large[FRAME_BLOB_CHUNK + 100]; /* two chunks */

static void begin(void)
{
    if (me.n == 0) {
        own_world_account(&me, 1, 101);
        memset(large, 'x', sizeof large);
    }
    own_world_begin(&w);
    own_world_be(&w, &me, 1);
    chat = own_world_chat(&w, STORE_CHAT_GROUP, 0);
    CHECK_ERR(own_parcel_ref(&w.arena, &ref), OK);
}

static void end(void)
{
    own_world_end(&w);
}

/* Another one, as in a world that has had none. */
static void again(void)
{
    own_world_sql(&w, "DELETE FROM parcel");
    memset(w.o->asks, 0, sizeof w.o->asks);
    w.o->blob_window = 0;
    CHECK_ERR(own_parcel_ref(&w.arena, &ref), OK);
}

static int64_t state(void)
{
    return own_world_int(&w, "SELECT state FROM parcel");
}

static enum err get(bool *here, struct slice *plain)
{
    return own_parcel_get(w.o, &w.s, chat, OWN_PARCEL_COMMIT, ref, here, plain);
}

/* The question of this type that waits for its answer. */
static struct own_ask asked(enum frame_type type, int64_t index)
{
    struct own_ask q = {0};
    for (size_t i = 0; i < OWN_ASKS_MAX; i++) {
        if (w.o->asks[i].request != 0 && w.o->asks[i].type == type && w.o->asks[i].b == index) {
            q = w.o->asks[i];
            w.o->asks[i].request = 0;
        }
    }
    CHECK(q.request != 0 && q.a < 0);
    return q;
}

static struct own_parcel_event answer(struct own_ask q, uint8_t type, struct slice body,
                                      uint64_t failure)
{
    struct own_parcel_event came;
    CHECK_ERR(own_parcel_answer(w.o, &w.s, &q, type, body, failure, &came), OK);
    return came;
}

static struct own_parcel_event say_state(struct own_ask q, uint64_t bytes, uint64_t chunk,
                                         uint64_t have)
{
    struct wire_blob_state v = {bytes, chunk, have, 0};
    struct buf b = buf_arena(&w.arena, 64);
    wire_blob_state_put(&b, &v);
    return answer(q, FRAME_BLOB_STATE, buf_view(&b), 0);
}

static struct own_parcel_event say_data(struct own_ask q, struct slice blob, uint32_t index,
                                        struct slice bytes)
{
    struct frame_blob f = {.index = index, .bytes = bytes};
    struct buf b = buf_arena(&w.arena, bytes.n + 64);
    memcpy(f.blob, blob.p, sizeof f.blob);
    frame_blob_put(&b, &f);
    return answer(q, FRAME_BLOB_DATA, buf_view(&b), 0);
}

TEST(a_reference_has_52_bytes_and_is_like_no_other)
{
    struct slice two;
    begin();
    CHECK(ref.n == OWN_PARCEL_REF_SIZE && own_parcel_is_ref(ref));
    CHECK_ERR(own_parcel_ref(&w.arena, &two), OK);
    CHECK(!slice_equal(ref, two) && memcmp(ref.p + 2, two.p + 2, 16) != 0);
    CHECK(!own_parcel_is_ref(slice_make(ref.p, ref.n - 1)) && !own_parcel_is_ref(SLICE_EMPTY));
    for (size_t at = 0; at < 2; at++) { /* the array, the size of the address */
        uint8_t *p = arena_alloc(&w.arena, ref.n);
        REQUIRE(p != NULL);
        memcpy(p, ref.p, ref.n);
        p[at]++;
        CHECK(!own_parcel_is_ref(slice_make(p, ref.n)));
    }
    end();
}

TEST(what_is_too_large_for_a_message_is_no_parcel)
{
    bool yes = true;
    uint8_t *p;
    begin();
    p = arena_alloc(&w.arena, LIMIT_MLS_MESSAGE_BYTES + 1);
    REQUIRE(p != NULL);
    memset(p, 0, LIMIT_MLS_MESSAGE_BYTES + 1);
    CHECK_ERR(own_parcel_put(&w.s, chat, OWN_PARCEL_COMMIT, ref,
                             slice_make(p, LIMIT_MLS_MESSAGE_BYTES + 1)),
              ERR_LIMIT);
    CHECK_ERR(own_parcel_put(&w.s, chat, OWN_PARCEL_COMMIT, SLICE_LITERAL("no reference"),
                             SLICE_LITERAL("x")),
              ERR_INPUT);
    CHECK_ERR(own_parcel_going(&w.s, chat, &yes), OK);
    CHECK(!yes);
    end();
}

/* Puts it up, chunk after chunk. */
static void send_all(void)
{
    CHECK_ERR(own_parcel_work(w.o, &w.s), OK);
    struct own_ask q = asked(FRAME_BLOB_NEW, 0);
    (void)say_state(q, sizeof large + SEALED_MORE, FRAME_BLOB_CHUNK, 0);
    CHECK_ERR(own_parcel_work(w.o, &w.s), OK);
    (void)say_state(asked(FRAME_BLOB_PUT, 0), sizeof large + SEALED_MORE, FRAME_BLOB_CHUNK, 1);
    (void)say_state(asked(FRAME_BLOB_PUT, 1), sizeof large + SEALED_MORE, FRAME_BLOB_CHUNK, 2);
}

TEST(a_parcel_goes_out_whole_and_sealed)
{
    bool yes = false, here = true;
    struct slice plain, body;
    struct wire_blob_new v;
    begin();
    CHECK_ERR(own_parcel_put(&w.s, chat, OWN_PARCEL_COMMIT, ref, SLICE_ARRAY(large)), OK);
    CHECK_ERR(own_parcel_going(&w.s, chat, &yes), OK);
    CHECK(yes && own_world_int(&w, "SELECT count(*) FROM parcel_chunk") == 2);
    CHECK(own_world_int(&w, "SELECT instr(group_concat(hex(b)),'78787878787878') FROM "
                            "parcel_chunk") == 0);
    CHECK_ERR(get(&here, &plain), ERR_GONE); /* it is on its way out */
    CHECK_ERR(own_parcel_work(w.o, &w.s), OK);
    CHECK(own_world_sent(&w, OWN_CONN_ANON, FRAME_BLOB_NEW, &body));
    CHECK_ERR(wire_blob_new_decode(&w.arena, body, &v), OK);
    CHECK(v.bytes == sizeof large + SEALED_MORE && v.chunk == FRAME_BLOB_CHUNK && v.has_mailbox);
    CHECK_BYTES(v.blob, slice_make(ref.p + 2, 16));
    CHECK_ERR(own_parcel_work(w.o, &w.s), OK); /* it is not asked for twice */
    (void)say_state(asked(FRAME_BLOB_NEW, 0), v.bytes, v.chunk, 0);
    CHECK_ERR(own_parcel_work(w.o, &w.s), OK);
    struct own_ask first = asked(FRAME_BLOB_PUT, 0), second = asked(FRAME_BLOB_PUT, 1);
    CHECK(w.o->blob_window == 2);
    (void)say_state(first, v.bytes, v.chunk, 1);
    CHECK_ERR(own_parcel_going(&w.s, chat, &yes), OK);
    CHECK(yes && w.o->blob_window == 1);
    (void)say_state(second, v.bytes, v.chunk, 2);
    CHECK_ERR(own_parcel_going(&w.s, chat, &yes), OK);
    CHECK(!yes && w.o->blob_window == 0);
    end();
}

TEST(a_refusal_loses_the_commit_and_later_is_no_refusal)
{
    struct own_parcel_event came;
    bool yes = false;
    begin();
    CHECK_ERR(own_parcel_put(&w.s, chat, OWN_PARCEL_COMMIT, ref, SLICE_ARRAY(large)), OK);
    CHECK_ERR(own_parcel_work(w.o, &w.s), OK);
    struct own_ask q = asked(FRAME_BLOB_NEW, 0);
    came = answer(q, FRAME_FAILURE, SLICE_EMPTY, WIRE_CODE_RATE);
    CHECK(came.what == OWN_PARCEL_NOTHING);
    came = answer(q, FRAME_FAILURE, SLICE_EMPTY, WIRE_CODE_BUSY);
    CHECK(came.what == OWN_PARCEL_NOTHING && state() == STORE_OWN_PARCEL_GOING);
    came = answer(q, FRAME_FAILURE, SLICE_EMPTY, WIRE_CODE_QUOTA);
    CHECK(came.what == OWN_PARCEL_REFUSED && came.chat == chat);
    CHECK_ERR(own_parcel_drop(&w.s, chat), OK);
    CHECK_ERR(own_parcel_going(&w.s, chat, &yes), OK);
    CHECK(!yes && own_world_int(&w, "SELECT count(*) FROM parcel_chunk") == 0);
    end();
}

/* ---- coming --------------------------------------------------------------------------------- */

static uint8_t sealed[2][FRAME_BLOB_CHUNK]; /* of `large` under ref, as somebody put it up */
static size_t sealed_n[2];

/* Asks for it; the question of its size. */
static struct own_ask coming(void)
{
    bool here = true;
    struct slice plain, chunk;
    CHECK_ERR(own_parcel_put(&w.s, chat, OWN_PARCEL_COMMIT, ref, SLICE_ARRAY(large)), OK);
    int64_t id = own_world_int(&w, "SELECT id FROM parcel");
    for (int i = 0; i < 2; i++) {
        CHECK_ERR(store_own_parcel_chunk_get(w.store, &w.arena, id, i, &chunk), OK);
        memcpy(sealed[i], chunk.p, chunk.n);
        sealed_n[i] = chunk.n;
    }
    CHECK_ERR(own_parcel_drop(&w.s, chat), OK);
    CHECK_ERR(get(&here, &plain), OK);
    CHECK(!here && state() == STORE_OWN_PARCEL_COMING && w.o->due.rest);
    CHECK_ERR(own_parcel_work(w.o, &w.s), OK);
    return asked(FRAME_BLOB_STAT, 0);
}

static struct slice blob(void)
{
    return slice_make(ref.p + 2, 16);
}

TEST(a_parcel_comes_in_any_order_and_opens)
{
    struct own_parcel_event came;
    struct slice plain;
    bool here = false;
    begin();
    struct own_ask q = coming();
    came = say_state(q, sizeof large + SEALED_MORE, FRAME_BLOB_CHUNK, 2);
    CHECK(came.what == OWN_PARCEL_NOTHING);
    CHECK_ERR(own_parcel_work(w.o, &w.s), OK);
    struct own_ask first = asked(FRAME_BLOB_GET, 0), second = asked(FRAME_BLOB_GET, 1);
    came = say_data(second, blob(), 1, slice_make(sealed[1], sealed_n[1]));
    CHECK(came.what == OWN_PARCEL_NOTHING);
    came = say_data(first, blob(), 0, slice_make(sealed[0], sealed_n[0]));
    CHECK(came.what == OWN_PARCEL_CAME && came.chat == chat && came.why == OWN_PARCEL_COMMIT);
    CHECK_ERR(get(&here, &plain), OK);
    CHECK(here);
    CHECK_BYTES(plain, SLICE_ARRAY(large));
    CHECK_ERR(own_parcel_done(&w.s, ref), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM parcel") == 0);
    end();
}

TEST(what_was_changed_on_the_way_is_lost)
{
    struct slice plain;
    bool here = true;
    begin();
    (void)say_state(coming(), sizeof large + SEALED_MORE, FRAME_BLOB_CHUNK, 2);
    CHECK_ERR(own_parcel_work(w.o, &w.s), OK);
    sealed[0][77] ^= 1;
    struct own_ask first = asked(FRAME_BLOB_GET, 0), second = asked(FRAME_BLOB_GET, 1);
    (void)say_data(first, blob(), 0, slice_make(sealed[0], sealed_n[0]));
    (void)say_data(second, blob(), 1, slice_make(sealed[1], sealed_n[1]));
    CHECK_ERR(get(&here, &plain), ERR_GONE);
    CHECK(!here);
    end();
}

TEST(a_reference_with_another_key_opens_nothing)
{
    struct slice plain;
    bool here = true;
    begin();
    (void)coming();
    uint8_t *other = arena_alloc(&w.arena, ref.n);
    REQUIRE(other != NULL);
    memcpy(other, ref.p, ref.n);
    other[ref.n - 1] ^= 1;
    ref = slice_make(other, ref.n);
    CHECK_ERR(get(&here, &plain), ERR_GONE);
    CHECK(!here);
    ref.n--;
    CHECK_ERR(get(&here, &plain), ERR_INPUT);
    end();
}

TEST(a_size_that_no_parcel_has_loses_it)
{
    static const struct {
        uint64_t bytes, chunk;
    } bad[] = {
        {SEALED_MORE - 1, 10},
        {LIMIT_MLS_MESSAGE_BYTES + SEALED_MORE + 1, FRAME_BLOB_CHUNK},
        {UINT64_MAX, FRAME_BLOB_CHUNK},
        {1000, 0},
        {1000, FRAME_BODY_MAX + 1},
        {5000, 1},
    };
    begin();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        again();
        struct own_parcel_event came = say_state(coming(), bad[i].bytes, bad[i].chunk, 1);
        CHECK(came.what == OWN_PARCEL_CAME && state() == STORE_OWN_PARCEL_LOST);
    }
    end();
}

TEST(a_chunk_that_was_not_asked_for_loses_it)
{
    begin();
    for (int i = 0; i < 4; i++) {
        static const uint8_t other[16] = {9};
        again();
        (void)say_state(coming(), sizeof large + SEALED_MORE, FRAME_BLOB_CHUNK, 2);
        CHECK_ERR(own_parcel_work(w.o, &w.s), OK);
        struct own_parcel_event came =
            say_data(asked(FRAME_BLOB_GET, 0), i == 0 ? SLICE_ARRAY(other) : blob(), i == 1 ? 1 : 0,
                     slice_make(sealed[0], i == 2   ? sealed_n[0] - 1
                                           : i == 3 ? 0
                                                    : sealed_n[0]));
        CHECK(came.what == OWN_PARCEL_CAME && state() == STORE_OWN_PARCEL_LOST);
        CHECK(own_world_int(&w, "SELECT count(*) FROM parcel_chunk") == 0);
    }
    end();
}

TEST(a_welcome_is_kept_with_the_parcel_it_waits_for)
{
    struct own_parcel_event came;
    begin();
    struct own_ask q = coming();
    own_world_sql(&w, "UPDATE parcel SET why=2,chat=0");
    CHECK_ERR(
        own_parcel_keep_welcome(&w.s, ref, SLICE_LITERAL("welcome"), SLICE_LITERAL("token"), 99),
        OK);
    came = answer(q, FRAME_FAILURE, SLICE_EMPTY, WIRE_CODE_UNKNOWN);
    CHECK(came.what == OWN_PARCEL_CAME && came.why == OWN_PARCEL_WELCOME && came.chat == 0);
    CHECK(came.server_ms == 99 && state() == STORE_OWN_PARCEL_LOST);
    CHECK_BYTES(came.welcome, SLICE_LITERAL("welcome"));
    CHECK_BYTES(came.token, SLICE_LITERAL("token"));
    CHECK_ERR(own_parcel_forget(&w.s, came.id), OK);
    CHECK(own_world_int(&w, "SELECT count(*) FROM parcel") == 0);
    CHECK(answer(q, FRAME_FAILURE, SLICE_EMPTY, WIRE_CODE_UNKNOWN).what == OWN_PARCEL_NOTHING);
    end();
}

TEST(bundles_of_before_are_dropped_by_a_secret_that_only_their_readers_have)
{
    struct slice body;
    struct wire_blob_drop v;
    begin();
    CHECK_ERR(own_parcel_put(&w.s, chat, OWN_PARCEL_BUNDLE, ref, SLICE_ARRAY(large)), OK);
    send_all();
    CHECK(state() == STORE_OWN_PARCEL_SENT);
    CHECK_ERR(own_parcel_superseded(w.o, &w.s, chat), OK);
    CHECK(state() == STORE_OWN_PARCEL_SENT); /* there is no newer one yet */
    struct slice before = ref;
    CHECK_ERR(own_parcel_ref(&w.arena, &ref), OK);
    CHECK_ERR(own_parcel_put(&w.s, chat, OWN_PARCEL_BUNDLE, ref, SLICE_ARRAY(large)), OK);
    send_all();
    CHECK_ERR(own_parcel_superseded(w.o, &w.s, chat), OK);
    REQUIRE(own_world_sent(&w, OWN_CONN_ANON, FRAME_BLOB_DROP, &body));
    CHECK_ERR(wire_blob_drop_decode(&w.arena, body, &v), OK);
    CHECK_BYTES(v.blob, slice_make(before.p + 2, 16));
    uint8_t mac[32];
    crypto_hmac(CRYPTO_SHA256, mac, slice_make(before.p + 20, 32),
                SLICE_LITERAL("sotto parcel drop"));
    CHECK_BYTES(v.secret, slice_make(mac, 16));
    CHECK(own_world_int(&w, "SELECT count(*) FROM parcel") == 1);
    end();
}

TEST_MAIN(TEST_ROW(a_reference_has_52_bytes_and_is_like_no_other),
          TEST_ROW(what_is_too_large_for_a_message_is_no_parcel),
          TEST_ROW(a_parcel_goes_out_whole_and_sealed),
          TEST_ROW(a_refusal_loses_the_commit_and_later_is_no_refusal),
          TEST_ROW(a_parcel_comes_in_any_order_and_opens),
          TEST_ROW(what_was_changed_on_the_way_is_lost),
          TEST_ROW(a_reference_with_another_key_opens_nothing),
          TEST_ROW(a_size_that_no_parcel_has_loses_it),
          TEST_ROW(a_chunk_that_was_not_asked_for_loses_it),
          TEST_ROW(a_welcome_is_kept_with_the_parcel_it_waits_for),
          TEST_ROW(bundles_of_before_are_dropped_by_a_secret_that_only_their_readers_have))
