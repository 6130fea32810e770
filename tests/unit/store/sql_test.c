#include "check.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "store/db.h"
#include "store/sql.h"
#include "store/store.h"

static const uint8_t key[32] = {9};

static struct store *begin(void)
{
    struct store *s = NULL;
    scratch_begin();
    CHECK_ERR(store_open(&s, key, "main", 0), OK);
    CHECK_ERR(store_sql_run(s, "CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB UNIQUE, c TEXT)", ""),
              OK);
    return s;
}

static void end(struct store *s)
{
    store_close(s);
    scratch_end();
}

static int64_t count(struct store *s)
{
    int64_t n = -1;
    CHECK_ERR(store_sql_get_int(s, &n, "SELECT count(*) FROM t", ""), OK);
    return n;
}

TEST(binds_and_reads_each_type)
{
    struct arena a;
    struct store *s = begin();
    static const uint8_t blob[3] = {0, 1, 255};
    int64_t id = 0;
    struct slice b;
    struct slice c;
    void *outs[] = {&id, &b, &c};
    arena_init(&a, 0);
    CHECK_ERR(store_sql_run(s, "INSERT INTO t VALUES (?1, ?2, ?3)", "ibt", INT64_MIN,
                            SLICE_ARRAY(blob), SLICE_LITERAL("h\xc3\xa9")),
              OK);
    CHECK(store_sql_last_id(s) == INT64_MIN);
    CHECK_ERR(store_sql_get(s, &a, "SELECT a, b, c FROM t", "ibt", outs, ""), OK);
    CHECK(id == INT64_MIN);
    CHECK_BYTES(b, SLICE_ARRAY(blob));
    CHECK_BYTES(c, SLICE_LITERAL("h\xc3\xa9"));
    /* NULL by letter and by empty slice; empty but not NULL; text without bytes is never NULL. */
    CHECK_ERR(store_sql_run(s, "INSERT INTO t VALUES (?1, ?2, ?3)", "ibn", (int64_t)2, SLICE_EMPTY),
              OK);
    CHECK_ERR(store_sql_run(s, "INSERT INTO t VALUES (?1, ?2, ?3)", "int", (int64_t)4, SLICE_EMPTY),
              OK);
    CHECK_ERR(store_sql_get_int(s, &id, "SELECT c = '' FROM t WHERE a=4", ""), OK);
    CHECK(id == 1);
    CHECK_ERR(store_sql_run(s, "INSERT INTO t VALUES (?1, ?2, ?3)", "ibt", (int64_t)3,
                            slice_make(blob, 0), slice_make(blob, 0)),
              OK);
    CHECK_ERR(store_sql_get(s, &a, "SELECT b IS NULL, b, c FROM t WHERE a=?1", "ibt", outs, "i",
                            (int64_t)2),
              OK);
    CHECK(id == 1 && b.p == NULL && c.p == NULL);
    CHECK_ERR(store_sql_get(s, &a, "SELECT b IS NULL, b, c FROM t WHERE a=?1", "ibt", outs, "i",
                            (int64_t)3),
              OK);
    CHECK(id == 0 && b.p != NULL && b.n == 0 && c.p != NULL && c.n == 0);
    CHECK_ERR(store_sql_get(s, NULL, "SELECT a, b FROM t WHERE a=3", "in", outs, ""), OK);
    CHECK(id == 3);
    arena_wipe(&a);
    end(s);
}

TEST(one_row_helpers_tell_absence_and_leave_zeros)
{
    struct store *s = begin();
    int64_t n = 77;
    struct slice b = SLICE_LITERAL("x");
    void *outs[] = {&n, &b};
    CHECK_ERR(store_sql_get_int(s, &n, "SELECT a FROM t", ""), ERR_GONE);
    CHECK(n == 0);
    n = 77;
    CHECK_ERR(store_sql_get(s, NULL, "SELECT a, b FROM t", "ib", outs, ""), ERR_GONE);
    CHECK(n == 0 && b.p == NULL && b.n == 0);
    end(s);
}

