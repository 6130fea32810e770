/* The two clocks. */
#include "gateway/clock.h"

#include <time.h>

#include "lib/check.h"

static uint64_t ms_of(clockid_t id)
{
    struct timespec t;
    CHECK(clock_gettime(id, &t) == 0);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

TEST(the_wall_is_the_time_of_people_in_milliseconds)
{
    uint64_t before = ms_of(CLOCK_REALTIME);
    uint64_t now = gw_clock_wall_ms();
    uint64_t after = ms_of(CLOCK_REALTIME);
    CHECK(before <= now && now <= after);
}

TEST(the_steady_one_counts_from_the_boot_with_what_was_slept)
{
    uint64_t before = ms_of(CLOCK_BOOTTIME);
    uint64_t now = gw_clock_steady_ms();
    uint64_t after = ms_of(CLOCK_BOOTTIME);
    CHECK(before <= now && now <= after);
    for (int i = 0; i < 10000; i++) {
        uint64_t next = gw_clock_steady_ms();
        CHECK(next >= now);
        now = next;
    }
}

TEST(a_day_is_a_whole_one_since_1970)
{
    CHECK(gw_clock_day(0) == 0 && gw_clock_day(GW_CLOCK_DAY_MS - 1) == 0);
    CHECK(gw_clock_day(GW_CLOCK_DAY_MS) == 1);
    CHECK(gw_clock_day(1700000000000) == 19675); /* 2023-11-14 */
    CHECK(gw_clock_day(UINT64_MAX) == (int64_t)(UINT64_MAX / GW_CLOCK_DAY_MS));
}

TEST_MAIN(TEST_ROW(the_wall_is_the_time_of_people_in_milliseconds),
          TEST_ROW(the_steady_one_counts_from_the_boot_with_what_was_slept),
          TEST_ROW(a_day_is_a_whole_one_since_1970))
