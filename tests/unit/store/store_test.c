#include "check.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/host.h"
#include "store/db.h"
#include "store/sql.h"
#include "store/store.h"
#include "store/migrate.h"

#define NOW_MS 1790000000000u
static const uint8_t key[32] = {7, 7, 7};

static struct store *open_store(void)
{
    struct store *s = NULL;
    CHECK_ERR(store_open(&s, key, "main", NOW_MS), OK);
    return s;
}

static int64_t number(struct store *s, const char *sql)
{
    int64_t n = -1;
    CHECK_ERR(store_sql_get_int(s, &n, sql, ""), OK);
    return n;
}

static enum err set(struct store *s, const char *name, int64_t value)
{
    uint8_t b[8];
    for (int i = 0; i < 8; i++) {
        b[i] = (uint8_t)(value >> (56 - 8 * i));
    }
    return store_sql_run(s, "INSERT OR REPLACE INTO setting(key, value) VALUES (?1, ?2)", "tb",
                         slice_of_string(name), SLICE_ARRAY(b));
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

static int64_t size_of(const char *name)
{
    return host_size(host_open(name));
}

static void flip(const char *name, uint64_t offset, uint8_t bits)
{
    uint8_t b = 0;
    int file = host_open(name);
    CHECK(host_read(file, &b, 1, offset) == 1);
    b ^= bits;
    CHECK(host_write(file, &b, 1, offset) == 0);
}

TEST(creates_and_opens_again)
{
    bool exists = true;
    scratch_begin();
    CHECK_ERR(store_exists(&exists, "main"), OK);
    CHECK(!exists);
    struct store *s = open_store();
    REQUIRE(s != NULL);
    CHECK(number(s, "PRAGMA user_version") == (int64_t)store_migrate_last());
    CHECK_ERR(store_begin(s), OK);
    CHECK_ERR(set(s, "a", 5), OK);
    CHECK_ERR(store_commit(s, true), OK);
    store_close(s);
    CHECK(size_of("main-wal") == 0);
    CHECK(size_of("main") % STORE_PAGE_SIZE == 0);
    CHECK_ERR(store_exists(&exists, "main"), OK);
    CHECK(exists);
    s = open_store();
    REQUIRE(s != NULL);
    CHECK(number(s, "SELECT count(*) FROM setting") == 1);
    whole(s);
    store_close(s);
    scratch_end();
}

TEST(is_configured_as_the_rules_say)
{
    struct arena a;
    struct slice text = SLICE_EMPTY;
    void *outs[] = {&text};
    scratch_begin();
    arena_init(&a, 0);
    for (int i = 0; i < 2; i++) {
        struct store *s = open_store();
        REQUIRE(s != NULL);
        CHECK_ERR(store_sql_get(s, &a, "PRAGMA journal_mode", "t", outs, ""), OK);
        CHECK_BYTES(text, SLICE_LITERAL("wal"));
        CHECK_ERR(store_sql_get(s, &a, "PRAGMA locking_mode", "t", outs, ""), OK);
        CHECK_BYTES(text, SLICE_LITERAL("exclusive"));
        CHECK(number(s, "PRAGMA page_size") == STORE_PAGE_SIZE);
        CHECK(number(s, "PRAGMA secure_delete") == 1);
        CHECK(number(s, "PRAGMA synchronous") == 2);
        CHECK(number(s, "PRAGMA wal_autocheckpoint") == 0);
        CHECK(number(s, "SELECT v FROM search_config WHERE k='secure-delete'") == 1);
        store_close(s);
    }
    arena_wipe(&a);
    scratch_end();
}

TEST(commits_and_rolls_back)
{
    scratch_begin();
    struct store *s = open_store();
    REQUIRE(s != NULL);
    CHECK(!store_in_transaction(s));
    CHECK_ERR(store_commit(s, true), ERR_STATE);
    CHECK_ERR(store_begin(s), OK);
    CHECK(store_in_transaction(s));
    CHECK_ERR(store_begin(s), ERR_STATE);
    CHECK_ERR(store_idle(s), ERR_STATE);
    CHECK_ERR(set(s, "a", 1), OK);
    store_rollback(s);
    store_rollback(s);
    CHECK(!store_in_transaction(s));
    CHECK(number(s, "SELECT count(*) FROM setting") == 0);
    CHECK_ERR(store_begin(s), OK);
    CHECK_ERR(set(s, "a", 2), OK);
    CHECK_ERR(store_commit(s, false), OK);
    CHECK(number(s, "SELECT count(*) FROM setting") == 1);
    CHECK_ERR(store_idle(s), OK);
    CHECK(size_of("main-wal") == 0);
    CHECK_ERR(store_begin(s), OK);
    CHECK_ERR(set(s, "b", 3), OK);
    store_close(s); /* rolls back */
    s = open_store();
    REQUIRE(s != NULL);
    CHECK(number(s, "SELECT count(*) FROM setting") == 1);
    store_close(s);
    store_close(NULL);
    scratch_end();
}

TEST(refuses_another_key_and_leaves_the_log_alone)
{
    uint8_t other[32] = {8};
    scratch_begin();
    struct store *s = open_store();
    REQUIRE(s != NULL);
    CHECK_ERR(store_begin(s), OK);
    CHECK_ERR(set(s, "kept", 1), OK);
    CHECK_ERR(store_commit(s, true), OK);
    s->stuck = true; /* closing as a killed process would: the log stays */
    store_close(s);
    int64_t log = size_of("main-wal");
    CHECK(log > 0);
    CHECK_ERR(store_open(&s, other, "main", NOW_MS), ERR_STORE_CORRUPT);
    CHECK(s == NULL);
    CHECK(size_of("main-wal") == log);
    s = open_store();
    REQUIRE(s != NULL);
    CHECK(number(s, "SELECT count(*) FROM setting") == 1);
    store_close(s);
    CHECK_ERR(store_open(&s, other, "main", NOW_MS), ERR_STORE_CORRUPT);
    s = open_store();
    REQUIRE(s != NULL);
    CHECK(number(s, "SELECT count(*) FROM setting") == 1);
    store_close(s);
    scratch_end();
}

TEST(refuses_a_bad_name_and_a_second_opening)
{
    struct store *s = NULL;
    scratch_begin();
    CHECK_ERR(store_open(&s, key, "", NOW_MS), ERR_INPUT);
    CHECK_ERR(store_open(&s, key, "a-name-that-is-longer-than-allowed", NOW_MS), ERR_INPUT);
    CHECK(s == NULL);
    s = open_store();
    struct store *second = s;
    CHECK_ERR(store_open(&second, key, "main", NOW_MS), ERR_STATE);
    CHECK(second == NULL);
    store_close(s);
    scratch_end();
}

TEST(refuses_a_newer_layout_and_writes_nothing)
{
    scratch_begin();
    struct store *s = open_store();
    REQUIRE(s != NULL);
    CHECK_ERR(store_sql_run(s, "PRAGMA user_version=9999", ""), OK);
    store_close(s);
    int64_t size = size_of("main");
    CHECK_ERR(store_open(&s, key, "main", NOW_MS), ERR_STORE_NEWER);
    CHECK(s == NULL);
    CHECK(size_of("main") == size && size_of("main-wal") == 0);
    scratch_end();
}

TEST(migrates_from_every_earlier_layout)
{
    for (unsigned from = 0; from <= store_migrate_last(); from++) {
        struct store *s = NULL;
        scratch_begin();
        CHECK_ERR(store_open_at(&s, key, "main", NOW_MS, from, STORE_PAGE_SIZE), OK);
        REQUIRE(s != NULL);
        int64_t at = number(s, "PRAGMA user_version");
        CHECK(at <= (int64_t)from);
        if (from > 0) {
            CHECK_ERR(set(s, "kept", from), OK);
        }
        store_close(s);
        if (at > 0 && at < STORE_MIGRATE_OLDEST) { /* no longer read */
            CHECK_ERR(store_open(&s, key, "main", NOW_MS), ERR_STORE_OLDER);
            scratch_end();
            continue;
        }
        s = open_store();
        REQUIRE(s != NULL);
        CHECK(number(s, "PRAGMA user_version") == (int64_t)store_migrate_last());
        CHECK(number(s, "SELECT count(*) FROM setting") == (from > 0));
        whole(s);
        store_close(s);
        if (at < (int64_t)store_migrate_last()) {
            CHECK_ERR(store_open_at(&s, key, "main", NOW_MS, from, STORE_PAGE_SIZE),
                      ERR_STORE_NEWER);
        }
        scratch_end();
    }
}

TEST(starts_again_after_a_creation_that_was_cut_off)
{
    static const uint8_t noise[STORE_PAGE_SIZE] = {1, 2, 3};
    for (size_t n = 1; n <= STORE_PAGE_SIZE; n += 1365) {
        scratch_begin();
        CHECK(host_write(host_open("main"), noise, n, 0) == 0);
        struct store *s = open_store();
        REQUIRE(s != NULL);
        whole(s);
        store_close(s);
        scratch_end();
    }
}

TEST(tells_a_log_without_a_database)
{
    struct store *s = NULL;
    scratch_begin();
    s = open_store();
    REQUIRE(s != NULL);
    CHECK_ERR(set(s, "a", 1), OK);
    s->stuck = true;
    store_close(s);
    CHECK(host_truncate(host_open("main"), 0) == 0);
    int64_t log = size_of("main-wal");
    CHECK_ERR(store_open(&s, key, "main", NOW_MS), ERR_STORE_CORRUPT);
    CHECK(size_of("main-wal") == log);
    scratch_end();
}

/* Opens and reads everything. OK only when nothing is wrong anywhere. */
static enum err read_all(void)
{
    struct store *s = NULL;
    struct arena a;
    struct slice text = SLICE_EMPTY;
    void *outs[] = {&text};
    enum err e = store_open(&s, key, "main", NOW_MS);
    if (e != OK) {
        return e;
    }
    arena_init(&a, 0);
    e = store_sql_get(s, &a, "PRAGMA integrity_check", "t", outs, "");
    if (e == OK && !slice_equal(text, SLICE_LITERAL("ok"))) {
        e = ERR_STORE_CORRUPT;
    }
    arena_wipe(&a);
    s->stuck = true; /* no writing back: the file is compared again */
    store_close(s);
    return e;
}

TEST(tells_any_changed_bit_of_the_database)
{
    scratch_begin();
    struct store *s = open_store();
    REQUIRE(s != NULL);
    for (int i = 0; i < 200; i++) {
        char name[24];
        (void)snprintf(name, sizeof name, "name %d", i);
        CHECK_ERR(set(s, name, i), OK);
    }
    store_close(s);
    uint64_t size = (uint64_t)size_of("main");
    CHECK_ERR(read_all(), OK);
    /* Each page in its head, middle, tag and nonce. */
    for (uint64_t page = 0; page < size; page += STORE_PAGE_SIZE) {
        const uint64_t tag = STORE_PAGE_SIZE - STORE_SEAL_BYTES;
        const uint64_t nonce = tag + CRYPTO_AEAD_TAG_SIZE;
        const uint64_t places[] = {0,       1,   27,        99,    STORE_PAGE_SIZE / 2,
                                   tag - 1, tag, nonce - 1, nonce, STORE_PAGE_SIZE - 1};
        for (size_t i = (page / STORE_PAGE_SIZE) % 5; i < sizeof places / sizeof *places; i += 5) {
            flip("main", page + places[i], (uint8_t)(1u << (i % 8)));
            enum err e = read_all();
            if (e != ERR_STORE_CORRUPT) {
                check_printf("  page %u byte %u: %s\n", (unsigned)(page / STORE_PAGE_SIZE),
                             (unsigned)places[i], err_name(e));
                CHECK(false);
            }
            flip("main", page + places[i], (uint8_t)(1u << (i % 8)));
        }
    }
    CHECK_ERR(read_all(), OK);
    scratch_end();
}

TEST(tells_swapped_pages)
{
    uint8_t a[STORE_PAGE_SIZE];
    uint8_t b[STORE_PAGE_SIZE];
    scratch_begin();
    struct store *s = open_store();
    REQUIRE(s != NULL);
    for (int i = 0; number(s, "PRAGMA freelist_count") > 0; i++) {
        char name[24]; /* what lies in pages that no table has is never read */
        (void)snprintf(name, sizeof name, "name %d", i);
        CHECK_ERR(set(s, name, i), OK);
    }
    store_close(s);
    int file = host_open("main");
    uint64_t pages = (uint64_t)host_size(file) / STORE_PAGE_SIZE;
    for (uint64_t i = 0; i + 1 < pages; i++) {
        CHECK(host_read(file, a, sizeof a, i * sizeof a) == (int)sizeof a);
        CHECK(host_read(file, b, sizeof b, (i + 1) * sizeof a) == (int)sizeof a);
        CHECK(host_write(file, b, sizeof a, i * sizeof a) == 0);
        CHECK(host_write(file, a, sizeof a, (i + 1) * sizeof a) == 0);
        CHECK_ERR(read_all(), ERR_STORE_CORRUPT);
        CHECK(host_write(file, a, sizeof a, i * sizeof a) == 0);
        CHECK(host_write(file, b, sizeof a, (i + 1) * sizeof a) == 0);
    }
    CHECK_ERR(read_all(), OK);
    scratch_end();
}

TEST(tells_a_truncated_or_lengthened_database)
{
    scratch_begin();
    struct store *s = open_store();
    REQUIRE(s != NULL);
    store_close(s);
    int file = host_open("main");
    uint64_t size = (uint64_t)host_size(file);
    static uint8_t all[1u << 20];
    REQUIRE(size <= sizeof all);
    CHECK(host_read(file, all, (size_t)size, 0) == (int)size);
    /* One page or less, without a log, is a creation that was cut off: see store_exists. */
    for (uint64_t n = STORE_PAGE_SIZE + 1; n < size; n += 1024 + 333) {
        CHECK(host_truncate(file, n) == 0);
        CHECK_ERR(read_all(), ERR_STORE_CORRUPT);
        CHECK(host_write(file, all, (size_t)size, 0) == 0);
    }
    /* Part of a page too much is what a cut leaves; it does not count. */
    CHECK(host_write(file, all, 100, size) == 0);
    CHECK_ERR(read_all(), OK);
    scratch_end();
}

TEST(a_damaged_log_ends_where_the_damage_is)
{
    scratch_begin();
    struct store *s = open_store();
    REQUIRE(s != NULL);
    CHECK_ERR(store_idle(s), OK);
    for (int i = 0; i < 10; i++) {
        char name[24];
        (void)snprintf(name, sizeof name, "name %d", i);
        CHECK_ERR(set(s, name, i), OK);
    }
    s->stuck = true;
    store_close(s);
    static uint8_t file[1u << 20];
    static uint8_t log[1u << 20];
    uint64_t file_size = (uint64_t)size_of("main");
    uint64_t size = (uint64_t)size_of("main-wal");
    REQUIRE(file_size <= sizeof file && size <= sizeof log);
    CHECK(host_read(host_open("main"), file, sizeof file, 0) == (int)file_size);
    CHECK(host_read(host_open("main-wal"), log, sizeof log, 0) == (int)size);
    int64_t before = -1;
    /* The later the damage, the more is there; always a whole number of commits, never a mix. */
    for (uint64_t at = STORE_LOG_HEADER_SIZE; at < size; at += 1111) {
        flip("main-wal", at, 0x10);
        s = open_store();
        REQUIRE(s != NULL);
        int64_t n = number(s, "SELECT count(*) FROM setting");
        CHECK(n >= before && n < 10);
        CHECK(number(s, "SELECT count(*) FROM setting WHERE key='name 9'") == 0);
        before = n;
        whole(s);
        store_close(s);
        CHECK(host_truncate(host_open("main"), file_size) == 0);
        CHECK(host_write(host_open("main"), file, (size_t)file_size, 0) == 0);
        CHECK(host_write(host_open("main-wal"), log, (size_t)size, 0) == 0);
    }
    CHECK(before >= 8);
    s = open_store();
    REQUIRE(s != NULL);
    CHECK(number(s, "SELECT count(*) FROM setting") == 10);
    store_close(s);
    scratch_end();
}

TEST(a_log_of_another_page_size_is_refused)
{
    scratch_begin();
    struct store *s = open_store();
    REQUIRE(s != NULL);
    CHECK_ERR(set(s, "a", 1), OK);
    s->stuck = true;
    store_close(s);
    /* 4,096 instead of 1,024, and the checksum of the clear header made right again. */
    uint8_t h[32];
    int file = host_open("main-wal");
    CHECK(host_read(file, h, sizeof h, 0) == (int)sizeof h);
    h[10] = 0x10;
    uint32_t s0 = 0;
    uint32_t s1 = 0;
    bool big = (h[3] & 1) != 0;
    for (int i = 0; i < 24; i += 8) {
        uint32_t x[2];
        for (int k = 0; k < 2; k++) {
            const uint8_t *p = h + i + 4 * k;
            x[k] = big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                       : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
        }
        s0 += x[0] + s1;
        s1 += x[1] + s0;
    }
    for (int i = 0; i < 4; i++) {
        h[24 + i] = (uint8_t)(s0 >> (24 - 8 * i));
        h[28 + i] = (uint8_t)(s1 >> (24 - 8 * i));
    }
    CHECK(host_write(file, h, sizeof h, 0) == 0);
    CHECK_ERR(store_open(&s, key, "main", NOW_MS), ERR_STORE_CORRUPT);
    scratch_end();
}

/* What was made with pages of the first size keeps them, whether its log was written back or not.
 */
TEST(a_store_of_the_first_page_size_goes_on)
{
    for (int way = 0; way < 3; way++) {
        bool log_left = way > 0;
        struct store *s = NULL;
        scratch_begin();
        CHECK_ERR(
            store_open_at(&s, key, "main", NOW_MS, store_migrate_last(), STORE_PAGE_SIZE_FIRST),
            OK);
        REQUIRE(s != NULL);
        CHECK_ERR(set(s, "a", 1), OK);
        s->stuck = log_left;
        store_close(s);
        CHECK((size_of("main-wal") > 0) == log_left);
        if (way == 2) { /* a write-back was cut: page 1 is torn, and whole in the log */
            flip("main", 50, 1);
        }
        for (int i = 2; i < 4; i++) {
            char name[24];
            (void)snprintf(name, sizeof name, "name %d", i);
            s = open_store();
            REQUIRE(s != NULL);
            CHECK(number(s, "PRAGMA page_size") == STORE_PAGE_SIZE_FIRST);
            CHECK_ERR(set(s, name, i), OK);
            CHECK(number(s, "SELECT count(*) FROM setting") == i);
            whole(s);
            store_close(s);
            CHECK(size_of("main") % STORE_PAGE_SIZE_FIRST == 0);
        }
        CHECK_ERR(store_erase("main"), OK);
        s = open_store();
        REQUIRE(s != NULL);
        CHECK(number(s, "PRAGMA page_size") == STORE_PAGE_SIZE);
        store_close(s);
        scratch_end();
    }
}

static bool contains(const char *name, struct slice what)
{
    static uint8_t buffer[1u << 20];
    int file = host_open(name);
    int n = host_read(file, buffer, sizeof buffer, 0);
    for (int i = 0; n >= 0 && (size_t)i + what.n <= (size_t)n; i++) {
        if (memcmp(buffer + i, what.p, what.n) == 0) {
            return true;
        }
    }
    return false;
}

TEST(no_plaintext_reaches_a_file)
{
    static const char *const needles[] = {"Zwiebelfisch", "zwi",     "wiebelf", "SQLite format 3",
                                          "CREATE TABLE", "setting", "person"};
    scratch_begin();
    struct store *s = open_store();
    REQUIRE(s != NULL);
    for (int i = 0; i < 300; i++) {
        char name[40];
        (void)snprintf(name, sizeof name, "Zwiebelfisch %d", i);
        CHECK_ERR(set(s, name, i), OK);
    }
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof needles / sizeof *needles; i++) {
            if (strlen(needles[i]) > 3) { /* shorter ones occur by chance */
                CHECK(!contains("main", slice_of_string(needles[i])));
                CHECK(!contains("main-wal", slice_of_string(needles[i])));
            }
        }
        CHECK(!contains("main", SLICE_ARRAY(key)));
        CHECK(!contains("main-wal", SLICE_ARRAY(key)));
        CHECK_ERR(store_idle(s), OK);
    }
    store_close(s);
    scratch_end();
}

