/* Joining by external commit, from a GroupInfo; also the way back into a group we lost.
 *
 * The group object starts with the epoch the GroupInfo describes (we are not a member of it) and
 * is pending until the commit is merged.
 * Source: RFC 9420, 8.3, 12.4.3.2. */
#ifndef SOTTO_MLS_EXTERNAL_H
#define SOTTO_MLS_EXTERNAL_H
#include "mls/join.h"

/* The work of mls_group_join_external. */
MUST_CHECK enum err mls_external_join(struct mls_group **out, const struct mls_storage *storage,
                                      const struct mls_external_params *params, struct arena *arena,
                                      struct slice *commit);

#endif
