#include "verify_head.h"

#include <stdio.h>
#include <string.h>

#include "lib/check.h"

#define CSP "default-src 'none'; script-src 'self'"
#define FIXED                                                                                      \
    "Integrity-Policy: blocked-destinations=(script)\r\n"                                          \
    "Cross-Origin-Opener-Policy: same-origin\r\n"                                                  \
    "Cross-Origin-Resource-Policy: same-origin\r\n"                                                \
    "X-Content-Type-Options: nosniff\r\n"                                                          \
    "Referrer-Policy: no-referrer\r\n"
#define GOOD "Content-Security-Policy: " CSP "\r\n" FIXED

/* Judges an exact-size copy. `why` must hold the word; NULL: the head is fine. */
static void judge(const char *head, const char *word)
{
    char why[VERIFY_WHY_MAX] = "";
    struct slice copy = check_copy(slice_of_string(head));
    bool fine = verify_head_check(copy, slice_of_string(CSP), why);
    if (fine != (word == NULL) || (word != NULL && strstr(why, word) == NULL)) {
        check_printf("  %s\n  -> %s\n", head, why);
        check_fail(__FILE__, __LINE__, word != NULL ? word : "fine");
    }
    check_release(copy);
}

TEST(accepts_the_headers_of_a_release)
{
    judge(GOOD, NULL);
    judge(GOOD "Content-Type: text/html\r\nVary: a\r\nVary: b\r\n", NULL);
    judge("content-security-policy:\t" CSP " \n" FIXED, NULL);
}

TEST(rejects_another_policy)
{
    judge(FIXED, "has no Content-Security-Policy");
    judge(GOOD "Content-Security-Policy: " CSP "\r\n", "twice");
    judge("Content-Security-Policy: " CSP ", default-src *\r\n" FIXED, "comma");
    judge("Content-Security-Policy: " CSP ";\r\n" FIXED, "another");
    judge("Content-Security-Policy: Default-src 'none'; script-src 'self'\r\n" FIXED, "another");
    judge("Content-Security-Policy:\r\n" FIXED, "another");
}

TEST(rejects_what_acts_and_what_is_not_known)
{
    static const char *const names[] = {"Link",
                                        "refresh",
                                        "LOCATION",
                                        "Speculation-Rules",
                                        "Clear-Site-Data",
                                        "Service-Worker-Allowed",
                                        "Set-Cookie",
                                        "Alt-Svc",
                                        "X-New"};
    char head[2048];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(head, sizeof head, GOOD "%s: x\r\n", names[i]);
        judge(head, names[i]);
    }
    judge(GOOD "X-Content-Type-Options: nosniff\r\n", "twice");
}

TEST(rejects_lines_that_two_readers_read_differently)
{
    static const char *const lines[] = {
        " folded: x\r\n", "\tfolded\r\n",        "name : x\r\n",           ": x\r\n",
        "name\r\n",       "na me: x\r\n",        "vary: a\rb: c\r\n",      "vary: a\001\r\n",
        "\r\n",           "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK: x\r\n", "vary: \177\r\n"};
    char head[2048];
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        snprintf(head, sizeof head, GOOD "%s", lines[i]);
        judge(head, "not `name: value`");
    }
}

TEST(rejects_every_head_with_one_changed_letter)
{
    char head[1024];
    size_t n = strlen(GOOD);
    for (size_t i = 0; i < n; i++) {
        memcpy(head, GOOD, n + 1);
        head[i] = '#';
        char why[VERIFY_WHY_MAX];
        /* Only where it means nothing: an end of line without CR, a space before a value. */
        bool may = GOOD[i] == '\r' || GOOD[i] == ' ';
        if (verify_head_check(slice_make(head, n), slice_of_string(CSP), why) && !may) {
            check_printf("  changed at %zu\n", i);
            check_fail(__FILE__, __LINE__, "a changed letter passes");
        }
    }
}

TEST(shows_only_letters_that_a_terminal_may_see)
{
    char out[8];
    verify_text(out, sizeof out, SLICE_LITERAL("a\033[1mb\xff"));
    CHECK_BYTES(slice_of_string(out), SLICE_LITERAL("a?[1mb?"));
    verify_text(out, 3, SLICE_LITERAL("abcdef"));
    CHECK_BYTES(slice_of_string(out), SLICE_LITERAL("ab"));
    verify_text(out, sizeof out, SLICE_EMPTY);
    CHECK(out[0] == 0);
}

TEST_MAIN(TEST_ROW(accepts_the_headers_of_a_release), TEST_ROW(rejects_another_policy),
          TEST_ROW(rejects_what_acts_and_what_is_not_known),
          TEST_ROW(rejects_lines_that_two_readers_read_differently),
          TEST_ROW(rejects_every_head_with_one_changed_letter),
          TEST_ROW(shows_only_letters_that_a_terminal_may_see))
