/* Deleting for good (wasm/store/README.md "Rules", 3): every page and log frame is opened with the
 * key and searched for what was deleted. */
#include "check.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>

#include "base/host.h"
#include "store/db.h"
#include "store/search.h"
#include "store/seal.h"
#include "store/store.h"
#include "store/sql.h"

static const uint8_t key[32] = {3};
/* Gothic letters: the bytes looked for occur in the text and in every three of it that the index
 * keeps, also where FTS5 leaves out the bytes shared with the term before. */
static const char secret[] = "\xf0\x90\x8c\xb0\xf0\x90\x8c\xb1\xf0\x90\x8c\xb2\xf0\x90\x8c\xb3";
static const char trace[] = "\xb1\xf0\x90\x8c\xb2";

static struct store *begin(void)
{
    struct store *s = NULL;
    scratch_begin();
    CHECK_ERR(store_open(&s, key, "main", 0), OK);
    return s;
}

static void end(struct store *s)
{
    CHECK_ERR(
        store_sql_run(s, "INSERT INTO search(search, rank) VALUES ('integrity-check', 1)", ""), OK);
    store_close(s);
    scratch_end();
}

static unsigned occurrences(const uint8_t *p, size_t n)
{
    unsigned found = 0;
    for (size_t i = 0; i + sizeof trace - 1 <= n; i++) {
        found += memcmp(p + i, trace, sizeof trace - 1) == 0;
    }
    return found;
}

/* In both files, opened. */
static unsigned traces(void)
{
    static uint8_t unit[STORE_FRAME_SIZE];
    struct store_seal seal;
    unsigned found = 0;
    CHECK_ERR(store_seal_init(&seal, key, SLICE_LITERAL("main")), OK);
    int file = host_open("main");
    for (uint64_t i = 0;
         host_read(file, unit, STORE_PAGE_SIZE, i * STORE_PAGE_SIZE) == STORE_PAGE_SIZE; i++) {
        CHECK_ERR(store_seal_open(&seal, unit, STORE_PAGE_SIZE, STORE_SEAL_PAGE, i), OK);
        found += occurrences(unit, STORE_PAGE_SIZE);
    }
    file = host_open("main-wal");
    for (uint64_t i = 0;
         host_read(file, unit, STORE_FRAME_SIZE, STORE_LOG_HEADER_SIZE + i * STORE_FRAME_SIZE) ==
         STORE_FRAME_SIZE;
         i++) {
        CHECK_ERR(store_seal_open(&seal, unit, STORE_FRAME_SIZE, STORE_SEAL_FRAME, i), OK);
        found += occurrences(unit, STORE_FRAME_SIZE);
    }
    return found;
}

static enum err put(struct store *s, int64_t id, const char *text)
{
    TRY(store_sql_run(s, "INSERT OR REPLACE INTO setting(key, value) VALUES (?1, ?2)", "ib", id,
                      slice_of_string(text)));
    return store_search_put(s, id, 1, slice_of_string(text));
}

static enum err drop(struct store *s, int64_t id)
{
    TRY(store_sql_run(s, "DELETE FROM setting WHERE key=?1", "i", id));
    return store_search_drop(s, id);
}

static void filler(struct store *s, int64_t from, int64_t to)
{
    char text[200];
    CHECK_ERR(store_begin(s), OK);
    for (int64_t i = from; i < to; i++) {
        (void)snprintf(text, sizeof text, "filler %lld words about nothing in particular %lld",
                       (long long)i, (long long)(i * 7919 % 1000));
        CHECK_ERR(put(s, i, text), OK);
    }
    CHECK_ERR(store_commit(s, false), OK);
}

static void put_secret(struct store *s, int64_t id)
{
    char text[400];
    (void)snprintf(text, sizeof text, "before %s after %s end", secret, secret);
    CHECK_ERR(store_begin(s), OK);
    CHECK_ERR(put(s, id, text), OK);
    CHECK_ERR(store_commit(s, true), OK);
}

static void forget(struct store *s, int64_t id)
{
    CHECK_ERR(store_begin(s), OK);
    CHECK_ERR(drop(s, id), OK);
    CHECK_ERR(store_commit(s, true), OK);
    CHECK_ERR(store_idle(s), OK);
}

TEST(a_deleted_message_is_gone_after_idle)
{
    struct store *s = begin();
    filler(s, 1, 300);
    put_secret(s, 1000);
    CHECK(traces() > 3); /* the search itself works */
    CHECK_ERR(store_idle(s), OK);
    CHECK(traces() > 3);
    forget(s, 1000);
    CHECK(traces() == 0);
    end(s);
}

TEST(also_after_the_index_was_rearranged)
{
    struct store *s = begin();
    for (int64_t i = 0; i < 60; i++) {
        filler(s, 10 * i + 1, 10 * i + 10); /* many small transactions: FTS5 merges */
        if (i % 20 == 10) {
            put_secret(s, 10000 + i);
        }
    }
    CHECK_ERR(store_idle(s), OK);
    CHECK(traces() > 0);
    for (int64_t i = 10; i < 60; i += 20) {
        forget(s, 10000 + i);
    }
    CHECK(traces() == 0);
    filler(s, 5000, 5100);
    CHECK_ERR(store_idle(s), OK);
    CHECK(traces() == 0);
    end(s);
}

TEST(also_when_it_was_replaced)
{
    struct store *s = begin();
    filler(s, 1, 50);
    put_secret(s, 1000);
    CHECK_ERR(store_idle(s), OK);
    CHECK_ERR(put(s, 1000, "something else"), OK);
    CHECK_ERR(store_idle(s), OK);
    CHECK(traces() == 0);
    end(s);
}

TEST(also_when_it_never_was_committed)
{
    struct store *s = begin();
    filler(s, 1, 50);
    CHECK_ERR(store_begin(s), OK);
    CHECK_ERR(put(s, 1000, secret), OK);
    store_rollback(s);
    CHECK_ERR(store_idle(s), OK);
    CHECK(traces() == 0);
    end(s);
}

TEST(also_when_it_was_large)
{
    static char text[60000];
    struct store *s = begin();
    filler(s, 1, 50);
    for (size_t i = 0; i + 16 < sizeof text; i += 16) {
        memcpy(text + i, secret, 16);
    }
    CHECK_ERR(put(s, 1000, text), OK);
    CHECK_ERR(store_idle(s), OK);
    CHECK(traces() > 1000);
    forget(s, 1000);
    CHECK(traces() == 0);
    end(s);
}

TEST_MAIN(TEST_ROW(a_deleted_message_is_gone_after_idle),
          TEST_ROW(also_after_the_index_was_rearranged), TEST_ROW(also_when_it_was_replaced),
          TEST_ROW(also_when_it_never_was_committed), TEST_ROW(also_when_it_was_large))
