/* Two clocks (own/clock.h). */
#include "engine/own/clock.h"

#include "lib/check.h"
#include "lib/own_world.h"
#include "store/setting.h"

#define MINUTE_MS (60ull * 1000)
#define DAY_MS (24 * 60 * MINUTE_MS)

TEST(before_the_gateway_has_said_a_time_ours_is_all)
{
    struct own_world w;
    own_world_begin(&w);
    CHECK(own_clock_now(w.o, &w.s) == w.s.now_ms);
    CHECK(own_clock_both(w.o, &w.s) == w.s.now_ms);
    CHECK(own_clock_ahead(w.o) == 0);
    own_world_end(&w);
}

TEST(what_is_to_end_ends_when_both_say_so)
{
    struct own_world w;
    own_world_begin(&w);
    CHECK_ERR(own_clock_heard(w.o, &w.s, w.s.now_ms - DAY_MS), OK); /* ours is ahead */
    CHECK(own_clock_ahead(w.o) == (int64_t)DAY_MS);
    CHECK(own_clock_now(w.o, &w.s) == w.s.now_ms - DAY_MS);
    CHECK(own_clock_both(w.o, &w.s) == w.s.now_ms - DAY_MS);
    CHECK_ERR(own_clock_heard(w.o, &w.s, w.s.now_ms + DAY_MS), OK); /* ours is behind */
    CHECK(own_clock_ahead(w.o) == -(int64_t)DAY_MS);
    CHECK(own_clock_now(w.o, &w.s) == w.s.now_ms + DAY_MS);
    CHECK(own_clock_both(w.o, &w.s) == w.s.now_ms);
    CHECK(w.out.state && w.s.dirty);
    own_world_end(&w);
}

/* Ours goes on from the gateway's word, but for a day only: it may have been put ahead since. */
TEST(our_clock_goes_on_from_the_gateways_for_a_day)
{
    struct own_world w;
    own_world_begin(&w);
    const uint64_t at = w.s.now_ms, said = at - 7 * DAY_MS;
    CHECK_ERR(own_clock_heard(w.o, &w.s, said), OK);
    w.s.now_ms = at + 5 * MINUTE_MS;
    CHECK(own_clock_now(w.o, &w.s) == said + 5 * MINUTE_MS);
    w.s.now_ms = at + DAY_MS;
    CHECK(own_clock_now(w.o, &w.s) == said + DAY_MS);
    w.s.now_ms = at + 900 * DAY_MS;
    CHECK(own_clock_now(w.o, &w.s) == said + DAY_MS);
    CHECK(own_clock_both(w.o, &w.s) == said + DAY_MS);
    w.s.now_ms = at - 900 * DAY_MS; /* set back: never before what was said */
    CHECK(own_clock_now(w.o, &w.s) == said);
    CHECK(own_clock_both(w.o, &w.s) == w.s.now_ms);
    own_world_end(&w);
}

TEST(a_time_no_clock_can_hold_is_the_last_one)
{
    struct own_world w;
    own_world_begin(&w);
    CHECK_ERR(own_clock_heard(w.o, &w.s, UINT64_MAX), OK);
    CHECK(own_clock_now(w.o, &w.s) == OWN_TIME_MAX_MS);
    CHECK(own_clock_ahead(w.o) == (int64_t)w.s.now_ms - (int64_t)OWN_TIME_MAX_MS);
    CHECK(own_clock_both(w.o, &w.s) == w.s.now_ms);
    w.s.now_ms = OWN_TIME_MAX_MS;
    CHECK_ERR(own_clock_heard(w.o, &w.s, 0), OK);
    CHECK(own_clock_ahead(w.o) == (int64_t)OWN_TIME_MAX_MS);
    own_world_end(&w);
}

TEST(a_time_outside_what_can_be_is_that_of_now)
{
    struct own_world w;
    own_world_begin(&w);
    const uint64_t now = w.s.now_ms;
    CHECK_ERR(own_clock_heard(w.o, &w.s, now - 10 * MINUTE_MS), OK);
    const uint64_t theirs = now - 10 * MINUTE_MS;
    uint64_t good[] = {theirs, now, now + DAY_MS, theirs - 62 * DAY_MS};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        CHECK(own_clock_bound(w.o, &w.s, good[i]) == good[i]);
    }
    uint64_t bad[] = {now + DAY_MS + 1, UINT64_MAX, UINT64_MAX - 62 * DAY_MS, 0,
                      theirs - 62 * DAY_MS - 1};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK(own_clock_bound(w.o, &w.s, bad[i]) == theirs);
    }
    own_world_end(&w);
}

TEST(what_was_heard_outlives_a_restart)
{
    struct own_world w;
    own_world_begin(&w);
    CHECK_ERR(own_clock_heard(w.o, &w.s, w.s.now_ms - DAY_MS), OK);
    w.o->clock.server_ms = w.o->clock.heard_ms = 0;
    w.s.now_ms += MINUTE_MS;
    CHECK_ERR(own_clock_load(w.o, &w.s), OK);
    CHECK(own_clock_now(w.o, &w.s) == w.s.now_ms - DAY_MS);
    own_world_end(&w);
}

static void waits(struct own_world *w)
{
    own_world_sql(w, "DELETE FROM wish");
    own_world_sql(w, "DELETE FROM hole");
    own_world_sql(w,
                  "INSERT INTO wish(id,chat,kind,data,not_before) VALUES(1,1,6,x'',1700000005000),"
                  "(2,1,6,x'',1700864000000)");
    own_world_sql(
        w, "INSERT INTO hole(id,leaf,first,last,place,at_ms) VALUES(1,1,0,0,0,1800000000000)");
    w->o->conn[OWN_CONN_ANON].retry_at_ms = w->s.now_ms + 900 * DAY_MS;
    w->o->conn[OWN_CONN_DEVICE].heard_ms = w->s.now_ms + 900 * DAY_MS;
}

