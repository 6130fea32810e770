#include "mls/tree.h"

#include <string.h>

#include "base/limits.h"

enum err mls_tree_init(struct mls_tree *tree, const struct crypto_suite *suite, struct arena *arena,
                       uint32_t width)
{
    *tree = (struct mls_tree){.suite = suite, .arena = arena};
    if (width == 0 || width > LIMIT_MEMBERS) {
        return ERR_LIMIT;
    }
    tree->nodes = arena_array(arena, mls_tree_math_nodes(width), sizeof *tree->nodes);
    if (tree->nodes == NULL) {
        return ERR_HOST_MEMORY;
    }
    tree->width = width;
    tree->room = width;
    return OK;
}

static enum err clone_node(struct mls_tree *tree, uint32_t i, const struct mls_tree_node *from)
{
    struct mls_tree_node *node = &tree->nodes[i];
    *node = *from;
    node->changed = false;
    if (from->kind == MLS_TREE_LEAF) {
        struct mls_leaf *leaf = arena_alloc(tree->arena, sizeof *leaf);
        if (leaf == NULL) {
            return ERR_HOST_MEMORY;
        }
        TRY(mls_leaf_keep(tree->arena, leaf, from->leaf));
        node->leaf = leaf;
        node->encryption_key = leaf->encryption_key;
    } else if (from->kind == MLS_TREE_PARENT) {
        struct slice unmerged = slice_make(from->unmerged, 4 * (size_t)from->unmerged_n);
        TRY(arena_copy(tree->arena, from->encryption_key, &node->encryption_key));
        TRY(arena_copy(tree->arena, from->parent_hash, &node->parent_hash));
        node->unmerged_cap = from->unmerged_n;
        node->unmerged = arena_alloc(tree->arena, unmerged.n);
        if (node->unmerged == NULL) {
            return ERR_HOST_MEMORY;
        }
        if (unmerged.n > 0) {
            memcpy(node->unmerged, unmerged.p, unmerged.n);
        }
    }
    return OK;
}

enum err mls_tree_clone(struct mls_tree *tree, struct arena *arena, const struct mls_tree *from)
{
    TRY(mls_tree_init(tree, from->suite, arena, from->width));
    for (uint32_t i = 0; i < mls_tree_math_nodes(from->width); i++) {
        TRY(clone_node(tree, i, &from->nodes[i]));
    }
    return OK;
}

const struct mls_leaf *mls_tree_leaf(const struct mls_tree *tree, uint32_t index)
{
    return index < tree->width ? tree->nodes[2 * index].leaf : NULL;
}

size_t mls_tree_leaf_count(const struct mls_tree *tree)
{
    size_t n = 0;
    for (uint32_t i = 0; i < tree->width; i++) {
        n += mls_tree_leaf(tree, i) != NULL;
    }
    return n;
}

/* Forgets the hashes from a node up to the root. */
static void touch(struct mls_tree *tree, uint32_t node)
{
    uint32_t root = mls_tree_math_root(tree->width);
    tree->nodes[node].changed = true;
    tree->nodes[node].hashed = false;
    while (node != root) {
        node = mls_tree_math_parent(node);
        tree->nodes[node].hashed = false;
    }
}

static void blank(struct mls_tree *tree, uint32_t i)
{
    struct mls_tree_node *node = &tree->nodes[i];
    if (node->kind != MLS_TREE_BLANK) {
        *node = (struct mls_tree_node){.kind = MLS_TREE_BLANK};
        touch(tree, i);
    }
}

void mls_tree_blank_path(struct mls_tree *tree, uint32_t index)
{
    uint32_t root = mls_tree_math_root(tree->width);
    for (uint32_t node = 2 * index; node != root;) {
        node = mls_tree_math_parent(node);
        blank(tree, node);
    }
}

