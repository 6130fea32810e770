/* The parts of my account's record, one per device, during recovery (engine/own/recover.h). A key
 * is 32 bytes. */
#ifndef SOTTO_STORE_OWN_RECOVER_H
#define SOTTO_STORE_OWN_RECOVER_H
#include "store/sql.h"

struct store_own_recover {
    struct slice device;  /* key */
    struct slice name;    /* of the device */
    int64_t ms;           /* when it was written */
    struct slice payload; /* CBOR, decrypted */
};
/* A readable part; replaces the device's earlier one unless that is newer. */
MUST_CHECK enum err store_own_recover_put(struct store *s, const struct store_own_recover *p);
/* An unreadable part; no effect if the device has given a part. */
MUST_CHECK enum err store_own_recover_unreadable(struct store *s, struct slice device);
MUST_CHECK enum err store_own_recover_count_unreadable(struct store *s, int64_t *n);
/* Clears the choice; then chooses what the person picks, one by one. */
MUST_CHECK enum err store_own_recover_choose_none(struct store *s);
MUST_CHECK enum err store_own_recover_choose(struct store *s, struct slice device);
/* Payloads, in the arena, the oldest first, at most `max`: the chosen ones, or all readable
 * ones. */
MUST_CHECK enum err store_own_recover_list(struct store *s, struct arena *a, bool chosen,
                                           struct slice *out, size_t max, size_t *n);
struct store_own_recover_choice {
    struct slice device, name; /* key; name from its part. In the arena */
    bool listed;               /* by my chain at present */
    int64_t state;             /* of its part: 0 none, 1 readable, 2 unreadable */
    int64_t ms;                /* when the part was written */
};
/* Devices my chain lists, and those that gave a part, in the order they were added, at most
 * `max`. */
MUST_CHECK enum err store_own_recover_choices(struct store *s, struct arena *a,
                                              struct store_own_recover_choice *out, size_t max,
                                              size_t *n);
/* The recovery is over: drops all parts. */
MUST_CHECK enum err store_own_recover_clear(struct store *s);

/* ---- what a record is made of --------------------------------------------------------------- */

/* Contacts other than me, at most `max`. */
MUST_CHECK enum err store_own_recover_people(struct store *s, int64_t *ids, size_t max, size_t *n);
/* Chats we are in and whose mailbox is known, the newest first, at most `max`. */
MUST_CHECK enum err store_own_recover_chats(struct store *s, int64_t *ids, size_t max, size_t *n);

#endif
