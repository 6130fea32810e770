/* The ratchet tree by itself: places, blanks, unmerged leaves, resolutions, paths, bytes. */
#include "mls/tree.h"

#include <string.h>

#include "base/limits.h"
#include "lib/check.h"

static struct arena arena;

static void begin(void)
{
    arena_init(&arena, 0);
}

static void end(void)
{
    arena_wipe(&arena);
}

static const struct crypto_suite *suite(void)
{
    return crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
}

/* Leaf number n: its encryption key begins with n. Nothing here looks at signatures. */
static struct mls_leaf leaf_of(uint32_t n)
{
    uint8_t key[32] = {(uint8_t)(n >> 8), (uint8_t)n};
    uint8_t signature[64] = {1};
    struct mls_leaf leaf;
    struct slice s;
    struct buf b = buf_arena(&arena, 256);
    mls_codec_put_vector(&b, SLICE_ARRAY(key));
    mls_codec_put_vector(&b, SLICE_ARRAY(key));
    buf_u16(&b, MLS_CREDENTIAL_BASIC);
    mls_codec_put_vector(&b, SLICE_LITERAL("somebody"));
    mls_codec_put_vector(&b, check_hex("0001"));
    mls_codec_put_vector(&b, check_hex("0003"));
    mls_codec_put_vector(&b, SLICE_EMPTY);
    mls_codec_put_vector(&b, SLICE_EMPTY);
    mls_codec_put_vector(&b, check_hex("0001"));
    buf_u8(&b, MLS_LEAF_UPDATE);
    mls_codec_put_vector(&b, SLICE_EMPTY);
    mls_codec_put_vector(&b, SLICE_ARRAY(signature));
    CHECK_ERR(buf_finish(&b, &s), OK);
    CHECK_ERR(mls_leaf_read(&s, &leaf), OK);
    return leaf;
}

/* Which leaf is there? UINT32_MAX: none. */
static uint32_t who(const struct mls_tree *tree, uint32_t index)
{
    const struct mls_leaf *leaf = mls_tree_leaf(tree, index);
    if (leaf == NULL) {
        return UINT32_MAX;
    }
    CHECK(tree->nodes[2 * index].kind == MLS_TREE_LEAF);
    CHECK_BYTES(tree->nodes[2 * index].encryption_key, leaf->encryption_key);
    return (uint32_t)leaf->encryption_key.p[0] << 8 | leaf->encryption_key.p[1];
}

static bool blank(const struct mls_tree *tree, uint32_t node)
{
    return tree->nodes[node].kind == MLS_TREE_BLANK && tree->nodes[node].leaf == NULL &&
           tree->nodes[node].encryption_key.n == 0 && tree->nodes[node].unmerged_n == 0;
}

/* A tree with leaves 0 to n - 1 and no parents. */
static void grow(struct mls_tree *tree, uint32_t n)
{
    CHECK_ERR(mls_tree_init(tree, suite(), &arena, 1), OK);
    for (uint32_t i = 0; i < n; i++) {
        struct mls_leaf leaf = leaf_of(i);
        uint32_t index = UINT32_MAX;
        CHECK_ERR(mls_tree_add(tree, &leaf, &index), OK);
        CHECK(index == i);
    }
}

static void set_parents(struct mls_tree *tree)
{
    for (uint32_t i = 1; i < mls_tree_math_nodes(tree->width); i += 2) {
        uint8_t key[32] = {0xff, (uint8_t)i};
        CHECK_ERR(mls_tree_set_parent(tree, i, SLICE_ARRAY(key)), OK);
    }
}

/* As after hashing and saving. */
static void settle(struct mls_tree *tree)
{
    for (uint32_t i = 0; i < mls_tree_math_nodes(tree->width); i++) {
        tree->nodes[i].hashed = true;
        tree->nodes[i].changed = false;
    }
}

/* Are exactly these nodes marked? Bit i: node i, of 15. */
static uint32_t marked(const struct mls_tree *tree, bool unhashed)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < mls_tree_math_nodes(tree->width); i++) {
        bits |= (uint32_t)(unhashed ? !tree->nodes[i].hashed : tree->nodes[i].changed) << i;
    }
    return bits;
}

