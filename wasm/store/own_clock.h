/* For when the clock went back: anything noted while it was ahead would wait for ever. Times are
 * milliseconds since 1970. */
#ifndef SOTTO_STORE_OWN_CLOCK_H
#define SOTTO_STORE_OWN_CLOCK_H
#include "store/sql.h"

/* Makes nothing begin later than now (what went out, what was taken, replaced packages, logs read),
 * and leaves no message more time than it was given. */
MUST_CHECK enum err store_own_clock_begun(struct store *s, int64_t now_ms);
/* Makes nothing due later than now (chains, holes, what was sealed or kept, our commits, tries to
 * come in again), and puts no wish off for more than wait_max_ms. */
MUST_CHECK enum err store_own_clock_due(struct store *s, int64_t now_ms, int64_t wait_max_ms);

#endif
