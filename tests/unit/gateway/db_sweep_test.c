/* The writer's clock, its look at the disk, and when it sweeps. What the clock was, and what the
 * steady one was, is put into the writer by the test: the true clocks go on from there. */
#include "gateway/db_sweep.h"

#include <string.h>

#include "gateway/own/db_tables.h"
#include "lib/check.h"
#include "lib/gateway_world_native.h"

#define HOUR_MS 3600000u
#define SOON_MS 60000u /* more than a test takes */

static struct gateway_world w;
static struct gw_db_tables tables;
static uint64_t cutoff;
static unsigned sweeps;

static void on_sweep(struct gw_db *db, uint64_t cutoff_ms)
{
    CHECK(db == w.db);
    cutoff = cutoff_ms;
    sweeps++;
}

static bool begin(void)
{
    if (!gateway_world_begin(&w)) {
        return false;
    }
    tables = gw_own_db_tables;
    tables.sweep = on_sweep;
    w.db->tables = &tables;
    cutoff = sweeps = 0;
    return true;
}

static int64_t counter(enum gw_log_counter c)
{
    return gw_log_get(&w.gw.log, c);
}

/* As after a step at this time of the wall, and the wall goes on from there. */
static void was(uint64_t wall_ms)
{
    w.db->now_ms = wall_ms;
    w.db->steady_ms = gw_clock_steady_ms();
}

static bool is_about(uint64_t ms, uint64_t wanted)
{
    return ms >= wanted && ms < wanted + SOON_MS;
}

/* ---- the clock ------------------------------------------------------------------------------- */

TEST(the_time_of_a_batch_is_the_walls)
{
    REQUIRE(begin());
    uint64_t wall = gw_clock_wall_ms();
    was(wall);
    gw_db_sweep_clock(w.db);
    CHECK(is_about(w.db->now_ms, wall) && w.db->held_until_ms == 0);
    CHECK(is_about(w.db->steady_ms, gw_clock_steady_ms() - SOON_MS + 1));
    CHECK(counter(GW_LOG_CLOCK_HELD) == 0);
    gateway_world_end(&w);
}

/* Less than an hour is what clocks are set by. */
TEST(it_never_goes_back)
{
    REQUIRE(begin());
    uint64_t wall = gw_clock_wall_ms();
    was(wall + HOUR_MS / 2);
    gw_db_sweep_clock(w.db);
    CHECK(w.db->now_ms == wall + HOUR_MS / 2 && w.db->held_until_ms == 0);
    was(wall - HOUR_MS / 2);
    gw_db_sweep_clock(w.db);
    CHECK(is_about(w.db->now_ms, wall) && w.db->held_until_ms == 0); /* forward is followed */
    gateway_world_end(&w);
}

TEST(a_jump_ahead_is_followed_and_nothing_expires_for_a_day)
{
    REQUIRE(begin());
    uint64_t wall = gw_clock_wall_ms();
    was(wall - 2 * HOUR_MS);
    gw_db_sweep_clock(w.db);
    CHECK(is_about(w.db->now_ms, wall) && counter(GW_LOG_CLOCK_HELD) == 1);
    CHECK(is_about(w.db->held_until_ms, w.db->steady_ms + GW_CLOCK_DAY_MS));
    gw_db_sweep_step(w.db);
    CHECK(sweeps == 1 && cutoff == 0);
    /* the day is over */
    w.db->held_until_ms = 1;
    gw_db_sweep_clock(w.db);
    CHECK(w.db->held_until_ms == 0 && counter(GW_LOG_CLOCK_HELD) == 0);
    gateway_world_end(&w);
}

TEST(a_jump_back_is_not_followed_before_a_restart)
{
    REQUIRE(begin());
    uint64_t wall = gw_clock_wall_ms();
    was(wall + 2 * HOUR_MS);
    gw_db_sweep_clock(w.db);
    CHECK(is_about(w.db->now_ms, wall + 2 * HOUR_MS) && counter(GW_LOG_CLOCK_HELD) == 1);
    uint64_t until = w.db->held_until_ms;
    CHECK(is_about(until, w.db->steady_ms + GW_CLOCK_DAY_MS));
    /* it goes on at its own pace; one jump is one day, which does not begin anew with each batch */
    w.db->steady_ms -= 2 * SOON_MS;
    w.db->held_until_ms = until - SOON_MS;
    gw_db_sweep_clock(w.db);
    CHECK(w.db->held_until_ms == until - SOON_MS);
    CHECK(is_about(w.db->now_ms, wall + 2 * HOUR_MS + 2 * SOON_MS));
    /* the next process believes the wall, and holds since the last run was ahead of it */
    w.db->clock_ms = w.db->now_ms;
    w.db->steady_ms = w.db->now_ms = w.db->held_until_ms = 0;
    gw_db_sweep_clock(w.db);
    CHECK(is_about(w.db->now_ms, wall));
    CHECK(is_about(w.db->held_until_ms, w.db->steady_ms + HOUR_MS));
    gateway_world_end(&w);
}

