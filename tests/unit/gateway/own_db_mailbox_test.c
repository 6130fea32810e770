/* The mailboxes that the writer remembers: when their rows are written, and that whoever forgets
 * one finds it again as it was. */
#include "gateway/own/db_mailbox.h"

#include <string.h>

#include "lib/check.h"
#include "lib/gateway_world_native.h"

static struct gateway_world w;

static bool begin(void)
{
    bool fine = gateway_world_begin(&w);
    if (fine) {
        gateway_world_sql(&w, "INSERT INTO grp (id, mailbox, read_hash, epoch, next, bytes, day) "
                              "VALUES (5, CAST('sixteen bytes...' AS BLOB), zeroblob(32), 9, 1, 0, "
                              "1); INSERT INTO wkey VALUES (5, 9, zeroblob(32)), "
                              "(5, 8, zeroblob(32))");
    }
    return fine;
}

static int64_t row(const char *column)
{
    return strcmp(column, "bytes") == 0 ? gateway_world_int(&w, "SELECT bytes FROM grp")
                                        : gateway_world_int(&w, "SELECT next FROM grp");
}

TEST(one_is_found_by_its_id_and_its_address)
{
    REQUIRE(begin());
    struct gw_own_db_mailbox *m = gw_own_db_mailbox_by_id(w.db, 5);
    REQUIRE(m != NULL);
    CHECK(m == gw_own_db_mailbox_by_address(w.db, SLICE_LITERAL("sixteen bytes...")));
    CHECK(gw_own_db_mailbox_by_id(w.db, 6) == NULL);
    CHECK(gw_own_db_mailbox_by_address(w.db, SLICE_LITERAL("sixteen others..")) == NULL);
    CHECK(m->g.epoch == 9 && m->g.next == 1 && m->g.key_n == 2 && !m->dirty && !m->late);
    const struct gw_db_key *key = gw_own_db_mailbox_key(&m->g, 8);
    CHECK(key != NULL && key->epoch == 8 && gw_own_db_mailbox_key(&m->g, 7) == NULL);
    gateway_world_end(&w);
}

TEST(a_dirty_row_is_written_with_the_batch_and_a_late_one_when_its_time_has_come)
{
    REQUIRE(begin());
    struct gw_own_db_mailbox *m = gw_own_db_mailbox_by_id(w.db, 5);
    REQUIRE(m != NULL);
    m->bytes = 10;
    gw_own_db_mailbox_dirty(w.db, m);
    gw_own_db_mailbox_dirty(w.db, m);
    CHECK(w.db->own->dirty_n == 1 && row("bytes") == 0);
    gw_own_db_mailbox_save_all(w.db);
    CHECK(row("bytes") == 10 && !m->dirty && w.db->own->dirty_n == 0);
    m->bytes = 20;
    gw_own_db_mailbox_late(w.db, m);
    gw_own_db_mailbox_late(w.db, m);
    CHECK(m->late && w.db->own->late_n == 1);
    w.db->own->late_ms = gw_clock_steady_ms(); /* they were written just now */
    gw_own_db_mailbox_save_all(w.db);
    gw_own_db_mailbox_save_late(w.db);
    CHECK(row("bytes") == 10 && m->late);
    w.db->own->late_ms = gw_clock_steady_ms() - GW_OWN_DB_LATE_MS;
    gw_own_db_mailbox_save_late(w.db);
    CHECK(row("bytes") == 20 && !m->late && w.db->own->late_n == 0);
    gateway_world_end(&w);
}

