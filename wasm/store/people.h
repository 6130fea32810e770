/* People, their pinned chains, and the contact tokens given to and got from them. */
#ifndef SOTTO_STORE_PEOPLE_H
#define SOTTO_STORE_PEOPLE_H
#include "schema/chain.h"
#include "store/sql.h"

#define STORE_PERSON_ME 1

struct store_person {
    int64_t id;
    uint8_t account[32];
    struct slice name; /* in the arena */
    struct slice picture;
    bool has_inbox, has_token;
    uint8_t inbox[16], token[16];
    int verified, blocked, contact;
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

/* Last entry of the pinned chain; ERR_GONE when none. */
MUST_CHECK enum err store_chain_head(struct store *s, int64_t person, struct chain_entry *out);
/* Checks that it continues the pinned chain and appends it. ERR_AUTH on a fork. An entry we have
 * already (same bytes) is OK. */
MUST_CHECK enum err store_chain_add(struct store *s, int64_t person, struct slice entry,
                                    bool published, bool *added);
/* Was this a device of theirs, and is no longer one, by the entries we have? */
MUST_CHECK enum err store_chain_revoked(struct store *s, int64_t person, const uint8_t device[32],
                                        bool *revoked);
/* SHA-256 of entry 0: what the safety number is made of. */
MUST_CHECK enum err store_chain_root(struct store *s, int64_t person, uint8_t out[32]);

#endif
