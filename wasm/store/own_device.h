/* My devices as they are shown: names and times (the table device). My chain says which ones are
 * listed (store/chain.h). A key is 32 bytes. */
#ifndef SOTTO_STORE_OWN_DEVICE_H
#define SOTTO_STORE_OWN_DEVICE_H
#include "store/sql.h"

#define STORE_OWN_DEVICE_KEY 32

/* ERR_STATE: it has a row already. */
MUST_CHECK enum err store_own_device_add(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY],
                                         struct slice name, int64_t now_ms);
/* The same, but leaves an existing row alone. seen_ms 0: not seen yet. */
MUST_CHECK enum err store_own_device_ensure(struct store *s,
                                            const uint8_t key[STORE_OWN_DEVICE_KEY],
                                            struct slice name, int64_t now_ms, int64_t seen_ms);
/* The same, but an existing row gets the name. gone: a new one is not listed yet. */
MUST_CHECK enum err store_own_device_called(struct store *s,
                                            const uint8_t key[STORE_OWN_DEVICE_KEY],
                                            struct slice name, int64_t now_ms, bool gone);
/* Another device of mine gives the name of this one, which counts as seen now; a new one is not
 * listed yet. */
MUST_CHECK enum err store_own_device_told(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY],
                                          struct slice name, int64_t now_ms);
MUST_CHECK enum err store_own_device_set_name(struct store *s,
                                              const uint8_t key[STORE_OWN_DEVICE_KEY],
                                              struct slice name);
/* It was active at that time; written only if it was last seen before before_ms. */
MUST_CHECK enum err store_own_device_seen(struct store *s, struct slice key, int64_t at_ms,
                                          int64_t before_ms);
/* It is listed: makes the row if needed; not gone. */
MUST_CHECK enum err
store_own_device_listed(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY], int64_t now_ms);
MUST_CHECK enum err store_own_device_gone(struct store *s, const uint8_t key[STORE_OWN_DEVICE_KEY]);
/* Names a known device that has no name. */
MUST_CHECK enum err store_own_device_name_once(struct store *s,
                                               const uint8_t key[STORE_OWN_DEVICE_KEY],
                                               struct slice name);
/* In the arena. ERR_GONE: not known. */
MUST_CHECK enum err store_own_device_name(struct store *s, struct arena *a,
                                          const uint8_t key[STORE_OWN_DEVICE_KEY],
                                          struct slice *name);
/* Counts those that are not gone. */
MUST_CHECK enum err store_own_device_count(struct store *s, int64_t *n);
struct store_own_device {
    uint8_t key[STORE_OWN_DEVICE_KEY];
    struct slice name;
};
/* Those that are not gone, in the arena; skips rows whose key has another size. */
MUST_CHECK enum err store_own_device_list(struct store *s, struct arena *a,
                                          struct store_own_device **out, size_t *n);
struct store_own_device_times {
    struct slice key, name; /* in the arena */
    int64_t added_ms;
    int64_t seen_ms; /* when it was last active; 0 never */
};
/* Those that are not gone, the oldest first, at most `max`. */
MUST_CHECK enum err store_own_device_times(struct store *s, struct arena *a,
                                           struct store_own_device_times *out, size_t max,
                                           size_t *n);

#endif
