#include "base/buf.h"

#include <string.h>

#include "lib/check.h"

TEST(writes_both_byte_orders)
{
    uint8_t memory[64];
    struct buf b = buf_fixed(memory, sizeof memory);
    buf_u8(&b, 0x01);
    buf_u16(&b, 0x0203);
    buf_u24(&b, 0x040506);
    buf_u32(&b, 0x0708090a);
    buf_u64(&b, 0x0b0c0d0e0f101112);
    buf_le16(&b, 0x0201);
    buf_le24(&b, 0x030201);
    buf_le32(&b, 0x04030201);
    buf_le64(&b, 0x0807060504030201);
    struct slice out;
    CHECK_ERR(buf_finish(&b, &out), OK);
    CHECK_BYTES(out, check_hex("0102030405060708090a0b0c0d0e0f101112"
                               "0102 010203 01020304 0102030405060708"));
}

TEST(the_first_failure_sticks)
{
    uint8_t memory[4];
    struct buf b = buf_fixed(memory, sizeof memory);
    struct slice out = SLICE_LITERAL("x");
    buf_u32(&b, 1);
    buf_u8(&b, 2);
    CHECK(b.err == ERR_LIMIT && b.n == 4);
    buf_fail(&b, ERR_BUG);
    CHECK(buf_reserve(&b, 0) == NULL);
    CHECK(buf_view(&b).n == 0);
    CHECK_ERR(buf_finish(&b, &out), ERR_LIMIT);
    CHECK(out.n == 0);
}

TEST(never_writes_past_its_end)
{
    for (size_t cap = 0; cap < 40; cap++) {
        struct slice memory =
            check_copy(slice_make("0123456789012345678901234567890123456789", cap));
        struct buf b = buf_fixed((void *)(uintptr_t)memory.p, cap);
        for (int i = 0; i < 20; i++) {
            buf_u24(&b, 7);
            buf_le64(&b, 7);
            buf_put(&b, "abc", 3);
            buf_zero(&b, 2);
        }
        CHECK(b.err == ERR_LIMIT && b.n <= cap);
        check_release(memory);
    }
}

TEST(refuses_lengths_that_overflow)
{
    uint8_t memory[4];
    struct arena a;
    struct buf b = buf_fixed(memory, sizeof memory);
    buf_u8(&b, 1);
    CHECK(buf_reserve(&b, SIZE_MAX) == NULL && b.err == ERR_LIMIT);
    arena_init(&a, 0);
    b = buf_arena(&a, 0);
    buf_u8(&b, 1);
    CHECK(buf_reserve(&b, SIZE_MAX) == NULL && b.err == ERR_LIMIT);
    b = buf_arena(&a, 0);
    buf_u24(&b, 0x1000000);
    CHECK(b.err == ERR_LIMIT);
    b = buf_arena(&a, 0);
    buf_le24(&b, 0x1000000);
    CHECK(b.err == ERR_LIMIT);
    arena_wipe(&a);
}

TEST(grows_in_its_arena)
{
    struct arena a;
    struct slice out;
    arena_init(&a, 0);
    struct buf b = buf_arena(&a, 1);
    for (unsigned i = 0; i < 100000; i++) {
        buf_u8(&b, (uint8_t)(i * 7));
    }
    CHECK_ERR(buf_finish(&b, &out), OK);
    REQUIRE(out.n == 100000);
    bool good = true;
    for (unsigned i = 0; i < 100000; i++) {
        good = good && out.p[i] == (uint8_t)(i * 7);
    }
    CHECK(good);
    arena_wipe(&a);
}

TEST(reports_that_the_arena_is_full)
{
    struct arena a;
    arena_init(&a, 1000);
    struct buf b = buf_arena(&a, 0);
    buf_zero(&b, 900);
    CHECK(b.err == ERR_HOST_MEMORY);
    b = buf_arena(&a, 5000);
    CHECK(b.err == ERR_HOST_MEMORY && b.cap == 0);
    arena_wipe(&a);
}

TEST(empty_puts_need_no_memory)
{
    struct buf b = buf_fixed(NULL, 0);
    struct slice out;
    buf_put(&b, NULL, 0);
    buf_slice(&b, SLICE_EMPTY);
    buf_zero(&b, 0);
    CHECK_ERR(buf_finish(&b, &out), OK);
    CHECK(out.n == 0);
}

TEST(writes_digits)
{
    static const uint64_t numbers[] = {0, 7, 10, 4294967296u, UINT64_MAX};
    char text[64];
    struct buf b = buf_fixed(text, sizeof text);
    struct slice out;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        buf_put(&b, " ", i == 0 ? 0 : 1);
        buf_decimal(&b, numbers[i]);
    }
    CHECK_ERR(buf_finish(&b, &out), OK);
    CHECK(slice_equal(out, slice_of_string("0 7 10 4294967296 18446744073709551615")));
    b = buf_fixed(text, 2);
    buf_decimal(&b, 123);
    CHECK(b.err != OK && b.n == 0);
}

TEST_MAIN(TEST_ROW(writes_digits), TEST_ROW(writes_both_byte_orders),
          TEST_ROW(the_first_failure_sticks), TEST_ROW(never_writes_past_its_end),
          TEST_ROW(refuses_lengths_that_overflow), TEST_ROW(grows_in_its_arena),
          TEST_ROW(reports_that_the_arena_is_full), TEST_ROW(empty_puts_need_no_memory))
