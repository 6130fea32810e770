/* Windows, limits and deletion of message keys; what one message writes. */
#include "mls/message_keys.h"

#include <stdio.h>
#include <string.h>

#include "base/ct.h"
#include "lib/check.h"
#include "lib/mls_forge.h"

#define N 3
static struct mls_world_member m[N];
#define READER (&m[0])
#define WRITER (&m[1])

static bool begin(void)
{
    memset(m, 0, sizeof m);
    return mls_world_warm_group(m, N, crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA)) == OK;
}

static void end(void)
{
    CHECK(mls_world_well(m, N, 1));
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
}

static struct slice text_of(uint32_t generation)
{
    struct mls_forge_message f =
        mls_forge_message_of(WRITER, MLS_CONTENT_APPLICATION, SLICE_LITERAL("text"));
    f.is_private = true;
    f.generation = generation;
    return mls_forge_put_message(WRITER, &f);
}

static size_t rows_of(const struct mls_world_member *who, char kind)
{
    size_t n = 0;
    for (size_t i = 0; i < who->store.n; i++) {
        n += who->store.rows[i].key.p[0] == (uint8_t)kind;
    }
    return n;
}

/* Does any row hold these bytes? */
static bool stored(const struct mls_world_member *who, struct slice bytes)
{
    for (size_t i = 0; i < who->store.n; i++) {
        struct slice v = who->store.rows[i].value;
        for (size_t k = 0; k + bytes.n <= v.n; k++) {
            if (memcmp(v.p + k, bytes.p, bytes.n) == 0) {
                return true;
            }
        }
    }
    return false;
}

TEST(two_thousand_generations_may_be_skipped_and_no_more)
{
    REQUIRE(begin());
    CHECK(mls_world_refuses(READER, text_of(LIMIT_MLS_FORWARD + 1), ERR_LIMIT));
    CHECK_ERR(mls_world_take(READER, text_of(LIMIT_MLS_FORWARD), NULL), OK);
    CHECK(mls_world_refuses(READER, text_of(2 * LIMIT_MLS_FORWARD + 2), ERR_LIMIT));
    CHECK_ERR(mls_world_take(READER, text_of(2 * LIMIT_MLS_FORWARD + 1), NULL), OK);
    end();
}

TEST(the_last_keys_passed_over_are_kept_and_used_once)
{
    REQUIRE(begin());
    const uint32_t at = 1000;
    CHECK_ERR(mls_world_take(READER, text_of(at), NULL), OK);
    CHECK(rows_of(READER, 'S') == LIMIT_MLS_SKIPPED_SENDER - 1);
    CHECK(mls_world_refuses(READER, text_of(at), ERR_STATE_REPLAY));
    CHECK(mls_world_refuses(READER, text_of(0), ERR_STATE_REPLAY));
    CHECK(mls_world_refuses(READER, text_of(at - LIMIT_MLS_SKIPPED_SENDER), ERR_STATE_REPLAY));
    uint32_t oldest = at - LIMIT_MLS_SKIPPED_SENDER + 1;
    CHECK_ERR(mls_world_take(READER, text_of(oldest), NULL), OK);
    CHECK(mls_world_refuses(READER, text_of(oldest), ERR_STATE_REPLAY));
    CHECK_ERR(mls_world_reload(READER), OK);
    CHECK_ERR(mls_world_take(READER, text_of(at - 1), NULL), OK);
    CHECK(mls_world_refuses(READER, text_of(at - 1), ERR_STATE_REPLAY));
    CHECK(rows_of(READER, 'S') == LIMIT_MLS_SKIPPED_SENDER - 3);
    /* Going on pushes the oldest out. */
    CHECK_ERR(mls_world_take(READER, text_of(at + 100), NULL), OK);
    CHECK(rows_of(READER, 'S') <= LIMIT_MLS_SKIPPED_SENDER);
    CHECK(mls_world_refuses(READER, text_of(oldest + 50), ERR_STATE_REPLAY));
    CHECK_ERR(mls_world_take(READER, text_of(at + 50), NULL), OK);
    end();
}