static void empty_leaf(struct mls_tree *tree, uint32_t index)
{
    tree->nodes[2 * index] = (struct mls_tree_node){.kind = MLS_TREE_BLANK};
}

TEST(a_new_tree_is_blank_and_bounded)
{
    static const uint32_t widths[] = {1, 2, 1024};
    struct mls_tree tree;
    begin();
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        CHECK_ERR(mls_tree_init(&tree, suite(), &arena, widths[w]), OK);
        CHECK(tree.width == widths[w] && tree.room == widths[w]);
        CHECK(tree.suite == suite() && tree.arena == &arena);
        CHECK(mls_tree_leaf_count(&tree) == 0 && mls_tree_free_leaf(&tree) == 0);
        for (uint32_t i = 0; i < 2 * widths[w] - 1; i++) {
            CHECK(blank(&tree, i));
        }
    }
    CHECK_ERR(mls_tree_init(&tree, suite(), &arena, 0), ERR_LIMIT);
    CHECK(tree.nodes == NULL && tree.width == 0);
    CHECK_ERR(mls_tree_init(&tree, suite(), &arena, LIMIT_MEMBERS + 1), ERR_LIMIT);
    CHECK_ERR(mls_tree_init(&tree, suite(), &arena, 2 * LIMIT_MEMBERS), ERR_LIMIT);
    CHECK(tree.nodes == NULL && tree.width == 0);
    end();
}

TEST(leaves_fill_from_the_left_and_a_full_tree_doubles)
{
    static const uint32_t widths[] = {1, 2, 4, 4, 8, 8, 8, 8, 16};
    struct mls_tree tree;
    uint32_t index = 0;
    begin();
    CHECK_ERR(mls_tree_init(&tree, suite(), &arena, 1), OK);
    for (uint32_t i = 0; i < 9; i++) {
        struct mls_leaf leaf = leaf_of(i);
        CHECK(mls_tree_free_leaf(&tree) == i);
        CHECK_ERR(mls_tree_add(&tree, &leaf, &index), OK);
        CHECK(index == i && tree.width == widths[i] && tree.room == widths[i]);
        CHECK(mls_tree_leaf_count(&tree) == i + 1);
        for (uint32_t k = 0; k <= i; k++) {
            CHECK(who(&tree, k) == k);
        }
        for (uint32_t k = i + 1; k < tree.width; k++) {
            CHECK(blank(&tree, 2 * k) && tree.nodes[2 * k].changed);
        }
        CHECK(mls_tree_leaf(&tree, tree.width) == NULL);
        CHECK(mls_tree_leaf(&tree, UINT32_MAX) == NULL);
    }
    /* The first gap is taken, and a leaf that has one is put there without doubling. */
    empty_leaf(&tree, 6);
    empty_leaf(&tree, 3);
    CHECK(mls_tree_leaf_count(&tree) == 7 && mls_tree_free_leaf(&tree) == 3);
    struct mls_leaf late = leaf_of(100);
    CHECK_ERR(mls_tree_add(&tree, &late, &index), OK);
    CHECK(index == 3 && who(&tree, 3) == 100 && tree.width == 16);
    CHECK_ERR(mls_tree_reserve(&tree, &index), OK);
    CHECK(index == 6 && mls_tree_leaf(&tree, 6) == NULL && tree.width == 16);
    end();
}

TEST(a_reserved_place_of_a_full_tree_is_the_first_of_the_new_half)
{
    struct mls_tree tree;
    uint32_t index = 0;
    begin();
    grow(&tree, 4);
    settle(&tree);
    CHECK_ERR(mls_tree_reserve(&tree, &index), OK);
    CHECK(index == 4 && tree.width == 8 && tree.room == 8 && mls_tree_leaf_count(&tree) == 4);
    CHECK(marked(&tree, false) == 0x7f80 && marked(&tree, true) == 0x7f80); /* nodes 7 to 14 */
    /* After shrinking the same memory serves again. */
    struct mls_leaf leaf = leaf_of(4);
    CHECK_ERR(mls_tree_set_leaf(&tree, 4, &leaf), OK);
    const struct mls_tree_node *nodes = tree.nodes;
    mls_tree_remove(&tree, 4);
    CHECK(tree.width == 4 && tree.room == 8);
    CHECK_ERR(mls_tree_add(&tree, &leaf, &index), OK);
    CHECK(index == 4 && tree.width == 8 && tree.nodes == nodes && who(&tree, 4) == 4);
    for (uint32_t i = 0; i < 4; i++) {
        CHECK(who(&tree, i) == i);
    }
    end();
}

