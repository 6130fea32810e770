#include <sodium/randombytes.h>
#include <string.h>

#include "base/host.h"
#include "crypto/rand.h"
#include "lib/check.h"

static void scripted(void *user, void *p, size_t n)
{
    uint8_t *next = user;
    uint8_t *to = p;
    for (size_t i = 0; i < n; i++) {
        to[i] = (*next)++;
    }
}

static uint8_t next;
static const struct host_native script = {.user = &next, .random = scripted};

TEST(libsodium_draws_from_the_host_too)
{
    uint8_t a[8];
    uint32_t word;
    CHECK_ERR(crypto_init(), OK);
    host_native_set(&script);
    next = 0;
    randombytes_buf(a, sizeof a);
    CHECK_BYTES(SLICE_ARRAY(a), check_hex("0001020304050607"));
    word = randombytes_random();
    CHECK_BYTES(slice_make(&word, 4), check_hex("08090a0b"));
    crypto_rand(a, sizeof a);
    CHECK_BYTES(SLICE_ARRAY(a), check_hex("0c0d0e0f10111213"));
    CHECK(strcmp(randombytes_implementation_name(), "sotto") == 0);
    host_native_set(NULL);
}

static void biased(void *user, void *p, size_t n)
{
    unsigned *calls = user;
    memset(p, *calls == 0 ? 0 : 0x11, n);
    (*calls)++;
}

TEST(below_draws_again_in_the_biased_range)
{
    /* 2^32 mod 3 is 1: the word 0 would make 0 likelier and is refused. */
    unsigned calls = 0;
    struct host_native h = {.user = &calls, .random = biased};
    host_native_set(&h);
    CHECK(crypto_rand_below(3) == 0x11111111u % 3);
    CHECK(calls == 2);
    calls = 0;
    CHECK(crypto_rand_below(4) == 0); /* a power of two has no bias */
    CHECK(calls == 1);
    host_native_set(NULL);
}

TEST_MAIN(TEST_ROW(libsodium_draws_from_the_host_too),
          TEST_ROW(below_draws_again_in_the_biased_range))
