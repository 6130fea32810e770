/* Rooms in which I have yet to say who I am (chat.hello; engine/own/hello.h). */
#ifndef SOTTO_STORE_OWN_HELLO_H
#define SOTTO_STORE_OWN_HELLO_H
#include "store/sql.h"

/* what: 1 my name, 2 the picture too; never lowers what is owed. */
MUST_CHECK enum err store_own_hello_owe(struct store *s, int64_t chat, int64_t what);
MUST_CHECK enum err store_own_hello_said(struct store *s, int64_t chat);
/* Is anything owed in a room we are in? */
MUST_CHECK enum err store_own_hello_any(struct store *s, bool *yes);
struct store_own_hello {
    int64_t chat, what;
};
/* Such rooms, in the order of their rows, at most `max`. */
MUST_CHECK enum err store_own_hello_list(struct store *s, struct store_own_hello *out, size_t max,
                                         size_t *n);

#endif