TEST(erasing_leaves_nothing)
{
    bool exists = true;
    scratch_begin();
    struct store *s = open_store();
    REQUIRE(s != NULL);
    CHECK_ERR(set(s, "a", 1), OK);
    s->stuck = true;
    store_close(s);
    CHECK_ERR(store_erase("main"), OK);
    CHECK(size_of("main") == 0 && size_of("main-wal") == 0);
    CHECK_ERR(store_exists(&exists, "main"), OK);
    CHECK(!exists);
    s = open_store();
    REQUIRE(s != NULL);
    CHECK(number(s, "SELECT count(*) FROM setting") == 0);
    store_close(s);
    scratch_end();
}

TEST_MAIN(TEST_ROW(creates_and_opens_again), TEST_ROW(is_configured_as_the_rules_say),
          TEST_ROW(commits_and_rolls_back), TEST_ROW(refuses_another_key_and_leaves_the_log_alone),
          TEST_ROW(refuses_a_bad_name_and_a_second_opening),
          TEST_ROW(refuses_a_newer_layout_and_writes_nothing),
          TEST_ROW(migrates_from_every_earlier_layout),
          TEST_ROW(starts_again_after_a_creation_that_was_cut_off),
          TEST_ROW(tells_a_log_without_a_database), TEST_ROW(tells_any_changed_bit_of_the_database),
          TEST_ROW(tells_swapped_pages), TEST_ROW(tells_a_truncated_or_lengthened_database),
          TEST_ROW(a_damaged_log_ends_where_the_damage_is),
          TEST_ROW(a_log_of_another_page_size_is_refused),
          TEST_ROW(a_store_of_the_first_page_size_goes_on), TEST_ROW(no_plaintext_reaches_a_file),
          TEST_ROW(erasing_leaves_nothing))
