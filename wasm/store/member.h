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
/* Those who are in it. */
MUST_CHECK enum err store_member_count(struct store *s, int64_t chat, int64_t *n);
MUST_CHECK enum err store_member_has(struct store *s, int64_t chat, int64_t person, bool *has);
/* With this role or a higher one; account: the id of their chain. */
MUST_CHECK enum err store_member_has_account(struct store *s, int64_t chat,
                                             const uint8_t account[32], int role, bool *has);
/* Of one who is in it. ERR_GONE: they are not. */
MUST_CHECK enum err store_member_role(struct store *s, int64_t chat, int64_t person, int *role);
/* The last one they had, also of one who has gone. ERR_GONE: they were never in it. */
MUST_CHECK enum err store_member_last_role(struct store *s, int64_t chat, int64_t person,
                                           int *role);
/* Is somebody in it of whose chain two branches are in hand? */
MUST_CHECK enum err store_member_has_fork(struct store *s, int64_t chat, bool *has);
/* The list is made anew: begin, put for each who is in it, end; the others have gone. */
MUST_CHECK enum err store_member_begin(struct store *s, int64_t chat);
MUST_CHECK enum err store_member_end(struct store *s, int64_t chat);

#endif