TEST(a_clock_set_back_lets_nothing_wait_for_years)
{
    struct own_world w;
    own_world_begin(&w);
    CHECK_ERR(own_clock_mend(w.o, &w.s), OK);
    waits(&w);
    w.s.now_ms -= MINUTE_MS; /* corrected, not set back */
    CHECK_ERR(own_clock_mend(w.o, &w.s), OK);
    CHECK(own_world_int(&w, "SELECT not_before FROM wish WHERE id=2") == 1700864000000);
    CHECK(w.o->conn[OWN_CONN_ANON].retry_at_ms > w.s.now_ms);
    w.s.now_ms -= MINUTE_MS + 1;
    CHECK_ERR(own_clock_mend(w.o, &w.s), OK);
    const int64_t now = (int64_t)w.s.now_ms;
    CHECK(own_world_int(&w, "SELECT not_before FROM wish WHERE id=2") == now);
    /* what is put off by a moment stays so */
    CHECK(own_world_int(&w, "SELECT not_before FROM wish WHERE id=1") == 1700000005000);
    CHECK(own_world_int(&w, "SELECT at_ms FROM hole") == now);
    CHECK(w.o->conn[OWN_CONN_ANON].retry_at_ms == w.s.now_ms);
    CHECK(w.o->conn[OWN_CONN_DEVICE].heard_ms == w.s.now_ms);
    CHECK(w.o->missing_at_ms == w.s.now_ms && w.o->status_at_ms == 0);
    own_world_end(&w);
}

TEST(what_is_to_end_by_both_begins_by_the_earlier_and_is_kept_by_the_later)
{
    struct own_world w;
    own_world_begin(&w);
    CHECK(own_clock_begins(w.o, &w.s) == w.s.now_ms && own_clock_late(w.o, &w.s) == w.s.now_ms);
    CHECK_ERR(own_clock_heard(w.o, &w.s, w.s.now_ms - DAY_MS), OK); /* ours is ahead */
    CHECK(own_clock_begins(w.o, &w.s) == w.s.now_ms - DAY_MS);
    CHECK(own_clock_late(w.o, &w.s) == w.s.now_ms);
    CHECK_ERR(own_clock_heard(w.o, &w.s, w.s.now_ms + DAY_MS), OK); /* ours is behind */
    CHECK(own_clock_begins(w.o, &w.s) == w.s.now_ms);
    CHECK(own_clock_late(w.o, &w.s) == w.s.now_ms + DAY_MS);
    own_world_end(&w);
}

/* A line may stay for days: half of what our clock goes on by itself. */
TEST(a_gateway_that_has_said_nothing_for_long_is_asked_for_its_time)
{
    struct own_world w;
    uint64_t at = 0;
    own_world_begin(&w);
    w.o->base.ready = true;
    own_clock_ask(w.o, &w.s);
    own_clock_next(w.o, &at);
    CHECK(!w.o->time_wanted && at == 0); /* it has never said one: the lines ask for themselves */
    CHECK_ERR(own_clock_heard(w.o, &w.s, w.s.now_ms), OK);
    own_clock_next(w.o, &at);
    CHECK(at == w.s.now_ms + DAY_MS / 2);
    at = 5; /* something is sooner */
    own_clock_next(w.o, &at);
    CHECK(at == 5);
    w.s.now_ms += DAY_MS / 2 - 1;
    own_clock_ask(w.o, &w.s);
    CHECK(!w.o->time_wanted);
    w.s.now_ms++;
    w.o->base.ready = false; /* nobody is there for whom it would matter */
    own_clock_ask(w.o, &w.s);
    CHECK(!w.o->time_wanted);
    w.o->base.ready = true;
    own_clock_ask(w.o, &w.s);
    CHECK(w.o->time_wanted);
    at = 0;
    own_clock_next(w.o, &at); /* it is being asked */
    CHECK(at == 0);
    own_world_end(&w);
}

TEST(a_clock_that_was_set_back_asks_for_the_time)
{
    struct own_world w;
    own_world_begin(&w);
    w.o->base.ready = true;
    CHECK_ERR(own_clock_heard(w.o, &w.s, w.s.now_ms), OK);
    w.s.now_ms--;
    own_clock_ask(w.o, &w.s);
    CHECK(w.o->time_wanted);
    own_world_end(&w);
}

TEST_MAIN(TEST_ROW(before_the_gateway_has_said_a_time_ours_is_all),
          TEST_ROW(what_is_to_end_ends_when_both_say_so),
          TEST_ROW(our_clock_goes_on_from_the_gateways_for_a_day),
          TEST_ROW(a_time_no_clock_can_hold_is_the_last_one),
          TEST_ROW(a_time_outside_what_can_be_is_that_of_now),
          TEST_ROW(what_was_heard_outlives_a_restart),
          TEST_ROW(a_clock_set_back_lets_nothing_wait_for_years),
          TEST_ROW(what_is_to_end_by_both_begins_by_the_earlier_and_is_kept_by_the_later),
          TEST_ROW(a_gateway_that_has_said_nothing_for_long_is_asked_for_its_time),
          TEST_ROW(a_clock_that_was_set_back_asks_for_the_time))