TEST(a_tree_does_not_grow_above_the_limit)
{
    struct mls_tree tree;
    uint32_t index = 0;
    begin();
    CHECK_ERR(mls_tree_init(&tree, suite(), &arena, LIMIT_MEMBERS / 2), OK);
    struct mls_leaf leaf = leaf_of(1);
    for (uint32_t i = 0; i < LIMIT_MEMBERS; i++) {
        CHECK_ERR(mls_tree_add(&tree, &leaf, &index), OK);
        CHECK(index == i);
    }
    CHECK(tree.width == LIMIT_MEMBERS && mls_tree_leaf_count(&tree) == LIMIT_MEMBERS);
    CHECK(mls_tree_free_leaf(&tree) == LIMIT_MEMBERS);
    CHECK_ERR(mls_tree_add(&tree, &leaf, &index), ERR_LIMIT);
    CHECK_ERR(mls_tree_reserve(&tree, &index), ERR_LIMIT);
    CHECK(tree.width == LIMIT_MEMBERS);
    end();
}

/* What may be listed, in order, and nothing else. */
static void check_unmerged(const struct mls_tree *tree, uint32_t node, const uint32_t *want,
                           size_t n)
{
    const struct mls_tree_node *p = &tree->nodes[node];
    size_t k = 0;
    CHECK(p->unmerged_n == n && p->unmerged_cap >= n);
    for (uint32_t i = 0; i < tree->width; i++) {
        bool listed = k < n && want[k] == i;
        CHECK(mls_tree_is_unmerged(p, i) == listed);
        if (listed) {
            CHECK(mls_tree_unmerged(p, k) == i);
            k++;
        }
    }
    CHECK(k == n && !mls_tree_is_unmerged(p, tree->width));
}

TEST(a_new_leaf_is_unmerged_in_every_parent_above_it)
{
    static const uint32_t order[] = {257, 3, 511, 256, 255, 0, 510, 300, 254, 4};
    static const uint32_t all[] = {0, 3, 4, 254, 255, 256, 257, 300, 510, 511};
    static const uint32_t right[] = {256, 257, 300, 510, 511};
    struct mls_tree tree;
    uint32_t index = 0;
    begin();
    CHECK_ERR(mls_tree_init(&tree, suite(), &arena, 512), OK);
    struct mls_leaf leaf = leaf_of(7);
    for (uint32_t i = 0; i < 512; i++) {
        CHECK_ERR(mls_tree_set_leaf(&tree, i, &leaf), OK);
    }
    /* The root, the one over the right half, and one over leaves 0 and 1; the others are blank. */
    CHECK_ERR(mls_tree_set_parent(&tree, 511, SLICE_LITERAL("root")), OK);
    CHECK_ERR(mls_tree_set_parent(&tree, 767, SLICE_LITERAL("right half")), OK);
    CHECK_ERR(mls_tree_set_parent(&tree, 1, SLICE_LITERAL("two")), OK);
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        empty_leaf(&tree, order[i]);
        CHECK_ERR(mls_tree_add(&tree, &leaf, &index), OK);
        CHECK(index == order[i] && tree.nodes[511].unmerged_n == i + 1);
    }
    check_unmerged(&tree, 511, all, 10);
    check_unmerged(&tree, 767, right, 5);
    check_unmerged(&tree, 1, all, 1);
    CHECK(blank(&tree, 255) && blank(&tree, 3));
    /* In bytes: four of them each, the highest first. */
    CHECK_BYTES(slice_make(tree.nodes[767].unmerged, 12), check_hex("00000100000001010000012c"));
    end();
}