enum err mls_tree_set_leaf(struct mls_tree *tree, uint32_t index, const struct mls_leaf *leaf)
{
    struct mls_leaf *kept = arena_alloc(tree->arena, sizeof *kept);
    if (kept == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(mls_leaf_keep(tree->arena, kept, leaf));
    tree->nodes[2 * index] = (struct mls_tree_node){
        .kind = MLS_TREE_LEAF, .leaf = kept, .encryption_key = kept->encryption_key};
    touch(tree, 2 * index);
    return OK;
}

enum err mls_tree_set_parent(struct mls_tree *tree, uint32_t node, struct slice encryption_key)
{
    struct slice key;
    TRY(arena_copy(tree->arena, encryption_key, &key));
    tree->nodes[node] = (struct mls_tree_node){.kind = MLS_TREE_PARENT, .encryption_key = key};
    touch(tree, node);
    return OK;
}

enum err mls_tree_set_parent_hash(struct mls_tree *tree, uint32_t node, struct slice parent_hash)
{
    TRY(arena_copy(tree->arena, parent_hash, &tree->nodes[node].parent_hash));
    touch(tree, node);
    return OK;
}

uint32_t mls_tree_unmerged(const struct mls_tree_node *node, size_t i)
{
    const uint8_t *p = node->unmerged + 4 * i;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* First entry that is not below index. */
static size_t unmerged_place(const struct mls_tree_node *node, uint32_t index)
{
    size_t low = 0;
    size_t high = node->unmerged_n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (mls_tree_unmerged(node, mid) < index) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

bool mls_tree_is_unmerged(const struct mls_tree_node *node, uint32_t index)
{
    size_t at = unmerged_place(node, index);
    return at < node->unmerged_n && mls_tree_unmerged(node, at) == index;
}

static enum err add_unmerged(struct mls_tree *tree, uint32_t i, uint32_t index)
{
    struct mls_tree_node *node = &tree->nodes[i];
    if (node->unmerged_n == node->unmerged_cap) {
        uint32_t cap = node->unmerged_cap == 0 ? 4 : 2 * node->unmerged_cap;
        uint8_t *grown = arena_array(tree->arena, cap, 4);
        if (grown == NULL) {
            return ERR_HOST_MEMORY;
        }
        if (node->unmerged_n > 0) {
            memcpy(grown, node->unmerged, 4 * (size_t)node->unmerged_n);
        }
        node->unmerged = grown;
        node->unmerged_cap = cap;
    }
    size_t at = unmerged_place(node, index);
    uint8_t *p = node->unmerged + 4 * at;
    memmove(p + 4, p, 4 * (node->unmerged_n - at));
    p[0] = (uint8_t)(index >> 24);
    p[1] = (uint8_t)(index >> 16 & 0xff);
    p[2] = (uint8_t)(index >> 8 & 0xff);
    p[3] = (uint8_t)(index & 0xff);
    node->unmerged_n++;
    touch(tree, i);
    return OK;
}

uint32_t mls_tree_free_leaf(const struct mls_tree *tree)
{
    uint32_t index = 0;
    while (index < tree->width && mls_tree_leaf(tree, index) != NULL) {
        index++;
    }
    return index;
}

static enum err extend(struct mls_tree *tree)
{
    uint32_t old = mls_tree_math_nodes(tree->width);
    if (2 * tree->width > LIMIT_MEMBERS) {
        return ERR_LIMIT;
    }
    if (2 * tree->width > tree->room) {
        uint32_t room = 2 * tree->width;
        struct mls_tree_node *grown =
            arena_array(tree->arena, mls_tree_math_nodes(room), sizeof *grown);
        if (grown == NULL) {
            return ERR_HOST_MEMORY;
        }
        memcpy(grown, tree->nodes, old * sizeof *grown);
        tree->nodes = grown;
        tree->room = room;
    }
    tree->width *= 2;
    for (uint32_t i = old; i < mls_tree_math_nodes(tree->width); i++) {
        tree->nodes[i] = (struct mls_tree_node){.kind = MLS_TREE_BLANK, .changed = true};
    }
    return OK;
}

enum err mls_tree_reserve(struct mls_tree *tree, uint32_t *index)
{
    *index = mls_tree_free_leaf(tree);
    return *index == tree->width ? extend(tree) : OK;
}

enum err mls_tree_add(struct mls_tree *tree, const struct mls_leaf *leaf, uint32_t *index)
{
    TRY(mls_tree_reserve(tree, index));
    TRY(mls_tree_set_leaf(tree, *index, leaf));
    uint32_t root = mls_tree_math_root(tree->width);
    for (uint32_t node = 2 * *index; node != root;) {
        node = mls_tree_math_parent(node);
        if (tree->nodes[node].kind == MLS_TREE_PARENT) {
            TRY(add_unmerged(tree, node, *index));
        }
    }
    return OK;
}

enum err mls_tree_update(struct mls_tree *tree, uint32_t index, const struct mls_leaf *leaf)
{
    TRY(mls_tree_set_leaf(tree, index, leaf));
    mls_tree_blank_path(tree, index);
    return OK;
}

static bool right_half_blank(const struct mls_tree *tree)
{
    for (uint32_t i = tree->width; i < mls_tree_math_nodes(tree->width); i++) {
        if (tree->nodes[i].kind != MLS_TREE_BLANK) {
            return false;
        }
    }
    return true;
}

void mls_tree_remove(struct mls_tree *tree, uint32_t index)
{
    blank(tree, 2 * index);
    mls_tree_blank_path(tree, index);
    while (tree->width > 1 && right_half_blank(tree)) {
        tree->width /= 2;
    }
}

/* Depth first, left before right; the stack holds at most one node per level. */
void mls_tree_resolution(const struct mls_tree *tree, uint32_t node, uint32_t *out, size_t *n)
{
    uint32_t stack[2 * MLS_TREE_MATH_LEVELS];
    size_t depth = 0;
    *n = 0;
    stack[depth++] = node;
    while (depth > 0) {
        uint32_t at = stack[--depth];
        const struct mls_tree_node *x = &tree->nodes[at];
        if (x->kind != MLS_TREE_BLANK) {
            out[(*n)++] = at;
            for (size_t i = 0; i < x->unmerged_n; i++) {
                out[(*n)++] = 2 * mls_tree_unmerged(x, i);
            }
        } else if (mls_tree_math_level(at) > 0) {
            stack[depth++] = mls_tree_math_right(at);
            stack[depth++] = mls_tree_math_left(at);
        }
    }
}

bool mls_tree_resolution_empty(const struct mls_tree *tree, uint32_t node)
{
    for (uint32_t i = mls_tree_math_first(node); i <= mls_tree_math_last(node); i++) {
        if (tree->nodes[i].kind != MLS_TREE_BLANK) {
            return false;
        }
    }
    return true;
}

void mls_tree_filtered_path(const struct mls_tree *tree, uint32_t index, struct mls_tree_path *out)
{
    uint32_t root = mls_tree_math_root(tree->width);
    out->n = 0;
    for (uint32_t node = 2 * index; node != root;) {
        uint32_t copath = mls_tree_math_sibling(node);
        node = mls_tree_math_parent(node);
        if (!mls_tree_resolution_empty(tree, copath)) {
            out->node[out->n] = node;
            out->copath[out->n] = copath;
            out->n++;
        }
    }
}

void mls_tree_encode_node(const struct mls_tree_node *node, struct buf *b)
{
    buf_u8(b, (uint8_t)node->kind);
    if (node->kind == MLS_TREE_LEAF) {
        buf_slice(b, node->leaf->raw);
        return;
    }
    mls_codec_put_vector(b, node->encryption_key);
    mls_codec_put_vector(b, node->parent_hash);
    mls_codec_put_vector(b, slice_make(node->unmerged, 4 * (size_t)node->unmerged_n));
}

/* V5, V6: leaves under this node, strictly ascending. */
static enum err decode_unmerged(struct mls_tree *tree, uint32_t i, struct slice *s)
{
    struct mls_tree_node *node = &tree->nodes[i];
    struct slice list;
    TRY(mls_codec_vector(s, &list));
    if (list.n % 4 != 0 || list.n / 4 > tree->width) {
        return ERR_INPUT;
    }
    node->unmerged_n = (uint32_t)(list.n / 4);
    node->unmerged_cap = node->unmerged_n;
    node->unmerged = arena_alloc(tree->arena, list.n);
    if (node->unmerged == NULL) {
        return ERR_HOST_MEMORY;
    }
    if (list.n > 0) {
        memcpy(node->unmerged, list.p, list.n);
    }
    for (size_t k = 0; k < node->unmerged_n; k++) {
        uint32_t leaf = mls_tree_unmerged(node, k);
        if (leaf >= tree->width || !mls_tree_math_below(2 * leaf, i) ||
            (k > 0 && mls_tree_unmerged(node, k - 1) >= leaf)) {
            return ERR_INPUT;
        }
    }
    return OK;
}

enum err mls_tree_decode_node(struct mls_tree *tree, uint32_t i, struct slice *s)
{
    struct mls_tree_node *node = &tree->nodes[i];
    struct slice bytes;
    uint8_t kind = 0;
    TRY(slice_u8(s, &kind));
    if (kind != (i % 2 == 0 ? MLS_TREE_LEAF : MLS_TREE_PARENT)) {
        return ERR_INPUT;
    }
    if (kind == MLS_TREE_LEAF) {
        struct mls_leaf leaf;
        TRY(mls_leaf_read(s, &leaf));
        TRY(mls_tree_set_leaf(tree, i / 2, &leaf));
    } else {
        TRY(mls_codec_vector(s, &bytes));
        TRY(mls_tree_set_parent(tree, i, bytes));
        TRY(mls_codec_vector(s, &bytes));
        TRY(arena_copy(tree->arena, bytes, &node->parent_hash));
        TRY(decode_unmerged(tree, i, s));
    }
    node->changed = false;
    return OK;
}

/* Walks the entries once to count them; leaves and parents are checked when decoded. */
static enum err count_entries(struct slice s, uint32_t *out)
{
    *out = 0;
    bool present = false;
    while (s.n > 0) {
        struct slice skipped;
        struct mls_leaf leaf;
        uint8_t kind = 0;
        if (*out == mls_tree_math_nodes(LIMIT_MEMBERS)) {
            return ERR_LIMIT;
        }
        TRY(mls_codec_optional(&s, &present));
        if (present) {
            TRY(slice_u8(&s, &kind));
            if (kind == MLS_TREE_LEAF) {
                TRY(mls_leaf_read(&s, &leaf));
            } else {
                TRY(mls_codec_vector(&s, &skipped));
                TRY(mls_codec_vector(&s, &skipped));
                TRY(mls_codec_vector(&s, &skipped));
            }
        }
        (*out)++;
    }
    return present ? OK : ERR_INPUT; /* at least one entry, the last one not blank */
}

enum err mls_tree_decode(struct mls_tree *tree, const struct crypto_suite *suite,
                         struct arena *arena, struct slice in)
{
    struct slice entries;
    uint32_t n = 0;
    TRY(mls_codec_vector(&in, &entries));
    TRY(slice_end(in));
    TRY(count_entries(entries, &n));
    TRY(mls_tree_init(tree, suite, arena, mls_tree_math_width(n / 2 + 1)));
    for (uint32_t i = 0; i < n; i++) {
        bool present = false;
        TRY(mls_codec_optional(&entries, &present));
        if (present) {
            TRY(mls_tree_decode_node(tree, i, &entries));
        }
    }
    return OK;
}

void mls_tree_encode(const struct mls_tree *tree, struct buf *b)
{
    uint32_t n = mls_tree_math_nodes(tree->width);
    while (n > 0 && tree->nodes[n - 1].kind == MLS_TREE_BLANK) {
        n--;
    }
    size_t mark = mls_codec_open(b);
    for (uint32_t i = 0; i < n; i++) {
        bool present = tree->nodes[i].kind != MLS_TREE_BLANK;
        buf_u8(b, present);
        if (present) {
            mls_tree_encode_node(&tree->nodes[i], b);
        }
    }
    mls_codec_close(b, mark);
}
