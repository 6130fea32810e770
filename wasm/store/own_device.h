/* Devices of mine as they are shown: names and times (the table device). Which ones are listed is
 * said by my chain (store/chain.h). A key is 32 bytes. */
#ifndef SOTTO_STORE_OWN_DEVICE_H
#define SOTTO_STORE_OWN_DEVICE_H
#include "store/sql.h"

#define STORE_OWN_DEVICE_KEY 32

/* ERR_STATE: it has a row. */
MUST_CHECK enum err store_own_device_add(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY],
                                         struct slice name, int64_t now_ms);
/* The same, but one that is there stays as it is; seen_ms 0: not seen yet. */
MUST_CHECK enum err store_own_device_ensure(struct store *s,
                                            const uint8_t key[STORE_OWN_DEVICE_KEY],
                                            struct slice name, int64_t now_ms, int64_t seen_ms);
/* The same, but one that is there gets the name. gone: of a new one, it is not listed yet. */
MUST_CHECK enum err store_own_device_called(struct store *s,
                                            const uint8_t key[STORE_OWN_DEVICE_KEY],
                                            struct slice name, int64_t now_ms, bool gone);
/* Another device of mine says what this one is called, and is seen now; a new one is not listed
 * yet.
 */
MUST_CHECK enum err store_own_device_told(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY],
                                          struct slice name, int64_t now_ms);
MUST_CHECK enum err store_own_device_set_name(struct store *s,
                                              const uint8_t key[STORE_OWN_DEVICE_KEY],
                                              struct slice name);
/* It was about at that time; written down where it was not since before_ms. */
MUST_CHECK enum err store_own_device_seen(struct store *s, struct slice key, int64_t at_ms,
                                          int64_t before_ms);
/* It is listed: known from now on, and not gone. */
MUST_CHECK enum err
store_own_device_listed(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY], int64_t now_ms);
MUST_CHECK enum err store_own_device_gone(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY]);
/* A name for one that is known and has none. */
MUST_CHECK enum err store_own_device_name_once(struct store *s,
                                               const uint8_t key[STORE_OWN_DEVICE_KEY],
                                               struct slice name);
/* In the arena. ERR_GONE: it is not known. */
MUST_CHECK enum err store_own_device_name(struct store *s, struct arena *a,
                                          const uint8_t key[STORE_OWN_DEVICE_KEY],
                                          struct slice *name);
/* Those that are not gone. */
MUST_CHECK enum err store_own_device_count(struct store *s, int64_t *n);
struct store_own_device {
    uint8_t key[STORE_OWN_DEVICE_KEY];
    struct slice name;
};
/* The same, in the arena; rows whose key has another size are left out. */
MUST_CHECK enum err store_own_device_list(struct store *s, struct arena *a,
                                          struct store_own_device **out, size_t *n);
struct store_own_device_times {
    struct slice key, name; /* in the arena                      */
    int64_t added_ms;
    int64_t seen_ms; /* when it was last about; 0: never  */
};
/* The same, the oldest first, at most `max`. */
MUST_CHECK enum err store_own_device_times(struct store *s, struct arena *a,
                                           struct store_own_device_times *out, size_t max,
                                           size_t *n);

#endif
