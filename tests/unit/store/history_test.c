/* Every layout that ever was: a store of it, with something in each of its tables, is opened by
 * this version, and all of it is there and works. */
#include "check.h"
#include "scratch.h"
#include "store_history.h"

#include "base/arena.h"
#include "base/host.h"
#include "store/migrate.h"
#include "store/page_size.h"
#include "store/sql.h"

#define NOW_MS 1790000000000u
static const uint8_t key[32] = {7, 1};

/* Closed. False: there is no layout of this number. */
static bool make(unsigned layout, uint32_t page_size, struct store_history *old)
{
    struct store *s = NULL;
    scratch_begin();
    CHECK_ERR(store_open_at(&s, key, "main", NOW_MS, layout, page_size), OK);
    bool is = s != NULL && store_history_is(s, layout);
    if (is) {
        store_history_fill(s, layout);
        store_history_read(old, s);
    }
    store_close(s);
    return is;
}

static void whole(struct store *s)
{
    struct arena a;
    struct slice text = SLICE_EMPTY;
    void *outs[] = {&text};
    arena_init(&a, 0);
    CHECK_ERR(store_sql_get(s, &a, "PRAGMA integrity_check", "t", outs, ""), OK);
    CHECK_BYTES(text, SLICE_LITERAL("ok"));
    CHECK_ERR(
        store_sql_run(s, "INSERT INTO search(search, rank) VALUES ('integrity-check', 1)", ""), OK);
    arena_wipe(&a);
}

static unsigned each_layout(uint32_t page_size)
{
    static struct store_history old, now;
    unsigned n = 0;
    for (unsigned from = STORE_MIGRATE_OLDEST; from <= store_migrate_last(); from++) {
        struct store *s = NULL;
        if (make(from, page_size, &old)) {
            n++;
            CHECK_ERR(store_open(&s, key, "main", NOW_MS), OK);
            CHECK(s != NULL);
        }
        if (s != NULL) {
            whole(s);
            store_history_read(&now, s);
            store_history_compare(&old, from, &now);
            store_history_use(s);
            whole(s);
            store_close(s);
            CHECK_ERR(store_open(&s, key, "main", NOW_MS), OK); /* and as any other from then on */
            store_close(s);
        }
        scratch_end();
    }
    return n;
}

TEST(a_store_of_each_layout_is_read_and_goes_on)
{
    unsigned n = each_layout(STORE_PAGE_SIZE);
    CHECK(n > 13);
    check_printf("  %u layouts\n", n);
}

TEST(so_is_one_with_pages_of_the_first_size)
{
    CHECK(each_layout(STORE_PAGE_SIZE_FIRST) > 13);
}

/* Nothing is written: the version that can read it still can. */
TEST(what_is_too_old_or_too_new_is_refused_each_by_its_name)
{
    for (unsigned from = 1; from <= STORE_MIGRATE_OLDEST; from++) {
        struct store *s = NULL;
        int64_t at = 0;
        bool is_newer = from == STORE_MIGRATE_OLDEST;
        enum err refusal = is_newer ? ERR_STORE_NEWER : ERR_STORE_OLDER;
        scratch_begin();
        CHECK_ERR(store_open_at(&s, key, "main", NOW_MS, is_newer ? store_migrate_last() : from,
                                STORE_PAGE_SIZE),
                  OK);
        REQUIRE(s != NULL);
        if (is_newer) {
            CHECK_ERR(store_sql_run(s, "PRAGMA user_version=9999", ""), OK);
        }
        store_close(s);
        int64_t size = host_size(host_open("main"));
        CHECK_ERR(store_open(&s, key, "main", NOW_MS), refusal);
        CHECK(s == NULL);
        CHECK(host_size(host_open("main")) == size && host_size(host_open("main-wal")) == 0);
        if (!is_newer) {
            CHECK_ERR(store_open_at(&s, key, "main", NOW_MS, from, STORE_PAGE_SIZE), OK);
            REQUIRE(s != NULL);
            CHECK_ERR(store_sql_get_int(s, &at, "PRAGMA user_version", ""), OK);
            CHECK(at > 0 && at <= (int64_t)from);
            store_close(s);
        }
        scratch_end();
    }
}

TEST_MAIN(TEST_ROW(a_store_of_each_layout_is_read_and_goes_on),
          TEST_ROW(so_is_one_with_pages_of_the_first_size),
          TEST_ROW(what_is_too_old_or_too_new_is_refused_each_by_its_name))
