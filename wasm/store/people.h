/* People, and the contact tokens given to and got from them. account: the id of their chain. */
#ifndef SOTTO_STORE_PEOPLE_H
#define SOTTO_STORE_PEOPLE_H
#include "store/sql.h"

#define STORE_PERSON_ME INT64_C(1) /* as wide as it is handed to statements */

struct store_person {
    int64_t id;
    uint8_t account[32];
    struct slice name; /* in the arena */
    struct slice picture;
    bool has_inbox, has_token;
    uint8_t inbox[16], token[16];
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
MUST_CHECK enum err store_person_set_door(struct store *s, int64_t id, const uint8_t inbox[16],
                                          struct slice token /* 16 or 0 bytes: keep */);
MUST_CHECK enum err store_person_set(struct store *s, int64_t id, const char *column_sql,
                                     int64_t value);

#endif
