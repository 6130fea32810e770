/* The window of skipped keys, beside a list of what has to be kept. */
#include <string.h>

#include "lib/check.h"
#include "lib/mls_world.h"
#include "mls/message_keys.h"

#define GENERATIONS 6000
#define WINDOW LIMIT_MLS_SKIPPED_SENDER
static struct mls_message_key keys[GENERATIONS];
static bool kept[GENERATIONS];
static uint32_t next; /* generation */
static struct mls_world_store rows;
static struct mls_storage storage;
static struct arena arena;

/* Numbers that are the same each time. */
static uint32_t state;
static uint32_t below(uint32_t n)
{
    state = state * 1664525 + 1013904223;
    return (state >> 8) % n;
}

static struct mls_message_keys begin(uint32_t leaf, bool cached)
{
    struct mls_secret encryption = {{0x5a}};
    struct mls_secret secret = encryption;
    struct mls_secret left = {{0}};
    struct mls_secret right = {{0}};
    struct mls_ratchet handshake, application;
    arena_init(&arena, 0);
    storage = mls_world_storage(&rows);
    struct mls_message_keys all = {.storage = &storage,
                                   .suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA),
                                   .epoch = 7,
                                   .width = 2,
                                   .cache_arena = &arena};
    all.cache = cached ? arena_array(&arena, 4, sizeof(struct mls_ratchet *)) : NULL;
    CHECK_ERR(mls_message_keys_start(&all, &encryption), OK);
    CHECK_ERR(mls_secret_tree_children(all.suite, &left, &right, &secret), OK);
    CHECK_ERR(mls_secret_tree_leaf(all.suite, &handshake, &application, leaf == 0 ? &left : &right),
              OK);
    for (size_t i = 0; i < GENERATIONS; i++) {
        CHECK_ERR(mls_secret_tree_step(all.suite, &application, &keys[i]), OK);
    }
    memset(kept, 0, sizeof kept);
    next = 0;
    return all;
}

static void end(void)
{
    mls_world_store_wipe(&rows);
    arena_wipe(&arena);
}

/* Rows are those of the kept keys, no more and no fewer. */
static void check_rows(uint32_t leaf)
{
    size_t n = 0;
    size_t have = 0;
    struct slice value;
    for (uint32_t g = next < 2 * WINDOW ? 0 : next - 2 * WINDOW; g < next; g++) {
        struct mls_rows_key key = mls_rows_skipped(7, MLS_RATCHET_APPLICATION, leaf, g);
        enum err e = storage.get(storage.user, slice_make(key.b, key.n), &arena, &value);
        CHECK_ERR(e, kept[g] ? OK : ERR_GONE);
        n += kept[g];
    }
    for (size_t i = 0; i < rows.n; i++) {
        have += rows.rows[i].key.p[0] == 'S';
    }
    CHECK(have == n && n < WINDOW);
}

static void take(const struct mls_message_keys *all, uint32_t leaf, uint32_t g)
{
    struct mls_message_keys_lease lease;
    struct mls_message_keys_queue queue = {0};
    struct arena scratch;
    arena_init(&scratch, 0);
    enum err e = mls_message_keys_take(all, &lease, leaf, MLS_RATCHET_APPLICATION, g, &scratch);
    CHECK_ERR(e, g >= next || kept[g] ? OK : ERR_STATE_REPLAY);
    if (e == OK) {
        CHECK(lease.generation == g && lease.was_skipped == (g < next));
        CHECK_BYTES(SLICE_ARRAY(lease.key.key.k), SLICE_ARRAY(keys[g].key.k));
        CHECK_BYTES(SLICE_ARRAY(lease.key.nonce), SLICE_ARRAY(keys[g].nonce));
        CHECK_ERR(mls_message_keys_commit(all, &queue, &lease, 0, &scratch), OK);
        CHECK(queue.total == (g > next ? (g - next < WINDOW ? g - next : WINDOW - 1) : 0));
        if (g < next) {
            kept[g] = false;
        } else {
            for (uint32_t i = next; i < g; i++) {
                kept[i] = true;
            }
            next = g + 1;
            for (uint32_t i = 0; i + WINDOW < next; i++) {
                kept[i] = false;
            }
        }
        check_rows(leaf);
    }
    arena_wipe(&scratch);
}

TEST(jumps_around_the_size_of_the_window)
{
    static const uint32_t jumps[] = {0,   1,   2,   7,   8,   9,   100, 253,
                                     254, 255, 256, 257, 258, 300, 511, 512};
    for (size_t i = 0; i < sizeof jumps / sizeof jumps[0]; i++) {
        for (uint32_t leaf = 0; leaf < 2; leaf++) {
            struct mls_message_keys all = begin(leaf, leaf == 0);
            take(&all, leaf, 20); /* twenty that are passed over */
            take(&all, leaf, 20);
            take(&all, leaf, 13);
            take(&all, leaf, 21 + jumps[i]);
            for (uint32_t g = 0; g < next; g++) {
                take(&all, leaf, g); /* what is there, once */
                CHECK(!kept[g]);
                take(&all, leaf, g);
            }
            check_rows(leaf);
            end();
        }
    }
}

TEST(any_order_of_messages_keeps_what_is_to_come)
{
    for (uint32_t seed = 1; seed <= 6; seed++) {
        uint32_t leaf = seed % 2;
        state = seed;
        struct mls_message_keys all = begin(leaf, seed % 3 == 0);
        while (next + 600 < 3000) {
            switch (below(5)) {
            case 0:
                take(&all, leaf, next);
                break;
            case 1:
                take(&all, leaf, next + below(10));
                break;
            case 2:
                take(&all, leaf, next + (below(8) == 0 ? below(600) : 0));
                break;
            default: /* one of before, near or far */
                take(&all, leaf, next > 0 ? next - 1 - below(next < 300 ? next : 300) : 0);
            }
        }
        end();
    }
}

TEST_MAIN(TEST_ROW(jumps_around_the_size_of_the_window),
          TEST_ROW(any_order_of_messages_keeps_what_is_to_come))
