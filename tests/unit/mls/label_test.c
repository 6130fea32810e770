/* What each labelled primitive is made of, byte for byte, and what it refuses. */
#include "mls/label.h"

#include <string.h>

#include "lib/check.h"
#include "mls/codec.h"

static struct arena arena;

static const struct crypto_suite *suite(void)
{
    return crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
}

/* v("MLS 1.0 " label) and v(context), after what comes first. */
static struct slice labelled(struct slice first, const char *label, struct slice context)
{
    struct slice out;
    struct buf b = buf_arena(&arena, 0);
    buf_slice(&b, first);
    size_t mark = mls_codec_open(&b);
    buf_slice(&b, SLICE_LITERAL("MLS 1.0 "));
    buf_slice(&b, slice_of_string(label));
    mls_codec_close(&b, mark);
    mls_codec_put_vector(&b, context);
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

TEST(an_expansion_names_its_length_label_and_context)
{
    static const size_t sizes[] = {1, 32, 255, 256, 300, 255 * 32};
    static const char letters[65] =
        "0123456789012345678901234567890123456789012345678901234567890123";
    static uint8_t got[0x10001], want[0x10001];
    struct slice secret = SLICE_LITERAL("0123456789abcdef0123456789abcdef");
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t n = 0; n <= 64; n += 32) {
            uint8_t length[2] = {(uint8_t)(sizes[i] >> 8), (uint8_t)sizes[i]};
            struct slice context = slice_make(letters, n);
            struct slice info = labelled(SLICE_ARRAY(length), "label", context);
            CHECK_ERR(crypto_hkdf_expand(suite()->hash, want, sizes[i], secret, &info, 1), OK);
            CHECK_ERR(
                mls_label_expand(suite(), got, sizes[i], secret, SLICE_LITERAL("label"), context),
                OK);
            CHECK_BYTES(slice_make(got, sizes[i]), slice_make(want, sizes[i]));
        }
    }
    CHECK_ERR(
        mls_label_expand(suite(), got, 255 * 32 + 1, secret, SLICE_LITERAL("label"), SLICE_EMPTY),
        ERR_LIMIT);
    CHECK_ERR(mls_label_expand(suite(), got, 0x10001, secret, SLICE_LITERAL("label"), SLICE_EMPTY),
              ERR_LIMIT);
    /* Short forms of it. */
    CHECK_ERR(mls_label_expand(suite(), want, 32, secret, SLICE_LITERAL("x"), SLICE_EMPTY), OK);
    CHECK_ERR(mls_label_derive(suite(), got, secret, "x"), OK);
    CHECK_BYTES(slice_make(got, 32), slice_make(want, 32));
    CHECK_ERR(
        mls_label_expand(suite(), want, 12, secret, SLICE_LITERAL("x"), check_hex("01020304")), OK);
    CHECK_ERR(mls_label_derive_tree(suite(), got, 12, secret, SLICE_LITERAL("x"), 0x01020304), OK);
    CHECK_BYTES(slice_make(got, 12), slice_make(want, 12));
    arena_wipe(&arena);
}

TEST(label_and_context_have_any_length)
{
    static const char letters[] =
        "0123456789012345678901234567890123456789012345678901234567890123456789";
    struct slice info;
    uint8_t data[2000] = {0};
    arena_init(&arena, 0);
    CHECK_ERR(mls_label_info(&arena, &info, slice_of_string(letters), SLICE_EMPTY), OK);
    CHECK_BYTES(info, labelled(SLICE_EMPTY, letters, SLICE_EMPTY));
    CHECK_ERR(mls_label_info(&arena, &info, SLICE_EMPTY, SLICE_ARRAY(data)), OK);
    CHECK_BYTES(info, labelled(SLICE_EMPTY, "", SLICE_ARRAY(data)));
    arena_wipe(&arena);
}

