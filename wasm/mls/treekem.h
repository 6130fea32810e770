/* TreeKEM: a committer's fresh keys along its filtered direct path, sealed to everyone else.
 *
 * Sender: mls_treekem_create (keys into the tree) -> tree hash and provisional context ->
 * mls_treekem_seal. Receiver: mls_treekem_read -> mls_treekem_merge (public keys into the tree)
 * -> provisional context -> mls_treekem_open. Leaves added by the same commit are skipped: they
 * learn their path secret from the Welcome.
 * Source: RFC 9420, 7.4, 7.5, 7.6, 7.9. */
#ifndef SOTTO_MLS_TREEKEM_H
#define SOTTO_MLS_TREEKEM_H
#include "mls/tree_hash.h"

/* Our private keys: level 0 is the leaf, level k our ancestor k levels up. */
struct mls_private {
    uint32_t leaf;
    bool have[MLS_TREE_MATH_LEVELS];
    struct crypto_hpke_secret key[MLS_TREE_MATH_LEVELS];
};

/* UpdatePath, read without copying. */
struct mls_update_path {
    struct mls_leaf leaf;
    struct slice nodes; /* content of the vector, well formed */
    size_t count;
};

/* The secrets of one path: secret[i] belongs to path.node[i]; those below `first` are not ours to
 * know. */
struct mls_path_secrets {
    struct mls_tree_path path;
    size_t first;
    struct mls_secret secret[MLS_TREE_MATH_LEVELS];
    struct mls_secret commit;
};

/* V2-V4. */
MUST_CHECK enum err mls_treekem_read(struct slice *s, struct mls_update_path *out);

/* Draws the path secrets and puts keys, parent hashes and the new leaf into the tree and priv.
 * leaf_new: everything but encryption_key, source and parent_hash. */
MUST_CHECK enum err mls_treekem_create(struct mls_tree *tree, struct mls_private *priv,
                                       struct mls_path_secrets *secrets,
                                       const struct mls_leaf_new *leaf_new);
/* Writes the UpdatePath: leaf of the tree and path secrets sealed under the provisional group
 * context. added[i]: leaf i was added by this commit. */
MUST_CHECK enum err mls_treekem_seal(const struct mls_tree *tree,
                                     const struct mls_path_secrets *secrets, uint32_t sender,
                                     struct slice context, const bool *added, struct arena *scratch,
                                     struct buf *out);

/* Puts a received path into the tree: counts (V71), keys, parent hash of the leaf (V73). */
MUST_CHECK enum err mls_treekem_merge(struct mls_tree *tree, const struct mls_update_path *path,
                                      uint32_t sender, const bool *added, struct arena *scratch);
/* Opens our path secret and derives everything above it into priv and secrets (V74). The tree
 * is merged; context is the provisional one. ERR_AUTH. */
MUST_CHECK enum err mls_treekem_open(const struct mls_tree *tree, struct mls_private *priv,
                                     struct mls_path_secrets *secrets,
                                     const struct mls_update_path *path, uint32_t sender,
                                     struct slice context, const bool *added,
                                     struct arena *scratch);
/* Derives from the secret of secrets->path.node[first] upwards: checks the tree's public keys,
 * fills priv and secrets->commit. ERR_AUTH when a key differs. */
MUST_CHECK enum err mls_treekem_derive(const struct mls_tree *tree, struct mls_private *priv,
                                       struct mls_path_secrets *secrets);
/* Forgets private keys of nodes that are blank now. */
void mls_treekem_prune(const struct mls_tree *tree, struct mls_private *priv);

#endif
