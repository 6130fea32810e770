#include "workload.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "check.h"
#include "store/search.h"
#include "store/sql.h"

#define TEXTS 3
#define LARGE_BYTES 20000

static const char *const words[] = {"apple", "birch",  "candle", "dune",  "ember",  "fjord",
                                    "grove", "harbor", "island", "juice", "kettle", "lantern"};
#define WORDS (sizeof words / sizeof *words)

/* Text k of transaction n: some words and a number of its own. */
static struct slice text_of(char out[512], int64_t n, int k)
{
    size_t at = 0;
    uint32_t r = (uint32_t)(n * 2654435761 + k * 40503 + 1);
    unsigned count = 2 + r % 40;
    for (unsigned i = 0; i < count; i++) {
        r = r * 1664525 + 1013904223;
        at += (size_t)snprintf(out + at, 512 - at, "%s ", words[(r >> 16) % WORDS]);
    }
    at += (size_t)snprintf(out + at, 512 - at, "no%lldx%d", (long long)n, k);
    return slice_make(out, at);
}

static struct slice key_of(char out[48], int64_t n, int k)
{
    return slice_make(out, (size_t)snprintf(out, 48, "m%lld.%d", (long long)n, k));
}

static enum err set(struct store *s, struct slice key, struct slice value)
{
    return store_sql_run(s, "INSERT OR REPLACE INTO setting(key, value) VALUES (?1, ?2)", "tb", key,
                         value);
}

/* Transactions 4, 8, 12 ... are taken away by the third after them. */
static bool is_there(int64_t n, int64_t after)
{
    return n % 4 != 0 || n + 3 > after;
}

static enum err take_away(struct store *s, int64_t n)
{
    char key[48];
    for (int k = 0; k < TEXTS; k++) {
        TRY(store_sql_run(s, "DELETE FROM setting WHERE key=?1", "t", key_of(key, n, k)));
        TRY(store_search_drop(s, n * TEXTS + k));
    }
    return OK;
}

static enum err put_large(struct store *s, int64_t n)
{
    static uint8_t large[LARGE_BYTES];
    memset(large, (int)n, sizeof large);
    return set(s, SLICE_LITERAL("large"), SLICE_ARRAY(large));
}

static enum err fill(struct store *s, int64_t n)
{
    char key[48];
    char text[512];
    for (int k = 0; k < TEXTS; k++) {
        struct slice t = text_of(text, n, k);
        TRY(set(s, key_of(key, n, k), t));
        TRY(store_search_put(s, n * TEXTS + k, n % 5 + 1, t));
    }
    if (n % 4 == 3 && n > 3) {
        TRY(take_away(s, n - 3));
    }
    if (n % 6 == 5) {
        TRY(put_large(s, n));
    }
    return store_sql_run(s, "INSERT OR REPLACE INTO setting(key, value) VALUES ('n', ?1)", "i", n);
}

enum err workload_step(struct workload *w, struct store *s)
{
    int64_t n = w->done + 1;
    bool durable = w->flush == WORKLOAD_DURABLE || (w->flush == WORKLOAD_MIXED && n % 3 == 0);
    TRY(store_begin(s));
    w->tried = n;
    enum err e = fill(s, n);
    if (e == OK) {
        e = store_commit(s, durable);
    }
    if (e != OK) {
        store_rollback(s);
        return e;
    }
    w->done = n;
    w->durable = durable ? n : w->durable;
    return OK;
}

enum err workload_run(struct workload *w, struct store *s, int64_t last)
{
    while (w->done < last) {
        TRY(workload_step(w, s));
        if (w->done % 5 == 0) {
            TRY(store_idle(s));
            w->durable = w->done;
        }
    }
    return OK;
}

static void check_texts(struct store *s, int64_t after)
{
    struct arena a;
    char key[48];
    char text[512];
    int64_t expected = 0;
    int64_t found = -1;
    arena_init(&a, 0);
    for (int64_t n = 1; n <= after; n++) {
        for (int k = 0; k < TEXTS && is_there(n, after); k++, expected++) {
            struct slice got = SLICE_EMPTY;
            void *outs[] = {&got};
            CHECK_ERR(store_sql_get(s, &a, "SELECT value FROM setting WHERE key=?1", "b", outs, "t",
                                    key_of(key, n, k)),
                      OK);
            CHECK_BYTES(got, text_of(text, n, k));
        }
        arena_reset(&a);
    }
    CHECK_ERR(store_sql_get_int(s, &found, "SELECT count(*) FROM setting WHERE key GLOB 'm*'", ""),
              OK);
    CHECK(found == expected);
    CHECK_ERR(store_sql_get_int(s, &found, "SELECT count(*) FROM search", ""), OK);
    CHECK(found == expected);
    arena_wipe(&a);
}

/* The newest text that is there is found by the number only it has. */
static void check_search(struct store *s, int64_t after)
{
    struct arena a;
    struct store_search_page page;
    char text[512];
    arena_init(&a, 0);
    for (int64_t n = after; n > 0 && n > after - 5; n--) {
        struct slice query = text_of(text, n, 1);
        query.p += query.n - 5;
        query.n = 5; /* "o12x1" and the like: inside a word */
        CHECK_ERR(store_search_find(s, &a, query, n % 5 + 1, 0, 10, &page), OK);
        bool found = false;
        for (size_t i = 0; i < page.count; i++) {
            found = found || page.hits[i].id == n * TEXTS + 1;
        }
        CHECK(found == is_there(n, after));
    }
    arena_wipe(&a);
}

void workload_check(struct workload *w, struct store *s)
{
    struct arena a;
    struct slice text = SLICE_EMPTY;
    void *outs[] = {&text};
    int64_t n = 0;
    arena_init(&a, 0);
    CHECK_ERR(store_sql_get(s, &a, "PRAGMA integrity_check", "t", outs, ""), OK);
    CHECK_BYTES(text, SLICE_LITERAL("ok"));
    CHECK_ERR(
        store_sql_run(s, "INSERT INTO search(search, rank) VALUES ('integrity-check', 1)", ""), OK);
    enum err e = store_sql_get_int(s, &n, "SELECT value FROM setting WHERE key='n'", "");
    CHECK(e == OK || e == ERR_GONE);
    if (n < w->durable || n > w->tried) {
        check_printf("  holds %d, durable %d, tried %d\n", (int)n, (int)w->durable, (int)w->tried);
        CHECK(n >= w->durable && n <= w->tried);
    }
    check_texts(s, n);
    check_search(s, n);
    w->tried = w->done = w->durable = n;
    arena_wipe(&a);
}
