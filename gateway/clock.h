/* The two clocks: the wall for what people and other machines see, the steady one for intervals.
 * All time that decides anything comes from here (the threads' own timeouts and measurements do
 * not), so that a simulated world can put its own clock in place of clock.c
 * (tests/lib/sim_process_native.c). */
#ifndef SOTTO_GATEWAY_CLOCK_H
#define SOTTO_GATEWAY_CLOCK_H
#include "base/base.h"

#define GW_CLOCK_DAY_MS 86400000u

uint64_t gw_clock_wall_ms(void);
/* Since boot, suspended time included; never goes back. */
uint64_t gw_clock_steady_ms(void);
static inline int64_t gw_clock_day(uint64_t wall_ms)
{
    return (int64_t)(wall_ms / GW_CLOCK_DAY_MS);
}

#endif