TEST(every_order_of_a_few_messages_is_read)
{
    static const uint32_t orders[][5] = {{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 0, 4, 1, 3},
                                         {1, 0, 3, 2, 4}, {4, 0, 1, 2, 3}, {3, 4, 0, 2, 1}};
    for (size_t o = 0; o < sizeof orders / sizeof orders[0]; o++) {
        REQUIRE(begin());
        for (size_t i = 0; i < 5; i++) {
            if (i == o % 5) {
                CHECK_ERR(mls_world_reload(READER), OK);
            }
            CHECK_ERR(mls_world_take(READER, text_of(orders[o][i]), NULL), OK);
        }
        for (uint32_t i = 0; i < 5; i++) {
            CHECK(mls_world_refuses(READER, text_of(i), ERR_STATE_REPLAY));
        }
        CHECK(rows_of(READER, 'S') == 0);
        end();
    }
}

TEST(skipped_keys_expire_with_time)
{
    REQUIRE(begin());
    READER->now_ms = 1000000000;
    CHECK_ERR(mls_world_take(READER, text_of(5), NULL), OK);
    READER->now_ms += LIMIT_MLS_SKIPPED_AGE_MS / 2;
    CHECK_ERR(mls_world_take(READER, text_of(8), NULL), OK);
    CHECK(rows_of(READER, 'S') == 7 && rows_of(READER, 'q') == 2);
    READER->now_ms += LIMIT_MLS_SKIPPED_AGE_MS / 2 + 1;
    CHECK_ERR(mls_world_reload(READER), OK);
    CHECK_ERR(mls_world_take(READER, text_of(3), NULL), ERR_STATE_REPLAY);
    CHECK(rows_of(READER, 'S') == 2 && rows_of(READER, 'q') == 1);
    CHECK_ERR(mls_world_take(READER, text_of(7), NULL), OK);
    end();
}

TEST(a_group_keeps_a_bounded_number_of_skipped_keys)
{
    REQUIRE(begin());
    for (uint32_t i = 0; i < 40; i++) {
        /* A new epoch each time, so that the senders' windows do not bound it. */
        CHECK_ERR(mls_world_take(READER, text_of(300), NULL), OK);
        struct mls_forge_message f =
            mls_forge_message_of(&m[2], MLS_CONTENT_APPLICATION, SLICE_LITERAL("text"));
        f.is_private = true;
        f.generation = 300;
        CHECK_ERR(mls_world_take(READER, mls_forge_put_message(&m[2], &f), NULL), OK);
        CHECK_ERR(mls_world_round(m, N, 1, NULL, 0, true, NULL), OK);
        CHECK(rows_of(READER, 'S') <= LIMIT_MLS_SKIPPED_GROUP);
    }
    CHECK(rows_of(READER, 'S') > 2000);
    end();
}

TEST(past_epochs_are_kept_by_number_and_by_age)
{
    struct slice old[LIMIT_MLS_EPOCHS_KEPT + 2];
    REQUIRE(begin());
    READER->now_ms = 5000000000;
    for (size_t i = 0; i < LIMIT_MLS_EPOCHS_KEPT + 2; i++) {
        CHECK_ERR(mls_world_say(WRITER, "late", &old[i]), OK);
        CHECK_ERR(mls_world_round(m, N, i % 2 == 0 ? 1 : 2, NULL, 0, true, NULL), OK);
    }
    CHECK(mls_world_refuses(READER, old[0], ERR_STATE_EPOCH));
    CHECK(mls_world_refuses(READER, old[1], ERR_STATE_EPOCH));
    CHECK_ERR(mls_world_take(READER, old[2], NULL), OK);
    CHECK_ERR(mls_world_reload(READER), OK);
    CHECK_ERR(mls_world_take(READER, old[4], NULL), OK);
    READER->expire_ms = READER->now_ms; /* it waited for us: opened with the keys of its time */
    READER->now_ms += LIMIT_MLS_SKIPPED_AGE_MS + 1;
    CHECK_ERR(mls_world_take(READER, old[5], NULL), OK);
    READER->expire_ms = 0;
    CHECK_ERR(mls_world_take(READER, old[3], NULL), ERR_STATE_EPOCH);
    CHECK_ERR(mls_world_take(READER, old[6], NULL), ERR_STATE_EPOCH);
    CHECK(rows_of(READER, 'M') == 0 && rows_of(READER, 'L') == 0);
    end();
}

