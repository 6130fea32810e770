#include "crypto/voprf.h"

#include <string.h>

#include "crypto/rand.h"
#include "lib/check.h"

/* Known answers: tests/vectors/voprf. */

#define N 5

static const uint8_t zeros[CRYPTO_VOPRF_BATCH_MAX * CRYPTO_VOPRF_OUTPUT_SIZE];
static struct crypto_voprf_secret secret;
static struct crypto_voprf_public pub;
static struct crypto_voprf_proof proof;
static struct slice inputs[N];
static struct crypto_voprf_blind blinds[N];
static struct crypto_voprf_element blinded[N];
static struct crypto_voprf_element evaluated[N];
static uint8_t out[N][CRYPTO_VOPRF_OUTPUT_SIZE];

static void issue(void)
{
    static const char *const texts[N] = {"", "a", "bc", "def", "0123456789012345678901234567"};
    CHECK_ERR(crypto_init(), OK);
    crypto_voprf_generate(&secret, &pub);
    for (size_t i = 0; i < N; i++) {
        inputs[i] = slice_of_string(texts[i]);
        CHECK_ERR(crypto_voprf_blind(&blinds[i], &blinded[i], inputs[i]), OK);
    }
    CHECK_ERR(crypto_voprf_evaluate(evaluated, &proof, &secret, &pub, blinded, N), OK);
}

static enum err finalize(void)
{
    memset(out, 0x5a, sizeof out);
    enum err e = crypto_voprf_finalize(out, inputs, blinds, blinded, evaluated, N, &pub, &proof);
    if (e != OK) {
        CHECK_BYTES(slice_make(out, sizeof out), slice_make(zeros, sizeof out));
    }
    return e;
}

TEST(client_and_gateway_agree)
{
    uint8_t again[CRYPTO_VOPRF_OUTPUT_SIZE];
    issue();
    CHECK_ERR(finalize(), OK);
    for (size_t i = 0; i < N; i++) {
        CHECK_ERR(crypto_voprf_output(again, &secret, inputs[i]), OK);
        CHECK_BYTES(SLICE_ARRAY(again), SLICE_ARRAY(out[i]));
        CHECK(i == 0 || memcmp(out[i], out[0], sizeof out[0]) != 0);
    }
    struct crypto_voprf_element twice;
    struct crypto_voprf_blind other;
    CHECK_ERR(crypto_voprf_blind(&other, &twice, inputs[1]), OK);
    CHECK(memcmp(twice.b, blinded[1].b, sizeof twice.b) != 0); /* unlinkable */
}

TEST(rejects_every_change_of_the_proof)
{
    issue();
    for (size_t i = 0; i < sizeof proof.b; i++) {
        proof.b[i] ^= 0x10;
        CHECK_ERR(finalize(), ERR_AUTH);
        proof.b[i] ^= 0x10;
    }
    CHECK_ERR(finalize(), OK);
}

TEST(rejects_scalars_that_are_not_reduced)
{
    /* c + L proves the same, but is another encoding. */
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                      0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                      0,    0,    0,    0,    0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0,    0,    0x10};
    issue();
    for (size_t half = 0; half < 64; half += 32) {
        unsigned carry = 0;
        struct crypto_voprf_proof keep = proof;
        for (size_t i = 0; i < 32; i++) {
            carry += (unsigned)proof.b[half + i] + order[i];
            proof.b[half + i] = (uint8_t)carry;
            carry >>= 8;
        }
        CHECK_ERR(finalize(), ERR_AUTH);
        proof = keep;
    }
}

TEST(rejects_an_element_made_with_another_key)
{
    struct crypto_voprf_secret other;
    struct crypto_voprf_public other_pub;
    struct crypto_voprf_element marked[N];
    struct crypto_voprf_proof other_proof;
    issue();
    crypto_voprf_generate(&other, &other_pub);
    CHECK_ERR(crypto_voprf_evaluate(marked, &other_proof, &other, &other_pub, blinded, N), OK);
    for (size_t i = 0; i < N; i++) {
        struct crypto_voprf_element keep = evaluated[i];
        evaluated[i] = marked[i];
        CHECK_ERR(finalize(), ERR_AUTH);
        evaluated[i] = keep;
    }
    struct crypto_voprf_public keep = pub;
    pub = other_pub;
    CHECK_ERR(finalize(), ERR_AUTH);
    pub = keep;
    /* Order counts, too. */
    struct crypto_voprf_element first = evaluated[0];
    evaluated[0] = evaluated[1];
    evaluated[1] = first;
    CHECK_ERR(finalize(), ERR_AUTH);
}

