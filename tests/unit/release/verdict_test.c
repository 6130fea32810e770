#include "release/verdict.h"

#include "lib/check.h"

TEST(every_verdict_has_a_name_of_its_own)
{
    for (int i = 0; i < RELEASE_VERDICT_COUNT; i++) {
        struct slice name = slice_of_string(release_verdict_name((enum release_verdict)i));
        CHECK(name.n > 0);
        CHECK(!slice_equal(name, SLICE_LITERAL("unknown")));
        for (int k = 0; k < i; k++) {
            CHECK(
                !slice_equal(name, slice_of_string(release_verdict_name((enum release_verdict)k))));
        }
    }
    CHECK_BYTES(slice_of_string(release_verdict_name(RELEASE_OK)), SLICE_LITERAL("ok"));
    CHECK_BYTES(slice_of_string(release_verdict_name(RELEASE_FILE)), SLICE_LITERAL("file"));
}

TEST(a_verdict_outside_the_list_is_unknown)
{
    CHECK_BYTES(slice_of_string(release_verdict_name(RELEASE_VERDICT_COUNT)),
                SLICE_LITERAL("unknown"));
}

TEST_MAIN(TEST_ROW(every_verdict_has_a_name_of_its_own),
          TEST_ROW(a_verdict_outside_the_list_is_unknown))