TEST(a_silent_group_forgets_too)
{
    struct slice late;
    REQUIRE(begin());
    READER->now_ms = 5000000000;
    for (int i = 0; i < LIMIT_MLS_EPOCHS_KEPT; i++) {
        CHECK_ERR(mls_world_say(WRITER, "late", &late), OK);
        CHECK_ERR(mls_world_round(m, N, 1, NULL, 0, true, NULL), OK);
    }
    CHECK_ERR(
        mls_group_expire(READER->g, &READER->arena, READER->now_ms + LIMIT_MLS_SKIPPED_AGE_MS), OK);
    CHECK(rows_of(READER, 'M') > 0);
    CHECK_ERR(
        mls_group_expire(READER->g, &READER->arena, READER->now_ms + LIMIT_MLS_SKIPPED_AGE_MS + 1),
        OK);
    CHECK(rows_of(READER, 'M') == 0 && rows_of(READER, 'L') == 0);
    CHECK_ERR(mls_world_take(READER, late, NULL), ERR_STATE_EPOCH);
    end();
}

TEST(handshakes_of_past_epochs_are_not_taken)
{
    struct slice message;
    struct mls_process_params params = {0};
    struct mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    memset(m, 0, sizeof m);
    m[1].encrypt = true;
    REQUIRE(mls_world_warm_group(m, N, crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA)) == OK);
    CHECK_ERR(mls_group_propose(m[1].g, &m[1].arena, &params, &update, NULL, &message), OK);
    CHECK_ERR(mls_world_round(m, N, 2, NULL, 0, true, NULL), OK);
    CHECK(mls_world_refuses(READER, message, ERR_STATE_EPOCH));
    end();
}

TEST(one_message_writes_one_small_row)
{
    struct slice message;
    REQUIRE(begin());
    for (int i = 0; i < 3; i++) {
        mls_world_count(&WRITER->store);
        mls_world_count(&READER->store);
        CHECK_ERR(mls_world_say(WRITER, "text", &message), OK);
        CHECK_ERR(mls_world_take(READER, message, NULL), OK);
        CHECK(WRITER->store.put_bytes < 1000 && READER->store.put_bytes < 1000);
        if (i > 0) {
            CHECK(WRITER->store.puts == 1 && READER->store.puts == 1);
            CHECK(WRITER->store.put_bytes < 150 && READER->store.put_bytes < 150);
            CHECK(WRITER->store.gets == 0 && READER->store.gets == 0);
        }
    }
    end();
}

