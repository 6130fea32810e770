#include "base/text.h"

#include <string.h>

#include "lib/check.h"

static uint8_t memory[512];

static struct buf fresh(void)
{
    return buf_fixed(memory, sizeof memory);
}

TEST(knows_utf8)
{
    CHECK(text_is_utf8(SLICE_EMPTY));
    CHECK(text_is_utf8(SLICE_LITERAL("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80")));
    CHECK(text_length(SLICE_LITERAL("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80")) == 4);
    CHECK(text_is_utf8(SLICE_LITERAL("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf")));
    CHECK(text_is_utf8(slice_make("\0", 1)));
}

TEST(refuses_bad_utf8)
{
    static const char *const bad[] = {
        "80",       "bf",       "c0af",     "c1bf",   "c2",       "c220",     "e0a0",
        "e09f80",   "e08080",   "eda080",   "edbfbf", "e282",     "e28220",   "f08f8080",
        "f4908080", "f5808080", "f8888080", "ff",     "f09f98",   "f09f9820", "fe",
        "61c3",     "c3a4c3",   "f0",       "f09f",   "f0288cbc", "f0908028", "e228a1",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct slice s = check_copy(check_hex(bad[i]));
        CHECK(!text_is_utf8(s));
        check_release(s);
    }
}

TEST(accepts_exactly_the_code_points)
{
    /* Two bytes: U+0080 to U+07FF. Three: U+0800 to U+FFFF without 2048 surrogates. */
    unsigned two = 0;
    unsigned three = 0;
    for (unsigned a = 0x80; a < 0x100; a++) {
        for (unsigned b = 0; b < 0x100; b++) {
            uint8_t p[3] = {(uint8_t)a, (uint8_t)b, 0x80};
            two += text_is_utf8(slice_make(p, 2));
            three += 64u * text_is_utf8(slice_make(p, 3));
        }
    }
    CHECK(two == 1920 && three == 61440);
}

TEST(hex_goes_both_ways)
{
    uint8_t all[256];
    for (unsigned i = 0; i < 256; i++) {
        all[i] = (uint8_t)i;
    }
    struct buf b = fresh();
    text_put_hex(&b, SLICE_ARRAY(all));
    REQUIRE(b.err == OK && b.n == 512);
    CHECK(memcmp(b.p, "000102", 6) == 0 && memcmp(b.p + 506, "fdfeff", 6) == 0);
    uint8_t back[256];
    struct buf c = buf_fixed(back, sizeof back);
    CHECK_ERR(text_get_hex(&c, buf_view(&b)), OK);
    CHECK_BYTES(buf_view(&c), SLICE_ARRAY(all));
    c = buf_fixed(back, sizeof back);
    CHECK_ERR(text_get_hex(&c, SLICE_LITERAL("aBcDeF")), OK);
    CHECK_BYTES(buf_view(&c), check_hex("abcdef"));
}

TEST(refuses_what_is_not_hex)
{
    uint8_t back[8];
    for (unsigned c = 0; c < 256; c++) {
        bool good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        uint8_t pair[2] = {'0', (uint8_t)c};
        struct buf b = buf_fixed(back, sizeof back);
        CHECK_ERR(text_get_hex(&b, SLICE_ARRAY(pair)), good ? OK : ERR_INPUT);
        CHECK(b.n == (good ? 1 : 0));
        pair[0] = (uint8_t)c;
        pair[1] = 'f';
        b = buf_fixed(back, sizeof back);
        CHECK_ERR(text_get_hex(&b, SLICE_ARRAY(pair)), good ? OK : ERR_INPUT);
    }
    struct buf b = buf_fixed(back, sizeof back);
    CHECK_ERR(text_get_hex(&b, SLICE_LITERAL("123")), ERR_INPUT);
    b = buf_fixed(back, 1);
    CHECK_ERR(text_get_hex(&b, SLICE_LITERAL("1234")), ERR_LIMIT);
}

