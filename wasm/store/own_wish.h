/* Wishes about groups, besides store/outbox.h: which there are and when they are tried again. chat
 * is a row; times are milliseconds. */
#ifndef SOTTO_STORE_OWN_WISH_H
#define SOTTO_STORE_OWN_WISH_H
#include "store/sql.h"

/* Does the chat have one of this kind; one with this data? */
MUST_CHECK enum err store_own_wish_has(struct store *s, int64_t chat, int kind, bool *yes);
MUST_CHECK enum err store_own_wish_has_data(struct store *s, int64_t chat, int kind,
                                            struct slice data, bool *yes);
/* Is one of this kind, or any commit, still under way in any chat? */
MUST_CHECK enum err store_own_wish_any(struct store *s, int kind, bool *yes);
/* Drops all wishes of the chat. */
MUST_CHECK enum err store_own_wish_clear(struct store *s, int64_t chat);
/* What a wish keeps of its packages once they are here, in the arena. ERR_GONE: it waits for
 * them. */
MUST_CHECK enum err store_own_wish_packages(struct store *s, struct arena *a, int64_t id,
                                            struct slice *extra);
/* Puts all of the chat's wishes off until then. */
MUST_CHECK enum err store_own_wish_put_off(struct store *s, int64_t chat, int64_t not_before);
/* Its commit lost: try again after wait_ms, doubled for each try above at_once, at most
 * `doubled_max` times. */
MUST_CHECK enum err store_own_wish_lost(struct store *s, int64_t id, int64_t now_ms,
                                        int64_t wait_ms, int64_t at_once, int64_t doubled_max);
/* When the next one is due after now; 0: none waits. */
MUST_CHECK enum err store_own_wish_next(struct store *s, int64_t now_ms, int64_t *at_ms);

#endif
