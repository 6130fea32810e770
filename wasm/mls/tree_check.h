/* Is this tree one that honest members could have built? For joiners the whole tree, for
 * members the tree a commit leads to.
 * Source: RFC 9420, 7.3, 7.9.2, 12.4.3.1; wasm/mls/CHECKS.md, V33-V39, V84-V86. */
#ifndef SOTTO_MLS_TREE_CHECK_H
#define SOTTO_MLS_TREE_CHECK_H
#include "mls/tree_hash.h"

/* V84, V85: every parent is parent-hash valid in exactly one chain; every unmerged leaf is a
 * leaf below, listed by every parent between. All hashes must hold. ERR_AUTH, ERR_INPUT. */
MUST_CHECK enum err mls_tree_check_parents(const struct mls_tree *tree, struct arena *scratch);
/* V31, V32, V35, V86: every leaf by itself, signatures included. */
MUST_CHECK enum err mls_tree_check_leaves(const struct mls_tree *tree, struct slice group_id,
                                          const struct mls_policy *policy, struct arena *scratch);
/* V39, V58, V72: no encryption key and no signature key occurs twice. ERR_INPUT. */
MUST_CHECK enum err mls_tree_check_unique(const struct mls_tree *tree, struct arena *scratch);
/* V33, V34, V57, V77, V90: every leaf supports the context's extensions and the credential type
 * of every other. ERR_AUTH_POLICY. */
MUST_CHECK enum err mls_tree_check_support(const struct mls_tree *tree, struct slice extensions);

#endif
