/* Hashes of a tree that was worked on are those of the same tree made anew; without its unmerged
 * leaves a subtree hashes as it did before they came. */
#include "mls/tree_hash.h"

#include <string.h>

#include "lib/check.h"
#include "lib/mls_forge.h"

static struct mls_world_member who;
static struct mls_forge_leaf form;
static uint32_t counter;

static void begin(void)
{
    mls_world_init(&who, "who", crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA));
    form = mls_forge_leaf_of(&who);
}

static void end(void)
{
    mls_world_end(&who);
}

static struct slice fresh(void)
{
    struct slice out;
    struct buf b = buf_arena(&who.arena, 32);
    buf_zero(&b, 28);
    buf_u32(&b, ++counter);
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

static struct mls_leaf fresh_leaf(void)
{
    struct mls_leaf leaf;
    form.encryption_key = fresh();
    struct slice raw = mls_forge_put_leaf(&who, &form);
    CHECK_ERR(mls_leaf_read(&raw, &leaf), OK);
    return leaf;
}

static void add(struct mls_tree *tree, uint32_t want)
{
    uint32_t at = 0;
    struct mls_leaf leaf = fresh_leaf();
    CHECK_ERR(mls_tree_add(tree, &leaf, &at), OK);
    CHECK(at == want);
}

/* Is the root hash that of a tree of which no hash is known? */
static bool hashes_well(struct mls_tree *tree)
{
    struct mls_tree copy;
    CHECK_ERR(mls_tree_clone(&copy, &who.arena, tree), OK);
    for (uint32_t i = 0; i < 2 * copy.width - 1; i++) {
        copy.nodes[i].hashed = false;
    }
    struct slice anew = mls_tree_hash_root(&copy);
    struct slice kept = mls_tree_hash_root(tree);
    for (uint32_t i = 0; i < 2 * tree->width - 1; i++) {
        CHECK(tree->nodes[i].hashed);
        CHECK(memcmp(tree->nodes[i].hash, copy.nodes[i].hash, 32) == 0);
    }
    return slice_equal(anew, kept);
}

TEST(no_hash_outlives_what_it_is_of)
{
    struct mls_tree tree;
    begin();
    CHECK_ERR(mls_tree_init(&tree, who.suite, &who.arena, 1), OK);
    CHECK(hashes_well(&tree));
    for (uint32_t i = 0; i < 9; i++) {
        add(&tree, i);
        CHECK(hashes_well(&tree));
    }
    for (uint32_t i = 1; i < 31; i += 2) {
        CHECK_ERR(mls_tree_set_parent(&tree, i, fresh()), OK);
        CHECK(hashes_well(&tree));
        CHECK_ERR(mls_tree_set_parent_hash(&tree, i, fresh()), OK);
        CHECK(hashes_well(&tree));
    }
    add(&tree, 9);
    CHECK(tree.nodes[15].unmerged_n == 1 && hashes_well(&tree));
    struct mls_leaf leaf = fresh_leaf();
    CHECK_ERR(mls_tree_update(&tree, 3, &leaf), OK);
    CHECK(hashes_well(&tree));
    CHECK_ERR(mls_tree_set_leaf(&tree, 9, &leaf), OK);
    CHECK(hashes_well(&tree));
    mls_tree_remove(&tree, 0);
    CHECK(hashes_well(&tree));
    end();
}

/* Hash of a subtree without what `parent` has not merged. */
static struct slice original(const struct mls_tree *tree, uint32_t top, uint32_t parent)
{
    static uint8_t out[CRYPTO_HASH_SIZE_MAX];
    CHECK_ERR(mls_tree_hash_original(tree, top, parent, &who.arena, out), OK);
    return slice_make(out, 32);
}

TEST(an_original_hash_is_the_one_before_leaves_came)
{
    begin();
    for (uint32_t gone = 0; gone < 8; gone++) {
        for (uint32_t more = gone + 1; more <= 8; more++) { /* 8: one leaf only */
            struct mls_tree tree, before;
            CHECK_ERR(mls_tree_init(&tree, who.suite, &who.arena, 8), OK);
            for (uint32_t i = 0; i < 8; i++) {
                struct mls_leaf leaf = fresh_leaf();
                CHECK(i == gone || i == more || mls_tree_set_leaf(&tree, i, &leaf) == OK);
            }
            CHECK_ERR(mls_tree_set_parent(&tree, 3, fresh()), OK);
            CHECK_ERR(mls_tree_set_parent(&tree, 7, fresh()), OK);
            CHECK_ERR(mls_tree_set_parent(&tree, 11, fresh()), OK);
            (void)mls_tree_hash_root(&tree);
            CHECK_ERR(mls_tree_clone(&before, &who.arena, &tree), OK);
            add(&tree, gone);
            if (more < 8) {
                add(&tree, more);
            }
            (void)mls_tree_hash_root(&tree);
            for (uint32_t top = 0; top < 15; top++) {
                CHECK_BYTES(original(&tree, top, 7), slice_make(before.nodes[top].hash, 32));
            }
        }
    }
    end();
}

TEST(leaves_that_a_parent_merged_stay_in_the_hash)
{
    struct mls_tree tree, before;
    begin();
    CHECK_ERR(mls_tree_init(&tree, who.suite, &who.arena, 8), OK);
    for (uint32_t i = 0; i < 8; i++) {
        struct mls_leaf leaf = fresh_leaf();
        CHECK(i == 1 || i == 2 || mls_tree_set_leaf(&tree, i, &leaf) == OK);
    }
    CHECK_ERR(mls_tree_set_parent(&tree, 3, fresh()), OK);
    add(&tree, 1); /* which node 3 does not have, and the root has */
    CHECK_ERR(mls_tree_set_parent(&tree, 7, fresh()), OK);
    CHECK_ERR(mls_tree_clone(&before, &who.arena, &tree), OK);
    (void)mls_tree_hash_root(&before);
    add(&tree, 2);
    (void)mls_tree_hash_root(&tree);
    CHECK(tree.nodes[3].unmerged_n == 2 && tree.nodes[7].unmerged_n == 1);
    for (uint32_t top = 0; top < 15; top++) {
        CHECK_BYTES(original(&tree, top, 7), slice_make(before.nodes[top].hash, 32));
    }
    end();
}

TEST(a_path_is_hashed_from_the_root_down)
{
    struct mls_tree tree;
    struct mls_tree_path path;
    begin();
    CHECK_ERR(mls_tree_init(&tree, who.suite, &who.arena, 8), OK);
    for (uint32_t i = 0; i < 8; i++) {
        add(&tree, i);
    }
    mls_tree_filtered_path(&tree, 5, &path);
    REQUIRE(path.n == 3);
    for (size_t i = 0; i < 3; i++) {
        CHECK_ERR(mls_tree_set_parent(&tree, path.node[i], fresh()), OK);
    }
    struct mls_secret hash = {{0}}, want;
    size_t n = 99;
    CHECK_ERR(mls_tree_hash_path(&tree, &path, &hash, &n), OK);
    CHECK(n == 32 && tree.nodes[7].parent_hash.n == 0);
    for (size_t i = 3; i-- > 0;) {
        struct slice sibling = slice_make(tree.nodes[path.copath[i]].hash, 32);
        mls_tree_hash_parent(&tree, path.node[i], sibling, want.b);
        CHECK_BYTES(i == 0 ? slice_make(hash.b, 32) : tree.nodes[path.node[i - 1]].parent_hash,
                    slice_make(want.b, 32));
    }
    path.n = 0;
    CHECK_ERR(mls_tree_hash_path(&tree, &path, &hash, &n), OK);
    CHECK(n == 0);
    end();
}

TEST_MAIN(TEST_ROW(no_hash_outlives_what_it_is_of),
          TEST_ROW(an_original_hash_is_the_one_before_leaves_came),
          TEST_ROW(leaves_that_a_parent_merged_stay_in_the_hash),
          TEST_ROW(a_path_is_hashed_from_the_root_down))