/* RFC 9420, 9.2: after a message of leaf 1 of 4 at generation 2 exactly this is left. */
TEST(consumed_secrets_are_deleted)
{
    struct mls_world_member w[4];
    struct mls_secret left, right, ll, lr;
    struct mls_ratchet handshake, application;
    struct mls_message_key key;
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    memset(w, 0, sizeof w);
    REQUIRE(mls_world_warm_group(w, 4, suite) == OK);
    /* The secret tree of the epoch, from its root row. */
    struct slice root = SLICE_EMPTY;
    for (size_t i = 0; i < w[0].store.n; i++) {
        const struct mls_world_row *row = &w[0].store.rows[i];
        if (row->key.p[0] == 'T' && row->key.p[8] == (uint8_t)mls_group_epoch(w[0].g)) {
            root = row->value;
        }
    }
    REQUIRE(root.n == 32);
    struct mls_secret top = {{0}};
    memcpy(top.b, root.p, 32);
    CHECK_ERR(mls_secret_tree_children(suite, &left, &right, &top), OK);
    CHECK_ERR(mls_secret_tree_children(suite, &ll, &lr, &left), OK);
    CHECK_ERR(mls_secret_tree_leaf(suite, &handshake, &application, &lr), OK);
    struct mls_ratchet start = application;
    for (int i = 0; i < 3; i++) {
        struct slice message;
        CHECK_ERR(mls_world_say(&w[1], "text", &message), OK);
        CHECK_ERR(mls_world_take(&w[0], message, NULL), OK);
        CHECK_ERR(mls_secret_tree_step(suite, &application, &key), OK);
        CHECK(!stored(&w[0], slice_make(key.key.k, 32)) &&
              !stored(&w[1], slice_make(key.key.k, 32)));
    }
    for (int side = 0; side < 2; side++) {
        CHECK(!stored(&w[side], slice_make(top.b, 32)));
        CHECK(!stored(&w[side], slice_make(left.b, 32)));
        CHECK(!stored(&w[side], slice_make(lr.b, 32)));
        CHECK(!stored(&w[side], slice_make(start.secret.b, 32)));
        CHECK(stored(&w[side], slice_make(right.b, 32)));
        CHECK(stored(&w[side], slice_make(ll.b, 32)));
        CHECK(stored(&w[side], slice_make(application.secret.b, 32)));
        CHECK(stored(&w[side], slice_make(handshake.secret.b, 32)));
    }
    /* A new epoch keeps of the old one what late messages need, and no init secret. */
    struct mls_secret init = w[0].g->epoch->secrets.init;
    struct mls_secret exporter = w[0].g->epoch->secrets.exporter;
    struct mls_secret leaf_key = {{0}};
    memcpy(leaf_key.b, w[1].g->epoch->priv.key[0].b, 32);
    CHECK_ERR(mls_world_round(w, 4, 1, NULL, 0, true, NULL), OK);
    CHECK(!stored(&w[0], slice_make(init.b, 32)) && !stored(&w[0], slice_make(exporter.b, 32)));
    CHECK(!stored(&w[1], slice_make(application.secret.b, 32))); /* our own sending ratchet */
    CHECK(!stored(&w[1], slice_make(leaf_key.b, 32)));
    CHECK(!stored(&w[0], slice_make(handshake.secret.b, 32)));
    for (int i = 0; i <= LIMIT_MLS_EPOCHS_KEPT; i++) {
        CHECK_ERR(mls_world_round(w, 4, 1, NULL, 0, true, NULL), OK);
    }
    CHECK(!stored(&w[0], slice_make(right.b, 32)) && !stored(&w[0], slice_make(ll.b, 32)));
    for (size_t i = 0; i < 4; i++) {
        mls_world_end(&w[i]);
    }
}

TEST(reuse_guards_differ)
{
    struct slice a, b;
    REQUIRE(begin());
    a = text_of(0);
    b = text_of(0); /* the same key and text twice: the guard makes them differ */
    CHECK(!slice_equal(a, b));
    end();
}

