#include "crypto/hpke.h"
#include "crypto/rand.h"
#include "fuzz/fuzz.h"

#include <string.h>

/* First byte: suite. Then the encapsulation and the ciphertext, cut where the suite says; the
 * receiver's secret is fixed. Nothing that fails may leave plaintext behind. */
FUZZ(input)
{
    size_t suites;
    const struct crypto_suite *suite = crypto_suite_list(&suites);
    struct crypto_hpke_secret secret = {{1, 2, 3}};
    struct slice rest = input;
    struct slice enc;
    uint8_t which;
    FUZZ_CHECK(crypto_init() == OK);
    if (slice_u8(&rest, &which) != OK) {
        return;
    }
    suite += which % suites;
    (void)crypto_hpke_public_check(suite, rest);
    size_t n = rest.n < suite->nenc ? rest.n : suite->nenc;
    FUZZ_CHECK(slice_take(&rest, n, &enc) == OK);
    size_t out_n = rest.n < CRYPTO_AEAD_TAG_SIZE ? 0 : rest.n - CRYPTO_AEAD_TAG_SIZE;
    uint8_t *out = malloc(out_n + 1);
    FUZZ_CHECK(out != NULL);
    memset(out, 0x5a, out_n + 1);
    enum err e =
        crypto_hpke_open(suite, out, &secret, enc, SLICE_LITERAL("fuzz"), SLICE_EMPTY, rest);
    FUZZ_CHECK(out[out_n] == 0x5a);
    for (size_t i = 0; e != OK && i < out_n; i++) {
        FUZZ_CHECK(out[i] == 0);
    }
    FUZZ_CHECK(e == OK || e == ERR_INPUT || e == ERR_AUTH);
    free(out);
}
