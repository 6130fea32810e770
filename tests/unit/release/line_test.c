#include <string.h>

#include "lib/check.h"
#include "release/note.h"
#include "release/line.h"

TEST(lines_end_with_lf)
{
    struct slice rest = SLICE_LITERAL("one\n\ntwo\nrest"), line;
    CHECK(release_line_next(&rest, &line));
    CHECK_BYTES(line, SLICE_LITERAL("one"));
    CHECK(release_line_next(&rest, &line));
    CHECK_BYTES(line, SLICE_EMPTY);
    CHECK(release_line_next(&rest, &line));
    CHECK_BYTES(line, SLICE_LITERAL("two"));
    CHECK(!release_line_next(&rest, &line));
    CHECK(line.n == 0);
    CHECK_BYTES(rest, SLICE_LITERAL("rest"));
    rest = SLICE_EMPTY;
    CHECK(!release_line_next(&rest, &line));
}

TEST(decimals_have_one_form_and_fit_javascript)
{
    static const struct {
        const char *text;
        uint64_t value;
    } good[] = {{"0", 0},
                {"9", 9},
                {"10", 10},
                {"4294967296", 4294967296u},
                {"9007199254740991", 9007199254740991u}};
    static const char *const bad[] = {"",
                                      "00",
                                      "01",
                                      "-1",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "1e3",
                                      "0x1",
                                      "1\n",
                                      "1:2",
                                      "1/",
                                      "9007199254740992",
                                      "9999999999999999",
                                      "10000000000000000",
                                      "18446744073709551617"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint64_t v = 77;
        uint8_t back[20];
        struct buf b = buf_fixed(back, sizeof back);
        struct slice copy = check_copy(slice_of_string(good[i].text));
        CHECK_ERR(release_line_decimal_get(&v, copy), OK);
        CHECK(v == good[i].value);
        release_line_decimal_put(&b, v);
        CHECK_BYTES(buf_view(&b), copy);
        check_release(copy);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint64_t v = 77;
        struct slice copy = check_copy(slice_of_string(bad[i]));
        CHECK_ERR(release_line_decimal_get(&v, copy), ERR_INPUT);
        CHECK(v == 0);
        check_release(copy);
    }
    uint8_t most[20];
    struct buf b = buf_fixed(most, sizeof most);
    release_line_decimal_put(&b, UINT64_MAX);
    CHECK_BYTES(buf_view(&b), SLICE_LITERAL("18446744073709551615"));
}

/* RFC 4648, section 10, and the two letters that differ from the other alphabet. */
TEST(base64_known_answers)
{
    static const struct {
        const char *raw, *text;
    } rows[] = {{"", ""},
                {"f", "Zg=="},
                {"fo", "Zm8="},
                {"foo", "Zm9v"},
                {"foob", "Zm9vYg=="},
                {"fooba", "Zm9vYmE="},
                {"foobar", "Zm9vYmFy"},
                {"\xfb\xff\xbf", "+/+/"},
                {"\xfb\xff", "+/8="}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[16], text[16];
        struct buf b = buf_fixed(bytes, sizeof bytes), t = buf_fixed(text, sizeof text);
        struct slice copy = check_copy(slice_of_string(rows[i].text));
        release_line_base64_put(&t, slice_of_string(rows[i].raw));
        CHECK_BYTES(buf_view(&t), copy);
        CHECK_ERR(release_line_base64_get(&b, copy), OK);
        CHECK_BYTES(buf_view(&b), slice_of_string(rows[i].raw));
        check_release(copy);
    }
}

TEST(base64_has_one_form)
{
    static const char *const bad[] = {
        "Z",    "Zg",   "Zg=",       "Zg==Zg==", "Zm8=Zg==", "Zh==",   "Zm9=", "====",
        "A===", "=AAA", "AA=A",      "Zm9v====", "Zm9v\n",   " Zm9",   "Zm 9", "-_-_",
        "Zm9-", "Zm9_", "Zm9vZm9v=", "Zm9\xc3",  "AAAA,AAA", "AAAABBB"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t bytes[16] = {1, 2};
        struct buf b = buf_fixed(bytes, sizeof bytes);
        struct slice copy = check_copy(slice_of_string(bad[i]));
        b.n = 2; /* what was written before stays, and nothing is added */
        CHECK_ERR(release_line_base64_get(&b, copy), ERR_INPUT);
        CHECK(b.n == 2 && bytes[0] == 1 && bytes[1] == 2);
        check_release(copy);
    }
}

TEST(base64_that_does_not_fit_is_refused)
{
    uint8_t bytes[5];
    struct buf b = buf_fixed(bytes, sizeof bytes);
    CHECK_ERR(release_line_base64_get(&b, SLICE_LITERAL("Zm9vYmFy")), ERR_INPUT);
    CHECK(buf_view(&b).n == 0);
}

TEST_MAIN(TEST_ROW(lines_end_with_lf), TEST_ROW(decimals_have_one_form_and_fit_javascript),
          TEST_ROW(base64_known_answers), TEST_ROW(base64_has_one_form),
          TEST_ROW(base64_that_does_not_fit_is_refused))