TEST(tells_constraints_from_mistakes)
{
    struct store *s = begin();
    const struct slice same = SLICE_LITERAL("same");
    static const char sql[] = "INSERT INTO t(b) VALUES (?1)";
    CHECK_ERR(store_begin(s), OK);
    CHECK_ERR(store_sql_run(s, sql, "b", same), OK);
    CHECK_ERR(store_sql_run(s, sql, "b", same), ERR_STATE);
    /* The transaction goes on. */
    CHECK_ERR(store_commit(s, true), OK);
    CHECK(count(s) == 1);
    CHECK_ERR(store_sql_run(s, sql, "bi", same, (int64_t)1), ERR_BUG);
    CHECK_ERR(store_sql_run(s, sql, "", same), ERR_BUG);
    CHECK_ERR(store_sql_run(s, sql, "x"), ERR_BUG);
    CHECK_ERR(store_sql_run(s, "INSERT INTO nowhere VALUES (1)", ""), ERR_BUG);
    CHECK_ERR(store_sql_run(s, "", ""), ERR_BUG);
    CHECK(count(s) == 1);
    end(s);
}

TEST(counts_changes)
{
    struct store *s = begin();
    int64_t n = -1;
    for (int64_t i = 1; i <= 5; i++) {
        CHECK_ERR(store_sql_run(s, "INSERT INTO t(a) VALUES (?1)", "i", i), OK);
    }
    CHECK_ERR(store_sql_run(s, "UPDATE t SET c='x' WHERE a > 2", ""), OK);
    CHECK_ERR(store_sql_changes(s, &n), OK);
    CHECK(n == 3);
    CHECK_ERR(store_sql_run(s, "DELETE FROM t WHERE a > 100", ""), OK);
    CHECK_ERR(store_sql_changes(s, &n), OK);
    CHECK(n == 0);
    end(s);
}

TEST(rows_nest_also_over_the_same_statement)
{
    struct store *s = begin();
    struct store_rows outer;
    struct store_rows inner;
    static const char sql[] = "SELECT a FROM t ORDER BY a";
    bool more = false;
    int64_t sum = 0;
    for (int64_t i = 1; i <= 3; i++) {
        CHECK_ERR(store_sql_run(s, "INSERT INTO t(a) VALUES (?1)", "i", i), OK);
    }
    CHECK_ERR(store_rows_open(s, &outer, sql, ""), OK);
    while (store_rows_next(&outer, &more) == OK && more) {
        bool more_inner = false;
        CHECK_ERR(store_rows_open(s, &inner, sql, ""), OK);
        while (store_rows_next(&inner, &more_inner) == OK && more_inner) {
            sum += store_rows_int(&outer, 0) * store_rows_int(&inner, 0);
            /* A write by another statement meanwhile. */
            CHECK_ERR(
                store_sql_run(s, "UPDATE t SET c='y' WHERE a=?1", "i", store_rows_int(&inner, 0)),
                OK);
        }
        store_rows_close(&inner);
    }
    store_rows_close(&outer);
    store_rows_close(&outer);
    CHECK(sum == 36);
    end(s);
}

TEST(rows_after_their_end_and_after_an_error_are_harmless)
{
    struct store *s = begin();
    struct store_rows rows;
    struct arena a;
    struct slice out = SLICE_LITERAL("x");
    bool more = true;
    arena_init(&a, 0);
    CHECK_ERR(store_rows_open(s, &rows, "SELECT nonsense FROM t", ""), ERR_BUG);
    CHECK_ERR(store_rows_next(&rows, &more), ERR_BUG);
    CHECK(!more && store_rows_int(&rows, 0) == 0 && store_rows_is_null(&rows, 0));
    CHECK(store_rows_bytes(&rows, 0).p == NULL);
    CHECK_ERR(store_rows_copy(&rows, 0, &a, &out), ERR_BUG);
    CHECK(out.p == NULL);
    store_rows_close(&rows);
    CHECK_ERR(store_rows_next(&rows, &more), ERR_STATE);
    rows = (struct store_rows){.stmt = NULL};
    store_rows_close(&rows);
    arena_wipe(&a);
    end(s);
}