TEST(padding_goes_up_to_the_buckets)
{
    static const size_t sizes[] = {0, 1, 20, 60, 100, 300, 900, 1100, 3000};
    struct mls_commit out;
    size_t last = 0;
    struct slice message;
    char text[3001];
    memset(text, 'x', sizeof text);
    REQUIRE(begin());
    struct mls_world_member guest;
    mls_world_init(&guest, "guest", READER->suite);
    CHECK_ERR(mls_world_package(&guest), OK);
    struct mls_proposal add = mls_world_add(&guest);
    CHECK_ERR(mls_world_round(m, N, 1, &add, 1, true, &out), OK);
    struct mls_storage storage = mls_world_storage(&guest.store);
    struct mls_join_params join = {
        .welcome = out.welcome,
        .ratchet_tree = out.ratchet_tree,
        .key_package = guest.package.message,
        .key_package_secret = guest.package.secret,
        .identity = guest.id,
        .padding_block = 1,
    };
    CHECK_ERR(mls_group_join(&guest.g, &storage, &join), OK);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct mls_message read;
        struct mls_event event;
        CHECK_ERR(mls_group_protect(guest.g, &guest.arena, SLICE_EMPTY, slice_make(text, sizes[i]),
                                    &message),
                  OK);
        CHECK_ERR(mls_framing_read(message, &read), OK);
        size_t n = read.private_message.ciphertext.n;
        CHECK(n == 128 || n == 256 || n == 512 || n % 1024 == 0);
        CHECK(n >= last && n >= sizes[i] + 64 + 16);
        last = n;
        CHECK_ERR(mls_world_take(READER, message, &event), OK);
        CHECK_BYTES(event.data, slice_make(text, sizes[i]));
    }
    mls_world_end(&guest);
    for (size_t i = 0; i < N; i++) {
        mls_world_end(&m[i]);
    }
}

/* ---- by themselves, over rows -----------------------------------------------------------------
 */

static struct mls_world_store rows;
static struct mls_storage storage;
static struct arena arena;

static struct mls_message_keys keys_of(uint32_t width)
{
    struct mls_secret encryption = {{0x5a}};
    mls_world_store_wipe(&rows);
    storage = mls_world_storage(&rows);
    struct mls_message_keys keys = {.storage = &storage,
                                    .suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA),
                                    .epoch = 7,
                                    .width = width};
    CHECK_ERR(mls_message_keys_start(&keys, &encryption), OK);
    return keys;
}

static bool there(struct mls_rows_key key)
{
    struct slice value;
    return storage.get(storage.user, slice_make(key.b, key.n), &arena, &value) == OK;
}

TEST(every_leaf_has_the_keys_of_its_place_in_the_tree)
{
    arena_init(&arena, 0);
    for (uint32_t width = 1; width <= 8; width *= 2) {
        for (uint32_t first = 0; first < width; first++) {
            struct mls_message_keys keys = keys_of(width);
            struct mls_message_keys_queue queue = {0};
            for (uint32_t i = 0; i < width; i++) {
                uint32_t leaf = (first + i) % width;
                struct mls_secret secret = {{0x5a}};
                struct mls_secret left = {{0}};
                struct mls_secret right = {{0}};
                struct mls_ratchet ratchets[2];
                struct mls_message_key want;
                struct mls_message_keys_lease lease;
                for (uint32_t half = width / 2; half > 0; half /= 2) {
                    CHECK_ERR(mls_secret_tree_children(keys.suite, &left, &right, &secret), OK);
                    secret = (leaf & half) == 0 ? left : right;
                }
                CHECK_ERR(mls_secret_tree_leaf(keys.suite, &ratchets[0], &ratchets[1], &secret),
                          OK);
                for (int type = 0; type < 2; type++) {
                    CHECK_ERR(mls_secret_tree_step(keys.suite, &ratchets[type], &want), OK);
                    CHECK_ERR(mls_message_keys_take(&keys, &lease, leaf,
                                                    (enum mls_ratchet_type)type, 0, &arena),
                              OK);
                    CHECK(lease.derived == (type == 0));
                    CHECK_BYTES(SLICE_ARRAY(lease.key.key.k), SLICE_ARRAY(want.key.k));
                    CHECK_BYTES(SLICE_ARRAY(lease.key.nonce), SLICE_ARRAY(want.nonce));
                    CHECK_ERR(mls_message_keys_commit(&keys, &queue, &lease, 0, &arena), OK);
                    CHECK_ERR(mls_message_keys_take(&keys, &lease, leaf,
                                                    (enum mls_ratchet_type)type, 0, &arena),
                              ERR_STATE_REPLAY);
                    CHECK_ERR(mls_message_keys_next(&keys, &lease, leaf,
                                                    (enum mls_ratchet_type)type, &arena),
                              OK);
                    CHECK(lease.generation == 1);
                }
            }
            /* Nothing of the tree is left, and two ratchets of each leaf are. */
            CHECK(rows.n == 2 * (size_t)width && rows.rows[0].key.p[0] == 'R');
        }
    }
    mls_world_store_wipe(&rows);
    arena_wipe(&arena);
}

