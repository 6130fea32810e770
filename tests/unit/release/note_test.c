#include "release/note.h"

#include <stdio.h>
#include <string.h>

#include "lib/check.h"
#include "release/line.h"

/* The example of C2SP signed-note v1.0.0. */
static const char vkey[] = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char known[] = "This is an example message.\n\n\xe2\x80\x94 example.com/foo "
                            "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mF"
                            "XmRKuwHjG1Yu72IneyaQM=\n";

static enum err check_known(struct slice in)
{
    struct release_key key;
    struct release_note note;
    uint64_t time = 77;
    CHECK_ERR(release_key_parse(&key, slice_of_string(vkey)), OK);
    enum err e = release_note_split(&note, in);
    if (e != OK) {
        CHECK(note.text.n == 0 && note.signatures.n == 0 && note.signature_n == 0);
        return e;
    }
    e = release_note_verify(&note, &key, &time);
    CHECK(time == 0);
    return e;
}

TEST(known_answer)
{
    struct slice copy = check_copy(slice_of_string(known));
    CHECK_ERR(check_known(copy), OK);
    check_release(copy);
}

/* None is harmless: cut short there is no whole last line. */
TEST(every_truncation_is_refused)
{
    for (size_t n = 0; n < sizeof known - 1; n++) {
        struct slice copy = check_copy(slice_make(known, n));
        CHECK(check_known(copy) == ERR_INPUT);
        check_release(copy);
    }
}

/* A changed text or signature does not verify; a changed name or key id is another key's; all else
 * is malformed. None is harmless: base64 has one form. */
TEST(every_changed_byte_is_refused)
{
    const char *end = strstr(known, "\n\n");
    const char *base64 = strstr(known, "Uw2Q");
    REQUIRE(end != NULL && base64 != NULL);
    for (size_t i = 0; i < sizeof known - 1; i++) {
        for (unsigned v = 1; v < 256; v++) {
            uint8_t bytes[sizeof known - 1];
            memcpy(bytes, known, sizeof bytes);
            bytes[i] ^= (uint8_t)v;
            struct slice copy = check_copy(SLICE_ARRAY(bytes));
            enum err e = check_known(copy);
            bool in_text = i < (size_t)(end - known);
            bool in_key = i >= (size_t)(end - known) + 6 && i < (size_t)(base64 - known) + 6;
            CHECK(e == ERR_INPUT || (e == ERR_GONE && in_key) ||
                  (e == ERR_AUTH && (in_text || i >= (size_t)(base64 - known))));
            check_release(copy);
        }
    }
}

static size_t put_line(char *to, const char *name, size_t n)
{
    static const uint8_t raw[64] = {9};
    char base64[128];
    struct buf b = buf_fixed(base64, sizeof base64);
    release_line_base64_put(&b, slice_make(raw, n));
    return (size_t)snprintf(to, 512, "\xe2\x80\x94 %s %.*s\n", name, (int)b.n, base64);
}

TEST(takes_64_signatures_and_no_more)
{
    static char all[65 * 64 + 16];
    struct release_note note;
    struct release_signature s;
    size_t n = (size_t)snprintf(all, sizeof all, "text\n\n");
    for (size_t i = 1; i <= RELEASE_SIGNATURES_MAX + 1; i++) {
        n += put_line(all + n, "x", 5);
        CHECK_ERR(release_note_split(&note, slice_make(all, n)),
                  i <= RELEASE_SIGNATURES_MAX ? OK : ERR_LIMIT);
        CHECK(note.signature_n == (i <= RELEASE_SIGNATURES_MAX ? i : 0));
        size_t count = 0;
        for (struct slice rest = note.signatures; release_note_next(&rest, &s); count++) {
            CHECK_BYTES(s.name, SLICE_LITERAL("x"));
            CHECK_BYTES(SLICE_ARRAY(s.id), check_hex("09000000"));
        }
        CHECK(count == note.signature_n);
    }
}

