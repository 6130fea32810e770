/* Ratchets of the secret tree at the ends of their generations (the vectors have what is between).
 */
#include "mls/secret_tree.h"

#include <string.h>

#include "lib/check.h"

static const struct crypto_suite *suite;

static struct mls_ratchet ratchet_at(uint32_t generation)
{
    struct mls_ratchet r = {.generation = generation};
    suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    memset(r.secret.b, 3, suite->nh);
    memset(r.window, 5, sizeof r.window);
    return r;
}

TEST(the_last_generation_is_not_used)
{
    struct mls_message_key key;
    struct mls_ratchet r = ratchet_at(UINT32_MAX - 1);
    CHECK_ERR(mls_secret_tree_step(suite, &r, &key), OK);
    CHECK(r.generation == UINT32_MAX);
    struct mls_ratchet before = r;
    CHECK_ERR(mls_secret_tree_step(suite, &r, &key), ERR_LIMIT);
    CHECK_ERR(mls_secret_tree_step(suite, &r, NULL), ERR_LIMIT);
    CHECK(memcmp(&r, &before, sizeof r) == 0);
}

TEST(a_step_without_its_key_is_the_same_step)
{
    struct mls_message_key a, b;
    struct mls_ratchet with = ratchet_at(7), without = ratchet_at(7);
    CHECK_ERR(mls_secret_tree_step(suite, &with, &a), OK);
    CHECK_ERR(mls_secret_tree_step(suite, &without, NULL), OK);
    CHECK(with.generation == 8 && without.generation == 8);
    CHECK(memcmp(with.secret.b, without.secret.b, sizeof with.secret.b) == 0);
    CHECK(memcmp(with.secret.b, ratchet_at(7).secret.b, suite->nh) != 0);
    CHECK(memcmp(with.window, ratchet_at(7).window, sizeof with.window) == 0);
    CHECK_ERR(mls_secret_tree_step(suite, &with, &b), OK);
    CHECK(a.key.alg == suite->aead && memcmp(a.key.k, b.key.k, suite->nk) != 0 &&
          memcmp(a.nonce, b.nonce, suite->nn) != 0);
}

TEST(a_generation_counts_with_each_of_its_bytes)
{
    struct mls_message_key keys[5];
    static const uint32_t at[] = {0, 1, 1u << 8, 1u << 16, 1u << 24};
    for (size_t i = 0; i < 5; i++) {
        struct mls_ratchet r = ratchet_at(at[i]);
        uint8_t want[32], context[4] = {(uint8_t)(at[i] >> 24), (uint8_t)(at[i] >> 16),
                                        (uint8_t)(at[i] >> 8), (uint8_t)at[i]};
        CHECK_ERR(mls_label_expand(suite, want, suite->nk, slice_make(r.secret.b, suite->nh),
                                   SLICE_LITERAL("key"), SLICE_ARRAY(context)),
                  OK);
        CHECK_ERR(mls_secret_tree_step(suite, &r, &keys[i]), OK);
        CHECK_BYTES(slice_make(keys[i].key.k, suite->nk), SLICE_ARRAY(want));
    }
}

TEST(fresh_ratchets_begin_at_nothing)
{
    struct mls_ratchet a = ratchet_at(9), b = ratchet_at(9), zero = {.generation = 0};
    struct mls_secret leaf = {{1}};
    CHECK_ERR(mls_secret_tree_leaf(suite, &a, &b, &leaf), OK);
    CHECK(a.generation == 0 && b.generation == 0);
    CHECK(memcmp(a.window, zero.window, sizeof a.window) == 0);
    CHECK(memcmp(b.window, zero.window, sizeof b.window) == 0);
    CHECK(memcmp(a.secret.b, b.secret.b, suite->nh) != 0);
}

TEST(sender_data_is_sealed_with_the_start_of_the_ciphertext)
{
    uint8_t text[40];
    struct mls_secret secret = {{4}};
    struct mls_message_key key, other;
    suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    for (uint8_t i = 0; i < sizeof text; i++) {
        text[i] = i;
    }
    for (size_t n = 30; n <= 40; n++) {
        size_t sample = n < 32 ? n : 32;
        CHECK_ERR(mls_secret_tree_sender_data(suite, &key, &secret, slice_make(text, n)), OK);
        CHECK_ERR(mls_label_expand(suite, other.key.k, suite->nk, slice_make(secret.b, suite->nh),
                                   SLICE_LITERAL("key"), slice_make(text, sample)),
                  OK);
        CHECK(key.key.alg == suite->aead && memcmp(key.key.k, other.key.k, suite->nk) == 0);
        CHECK_ERR(mls_label_expand(suite, other.nonce, suite->nn, slice_make(secret.b, suite->nh),
                                   SLICE_LITERAL("nonce"), slice_make(text, sample)),
                  OK);
        CHECK(memcmp(key.nonce, other.nonce, suite->nn) == 0);
    }
}

TEST_MAIN(TEST_ROW(the_last_generation_is_not_used),
          TEST_ROW(a_step_without_its_key_is_the_same_step),
          TEST_ROW(a_generation_counts_with_each_of_its_bytes),
          TEST_ROW(fresh_ratchets_begin_at_nothing),
          TEST_ROW(sender_data_is_sealed_with_the_start_of_the_ciphertext))
