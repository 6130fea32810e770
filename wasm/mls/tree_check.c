#include "mls/tree_check.h"

#include "base/ct.h"

#define CREDENTIAL_TYPES_MAX 16 /* kinds of credentials in one group */

/* V85. */
static enum err check_unmerged(const struct mls_tree *tree, uint32_t i)
{
    const struct mls_tree_node *p = &tree->nodes[i];
    for (size_t k = 0; k < p->unmerged_n; k++) {
        uint32_t leaf = mls_tree_unmerged(p, k);
        if (mls_tree_leaf(tree, leaf) == NULL) {
            return ERR_INPUT;
        }
        for (uint32_t at = mls_tree_math_parent(2 * leaf); at != i; at = mls_tree_math_parent(at)) {
            const struct mls_tree_node *between = &tree->nodes[at];
            if (between->kind == MLS_TREE_PARENT && !mls_tree_is_unmerged(between, leaf)) {
                return ERR_INPUT;
            }
        }
    }
    return OK;
}

/* The one node of the resolution of `child` that is not an unmerged leaf of p; false when the
 * rest of the resolution is not exactly p's unmerged leaves below child. */
static bool descendant(const struct mls_tree *tree, const struct mls_tree_node *p, uint32_t child,
                       uint32_t *resolution, uint32_t *out)
{
    size_t n = 0;
    size_t unmerged = 0;
    size_t others = 0;
    for (size_t i = 0; i < p->unmerged_n; i++) {
        unmerged += mls_tree_math_below(2 * mls_tree_unmerged(p, i), child);
    }
    mls_tree_resolution(tree, child, resolution, &n);
    for (size_t i = 0; i < n; i++) {
        bool listed = resolution[i] % 2 == 0 && mls_tree_is_unmerged(p, resolution[i] / 2);
        if (!listed) {
            *out = resolution[i];
            others++;
        }
    }
    return others == 1 && n == unmerged + 1;
}

static struct slice parent_hash_of(const struct mls_tree_node *node)
{
    return node->kind == MLS_TREE_LEAF ? node->leaf->parent_hash : node->parent_hash;
}

/* Is p parent-hash valid with respect to the child side? */
static enum err valid_side(const struct mls_tree *tree, uint32_t i, uint32_t child,
                           struct arena *scratch, uint32_t *resolution, bool *valid)
{
    uint32_t d = 0;
    struct mls_secret sibling;
    struct mls_secret expected;
    *valid = false;
    if (!descendant(tree, &tree->nodes[i], child, resolution, &d)) {
        return OK;
    }
    struct slice claimed = parent_hash_of(&tree->nodes[d]);
    if (claimed.n != tree->suite->nh) {
        return OK;
    }
    TRY(mls_tree_hash_original(tree, mls_tree_math_sibling(child), i, scratch, sibling.b));
    mls_tree_hash_parent(tree, i, slice_make(sibling.b, tree->suite->nh), expected.b);
    *valid = ct_equal(claimed.p, expected.b, claimed.n);
    return OK;
}

