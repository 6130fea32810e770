/* What expires in the own network's tables: what was read at once, the rest by a clock that is
 * believed, a little of each table at a time, and nothing else. */
#include "gateway/own/db_sweep.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gateway/own/db_inbox.h"
#include "gateway/own/db_mailbox.h"
#include "lib/check.h"
#include "lib/gateway_house_native.h"
#include "lib/gateway_world_native.h"

#define CUTOFF (GATEWAY_WORLD_NOW_MS - 30 * (uint64_t)GW_CLOCK_DAY_MS)
#define TODAY ((int64_t)(GATEWAY_WORLD_NOW_MS / GW_CLOCK_DAY_MS))

static struct gateway_world w;

static bool begin(void)
{
    return gateway_world_begin(&w);
}

__attribute__((format(printf, 1, 2))) static void sql(const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    gateway_world_sql(&w, text);
}

static int64_t count(const char *table)
{
    char text[64];
    (void)snprintf(text, sizeof text, "SELECT count(*) FROM %s", table);
    return gateway_world_int(&w, text);
}

/* ---- queues ---------------------------------------------------------------------------------- */

TEST(what_was_read_goes_at_any_time_and_what_waits_stays)
{
    REQUIRE(begin());
    gateway_world_sql(&w, "INSERT INTO body VALUES (1, 1, x'61'), (2, 1, x'62'), (3, 1, x'63')");
    gateway_world_sql(
        &w, "INSERT INTO box (id, account, device, next, day) VALUES (1, 1, x'01', 9, 1)");
    gateway_world_sql(&w, "INSERT INTO q VALUES (1, 8, 2)");
    gw_own_db_sweep(w.db, 0);
    CHECK(count("body") == 1 && gateway_world_int(&w, "SELECT id FROM body") == 2);
    CHECK(count("q") == 1 && gateway_world_int(&w, "SELECT gap FROM box") == 0);
    CHECK(w.db->own->queued == 0);
    gateway_world_end(&w);
}

TEST(what_waits_too_long_leaves_a_gap)
{
    REQUIRE(begin());
    sql("INSERT INTO body VALUES (1, %" PRId64 ", x'61'), (2, %" PRId64 ", x'62')",
        (int64_t)CUTOFF - 1, (int64_t)CUTOFF);
    gateway_world_sql(&w, "INSERT INTO box (id, account, device, next, day, gap) "
                          "VALUES (1, 1, x'01', 9, 1, 0), (2, 1, x'02', 9, 1, 20)");
    gateway_world_sql(&w, "INSERT INTO q VALUES (1, 5, 1), (2, 6, 1), (1, 7, 2)");
    gw_own_db_sweep(w.db, CUTOFF);
    CHECK(count("body") == 1 && gateway_world_int(&w, "SELECT id FROM body") == 2);
    CHECK(count("q") == 1 && gateway_world_int(&w, "SELECT seq FROM q") == 7);
    CHECK(gateway_world_int(&w, "SELECT gap FROM box WHERE id = 1") == 5);
    CHECK(gateway_world_int(&w, "SELECT gap FROM box WHERE id = 2") == 20); /* the highest */
    CHECK(w.db->own->queued == -2);
    gateway_world_end(&w);
}

/* A little of the table in one step, by its ids, and from the front again at its end. */
TEST(a_step_is_small_and_the_next_goes_on_behind_it)
{
    REQUIRE(begin());
    gateway_world_sql(&w, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                          "WHERE i < 1000) INSERT INTO body SELECT i, 1, x'61' FROM n");
    gateway_world_sql(&w, "INSERT INTO q SELECT 1, id, id FROM body WHERE id <= 300"); /* wait */
    int64_t before = 1000;
    for (int i = 0; i < 4; i++) {
        gw_own_db_sweep(w.db, 0);
        int64_t left = count("body");
        CHECK(before - left <= 512);
        CHECK(left == 300 || gateway_world_int(&w, "SELECT min(id) FROM body WHERE id > 300") ==
                                 1000 - left + 301);
        before = left;
    }
    CHECK(before == 300);
    gateway_world_sql(&w, "DELETE FROM q"); /* read by now */
    for (int i = 0; i < 4; i++) {
        gw_own_db_sweep(w.db, 0);
    }
    CHECK(count("body") == 0);
    gateway_world_end(&w);
}

