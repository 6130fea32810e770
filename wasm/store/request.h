/* Requests: somebody I do not know has brought me into a chat of theirs, until I answer (the table
 * request). Slices returned are in the arena. */
#ifndef SOTTO_STORE_REQUEST_H
#define SOTTO_STORE_REQUEST_H
#include "store/sql.h"

#define STORE_REQUEST_ROOM 16
#define STORE_REQUEST_ADDRESS 32

struct store_request {
    int64_t id, account;                    /* account.h */
    int64_t at_ms;                          /* when the server got it */
    uint8_t address[STORE_REQUEST_ADDRESS]; /* who asks, as in struct store_person */
    uint8_t room[STORE_REQUEST_ROOM];       /* the chat, as in struct store_chat */
    struct slice label;                     /* of the link of mine they used; may be empty */
};
/* id is not read. */
MUST_CHECK enum err store_request_add(struct store *s, const struct store_request *r);
/* ERR_GONE: answered already. ERR_STORE_CORRUPT: wrong sizes. */
MUST_CHECK enum err store_request_get(struct store *s, struct arena *a, int64_t id,
                                      struct store_request *out);
MUST_CHECK enum err store_request_drop(struct store *s, int64_t id);
/* Is there a request with this room and address? Nothing else of r is read. */
MUST_CHECK enum err store_request_has(struct store *s, const struct store_request *r, bool *yes);
/* The newest chat of two that this person requested, or that we declined. ERR_GONE: none. */
MUST_CHECK enum err store_request_of(struct store *s, int64_t person,
                                     const uint8_t address[STORE_REQUEST_ADDRESS], int64_t *chat);
MUST_CHECK enum err store_request_count(struct store *s, int64_t *n);
/* The one about this room. ERR_GONE: none. */
MUST_CHECK enum err store_request_find(struct store *s, const uint8_t room[STORE_REQUEST_ROOM],
                                       int64_t *id);
/* The newest first, at most `max`. ERR_STORE_CORRUPT: an address of another size. */
MUST_CHECK enum err store_request_list(struct store *s, struct arena *a, struct store_request *out,
                                       size_t max, size_t *n);

#endif
