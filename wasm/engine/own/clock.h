/* Two clocks, ours and the gateway's, either of which may be wrong by any amount. What ends
 * (lifetimes, keys, messages with a timer) ends when both say so; what must last begins by the
 * gateway's, if that is known. Nothing here decides an order. */
#ifndef SOTTO_ENGINE_OWN_CLOCK_H
#define SOTTO_ENGINE_OWN_CLOCK_H
#include "engine/engine.h"
#include "engine/own/state.h"

#define OWN_TIME_MAX_MS 253402300799999ull /* end of the year 9999; later times count as this */
#define OWN_CLOCK_KEPT_MS (62 * 24 * 3600ll * 1000) /* no log keeps anything longer */
#define OWN_CLOCK_WRONG_MS (5 * 60 * 1000) /* from here on the person is told of the difference */

/* The gateway says what time it is (READY). */
MUST_CHECK enum err own_clock_heard(struct own *o, struct step *s, uint64_t server_ms);
/* Before that: loads what it last said. */
MUST_CHECK enum err own_clock_load(struct own *o, struct step *s);
/* The gateway's time, or ours while it is unknown. */
uint64_t own_clock_now(const struct own *o, const struct step *s);
/* The time both clocks have reached; ours if the gateway has never said its own. */
uint64_t own_clock_both(const struct own *o, const struct step *s);
/* When the age of a key that ends by both clocks begins to count: the earlier time, as otherwise a
 * clock that was once ahead would keep it for ever. */
uint64_t own_clock_begins(const struct own *o, const struct step *s);
/* The later of the two: when a fixed keeping time begins. */
uint64_t own_clock_late(const struct own *o, const struct step *s);
/* A time at which the gateway says something happened; if that is impossible, its current time. */
uint64_t own_clock_bound(const struct own *o, const struct step *s, uint64_t server_ms);
/* At an alarm: if the gateway has not said its time for long, or ours was set back, marks that it
 * must be asked (o->time_wanted): we do not extrapolate its clock for ever. */
void own_clock_ask(struct own *o, const struct step *s);
/* Lowers *at_ms (0 never) to when that must be checked. */
void own_clock_next(const struct own *o, uint64_t *at_ms);
/* How far ours is ahead of the gateway's (negative: behind), as of its last word; 0 unknown. */
int64_t own_clock_ahead(const struct own *o);
/* Ours was set back: what waits for a moment far ahead need not wait any longer. */
MUST_CHECK enum err own_clock_mend(struct own *o, struct step *s);

#endif