/* ---- logs of mailboxes ----------------------------------------------------------------------- */

static void mailbox(int64_t id, int64_t day, int64_t next, int64_t bytes)
{
    sql("INSERT INTO grp (id, mailbox, read_hash, epoch, next, bytes, day) VALUES (%" PRId64
        ", CAST(printf('mailbox %%08d', %" PRId64 ") AS BLOB), zeroblob(32), 1, %" PRId64
        ", %" PRId64 ", %" PRId64 ")",
        id, id, next, bytes, day);
    sql("INSERT INTO wkey VALUES (%" PRId64 ", 1, zeroblob(32))", id);
    sql("INSERT INTO info VALUES (%" PRId64 ", x'61')", id);
    sql("INSERT INTO rtag VALUES (%" PRId64 ", zeroblob(32), 1)", id);
}

static void entry(int64_t grp, int64_t seq, uint64_t ms)
{
    sql("INSERT INTO gbody (id, grp, seq, ms, b) VALUES (%" PRId64 ", 1, %" PRId64 ", %" PRId64
        ", x'616263')",
        grp * 100 + seq, seq, (int64_t)ms);
    sql("UPDATE gbody SET grp = %" PRId64 " WHERE id = %" PRId64, grp, grp * 100 + seq);
    sql("INSERT INTO glog (grp, seq, body, ms, kind, epoch, mid, branch) "
        "VALUES (%" PRId64 ", %" PRId64 ", %" PRId64 ", 1, 0, 1, 0, 0)",
        grp, seq, grp * 100 + seq);
}

TEST(old_entries_go_and_their_mailbox_has_room_again)
{
    REQUIRE(begin());
    mailbox(1, TODAY, 4, 9);
    entry(1, 1, CUTOFF - 2);
    entry(1, 2, CUTOFF - 1);
    entry(1, 3, CUTOFF);
    gw_own_db_sweep(w.db, 0);
    CHECK(count("glog") == 3 && count("gbody") == 3);
    gw_own_db_sweep(w.db, CUTOFF);
    CHECK(count("glog") == 1 && count("gbody") == 1);
    CHECK(gateway_world_int(&w, "SELECT seq FROM glog") == 3);
    struct gw_own_db_mailbox *m = gw_own_db_mailbox_by_id(w.db, 1);
    REQUIRE(m != NULL);
    CHECK(m->bytes == 3 && m->dirty && m->g.next == 4);
    w.db->tables->save(w.db);
    CHECK(gateway_world_int(&w, "SELECT bytes FROM grp") == 3);
    gateway_world_end(&w);
}

/* Its row may be older than its log: what expires is counted all the same. */
TEST(a_mailbox_whose_row_waits_knows_its_end_although_the_log_has_gone)
{
    REQUIRE(begin());
    mailbox(1, TODAY, 1, 0);
    entry(1, 1, CUTOFF - 2);
    entry(1, 2, CUTOFF - 1);
    gw_own_db_sweep(w.db, CUTOFF);
    CHECK(count("glog") == 0);
    struct gw_own_db_mailbox *m = gw_own_db_mailbox_by_id(w.db, 1);
    REQUIRE(m != NULL);
    CHECK(m->g.next == 3 && m->bytes == 0);
    w.db->tables->save(w.db);
    CHECK(gateway_world_int(&w, "SELECT next FROM grp") == 3);
    gateway_world_end(&w);
}