TEST(arguments_of_rows_are_copied)
{
    struct store *s = begin();
    struct store_rows rows;
    char name[8] = "abc";
    bool more = false;
    CHECK_ERR(store_sql_run(s, "INSERT INTO t(a, c) VALUES (1, 'abc')", ""), OK);
    CHECK_ERR(store_rows_open(s, &rows, "SELECT a FROM t WHERE c=?1", "t", slice_make(name, 3)),
              OK);
    memset(name, 'z', sizeof name);
    CHECK_ERR(store_rows_next(&rows, &more), OK);
    CHECK(more);
    store_rows_close(&rows);
    end(s);
}

/* More literals than are kept, and one address with changing text. */
TEST(keeps_statements_by_their_text)
{
    struct store *s = begin();
    static char sql[900][64];
    char changing[64];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 900; i++) {
            int64_t n = -1;
            (void)snprintf(sql[i], sizeof sql[i], "SELECT %d + ?1", i);
            CHECK_ERR(store_sql_get_int(s, &n, sql[i], "i", (int64_t)round), OK);
            CHECK(n == i + round);
            (void)snprintf(changing, sizeof changing, "SELECT %d - ?1", i);
            CHECK_ERR(store_sql_get_int(s, &n, changing, "i", (int64_t)round), OK);
            CHECK(n == i - round);
        }
    }
    end(s);
}

TEST(a_statement_in_a_dead_transaction_does_not_run)
{
    struct store *s = begin();
    CHECK_ERR(store_begin(s), OK);
    CHECK_ERR(store_sql_run(s, "INSERT INTO t(a) VALUES (1)", ""), OK);
    /* What SQLite does by itself after some errors. */
    CHECK(sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL) == SQLITE_OK);
    s->transaction_err = ERR_STORE_FULL;
    CHECK_ERR(store_sql_run(s, "INSERT INTO t(a) VALUES (2)", ""), ERR_STORE_FULL);
    CHECK_ERR(store_commit(s, true), ERR_STORE_FULL);
    CHECK(!store_in_transaction(s));
    CHECK(count(s) == 0);
    CHECK_ERR(store_sql_run(s, "INSERT INTO t(a) VALUES (3)", ""), OK);
    CHECK(count(s) == 1);
    end(s);
}

TEST(columns_keep_zero_bytes_and_size)
{
    struct store *s = begin();
    struct arena a;
    static uint8_t big[70000];
    struct slice out;
    void *outs[] = {&out};
    arena_init(&a, 0);
    for (size_t i = 0; i < sizeof big; i++) {
        big[i] = (uint8_t)(i % 251);
    }
    CHECK_ERR(store_sql_run(s, "INSERT INTO t(a, b, c) VALUES (1, ?1, ?2)", "bt", SLICE_ARRAY(big),
                            slice_make("a\0b", 3)),
              OK);
    CHECK_ERR(store_sql_get(s, &a, "SELECT b FROM t", "b", outs, ""), OK);
    CHECK_BYTES(out, SLICE_ARRAY(big));
    CHECK_ERR(store_sql_get(s, &a, "SELECT c FROM t", "t", outs, ""), OK);
    CHECK_BYTES(out, slice_make("a\0b", 3));
    arena_wipe(&a);
    end(s);
}

TEST_MAIN(TEST_ROW(binds_and_reads_each_type),
          TEST_ROW(one_row_helpers_tell_absence_and_leave_zeros),
          TEST_ROW(tells_constraints_from_mistakes), TEST_ROW(counts_changes),
          TEST_ROW(rows_nest_also_over_the_same_statement),
          TEST_ROW(rows_after_their_end_and_after_an_error_are_harmless),
          TEST_ROW(arguments_of_rows_are_copied), TEST_ROW(keeps_statements_by_their_text),
          TEST_ROW(a_statement_in_a_dead_transaction_does_not_run),
          TEST_ROW(columns_keep_zero_bytes_and_size))
