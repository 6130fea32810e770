#include "base/cbor.h"

#include <string.h>

#include "base/limits.h"
#include "lib/check.h"

static uint8_t memory[4096];

static struct buf fresh(void)
{
    return buf_fixed(memory, sizeof memory);
}

/* RFC 8949, appendix A, as far as our subset goes. */
TEST(writes_the_examples_of_the_rfc)
{
    static const struct {
        int64_t value;
        const char *hex;
    } rows[] = {{0, "00"},
                {1, "01"},
                {10, "0a"},
                {23, "17"},
                {24, "1818"},
                {25, "1819"},
                {100, "1864"},
                {1000, "1903e8"},
                {1000000, "1a000f4240"},
                {-1, "20"},
                {-10, "29"},
                {-100, "3863"},
                {-1000, "3903e7"},
                {255, "18ff"},
                {256, "190100"},
                {65535, "19ffff"},
                {65536, "1a00010000"},
                {4294967295, "1affffffff"},
                {4294967296, "1b0000000100000000"},
                {1000000000000, "1b000000e8d4a51000"},
                {INT64_MAX, "1b7fffffffffffffff"},
                {INT64_MIN, "3b7fffffffffffffff"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b = fresh();
        int64_t back = 7;
        cbor_put_int(&b, rows[i].value);
        CHECK_BYTES(buf_view(&b), check_hex(rows[i].hex));
        struct slice s = buf_view(&b);
        CHECK_ERR(cbor_get_int(&s, &back), OK);
        CHECK(back == rows[i].value && s.n == 0);
    }
    struct buf b = fresh();
    cbor_put_uint(&b, UINT64_MAX);
    CHECK_BYTES(buf_view(&b), check_hex("1bffffffffffffffff"));
}

TEST(writes_and_reads_every_kind)
{
    struct buf b = fresh();
    struct slice s;
    struct slice text;
    size_t n;
    bool yes;
    uint64_t u;
    cbor_put_array(&b, 5);
    cbor_put_bool(&b, true);
    cbor_put_null(&b);
    cbor_put_bytes(&b, check_hex("01020304"));
    cbor_put_text(&b, SLICE_LITERAL("\xc3\xbc"));
    cbor_put_map(&b, 1);
    cbor_put_uint(&b, 1);
    cbor_put_bool(&b, false);
    CHECK_ERR(buf_finish(&b, &s), OK);
    CHECK_BYTES(s, check_hex("85f5f6440102030462c3bca101f4"));
    CHECK_ERR(cbor_check(s), OK);
    CHECK(cbor_get_array(&s, &n) == OK && n == 5);
    CHECK(cbor_get_bool(&s, &yes) == OK && yes);
    CHECK(!cbor_take_null(&(struct slice){NULL, 0}));
    CHECK_ERR(cbor_get_null(&s), OK);
    CHECK_ERR(cbor_get_null(&s), ERR_INPUT);
    CHECK(cbor_get_bytes(&s, &text) == OK && text.n == 4);
    CHECK(cbor_get_text(&s, &text) == OK && text.n == 2);
    CHECK(cbor_get_map(&s, &n) == OK && n == 1);
    CHECK(cbor_get_uint(&s, &u) == OK && u == 1);
    CHECK(cbor_get_bool(&s, &yes) == OK && !yes);
    CHECK_ERR(slice_end(s), OK);
}

TEST(peeks_without_moving)
{
    static const struct {
        const char *hex;
        enum cbor_kind kind;
    } rows[] = {{"00", CBOR_UINT}, {"20", CBOR_NINT},  {"40", CBOR_BYTES},
                {"60", CBOR_TEXT}, {"80", CBOR_ARRAY}, {"a0", CBOR_MAP},
                {"f4", CBOR_BOOL}, {"f5", CBOR_BOOL},  {"f6", CBOR_NULL}};
    enum cbor_kind kind;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_ERR(cbor_peek(check_hex(rows[i].hex), &kind), OK);
        CHECK(kind == rows[i].kind);
        CHECK_ERR(cbor_check(check_hex(rows[i].hex)), OK);
    }
    CHECK_ERR(cbor_peek(SLICE_EMPTY, &kind), ERR_INPUT);
}

