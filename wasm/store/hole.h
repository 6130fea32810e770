/* What is missing: words of a leaf (order.h) that never came, as ranges of counters. */
#ifndef SOTTO_STORE_HOLE_H
#define SOTTO_STORE_HOLE_H
#include "store/sql.h"

#define STORE_HOLES_MAX 1000 /* ranges kept of one author in a room; the oldest go first */

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
/* Takes one counter out: the hole shrinks, splits (the row keeps the front part) or goes. *gone: it
 * went. */
MUST_CHECK enum err store_hole_fill(struct store *s, const struct store_hole *h, int64_t counter,
                                    bool *gone);
/* A leaf's holes that begin at or below `upto`, the lowest first, at most `max`. */
MUST_CHECK enum err store_hole_list(struct store *s, struct arena *a, int64_t leaf, int64_t upto,
                                    struct store_hole *out, size_t max, size_t *n);
/* ERR_GONE. */
MUST_CHECK enum err store_hole_get(struct store *s, struct arena *a, int64_t id,
                                   struct store_hole *out);

/* ---- its row in the timeline ---------------------------------------------------------------- */

#define STORE_HOLE_HIDDEN INT64_C(-1) /* instead of a message: the person removed it */

MUST_CHECK enum err store_hole_set_message(struct store *s, int64_t id, int64_t message);
/* Updates its message: how many are missing now, and its place. */
MUST_CHECK enum err store_hole_tell(struct store *s, int64_t id, int64_t message);
/* The sender was asked for it; the answer will be sealed to the key of this secret. */
MUST_CHECK enum err store_hole_ask(struct store *s, int64_t id, struct slice secret,
                                   int64_t now_ms);
MUST_CHECK enum err store_hole_is_asked(struct store *s, int64_t message, bool *asked);
/* Holes without a message, from nobody blocked, known since `since_ms` or longer: the ids of one
 * chat, the oldest first, at most `max`; and the next chat after `chat` that has any, ERR_GONE:
 * none. */
MUST_CHECK enum err store_hole_due(struct store *s, int64_t chat, int64_t since_ms, int64_t *ids,
                                   size_t max, size_t *n);
MUST_CHECK enum err store_hole_due_chat(struct store *s, int64_t since_ms, int64_t *chat);
/* When the first of the younger holes without a message came; 0: none. */
MUST_CHECK enum err store_hole_next(struct store *s, int64_t since_ms, int64_t *at_ms);

#endif