TEST(a_start_far_from_the_last_run_holds_for_an_hour)
{
    static const struct {
        int64_t hours; /* from the last run to now */
        bool holds;
    } cases[] = {{-2, true}, {0, false}, {24 * 6, false}, {24 * 8, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        REQUIRE(begin());
        uint64_t wall = gw_clock_wall_ms();
        w.db->steady_ms = w.db->now_ms = 0;
        w.db->clock_ms = (uint64_t)((int64_t)wall - cases[i].hours * (int64_t)HOUR_MS);
        gw_db_sweep_clock(w.db);
        CHECK((w.db->held_until_ms != 0) == cases[i].holds);
        CHECK(!cases[i].holds || is_about(w.db->held_until_ms, w.db->steady_ms + HOUR_MS));
        CHECK(counter(GW_LOG_CLOCK_HELD) == cases[i].holds);
        CHECK(is_about(w.db->now_ms, wall));
        gateway_world_end(&w);
    }
    REQUIRE(begin()); /* there was none */
    w.db->steady_ms = w.db->now_ms = w.db->clock_ms = 0;
    gw_db_sweep_clock(w.db);
    CHECK(w.db->held_until_ms == 0);
    gateway_world_end(&w);
}

/* ---- a step ---------------------------------------------------------------------------------- */

TEST(it_sweeps_at_most_once_a_second)
{
    REQUIRE(begin());
    w.db->steady_ms = 10000;
    w.db->sweep_ms = 0;
    gw_db_sweep_step(w.db);
    CHECK(sweeps == 1);
    w.db->steady_ms = 10999;
    gw_db_sweep_step(w.db);
    CHECK(sweeps == 1);
    w.db->steady_ms = 11000;
    gw_db_sweep_step(w.db);
    CHECK(sweeps == 2);
    gateway_world_end(&w);
}

TEST(what_is_older_than_the_retention_is_too_old)
{
    REQUIRE(begin());
    w.gw.config.retention_days = 30;
    gw_db_sweep_step(w.db);
    CHECK(cutoff == GATEWAY_WORLD_NOW_MS - 30 * (uint64_t)GW_CLOCK_DAY_MS);
    w.db->sweep_ms = 0;
    w.gw.config.retention_days = 3650000; /* longer than there is time: nothing is */
    gw_db_sweep_step(w.db);
    CHECK(sweeps == 2 && cutoff == 0);
    gateway_world_end(&w);
}

TEST(the_clock_is_kept_by_the_minute)
{
    static const char sql[] = "SELECT value FROM meta WHERE name = 'clock_ms'";
    REQUIRE(begin());
    w.db->clock_ms = 0;
    gw_db_sweep_step(w.db);
    CHECK(gateway_world_int(&w, sql) == (int64_t)GATEWAY_WORLD_NOW_MS);
    CHECK(w.db->clock_ms == GATEWAY_WORLD_NOW_MS);
    for (int i = 0; i < 2; i++) {
        w.db->now_ms = GATEWAY_WORLD_NOW_MS + 60000u + (unsigned)i;
        w.db->sweep_ms = 0;
        gw_db_sweep_step(w.db);
        CHECK(gateway_world_int(&w, sql) ==
              (int64_t)(i == 0 ? GATEWAY_WORLD_NOW_MS : w.db->now_ms));
    }
    /* and it is right when it goes back, after a restart */
    w.db->now_ms = GATEWAY_WORLD_NOW_MS - HOUR_MS;
    w.db->sweep_ms = 0;
    gw_db_sweep_step(w.db);
    CHECK(gateway_world_int(&w, sql) == (int64_t)(GATEWAY_WORLD_NOW_MS - HOUR_MS));
    gateway_world_end(&w);
}

static bool is_full_after(const char *dir, uint64_t reserve, uint64_t store)
{
    (void)strcpy(w.gw.config.dir, dir);
    w.gw.config.reserve_bytes = reserve;
    w.gw.config.store_bytes = store;
    w.db->sweep_ms = 0;
    gw_db_sweep_step(w.db);
    CHECK(counter(GW_LOG_DISK_FULL) == gw_db_is_full(w.db));
    return gw_db_is_full(w.db);
}

TEST(a_disk_with_less_than_the_reserve_is_full_until_it_has_room_again)
{
    REQUIRE(begin());
    CHECK(!is_full_after("/", 0, 0));
    CHECK(is_full_after("/", UINT64_MAX, 0));
    CHECK(!is_full_after("/", 0, 0));
    gateway_world_end(&w);
}

TEST(a_database_above_its_bound_is_full_and_free_pages_count_as_room)
{
    REQUIRE(begin());
    uint64_t pages = (uint64_t)gateway_world_int(&w, "PRAGMA page_count");
    CHECK(!is_full_after("/", 0, pages * 4096));
    CHECK(is_full_after("/", 0, pages * 4096 - 1));
    gateway_world_sql(&w, "INSERT INTO body VALUES (1, 1, zeroblob(100000))");
    CHECK(is_full_after("/", 0, (pages + 3) * 4096));
    gateway_world_sql(&w, "DELETE FROM body");
    CHECK((uint64_t)gateway_world_int(&w, "PRAGMA page_count") > pages + 3);
    CHECK(!is_full_after("/", 0, (pages + 3) * 4096));
    gateway_world_end(&w);
}

TEST_MAIN(TEST_ROW(the_time_of_a_batch_is_the_walls), TEST_ROW(it_never_goes_back),
          TEST_ROW(a_jump_ahead_is_followed_and_nothing_expires_for_a_day),
          TEST_ROW(a_jump_back_is_not_followed_before_a_restart),
          TEST_ROW(a_start_far_from_the_last_run_holds_for_an_hour),
          TEST_ROW(it_sweeps_at_most_once_a_second),
          TEST_ROW(what_is_older_than_the_retention_is_too_old),
          TEST_ROW(the_clock_is_kept_by_the_minute),
          TEST_ROW(a_disk_with_less_than_the_reserve_is_full_until_it_has_room_again),
          TEST_ROW(a_database_above_its_bound_is_full_and_free_pages_count_as_room))
