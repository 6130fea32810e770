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
/* ERR_GONE. */
MUST_CHECK enum err store_hole_get(struct store *s, struct arena *a, int64_t id,
                                   struct store_hole *out);

/* ---- its row in the timeline ---------------------------------------------------------------- */

#define STORE_HOLE_HIDDEN INT64_C(-1) /* in place of the message: the person took it away */

MUST_CHECK enum err store_hole_set_message(struct store *s, int64_t id, int64_t message);
/* Its message says how many are missing now, and stands where they do. */
MUST_CHECK enum err store_hole_tell(struct store *s, int64_t id, int64_t message);
/* The sender was asked for it; what comes is sealed to the key of this secret. */
MUST_CHECK enum err store_hole_ask(struct store *s, int64_t id, struct slice secret,
                                   int64_t now_ms);
MUST_CHECK enum err store_hole_is_asked(struct store *s, int64_t message, bool *asked);
/* Those without a message, of nobody who is blocked, that are here since `since_ms` or longer: ids
 * of one chat, the oldest first, at most `max`; the next chat behind `chat` that has some,
 * ERR_GONE: none. */
MUST_CHECK enum err store_hole_due(struct store *s, int64_t chat, int64_t since_ms, int64_t *ids,
                                   size_t max, size_t *n);
MUST_CHECK enum err store_hole_due_chat(struct store *s, int64_t since_ms, int64_t *chat);
/* When the first came of those without a message that are younger; 0: none. */
MUST_CHECK enum err store_hole_next(struct store *s, int64_t since_ms, int64_t *at_ms);

#endif
