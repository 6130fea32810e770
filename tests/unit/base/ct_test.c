#include "base/ct.h"

#include <string.h>

#include "lib/check.h"

TEST(equal_sees_every_bit)
{
    uint8_t a[33];
    uint8_t b[33];
    for (size_t i = 0; i < sizeof a; i++) {
        a[i] = b[i] = (uint8_t)(i * 11);
    }
    CHECK(ct_equal(a, b, sizeof a));
    for (size_t bit = 0; bit < 8 * sizeof a; bit++) {
        b[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(!ct_equal(a, b, sizeof a));
        b[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    CHECK(ct_equal(NULL, NULL, 0));
    CHECK(ct_slice_equal(SLICE_ARRAY(a), SLICE_ARRAY(b)));
    CHECK(!ct_slice_equal(SLICE_ARRAY(a), slice_make(b, 32)));
}

TEST(zero_sees_every_bit)
{
    uint8_t a[17] = {0};
    CHECK(ct_is_zero(a, sizeof a) && ct_is_zero(NULL, 0));
    for (size_t bit = 0; bit < 8 * sizeof a; bit++) {
        a[bit / 8] = (uint8_t)(1u << bit % 8);
        CHECK(!ct_is_zero(a, sizeof a));
        a[bit / 8] = 0;
    }
}

TEST(selects_whole_values)
{
    uint8_t out[5];
    ct_select(out, "first", "other", 5, 1);
    CHECK_BYTES(SLICE_ARRAY(out), SLICE_LITERAL("first"));
    ct_select(out, "first", "other", 5, 0);
    CHECK_BYTES(SLICE_ARRAY(out), SLICE_LITERAL("other"));
    ct_select(out, out, "again", 5, 0);
    CHECK_BYTES(SLICE_ARRAY(out), SLICE_LITERAL("again"));
}

TEST(wipe_clears)
{
    uint8_t a[40];
    memset(a, 7, sizeof a);
    wipe(a + 1, sizeof a - 2);
    CHECK(ct_is_zero(a + 1, sizeof a - 2) && a[0] == 7 && a[39] == 7);
    wipe(NULL, 0);
}

TEST_MAIN(TEST_ROW(equal_sees_every_bit), TEST_ROW(zero_sees_every_bit),
          TEST_ROW(selects_whole_values), TEST_ROW(wipe_clears))
