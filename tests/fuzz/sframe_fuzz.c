#include "crypto/sframe.h"
#include "fuzz/fuzz.h"

#include <string.h>

/* First byte: suite; then a frame. Headers have one form; failures leave zeros. */
FUZZ(input)
{
    static uint8_t out[65536];
    struct crypto_sframe_key key;
    struct slice rest = input;
    uint8_t header[CRYPTO_SFRAME_HEADER_MAX];
    uint8_t suite;
    uint64_t kid;
    uint64_t ctr;
    size_t n;
    if (slice_u8(&rest, &suite) != OK || rest.n > sizeof out) {
        return;
    }
    struct slice after = rest;
    if (crypto_sframe_header_decode(&after, &kid, &ctr) == OK) {
        n = crypto_sframe_header_encode(header, kid, ctr);
        FUZZ_CHECK(slice_equal(slice_make(header, n), slice_make(rest.p, rest.n - after.n)));
    } else {
        kid = 0;
    }
    enum crypto_sframe_suite s = (enum crypto_sframe_suite)(1 + suite % 5);
    FUZZ_CHECK(crypto_sframe_key_derive(&key, s, kid, SLICE_LITERAL("key")) == OK);
    memset(out, 0, sizeof out);
    if (crypto_sframe_open(out, &n, &ctr, &key, SLICE_EMPTY, rest) != OK) {
        FUZZ_CHECK(n == 0 && ctr == 0);
        for (size_t i = 0; i < rest.n; i++) {
            FUZZ_CHECK(out[i] == 0);
        }
    } else {
        FUZZ_CHECK(n + crypto_sframe_tag_size(s) < rest.n);
    }
}