enum err mls_tree_check_parents(const struct mls_tree *tree, struct arena *scratch)
{
    uint32_t *resolution = arena_array(scratch, 2 * (size_t)tree->width, sizeof *resolution);
    if (resolution == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (uint32_t i = 1; i < mls_tree_math_nodes(tree->width); i += 2) {
        bool left = false;
        bool right = false;
        if (tree->nodes[i].kind == MLS_TREE_BLANK) {
            continue;
        }
        TRY(check_unmerged(tree, i));
        TRY(crypto_hpke_public_check(tree->suite, tree->nodes[i].encryption_key));
        TRY(valid_side(tree, i, mls_tree_math_left(i), scratch, resolution, &left));
        TRY(valid_side(tree, i, mls_tree_math_right(i), scratch, resolution, &right));
        if (left == right) {
            return ERR_AUTH;
        }
    }
    return OK;
}

enum err mls_tree_check_leaves(const struct mls_tree *tree, struct slice group_id,
                               const struct mls_policy *policy, struct arena *scratch)
{
    for (uint32_t i = 0; i < tree->width; i++) {
        const struct mls_leaf *leaf = mls_tree_leaf(tree, i);
        if (leaf == NULL) {
            continue;
        }
        TRY(mls_leaf_check(leaf, tree->suite, 0));
        TRY(mls_leaf_verify(scratch, leaf, group_id, i));
        TRY(mls_leaf_allowed(scratch, policy, leaf, i));
    }
    return OK;
}

/* Heap sort, so that no choice of keys can make it slow. */
static void sift(struct slice *v, size_t root, size_t n)
{
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= n) {
            return;
        }
        if (child + 1 < n && slice_compare(v[child], v[child + 1]) < 0) {
            child++;
        }
        if (slice_compare(v[root], v[child]) >= 0) {
            return;
        }
        struct slice swap = v[root];
        v[root] = v[child];
        v[child] = swap;
        root = child;
    }
}

static bool has_duplicate(struct slice *v, size_t n)
{
    for (size_t i = n / 2; i-- > 0;) {
        sift(v, i, n);
    }
    for (size_t i = n; i-- > 1;) {
        struct slice swap = v[0];
        v[0] = v[i];
        v[i] = swap;
        sift(v, 0, i);
    }
    for (size_t i = 1; i < n; i++) {
        if (slice_equal(v[i - 1], v[i])) {
            return true;
        }
    }
    return false;
}

enum err mls_tree_check_unique(const struct mls_tree *tree, struct arena *scratch)
{
    uint32_t count = mls_tree_math_nodes(tree->width);
    struct slice *encryption = arena_array(scratch, count, sizeof *encryption);
    struct slice *signature = arena_array(scratch, tree->width, sizeof *signature);
    size_t encryption_n = 0;
    size_t signature_n = 0;
    if (encryption == NULL || signature == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct mls_tree_node *node = &tree->nodes[i];
        if (node->kind != MLS_TREE_BLANK) {
            encryption[encryption_n++] = node->encryption_key;
        }
        if (node->kind == MLS_TREE_LEAF) {
            signature[signature_n++] = node->leaf->signature_key;
        }
    }
    if (has_duplicate(encryption, encryption_n) || has_duplicate(signature, signature_n)) {
        return ERR_INPUT;
    }
    return OK;
}

/* The credential types in use. ERR_LIMIT when there are unreasonably many. */
static enum err types_in_use(const struct mls_tree *tree, uint16_t *types, size_t *n)
{
    *n = 0;
    for (uint32_t i = 0; i < tree->width; i++) {
        const struct mls_leaf *leaf = mls_tree_leaf(tree, i);
        size_t k = 0;
        if (leaf == NULL) {
            continue;
        }
        while (k < *n && types[k] != leaf->credential_type) {
            k++;
        }
        if (k == CREDENTIAL_TYPES_MAX) {
            return ERR_LIMIT;
        }
        if (k == *n) {
            types[(*n)++] = leaf->credential_type;
        }
    }
    return OK;
}

enum err mls_tree_check_support(const struct mls_tree *tree, struct slice extensions)
{
    uint16_t types[CREDENTIAL_TYPES_MAX];
    size_t n = 0;
    TRY(types_in_use(tree, types, &n));
    for (uint32_t i = 0; i < tree->width; i++) {
        const struct mls_leaf *leaf = mls_tree_leaf(tree, i);
        if (leaf == NULL) {
            continue;
        }
        for (size_t k = 0; k < n; k++) {
            if (!mls_codec_u16s_have(leaf->credential_types, types[k])) {
                return ERR_AUTH_POLICY;
            }
        }
        TRY(mls_leaf_supports(leaf, extensions));
    }
    return OK;
}