/* A list has room for four at first; what lies behind it in memory is left alone. */
TEST(a_list_of_unmerged_leaves_stays_in_its_room)
{
    struct mls_tree tree;
    struct mls_leaf leaf;
    uint32_t index = 0;
    begin();
    leaf = leaf_of(7);
    for (uint32_t last = 0; last < 4; last++) {
        uint8_t after[64];
        memset(after, 0xaa, sizeof after);
        grow(&tree, 8);
        CHECK_ERR(mls_tree_set_parent(&tree, 7, SLICE_LITERAL("root")), OK);
        struct slice behind;
        for (uint32_t i = 0; i < 5; i++) {
            uint32_t at = i == 4 ? last : i;
            if (i < 4 && i == last) {
                continue;
            }
            empty_leaf(&tree, at);
            CHECK_ERR(mls_tree_add(&tree, &leaf, &index), OK);
            CHECK(index == at);
            if (tree.nodes[7].unmerged_n == 1) {
                CHECK_ERR(arena_copy(&arena, SLICE_ARRAY(after), &behind), OK);
            }
        }
        CHECK(tree.nodes[7].unmerged_n == 4 && tree.nodes[7].unmerged_cap == 4);
        CHECK_BYTES(behind, SLICE_ARRAY(after));
    }
    end();
}

TEST(an_unmerged_leaf_is_read_from_all_four_bytes)
{
    uint8_t bytes[] = {0, 0, 0, 9, 0x12, 0x34, 0x56, 0x78, 0x80, 0, 0, 1};
    struct mls_tree_node node = {.kind = MLS_TREE_PARENT, .unmerged = bytes, .unmerged_n = 3};
    CHECK(mls_tree_unmerged(&node, 0) == 9 && mls_tree_unmerged(&node, 1) == 0x12345678);
    CHECK(mls_tree_unmerged(&node, 2) == 0x80000001);
    CHECK(mls_tree_is_unmerged(&node, 9) && mls_tree_is_unmerged(&node, 0x80000001));
    CHECK(!mls_tree_is_unmerged(&node, 8) && !mls_tree_is_unmerged(&node, 0x80000002));
    node.unmerged_n = 2; /* what is behind the list does not count */
    CHECK(mls_tree_is_unmerged(&node, 0x12345678) && !mls_tree_is_unmerged(&node, 0x80000001));
}

TEST(a_change_forgets_the_hashes_above_and_no_other)
{
    struct mls_tree tree;
    struct mls_leaf leaf = {0};
    begin();
    leaf = leaf_of(50);
    grow(&tree, 8);
    set_parents(&tree);
    settle(&tree);
    CHECK_ERR(mls_tree_set_leaf(&tree, 5, &leaf), OK);
    CHECK(marked(&tree, false) == 1u << 10);
    CHECK(marked(&tree, true) == (1u << 10 | 1u << 9 | 1u << 11 | 1u << 7));
    CHECK(who(&tree, 5) == 50 && !blank(&tree, 9) && !blank(&tree, 11) && !blank(&tree, 7));
    settle(&tree);
    CHECK_ERR(mls_tree_set_parent_hash(&tree, 3, SLICE_LITERAL("hash")), OK);
    CHECK(marked(&tree, false) == 1u << 3 && marked(&tree, true) == (1u << 3 | 1u << 7));
    CHECK_BYTES(tree.nodes[3].parent_hash, SLICE_LITERAL("hash"));
    settle(&tree);
    uint8_t key[] = "a key";
    tree.nodes[7].unmerged_n = 0;
    CHECK_ERR(mls_tree_set_parent(&tree, 7, slice_make(key, 5)), OK);
    CHECK(marked(&tree, false) == 1u << 7 && marked(&tree, true) == 1u << 7);
    key[0] = 'b'; /* the tree has its own bytes */
    CHECK_BYTES(tree.nodes[7].encryption_key, SLICE_LITERAL("a key"));
    CHECK(tree.nodes[7].kind == MLS_TREE_PARENT && tree.nodes[7].parent_hash.n == 0);
    end();
}