TEST(a_mailbox_that_nobody_uses_goes_with_all_that_is_its)
{
    REQUIRE(begin());
    int64_t old = TODAY - (int64_t)w.gw.config.mailbox_days;
    mailbox(1, old, 2, 0);     /* just young enough */
    mailbox(2, old - 1, 2, 0); /* too old */
    mailbox(3, old - 1, 2, 0); /* too old, but somebody wrote to it since its row was written */
    entry(2, 1, GATEWAY_WORLD_NOW_MS);
    entry(3, 2, GATEWAY_WORLD_NOW_MS);
    CHECK(gw_own_db_mailbox_by_id(w.db, 2) != NULL);
    gw_own_db_sweep(w.db, 0);
    CHECK(count("grp") == 3);
    gw_own_db_sweep(w.db, CUTOFF);
    CHECK(count("grp") == 2 && gateway_world_int(&w, "SELECT sum(id) FROM grp") == 4);
    CHECK(count("wkey") == 2 && count("info") == 2 && count("rtag") == 2 && count("glog") == 1);
    CHECK(gateway_world_int(&w, "SELECT grp FROM glog") == 3);
    CHECK(gw_own_db_mailbox_by_id(w.db, 2) == NULL); /* and is remembered no more */
    gateway_world_end(&w);
}

/* ---- attachments ----------------------------------------------------------------------------- */

TEST(an_old_attachment_goes_with_its_file)
{
    char dir[GATEWAY_HOUSE_PATH], path[GATEWAY_HOUSE_PATH * 2];
    REQUIRE(begin() && gateway_house_folder(dir));
    (void)snprintf(w.gw.config.dir, sizeof w.gw.config.dir, "%s", dir);
    int64_t old = TODAY - (int64_t)w.gw.config.blob_days;
    sql("INSERT INTO blob VALUES (CAST('aaaaaaaaaaaaaaaa' AS BLOB), 10, 4, 0, %" PRId64
        ", zeroblob(32), "
        "NULL), (CAST('bbbbbbbbbbbbbbbb' AS BLOB), 20, 4, 0, %" PRId64 ", zeroblob(32), NULL)",
        old - 1, old);
    gateway_house_put(dir, "blobs/61/61616161616161616161616161616161", "sealed");
    gateway_house_put(dir, "blobs/62/62626262626262626262626262626262", "sealed");
    gw_own_db_sweep(w.db, 0);
    CHECK(count("blob") == 2);
    gw_own_db_sweep(w.db, CUTOFF);
    CHECK(count("blob") == 1 && gateway_world_int(&w, "SELECT bytes FROM blob") == 20);
    CHECK(w.db->own->blob_change == -10);
    (void)snprintf(path, sizeof path, "%s/blobs/61/61616161616161616161616161616161", dir);
    CHECK(access(path, F_OK) != 0);
    (void)snprintf(path, sizeof path, "%s/blobs/62/62626262626262626262626262626262", dir);
    CHECK(access(path, F_OK) == 0);
    gateway_house_folder_end(dir);
    gateway_world_end(&w);
}

/* ---- small things ---------------------------------------------------------------------------- */

