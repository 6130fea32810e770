#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEX_BYTES_MAX 4096

static int failures; /* of the test running */

#ifdef __wasm__
__attribute__((import_module("sotto"), import_name("log"))) void check_log(const char *p, int n);

void check_out(const char *text)
{
    check_log(text, (int)strlen(text));
}
#else
void check_out(const char *text)
{
    (void)fputs(text, stdout);
    (void)fflush(stdout);
}
#endif

void check_printf(const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    check_out(line);
}

void check_fail(const char *file, int line, const char *what)
{
    failures++;
    check_printf("  %s:%d: %s\n", file, line, what);
}

static void print_hex(const char *label, struct slice s)
{
    static const char digits[] = "0123456789abcdef";
    char text[2 * 64 + 1];
    size_t n = s.n < 64 ? s.n : 64;
    for (size_t i = 0; i < n; i++) {
        text[2 * i] = digits[s.p[i] >> 4];
        text[2 * i + 1] = digits[s.p[i] & 15];
    }
    text[2 * n] = '\0';
    check_printf("  %s (%lu bytes) %s%s\n", label, (unsigned long)s.n, text, n < s.n ? "..." : "");
}

void check_bytes(const char *file, int line, struct slice got, struct slice want)
{
    if (!slice_equal(got, want)) {
        check_fail(file, line, "bytes differ");
        print_hex("got ", got);
        print_hex("want", want);
    }
}

static int digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

struct slice check_hex(const char *hex)
{
    /* A ring, so that several calls fit in one expression. */
    static uint8_t store[8][HEX_BYTES_MAX];
    static unsigned next;
    uint8_t *to = store[next++ % 8];
    size_t n = 0;
    for (size_t i = 0; hex[i] != '\0'; i++) {
        if (hex[i] == ' ') {
            continue;
        }
        int hi = digit(hex[i]);
        int lo = digit(hex[i + 1]);
        if (hi < 0 || lo < 0 || n == HEX_BYTES_MAX) {
            check_fail(__FILE__, __LINE__, "check_hex: not hex, or too long");
            break;
        }
        to[n++] = (uint8_t)(hi << 4 | lo);
        i++;
    }
    return slice_make(to, n);
}

struct slice check_copy(struct slice s)
{
    uint8_t *p = malloc(s.n);
    if (p == NULL && s.n > 0) {
        check_fail(__FILE__, __LINE__, "check_copy: out of memory");
        abort();
    }
    if (s.n > 0) {
        memcpy(p, s.p, s.n);
    }
    return slice_make(p, s.n);
}

void check_release(struct slice s)
{
    /* The copy is ours; slices are const for everybody else. */
    free((void *)(uintptr_t)s.p);
}

int check_run(const char *program, const struct check_test *tests, size_t n)
{
    unsigned failed = 0;
    check_printf("# %s\n", program);
    for (size_t i = 0; i < n; i++) {
        failures = 0;
        tests[i].run();
        check_printf("%s %s\n", failures == 0 ? "ok" : "not ok", tests[i].name);
        failed += failures != 0;
    }
    check_printf("%u passed, %u failed\n", (unsigned)n - failed, failed);
    return failed == 0 ? 0 : 1;
}

static const struct check_test *find(const struct check_test *tests, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(tests[i].name, name) == 0) {
            return &tests[i];
        }
    }
    return NULL;
}

int check_main(int argc, char **argv, const char *program, const struct check_test *tests, size_t n)
{
    int code = 0;
    if (argc < 2) {
        return check_run(program, tests, n);
    }
    for (size_t i = 0; i < n && strcmp(argv[1], "--list") == 0; i++) {
        check_printf("%s\n", tests[i].name);
    }
    for (int i = 1; i < argc && strcmp(argv[1], "--list") != 0; i++) {
        const struct check_test *one = find(tests, n, argv[i]);
        if (one == NULL) {
            check_printf("not ok %s: no such test\n", argv[i]);
        }
        code |= one == NULL ? 1 : check_run(program, one, 1);
    }
    return code;
}
