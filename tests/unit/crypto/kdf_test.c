#include "crypto/kdf.h"

#include <string.h>

#include "lib/check.h"
#include "crypto/argon2.h"

/* RFC 5869, A.1 to A.3. */
TEST(hkdf_known_answers)
{
    uint8_t prk[32];
    uint8_t okm[82];
    uint8_t ikm[80];
    uint8_t salt[80];
    uint8_t info[80];
    struct slice part;
    part = check_hex("f0f1f2f3f4f5f6f7f8f9");
    crypto_hkdf_extract(CRYPTO_SHA256, prk, check_hex("000102030405060708090a0b0c"),
                        check_hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"));
    CHECK_BYTES(SLICE_ARRAY(prk),
                check_hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
    CHECK_ERR(crypto_hkdf_expand(CRYPTO_SHA256, okm, 42, SLICE_ARRAY(prk), &part, 1), OK);
    CHECK_BYTES(slice_make(okm, 42),
                check_hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                          "34007208d5b887185865"));
    for (size_t i = 0; i < 80; i++) {
        ikm[i] = (uint8_t)i;
        salt[i] = (uint8_t)(0x60 + i);
        info[i] = (uint8_t)(0xb0 + i);
    }
    CHECK_ERR(
        crypto_hkdf(CRYPTO_SHA256, okm, 82, SLICE_ARRAY(salt), SLICE_ARRAY(ikm), SLICE_ARRAY(info)),
        OK);
    CHECK_BYTES(slice_make(okm, 82),
                check_hex("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                          "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                          "cc30c58179ec3e87c14c01d5c1f3434f1d87"));
    CHECK_ERR(crypto_hkdf(CRYPTO_SHA256, okm, 42, SLICE_EMPTY,
                          check_hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), SLICE_EMPTY),
              OK);
    CHECK_BYTES(slice_make(okm, 42),
                check_hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                          "9d201395faa4b61a96c8"));
}

TEST(info_parts_join)
{
    uint8_t a[100];
    uint8_t b[100];
    struct slice whole = SLICE_LITERAL("0123456789");
    struct slice parts[] = {SLICE_LITERAL("012"), SLICE_EMPTY, SLICE_LITERAL("3456"),
                            SLICE_LITERAL("789")};
    uint8_t prk[64] = {1, 2, 3};
    for (enum crypto_hash h = CRYPTO_SHA256; h <= CRYPTO_SHA512; h++) {
        struct slice key = slice_make(prk, crypto_hash_size(h));
        CHECK_ERR(crypto_hkdf_expand(h, a, 100, key, &whole, 1), OK);
        CHECK_ERR(crypto_hkdf_expand(h, b, 100, key, parts, 4), OK);
        CHECK_BYTES(SLICE_ARRAY(b), SLICE_ARRAY(a));
        /* A shorter output is a prefix of a longer one. */
        CHECK_ERR(crypto_hkdf_expand(h, b, 33, key, &whole, 1), OK);
        CHECK_BYTES(slice_make(b, 33), slice_make(a, 33));
    }
    CHECK_ERR(crypto_hkdf_expand(CRYPTO_SHA256, b, 0, slice_make(prk, 32), NULL, 0), OK);
}

TEST(refuses_more_than_255_blocks)
{
    static uint8_t out[255 * 64 + 1];
    uint8_t prk[64] = {7};
    for (enum crypto_hash h = CRYPTO_SHA256; h <= CRYPTO_SHA512; h++) {
        size_t most = 255 * crypto_hash_size(h);
        struct slice key = slice_make(prk, crypto_hash_size(h));
        CHECK_ERR(crypto_hkdf_expand(h, out, most, key, NULL, 0), OK);
        memset(out, 0x5a, sizeof out);
        CHECK_ERR(crypto_hkdf_expand(h, out, most + 1, key, NULL, 0), ERR_LIMIT);
        CHECK(out[0] == 0 && out[most] == 0);
    }
    struct slice many[9] = {{NULL, 0}};
    CHECK_ERR(crypto_hkdf_expand(CRYPTO_SHA256, out, 32, slice_make(prk, 32), many, 9), ERR_LIMIT);
}

TEST(argon2id_known_answers)
{
    /* The only thing that shows the wrong lanes in libsodium's SIMD for WebAssembly, which agrees
     * with itself. */
    static const struct {
        uint32_t ops;
        uint64_t memory_bytes;
        const char *want;
    } rows[] = {{1, 8u << 10, "c9a6de29d0aa7da6"},
                {2, 8u << 20, "effb46da30008e1b"},
                {2, 64u << 20, "3f551e1b43f0d204"}};
    static const uint8_t salt[16] = {0};
    uint8_t out[32];
    for (size_t i = 0; i < 3; i++) {
        CHECK_ERR(crypto_argon2id(out, SLICE_LITERAL("password"), salt, rows[i].ops,
                                  rows[i].memory_bytes),
                  OK);
        CHECK_BYTES(slice_make(out, 8), check_hex(rows[i].want));
    }
    CHECK_ERR(crypto_argon2id_self_test(), OK);
}

TEST(argon2id_refuses_nonsense)
{
    static const uint8_t salt[16] = {0};
    static const uint8_t zero[32] = {0};
    uint8_t out[32];
    memset(out, 7, sizeof out);
    CHECK_ERR(crypto_argon2id(out, SLICE_LITERAL("x"), salt, 0, 8u << 10), ERR_INPUT);
    CHECK_BYTES(SLICE_ARRAY(out), SLICE_ARRAY(zero));
    CHECK_ERR(crypto_argon2id(out, SLICE_LITERAL("x"), salt, 1, 8191), ERR_INPUT);
    CHECK_ERR(crypto_argon2id(out, SLICE_LITERAL("x"), salt, 1, 1ull << 40), ERR_HOST_MEMORY);
    CHECK_BYTES(SLICE_ARRAY(out), SLICE_ARRAY(zero));
    CHECK_ERR(crypto_argon2id(out, SLICE_EMPTY, salt, 1, 8u << 10), OK);
}

TEST_MAIN(TEST_ROW(hkdf_known_answers), TEST_ROW(info_parts_join),
          TEST_ROW(refuses_more_than_255_blocks), TEST_ROW(argon2id_known_answers),
          TEST_ROW(argon2id_refuses_nonsense))