TEST(a_leaf_outside_the_tree_has_no_keys)
{
    struct mls_message_keys_lease lease;
    arena_init(&arena, 0);
    struct mls_message_keys keys = keys_of(4);
    CHECK_ERR(mls_message_keys_take(&keys, &lease, 4, MLS_RATCHET_APPLICATION, 0, &arena),
              ERR_INPUT);
    CHECK_ERR(mls_message_keys_next(&keys, &lease, 4, MLS_RATCHET_HANDSHAKE, &arena), ERR_INPUT);
    CHECK_ERR(mls_message_keys_next(&keys, &lease, UINT32_MAX, MLS_RATCHET_HANDSHAKE, &arena),
              ERR_INPUT);
    CHECK_ERR(mls_message_keys_next(&keys, &lease, 3, MLS_RATCHET_HANDSHAKE, &arena), OK);
    keys.epoch++; /* of which nothing is there */
    CHECK_ERR(mls_message_keys_next(&keys, &lease, 3, MLS_RATCHET_HANDSHAKE, &arena), ERR_GONE);
    mls_world_store_wipe(&rows);
    arena_wipe(&arena);
}

/* An entry of the queue with its keys, and one key before and one behind them. */
static void put_entry(uint32_t n, uint32_t leaf, uint32_t first, uint32_t count, uint64_t time_ms)
{
    struct mls_rows_key key = mls_rows_queue_entry(n);
    struct slice value;
    struct buf b = buf_arena(&arena, 32);
    buf_u64(&b, 7);
    buf_u8(&b, MLS_RATCHET_APPLICATION);
    buf_u32(&b, leaf);
    buf_u32(&b, first);
    buf_u32(&b, count);
    buf_u64(&b, time_ms);
    CHECK_ERR(buf_finish(&b, &value), OK);
    CHECK_ERR(storage.put(storage.user, slice_make(key.b, key.n), value), OK);
    for (uint32_t g = first - 1; g <= first + count; g++) {
        key = mls_rows_skipped(7, MLS_RATCHET_APPLICATION, leaf, g);
        CHECK_ERR(storage.put(storage.user, slice_make(key.b, key.n), SLICE_LITERAL("key")), OK);
    }
}

static void begin_queue(struct mls_message_keys_queue *queue)
{
    mls_world_store_wipe(&rows);
    storage = mls_world_storage(&rows);
    put_entry(0, 1, 10, 3, 1000);
    put_entry(1, 2, 20, 2, 5000);
    *queue = (struct mls_message_keys_queue){.tail = 2, .total = 5, .oldest_ms = 1000};
}