TEST(refuses_what_is_no_group_element)
{
    static const char *const bad[] = {
        "0000000000000000000000000000000000000000000000000000000000000000", /* the identity */
        "0100000000000000000000000000000000000000000000000000000000000000", /* odd */
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"};
    struct crypto_voprf_element keep;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        issue();
        keep = blinded[2];
        memcpy(blinded[2].b, check_hex(bad[i]).p, 32);
        memset(evaluated, 0x5a, sizeof evaluated);
        CHECK_ERR(crypto_voprf_evaluate(evaluated, &proof, &secret, &pub, blinded, N), ERR_INPUT);
        CHECK_BYTES(slice_make(evaluated, sizeof evaluated), slice_make(zeros, sizeof evaluated));
        CHECK_BYTES(SLICE_ARRAY(proof.b), slice_make(zeros, sizeof proof.b));
        CHECK_ERR(finalize(), ERR_INPUT);
        blinded[2] = keep;
        CHECK_ERR(crypto_voprf_evaluate(evaluated, &proof, &secret, &pub, blinded, N), OK);
        memcpy(evaluated[2].b, check_hex(bad[i]).p, 32);
        CHECK_ERR(finalize(), ERR_INPUT);
        memcpy(pub.b, check_hex(bad[i]).p, 32);
        CHECK(finalize() == ERR_INPUT);
    }
}

TEST(keeps_its_bounds)
{
    static struct crypto_voprf_element many[CRYPTO_VOPRF_BATCH_MAX + 1];
    static struct crypto_voprf_element done[CRYPTO_VOPRF_BATCH_MAX + 1];
    static uint8_t longest[CRYPTO_VOPRF_INPUT_MAX + 1];
    struct crypto_voprf_blind blind;
    struct crypto_voprf_element e;
    uint8_t output[CRYPTO_VOPRF_OUTPUT_SIZE];
    issue();
    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++) {
        many[i] = blinded[i % N];
    }
    CHECK_ERR(crypto_voprf_evaluate(done, &proof, &secret, &pub, many, 0), ERR_LIMIT);
    CHECK_ERR(crypto_voprf_evaluate(done, &proof, &secret, &pub, many, CRYPTO_VOPRF_BATCH_MAX + 1),
              ERR_LIMIT);
    CHECK_ERR(crypto_voprf_evaluate(done, &proof, &secret, &pub, many, CRYPTO_VOPRF_BATCH_MAX), OK);
    CHECK_ERR(crypto_voprf_blind(&blind, &e, SLICE_ARRAY(longest)), ERR_LIMIT);
    CHECK_BYTES(SLICE_ARRAY(e.b), slice_make(zeros, 32));
    CHECK_BYTES(SLICE_ARRAY(blind.b), slice_make(zeros, 32));
    CHECK_ERR(crypto_voprf_blind(&blind, &e, slice_make(longest, CRYPTO_VOPRF_INPUT_MAX)), OK);
    CHECK_ERR(crypto_voprf_output(output, &secret, SLICE_ARRAY(longest)), ERR_LIMIT);
    CHECK_ERR(crypto_voprf_derive(&secret, &pub, zeros, SLICE_ARRAY(longest)), ERR_LIMIT);
    CHECK_BYTES(SLICE_ARRAY(secret.b), slice_make(zeros, 32));
}

TEST_MAIN(TEST_ROW(client_and_gateway_agree), TEST_ROW(rejects_every_change_of_the_proof),
          TEST_ROW(rejects_scalars_that_are_not_reduced),
          TEST_ROW(rejects_an_element_made_with_another_key),
          TEST_ROW(refuses_what_is_no_group_element), TEST_ROW(keeps_its_bounds))