TEST(base64url_goes_both_ways)
{
    static const struct {
        const char *bytes, *text;
    } rows[] = {{"", ""},           {"66", "Zg"},           {"666f", "Zm8"},
                {"666f6f", "Zm9v"}, {"666f6f62", "Zm9vYg"}, {"666f6f6261", "Zm9vYmE"},
                {"fbeff0", "--_w"}, {"ffffff", "____"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t back[16];
        struct buf b = fresh();
        struct buf c = buf_fixed(back, sizeof back);
        text_put_base64url(&b, check_hex(rows[i].bytes));
        CHECK_BYTES(buf_view(&b), slice_of_string(rows[i].text));
        struct slice exact = check_copy(slice_of_string(rows[i].text));
        CHECK_ERR(text_get_base64url(&c, exact), OK);
        CHECK_BYTES(buf_view(&c), check_hex(rows[i].bytes));
        check_release(exact);
    }
}

TEST(base64url_has_one_form)
{
    static const char *const bad[] = {"Z",   "Zg==", "Zh", "Zm9",   "Zm+v", "Zm/v",
                                      "Z g", "Zg\n", "=",  "Zm9vY", "Zm9.", "AAAAB"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t back[16];
        struct buf c = buf_fixed(back, sizeof back);
        CHECK_ERR(text_get_base64url(&c, slice_of_string(bad[i])), ERR_INPUT);
        CHECK(c.n == 0);
    }
    unsigned letters = 0;
    for (unsigned x = 0; x < 256; x++) {
        uint8_t four[4] = {'A', 'A', 'A', (uint8_t)x};
        uint8_t back[4];
        struct buf c = buf_fixed(back, sizeof back);
        letters += text_get_base64url(&c, SLICE_ARRAY(four)) == OK;
    }
    CHECK(letters == 64);
}

TEST(base32_goes_both_ways)
{
    uint8_t all[32];
    uint8_t back[32];
    for (unsigned i = 0; i < 32; i++) {
        all[i] = (uint8_t)(i * 73 + 5);
    }
    for (size_t n = 0; n <= 32; n++) {
        struct buf b = fresh();
        text_put_base32(&b, slice_make(all, n));
        CHECK(b.n == (8 * n + 4) / 5);
        CHECK_ERR(text_get_base32(back, n, buf_view(&b)), OK);
        CHECK_BYTES(slice_make(back, n), slice_make(all, n));
        /* Every other length is refused. */
        CHECK_ERR(text_get_base32(back, n + 1, buf_view(&b)), ERR_INPUT);
        if (n > 0) {
            CHECK_ERR(text_get_base32(back, n - 1, buf_view(&b)), ERR_INPUT);
            CHECK_ERR(text_get_base32(back, n, slice_make(b.p, b.n - 1)), ERR_INPUT);
        }
    }
    struct buf b = fresh();
    text_put_base32(&b, check_hex("00443214c74254b635cf84653a56d7c675be77df"));
    CHECK_BYTES(buf_view(&b), SLICE_LITERAL("0123456789ABCDEFGHJKMNPQRSTVWXYZ"));
}

TEST(base32_forgives_reading_mistakes)
{
    uint8_t out[5];
    uint8_t want[5];
    CHECK_ERR(text_get_base32(want, 5, SLICE_LITERAL("00111ABC")), OK);
    CHECK_ERR(text_get_base32(out, 5, SLICE_LITERAL("oO-iL 1-abc")), OK);
    CHECK_BYTES(SLICE_ARRAY(out), SLICE_ARRAY(want));
    CHECK_ERR(text_get_base32(out, 5, SLICE_LITERAL("Oo Il1aBc")), OK);
    CHECK_BYTES(SLICE_ARRAY(out), SLICE_ARRAY(want));
}

TEST(base32_refuses_the_rest)
{
    uint8_t out[5] = {1, 2, 3, 4, 5};
    CHECK_ERR(text_get_base32(out, 5, SLICE_LITERAL("0000000U")), ERR_INPUT);
    CHECK_BYTES(SLICE_ARRAY(out), check_hex("0000000000"));
    CHECK_ERR(text_get_base32(out, 1, SLICE_LITERAL("01")), ERR_INPUT); /* padding bits */
    CHECK_ERR(text_get_base32(out, 1, SLICE_LITERAL("04")), OK);
    CHECK(out[0] == 1);
    unsigned good = 0;
    for (unsigned c = 0; c < 256; c++) {
        uint8_t text[8] = {'0', '0', '0', '0', '0', '0', '0', (uint8_t)c};
        good += text_get_base32(out, 5, SLICE_ARRAY(text)) == OK;
    }
    CHECK(good == 10 + 2 * 22 + 6); /* digits, letters in both cases, o O i I l L */
}

TEST_MAIN(TEST_ROW(knows_utf8), TEST_ROW(refuses_bad_utf8),
          TEST_ROW(accepts_exactly_the_code_points), TEST_ROW(hex_goes_both_ways),
          TEST_ROW(refuses_what_is_not_hex), TEST_ROW(base64url_goes_both_ways),
          TEST_ROW(base64url_has_one_form), TEST_ROW(base32_goes_both_ways),
          TEST_ROW(base32_forgives_reading_mistakes), TEST_ROW(base32_refuses_the_rest))
