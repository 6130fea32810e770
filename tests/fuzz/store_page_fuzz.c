#include <string.h>

#include "base/host.h"
#include "fuzz/fuzz.h"
#include "lib/scratch.h"
#include "store/db.h"
#include "store/search.h"
#include "store/sql.h"
#include "store/store.h"
#include "store/transaction.h"

/* A store whose files someone wrote to. The input is a list of changes of 7 bytes: file, offset
 * (4), how, byte. "how" also makes the seal right again, so that SQLite and FTS5 meet hostile
 * pages; our own code only ever sees what SQLite hands it. Everything ends with an error or not,
 * never with a crash, and closing always works. */
#define CHANGES_MAX 64
#define FILE_BYTES_MAX (1u << 20)

static const uint8_t key[32] = {1};
static uint8_t original[2][FILE_BYTES_MAX];
static size_t original_n[2];
static const char *const names[2] = {"main", "main-wal"};

static void fill(struct store *s)
{
    char text[64];
    for (int i = 1; i < 60; i++) {
        int n = snprintf(text, sizeof text, "message number %d with some words", i);
        FUZZ_CHECK(store_sql_run(s, "INSERT INTO setting(key, value) VALUES (?1, ?2)", "ib",
                                 (int64_t)i, slice_make(text, (size_t)n)) == OK);
        FUZZ_CHECK(store_search_put(s, i, 1 + i % 3, slice_make(text, (size_t)n)) == OK);
    }
}

static void make_original(void)
{
    struct store *s = NULL;
    scratch_begin();
    FUZZ_CHECK(store_open(&s, key, "main", 0) == OK);
    fill(s);
    FUZZ_CHECK(store_idle(s) == OK);
    FUZZ_CHECK(store_search_put(s, 5, 2, SLICE_LITERAL("changed in the log")) == OK);
    s->stuck = true; /* the log stays */
    store_close(s);
    for (int f = 0; f < 2; f++) {
        int got = host_read(host_open(names[f]), original[f], FILE_BYTES_MAX, 0);
        FUZZ_CHECK(got > 0 && (uint32_t)got < FILE_BYTES_MAX);
        original_n[f] = (size_t)got;
    }
    scratch_end();
}

/* Opens the unit around `at`, changes a byte, seals it again. */
static void change_inside(const struct store_seal *seal, int f, size_t at, uint8_t byte)
{
    static uint8_t unit[STORE_FRAME_SIZE];
    size_t head = f == 0 ? 0 : STORE_LOG_HEADER_SIZE;
    size_t size = f == 0 ? STORE_PAGE_SIZE : STORE_FRAME_SIZE;
    enum store_seal_kind kind = f == 0 ? STORE_SEAL_PAGE : STORE_SEAL_FRAME;
    if (at < head) {
        return;
    }
    uint64_t number = (at - head) / size;
    size_t in = (at - head) % size;
    uint64_t offset = head + number * size;
    int host = host_open(names[f]);
    if (in >= size - STORE_SEAL_BYTES || host_read(host, unit, size, offset) != (int)size ||
        store_seal_open(seal, unit, size, kind, number) != OK) {
        return;
    }
    unit[in] = byte;
    store_seal_close(seal, unit, size, kind, number);
    FUZZ_CHECK(host_write(host, unit, size, offset) == 0);
}

static void use(struct store *s)
{
    struct arena a;
    struct store_search_page page;
    struct slice text = SLICE_EMPTY;
    void *outs[] = {&text};
    arena_init(&a, 0);
    enum err e = store_sql_get(s, &a, "PRAGMA integrity_check(5)", "t", outs, "");
    e = e == OK ? store_search_find(s, &a, SLICE_LITERAL("number wor"), 0, 0, 50, &page) : e;
    e = store_begin(s) == OK ? store_search_drop(s, 7) : e;
    e = e == OK ? store_sql_run(s, "DELETE FROM setting WHERE key > 5", "") : e;
    e = e == OK ? store_search_put(s, 70, 1, SLICE_LITERAL("another number")) : e;
    e = e == OK ? store_commit(s, true) : e;
    if (e != OK) {
        store_rollback(s);
    }
    arena_wipe(&a);
}

FUZZ(input)
{
    struct store *s = NULL;
    struct store_seal seal;
    if (original_n[0] == 0) {
        make_original();
    }
    scratch_begin();
    for (int f = 0; f < 2; f++) {
        FUZZ_CHECK(host_write(host_open(names[f]), original[f], original_n[f], 0) == 0);
    }
    FUZZ_CHECK(store_seal_init(&seal, key, SLICE_LITERAL("main")) == OK);
    for (int i = 0; i < CHANGES_MAX && input.n >= 7; i++) {
        const uint8_t *c = input.p;
        int f = c[0] & 1;
        size_t at =
            ((size_t)c[1] << 24 | (size_t)c[2] << 16 | (size_t)c[3] << 8 | c[4]) % original_n[f];
        if (c[5] % 4 == 0) {
            FUZZ_CHECK(host_write(host_open(names[f]), c + 6, 1, at) == 0);
        } else if (c[5] % 16 == 1) {
            FUZZ_CHECK(host_truncate(host_open(names[f]), at) == 0);
        } else {
            change_inside(&seal, f, at, c[6]);
        }
        input = slice_make(input.p + 7, input.n - 7);
    }
    if (store_open(&s, key, "main", 0) == OK) {
        use(s);
    } else {
        FUZZ_CHECK(s == NULL);
    }
    store_close(s);
    scratch_end();
}
