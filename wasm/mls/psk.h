/* Pre-shared keys: finding them and chaining them into psk_secret.
 * Source: RFC 9420, 8.4, 8.6. */
#ifndef SOTTO_MLS_PSK_H
#define SOTTO_MLS_PSK_H
#include "mls/group_state.h"

/* Where PSKs come from: the group's own past epochs (may be NULL), then the application. */
struct mls_psk_source {
    const struct mls_group *group;
    const struct mls_psk_lookup *lookup; /* may be NULL */
};

/* psk_secret of n ids in their order; zeros for none. ERR_GONE: nobody knows one of them (V75). */
MUST_CHECK enum err mls_psk_chain(const struct crypto_suite *suite, struct mls_secret *out,
                                  const struct mls_psk_source *source, const struct mls_psk_id *ids,
                                  size_t n, struct arena *scratch);

#endif
