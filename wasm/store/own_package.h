/* Key packages of mine, with their secrets, by their ref. */
#ifndef SOTTO_STORE_OWN_PACKAGE_H
#define SOTTO_STORE_OWN_PACKAGE_H
#include "store/sql.h"

struct store_own_package {
    struct slice ref, package;
    struct slice secret; /* SLICE_EMPTY from store_own_package_list */
    int64_t suite;       /* MLS ciphersuite */
    int64_t expires_s;   /* seconds since 1970 */
    bool last_resort;
};
/* Adds one as not published. ERR_STATE: it is there already. */
MUST_CHECK enum err store_own_package_add(struct store *s, const struct store_own_package *p);
/* package and secret are in the arena, ref is borrowed. ERR_GONE. */
MUST_CHECK enum err store_own_package_get(struct store *s, struct arena *a, struct slice ref,
                                          struct store_own_package *out);
/* The refs of all, in the arena. */
MUST_CHECK enum err store_own_package_refs(struct store *s, struct arena *a, struct slice **out,
                                           size_t *n);
MUST_CHECK enum err store_own_package_drop(struct store *s, struct slice ref);
/* How many there are, and how many of them are not confirmed by the gateway. */
MUST_CHECK enum err store_own_package_count(struct store *s, int64_t *all, int64_t *unpublished);

/* Those to publish, in the arena, without secrets; at most `max`. */
MUST_CHECK enum err store_own_package_list(struct store *s, struct arena *a,
                                           struct store_own_package *out, size_t max, size_t *n);
/* One is on its way to the gateway; then its answer to all that are: published or not. */
MUST_CHECK enum err store_own_package_going(struct store *s, struct slice ref);
MUST_CHECK enum err store_own_package_gone_out(struct store *s, bool published);
/* Publishes again all that the gateway had or is being given, except those a newer one replaced; a
 * late answer says nothing about them. */
MUST_CHECK enum err store_own_package_anew(struct store *s);
/* Replaces the published packages of last resort; they are kept until the sweep for Welcomes under
 * way. */
MUST_CHECK enum err store_own_package_retire(struct store *s, int64_t now_ms);
/* Drops those that expired before expired_s (seconds) or were replaced before retired_ms. */
MUST_CHECK enum err store_own_package_sweep(struct store *s, int64_t expired_s, int64_t retired_ms);
/* Drops unpublished ones that expire after `after_s`: made while the clock was ahead. */
MUST_CHECK enum err store_own_package_drop_late(struct store *s, int64_t after_s);

#endif
