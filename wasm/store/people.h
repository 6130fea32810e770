/* People, whatever network they came by. account: the id of their chain. */
#ifndef SOTTO_STORE_PEOPLE_H
#define SOTTO_STORE_PEOPLE_H
#include "store/sql.h"

#define STORE_PERSON_ME INT64_C(1) /* as wide as it is handed to statements */

struct store_person {
    int64_t id;
    uint8_t account[32];
    struct slice name; /* in the arena */
    struct slice picture;
    int verified; /* enum abi_verified */
    int blocked, contact;
    bool fork; /* two branches of their chain are in hand: nothing is sent */
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
/* One column each, as store_person has it. A person who is not there is no error. */
MUST_CHECK enum err store_person_set_blocked(struct store *s, int64_t id, bool blocked);
MUST_CHECK enum err store_person_set_contact(struct store *s, int64_t id, bool contact);
MUST_CHECK enum err store_person_set_chat(struct store *s, int64_t id, int64_t chat);
MUST_CHECK enum err store_person_set_fork(struct store *s, int64_t id, bool fork);
/* Another device of mine says so of them: a contact stays one, a name stays that is here. */
MUST_CHECK enum err store_person_told(struct store *s, int64_t id, bool contact, bool blocked,
                                      struct slice name);
/* As they stood with another device of mine. */
MUST_CHECK enum err store_person_bring(struct store *s, int64_t id, bool contact, bool blocked);

/* Ids of contacts and of those who are blocked, at most `max`: by name; the blocked first, then the
 * newest. */
MUST_CHECK enum err store_person_list(struct store *s, int64_t *ids, size_t max, size_t *n);
MUST_CHECK enum err store_person_newest(struct store *s, int64_t *ids, size_t max, size_t *n);

/* ---- compared ------------------------------------------------------------------------------- */

/* Of which entry of their chain, by which device of mine; 32 bytes each, in the arena, 0: none.
 * ERR_GONE: no such person. */
MUST_CHECK enum err store_person_compared(struct store *s, struct arena *a, int64_t id,
                                          struct slice *head, struct slice *by);
/* It ends a fork. */
MUST_CHECK enum err store_person_verify(struct store *s, int64_t id, struct slice head,
                                        struct slice by, int64_t ms);
/* Another device of mine compared: taken only where there is no fork and nothing to compare again.
 */
MUST_CHECK enum err store_person_verify_too(struct store *s, int64_t id, struct slice head,
                                            struct slice by, int64_t ms);
MUST_CHECK enum err store_person_unverify(struct store *s, int64_t id);
/* The same, but where it is to be compared again. */
MUST_CHECK enum err store_person_unverify_too(struct store *s, int64_t id);
/* The same, of all that this device of mine compared: what was compared before stays "once". */
MUST_CHECK enum err store_person_unverify_by(struct store *s, struct slice by);
/* Who was compared is to be compared again. */
MUST_CHECK enum err store_person_compare_again(struct store *s, int64_t id);
/* As it stood with another device of mine. verified: enum abi_verified; a fork stays. */
MUST_CHECK enum err store_person_bring_verified(struct store *s, int64_t id, int64_t verified,
                                                struct slice head, struct slice by, int64_t ms);

#endif
