#include "crypto/hpke.h"

#include <string.h>

#include "crypto/rand.h"
#include "lib/check.h"

/* Known answers: tests/vectors/hpke. Here: every suite, refusals, and outputs after them. */

static const uint8_t zeros[CRYPTO_HPKE_PUBLIC_SIZE_MAX];

struct peer {
    const struct crypto_suite *suite;
    struct crypto_hpke_secret secret;
    struct crypto_hpke_public pub;
    struct slice key;
};

static void peer_make(struct peer *p, const struct crypto_suite *suite)
{
    p->suite = suite;
    CHECK_ERR(crypto_init(), OK);
    CHECK_ERR(crypto_hpke_generate(suite, &p->secret, &p->pub), OK);
    p->key = slice_make(p->pub.b, suite->npk);
}

TEST(every_suite_goes_both_ways)
{
    size_t n;
    const struct crypto_suite *list = crypto_suite_list(&n);
    for (size_t i = 0; i < n; i++) {
        struct peer p;
        uint8_t enc[CRYPTO_HPKE_ENC_SIZE_MAX];
        uint8_t sealed[5 + 16];
        uint8_t opened[5];
        peer_make(&p, &list[i]);
        CHECK_ERR(crypto_hpke_public_check(&list[i], p.key), OK);
        CHECK_ERR(crypto_hpke_seal(&list[i], enc, sealed, p.key, SLICE_LITERAL("info"),
                                   SLICE_LITERAL("ad"), SLICE_LITERAL("hello")),
                  OK);
        struct slice e = slice_make(enc, list[i].nenc);
        CHECK_ERR(crypto_hpke_open(&list[i], opened, &p.secret, e, SLICE_LITERAL("info"),
                                   SLICE_LITERAL("ad"), SLICE_ARRAY(sealed)),
                  OK);
        CHECK_BYTES(SLICE_ARRAY(opened), SLICE_LITERAL("hello"));
        CHECK_ERR(crypto_hpke_open(&list[i], opened, &p.secret, e, SLICE_LITERAL("inf0"),
                                   SLICE_LITERAL("ad"), SLICE_ARRAY(sealed)),
                  ERR_AUTH);
        CHECK_BYTES(SLICE_ARRAY(opened), slice_make(zeros, 5));
        CHECK_ERR(crypto_hpke_open(&list[i], opened, &p.secret, e, SLICE_LITERAL("info"),
                                   SLICE_LITERAL("aD"), SLICE_ARRAY(sealed)),
                  ERR_AUTH);
    }
}

TEST(rejects_every_changed_byte)
{
    size_t n;
    const struct crypto_suite *list = crypto_suite_list(&n);
    for (size_t i = 0; i < n; i++) {
        struct peer p;
        uint8_t enc[CRYPTO_HPKE_ENC_SIZE_MAX];
        uint8_t sealed[5 + 16];
        uint8_t opened[5];
        peer_make(&p, &list[i]);
        CHECK_ERR(crypto_hpke_seal(&list[i], enc, sealed, p.key, SLICE_EMPTY, SLICE_EMPTY,
                                   SLICE_LITERAL("hello")),
                  OK);
        struct slice e = slice_make(enc, list[i].nenc);
        for (size_t at = 0; at < e.n + sizeof sealed; at += at < e.n && e.n > 32 ? 37 : 1) {
            uint8_t *byte = at < e.n ? &enc[at] : &sealed[at - e.n];
            *byte ^= 0x04;
            memset(opened, 0x5a, sizeof opened);
            CHECK_ERR(crypto_hpke_open(&list[i], opened, &p.secret, e, SLICE_EMPTY, SLICE_EMPTY,
                                       SLICE_ARRAY(sealed)),
                      ERR_AUTH);
            CHECK_BYTES(SLICE_ARRAY(opened), slice_make(zeros, 5));
            *byte ^= 0x04;
        }
    }
}