TEST(an_entry_takes_its_own_keys_with_it)
{
    struct mls_message_keys_queue queue, read;
    arena_init(&arena, 0);
    begin_queue(&queue);
    CHECK_ERR(mls_message_keys_expire(&storage, &queue, LIMIT_MLS_SKIPPED_AGE_MS + 1001, &arena),
              OK);
    CHECK(queue.head == 1 && queue.tail == 2 && queue.total == 2 && queue.oldest_ms == 5000);
    for (uint32_t g = 9; g <= 13; g++) {
        CHECK(there(mls_rows_skipped(7, MLS_RATCHET_APPLICATION, 1, g)) == (g == 9 || g == 13));
    }
    for (uint32_t g = 19; g <= 22; g++) {
        CHECK(there(mls_rows_skipped(7, MLS_RATCHET_APPLICATION, 2, g)));
    }
    CHECK(!there(mls_rows_queue_entry(0)) && there(mls_rows_queue_entry(1)));
    CHECK_ERR(mls_message_keys_load_queue(&storage, &read, &arena), OK);
    CHECK(memcmp(&read, &queue, sizeof read) == 0);
    CHECK_ERR(mls_message_keys_expire(&storage, &queue, LIMIT_MLS_SKIPPED_AGE_MS + 5001, &arena),
              OK);
    CHECK(queue.head == 2 && queue.total == 0 && queue.oldest_ms == 0);
    CHECK(!there(mls_rows_queue_entry(1)));
    mls_world_store_wipe(&rows);
    arena_wipe(&arena);
}

TEST(keys_expire_after_the_time_and_above_the_number)
{
    struct mls_message_keys_queue queue;
    arena_init(&arena, 0);
    begin_queue(&queue);
    size_t n = rows.n;
    /* Not at the very time, and not without a time. */
    CHECK_ERR(mls_message_keys_expire(&storage, &queue, 0, &arena), OK);
    CHECK_ERR(mls_message_keys_expire(&storage, &queue, LIMIT_MLS_SKIPPED_AGE_MS, &arena), OK);
    CHECK_ERR(mls_message_keys_expire(&storage, &queue, LIMIT_MLS_SKIPPED_AGE_MS + 1000, &arena),
              OK);
    CHECK(queue.head == 0 && rows.n == n); /* and nothing was written */
    queue.total = LIMIT_MLS_SKIPPED_GROUP;
    CHECK_ERR(mls_message_keys_expire(&storage, &queue, 0, &arena), OK);
    CHECK(queue.head == 0 && rows.n == n);
    queue.total = LIMIT_MLS_SKIPPED_GROUP + 1;
    CHECK_ERR(mls_message_keys_expire(&storage, &queue, 0, &arena), OK);
    CHECK(queue.head == 1 && queue.total == LIMIT_MLS_SKIPPED_GROUP - 2);
    /* Both at once; a count that was too small does not run below zero. */
    begin_queue(&queue);
    queue.total = 4;
    CHECK_ERR(mls_message_keys_expire(&storage, &queue, 3 * LIMIT_MLS_SKIPPED_AGE_MS, &arena), OK);
    CHECK(queue.head == 2 && queue.tail == 2 && queue.total == 0);
    CHECK_ERR(mls_message_keys_expire(&storage, &queue, 9 * LIMIT_MLS_SKIPPED_AGE_MS, &arena), OK);
    mls_world_store_wipe(&rows);
    arena_wipe(&arena);
}

TEST_MAIN(TEST_ROW(two_thousand_generations_may_be_skipped_and_no_more),
          TEST_ROW(the_last_keys_passed_over_are_kept_and_used_once),
          TEST_ROW(every_order_of_a_few_messages_is_read), TEST_ROW(skipped_keys_expire_with_time),
          TEST_ROW(a_group_keeps_a_bounded_number_of_skipped_keys),
          TEST_ROW(past_epochs_are_kept_by_number_and_by_age), TEST_ROW(a_silent_group_forgets_too),
          TEST_ROW(handshakes_of_past_epochs_are_not_taken),
          TEST_ROW(one_message_writes_one_small_row), TEST_ROW(consumed_secrets_are_deleted),
          TEST_ROW(reuse_guards_differ), TEST_ROW(padding_goes_up_to_the_buckets),
          TEST_ROW(every_leaf_has_the_keys_of_its_place_in_the_tree),
          TEST_ROW(a_leaf_outside_the_tree_has_no_keys),
          TEST_ROW(an_entry_takes_its_own_keys_with_it),
          TEST_ROW(keys_expire_after_the_time_and_above_the_number))
