#include "mls/tree_hash.h"

static void put_u32(uint8_t out[4], uint32_t v)
{
    out[0] = (uint8_t)(v >> 24);
    out[1] = (uint8_t)(v >> 16 & 0xff);
    out[2] = (uint8_t)(v >> 8 & 0xff);
    out[3] = (uint8_t)(v & 0xff);
}

/* TreeHashInput of a leaf; leaf NULL: blank. */
static void hash_leaf(const struct crypto_suite *suite, uint32_t index, const struct mls_leaf *leaf,
                      uint8_t *out)
{
    uint8_t head[6] = {MLS_TREE_LEAF};
    put_u32(head + 1, index);
    head[5] = leaf != NULL;
    struct slice parts[] = {SLICE_ARRAY(head), leaf != NULL ? leaf->raw : SLICE_EMPTY};
    crypto_hash_parts(suite->hash, out, parts, 2);
}

/* TreeHashInput of a parent; node of kind blank: absent. unmerged replaces the node's own. */
static void hash_parent_node(const struct crypto_suite *suite, const struct mls_tree_node *node,
                             struct slice unmerged, struct slice left, struct slice right,
                             uint8_t *out)
{
    uint8_t head[2] = {MLS_TREE_PARENT, node->kind != MLS_TREE_BLANK};
    uint8_t key_n[4], parent_n[4], unmerged_n[4], hash_n[4];
    struct slice hash_header = slice_make(hash_n, mls_codec_header(hash_n, suite->nh));
    struct slice parts[11];
    size_t n = 0;
    parts[n++] = SLICE_ARRAY(head);
    if (node->kind != MLS_TREE_BLANK) {
        parts[n++] = slice_make(key_n, mls_codec_header(key_n, node->encryption_key.n));
        parts[n++] = node->encryption_key;
        parts[n++] = slice_make(parent_n, mls_codec_header(parent_n, node->parent_hash.n));
        parts[n++] = node->parent_hash;
        parts[n++] = slice_make(unmerged_n, mls_codec_header(unmerged_n, unmerged.n));
        parts[n++] = unmerged;
    }
    parts[n++] = hash_header;
    parts[n++] = left;
    parts[n++] = hash_header;
    parts[n++] = right;
    crypto_hash_parts(suite->hash, out, parts, n);
}

static struct slice node_hash(const struct mls_tree *tree, uint32_t node)
{
    return slice_make(tree->nodes[node].hash, tree->suite->nh);
}

struct slice mls_tree_hash_root(struct mls_tree *tree)
{
    uint32_t count = mls_tree_math_nodes(tree->width);
    for (uint32_t step = 1; step <= tree->width; step *= 2) {
        for (uint32_t i = step - 1; i < count; i += 2 * step) {
            struct mls_tree_node *node = &tree->nodes[i];
            if (node->hashed) {
                continue;
            }
            if (step == 1) {
                hash_leaf(tree->suite, i / 2, node->leaf, node->hash);
            } else {
                hash_parent_node(tree->suite, node,
                                 slice_make(node->unmerged, 4 * (size_t)node->unmerged_n),
                                 node_hash(tree, mls_tree_math_left(i)),
                                 node_hash(tree, mls_tree_math_right(i)), node->hash);
            }
            node->hashed = true;
        }
    }
    return node_hash(tree, mls_tree_math_root(tree->width));
}

void mls_tree_hash_parent(const struct mls_tree *tree, uint32_t node, struct slice sibling_hash,
                          uint8_t *out)
{
    const struct mls_tree_node *p = &tree->nodes[node];
    uint8_t key_n[4], parent_n[4], sibling_n[4];
    struct slice parts[] = {
        slice_make(key_n, mls_codec_header(key_n, p->encryption_key.n)),    p->encryption_key,
        slice_make(parent_n, mls_codec_header(parent_n, p->parent_hash.n)), p->parent_hash,
        slice_make(sibling_n, mls_codec_header(sibling_n, sibling_hash.n)), sibling_hash,
    };
    crypto_hash_parts(tree->suite->hash, out, parts, sizeof parts / sizeof parts[0]);
}

/* Does the subtree hold an unmerged leaf of p? */
static bool touches(const struct mls_tree_node *p, uint32_t top)
{
    uint32_t first = mls_tree_math_first(top) / 2;
    uint32_t last = mls_tree_math_last(top) / 2;
    for (size_t i = 0; i < p->unmerged_n; i++) {
        uint32_t leaf = mls_tree_unmerged(p, i);
        if (leaf >= first) {
            return leaf <= last;
        }
    }
    return false;
}

/* The unmerged leaves of node that p does not list. */
static enum err unmerged_without(const struct mls_tree_node *node, const struct mls_tree_node *p,
                                 struct arena *scratch, struct slice *out)
{
    struct buf b = buf_arena(scratch, 4 * (size_t)node->unmerged_n);
    for (size_t i = 0; i < node->unmerged_n; i++) {
        uint32_t leaf = mls_tree_unmerged(node, i);
        if (!mls_tree_is_unmerged(p, leaf)) {
            buf_u32(&b, leaf);
        }
    }
    return buf_finish(&b, out);
}

/* Level by level: untouched nodes give their cached hash, the others are hashed again. */
enum err mls_tree_hash_original(const struct mls_tree *tree, uint32_t top, uint32_t parent,
                                struct arena *scratch, uint8_t *out)
{
    const struct mls_tree_node *p = &tree->nodes[parent];
    const struct crypto_suite *suite = tree->suite;
    uint32_t first = mls_tree_math_first(top);
    uint32_t count = mls_tree_math_last(top) - first + 1;
    struct mls_secret *hash = arena_array(scratch, count, sizeof *hash);
    if (hash == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (uint32_t step = 1; step <= (count + 1) / 2; step *= 2) {
        for (uint32_t k = step - 1; k < count; k += 2 * step) {
            uint32_t i = first + k;
            const struct mls_tree_node *node = &tree->nodes[i];
            struct slice unmerged = SLICE_EMPTY;
            if (!touches(p, i)) {
                struct slice cached = node_hash(tree, i);
                for (size_t j = 0; j < cached.n; j++) {
                    hash[k].b[j] = cached.p[j];
                }
            } else if (step == 1) {
                hash_leaf(suite, i / 2, NULL, hash[k].b);
            } else {
                TRY(unmerged_without(node, p, scratch, &unmerged));
                hash_parent_node(suite, node, unmerged, slice_make(hash[k - step / 2].b, suite->nh),
                                 slice_make(hash[k + step / 2].b, suite->nh), hash[k].b);
            }
        }
    }
    for (size_t j = 0; j < suite->nh; j++) {
        out[j] = hash[top - first].b[j];
    }
    return OK;
}

enum err mls_tree_hash_path(struct mls_tree *tree, const struct mls_tree_path *path,
                            struct mls_secret *leaf_parent_hash, size_t *n)
{
    *n = 0;
    (void)mls_tree_hash_root(tree);
    for (size_t i = path->n; i-- > 0;) {
        struct mls_secret next = {{0}};
        TRY(mls_tree_set_parent_hash(tree, path->node[i], slice_make(leaf_parent_hash->b, *n)));
        mls_tree_hash_parent(tree, path->node[i], node_hash(tree, path->copath[i]), next.b);
        *leaf_parent_hash = next;
        *n = tree->suite->nh;
    }
    return OK;
}
