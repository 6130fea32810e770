#include "base/arena.h"

#include <stdint.h>
#include <string.h>

#include "lib/check.h"

static bool all_zero(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] != 0) {
            return false;
        }
    }
    return true;
}

TEST(hands_out_zeroed_aligned_memory)
{
    struct arena a;
    arena_init(&a, 0);
    for (size_t n = 0; n < 3000; n += 7) {
        uint8_t *p = arena_alloc(&a, n);
        REQUIRE(p != NULL);
        CHECK((uintptr_t)p % _Alignof(max_align_t) == 0);
        CHECK(all_zero(p, n));
        memset(p, 0xa5, n);
    }
    arena_wipe(&a);
}

TEST(memory_after_a_reset_is_zero_again)
{
    struct arena a;
    arena_init(&a, 0);
    for (int round = 0; round < 3; round++) {
        uint8_t *small = arena_alloc(&a, 1000);
        uint8_t *large = arena_alloc(&a, 300000);
        REQUIRE(small != NULL && large != NULL);
        CHECK(all_zero(small, 1000) && all_zero(large, 300000));
        memset(small, 1, 1000);
        memset(large, 1, 300000);
        arena_reset(&a);
        CHECK(a.used_bytes == 0);
    }
    arena_wipe(&a);
}

TEST(keeps_its_limit)
{
    struct arena a;
    arena_init(&a, 1000);
    CHECK(arena_alloc(&a, 1001) == NULL);
    CHECK(arena_alloc(&a, 900) != NULL);
    CHECK(arena_alloc(&a, 200) == NULL);
    CHECK(arena_alloc(&a, SIZE_MAX) == NULL);
    CHECK(arena_alloc(&a, SIZE_MAX - 8) == NULL);
    arena_reset(&a);
    CHECK(arena_alloc(&a, 900) != NULL);
    arena_wipe(&a);
}

TEST(refuses_an_overflowing_array)
{
    struct arena a;
    arena_init(&a, 0);
    CHECK(arena_array(&a, SIZE_MAX / 2, 3) == NULL);
    CHECK(arena_array(&a, SIZE_MAX, SIZE_MAX) == NULL);
    CHECK(arena_array(&a, 10, 10) != NULL);
    CHECK(arena_array(&a, 0, 0) != NULL);
    arena_wipe(&a);
}

TEST(copies_bytes_and_strings)
{
    struct arena a;
    struct slice out;
    arena_init(&a, 0);
    CHECK_ERR(arena_copy(&a, SLICE_LITERAL("hello"), &out), OK);
    CHECK_BYTES(out, SLICE_LITERAL("hello"));
    CHECK_ERR(arena_copy(&a, SLICE_EMPTY, &out), OK);
    CHECK(out.n == 0);
    const char *s = arena_string(&a, SLICE_LITERAL("abc"));
    REQUIRE(s != NULL);
    CHECK(strcmp(s, "abc") == 0);
    s = arena_string(&a, SLICE_EMPTY);
    REQUIRE(s != NULL);
    CHECK(s[0] == '\0');
    arena_wipe(&a);
}

TEST(reports_exhausted_memory)
{
    struct arena a;
    struct slice out = SLICE_LITERAL("x");
    arena_init(&a, 0);
    uint64_t before = mem_calls();
    mem_fail_at(1);
    CHECK_ERR(arena_copy(&a, SLICE_LITERAL("hello"), &out), ERR_HOST_MEMORY);
    CHECK(out.n == 0 && mem_calls() == before + 1);
    CHECK(arena_alloc(&a, 10) != NULL);
    mem_fail_at(1);
    CHECK(arena_alloc(&a, 10) != NULL); /* the block is there: no call */
    CHECK(arena_alloc(&a, 1u << 20) == NULL);
    mem_fail_at(0);
    arena_wipe(&a);
}

TEST(a_tight_arena_asks_for_memory_each_time)
{
    struct arena a;
    arena_init(&a, 0);
    uint64_t before = mem_calls();
    CHECK(arena_alloc(&a, 1) != NULL && arena_alloc(&a, 1) != NULL && mem_calls() == before + 1);
    arena_wipe(&a);
    mem_tight(true);
    before = mem_calls();
    CHECK(arena_alloc(&a, 1) != NULL && arena_alloc(&a, 1) != NULL && mem_calls() == before + 2);
    mem_tight(false);
    arena_wipe(&a);
}

TEST(wipe_accepts_null_and_the_zero_state)
{
    struct arena a = {NULL, 0, 0};
    arena_wipe(NULL);
    arena_wipe(&a);
    CHECK(arena_alloc(&a, 16) != NULL); /* the zero state has the default limit */
    arena_wipe(&a);
    arena_wipe(&a);
}

TEST_MAIN(TEST_ROW(hands_out_zeroed_aligned_memory), TEST_ROW(memory_after_a_reset_is_zero_again),
          TEST_ROW(keeps_its_limit), TEST_ROW(refuses_an_overflowing_array),
          TEST_ROW(copies_bytes_and_strings), TEST_ROW(reports_exhausted_memory),
          TEST_ROW(a_tight_arena_asks_for_memory_each_time),
          TEST_ROW(wipe_accepts_null_and_the_zero_state))
