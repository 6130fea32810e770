#include "crypto/aead.h"

#include <string.h>

#include "lib/check.h"

static const enum crypto_aead algs[] = {CRYPTO_AES128_GCM, CRYPTO_AES256_GCM,
                                        CRYPTO_CHACHA20_POLY1305, CRYPTO_XCHACHA20_POLY1305};

static const char sunscreen[] =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    "sunscreen would be it.";

struct known {
    enum crypto_aead alg;
    const char *key, *nonce, *ad, *plain, *sealed;
};

static void check_known(const struct known *k)
{
    struct crypto_aead_key key;
    uint8_t out[256];
    uint8_t back[256];
    struct slice plain = k->plain == NULL ? SLICE_LITERAL(sunscreen) : check_hex(k->plain);
    struct slice ad = check_hex(k->ad);
    struct slice nonce = check_hex(k->nonce);
    CHECK_ERR(crypto_aead_key_set(&key, k->alg, check_hex(k->key)), OK);
    REQUIRE(nonce.n == crypto_aead_nonce_size(k->alg));
    crypto_aead_seal(out, &key, nonce.p, ad, plain);
    CHECK_BYTES(slice_make(out, plain.n + 16), check_hex(k->sealed));
    CHECK_ERR(crypto_aead_open(back, &key, nonce.p, ad, slice_make(out, plain.n + 16)), OK);
    CHECK_BYTES(slice_make(back, plain.n), plain);
}

/* McGrew and Viega, test cases 4 and 16; RFC 8439, 2.8.2; draft-irtf-cfrg-xchacha-03, A.3.1. */
TEST(known_answers)
{
    static const char plain[] = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                                "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
    static const char ad[] = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
    static const char sequence[] =
        "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f";
    static const struct known rows[] = {
        {CRYPTO_AES128_GCM, "feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", ad,
         plain,
         "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
         "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
         "5bc94fbc3221a5db94fae95ae7121a47"},
        {CRYPTO_AES256_GCM, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
         "cafebabefacedbaddecaf888", ad, plain,
         "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
         "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
         "76fc6ece0f4e1768cddf8853bb2d551b"},
        {CRYPTO_CHACHA20_POLY1305, sequence, "070000004041424344454647", "50515253c0c1c2c3c4c5c6c7",
         NULL,
         "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
         "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
         "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
         "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691"},
        {CRYPTO_XCHACHA20_POLY1305, sequence, "404142434445464748494a4b4c4d4e4f5051525354555657",
         "50515253c0c1c2c3c4c5c6c7", NULL,
         "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
         "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
         "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
         "21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_known(&rows[i]);
    }
}

static void key_of(struct crypto_aead_key *key, enum crypto_aead alg)
{
    uint8_t bytes[32];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 3 + 1);
    }
    CHECK_ERR(crypto_aead_key_set(key, alg, slice_make(bytes, crypto_aead_key_size(alg))), OK);
}

TEST(every_length_goes_both_ways)
{
    static const uint8_t nonce[24] = {9, 8, 7};
    uint8_t plain[300];
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)(i * 5);
    }
    for (size_t a = 0; a < 4; a++) {
        struct crypto_aead_key key;
        key_of(&key, algs[a]);
        for (size_t n = 0; n <= sizeof plain; n += n < 70 ? 1 : 23) {
            uint8_t sealed[316];
            uint8_t back[316];
            struct slice ad = slice_make(plain, n % 37);
            crypto_aead_seal(sealed, &key, nonce, ad, slice_make(plain, n));
            memset(back, 0x5a, sizeof back);
            CHECK_ERR(crypto_aead_open(back, &key, nonce, ad, slice_make(sealed, n + 16)), OK);
            CHECK_BYTES(slice_make(back, n), slice_make(plain, n));
            CHECK(back[n] == 0x5a);
            /* In place. */
            memcpy(back, plain, n);
            crypto_aead_seal(back, &key, nonce, ad, slice_make(back, n));
            CHECK_BYTES(slice_make(back, n + 16), slice_make(sealed, n + 16));
            CHECK_ERR(crypto_aead_open(back, &key, nonce, ad, slice_make(back, n + 16)), OK);
            CHECK_BYTES(slice_make(back, n), slice_make(plain, n));
        }
    }
}

