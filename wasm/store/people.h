/* People, whatever network they came by. account: the id of their chain. */
#ifndef SOTTO_STORE_PEOPLE_H
#define SOTTO_STORE_PEOPLE_H
#include "store/sql.h"

#define STORE_PERSON_ME INT64_C(1) /* as wide as statements take it */

struct store_person {
    int64_t id;
    uint8_t account[32];
    struct slice name; /* in the arena */
    struct slice picture;
    int verified; /* enum abi_verified */
    int blocked, contact;
    bool fork; /* we know two branches of their chain: nothing is sent */
    int64_t verified_ms;
    int64_t chat; /* 0 none */
    int64_t profile_ms;
};
MUST_CHECK enum err store_person_get(struct store *s, struct arena *a, int64_t id,
                                     struct store_person *out);
MUST_CHECK enum err store_person_find(struct store *s, struct arena *a, const uint8_t account[32],
                                      struct store_person *out);
/* Finds or makes the row; id > 0. */
MUST_CHECK enum err store_person_ensure(struct store *s, const uint8_t account[32], int64_t *id);
MUST_CHECK enum err store_person_set_profile(struct store *s, int64_t id, struct slice name,
                                             struct slice picture, int64_t ms);
/* Each sets the column of that name in store_person. A missing person is no error. */
MUST_CHECK enum err store_person_set_blocked(struct store *s, int64_t id, bool blocked);
MUST_CHECK enum err store_person_set_contact(struct store *s, int64_t id, bool contact);
MUST_CHECK enum err store_person_set_chat(struct store *s, int64_t id, int64_t chat);
MUST_CHECK enum err store_person_set_fork(struct store *s, int64_t id, bool fork);
/* Another device of mine says this about them: a contact stays one, and an existing name stays. */
MUST_CHECK enum err store_person_told(struct store *s, int64_t id, bool contact, bool blocked,
                                      struct slice name);
/* As another device of mine had them. */
MUST_CHECK enum err store_person_bring(struct store *s, int64_t id, bool contact, bool blocked);

/* Ids of contacts and blocked people, at most `max`: by name; or the blocked first, then the
 * newest. */
MUST_CHECK enum err store_person_list(struct store *s, int64_t *ids, size_t max, size_t *n);
MUST_CHECK enum err store_person_newest(struct store *s, int64_t *ids, size_t max, size_t *n);

/* ---- compared ------------------------------------------------------------------------------- */

/* Which entry of their chain was compared, and by which device of mine; 32 bytes each, in the
 * arena, empty: none. ERR_GONE: no such person. */
MUST_CHECK enum err store_person_compared(struct store *s, struct arena *a, int64_t id,
                                          struct slice *head, struct slice *by);
/* Marks them as compared, which ends a fork. */
MUST_CHECK enum err store_person_verify(struct store *s, int64_t id, struct slice head,
                                        struct slice by, int64_t ms);
/* Another device of mine compared: taken only if there is no fork and nothing to compare again. */
MUST_CHECK enum err store_person_verify_too(struct store *s, int64_t id, struct slice head,
                                            struct slice by, int64_t ms);
MUST_CHECK enum err store_person_unverify(struct store *s, int64_t id);
/* The same, unless they must be compared again. */
MUST_CHECK enum err store_person_unverify_too(struct store *s, int64_t id);
/* The same for everybody this device of mine compared; what was compared before stays "once". */
MUST_CHECK enum err store_person_unverify_by(struct store *s, struct slice by);
/* If they were compared, they must be compared again. */
MUST_CHECK enum err store_person_compare_again(struct store *s, int64_t id);
/* As another device of mine had it. verified: enum abi_verified; a fork stays. */
MUST_CHECK enum err store_person_bring_verified(struct store *s, int64_t id, int64_t verified,
                                                struct slice head, struct slice by, int64_t ms);

#endif
