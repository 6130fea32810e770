#include "gateway/bytes.h"

#include "check.h"

TEST(a_block_lives_until_its_last_user_lets_go)
{
    struct gw_bytes *b = gw_bytes_copy(SLICE_LITERAL("sealed"));
    REQUIRE(b != NULL);
    CHECK(gw_bytes_ref(b) == b);
    gw_bytes_unref(b);
    CHECK_BYTES(gw_bytes_slice(b), SLICE_LITERAL("sealed")); /* under ASan: it is still there */
    gw_bytes_unref(b);
    gw_bytes_unref(NULL);
}

TEST(a_copy_of_nothing_is_an_empty_block)
{
    struct gw_bytes *b = gw_bytes_copy(SLICE_EMPTY);
    REQUIRE(b != NULL);
    CHECK(b->n == 0);
    gw_bytes_unref(b);
}

TEST(a_size_that_does_not_fit_its_count_is_refused)
{
    CHECK(gw_bytes_new((size_t)UINT32_MAX) == NULL);
}

TEST_MAIN(TEST_ROW(a_block_lives_until_its_last_user_lets_go),
          TEST_ROW(a_copy_of_nothing_is_an_empty_block),
          TEST_ROW(a_size_that_does_not_fit_its_count_is_refused))
