#include "crypto/rand.h"

#include <string.h>

#include "lib/check.h"

TEST(starts_more_than_once)
{
    CHECK_ERR(crypto_init(), OK);
    CHECK_ERR(crypto_init(), OK);
}

TEST(two_draws_differ)
{
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};
    crypto_rand(a, sizeof a);
    crypto_rand(b, sizeof b);
    CHECK(memcmp(a, b, sizeof a) != 0);
    crypto_rand(NULL, 0);
}

TEST(fills_more_than_one_host_call_gives)
{
    static uint8_t large[200000];
    size_t zeros = 0;
    crypto_rand(large, sizeof large);
    for (size_t i = 0; i < sizeof large; i++) {
        zeros += large[i] == 0;
    }
    CHECK(zeros > 500 && zeros < 1100); /* 781 expected, sigma 28 */
    size_t tail = 0;
    for (size_t i = sizeof large - 64; i < sizeof large; i++) {
        tail += large[i] == 0;
    }
    CHECK(tail < 10);
}

TEST(below_hits_every_value_and_none_above)
{
    unsigned seen[7] = {0};
    for (int i = 0; i < 7000; i++) {
        uint32_t v = crypto_rand_below(7);
        REQUIRE(v < 7);
        seen[v]++;
    }
    for (size_t i = 0; i < 7; i++) {
        CHECK(seen[i] > 800 && seen[i] < 1200);
    }
    CHECK(crypto_rand_below(1) == 0);
    for (int i = 0; i < 100; i++) {
        CHECK(crypto_rand_below(0x80000001u) <= 0x80000000u);
    }
}

TEST_MAIN(TEST_ROW(starts_more_than_once), TEST_ROW(two_draws_differ),
          TEST_ROW(fills_more_than_one_host_call_gives),
          TEST_ROW(below_hits_every_value_and_none_above))
