/* The clock went back: what was noted by one that was ahead would wait for ever. Times are
 * milliseconds since 1970. */
#ifndef SOTTO_STORE_OWN_CLOCK_H
#define SOTTO_STORE_OWN_CLOCK_H
#include "store/sql.h"

/* Nothing began later than now (what went out, what was taken, packages that were replaced, logs
 * that were read), and no message has more time left than it was given. */
MUST_CHECK enum err store_own_clock_begun(struct store *s, int64_t now_ms);
/* Nothing is due later than now (chains, holes, what was sealed or kept, our commits, tries to come
 * in again), and no wish is put off for more than wait_max_ms. */
MUST_CHECK enum err store_own_clock_due(struct store *s, int64_t now_ms, int64_t wait_max_ms);

#endif
