#include "gateway/clock.h"

#include <time.h>

static uint64_t read_ms(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * 1000u + (uint64_t)t.tv_nsec / 1000000u;
}

uint64_t gw_clock_wall_ms(void)
{
    return read_ms(CLOCK_REALTIME);
}

uint64_t gw_clock_steady_ms(void)
{
    return read_ms(CLOCK_BOOTTIME);
}