TEST(rejects_every_other_length)
{
    size_t n;
    const struct crypto_suite *list = crypto_suite_list(&n);
    for (size_t i = 0; i < n; i++) {
        static uint8_t bytes[1300];
        struct peer p;
        struct crypto_hpke_context ctx;
        uint8_t enc[CRYPTO_HPKE_ENC_SIZE_MAX];
        peer_make(&p, &list[i]);
        for (size_t size = 0; size < sizeof bytes; size += 16) {
            if (size == list[i].npk || size == list[i].nenc) {
                continue;
            }
            struct slice s = check_copy(slice_make(bytes, size));
            memset(&ctx, 0x5a, sizeof ctx);
            memset(enc, 0x5a, sizeof enc);
            CHECK_ERR(crypto_hpke_public_check(&list[i], s), ERR_INPUT);
            CHECK_ERR(crypto_hpke_send(&list[i], enc, &ctx, s, SLICE_EMPTY), ERR_INPUT);
            CHECK_BYTES(slice_make(enc, list[i].nenc), slice_make(zeros, list[i].nenc));
            CHECK_BYTES(slice_make(&ctx, sizeof ctx), slice_make(zeros, sizeof ctx));
            memset(&ctx, 0x5a, sizeof ctx);
            CHECK_ERR(crypto_hpke_receive(&list[i], &ctx, &p.secret, s, SLICE_EMPTY), ERR_INPUT);
            CHECK_BYTES(slice_make(&ctx, sizeof ctx), slice_make(zeros, sizeof ctx));
            check_release(s);
        }
    }
}

/* Whoever seals to a group must not fail for a key that one member chose. */
TEST(a_key_of_small_order_is_no_key)
{
    size_t n;
    const struct crypto_suite *list = crypto_suite_list(&n);
    for (size_t i = 0; i < n; i++) {
        struct peer p;
        peer_make(&p, &list[i]);
        memset(p.pub.b + list[i].npk - 32, 0, 32);
        CHECK_ERR(crypto_hpke_public_check(&list[i], p.key), ERR_INPUT);
        p.pub.b[list[i].npk - 1] = 0x80; /* the highest bit does not count */
        CHECK_ERR(crypto_hpke_public_check(&list[i], p.key), ERR_INPUT);
        p.pub.b[list[i].npk - 32] = 9; /* the base point */
        CHECK_ERR(crypto_hpke_public_check(&list[i], p.key), OK);
    }
}

TEST(refuses_zero_results_of_x25519)
{
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_X25519_AES128);
    struct peer p;
    struct crypto_hpke_context ctx;
    uint8_t enc[32];
    uint8_t sealed[16];
    peer_make(&p, suite);
    memset(&ctx, 0x5a, sizeof ctx);
    CHECK_ERR(crypto_hpke_send(suite, enc, &ctx, slice_make(zeros, 32), SLICE_EMPTY), ERR_INPUT);
    CHECK_BYTES(slice_make(&ctx, sizeof ctx), slice_make(zeros, sizeof ctx));
    memset(&ctx, 0x5a, sizeof ctx);
    CHECK_ERR(crypto_hpke_receive(suite, &ctx, &p.secret, slice_make(zeros, 32), SLICE_EMPTY),
              ERR_AUTH);
    CHECK_BYTES(slice_make(&ctx, sizeof ctx), slice_make(zeros, sizeof ctx));
    CHECK_ERR(crypto_hpke_seal(suite, enc, sealed, slice_make(zeros, 32), SLICE_EMPTY, SLICE_EMPTY,
                               SLICE_EMPTY),
              ERR_INPUT);
    CHECK_BYTES(SLICE_ARRAY(sealed), slice_make(zeros, 16));
}

