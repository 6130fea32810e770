#include "release/tree.h"

#include "crypto/hash.h"

void release_tree_empty(struct release_hash *out)
{
    crypto_sha256(out->b, SLICE_EMPTY);
}

void release_tree_leaf(struct release_hash *out, struct slice entry)
{
    static const uint8_t zero[1] = {0};
    struct slice parts[] = {SLICE_ARRAY(zero), entry};
    crypto_hash_parts(CRYPTO_SHA256, out->b, parts, 2);
}

void release_tree_node(struct release_hash *out, const struct release_hash *left,
                       const struct release_hash *right)
{
    static const uint8_t one[1] = {1};
    struct slice parts[] = {SLICE_ARRAY(one), SLICE_ARRAY(left->b), SLICE_ARRAY(right->b)};
    uint8_t hash[CRYPTO_SHA256_SIZE]; /* out may be one of the two */
    crypto_hash_parts(CRYPTO_SHA256, hash, parts, 3);
    for (size_t i = 0; i < sizeof hash; i++) {
        out->b[i] = hash[i];
    }
}

static bool equal(const struct release_hash *a, const struct release_hash *b)
{
    return slice_equal(SLICE_ARRAY(a->b), SLICE_ARRAY(b->b));
}

bool release_tree_includes(const struct release_hash *root, uint64_t size, uint64_t index,
                           const struct release_hash *leaf, const struct release_hash *hashes,
                           size_t n)
{
    struct release_hash h = *leaf;
    size_t at = 0;
    if (index >= size) {
        return false;
    }
    for (uint64_t last = size - 1; last > 0; last >>= 1, index >>= 1) {
        bool is_right = index % 2 == 1;
        /* The last node of a level with an odd number of nodes has no sibling. */
        if (!is_right && index == last) {
            continue;
        }
        if (at == n) {
            return false;
        }
        release_tree_node(&h, is_right ? &hashes[at] : &h, is_right ? &h : &hashes[at]);
        at++;
    }
    return at == n && equal(&h, root);
}

bool release_tree_extends(const struct release_hash *new_root, uint64_t new_size,
                          const struct release_hash *old_root, uint64_t old_size,
                          const struct release_hash *hashes, size_t n)
{
    struct release_hash empty;
    if (old_size == 0) {
        release_tree_empty(&empty);
        return n == 0 && equal(old_root, &empty);
    }
    if (old_size >= new_size) {
        return old_size == new_size && n == 0 && equal(old_root, new_root);
    }
    /* RFC 6962 2.1.2: up from the last node of the old tree. Where it is a right child both trees
     * share the subtree, so the path begins at the first level where it is a left one. */
    uint64_t at_old = old_size - 1, at_new = new_size - 1;
    while (at_old % 2 == 1) {
        at_old >>= 1;
        at_new >>= 1;
    }
    /* The old tree is one full subtree: its root is known and not sent. */
    size_t at = at_old == 0 ? 0 : 1;
    if (at > n) {
        return false;
    }
    struct release_hash old_hash = at == 0 ? *old_root : hashes[0];
    struct release_hash new_hash = old_hash;
    for (; at_new > 0; at_old >>= 1, at_new >>= 1) {
        bool is_right = at_old % 2 == 1;
        if (!is_right && at_old == at_new) {
            continue; /* no sibling on this level */
        }
        if (at == n) {
            return false;
        }
        if (is_right) {
            release_tree_node(&old_hash, &hashes[at], &old_hash);
            release_tree_node(&new_hash, &hashes[at], &new_hash);
        } else {
            release_tree_node(&new_hash, &new_hash, &hashes[at]);
        }
        at++;
    }
    return at == n && equal(&old_hash, old_root) && equal(&new_hash, new_root);
}