TEST(an_update_blanks_the_way_up)
{
    struct mls_tree tree;
    begin();
    for (uint32_t at = 0; at < 8; at++) {
        struct mls_leaf leaf = leaf_of(70 + at);
        uint32_t path = 0;
        grow(&tree, 8);
        set_parents(&tree);
        settle(&tree);
        for (uint32_t level = 1; level <= 3; level++) {
            path |= 1u << mls_tree_math_ancestor(2 * at, level);
        }
        CHECK_ERR(mls_tree_update(&tree, at, &leaf), OK);
        CHECK(who(&tree, at) == 70 + at && tree.width == 8);
        CHECK(marked(&tree, false) == (path | 1u << 2 * at));
        CHECK(marked(&tree, true) == (path | 1u << 2 * at));
        for (uint32_t i = 1; i < 15; i += 2) {
            CHECK(blank(&tree, i) == ((path >> i & 1) != 0));
        }
        /* What is blank stays as it is. */
        settle(&tree);
        mls_tree_blank_path(&tree, at);
        CHECK(marked(&tree, false) == 0 && marked(&tree, true) == 0);
    }
    /* The only leaf has no way up. */
    grow(&tree, 1);
    mls_tree_blank_path(&tree, 0);
    CHECK(who(&tree, 0) == 0);
    end();
}

TEST(a_tree_shrinks_when_its_right_half_is_blank)
{
    static const uint32_t widths[] = {4, 4, 2, 1, 1};
    struct mls_tree tree;
    begin();
    grow(&tree, 5);
    CHECK(tree.width == 8);
    for (uint32_t i = 0; i < 5; i++) {
        mls_tree_remove(&tree, 4 - i);
        CHECK(tree.width == widths[i] && mls_tree_leaf(&tree, 4 - i) == NULL);
        CHECK(mls_tree_leaf_count(&tree) == 4 - i);
    }
    /* Any leaf of the right half keeps it, the first as the last. */
    for (uint32_t keep = 4; keep < 8; keep++) {
        grow(&tree, 8);
        set_parents(&tree);
        for (uint32_t i = 4; i < 8; i++) {
            if (i != keep) {
                mls_tree_remove(&tree, i);
            }
        }
        mls_tree_remove(&tree, 0);
        CHECK(tree.width == 8 && who(&tree, keep) == keep && mls_tree_leaf(&tree, 0) == NULL);
        CHECK(blank(&tree, 7) && blank(&tree, 1) && !blank(&tree, 5));
        mls_tree_remove(&tree, keep);
        CHECK(tree.width == 4);
    }
    grow(&tree, 2);
    mls_tree_remove(&tree, 0);
    CHECK(tree.width == 2 && who(&tree, 1) == 1);
    /* Several steps at once. */
    grow(&tree, 9);
    CHECK(tree.width == 16);
    for (uint32_t i = 1; i < 8; i++) {
        mls_tree_remove(&tree, i);
    }
    CHECK(tree.width == 16);
    mls_tree_remove(&tree, 8);
    CHECK(tree.width == 1 && who(&tree, 0) == 0);
    end();
}

static void check_resolution(const struct mls_tree *tree, uint32_t node, const uint32_t *want,
                             size_t n)
{
    uint32_t out[64];
    size_t got = 0;
    mls_tree_resolution(tree, node, out, &got);
    CHECK(got == n && (n == 0 || memcmp(out, want, n * sizeof *want) == 0));
}