TEST(small_things_have_their_days)
{
    int64_t now_s = (int64_t)(GATEWAY_WORLD_NOW_MS / 1000);
    REQUIRE(begin());
    sql("INSERT INTO seen VALUES (1, 1, 1, %" PRId64 "), (2, 1, 2, %" PRId64 ")", TODAY - 3,
        TODAY - 2);
    sql("INSERT INTO allowed VALUES (x'01', 1, %" PRId64 "), (x'02', 2, %" PRId64 ")", TODAY - 31,
        TODAY - 30);
    sql("INSERT INTO invite VALUES (x'01', 1, %" PRId64 "), (x'02', 1, %" PRId64
        "), (x'03', 0, %" PRId64 ")",
        now_s, now_s + 1, now_s + 1);
    sql("INSERT INTO invite VALUES (x'04', 1, 0)"); /* for ever */
    sql("INSERT INTO kp VALUES (1, 1, x'01', 1, %" PRId64 ", 0, x'61'), (2, 1, x'02', 1, %" PRId64
        ", 0, x'61')",
        now_s, now_s + 1);
    gw_own_db_sweep(w.db, 0); /* by a clock that is not believed none of them goes */
    CHECK(count("seen") == 2 && count("allowed") == 2 && count("invite") == 4 && count("kp") == 2);
    gw_own_db_sweep(w.db, CUTOFF);
    CHECK(gateway_world_int(&w, "SELECT sum(id) FROM seen") == 2);
    CHECK(gateway_world_int(&w, "SELECT sum(bytes) FROM allowed") == 2);
    CHECK(gateway_world_int(&w, "SELECT sum(id) FROM kp") == 2);
    CHECK(count("invite") == 2);
    CHECK(gateway_world_int(&w, "SELECT count(*) FROM invite WHERE hash IN (x'02', x'04')") == 2);
    gateway_world_end(&w);
}

/* However much has expired, a step is short: of each table some hundred rows. */
TEST(of_each_table_some_hundred_rows_at_a_time)
{
    static const char *const tables[] = {"kp", "seen", "gbody", "grp", "blob", "allowed", "invite"};
    static const int64_t stay[] = {300, 0, 0, 300, 0, 0, 0}; /* at the front, not expired */
    REQUIRE(begin());
    gateway_world_sql(
        &w,
        "CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        "WHERE i < 1200) SELECT i FROM n;"
        "INSERT INTO kp SELECT i, i, x'01', 1, iif(i > 300, 1, 1 << 40), 0, x'61' FROM n;"
        "INSERT INTO seen SELECT i, 1, i, 1 FROM n;"
        "INSERT INTO gbody SELECT i, 5000, i, 1, x'61' FROM n;"
        "INSERT INTO grp (id, mailbox, read_hash, epoch, next, bytes, day) "
        "SELECT i, CAST(printf('%016d', i) AS BLOB), zeroblob(32), 1, 1, 0, iif(i > 300, 1, 1 << "
        "40) "
        "FROM n;"
        "INSERT INTO allowed SELECT CAST(printf('%016d', i) AS BLOB), 1, 1 FROM n;"
        "INSERT INTO invite SELECT CAST(printf('%016d', i) AS BLOB), 1, 1 FROM n;"
        "INSERT INTO blob SELECT CAST(printf('%016d', i) AS BLOB), 1, 1, 0, 1, zeroblob(32), NULL "
        "FROM n");
    int64_t left[7] = {1200, 1200, 1200, 1200, 1200, 1200, 1200};
    for (int steps = 0; steps < 24; steps++) {
        gw_own_db_sweep(w.db, CUTOFF);
        for (size_t i = 0; i < 7; i++) {
            int64_t n = count(tables[i]);
            CHECK(left[i] - n <= 512 && n >= stay[i]);
            left[i] = n;
        }
    }
    for (size_t i = 0; i < 7; i++) {
        CHECK(left[i] == stay[i]);
    }
    gateway_world_end(&w);
}

TEST_MAIN(TEST_ROW(what_was_read_goes_at_any_time_and_what_waits_stays),
          TEST_ROW(what_waits_too_long_leaves_a_gap),
          TEST_ROW(a_step_is_small_and_the_next_goes_on_behind_it),
          TEST_ROW(old_entries_go_and_their_mailbox_has_room_again),
          TEST_ROW(a_mailbox_whose_row_waits_knows_its_end_although_the_log_has_gone),
          TEST_ROW(a_mailbox_that_nobody_uses_goes_with_all_that_is_its),
          TEST_ROW(an_old_attachment_goes_with_its_file), TEST_ROW(small_things_have_their_days),
          TEST_ROW(of_each_table_some_hundred_rows_at_a_time))
