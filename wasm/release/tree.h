/* The Merkle tree of a log, the checking side. Hashing: RFC 6962 2.1. Proofs: RFC 6962 2.1.1 and
 * 2.1.2. The side that makes proofs is deploy/tools/log_tree. */
#ifndef SOTTO_RELEASE_TREE_H
#define SOTTO_RELEASE_TREE_H
#include "base/slice.h"

#define RELEASE_PROOF_HASHES_MAX 63
struct release_hash {
    uint8_t b[32];
};

void release_tree_empty(struct release_hash *out);
void release_tree_leaf(struct release_hash *out, struct slice entry);
void release_tree_node(struct release_hash *out, const struct release_hash *left,
                       const struct release_hash *right);
/* All n hashes must be used. False for index >= size, too many or too few hashes, another root. */
bool release_tree_includes(const struct release_hash *root, uint64_t size, uint64_t index,
                           const struct release_hash *leaf, const struct release_hash *hashes,
                           size_t n);
/* Is the tree of old_size the beginning of the one of new_size? old_size 0 wants n = 0 and the
 * empty root; equal sizes want n = 0 and equal roots. */
bool release_tree_extends(const struct release_hash *new_root, uint64_t new_size,
                          const struct release_hash *old_root, uint64_t old_size,
                          const struct release_hash *hashes, size_t n);
#endif