TEST(rejects_what_is_outside_the_subset)
{
    static const char *const bad[] = {
        "1817",
        "1800",
        "190017",
        "1900ff",
        "1a0000ffff",
        "1b00000000ffffffff", /* longer forms */
        "3817",
        "5800",
        "7800",
        "9800",
        "b800",
        "580141",
        "1c",
        "1d",
        "1e",
        "1f",
        "3f",
        "5f",
        "7f",
        "9f",
        "bf",
        "ff",
        "5f4100ff",
        "9fff",
        "bfff",
        "c0",
        "c11a514b67b0",
        "d820",
        "f7",
        "f8ff",
        "f818",
        "f814",
        "e0",
        "f0",
        "f97e00",
        "fa47c35000",
        "fb3ff199999999999a",
        "f3",
        "61ff",
        "62c328",
        "6180", /* not UTF-8 */
        "",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct slice s = check_copy(check_hex(bad[i]));
        if (cbor_check(s) != ERR_INPUT) {
            check_printf("  row %s\n", bad[i]);
        }
        CHECK_ERR(cbor_check(s), ERR_INPUT);
        check_release(s);
    }
}

TEST(rejects_unsorted_and_double_keys)
{
    static const struct {
        const char *hex;
        enum err want;
    } rows[] = {
        {"a201000200", OK},
        {"a202000100", ERR_INPUT},
        {"a201000100", ERR_INPUT},
        {"a2010020 00", OK},
        {"a220000100", ERR_INPUT},
        {"a2616100616200", OK},
        {"a2616200616100", ERR_INPUT},
        {"a261620062616100", OK}, /* shorter head first */
        {"a262616100616200", ERR_INPUT},
        {"a218180017 00", ERR_INPUT},
        {"a2170018 1800", OK},
        {"a1a2020001000 0", ERR_INPUT}, /* inside a key */
        {"a101a202000100", ERR_INPUT},  /* inside a value */
        {"81a202000100", ERR_INPUT},
        {"a28101008102 00", OK},
        {"a2810200810100", ERR_INPUT},
        {"a301000200 0300", OK},
        {"a301000300 0200", ERR_INPUT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char hex[64];
        size_t n = 0;
        for (const char *c = rows[i].hex; *c != '\0'; c++) {
            if (*c != ' ') {
                hex[n++] = *c;
            }
        }
        hex[n] = '\0';
        if (cbor_check(check_hex(hex)) != rows[i].want) {
            check_printf("  row %s\n", rows[i].hex);
        }
        CHECK_ERR(cbor_check(check_hex(hex)), rows[i].want);
    }
}

TEST(bounds_nesting)
{
    uint8_t deep[LIMIT_CBOR_DEPTH + 2];
    memset(deep, 0x81, sizeof deep);
    deep[LIMIT_CBOR_DEPTH] = 0x01;
    CHECK_ERR(cbor_check(slice_make(deep, LIMIT_CBOR_DEPTH + 1)), OK);
    deep[LIMIT_CBOR_DEPTH] = 0x81;
    deep[LIMIT_CBOR_DEPTH + 1] = 0x01;
    CHECK_ERR(cbor_check(SLICE_ARRAY(deep)), ERR_LIMIT);
    deep[LIMIT_CBOR_DEPTH] = 0x80;
    CHECK_ERR(cbor_check(slice_make(deep, LIMIT_CBOR_DEPTH + 1)), ERR_LIMIT);
}

TEST(rejects_counts_above_the_bytes_left)
{
    size_t n = 9;
    struct slice s = check_hex("9affffffff00");
    CHECK(cbor_get_array(&s, &n) == ERR_INPUT && n == 0 && s.n == 6);
    s = check_hex("9bffffffffffffffff00");
    CHECK(cbor_get_array(&s, &n) == ERR_INPUT && n == 0);
    s = check_hex("bb800000000000000000");
    CHECK(cbor_get_map(&s, &n) == ERR_INPUT && n == 0);
    s = check_hex("a20000");
    CHECK(cbor_get_map(&s, &n) == ERR_INPUT);
    s = check_hex("5bffffffffffffffff00");
    struct slice out;
    CHECK(cbor_get_bytes(&s, &out) == ERR_INPUT && out.n == 0 && s.n == 10);
}

TEST(readers_stay_put_on_another_kind)
{
    static const char *const heads[] = {"00", "20", "4100", "6161", "8100", "a10000", "f5", "f6"};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        struct slice all = check_hex(heads[i]);
        struct slice s = all;
        struct slice out;
        uint64_t u = 9;
        int64_t v = 9;
        size_t n = 9;
        bool yes = true;
        CHECK((cbor_get_uint(&s, &u) == OK) == (i == 0));
        s = all;
        CHECK((cbor_get_int(&s, &v) == OK) == (i <= 1));
        s = all;
        CHECK((cbor_get_bytes(&s, &out) == OK) == (i == 2));
        s = all;
        CHECK((cbor_get_text(&s, &out) == OK) == (i == 3));
        s = all;
        CHECK((cbor_get_array(&s, &n) == OK) == (i == 4));
        s = all;
        CHECK((cbor_get_map(&s, &n) == OK) == (i == 5));
        s = all;
        CHECK((cbor_get_bool(&s, &yes) == OK) == (i == 6));
        s = all;
        CHECK((cbor_get_null(&s) == OK) == (i == 7));
        CHECK(i == 7 || (s.p == all.p && s.n == all.n));
    }
    struct slice s = check_hex("3b8000000000000000"); /* below INT64_MIN */
    int64_t v = 9;
    CHECK(cbor_get_int(&s, &v) == ERR_INPUT && v == 0 && s.n == 9);
}

