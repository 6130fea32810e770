/* What is missing: words of a leaf (order.h) that never came, in ranges of their counters. */
#ifndef SOTTO_STORE_HOLE_H
#define SOTTO_STORE_HOLE_H
#include "store/sql.h"

#define STORE_HOLES_MAX 1000 /* ranges kept of one author in a room: the oldest go */

struct store_hole {
    int64_t id, leaf, first, last, place, at_ms, message, asked_ms;
    struct slice secret;
};
MUST_CHECK enum err store_hole_add(struct store *s, int64_t chat, const struct store_hole *h);
/* The hole this counter lies in; ERR_GONE: none. */
MUST_CHECK enum err store_hole_of(struct store *s, struct arena *a, int64_t leaf, int64_t counter,
                                  struct store_hole *out);
MUST_CHECK enum err store_hole_of_message(struct store *s, struct arena *a, int64_t message,
                                          struct store_hole *out);
/* Takes one counter out of it: it shrinks, splits (the row stays with the front) or goes. *gone:
 * it went. */
MUST_CHECK enum err store_hole_fill(struct store *s, const struct store_hole *h, int64_t counter,
                                    bool *gone);
/* Those of a leaf that begin at or below `upto`, the lowest first, at most `max`. */
MUST_CHECK enum err store_hole_list(struct store *s, struct arena *a, int64_t leaf, int64_t upto,
                                    struct store_hole *out, size_t max, size_t *n);

#endif
