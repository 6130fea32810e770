/* Who is in a chat. */
#ifndef SOTTO_STORE_MEMBER_H
#define SOTTO_STORE_MEMBER_H
#include "store/sql.h"

struct store_member {
    int64_t person;
    int role;
};
MUST_CHECK enum err store_member_put(struct store *s, int64_t chat, int64_t person, int role);
MUST_CHECK enum err store_member_list(struct store *s, struct arena *a, int64_t chat,
                                      struct store_member **out, size_t *n);

#endif
