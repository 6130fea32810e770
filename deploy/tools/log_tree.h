/* The growing side of a log's Merkle tree: tiles (C2SP tlog-tiles, 256 hashes each), the right edge
 * on which entries are appended, roots and proofs. The checking side is wasm/release/tree.h. Pure:
 * tiles come and go through calls of the owner. Source: C2SP tlog-tiles; RFC 6962 2.1. */
#ifndef SOTTO_TOOLS_LOG_TREE_H
#define SOTTO_TOOLS_LOG_TREE_H
#include "release/tree.h"

#define LOG_TREE_WIDTH 256u                   /* hashes of a full tile                        */
#define LOG_TREE_HEIGHT 8                     /* levels of the tree that one tile spans       */
#define LOG_TREE_LEVELS 5                     /* of tiles                                     */
#define LOG_TREE_SIZE_MAX ((uint64_t)1 << 39) /* entries: so the top tile is never quite full */
#define LOG_TREE_PATH_MAX 64

/* A tile that is not full yet, in memory. Hashes from `width` on have no meaning. */
struct log_tree_tile {
    uint64_t n; /* number of the tile in its level */
    size_t width;
    struct release_hash hashes[LOG_TREE_WIDTH];
};
/* All that appending needs: the last tile of each level. About 40 KB. */
struct log_tree_edge {
    uint64_t size;
    struct log_tree_tile level[LOG_TREE_LEVELS];
};
/* Where full tiles go (width LOG_TREE_WIDTH), lower levels first. */
struct log_tree_keeper {
    void *user;
    enum err (*put)(void *user, size_t level, const struct log_tree_tile *tile);
};

/* How many hashes level `level` has in a tree of this size. */
uint64_t log_tree_hashes(uint64_t size, size_t level);
/* Appends a leaf. ERR_LIMIT, or what the keeper returned; then the edge is unusable. */
MUST_CHECK enum err log_tree_add(struct log_tree_edge *edge, const struct release_hash *leaf,
                                 const struct log_tree_keeper *keeper);
/* The root of the whole tree, from the edge alone. */
void log_tree_edge_root(struct release_hash *out, const struct log_tree_edge *edge);

/* Where finished hashes come from: hash `index` of tile level `level`. */
struct log_tree_reader {
    void *user;
    enum err (*get)(void *user, struct release_hash *out, size_t level, uint64_t index);
};
/* The root of the first `size` entries. What the reader returned. */
MUST_CHECK enum err log_tree_root(struct release_hash *out, const struct log_tree_reader *r,
                                  uint64_t size);
/* From the leaf's sibling upwards. ERR_INPUT when index >= size; what the reader returned. */
MUST_CHECK enum err log_tree_inclusion(struct release_hash out[RELEASE_PROOF_HASHES_MAX], size_t *n,
                                       const struct log_tree_reader *r, uint64_t index,
                                       uint64_t size);
/* That the tree of old_size is the beginning of the one of size. Nothing (n 0) for old_size 0 or
 * equal sizes. ERR_INPUT when old_size > size; what the reader returned. */
MUST_CHECK enum err log_tree_consistency(struct release_hash out[RELEASE_PROOF_HASHES_MAX],
                                         size_t *n, const struct log_tree_reader *r,
                                         uint64_t old_size, uint64_t size);

/* "tile/<level>/<n>[.p/<width>]", or "tile/entries/..." for level LOG_TREE_ENTRIES; width
 * LOG_TREE_WIDTH is a full tile. With a NUL. */
#define LOG_TREE_ENTRIES LOG_TREE_LEVELS
void log_tree_path(char out[LOG_TREE_PATH_MAX], size_t level, uint64_t n, size_t width);
#endif
