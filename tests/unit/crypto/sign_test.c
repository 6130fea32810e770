#include "crypto/sign.h"

#include <string.h>

#include "crypto/rand.h"
#include "lib/check.h"

/* RFC 8032, 7.1: TEST 1 to 3 and SHA(abc). */
TEST(known_answers)
{
    static const struct {
        const char *seed, *pub, *message, *signature;
    } rows[] = {{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                 "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                 "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc"
                 "61e39701c"
                 "f9b46bd25bf5f0595bbe24655141438e7a100b"},
                {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                 "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                 "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e4"
                 "58f3613d0"
                 "f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
                {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                 "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                 "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290a"
                 "e67f760984"
                 "dc6594a7c15e9716ed28dc027beceea1ec40a"},
                {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
                 "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
                 "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a83"
                 "6ba3c23a3f"
                 "eebbd454d4423643ce80e2a9ac94fa54ca49f",
                 "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecf"
                 "dfbc7c6643"
                 "1e0303dca179c138ac17ad9bef1177331a704"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct crypto_sign_secret secret;
        struct crypto_sign_public pub;
        struct crypto_sign_pair pair;
        uint8_t out[64];
        struct slice seed = check_hex(rows[i].seed);
        struct slice message = check_hex(rows[i].message);
        struct slice want = check_hex(rows[i].signature);
        REQUIRE(seed.n == 32 && want.n == 64);
        memcpy(secret.seed, seed.p, 32);
        crypto_sign_public_of(&pub, &secret);
        CHECK_BYTES(SLICE_ARRAY(pub.b), check_hex(rows[i].pub));
        crypto_sign(out, &secret, message);
        CHECK_BYTES(SLICE_ARRAY(out), want);
        crypto_sign_pair_of(&pair, &secret);
        memset(out, 0, sizeof out);
        crypto_sign_with(out, &pair, message);
        CHECK_BYTES(SLICE_ARRAY(out), want);
        CHECK_ERR(crypto_sign_verify(want, message, &pub), OK);
    }
}

TEST(rejects_every_changed_bit)
{
    struct crypto_sign_secret secret;
    struct crypto_sign_public pub;
    uint8_t message[7] = "message";
    uint8_t out[64];
    CHECK_ERR(crypto_init(), OK);
    crypto_sign_generate(&secret, &pub);
    crypto_sign(out, &secret, SLICE_ARRAY(message));
    CHECK_ERR(crypto_sign_verify(SLICE_ARRAY(out), SLICE_ARRAY(message), &pub), OK);
    for (size_t bit = 0; bit < 512; bit++) {
        out[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK_ERR(crypto_sign_verify(SLICE_ARRAY(out), SLICE_ARRAY(message), &pub), ERR_AUTH);
        out[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t bit = 0; bit < 56; bit++) {
        message[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK_ERR(crypto_sign_verify(SLICE_ARRAY(out), SLICE_ARRAY(message), &pub), ERR_AUTH);
        message[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t bit = 0; bit < 256; bit++) {
        pub.b[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK_ERR(crypto_sign_verify(SLICE_ARRAY(out), SLICE_ARRAY(message), &pub), ERR_AUTH);
        pub.b[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

TEST(rejects_every_other_length)
{
    struct crypto_sign_secret secret = {{1}};
    struct crypto_sign_public pub;
    uint8_t out[65] = {0};
    crypto_sign_public_of(&pub, &secret);
    crypto_sign(out, &secret, SLICE_EMPTY);
    for (size_t n = 0; n <= 65; n++) {
        struct slice s = check_copy(slice_make(out, n));
        CHECK_ERR(crypto_sign_verify(s, SLICE_EMPTY, &pub), n == 64 ? OK : ERR_INPUT);
        check_release(s);
    }
}

TEST(rejects_weak_keys)
{
    /* The neutral element as key and R, S = 0: "signs" anything where checks are lax. */
    static const struct crypto_sign_public neutral = {{1}};
    uint8_t forged[64] = {1};
    CHECK_ERR(crypto_sign_verify(SLICE_ARRAY(forged), SLICE_LITERAL("x"), &neutral), ERR_AUTH);
}

TEST_MAIN(TEST_ROW(known_answers), TEST_ROW(rejects_every_changed_bit),
          TEST_ROW(rejects_every_other_length), TEST_ROW(rejects_weak_keys))