TEST(refuses_an_unreduced_mlkem_key)
{
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_XWING_AES128);
    struct peer p;
    struct crypto_hpke_context ctx;
    uint8_t enc[CRYPTO_HPKE_ENC_SIZE_MAX];
    peer_make(&p, suite);
    for (size_t i = 0; i < 1152; i += 3) {
        /* Coefficient pair at i: first one too large, then the other, then the largest allowed. */
        uint8_t keep[3];
        memcpy(keep, p.pub.b + i, 3);
        p.pub.b[i] = 0x01;
        p.pub.b[i + 1] = 0x0d; /* 0xd01 = 3329 */
        CHECK_ERR(crypto_hpke_public_check(suite, p.key), ERR_INPUT);
        if (i % 120 == 0) {
            CHECK_ERR(crypto_hpke_send(suite, enc, &ctx, p.key, SLICE_EMPTY), ERR_INPUT);
        }
        p.pub.b[i] = 0x00;
        p.pub.b[i + 1] = 0x1d; /* 0xd00 = 3328, then 0x..1 */
        p.pub.b[i + 2] = 0xd0; /* 0xd01 */
        CHECK_ERR(crypto_hpke_public_check(suite, p.key), ERR_INPUT);
        p.pub.b[i + 1] = 0x0d;
        CHECK_ERR(crypto_hpke_public_check(suite, p.key), OK);
        memcpy(p.pub.b + i, keep, 3);
    }
}

TEST(contexts_count_their_messages)
{
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    struct peer p;
    struct crypto_hpke_context a;
    struct crypto_hpke_context b;
    uint8_t enc[32];
    uint8_t first[17];
    uint8_t second[17];
    uint8_t out[1];
    peer_make(&p, suite);
    CHECK_ERR(crypto_hpke_send(suite, enc, &a, p.key, SLICE_EMPTY), OK);
    CHECK_ERR(crypto_hpke_receive(suite, &b, &p.secret, SLICE_ARRAY(enc), SLICE_EMPTY), OK);
    CHECK_ERR(crypto_hpke_context_seal(&a, first, SLICE_EMPTY, SLICE_LITERAL("x")), OK);
    CHECK_ERR(crypto_hpke_context_seal(&a, second, SLICE_EMPTY, SLICE_LITERAL("x")), OK);
    CHECK(memcmp(first, second, sizeof first) != 0);
    /* A failed open does not move the counter. */
    CHECK_ERR(crypto_hpke_context_open(&b, out, SLICE_EMPTY, SLICE_ARRAY(second)), ERR_AUTH);
    CHECK_ERR(crypto_hpke_context_open(&b, out, SLICE_EMPTY, SLICE_ARRAY(first)), OK);
    CHECK_ERR(crypto_hpke_context_open(&b, out, SLICE_EMPTY, SLICE_ARRAY(first)), ERR_AUTH);
    CHECK_ERR(crypto_hpke_context_open(&b, out, SLICE_EMPTY, SLICE_ARRAY(second)), OK);
    CHECK(out[0] == 'x');
    a.sequence = UINT64_MAX;
    b.sequence = UINT64_MAX;
    CHECK_ERR(crypto_hpke_context_seal(&a, first, SLICE_EMPTY, SLICE_LITERAL("x")), ERR_LIMIT);
    CHECK_BYTES(SLICE_ARRAY(first), slice_make(zeros, 17));
    CHECK_ERR(crypto_hpke_context_open(&b, out, SLICE_EMPTY, SLICE_ARRAY(second)), ERR_LIMIT);
    CHECK(out[0] == 0);
}

