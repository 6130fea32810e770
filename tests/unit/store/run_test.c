/* Writes given to the host as one: what it is given, and when. */
#include "check.h"

#include <string.h>

#include "base/host.h"
#include "store/run.h"

/* As host_write has them. */
enum { TAKEN = 0, FAILED = -1, FULL = -2 };

static struct {
    int calls, file, answer;
    size_t n;
    uint64_t at;
    uint8_t bytes[STORE_RUN_BYTES_MAX];
} given;

static int take(void *user, int file, const void *p, size_t n, uint64_t offset)
{
    (void)user;
    given.calls++;
    given.file = file;
    given.n = n;
    given.at = offset;
    memcpy(given.bytes, p, n);
    return given.answer;
}

static struct store_run run;
static const uint8_t data[STORE_RUN_BYTES_MAX] = {1, 2, 3, 4, 5, 6, 7, 8};

static void begin(void)
{
    static const struct host_native host = {.write = take};
    memset(&given, 0, sizeof given);
    memset(&run, 0, sizeof run);
    host_native_set(&host);
}

TEST(what_follows_is_given_as_one)
{
    begin();
    CHECK(store_run_put(&run, 3, data, 4, 100) == 0);
    CHECK(store_run_put(&run, 3, data + 4, 4, 104) == 0);
    CHECK(given.calls == 0);
    CHECK(store_run_end(&run, 3) == 0);
    CHECK(given.calls == 1 && given.file == 3 && given.at == 100);
    CHECK_BYTES(slice_make(given.bytes, given.n), slice_make(data, 8));
    CHECK(store_run_end(&run, 3) == 0);
    CHECK(given.calls == 1);
    host_native_set(NULL);
}

TEST(another_place_or_file_ends_it_and_so_does_a_byte_too_many)
{
    begin();
    CHECK(store_run_put(&run, 3, data, 4, 100) == 0);
    CHECK(store_run_put(&run, 3, data, 4, 105) == 0);
    CHECK(given.calls == 1 && given.at == 100 && given.n == 4);
    CHECK(store_run_put(&run, 4, data, 4, 109) == 0);
    CHECK(given.calls == 2 && given.file == 3 && given.at == 105 && given.n == 4);
    CHECK(store_run_put(&run, 4, data, STORE_RUN_BYTES_MAX - 4, 113) == 0);
    CHECK(given.calls == 2);
    CHECK(store_run_put(&run, 4, data, 1, 109 + STORE_RUN_BYTES_MAX) == 0);
    CHECK(given.calls == 3 && given.at == 109 && given.n == STORE_RUN_BYTES_MAX);
    CHECK(store_run_put(&run, 4, data, 0, 0) == 0);
    CHECK(given.calls == 4 && given.at == 109 + STORE_RUN_BYTES_MAX && given.n == 1);
    CHECK(store_run_end(&run, 4) == 0);
    CHECK(given.calls == 4);
    host_native_set(NULL);
}

TEST(only_what_waits_for_that_file_is_given)
{
    begin();
    CHECK(store_run_put(&run, 3, data, 4, 100) == 0);
    CHECK(store_run_end(&run, 4) == 0);
    CHECK(given.calls == 0);
    CHECK(store_run_end(&run, 3) == 0);
    CHECK(given.calls == 1);
    host_native_set(NULL);
}

TEST(a_failure_is_told_once_and_its_bytes_are_dropped)
{
    begin();
    given.answer = FULL;
    CHECK(store_run_put(&run, 3, data, 4, 100) == 0);
    CHECK(store_run_end(&run, 3) == FULL);
    CHECK(store_run_end(&run, 3) == 0);
    CHECK(store_run_put(&run, 3, data, 4, 100) == 0);
    given.answer = FAILED;
    CHECK(store_run_put(&run, 3, data, 4, 0) == FAILED);
    given.answer = TAKEN;
    CHECK(store_run_end(&run, 3) == 0);
    CHECK(given.calls == 2);
    host_native_set(NULL);
}

TEST_MAIN(TEST_ROW(what_follows_is_given_as_one),
          TEST_ROW(another_place_or_file_ends_it_and_so_does_a_byte_too_many),
          TEST_ROW(only_what_waits_for_that_file_is_given),
          TEST_ROW(a_failure_is_told_once_and_its_bytes_are_dropped))
