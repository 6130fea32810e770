#include "crypto/hash.h"

#include <string.h>

#include "lib/check.h"

static const enum crypto_hash hashes[] = {CRYPTO_SHA256, CRYPTO_SHA384, CRYPTO_SHA512};

/* FIPS 180-4 examples. */
TEST(hashes_abc)
{
    static const char *const want[] = {
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
        "8086072ba1e7cc2358baeca134c825a7",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"};
    uint8_t out[CRYPTO_HASH_SIZE_MAX];
    for (size_t i = 0; i < 3; i++) {
        crypto_hash(hashes[i], out, SLICE_LITERAL("abc"));
        CHECK_BYTES(slice_make(out, crypto_hash_size(hashes[i])), check_hex(want[i]));
    }
    crypto_sha256(out, SLICE_EMPTY);
    CHECK_BYTES(slice_make(out, 32),
                check_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
}

TEST(parts_join)
{
    uint8_t text[300];
    uint8_t a[CRYPTO_HASH_SIZE_MAX];
    uint8_t b[CRYPTO_HASH_SIZE_MAX];
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (uint8_t)i;
    }
    for (size_t h = 0; h < 3; h++) {
        size_t n = crypto_hash_size(hashes[h]);
        for (size_t cut = 0; cut <= sizeof text; cut += 13) {
            struct slice parts[] = {slice_make(text, cut), SLICE_EMPTY,
                                    slice_make(text + cut, sizeof text - cut)};
            crypto_hash(hashes[h], a, SLICE_ARRAY(text));
            crypto_hash_parts(hashes[h], b, parts, 3);
            CHECK_BYTES(slice_make(b, n), slice_make(a, n));
            crypto_hmac(hashes[h], a, SLICE_LITERAL("key"), SLICE_ARRAY(text));
            crypto_hmac_parts(hashes[h], b, SLICE_LITERAL("key"), parts, 3);
            CHECK_BYTES(slice_make(b, n), slice_make(a, n));
        }
    }
}

/* RFC 4231, test cases 2 and 6 (a key longer than the block). */
TEST(hmac_known_answers)
{
    static const char *const jefe[] = {
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
        "8e2240ca5e69e2c78b3239ecfab21649",
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
        "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"};
    static const char *const aa131[] = {
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c6"
        "0c2ef6ab4030fe8296248df163f44952",
        "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
        "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"};
    uint8_t key[131];
    uint8_t out[CRYPTO_HASH_SIZE_MAX];
    memset(key, 0xaa, sizeof key);
    for (size_t i = 0; i < 3; i++) {
        size_t n = crypto_hash_size(hashes[i]);
        crypto_hmac(hashes[i], out, SLICE_LITERAL("Jefe"),
                    SLICE_LITERAL("what do ya want for nothing?"));
        CHECK_BYTES(slice_make(out, n), check_hex(jefe[i]));
        crypto_hmac(hashes[i], out, SLICE_ARRAY(key),
                    SLICE_LITERAL("Test Using Larger Than Block-Size Key - Hash Key First"));
        CHECK_BYTES(slice_make(out, n), check_hex(aa131[i]));
    }
}

TEST(hmac_takes_an_empty_key_and_message)
{
    static const char *const want[] = {
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad",
        "6c1f2ee938fad2e24bd91298474382ca218c75db3d83e114b3d4367776d14d35"
        "51289e75e8209cd4b792302840234adc",
        "b936cee86c9f87aa5d3c6f2e84cb5a4239a5fe50480a6ec66b70ab5b1f4ac673"
        "0c6c515421b327ec1d69402e53dfb49ad7381eb067b338fd7b0cb22247225d47"};
    uint8_t out[CRYPTO_HASH_SIZE_MAX];
    for (size_t i = 0; i < 3; i++) {
        crypto_hmac(hashes[i], out, SLICE_EMPTY, SLICE_EMPTY);
        CHECK_BYTES(slice_make(out, crypto_hash_size(hashes[i])), check_hex(want[i]));
    }
}

/* FIPS 202 examples. */
TEST(keccak_known_answers)
{
    uint8_t out[200];
    struct slice parts[] = {SLICE_LITERAL("a"), SLICE_EMPTY, SLICE_LITERAL("bc")};
    crypto_sha3_256(out, SLICE_LITERAL("abc"));
    CHECK_BYTES(slice_make(out, 32),
                check_hex("3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"));
    crypto_sha3_256(out, SLICE_EMPTY);
    CHECK_BYTES(slice_make(out, 32),
                check_hex("a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"));
    crypto_shake256_parts(out, 40, parts, 3);
    CHECK_BYTES(slice_make(out, 40),
                check_hex("483366601360a8771c6863080cc4114d8db44530f8f1e1ee4f94ea37e78b5739"
                          "d5a15bef186a5386"));
    crypto_shake256_parts(out, 32, NULL, 0);
    CHECK_BYTES(slice_make(out, 32),
                check_hex("46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f"));
}

TEST_MAIN(TEST_ROW(hashes_abc), TEST_ROW(parts_join), TEST_ROW(hmac_known_answers),
          TEST_ROW(hmac_takes_an_empty_key_and_message), TEST_ROW(keccak_known_answers))