TEST(exports_depend_on_context_and_length)
{
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_XWING_AES256);
    struct peer p;
    struct crypto_hpke_context a;
    struct crypto_hpke_context b;
    uint8_t enc[CRYPTO_HPKE_ENC_SIZE_MAX];
    uint8_t x[48];
    uint8_t y[48];
    peer_make(&p, suite);
    CHECK_ERR(crypto_hpke_send(suite, enc, &a, p.key, SLICE_EMPTY), OK);
    CHECK_ERR(crypto_hpke_receive(suite, &b, &p.secret, SLICE_ARRAY(enc), SLICE_EMPTY), OK);
    CHECK_ERR(crypto_hpke_export(&a, x, 48, SLICE_LITERAL("c")), OK);
    CHECK_ERR(crypto_hpke_export(&b, y, 48, SLICE_LITERAL("c")), OK);
    CHECK_BYTES(SLICE_ARRAY(x), SLICE_ARRAY(y));
    CHECK_ERR(crypto_hpke_export(&b, y, 47, SLICE_LITERAL("c")), OK);
    CHECK(memcmp(x, y, 47) != 0);
    CHECK_ERR(crypto_hpke_export(&b, y, 48, SLICE_LITERAL("d")), OK);
    CHECK(memcmp(x, y, 48) != 0);
}

TEST(derives_by_flavour)
{
    uint8_t ikm[32] = {1, 2, 3};
    struct crypto_hpke_secret a;
    struct crypto_hpke_secret b;
    struct crypto_hpke_public pub;
    const struct crypto_suite *x = crypto_suite_find_derive(0x4f, CRYPTO_DERIVE_HPKE_PQ);
    const struct crypto_suite *y = crypto_suite_find_derive(0x4f, CRYPTO_DERIVE_CONNOLLY);
    CHECK_ERR(crypto_hpke_derive(x, &a, &pub, SLICE_ARRAY(ikm)), OK);
    CHECK_ERR(crypto_hpke_derive(y, &b, &pub, SLICE_ARRAY(ikm)), OK);
    CHECK(memcmp(a.b, b.b, 32) != 0);
    /* connolly: SHAKE256(ikm, 32) and nothing else. */
    struct slice part = SLICE_ARRAY(ikm);
    uint8_t seed[32];
    crypto_shake256_parts(seed, 32, &part, 1);
    CHECK_BYTES(SLICE_ARRAY(b.b), SLICE_ARRAY(seed));
}

TEST(refuses_short_key_material)
{
    size_t n;
    const struct crypto_suite *list = crypto_suite_list(&n);
    for (size_t i = 0; i < n; i++) {
        struct crypto_hpke_secret secret;
        struct crypto_hpke_public pub;
        memset(&secret, 0x5a, sizeof secret);
        CHECK_ERR(crypto_hpke_derive(&list[i], &secret, &pub, slice_make(zeros, 31)), ERR_INPUT);
        CHECK_BYTES(SLICE_ARRAY(secret.b), slice_make(zeros, 32));
        CHECK_ERR(crypto_hpke_derive(&list[i], &secret, &pub, slice_make(zeros, 64)), OK);
    }
    struct crypto_hpke_context ctx;
    uint8_t enc[CRYPTO_HPKE_ENC_SIZE_MAX];
    struct peer p;
    peer_make(&p, &list[0]);
    CHECK_ERR(
        crypto_hpke_send_seeded(&list[0], enc, &ctx, p.key, SLICE_EMPTY, slice_make(zeros, 32)),
        ERR_INPUT);
    peer_make(&p, crypto_suite_find(1));
    CHECK_ERR(
        crypto_hpke_send_seeded(p.suite, enc, &ctx, p.key, SLICE_EMPTY, slice_make(zeros, 64)),
        ERR_INPUT);
}

TEST_MAIN(TEST_ROW(every_suite_goes_both_ways), TEST_ROW(rejects_every_changed_byte),
          TEST_ROW(rejects_every_other_length), TEST_ROW(a_key_of_small_order_is_no_key),
          TEST_ROW(refuses_zero_results_of_x25519), TEST_ROW(refuses_an_unreduced_mlkem_key),
          TEST_ROW(contexts_count_their_messages), TEST_ROW(exports_depend_on_context_and_length),
          TEST_ROW(derives_by_flavour), TEST_ROW(refuses_short_key_material))
