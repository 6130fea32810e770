#include "check.h"
#include "store/fold.h"

#include <stdlib.h>
#include <string.h>

/* Folded text as UTF-8, spaces of any kind as one blank each. */
static struct slice folded(struct slice in)
{
    static uint8_t out[1024];
    struct store_fold f = store_fold_begin(in);
    struct store_fold_char c;
    size_t n = 0;
    while (store_fold_next(&f, &c) && n + 4 <= sizeof out) {
        n += store_fold_utf8(out + n, c.kind == STORE_FOLD_SPACE ? ' ' : c.c);
    }
    return slice_make(out, n);
}

#define FOLDS(in, want) CHECK_BYTES(folded(SLICE_LITERAL(in)), SLICE_LITERAL(want))

TEST(case_and_accents_go)
{
    FOLDS("Hello, World 42", "hello, world 42");
    FOLDS("ÀÉÎÕÜ çñ ÿŸ", "aeiou cn yy");
    FOLDS("Cafe\xcc\x81", "cafe"); /* a combining accent */
    FOLDS("Straße STRASSE ẞ", "strasse strasse ss");
    FOLDS("Ærøskøbing Łódź Đorđe þing ıİI", "aeroskobing lodz dorde thing iii");
    FOLDS("Việt Nam", "viet nam");
    FOLDS("ΆΘΉΝΑ άθήνα ς", "αθηνα αθηνα σ");
    FOLDS("ЁЖИК ёжик Й й", "ежик ежик й й");
    FOLDS("شَكَرَ أإآ", "شكر ااا");
    FOLDS("שָׁלוֹם", "שלום");
}

TEST(width_ligatures_and_ornaments_go)
{
    FOLDS("ＡＢＣ１２３", "abc123");
    FOLDS("ﬁnd ﬂow", "find flow");
    FOLDS("x² ½ ™", "x2 1⁄2 tm");
    FOLDS("𝐇𝐞𝐥𝐥𝐨", "hello");
    FOLDS("don’t “quote” – —", "don't \"quote\" - -");
    FOLDS("👍🏽 ok", "👍 ok"); /* skin tone */
    FOLDS("a\xc2\xad"
          "b\xe2\x80\x8d"
          "c",
          "abc"); /* soft hyphen, joiner */
}

TEST(other_scripts_stay)
{
    FOLDS("日本語 カタカナ がぎぐ", "日本語 カタカナ がぎぐ");
    FOLDS("ｶﾀｶﾅ", "カタカナ");
    FOLDS("한국어", "한국어");
    FOLDS("ภาษาไทย กินข้าว", "ภาษาไทย กินข้าว");
    FOLDS("हिन्दी", "हिन्दी");
}

static enum store_fold_kind kind(struct slice in)
{
    struct store_fold f = store_fold_begin(in);
    struct store_fold_char c = {.kind = STORE_FOLD_SPACE};
    CHECK(store_fold_next(&f, &c));
    return c.kind;
}

TEST(kinds_tell_words_from_signs_and_scripts_without_spaces)
{
    static const char *const words[] = {"a", "7", "é", "ж", "λ", "ש", "ع", "ह", "ა"};
    static const char *const free_ones[] = {"!",  "_", "§", "€", "→", "😀",  "漢", "か", "カ",
                                            "한", "ไ", "ກ", "ខ", "မ", "、", "𠀀", "♥"};
    static const char *const spaces[] = {" ", "\n", "\t", "\xc2\xa0", "\xe3\x80\x80", "\x01"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        CHECK(kind(slice_of_string(words[i])) == STORE_FOLD_WORD);
    }
    for (size_t i = 0; i < sizeof free_ones / sizeof *free_ones; i++) {
        CHECK(kind(slice_of_string(free_ones[i])) == STORE_FOLD_FREE);
    }
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        CHECK(kind(slice_of_string(spaces[i])) == STORE_FOLD_SPACE);
    }
}

TEST(offsets_point_into_the_text)
{
    struct store_fold f = store_fold_begin(SLICE_LITERAL("aßé漢"));
    static const uint32_t want[][3] = {
        {'a', 0, 1}, {'s', 1, 3}, {'s', 1, 3}, {'e', 3, 5}, {0x6f22, 5, 8}};
    struct store_fold_char c;
    for (size_t i = 0; i < 5; i++) {
        REQUIRE(store_fold_next(&f, &c));
        CHECK(c.c == want[i][0] && c.from == want[i][1] && c.to == want[i][2]);
    }
    CHECK(!store_fold_next(&f, &c));
}

/* Any bytes, in an allocation of their exact size: no read beyond, offsets in order and inside. */
TEST(survives_any_bytes)
{
    uint32_t r = 1;
    for (unsigned round = 0; round < 20000; round++) {
        size_t n = round % 13;
        uint8_t *bytes = malloc(n + (n == 0));
        REQUIRE(bytes != NULL);
        for (size_t i = 0; i < n; i++) {
            r = r * 1664525 + 1013904223;
            bytes[i] = (uint8_t)(r >> 24) | (uint8_t)(round % 3 == 0 ? 0xc0 : 0);
        }
        struct store_fold f = store_fold_begin(slice_make(bytes, n));
        struct store_fold_char c;
        uint32_t at = 0;
        while (store_fold_next(&f, &c)) {
            CHECK(c.from >= at && c.to > c.from && c.to <= n && c.c <= 0x10ffff && c.c != 0xfffd);
            at = c.from;
        }
        free(bytes);
    }
}

TEST(utf8_is_strict)
{
    FOLDS("a\xc0\xaf"
          "b",
          "ab"); /* overlong */
    FOLDS("a\xed\xa0\x80"
          "b",
          "ab"); /* surrogate */
    FOLDS("a\xf4\x90\x80\x80"
          "b",
          "ab"); /* above U+10FFFF */
    FOLDS("a\xe6\xbc"
          "b",
          "ab"); /* cut off */
    FOLDS("\xff\xfe", "");
}

TEST_MAIN(TEST_ROW(case_and_accents_go), TEST_ROW(width_ligatures_and_ornaments_go),
          TEST_ROW(other_scripts_stay),
          TEST_ROW(kinds_tell_words_from_signs_and_scripts_without_spaces),
          TEST_ROW(offsets_point_into_the_text), TEST_ROW(survives_any_bytes),
          TEST_ROW(utf8_is_strict))
