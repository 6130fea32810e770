/* Rooms that wait for their members' chains (engine/own/checking.h): nothing of them is shown or
 * sent. */
#ifndef SOTTO_STORE_CHECKING_H
#define SOTTO_STORE_CHECKING_H
#include "store/sql.h"

struct store_checking {
    int64_t id;
    uint8_t hash[32]; /* of the Welcome */
    struct slice welcome, token;
    struct slice ref; /* of our package it was sealed to */
    int64_t server_ms, at_ms;
    int64_t signer; /* the person who brought us in, according to the unchecked bytes */
};
/* Keeps it, with the people whose chains it awaits; if it is kept already, only that list is
 * replaced. */
MUST_CHECK enum err store_checking_put(struct store *s, const struct store_checking *c,
                                       const int64_t *awaited, size_t n);
/* ERR_GONE. Slices in the arena. */
MUST_CHECK enum err store_checking_get(struct store *s, struct arena *a, int64_t id,
                                       struct store_checking *out);
MUST_CHECK enum err store_checking_has(struct store *s, const uint8_t hash[32], bool *has);
/* Drops it with the list of what it awaited. */
MUST_CHECK enum err store_checking_drop(struct store *s, const uint8_t hash[32]);
/* It waits no longer; a one-time package it came to is dropped. The person has yet to be told. */
MUST_CHECK enum err store_checking_over(struct store *s, int64_t id);
/* Takes one that is over, and drops it. ERR_GONE: none. */
MUST_CHECK enum err store_checking_said(struct store *s, int64_t *signer);
MUST_CHECK enum err store_checking_count(struct store *s, int64_t *n);
/* The oldest whose signer is no contact, else the oldest. ERR_GONE: none. */
MUST_CHECK enum err store_checking_least(struct store *s, int64_t *id);
/* Those that came before before_ms, the oldest first; at most cap. */
MUST_CHECK enum err store_checking_list(struct store *s, int64_t before_ms, int64_t *ids,
                                        size_t cap, size_t *n);
/* Does any room await this person's chain? */
MUST_CHECK enum err store_checking_awaits(struct store *s, int64_t person, bool *yes);

#endif
