/* Constant time of wasm/crypto: keys and plaintext are secret; what goes on the wire is not. */
#include "base/ct.h"
#include "crypto/aead.h"
#include "crypto/hpke.h"
#include "crypto/kdf.h"
#include "crypto/rand.h"
#include "crypto/sign.h"
#include "crypto/stream.h"
#include "crypto/voprf.h"
#include "crypto/x25519.h"
#include "lib/check.h"

#include <string.h>

static const enum crypto_hash hashes[] = {CRYPTO_SHA256, CRYPTO_SHA384, CRYPTO_SHA512};

TEST(hash_hmac_hkdf)
{
    uint8_t secret[100];
    uint8_t out[CRYPTO_HASH_SIZE_MAX];
    uint8_t okm[100];
    struct slice info = SLICE_LITERAL("info");
    struct slice parts[] = {SLICE_ARRAY(secret)};
    memset(secret, 5, sizeof secret);
    CT_SECRET(secret, sizeof secret);
    for (size_t i = 0; i < 3; i++) {
        size_t n = crypto_hash_size(hashes[i]);
        crypto_hash(hashes[i], out, SLICE_ARRAY(secret));
        crypto_hmac(hashes[i], out, SLICE_ARRAY(secret), SLICE_LITERAL("message"));
        crypto_hmac(hashes[i], out, slice_make(secret, 32), SLICE_ARRAY(secret));
        CHECK_ERR(crypto_hkdf_expand(hashes[i], okm, sizeof okm, slice_make(secret, n), &info, 1),
                  OK);
        CHECK_ERR(
            crypto_hkdf(hashes[i], okm, sizeof okm, SLICE_ARRAY(secret), SLICE_ARRAY(secret), info),
            OK);
    }
    crypto_shake256_parts(out, 32, parts, 1);
    crypto_sha3_256(out, SLICE_ARRAY(secret));
}

TEST(aead_seals_and_opens)
{
    static const enum crypto_aead algs[] = {CRYPTO_AES128_GCM, CRYPTO_AES256_GCM,
                                            CRYPTO_CHACHA20_POLY1305, CRYPTO_XCHACHA20_POLY1305};
    static const uint8_t nonce[24] = {1};
    for (size_t i = 0; i < 4; i++) {
        struct crypto_aead_key key = {.alg = algs[i]};
        uint8_t plain[77];
        uint8_t sealed[77 + CRYPTO_AEAD_TAG_SIZE];
        memset(key.k, 6, sizeof key.k);
        memset(plain, 4, sizeof plain);
        CT_SECRET(key.k, sizeof key.k);
        CT_SECRET(plain, sizeof plain);
        crypto_aead_seal(sealed, &key, nonce, SLICE_LITERAL("ad"), SLICE_ARRAY(plain));
        CT_PUBLIC(sealed, sizeof sealed);
        CHECK_ERR(crypto_aead_open(plain, &key, nonce, SLICE_LITERAL("ad"), SLICE_ARRAY(sealed)),
                  OK);
        /* A wrong tag: refused, and in the same way. */
        sealed[sizeof sealed - 1] ^= 1;
        CHECK_ERR(crypto_aead_open(plain, &key, nonce, SLICE_LITERAL("ad"), SLICE_ARRAY(sealed)),
                  ERR_AUTH);
    }
}

TEST(signs)
{
    struct crypto_sign_secret secret;
    struct crypto_sign_pair pair;
    struct crypto_sign_public pub;
    uint8_t out[64];
    memset(secret.seed, 9, sizeof secret.seed);
    CT_SECRET(&secret, sizeof secret);
    crypto_sign_public_of(&pub, &secret);
    CT_PUBLIC(&pub, sizeof pub);
    crypto_sign(out, &secret, SLICE_LITERAL("message"));
    CT_PUBLIC(out, sizeof out);
    CHECK_ERR(crypto_sign_verify(SLICE_ARRAY(out), SLICE_LITERAL("message"), &pub), OK);
    crypto_sign_pair_of(&pair, &secret);
    CT_PUBLIC(&pair.public_key, sizeof pair.public_key);
    crypto_sign_with(out, &pair, SLICE_LITERAL("message"));
}

TEST(agrees)
{
    struct crypto_x25519_secret secret;
    struct crypto_x25519_public pub;
    uint8_t out[32];
    memset(secret.b, 3, sizeof secret.b);
    CT_SECRET(&secret, sizeof secret);
    crypto_x25519_public_of(&pub, &secret);
    CT_PUBLIC(&pub, sizeof pub);
    CHECK_ERR(crypto_x25519(out, &secret, &pub), OK);
    memset(pub.b, 0, sizeof pub.b);
    CHECK_ERR(crypto_x25519(out, &secret, &pub), ERR_AUTH);
}

