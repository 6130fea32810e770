/* Rooms that somebody not known brought us into, until the person answers (the table request). A
 * room is 16 bytes, an account 32. */
#ifndef SOTTO_STORE_REQUEST_H
#define SOTTO_STORE_REQUEST_H
#include "store/sql.h"

#define STORE_REQUEST_ROOM 16
#define STORE_REQUEST_ACCOUNT 32

struct store_request {
    uint8_t room[STORE_REQUEST_ROOM];
    uint8_t account[STORE_REQUEST_ACCOUNT]; /* who asks                      */
};
/* at_ms: when the gateway got it; label: of the link of mine they came by. */
MUST_CHECK enum err store_request_add(struct store *s, const struct store_request *r,
                                      struct slice label, int64_t at_ms);
/* ERR_GONE: answered already; ERR_STORE_CORRUPT: of other sizes. */
MUST_CHECK enum err store_request_get(struct store *s, struct arena *a, int64_t id,
                                      struct store_request *out);
MUST_CHECK enum err store_request_drop(struct store *s, int64_t id);
MUST_CHECK enum err store_request_drop_room(struct store *s,
                                            const uint8_t room[STORE_REQUEST_ROOM]);
MUST_CHECK enum err store_request_has(struct store *s, const struct store_request *r, bool *yes);
/* The newest chat of two that this person asked for, or that we declined. ERR_GONE: none. */
MUST_CHECK enum err store_request_of(struct store *s, int64_t person,
                                     const uint8_t account[STORE_REQUEST_ACCOUNT], int64_t *chat);
MUST_CHECK enum err store_request_count(struct store *s, int64_t *n);
/* The one about this room. ERR_GONE: none. */
MUST_CHECK enum err store_request_find(struct store *s, const uint8_t room[STORE_REQUEST_ROOM],
                                       int64_t *id);
struct store_request_row {
    int64_t id, at_ms;
    uint8_t account[STORE_REQUEST_ACCOUNT];
    struct slice label; /* in the arena */
};
/* The newest first, at most `max`. ERR_STORE_CORRUPT: an account of another size. */
MUST_CHECK enum err store_request_list(struct store *s, struct arena *a,
                                       struct store_request_row *out, size_t max, size_t *n);

#endif
