/* Rooms in which I am still to say who I am (chat.hello; engine/own/hello.h). */
#ifndef SOTTO_STORE_OWN_HELLO_H
#define SOTTO_STORE_OWN_HELLO_H
#include "store/sql.h"

/* what: 1 a name, 2 with the picture; the most that was asked for counts. */
MUST_CHECK enum err store_own_hello_owe(struct store *s, int64_t chat, int64_t what);
MUST_CHECK enum err store_own_hello_said(struct store *s, int64_t chat);
/* Rooms that we are in. */
MUST_CHECK enum err store_own_hello_any(struct store *s, bool *yes);
struct store_own_hello {
    int64_t chat, what;
};
/* The first of them, at most `max`. */
MUST_CHECK enum err store_own_hello_list(struct store *s, struct store_own_hello *out, size_t max,
                                         size_t *n);

#endif
