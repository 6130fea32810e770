#include "crypto/x25519.h"

#include <string.h>

#include "crypto/rand.h"
#include "lib/check.h"

static void check_known(const char *scalar, const char *point, const char *want)
{
    struct crypto_x25519_secret secret;
    struct crypto_x25519_public pub;
    uint8_t out[32];
    memcpy(secret.b, check_hex(scalar).p, 32);
    memcpy(pub.b, check_hex(point).p, 32);
    CHECK_ERR(crypto_x25519(out, &secret, &pub), OK);
    CHECK_BYTES(SLICE_ARRAY(out), check_hex(want));
}

/* RFC 7748, 5.2 and 6.1. */
TEST(known_answers)
{
    struct crypto_x25519_secret alice;
    struct crypto_x25519_public pub;
    check_known("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
                "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
                "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    check_known("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
                "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
                "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957");
    check_known("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
                "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
                "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    memcpy(alice.b, check_hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a").p,
           32);
    crypto_x25519_public_of(&pub, &alice);
    CHECK_BYTES(SLICE_ARRAY(pub.b),
                check_hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
}

/* RFC 7748, 5.2: a thousand rounds. */
TEST(iterates)
{
    struct crypto_x25519_secret k = {{9}};
    struct crypto_x25519_public u = {{9}};
    uint8_t out[32];
    for (int i = 0; i < 1000; i++) {
        REQUIRE(crypto_x25519(out, &k, &u) == OK);
        memcpy(u.b, k.b, 32);
        memcpy(k.b, out, 32);
        if (i == 0) {
            CHECK_BYTES(SLICE_ARRAY(out), check_hex("422c8e7a6227d7bca1350b3e2bb7279f"
                                                    "7897b87bb6854b783c60e80311ae3079"));
        }
    }
    CHECK_BYTES(SLICE_ARRAY(k.b),
                check_hex("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"));
}

TEST(refuses_small_order_points)
{
    static const char *const points[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
    static const uint8_t zero[32] = {0};
    struct crypto_x25519_secret secret;
    struct crypto_x25519_public pub;
    uint8_t out[32];
    CHECK_ERR(crypto_init(), OK);
    crypto_x25519_generate(&secret, &pub);
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        memcpy(pub.b, check_hex(points[i]).p, 32);
        for (int high = 0; high < 2; high++) { /* the highest bit does not count */
            memset(out, 0x5a, sizeof out);
            CHECK(crypto_x25519_is_small(pub.b));
            CHECK_ERR(crypto_x25519(out, &secret, &pub), ERR_AUTH);
            CHECK_BYTES(SLICE_ARRAY(out), SLICE_ARRAY(zero));
            pub.b[31] |= 0x80;
        }
    }
    /* and no other one */
    for (int i = 0; i < 100; i++) {
        crypto_x25519_generate(&secret, &pub);
        CHECK(!crypto_x25519_is_small(pub.b));
        memset(pub.b, i + 2, 1);
        memset(pub.b + 1, 0, 31);
        CHECK(!crypto_x25519_is_small(pub.b));
        CHECK_ERR(crypto_x25519(out, &secret, &pub), OK);
    }
}

TEST(both_sides_agree)
{
    struct crypto_x25519_secret a;
    struct crypto_x25519_secret b;
    struct crypto_x25519_public pa;
    struct crypto_x25519_public pb;
    uint8_t x[32];
    uint8_t y[32];
    for (int i = 0; i < 20; i++) {
        crypto_x25519_generate(&a, &pa);
        crypto_x25519_generate(&b, &pb);
        CHECK_ERR(crypto_x25519(x, &a, &pb), OK);
        CHECK_ERR(crypto_x25519(y, &b, &pa), OK);
        CHECK_BYTES(SLICE_ARRAY(x), SLICE_ARRAY(y));
    }
}

TEST_MAIN(TEST_ROW(known_answers), TEST_ROW(iterates), TEST_ROW(refuses_small_order_points),
          TEST_ROW(both_sides_agree))