TEST(skips_whole_items)
{
    struct slice s = check_hex("8301a1026161820304f6");
    struct slice item;
    CHECK_ERR(cbor_skip(&s, &item), OK);
    CHECK_BYTES(item, check_hex("8301a1026161820304"));
    CHECK_ERR(cbor_skip(&s, NULL), OK);
    CHECK(s.n == 0);
    CHECK_ERR(cbor_skip(&s, &item), ERR_INPUT);
    CHECK_ERR(cbor_check(check_hex("0000")), ERR_INPUT); /* bytes behind it */
}

TEST(rejects_every_truncation)
{
    struct slice whole = check_hex("8a0118181903e81a000f42401b000000e8d4a51000 3903e7"
                                   "4401020304 62c3bc a201f402a10a8101 f6");
    CHECK_ERR(cbor_check(whole), OK);
    for (size_t n = 0; n < whole.n; n++) {
        struct slice s = check_copy(slice_make(whole.p, n));
        CHECK_ERR(cbor_check(s), ERR_INPUT);
        check_release(s);
    }
}

TEST(survives_every_single_byte_change)
{
    struct slice whole = check_hex("861864a2016161024401020304f5820120f6626162");
    CHECK_ERR(cbor_check(whole), OK);
    for (size_t i = 0; i < whole.n; i++) {
        for (unsigned v = 0; v < 256; v++) {
            struct slice s = check_copy(whole);
            ((uint8_t *)(uintptr_t)s.p)[i] = (uint8_t)v;
            struct slice rest = s;
            struct slice item;
            if (cbor_skip(&rest, &item) == OK) {
                CHECK(item.n + rest.n == s.n && item.n > 0);
            }
            check_release(s);
        }
    }
}

TEST(refuses_to_write_bad_text)
{
    struct buf b = fresh();
    cbor_put_text(&b, SLICE_LITERAL("\xff"));
    struct slice out;
    CHECK_ERR(buf_finish(&b, &out), ERR_INPUT);
}

TEST(a_string_of_one_length_is_copied_and_no_other)
{
    uint8_t out[4] = {9, 9, 9, 9};
    struct slice s = check_hex("4401020304");
    CHECK_ERR(cbor_get_fixed(&s, out, 3), ERR_INPUT);
    CHECK(out[0] == 9);
    s = check_hex("4401020304");
    CHECK_ERR(cbor_get_fixed(&s, out, 4), OK);
    CHECK(s.n == 0 && out[0] == 1 && out[3] == 4);
    s = check_hex("6401020304"); /* text */
    CHECK_ERR(cbor_get_fixed(&s, out, 4), ERR_INPUT);
}

TEST_MAIN(TEST_ROW(writes_the_examples_of_the_rfc), TEST_ROW(writes_and_reads_every_kind),
          TEST_ROW(peeks_without_moving), TEST_ROW(rejects_what_is_outside_the_subset),
          TEST_ROW(rejects_unsorted_and_double_keys), TEST_ROW(bounds_nesting),
          TEST_ROW(rejects_counts_above_the_bytes_left), TEST_ROW(readers_stay_put_on_another_kind),
          TEST_ROW(skips_whole_items), TEST_ROW(rejects_every_truncation),
          TEST_ROW(survives_every_single_byte_change), TEST_ROW(refuses_to_write_bad_text),
          TEST_ROW(a_string_of_one_length_is_copied_and_no_other))
