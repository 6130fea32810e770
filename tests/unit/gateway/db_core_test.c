/* Statements of the writer: what is bound and read, and that the first failure sticks. */
#include "gateway/db_core.h"

#include <string.h>

#include "lib/check.h"
#include "lib/gateway_world_native.h"

static struct gateway_world w;

static void set(const char *name, int64_t value)
{
    gw_db_exec(w.db, gw_db_bind(w.db, GW_DB_SQL_META_SET, "ti", slice_of_string(name), value));
}

static sqlite3_stmt *get(const char *name)
{
    return gw_db_bind(w.db, GW_DB_SQL_META_GET, "t", slice_of_string(name));
}

TEST(each_letter_binds_its_type)
{
    static const uint8_t hash[32] = {1, 0, 2};
    REQUIRE(gateway_world_begin(&w));
    set("a", -5);
    CHECK(gateway_world_int(&w, "SELECT value FROM meta WHERE name = 'a'") == -5);
    /* u: all of 64 bits come back */
    gw_db_exec(w.db, gw_db_bind(w.db, GW_DB_SQL_META_SET, "tu", SLICE_LITERAL("b"), UINT64_MAX));
    sqlite3_stmt *s = get("b");
    CHECK(gw_db_row(w.db, s) && gw_db_u64(s, 0) == UINT64_MAX);
    gw_db_done(s);
    /* n takes no argument */
    gw_db_exec(w.db, gw_db_bind(w.db, GW_DB_SQL_TOKEN_SET, "ibni", (int64_t)1, SLICE_ARRAY(hash),
                                (int64_t)9));
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM token WHERE uses IS NULL AND expires = 9 "
                                "AND length(hash) = 32 AND typeof(hash) = 'blob'") == 1);
    CHECK(w.db->failed == 0);
    gateway_world_end(&w);
}

TEST(what_is_empty_is_not_null)
{
    REQUIRE(gateway_world_begin(&w));
    gw_db_exec(w.db, gw_db_bind(w.db, GW_DB_SQL_META_SET, "ti", SLICE_EMPTY, (int64_t)3));
    CHECK(gateway_world_int(&w, "SELECT value FROM meta WHERE name = ''") == 3);
    gw_db_exec(w.db, gw_db_bind(w.db, GW_DB_SQL_BODY_NEW, "ib", (int64_t)1, SLICE_EMPTY));
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM body WHERE b = x''") == 1);
    CHECK(w.db->failed == 0);
    gateway_world_end(&w);
}

TEST(rows_come_one_by_one_and_reading_may_end_early)
{
    REQUIRE(gateway_world_begin(&w));
    gateway_world_sql(&w, "INSERT INTO chain VALUES (1, 0, x'61'), (1, 1, x'6200'), (2, 0, x'')");
    sqlite3_stmt *s = gw_db_bind(w.db, GW_DB_SQL_CHAIN_FROM, "ii", (int64_t)1, (int64_t)0);
    CHECK(gw_db_row(w.db, s));
    CHECK_BYTES(gw_db_blob(s, 0), SLICE_LITERAL("a"));
    CHECK(gw_db_row(w.db, s));
    CHECK_BYTES(gw_db_blob(s, 0), SLICE_LITERAL("b\0"));
    CHECK(!gw_db_row(w.db, s) && !sqlite3_stmt_busy(s));
    /* the same statement for another account, and its first row again */
    s = gw_db_bind(w.db, GW_DB_SQL_CHAIN_FROM, "ii", (int64_t)2, (int64_t)0);
    CHECK(gw_db_row(w.db, s) && gw_db_blob(s, 0).n == 0);
    gw_db_done(s);
    CHECK(!sqlite3_stmt_busy(s));
    s = gw_db_bind(w.db, GW_DB_SQL_CHAIN_FROM, "ii", (int64_t)1, (int64_t)1);
    CHECK(gw_db_row(w.db, s) && sqlite3_stmt_busy(s));
    s = gw_db_bind(w.db, GW_DB_SQL_CHAIN_FROM, "ii", (int64_t)3, (int64_t)0); /* resets it */
    CHECK(!gw_db_row(w.db, s) && w.db->failed == 0);
    gateway_world_end(&w);
}

TEST(a_single_number_or_what_is_said_otherwise)
{
    REQUIRE(gateway_world_begin(&w));
    CHECK(gw_db_number(w.db, get("none"), -9) == -9);
    set("zero", 0);
    sqlite3_stmt *s = get("zero");
    CHECK(gw_db_number(w.db, s, -9) == 0 && !sqlite3_stmt_busy(s));
    CHECK(gw_db_number(w.db, gw_db_bind(w.db, GW_DB_SQL_Q_FIRST, "i", (int64_t)1), -9) == -9);
    gateway_world_sql(&w, "INSERT INTO q VALUES (1, 6, 1)");
    CHECK(gw_db_number(w.db, gw_db_bind(w.db, GW_DB_SQL_Q_FIRST, "i", (int64_t)1), -9) == 6);
    CHECK(w.db->failed == 0);
    gateway_world_end(&w);
}

TEST(the_first_failure_stays)
{
    REQUIRE(gateway_world_begin(&w));
    gateway_world_sql(&w, "INSERT INTO chain VALUES (1, 0, x'61')");
    sqlite3_stmt *twice =
        gw_db_bind(w.db, GW_DB_SQL_CHAIN_NEW, "iib", (int64_t)1, (int64_t)0, SLICE_LITERAL("b"));
    CHECK(!gw_db_row(w.db, twice) && (w.db->failed & 0xff) == SQLITE_CONSTRAINT);
    int first = w.db->failed;
    gw_db_fail(w.db, SQLITE_FULL);
    CHECK(w.db->failed == first);
    set("a", 1); /* what works afterwards clears nothing */
    CHECK(w.db->failed == first);
    w.db->failed = 0;
    gw_db_fail(w.db, SQLITE_FULL);
    CHECK(w.db->failed == SQLITE_FULL);
    w.db->failed = 0;
    /* one parameter too many */
    (void)gw_db_bind(w.db, GW_DB_SQL_META_GET, "ti", SLICE_LITERAL("a"), (int64_t)1);
    CHECK(w.db->failed == SQLITE_RANGE);
    w.db->failed = 0;
    CHECK(gw_db_number(w.db, get("a"), -1) == 1);
    gateway_world_end(&w);
}

TEST(full_is_what_the_sweeper_last_saw)
{
    REQUIRE(gateway_world_begin(&w));
    CHECK(!gw_db_is_full(w.db));
    atomic_store(&w.db->full, true);
    CHECK(gw_db_is_full(w.db));
    gateway_world_end(&w);
}

TEST_MAIN(TEST_ROW(each_letter_binds_its_type), TEST_ROW(what_is_empty_is_not_null),
          TEST_ROW(rows_come_one_by_one_and_reading_may_end_early),
          TEST_ROW(a_single_number_or_what_is_said_otherwise), TEST_ROW(the_first_failure_stays),
          TEST_ROW(full_is_what_the_sweeper_last_saw))
