/* Rooms that wait for the chains of those who sit in them (engine/own/checking.h): nothing of them
 * is shown, and nothing is sent. */
#ifndef SOTTO_STORE_CHECKING_H
#define SOTTO_STORE_CHECKING_H
#include "store/sql.h"

struct store_checking {
    int64_t id;
    uint8_t hash[32]; /* of the Welcome */
    struct slice welcome, token;
    struct slice ref; /* of our package that it came to */
    int64_t server_ms, at_ms;
    int64_t signer; /* who brought us in, by the bytes: nothing is checked yet; a person */
};
/* Keeps it, with those whose chains are awaited; of one that is kept only these are taken anew. */
MUST_CHECK enum err store_checking_put(struct store *s, const struct store_checking *c,
                                       const int64_t *awaited, size_t n);
/* ERR_GONE. Slices in the arena. */
MUST_CHECK enum err store_checking_get(struct store *s, struct arena *a, int64_t id,
                                       struct store_checking *out);
MUST_CHECK enum err store_checking_has(struct store *s, const uint8_t hash[32], bool *has);
/* With what it awaited. */
MUST_CHECK enum err store_checking_drop(struct store *s, const uint8_t hash[32]);
/* It waits no more, and nothing is left of a one-time package that it came to; that is still to be
 * said. */
MUST_CHECK enum err store_checking_over(struct store *s, int64_t id);
/* One that is over; it is gone with that. ERR_GONE: there is none. */
MUST_CHECK enum err store_checking_said(struct store *s, int64_t *signer);
MUST_CHECK enum err store_checking_count(struct store *s, int64_t *n);
/* The oldest whose signer is no contact; else the oldest. ERR_GONE: there is none. */
MUST_CHECK enum err store_checking_least(struct store *s, int64_t *id);
/* All, the oldest first, or those that came before before_ms; at most cap. */
MUST_CHECK enum err store_checking_list(struct store *s, int64_t before_ms, int64_t *ids,
                                        size_t cap, size_t *n);
/* Is the chain of this person awaited? */
MUST_CHECK enum err store_checking_awaits(struct store *s, int64_t person, bool *yes);

#endif
