/* New groups: from nothing, or as the successor of another.
 * Source: RFC 9420, 11, 11.2, 11.3. */
#ifndef SOTTO_MLS_CREATE_H
#define SOTTO_MLS_CREATE_H
#include "mls/group_state.h"

/* The work of mls_group_create. */
MUST_CHECK enum err mls_create_group(struct mls_group **out, const struct mls_storage *storage,
                                     const struct mls_group_params *params);
/* The work of mls_group_successor. */
MUST_CHECK enum err mls_create_successor(struct mls_group **out, const struct mls_storage *storage,
                                         struct mls_group *old, bool reinit,
                                         const struct mls_group_params *params,
                                         const struct slice *key_packages, size_t key_package_count,
                                         const struct mls_commit_params *commit_params,
                                         struct arena *arena, struct mls_commit *welcome);

#endif
