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
/* Counts those who are in it now. */
MUST_CHECK enum err store_member_count(struct store *s, int64_t chat, int64_t *n);
MUST_CHECK enum err store_member_has(struct store *s, int64_t chat, int64_t person, bool *has);
/* With this role or a higher one. account: the id of their chain. */
MUST_CHECK enum err store_member_has_account(struct store *s, int64_t chat,
                                             const uint8_t account[32], int role, bool *has);
/* Of a current member. ERR_GONE: not in it. */
MUST_CHECK enum err store_member_role(struct store *s, int64_t chat, int64_t person, int *role);
/* Their last role, even if they have gone. ERR_GONE: they were never in it. */
MUST_CHECK enum err store_member_last_role(struct store *s, int64_t chat, int64_t person,
                                           int *role);
/* Do we know two branches of any member's chain? */
MUST_CHECK enum err store_member_has_fork(struct store *s, int64_t chat, bool *has);
/* Rewrites the list: begin, put for each member, end; everybody else has gone. */
MUST_CHECK enum err store_member_begin(struct store *s, int64_t chat);
MUST_CHECK enum err store_member_end(struct store *s, int64_t chat);

#endif
