#include "base/slice.h"

#include <string.h>

#include "lib/check.h"

static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

TEST(takes_and_moves)
{
    struct slice s = SLICE_ARRAY(bytes);
    struct slice a;
    CHECK_ERR(slice_take(&s, 4, &a), OK);
    CHECK_BYTES(a, slice_make(bytes, 4));
    CHECK_ERR(slice_take(&s, 0, &a), OK);
    CHECK(a.n == 0 && s.n == 5);
    CHECK_ERR(slice_take(&s, 5, &a), OK);
    CHECK_ERR(slice_end(s), OK);
}

TEST(stays_where_it_was_when_too_little_is_left)
{
    struct slice s = check_copy(slice_make(bytes, 3));
    struct slice before = s;
    struct slice out = SLICE_ARRAY(bytes);
    uint8_t copy[4] = {9, 9, 9, 9};
    CHECK_ERR(slice_take(&s, 4, &out), ERR_INPUT);
    CHECK(out.n == 0);
    CHECK_ERR(slice_take(&s, SIZE_MAX, &out), ERR_INPUT);
    CHECK_ERR(slice_copy(&s, copy, 4), ERR_INPUT);
    CHECK_BYTES(SLICE_ARRAY(copy), check_hex("00000000"));
    CHECK(s.p == before.p && s.n == before.n);
    CHECK_ERR(slice_end(s), ERR_INPUT);
    check_release(before);
}

TEST(reads_big_endian)
{
    struct slice s = SLICE_ARRAY(bytes);
    uint8_t a;
    uint16_t b;
    uint32_t c;
    uint64_t d;
    CHECK(slice_u8(&s, &a) == OK && a == 1);
    CHECK(slice_u16(&s, &b) == OK && b == 0x0203);
    CHECK(slice_u24(&s, &c) == OK && c == 0x040506);
    s = SLICE_ARRAY(bytes);
    CHECK(slice_u32(&s, &c) == OK && c == 0x01020304);
    s = SLICE_ARRAY(bytes);
    CHECK(slice_u64(&s, &d) == OK && d == 0x0102030405060708);
}

TEST(reads_little_endian)
{
    struct slice s = SLICE_ARRAY(bytes);
    uint16_t b;
    uint32_t c;
    uint64_t d;
    CHECK(slice_le16(&s, &b) == OK && b == 0x0201);
    CHECK(slice_le24(&s, &c) == OK && c == 0x050403);
    s = SLICE_ARRAY(bytes);
    CHECK(slice_le32(&s, &c) == OK && c == 0x04030201);
    s = SLICE_ARRAY(bytes);
    CHECK(slice_le64(&s, &d) == OK && d == 0x0807060504030201);
}

TEST(rejects_every_truncated_integer)
{
    for (size_t n = 0; n < 8; n++) {
        struct slice s = check_copy(slice_make(bytes, n));
        struct slice before = s;
        uint8_t a = 9;
        uint16_t b = 9;
        uint32_t c = 9;
        uint64_t d = 9;
        CHECK(n >= 1 || (slice_u8(&s, &a) == ERR_INPUT && a == 0));
        CHECK(n >= 2 || (slice_u16(&s, &b) == ERR_INPUT && b == 0));
        CHECK(n >= 2 || (slice_le16(&s, &b) == ERR_INPUT && b == 0));
        CHECK(n >= 3 || (slice_u24(&s, &c) == ERR_INPUT && c == 0));
        CHECK(n >= 3 || (slice_le24(&s, &c) == ERR_INPUT && c == 0));
        CHECK(n >= 4 || (slice_u32(&s, &c) == ERR_INPUT && c == 0));
        CHECK(n >= 4 || (slice_le32(&s, &c) == ERR_INPUT && c == 0));
        CHECK(slice_u64(&s, &d) == ERR_INPUT && d == 0);
        CHECK(slice_le64(&s, &d) == ERR_INPUT && d == 0);
        CHECK(s.p == before.p && s.n == n);
        check_release(before);
    }
}

TEST(compares_bytes_then_length)
{
    struct slice a = SLICE_LITERAL("ab");
    struct slice b = SLICE_LITERAL("abc");
    CHECK(slice_equal(a, slice_of_string("ab")));
    CHECK(!slice_equal(a, b) && !slice_equal(a, SLICE_LITERAL("ac")));
    CHECK(slice_compare(a, b) < 0 && slice_compare(b, a) > 0 && slice_compare(a, a) == 0);
    CHECK(slice_compare(SLICE_LITERAL("b"), b) > 0);
    CHECK(slice_compare(SLICE_LITERAL("\xff"), SLICE_LITERAL("\x01")) > 0);
    CHECK(slice_equal(SLICE_EMPTY, slice_make(bytes, 0)));
    CHECK(slice_compare(SLICE_EMPTY, a) < 0);
}

TEST_MAIN(TEST_ROW(takes_and_moves), TEST_ROW(stays_where_it_was_when_too_little_is_left),
          TEST_ROW(reads_big_endian), TEST_ROW(reads_little_endian),
          TEST_ROW(rejects_every_truncated_integer), TEST_ROW(compares_bytes_then_length))