TEST(bounded_in_bytes)
{
    static char all[RELEASE_NOTE_BYTES_MAX + 1];
    struct release_note note;
    memset(all, 'a', sizeof all);
    char line[512] = "\n\n";
    size_t n = 2 + put_line(line + 2, "x", 5);
    memcpy(all + RELEASE_NOTE_BYTES_MAX - n, line, n);
    CHECK_ERR(release_note_split(&note, slice_make(all, RELEASE_NOTE_BYTES_MAX)), OK);
    CHECK(note.text.n == RELEASE_NOTE_BYTES_MAX - n + 1);
    CHECK_ERR(release_note_split(&note, slice_make(all, sizeof all)), ERR_LIMIT);
    CHECK(note.text.n == 0 && note.signature_n == 0);
}

TEST(the_last_empty_line_counts)
{
    char all[1024] = "one\n\ntwo\n\n";
    struct release_note note;
    size_t n = strlen(all);
    n += put_line(all + n, "x", 5);
    CHECK_ERR(release_note_split(&note, slice_make(all, n)), OK);
    CHECK_BYTES(note.text, SLICE_LITERAL("one\n\ntwo\n"));
    CHECK(note.signature_n == 1);
    /* Even a text of nothing but its LF. */
    n = (size_t)snprintf(all, sizeof all, "\n\n");
    n += put_line(all + n, "x", 5);
    CHECK_ERR(release_note_split(&note, slice_make(all, n)), OK);
    CHECK_BYTES(note.text, SLICE_LITERAL("\n"));
}

/* Of every form that a signature line may not have. */
TEST(malformed_notes_are_refused)
{
    static const char *const tails[] = {"",
                                        "\n",
                                        "\n\n",
                                        "x",
                                        "\xe2\x80\x94 x AAAAAAA=",
                                        "x\n",
                                        "\xe2\x80\n",
                                        "\xe2\x80\x94\n",
                                        "\xe2\x80\x94 \n",
                                        "\xe2\x80\x94 x\n",
                                        "\xe2\x80\x94 x \n",
                                        "\xe2\x80\x94  AAAAAAA=\n",
                                        "\xe2\x80\x94 x  AAAAAAA=\n",
                                        "\xe2\x80\x94  x AAAAAAA=\n",
                                        "\xe2\x80\x94 x AAAAAAA= \n",
                                        "\xe2\x80\x94 x AAAAAAA= y\n",
                                        "- x AAAAAAA=\n",
                                        "\xe2\x80\x93 x AAAAAAA=\n",
                                        "\xe2\x80\x94x AAAAAAA=\n",
                                        "\xe2\x80\x94 a+b AAAAAAA=\n",
                                        "\xe2\x80\x94 \xc2\xa0 AAAAAAA=\n",
                                        "\xe2\x80\x94 x AAAAAA==\n",
                                        "\xe2\x80\x94 x AAAA\n",
                                        "\xe2\x80\x94 x AAAAAAA\n",
                                        "\xe2\x80\x94 x AAAAAAAA=\n",
                                        "\xe2\x80\x94 x AAA=AAAAAAAA\n",
                                        "\xe2\x80\x94 x AAAAAAA=AAAA\n",
                                        "\xe2\x80\x94 x AAAAAAB=\n",
                                        "\xe2\x80\x94 x AAAA-_==\n",
                                        "\xe2\x80\x94 x ====\n",
                                        "\xe2\x80\x94 x AAAAAAA=\r\n",
                                        "\xe2\x80\x94 x AAAAAAA=\n\xe2\x80\x94 y\n",
                                        "\xe2\x80\x94 x AAAAAAA=\n \n",
                                        "\xe2\x80\x94 \xff AAAAAAA=\n",
                                        "\xe2\x80\x94 x AAAAAAA=\n\t"};
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        char all[256];
        struct release_note note;
        int n = snprintf(all, sizeof all, "text\n\n%s", tails[i]);
        struct slice copy = check_copy(slice_make(all, (size_t)n));
        memset(&note, 7, sizeof note);
        CHECK_ERR(release_note_split(&note, copy), ERR_INPUT);
        CHECK(note.text.n == 0 && note.signatures.n == 0 && note.signature_n == 0);
        check_release(copy);
    }
}

