/* Two clocks, ours and the gateway's, of which any may be wrong by any amount. What ends
 * (lifetimes, keys, messages with a timer) ends when both say so; what is to last begins by the
 * gateway's, as far as it is known. Nothing here decides an order. */
#ifndef SOTTO_ENGINE_OWN_CLOCK_H
#define SOTTO_ENGINE_OWN_CLOCK_H
#include "engine/engine.h"
#include "engine/own/state.h"

#define OWN_TIME_MAX_MS 253402300799999ull /* end of the year 9999: what comes later is that */
#define OWN_CLOCK_KEPT_MS (62 * 24 * 3600ll * 1000) /* no log keeps anything for longer      */
#define OWN_CLOCK_WRONG_MS (5 * 60 * 1000) /* from here on the difference is said in words   */

/* The gateway says what time it is (READY). */
MUST_CHECK enum err own_clock_heard(struct own *o, struct step *s, uint64_t server_ms);
/* Before that: as it was said last. */
MUST_CHECK enum err own_clock_load(struct own *o, struct step *s);
/* The gateway's time; ours while it is not known. */
uint64_t own_clock_now(const struct own *o, const struct step *s);
/* The time that both clocks have reached. While the gateway has never said one: ours. */
uint64_t own_clock_both(const struct own *o, const struct step *s);
/* From when on the age of a key counts that is to end by both: the earlier, for a clock that was
 * ahead once would keep it for ever. */
uint64_t own_clock_begins(const struct own *o, const struct step *s);
/* The later of the two: from then on something is kept for so long. */
uint64_t own_clock_late(const struct own *o, const struct step *s);
/* A time that the gateway says something happened at; when it cannot be, its time of now. */
uint64_t own_clock_bound(const struct own *o, const struct step *s, uint64_t server_ms);
/* With an alarm: the gateway has said nothing of its time for so long, or ours was set back, that
 * it is to be asked (o->time_wanted): its clock as we have it does not go on for ever. */
void own_clock_ask(struct own *o, const struct step *s);
/* When that is to be looked at: *at_ms, if it is earlier (0 never). */
void own_clock_next(const struct own *o, uint64_t *at_ms);
/* How far ours is ahead of the gateway's (negative: behind), as of its last word; 0 not known. */
int64_t own_clock_ahead(const struct own *o);
/* Ours was set back: what waits for a moment far ahead waits no longer. */
MUST_CHECK enum err own_clock_mend(struct own *o, struct step *s);

#endif