TEST(a_resolution_is_read_from_the_left)
{
    static const uint32_t none[] = {0};
    static const uint32_t leaves[] = {0, 2, 4, 6, 8, 10, 12, 14};
    static const uint32_t mixed[] = {0, 2, 5, 6, 8, 13};
    static const uint32_t top[] = {7, 0, 6, 14};
    static const uint8_t list[] = {0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 7};
    struct mls_tree tree;
    begin();
    grow(&tree, 8);
    check_resolution(&tree, 7, leaves, 8);
    check_resolution(&tree, 11, leaves + 4, 4);
    check_resolution(&tree, 0, leaves, 1);
    check_resolution(&tree, 14, leaves + 7, 1);
    empty_leaf(&tree, 5);
    check_resolution(&tree, 10, none, 0);
    check_resolution(&tree, 9, leaves + 4, 1);
    CHECK_ERR(mls_tree_set_parent(&tree, 5, SLICE_LITERAL("5")), OK);
    CHECK_ERR(mls_tree_set_parent(&tree, 13, SLICE_LITERAL("13")), OK);
    tree.nodes[5].unmerged = arena_alloc(&arena, 4);
    memcpy(tree.nodes[5].unmerged, list + 4, 4);
    tree.nodes[5].unmerged_n = 1;
    check_resolution(&tree, 7, mixed, 6);
    check_resolution(&tree, 5, mixed + 2, 2);
    CHECK_ERR(mls_tree_set_parent(&tree, 7, SLICE_LITERAL("7")), OK);
    tree.nodes[7].unmerged = arena_alloc(&arena, 12);
    memcpy(tree.nodes[7].unmerged, list, 12);
    tree.nodes[7].unmerged_n = 3;
    check_resolution(&tree, 7, top, 4);
    /* The largest: nothing but leaves, from the first to the last. */
    CHECK_ERR(mls_tree_init(&tree, suite(), &arena, LIMIT_MEMBERS), OK);
    uint32_t *out = arena_array(&arena, LIMIT_MEMBERS, sizeof *out);
    size_t n = 0;
    struct mls_leaf leaf = leaf_of(0);
    for (uint32_t i = 0; i < LIMIT_MEMBERS; i++) {
        CHECK_ERR(mls_tree_set_leaf(&tree, i, &leaf), OK);
    }
    mls_tree_resolution(&tree, mls_tree_math_root(LIMIT_MEMBERS), out, &n);
    CHECK(n == LIMIT_MEMBERS && out[0] == 0 && out[n - 1] == 2 * (LIMIT_MEMBERS - 1));
    end();
}

TEST(one_node_is_enough_not_to_be_empty)
{
    struct mls_tree tree;
    begin();
    for (uint32_t i = 8; i < 15; i++) {
        CHECK_ERR(mls_tree_init(&tree, suite(), &arena, 8), OK);
        tree.nodes[i].kind = i % 2 == 0 ? MLS_TREE_LEAF : MLS_TREE_PARENT;
        CHECK(!mls_tree_resolution_empty(&tree, 11) && !mls_tree_resolution_empty(&tree, 7));
        CHECK(mls_tree_resolution_empty(&tree, 3));
        CHECK(mls_tree_resolution_empty(&tree, 9) == (i > 10));
        CHECK(mls_tree_resolution_empty(&tree, 13) == (i < 12));
        CHECK(!mls_tree_resolution_empty(&tree, i));
    }
    end();
}

static void check_path(const struct mls_tree *tree, uint32_t index, const uint32_t *want, size_t n)
{
    struct mls_tree_path path;
    mls_tree_filtered_path(tree, index, &path);
    CHECK(path.n == n);
    for (size_t i = 0; i < n && i < path.n; i++) {
        CHECK(path.node[i] == want[2 * i] && path.copath[i] == want[2 * i + 1]);
    }
}

TEST(a_path_leaves_out_what_has_nobody_beside_it)
{
    static const uint32_t first[] = {1, 2, 3, 5, 7, 11};
    static const uint32_t fifth[] = {9, 8, 11, 13, 7, 3};
    static const uint32_t last[] = {13, 12, 11, 9, 7, 3};
    struct mls_tree tree;
    begin();
    grow(&tree, 8);
    check_path(&tree, 0, first, 3);
    check_path(&tree, 5, fifth, 3);
    check_path(&tree, 7, last, 3);
    empty_leaf(&tree, 4);
    check_path(&tree, 5, fifth + 2, 2);
    empty_leaf(&tree, 6);
    empty_leaf(&tree, 7);
    check_path(&tree, 5, fifth + 4, 1);
    check_path(&tree, 0, first, 3);
    grow(&tree, 1);
    check_path(&tree, 0, first, 0);
    end();
}

