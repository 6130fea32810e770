/* Joining by Welcome.
 *
 *   open the Welcome -> GroupInfo -> tree (inside, given, or fetched) -> the tree is checked
 *   whole -> our leaf, the signer -> path secret -> key schedule -> confirmation tag -> rows
 *
 * Source: RFC 9420, 12.4.3.1, 11.2, 11.3; wasm/mls/CHECKS.md, V80-V91. */
#ifndef SOTTO_MLS_JOIN_H
#define SOTTO_MLS_JOIN_H
#include "mls/welcome.h"

/* The work of mls_group_join. */
MUST_CHECK enum err mls_join_group(struct mls_group **out, const struct mls_storage *storage,
                                   const struct mls_join_params *params);

/* Checks a tree from elsewhere against what a GroupInfo says about it (V81, V83-V86, V90) and
 * decodes it into the epoch. Shared with external joins. */
MUST_CHECK enum err mls_join_tree(struct mls_epoch *e, struct slice tree,
                                  const struct mls_group_info *info,
                                  const struct mls_policy *policy, struct arena *scratch);
/* Fields of an epoch that a GroupInfo states. */
MUST_CHECK enum err mls_join_context(struct mls_epoch *e, const struct mls_group_info *info);
/* V82: ERR_STATE: the storage holds a group already. */
MUST_CHECK enum err mls_join_check_unused(const struct mls_storage *storage, struct arena *scratch);

#endif