TEST(what_a_row_did_not_know_follows_from_the_log)
{
    uint8_t sum[GW_OWN_DB_SUM];
    REQUIRE(begin());
    gateway_world_sql(&w, "INSERT INTO gbody (id, grp, seq, ms, b) VALUES (1, 5, 1, 1, x'6161'), "
                          "(2, 5, 2, 1, x'616161'); INSERT INTO glog (grp, seq, body, ms, kind, "
                          "epoch, mid, branch, sum) SELECT grp, seq, id, 1, 0, 9, 0, 0, "
                          "CAST(printf('%032d', seq) AS BLOB) FROM gbody");
    struct gw_own_db_mailbox *m = gw_own_db_mailbox_by_id(w.db, 5);
    REQUIRE(m != NULL);
    CHECK(m->g.next == 3 && m->bytes == 5 && m->late);
    CHECK(gw_own_db_mailbox_sum_at(w.db, 5, 2, sum) && sum[31] == '2');
    CHECK(memcmp(sum, m->sum, sizeof sum) == 0);
    CHECK(!gw_own_db_mailbox_sum_at(w.db, 5, 3, sum) && !gw_own_db_mailbox_sum_at(w.db, 6, 1, sum));
    gateway_world_sql(&w, "UPDATE glog SET sum = x'6f6464' WHERE seq = 1"); /* none of that size */
    memset(sum, 's', sizeof sum);
    CHECK(!gw_own_db_mailbox_sum_at(w.db, 5, 1, sum) && sum[0] == 's');
    gw_own_db_mailbox_forget(w.db, 5);
    gw_own_db_mailbox_forget(w.db, 5); /* it is not remembered */
    CHECK(w.db->own->mailbox_n == 0 && w.db->own->late_n == 0 && row("next") == 1);
    m = gw_own_db_mailbox_by_id(w.db, 5);
    REQUIRE(m != NULL);
    CHECK(m->g.next == 3 && m->bytes == 5);
    gw_own_db_mailbox_dirty(w.db, m);
    gw_own_db_mailbox_forget_all(w.db);
    CHECK(w.db->own->mailbox_n == 0 && w.db->own->dirty_n == 0 && w.db->own->late_n == 0);
    gateway_world_end(&w);
}

/* Only a row that is dirty counts as one less: else the count would end below what is to be
 * written. */
TEST(a_late_row_that_is_written_leaves_the_dirty_ones_to_be_written)
{
    REQUIRE(begin());
    struct gw_own_db_mailbox *m = gw_own_db_mailbox_by_id(w.db, 5);
    REQUIRE(m != NULL);
    gw_own_db_mailbox_late(w.db, m);
    w.db->own->late_ms = gw_clock_steady_ms() - GW_OWN_DB_LATE_MS;
    gw_own_db_mailbox_save_late(w.db);
    CHECK(!m->late && w.db->own->late_n == 0 && w.db->own->dirty_n == 0);
    m->bytes = 30;
    gw_own_db_mailbox_dirty(w.db, m);
    gw_own_db_mailbox_save_all(w.db);
    CHECK(row("bytes") == 30 && w.db->own->dirty_n == 0 && w.db->own->late_n == 0);
    gateway_world_end(&w);
}

TEST(a_key_of_another_size_is_none_and_no_more_are_read_than_there_is_room_for)
{
    REQUIRE(begin());
    gateway_world_sql(&w, "INSERT INTO wkey VALUES (5, 7, x'0101')");
    struct gw_own_db_mailbox *m = gw_own_db_mailbox_by_id(w.db, 5);
    REQUIRE(m != NULL);
    CHECK(m->g.key_n == 2 && gw_own_db_mailbox_key(&m->g, 7) == NULL);
    gw_own_db_mailbox_forget_all(w.db);
    gateway_world_sql(&w,
                      "WITH RECURSIVE n(i) AS (VALUES (100) UNION ALL SELECT i + 1 FROM n WHERE "
                      "i < 120) INSERT INTO wkey SELECT 5, i, zeroblob(32) FROM n");
    m = gw_own_db_mailbox_by_id(w.db, 5);
    REQUIRE(m != NULL);
    CHECK(m->g.key_n == GW_DB_KEYS);
    gateway_world_end(&w);
}

TEST_MAIN(TEST_ROW(one_is_found_by_its_id_and_its_address),
          TEST_ROW(a_dirty_row_is_written_with_the_batch_and_a_late_one_when_its_time_has_come),
          TEST_ROW(what_a_row_did_not_know_follows_from_the_log),
          TEST_ROW(a_late_row_that_is_written_leaves_the_dirty_ones_to_be_written),
          TEST_ROW(a_key_of_another_size_is_none_and_no_more_are_read_than_there_is_room_for))
