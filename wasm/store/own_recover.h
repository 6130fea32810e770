/* The parts of my account's record, one a device, while it is being recovered
 * (engine/own/recover.h). A key is 32 bytes. */
#ifndef SOTTO_STORE_OWN_RECOVER_H
#define SOTTO_STORE_OWN_RECOVER_H
#include "store/sql.h"

struct store_own_recover {
    struct slice device;  /* key */
    struct slice name;    /* of the device */
    int64_t ms;           /* when it was written */
    struct slice payload; /* CBOR, opened */
};
/* A part that can be read; of a device that has given one, only a later one counts. */
MUST_CHECK enum err store_own_recover_put(struct store *s, const struct store_own_recover *p);
/* A part that cannot be read; nothing, if the device has given one. */
MUST_CHECK enum err store_own_recover_unreadable(struct store *s, struct slice device);
MUST_CHECK enum err store_own_recover_count_unreadable(struct store *s, int64_t *n);
/* None is taken; then those that the person has chosen. */
MUST_CHECK enum err store_own_recover_choose_none(struct store *s);
MUST_CHECK enum err store_own_recover_choose(struct store *s, struct slice device);
/* Payloads, in the arena, the oldest first, at most `max`: of those chosen, or of all that can be
 * read. */
MUST_CHECK enum err store_own_recover_list(struct store *s, struct arena *a, bool chosen,
                                           struct slice *out, size_t max, size_t *n);
struct store_own_recover_choice {
    struct slice device, name; /* key; name as its part says it. In the arena     */
    bool listed;               /* by my chain, now                                */
    int64_t state;             /* of its part: 0 none, 1 can be read, 2 cannot    */
    int64_t ms;                /* when that was written                           */
};
/* Devices that my chain lists, and those that have given a part; in the order in which they were
 * added, at most `max`. */
MUST_CHECK enum err store_own_recover_choices(struct store *s, struct arena *a,
                                              struct store_own_recover_choice *out, size_t max,
                                              size_t *n);
/* It is over. */
MUST_CHECK enum err store_own_recover_clear(struct store *s);

/* ---- what a record is made of --------------------------------------------------------------- */

/* Contacts, without me; at most `max`. */
MUST_CHECK enum err store_own_recover_people(struct store *s, int64_t *ids, size_t max, size_t *n);
/* Chats that we are in and whose mailbox is known, the newest first; at most `max`. */
MUST_CHECK enum err store_own_recover_chats(struct store *s, int64_t *ids, size_t max, size_t *n);

#endif