TEST(a_signature_is_over_label_and_content)
{
    struct crypto_sign_secret secret;
    struct crypto_sign_public public_key;
    struct crypto_sign_pair pair;
    uint8_t signature[CRYPTO_SIGN_SIZE + 1] = {0};
    uint8_t key[CRYPTO_SIGN_PUBLIC_SIZE + 1] = {0};
    struct slice content = SLICE_LITERAL("content");
    struct slice whole = slice_make(signature, CRYPTO_SIGN_SIZE);
    arena_init(&arena, 0);
    crypto_sign_generate(&secret, &public_key);
    crypto_sign_pair_of(&pair, &secret);
    memcpy(key, public_key.b, sizeof public_key.b);
    struct slice good = slice_make(key, CRYPTO_SIGN_PUBLIC_SIZE);
    CHECK_ERR(mls_label_sign(&arena, signature, &pair, "label", content), OK);
    CHECK_ERR(crypto_sign_verify(whole, labelled(SLICE_EMPTY, "label", content), &public_key), OK);
    CHECK_ERR(mls_label_verify(&arena, good, "label", content, whole), OK);
    CHECK_ERR(mls_label_verify(&arena, good, "Label", content, whole), ERR_AUTH);
    CHECK_ERR(mls_label_verify(&arena, good, "label", SLICE_EMPTY, whole), ERR_AUTH);
    for (size_t n = 0; n <= CRYPTO_SIGN_SIZE + 1; n++) {
        CHECK_ERR(mls_label_verify(&arena, good, "label", content, slice_make(signature, n)),
                  n == CRYPTO_SIGN_SIZE ? OK : ERR_AUTH);
    }
    for (size_t n = 0; n <= CRYPTO_SIGN_PUBLIC_SIZE + 1; n++) {
        CHECK_ERR(mls_label_verify(&arena, slice_make(key, n), "label", content, whole),
                  n == CRYPTO_SIGN_PUBLIC_SIZE ? OK : ERR_INPUT);
    }
    signature[5] ^= 1;
    CHECK_ERR(mls_label_verify(&arena, good, "label", content, whole), ERR_AUTH);
    arena_wipe(&arena);
}

TEST(what_is_sealed_is_opened_whole_or_not_at_all)
{
    struct crypto_hpke_secret secret;
    struct crypto_hpke_public public_key;
    struct slice info, other, kem, sealed, plain;
    arena_init(&arena, 0);
    CHECK_ERR(crypto_hpke_generate(suite(), &secret, &public_key), OK);
    struct slice key = slice_make(public_key.b, suite()->npk);
    CHECK_ERR(mls_label_info(&arena, &info, SLICE_LITERAL("label"), SLICE_LITERAL("context")), OK);
    CHECK_BYTES(info, labelled(SLICE_EMPTY, "label", SLICE_LITERAL("context")));
    CHECK_ERR(mls_label_info(&arena, &other, SLICE_LITERAL("label"), SLICE_EMPTY), OK);
    for (size_t n = 0; n <= 5; n += 5) {
        CHECK_ERR(mls_label_seal(suite(), &arena, &kem, &sealed, key, info, slice_make("hello", n)),
                  OK);
        CHECK(kem.n == suite()->nenc && sealed.n == n + CRYPTO_AEAD_TAG_SIZE);
        CHECK_ERR(mls_label_open(suite(), &arena, &plain, &secret, info, kem, sealed), OK);
        CHECK_BYTES(plain, slice_make("hello", n));
        CHECK_ERR(mls_label_open(suite(), &arena, &plain, &secret, other, kem, sealed), ERR_AUTH);
        CHECK(plain.n == 0);
    }
    for (size_t n = 0; n < sealed.n; n++) {
        CHECK_ERR(
            mls_label_open(suite(), &arena, &plain, &secret, info, kem, slice_make(sealed.p, n)),
            n < CRYPTO_AEAD_TAG_SIZE ? ERR_INPUT : ERR_AUTH);
        CHECK(plain.n == 0);
    }
    CHECK_ERR(mls_label_open(suite(), &arena, &plain, &secret, info, slice_make(kem.p, kem.n - 1),
                             sealed),
              ERR_INPUT);
    CHECK_ERR(mls_label_open(suite(), &arena, &plain, &secret, info, SLICE_EMPTY, sealed),
              ERR_INPUT);
    CHECK(mls_label_seal(suite(), &arena, &kem, &sealed, slice_make(key.p, key.n - 1), info,
                         SLICE_EMPTY) != OK);
    CHECK(kem.n == 0 && sealed.n == 0);
    arena_wipe(&arena);
}

TEST(a_reference_is_the_hash_of_label_and_value)
{
    uint8_t got[CRYPTO_HASH_SIZE_MAX], want[CRYPTO_HASH_SIZE_MAX];
    struct slice bytes;
    arena_init(&arena, 0);
    struct buf b = buf_arena(&arena, 0);
    mls_codec_put_vector(&b, MLS_LABEL_PROPOSAL_REF);
    mls_codec_put_vector(&b, SLICE_LITERAL("value"));
    CHECK_ERR(buf_finish(&b, &bytes), OK);
    crypto_hash(suite()->hash, want, bytes);
    mls_label_ref(suite(), got, MLS_LABEL_PROPOSAL_REF, SLICE_LITERAL("value"));
    CHECK_BYTES(slice_make(got, 32), slice_make(want, 32));
    arena_wipe(&arena);
}

TEST_MAIN(TEST_ROW(an_expansion_names_its_length_label_and_context),
          TEST_ROW(label_and_context_have_any_length),
          TEST_ROW(a_signature_is_over_label_and_content),
          TEST_ROW(what_is_sealed_is_opened_whole_or_not_at_all),
          TEST_ROW(a_reference_is_the_hash_of_label_and_value))
