/* Tree hashes and parent hashes.
 * Source: RFC 9420, 7.8, 7.9, 7.9.1, 7.9.2. */
#ifndef SOTTO_MLS_TREE_HASH_H
#define SOTTO_MLS_TREE_HASH_H
#include "mls/key_schedule.h"
#include "mls/tree.h"

/* Computes every hash that does not hold; afterwards nodes[i].hash is valid for all nodes.
 * Returns the hash of the root, nh bytes borrowed from the tree. */
struct slice mls_tree_hash_root(struct mls_tree *tree);
/* ParentHash of a parent as seen from the child whose sibling has this (original) tree hash. */
void mls_tree_hash_parent(const struct mls_tree *tree, uint32_t node, struct slice sibling_hash,
                          uint8_t *out);
/* Tree hash of the subtree `top` with the unmerged leaves of `parent` taken out of it: the
 * original sibling tree hash. All hashes of the tree must hold. ERR_HOST_MEMORY. */
MUST_CHECK enum err mls_tree_hash_original(const struct mls_tree *tree, uint32_t top,
                                           uint32_t parent, struct arena *scratch, uint8_t *out);
/* Sets the parent hashes along a filtered path from the root down, and returns the one the leaf
 * carries (empty when the path is). Siblings' hashes are those of the tree as it is. */
MUST_CHECK enum err mls_tree_hash_path(struct mls_tree *tree, const struct mls_tree_path *path,
                                       struct mls_secret *leaf_parent_hash, size_t *n);

#endif