/* Without an empty line there is no text, however short it would be. */
TEST(a_note_has_an_empty_line)
{
    static const char *const bad[] = {"",
                                      "\n",
                                      "\n\xe2\x80\x94 x AAAAAAA=\n",
                                      "\xe2\x80\x94 x AAAAAAA=\n",
                                      "ab\xe2\x80\x94 x AAAAAAA=\n",
                                      "a\n\xe2\x80\x94 x AAAAAAA=\n",
                                      "\na\xe2\x80\x94 x AAAAAAA=\n",
                                      "ab\n\xe2\x80\x94 x AAAAAAA=\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct release_note note;
        struct slice copy = check_copy(slice_of_string(bad[i]));
        CHECK_ERR(release_note_split(&note, copy), ERR_INPUT);
        CHECK(note.text.n == 0 && note.signature_n == 0);
        check_release(copy);
    }
}

TEST(texts_are_utf8_without_controls)
{
    static const struct {
        const char *begin;
        enum err want;
    } rows[] = {{"plain", OK},       {"\xc3\xa9", OK},        {"\x7f", OK},
                {"\xc2\x80", OK},    {"\xef\xbb\xbf", OK},    {"a\tb", ERR_INPUT},
                {"a\rb", ERR_INPUT}, {"\x01", ERR_INPUT},     {"\x1f", ERR_INPUT},
                {"\xff", ERR_INPUT}, {"\xc0\x80", ERR_INPUT}, {"\xed\xa0\x80", ERR_INPUT}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char all[256];
        struct release_note note;
        int n = snprintf(all, sizeof all, "%s\n\n\xe2\x80\x94 x AAAAAAA=\n", rows[i].begin);
        CHECK_ERR(release_note_split(&note, slice_make(all, (size_t)n)), rows[i].want);
        CHECK(release_note_is_plain(slice_of_string(rows[i].begin)) == (rows[i].want == OK));
    }
    CHECK(!release_note_is_plain(slice_make("\0", 1)));
    CHECK(release_note_is_plain(SLICE_EMPTY));
}

TEST(unknown_keys_are_passed_over_and_known_ones_must_verify)
{
    struct crypto_sign_secret secrets[2] = {{{1}}, {{2}}};
    struct crypto_sign_public public_key;
    struct release_key keys[2];
    struct slice text = SLICE_LITERAL("text\n");
    uint64_t time = 77;
    for (size_t i = 0; i < 2; i++) {
        crypto_sign_public_of(&public_key, &secrets[i]);
        release_key_make(&keys[i], RELEASE_KEY_ED25519, SLICE_LITERAL("same-name"), &public_key);
    }
    /* By both, by the second alone, and by the first with the second's secret. */
    static const struct {
        int by[3]; /* 0, 1: the key; 2: the first, badly; -1: nobody */
        enum err want;
    } rows[] = {{{0, -1, -1}, OK},       {{1, 0, -1}, OK},        {{0, 0, -1}, OK},
                {{1, -1, -1}, ERR_GONE}, {{2, -1, -1}, ERR_AUTH}, {{0, 2, -1}, ERR_AUTH},
                {{2, 0, -1}, ERR_AUTH},  {{1, 2, 0}, ERR_AUTH}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t all[1024];
        struct release_note note;
        struct buf b = buf_fixed(all, sizeof all);
        buf_slice(&b, text);
        buf_u8(&b, '\n');
        for (size_t k = 0; k < 3; k++) {
            int by = rows[i].by[k];
            if (by >= 0) {
                release_signature_sign(&b, text, &keys[by == 1], &secrets[by != 0], 0);
            }
        }
        REQUIRE(release_note_split(&note, buf_view(&b)) == OK);
        CHECK_ERR(release_note_verify(&note, &keys[0], &time), rows[i].want);
        CHECK(time == 0);
    }
}

TEST_MAIN(TEST_ROW(known_answer), TEST_ROW(every_truncation_is_refused),
          TEST_ROW(every_changed_byte_is_refused), TEST_ROW(takes_64_signatures_and_no_more),
          TEST_ROW(bounded_in_bytes), TEST_ROW(the_last_empty_line_counts),
          TEST_ROW(malformed_notes_are_refused), TEST_ROW(a_note_has_an_empty_line),
          TEST_ROW(texts_are_utf8_without_controls),
          TEST_ROW(unknown_keys_are_passed_over_and_known_ones_must_verify))
