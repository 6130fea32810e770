/* The test harness: claims, asserts, one summary.
 *
 *   TEST(rejects_truncated_input) { CHECK(decode(...) == ERR_INPUT); }
 *   TEST_MAIN(rejects_truncated_input, ...)
 *
 * A program runs its tests in order, prints `ok name` or `not ok name` for each and ends with
 * `N passed, N failed`; the exit code is 1 when any failed. Natively `PROGRAM NAME...` runs those
 * alone and `PROGRAM --list` names them all. The same programs run in WebAssembly (exported
 * test_main). */
#ifndef SOTTO_TESTS_CHECK_H
#define SOTTO_TESTS_CHECK_H
#include "base/base.h"
#include "base/slice.h"

struct check_test {
    const char *name;
    void (*run)(void);
};

void check_out(const char *text); /* to stdout (native) or the test import `log` (wasm) */
void check_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
void check_fail(const char *file, int line, const char *what);
/* Records a failure when the bytes differ, printing both in hex. */
void check_bytes(const char *file, int line, struct slice got, struct slice want);
/* Hex literal to bytes in static storage; for short expected values. */
struct slice check_hex(const char *hex);
/* A heap copy of exactly s.n bytes, so that reading past its end is seen (ASan); free with
 * check_release. */
struct slice check_copy(struct slice s);
void check_release(struct slice s);
int check_run(const char *program, const struct check_test *tests, size_t n);
/* The same for a command line: names of tests, or --list. */
int check_main(int argc, char **argv, const char *program, const struct check_test *tests,
               size_t n);

#define TEST(name) static void name(void)
#define CHECK(cond)                                                                                \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            check_fail(__FILE__, __LINE__, #cond);                                                 \
        }                                                                                          \
    } while (0)
/* Like CHECK, but leaves the test: for conditions everything after depends on. */
#define REQUIRE(cond)                                                                              \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            check_fail(__FILE__, __LINE__, #cond);                                                 \
            return;                                                                                \
        }                                                                                          \
    } while (0)
/* Like REQUIRE, for what a test needs before it comes to its claim: a test that is expected to fail
 * (tests/parts/trust.sh) has not done so when it fails here. */
#define SETUP(cond)                                                                                \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            check_out("  setup:\n");                                                               \
            check_fail(__FILE__, __LINE__, #cond);                                                 \
            return;                                                                                \
        }                                                                                          \
    } while (0)
#define CHECK_BYTES(got, want) check_bytes(__FILE__, __LINE__, (got), (want))
#define CHECK_ERR(call, expected)                                                                  \
    do {                                                                                           \
        enum err check_e_ = (call);                                                                \
        if (check_e_ != (expected)) {                                                              \
            check_printf("  %s: got %s\n", #call, err_name(check_e_));                             \
            check_fail(__FILE__, __LINE__, #call " != " #expected);                                \
        }                                                                                          \
    } while (0)
#define TEST_ROW(f)                                                                                \
    {                                                                                              \
#f, f                                                                                      \
    }
#ifdef __wasm__
#define TEST_MAIN(...)                                                                             \
    __attribute__((used, visibility("default"), export_name("test_main"))) int test_main(void)     \
    {                                                                                              \
        static const struct check_test tests[] = {__VA_ARGS__};                                    \
        return check_run(__FILE__, tests, sizeof tests / sizeof tests[0]);                         \
    }
#else
#define TEST_MAIN(...)                                                                             \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        static const struct check_test tests[] = {__VA_ARGS__};                                    \
        return check_main(argc, argv, __FILE__, tests, sizeof tests / sizeof tests[0]);            \
    }
#endif
#endif