TEST(rejects_every_changed_bit_and_zeroes_its_output)
{
    static const uint8_t nonce[24] = {1};
    static const uint8_t zero[40] = {0};
    for (size_t a = 0; a < 4; a++) {
        struct crypto_aead_key key;
        uint8_t sealed[56];
        uint8_t back[40];
        uint8_t ad[5] = {1, 2, 3, 4, 5};
        uint8_t plain[40];
        memset(plain, 0x77, sizeof plain);
        key_of(&key, algs[a]);
        crypto_aead_seal(sealed, &key, nonce, SLICE_ARRAY(ad), SLICE_ARRAY(plain));
        for (size_t bit = 0; bit < 8 * sizeof sealed; bit++) {
            sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
            memset(back, 0x5a, sizeof back);
            CHECK_ERR(crypto_aead_open(back, &key, nonce, SLICE_ARRAY(ad), SLICE_ARRAY(sealed)),
                      ERR_AUTH);
            CHECK_BYTES(SLICE_ARRAY(back), SLICE_ARRAY(zero));
            sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        for (size_t bit = 0; bit < 8 * sizeof ad; bit++) {
            ad[bit / 8] ^= (uint8_t)(1u << bit % 8);
            CHECK_ERR(crypto_aead_open(back, &key, nonce, SLICE_ARRAY(ad), SLICE_ARRAY(sealed)),
                      ERR_AUTH);
            ad[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        uint8_t other[24] = {2};
        CHECK_ERR(crypto_aead_open(back, &key, other, SLICE_ARRAY(ad), SLICE_ARRAY(sealed)),
                  ERR_AUTH);
        key.k[0] ^= 1;
        CHECK_ERR(crypto_aead_open(back, &key, nonce, SLICE_ARRAY(ad), SLICE_ARRAY(sealed)),
                  ERR_AUTH);
    }
}

TEST(rejects_every_truncation)
{
    static const uint8_t nonce[24] = {1};
    for (size_t a = 0; a < 4; a++) {
        struct crypto_aead_key key;
        uint8_t sealed[36];
        uint8_t back[20];
        key_of(&key, algs[a]);
        crypto_aead_seal(sealed, &key, nonce, SLICE_EMPTY, slice_make("01234567890123456789", 20));
        for (size_t n = 0; n < sizeof sealed; n++) {
            struct slice s = check_copy(slice_make(sealed, n));
            CHECK_ERR(crypto_aead_open(back, &key, nonce, SLICE_EMPTY, s),
                      n < 16 ? ERR_INPUT : ERR_AUTH);
            check_release(s);
        }
    }
}

TEST(refuses_a_key_of_another_size)
{
    static const uint8_t bytes[40] = {1};
    static const uint8_t zero[32] = {0};
    for (size_t a = 0; a < 4; a++) {
        for (size_t n = 0; n < sizeof bytes; n++) {
            struct crypto_aead_key key;
            bool good = n == crypto_aead_key_size(algs[a]);
            CHECK_ERR(crypto_aead_key_set(&key, algs[a], slice_make(bytes, n)),
                      good ? OK : ERR_INPUT);
            CHECK(good || memcmp(key.k, zero, 32) == 0);
        }
    }
}

TEST_MAIN(TEST_ROW(known_answers), TEST_ROW(every_length_goes_both_ways),
          TEST_ROW(rejects_every_changed_bit_and_zeroes_its_output),
          TEST_ROW(rejects_every_truncation), TEST_ROW(refuses_a_key_of_another_size))
