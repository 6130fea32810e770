/* The ratchet tree: nodes, blanking, adding and removing leaves, resolution, filtered paths.
 *
 * Nodes live in one array of 2 * width - 1, bytes and leaves in the tree's arena. A changed node
 * is marked `changed` (rows to write) and forgets its hash together with all nodes above it.
 * Indices from peers are compared with the width before any arithmetic (V6).
 * Source: RFC 9420, 4.1, 4.2, 7.1, 7.7, 7.8, 12.4.3.3; appendix C. */
#ifndef SOTTO_MLS_TREE_H
#define SOTTO_MLS_TREE_H
#include "mls/leaf.h"
#include "mls/tree_math.h"

enum mls_tree_kind { MLS_TREE_BLANK = 0, MLS_TREE_LEAF = 1, MLS_TREE_PARENT = 2 };

struct mls_tree_node {
    enum mls_tree_kind kind;
    bool changed;                /* since the tree was cloned or read */
    bool hashed;                 /* hash holds */
    const struct mls_leaf *leaf; /* of a leaf */
    struct slice encryption_key; /* of a leaf or parent */
    struct slice parent_hash;    /* of a parent */
    uint8_t *unmerged;           /* of a parent: ascending u32, encoded */
    uint32_t unmerged_n, unmerged_cap;
    uint8_t hash[CRYPTO_HASH_SIZE_MAX];
};

struct mls_tree {
    const struct crypto_suite *suite;
    struct arena *arena; /* bytes of nodes */
    struct mls_tree_node *nodes;
    uint32_t width; /* leaves, a power of two */
    uint32_t room;  /* leaves the array has room for */
};

/* Nodes of a filtered direct path, from the leaf upwards, each with the child on the copath. */
struct mls_tree_path {
    uint32_t node[MLS_TREE_MATH_LEVELS];
    uint32_t copath[MLS_TREE_MATH_LEVELS];
    size_t n;
};

/* A tree of blank leaves; width a power of two. ERR_LIMIT above LIMIT_MEMBERS. */
MUST_CHECK enum err mls_tree_init(struct mls_tree *tree, const struct crypto_suite *suite,
                                  struct arena *arena, uint32_t width);
/* A deep copy with no node marked as changed. */
MUST_CHECK enum err mls_tree_clone(struct mls_tree *tree, struct arena *arena,
                                   const struct mls_tree *from);
/* The leaf, or NULL when blank or outside. */
const struct mls_leaf *mls_tree_leaf(const struct mls_tree *tree, uint32_t index);
size_t mls_tree_leaf_count(const struct mls_tree *tree);

/* Puts the leaf at the leftmost blank, doubling the tree if there is none; unmerged in every
 * non-blank ancestor. ERR_LIMIT. */
MUST_CHECK enum err mls_tree_add(struct mls_tree *tree, const struct mls_leaf *leaf,
                                 uint32_t *index);
/* Where mls_tree_add would put it. */
uint32_t mls_tree_free_leaf(const struct mls_tree *tree);
/* The same place, after doubling a full tree: for a leaf that comes with a path. */
MUST_CHECK enum err mls_tree_reserve(struct mls_tree *tree, uint32_t *index);
/* Replaces a leaf and blanks its direct path. */
MUST_CHECK enum err mls_tree_update(struct mls_tree *tree, uint32_t index,
                                    const struct mls_leaf *leaf);
/* Blanks a leaf and its direct path, then truncates. */
void mls_tree_remove(struct mls_tree *tree, uint32_t index);
/* Replaces a leaf and nothing else (path). */
MUST_CHECK enum err mls_tree_set_leaf(struct mls_tree *tree, uint32_t index,
                                      const struct mls_leaf *leaf);
/* Sets a parent with no unmerged leaves; parent_hash is set later. */
MUST_CHECK enum err mls_tree_set_parent(struct mls_tree *tree, uint32_t node,
                                        struct slice encryption_key);
MUST_CHECK enum err mls_tree_set_parent_hash(struct mls_tree *tree, uint32_t node,
                                             struct slice parent_hash);
void mls_tree_blank_path(struct mls_tree *tree, uint32_t index);

/* Leaf i of a parent's unmerged leaves. */
uint32_t mls_tree_unmerged(const struct mls_tree_node *node, size_t i);
bool mls_tree_is_unmerged(const struct mls_tree_node *node, uint32_t index);
/* Resolution of a node: out has room for width entries. */
void mls_tree_resolution(const struct mls_tree *tree, uint32_t node, uint32_t *out, size_t *n);
bool mls_tree_resolution_empty(const struct mls_tree *tree, uint32_t node);
void mls_tree_filtered_path(const struct mls_tree *tree, uint32_t index, struct mls_tree_path *out);

/* The ratchet_tree structure. ERR_INPUT, ERR_LIMIT. (V2-V6) */
MUST_CHECK enum err mls_tree_decode(struct mls_tree *tree, const struct crypto_suite *suite,
                                    struct arena *arena, struct slice in);
void mls_tree_encode(const struct mls_tree *tree, struct buf *b);
/* One node that is not blank, as in a row: kind, then LeafNode or ParentNode. */
void mls_tree_encode_node(const struct mls_tree_node *node, struct buf *b);
MUST_CHECK enum err mls_tree_decode_node(struct mls_tree *tree, uint32_t node, struct slice *s);

#endif