TEST(hpke_derives_sends_and_receives)
{
    size_t n;
    const struct crypto_suite *list = crypto_suite_list(&n);
    for (size_t i = 0; i < n; i++) {
        struct crypto_hpke_secret secret;
        struct crypto_hpke_public pub;
        uint8_t enc[CRYPTO_HPKE_ENC_SIZE_MAX];
        uint8_t ikm[32];
        uint8_t plain[20];
        uint8_t sealed[36];
        memset(ikm, 2, sizeof ikm);
        memset(plain, 1, sizeof plain);
        CT_SECRET(ikm, sizeof ikm);
        CT_SECRET(plain, sizeof plain);
        CHECK_ERR(crypto_hpke_derive(&list[i], &secret, &pub, SLICE_ARRAY(ikm)), OK);
        CT_PUBLIC(&pub, sizeof pub);
        CHECK_ERR(crypto_hpke_seal(&list[i], enc, sealed, slice_make(pub.b, list[i].npk),
                                   SLICE_LITERAL("info"), SLICE_EMPTY, SLICE_ARRAY(plain)),
                  OK);
        CT_PUBLIC(enc, sizeof enc);
        CT_PUBLIC(sealed, sizeof sealed);
        CHECK_ERR(crypto_hpke_open(&list[i], plain, &secret, slice_make(enc, list[i].nenc),
                                   SLICE_LITERAL("info"), SLICE_EMPTY, SLICE_ARRAY(sealed)),
                  OK);
        /* Another ciphertext: ML-KEM rejects implicitly, the AEAD refuses. */
        enc[5] ^= 1;
        CHECK_ERR(crypto_hpke_open(&list[i], plain, &secret, slice_make(enc, list[i].nenc),
                                   SLICE_LITERAL("info"), SLICE_EMPTY, SLICE_ARRAY(sealed)),
                  ERR_AUTH);
    }
}

TEST(stream_seals_and_opens)
{
    static uint8_t sealed[100 + CRYPTO_STREAM_OVERHEAD];
    struct crypto_stream s;
    struct crypto_stream_key key;
    uint8_t header[CRYPTO_STREAM_HEADER_SIZE];
    uint8_t plain[100];
    bool final;
    memset(key.k, 8, sizeof key.k);
    memset(plain, 1, sizeof plain);
    CT_SECRET(&key, sizeof key);
    CT_SECRET(plain, sizeof plain);
    crypto_stream_seal_begin(&s, header, &key);
    CHECK_ERR(crypto_stream_seal(&s, sealed, SLICE_ARRAY(plain), true), OK);
    CT_PUBLIC(header, sizeof header);
    CT_PUBLIC(sealed, sizeof sealed);
    CHECK_ERR(crypto_stream_open_begin(&s, header, &key), OK);
    CHECK_ERR(crypto_stream_open(&s, plain, &final, SLICE_ARRAY(sealed)), OK);
    CHECK(final);
}

TEST(voprf_tokens)
{
    struct crypto_voprf_secret secret;
    struct crypto_voprf_public pub;
    struct crypto_voprf_blind blinds[2];
    struct crypto_voprf_element blinded[2];
    struct crypto_voprf_element evaluated[2];
    struct crypto_voprf_proof proof;
    struct slice inputs[2];
    uint8_t seed[32];
    uint8_t input[2][32];
    uint8_t random[32];
    uint8_t out[2][CRYPTO_VOPRF_OUTPUT_SIZE];
    memset(seed, 1, sizeof seed);
    CT_SECRET(seed, sizeof seed);
    CHECK_ERR(crypto_voprf_derive(&secret, &pub, seed, SLICE_EMPTY), OK);
    CT_PUBLIC(&pub, sizeof pub);
    for (size_t i = 0; i < 2; i++) {
        memset(input[i], (int)i, sizeof input[i]);
        memset(blinds[i].b, (int)i + 2, sizeof blinds[i].b - 1);
        blinds[i].b[31] = 0;
        CT_SECRET(input[i], sizeof input[i]);
        CT_SECRET(&blinds[i], sizeof blinds[i]);
        inputs[i] = SLICE_ARRAY(input[i]);
        CHECK_ERR(crypto_voprf_blind_with(&blinded[i], &blinds[i], inputs[i]), OK);
        CT_PUBLIC(&blinded[i], sizeof blinded[i]);
    }
    memset(random, 5, sizeof random);
    random[31] = 0;
    CT_SECRET(random, sizeof random);
    CHECK_ERR(crypto_voprf_evaluate_with(evaluated, &proof, &secret, &pub, blinded, 2, random), OK);
    CT_PUBLIC(&proof, sizeof proof);
    CHECK_ERR(crypto_voprf_finalize(out, inputs, blinds, blinded, evaluated, 2, &pub, &proof), OK);
    CHECK_ERR(crypto_voprf_output(out[0], &secret, inputs[0]), OK);
}

TEST(starts)
{
    CHECK_ERR(crypto_init(), OK);
}

TEST_MAIN(TEST_ROW(starts), TEST_ROW(hash_hmac_hkdf), TEST_ROW(aead_seals_and_opens),
          TEST_ROW(signs), TEST_ROW(agrees), TEST_ROW(hpke_derives_sends_and_receives),
          TEST_ROW(stream_seals_and_opens), TEST_ROW(voprf_tokens))
