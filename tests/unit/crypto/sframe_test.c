#include "crypto/sframe.h"

#include <string.h>

#include "lib/check.h"

/* Known answers: tests/vectors/sframe. */

TEST(headers_have_one_form)
{
    static const char *const bad[] = {"",
                                      "08",
                                      "0800",
                                      "0805",
                                      "0900",
                                      "090001",
                                      "80",
                                      "8001",
                                      "8007",
                                      "9000ff",
                                      "8fffffffffffffff",
                                      "880808",
                                      "88ff",
                                      "0f00ffffffffffffff"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct slice s = check_copy(check_hex(bad[i]));
        struct slice rest = s;
        uint64_t kid = 9;
        uint64_t ctr = 9;
        bool refused = crypto_sframe_header_decode(&rest, &kid, &ctr) == ERR_INPUT;
        if (i != 11) { /* 88 08 08 is well formed */
            CHECK(refused && kid == 0 && ctr == 0 && rest.n == s.n);
        } else {
            CHECK(!refused && kid == 8 && ctr == 8);
        }
        check_release(s);
    }
}

TEST(every_suite_goes_both_ways_and_rejects_changes)
{
    for (int suite = 1; suite <= 5; suite++) {
        struct crypto_sframe_key key;
        uint8_t sealed[17 + 20 + 16];
        uint8_t out[60];
        size_t n;
        size_t sealed_n;
        uint64_t ctr;
        CHECK_ERR(crypto_sframe_key_derive(&key, (enum crypto_sframe_suite)suite, 0x123,
                                           SLICE_LITERAL("base key")),
                  OK);
        CHECK_ERR(crypto_sframe_seal(sealed, &sealed_n, &key, 77, SLICE_LITERAL("meta"),
                                     SLICE_LITERAL("twenty bytes of text")),
                  OK);
        CHECK(sealed_n == 4 + 20 + crypto_sframe_tag_size((enum crypto_sframe_suite)suite));
        struct slice all = slice_make(sealed, sealed_n);
        CHECK_ERR(crypto_sframe_open(out, &n, &ctr, &key, SLICE_LITERAL("meta"), all), OK);
        CHECK_BYTES(slice_make(out, n), SLICE_LITERAL("twenty bytes of text"));
        CHECK(ctr == 77);
        CHECK_ERR(crypto_sframe_open(out, &n, &ctr, &key, SLICE_LITERAL("Meta"), all), ERR_AUTH);
        CHECK(n == 0 && ctr == 0 && out[0] == 0 && out[19] == 0);
        for (size_t at = 0; at < sealed_n; at++) {
            sealed[at] ^= 1;
            CHECK(crypto_sframe_open(out, &n, &ctr, &key, SLICE_LITERAL("meta"), all) != OK);
            CHECK(n == 0 && ctr == 0);
            sealed[at] ^= 1;
        }
        for (size_t cut = 0; cut < sealed_n; cut++) {
            struct slice part = check_copy(slice_make(sealed, cut));
            CHECK(crypto_sframe_open(out, &n, &ctr, &key, SLICE_LITERAL("meta"), part) != OK);
            check_release(part);
        }
    }
}

TEST(refuses_unknown_suites_and_long_metadata)
{
    struct crypto_sframe_key key;
    uint8_t out[64];
    uint8_t metadata[CRYPTO_SFRAME_METADATA_MAX + 1] = {0};
    size_t n;
    uint64_t ctr;
    CHECK_ERR(crypto_sframe_key_derive(&key, (enum crypto_sframe_suite)6, 0, SLICE_EMPTY),
              ERR_INPUT_SUITE);
    CHECK_ERR(crypto_sframe_key_derive(&key, (enum crypto_sframe_suite)0, 0, SLICE_EMPTY),
              ERR_INPUT_SUITE);
    CHECK(crypto_sframe_tag_size((enum crypto_sframe_suite)6) == 0);
    CHECK_ERR(crypto_sframe_key_derive(&key, CRYPTO_SFRAME_AES128_GCM, 0, SLICE_EMPTY), OK);
    CHECK_ERR(crypto_sframe_seal(out, &n, &key, 0, SLICE_ARRAY(metadata), SLICE_EMPTY), ERR_LIMIT);
    CHECK_ERR(crypto_sframe_seal(out, &n, &key, 0, slice_make(metadata, sizeof metadata - 1),
                                 SLICE_EMPTY),
              OK);
    CHECK(n == 1 + 16);
    struct slice sealed = slice_make(out, n);
    CHECK_ERR(crypto_sframe_open(out + 32, &n, &ctr, &key, SLICE_ARRAY(metadata), sealed),
              ERR_LIMIT);
}

TEST_MAIN(TEST_ROW(headers_have_one_form), TEST_ROW(every_suite_goes_both_ways_and_rejects_changes),
          TEST_ROW(refuses_unknown_suites_and_long_metadata))