TEST(a_clone_is_equal_and_stands_by_itself)
{
    struct arena other;
    struct mls_tree tree, clone;
    uint32_t index = 0;
    begin();
    arena_init(&other, 0);
    grow(&tree, 6);
    set_parents(&tree);
    struct mls_leaf leaf = leaf_of(6);
    CHECK_ERR(mls_tree_add(&tree, &leaf, &index), OK);
    CHECK_ERR(mls_tree_set_parent_hash(&tree, 3, SLICE_LITERAL("hash of 3")), OK);
    memset(tree.nodes[2].hash, 0x77, sizeof tree.nodes[2].hash);
    tree.nodes[2].hashed = true;
    CHECK_ERR(mls_tree_clone(&clone, &other, &tree), OK);
    CHECK(clone.width == 8 && clone.suite == tree.suite && clone.arena == &other);
    for (uint32_t i = 0; i < 15; i++) {
        const struct mls_tree_node *a = &tree.nodes[i];
        const struct mls_tree_node *b = &clone.nodes[i];
        CHECK(a->kind == b->kind && a->hashed == b->hashed && !b->changed);
        CHECK(memcmp(a->hash, b->hash, sizeof a->hash) == 0);
        CHECK_BYTES(b->encryption_key, a->encryption_key);
        CHECK_BYTES(b->parent_hash, a->parent_hash);
        CHECK_BYTES(slice_make(b->unmerged, 4 * (size_t)b->unmerged_n),
                    slice_make(a->unmerged, 4 * (size_t)a->unmerged_n));
        CHECK(a->kind == MLS_TREE_BLANK || a->encryption_key.p != b->encryption_key.p);
        CHECK(a->leaf == NULL || a->leaf != b->leaf);
    }
    CHECK(tree.nodes[7].unmerged_n == 1 && tree.nodes[7].unmerged != clone.nodes[7].unmerged);
    /* The copy goes on alone; its lists had no room left. */
    CHECK_ERR(mls_tree_add(&clone, &leaf, &index), OK);
    CHECK(index == 7 && clone.nodes[7].unmerged_n == 2 && clone.nodes[13].unmerged_n == 2);
    CHECK(tree.nodes[7].unmerged_n == 1 && mls_tree_leaf(&tree, 7) == NULL);
    CHECK(mls_tree_is_unmerged(&clone.nodes[7], 6) && mls_tree_is_unmerged(&clone.nodes[7], 7));
    end();
    CHECK(who(&clone, 6) == 6 && who(&clone, 0) == 0);
    CHECK_BYTES(clone.nodes[3].parent_hash, SLICE_LITERAL("hash of 3"));
    arena_reset(&other);
    /* A tree that has room for more is copied as wide as it is. */
    begin();
    grow(&tree, 2);
    mls_tree_remove(&tree, 1);
    CHECK(tree.width == 1 && tree.room == 2);
    CHECK_ERR(mls_tree_clone(&clone, &other, &tree), OK);
    CHECK(clone.width == 1 && clone.room == 1 && who(&clone, 0) == 0);
    end();
    arena_wipe(&other);
}

TEST_MAIN(TEST_ROW(a_new_tree_is_blank_and_bounded),
          TEST_ROW(leaves_fill_from_the_left_and_a_full_tree_doubles),
          TEST_ROW(a_reserved_place_of_a_full_tree_is_the_first_of_the_new_half),
          TEST_ROW(a_tree_does_not_grow_above_the_limit),
          TEST_ROW(a_new_leaf_is_unmerged_in_every_parent_above_it),
          TEST_ROW(a_list_of_unmerged_leaves_stays_in_its_room),
          TEST_ROW(an_unmerged_leaf_is_read_from_all_four_bytes),
          TEST_ROW(a_change_forgets_the_hashes_above_and_no_other),
          TEST_ROW(an_update_blanks_the_way_up),
          TEST_ROW(a_tree_shrinks_when_its_right_half_is_blank),
          TEST_ROW(a_resolution_is_read_from_the_left),
          TEST_ROW(one_node_is_enough_not_to_be_empty),
          TEST_ROW(a_path_leaves_out_what_has_nobody_beside_it),
          TEST_ROW(a_clone_is_equal_and_stands_by_itself))
