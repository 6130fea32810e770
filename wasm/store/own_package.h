/* Key packages of mine, with their secrets, by their ref. */
#ifndef SOTTO_STORE_OWN_PACKAGE_H
#define SOTTO_STORE_OWN_PACKAGE_H
#include "store/sql.h"

struct store_own_package {
    struct slice ref, package;
    struct slice secret; /* of store_own_package_list: SLICE_EMPTY                       */
    int64_t suite;       /* MLS ciphersuite                                              */
    int64_t expires_s;   /* seconds since 1970                                           */
    bool last_resort;
};
/* Not published yet. ERR_STATE: it is there. */
MUST_CHECK enum err store_own_package_add(struct store *s, const struct store_own_package *p);
/* In the arena: package, secret, last_resort; ref is borrowed. ERR_GONE. */
MUST_CHECK enum err store_own_package_get(struct store *s, struct arena *a, struct slice ref,
                                          struct store_own_package *out);
/* Of all that are here, in the arena. */
MUST_CHECK enum err store_own_package_refs(struct store *s, struct arena *a, struct slice **out,
                                           size_t *n);
MUST_CHECK enum err store_own_package_drop(struct store *s, struct slice ref);
/* How many there are, and how many of these the gateway is not known to have. */
MUST_CHECK enum err store_own_package_count(struct store *s, int64_t *all, int64_t *unpublished);

/* Those to be published, in the arena, without secrets; at most `max`. */
MUST_CHECK enum err store_own_package_list(struct store *s, struct arena *a,
                                           struct store_own_package *out, size_t max, size_t *n);
/* On its way to the gateway; and the answer to all that are: it has them, or not. */
MUST_CHECK enum err store_own_package_going(struct store *s, struct slice ref);
MUST_CHECK enum err store_own_package_gone_out(struct store *s, bool published);
/* All that the gateway had or is being given, but those that a newer one has replaced, are
 * published anew; an answer that still comes says nothing of them. */
MUST_CHECK enum err store_own_package_anew(struct store *s);
/* The published ones of last resort are replaced: kept until sweep, for what is under way. */
MUST_CHECK enum err store_own_package_retire(struct store *s, int64_t now_ms);
/* Those expired before expired_s (seconds), or replaced before retired_ms. */
MUST_CHECK enum err store_own_package_sweep(struct store *s, int64_t expired_s, int64_t retired_ms);
/* Those that are not published and expire after `after_s`: made by a clock that was ahead. */
MUST_CHECK enum err store_own_package_drop_late(struct store *s, int64_t after_s);

#endif
