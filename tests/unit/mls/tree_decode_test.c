/* The ratchet tree in bytes (V2-V6), whole and node by node. */
#include <string.h>

#include "base/limits.h"
#include "lib/check.h"
#include "mls/tree.h"

static struct arena arena;

static const struct crypto_suite *suite(void)
{
    return crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
}

static struct slice leaf_bytes(uint8_t n)
{
    uint8_t key[32] = {n};
    uint8_t signature[64] = {1};
    struct slice s;
    struct buf b = buf_arena(&arena, 256);
    mls_codec_put_vector(&b, SLICE_ARRAY(key));
    mls_codec_put_vector(&b, SLICE_ARRAY(key));
    buf_u16(&b, MLS_CREDENTIAL_BASIC);
    mls_codec_put_vector(&b, SLICE_LITERAL("x"));
    for (int i = 0; i < 5; i++) {
        mls_codec_put_vector(&b, SLICE_LITERAL("\0\1"));
    }
    buf_u8(&b, MLS_LEAF_UPDATE);
    mls_codec_put_vector(&b, SLICE_EMPTY);
    mls_codec_put_vector(&b, SLICE_ARRAY(signature));
    CHECK_ERR(buf_finish(&b, &s), OK);
    return s;
}

/* Entries of a tree, put one by one. */
static struct buf entries;

static void open_tree(void)
{
    entries = buf_arena(&arena, 0);
}

static void put_blanks(size_t n)
{
    buf_zero(&entries, n);
}

static void put_leaf(uint8_t n)
{
    buf_u8(&entries, 1);
    buf_u8(&entries, MLS_TREE_LEAF);
    buf_slice(&entries, leaf_bytes(n));
}

static void put_parent(const char *unmerged)
{
    buf_u8(&entries, 1);
    buf_u8(&entries, MLS_TREE_PARENT);
    mls_codec_put_vector(&entries, SLICE_LITERAL("key"));
    mls_codec_put_vector(&entries, SLICE_LITERAL("hash"));
    mls_codec_put_vector(&entries, check_hex(unmerged));
}

static struct slice close_tree(void)
{
    struct slice content, out;
    struct buf b = buf_arena(&arena, 0);
    CHECK_ERR(buf_finish(&entries, &content), OK);
    mls_codec_put_vector(&b, content);
    CHECK_ERR(buf_finish(&b, &out), OK);
    return out;
}

static enum err decode(struct mls_tree *tree, struct slice in)
{
    struct slice copy = check_copy(in);
    enum err e = mls_tree_decode(tree, suite(), &arena, copy);
    check_release(copy);
    return e;
}

/* Four leaves of which the third is blank, under a root that has the fourth unmerged. */
static struct slice small_tree(const char *unmerged)
{
    open_tree();
    put_leaf(1);
    put_parent("");
    put_leaf(2);
    put_parent(unmerged);
    put_blanks(2);
    put_leaf(4);
    return close_tree();
}

TEST(a_tree_is_read_and_written_back)
{
    struct mls_tree tree;
    struct slice again;
    arena_init(&arena, 0);
    struct slice in = small_tree("00000003");
    CHECK_ERR(decode(&tree, in), OK);
    CHECK(tree.width == 4 && tree.room == 4 && mls_tree_leaf_count(&tree) == 3);
    CHECK(tree.nodes[3].kind == MLS_TREE_PARENT && tree.nodes[4].kind == MLS_TREE_BLANK);
    CHECK_BYTES(tree.nodes[1].encryption_key, SLICE_LITERAL("key"));
    CHECK_BYTES(tree.nodes[3].parent_hash, SLICE_LITERAL("hash"));
    CHECK(tree.nodes[1].unmerged_n == 0 && tree.nodes[3].unmerged_n == 1);
    CHECK(tree.nodes[3].unmerged_cap == 1 && mls_tree_unmerged(&tree.nodes[3], 0) == 3);
    CHECK(mls_tree_leaf(&tree, 1)->encryption_key.p[0] == 2);
    for (size_t i = 0; i < 7; i++) {
        CHECK(!tree.nodes[i].changed && !tree.nodes[i].hashed);
    }
    struct buf b = buf_arena(&arena, 0);
    mls_tree_encode(&tree, &b);
    CHECK_ERR(buf_finish(&b, &again), OK);
    CHECK_BYTES(again, in);
    arena_wipe(&arena);
}

TEST(the_width_follows_from_the_last_entry)
{
    static const uint32_t rows[][2] = {{1, 1}, {2, 2}, {3, 4},  {4, 4},
                                       {5, 8}, {8, 8}, {9, 16}, {LIMIT_MEMBERS, LIMIT_MEMBERS}};
    struct mls_tree tree;
    struct slice again;
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        open_tree();
        put_blanks(2 * rows[i][0] - 2);
        put_leaf(9);
        struct slice in = close_tree();
        CHECK_ERR(decode(&tree, in), OK);
        CHECK(tree.width == rows[i][1] && mls_tree_leaf_count(&tree) == 1);
        CHECK(mls_tree_leaf(&tree, rows[i][0] - 1) != NULL);
        struct buf b = buf_arena(&arena, 0);
        mls_tree_encode(&tree, &b);
        CHECK_ERR(buf_finish(&b, &again), OK);
        CHECK_BYTES(again, in);
    }
    /* A parent may be the last. */
    open_tree();
    put_leaf(1);
    put_parent("");
    CHECK_ERR(decode(&tree, close_tree()), OK);
    CHECK(tree.width == 2 && tree.nodes[1].kind == MLS_TREE_PARENT);
    /* One entry more than the largest tree has. */
    open_tree();
    put_blanks(2 * LIMIT_MEMBERS - 1);
    put_parent("");
    CHECK_ERR(decode(&tree, close_tree()), ERR_LIMIT);
    arena_wipe(&arena);
}

TEST(a_tree_ends_with_a_node_and_there_it_ends)
{
    struct mls_tree tree;
    struct slice longer;
    arena_init(&arena, 0);
    open_tree();
    CHECK_ERR(decode(&tree, close_tree()), ERR_INPUT);
    for (size_t n = 1; n <= 3; n++) {
        open_tree();
        put_leaf(1);
        put_blanks(n);
        CHECK_ERR(decode(&tree, close_tree()), ERR_INPUT);
    }
    /* One that is blank all over has no entry. */
    CHECK_ERR(mls_tree_init(&tree, suite(), &arena, 4), OK);
    struct buf none = buf_arena(&arena, 0);
    mls_tree_encode(&tree, &none);
    CHECK_ERR(buf_finish(&none, &longer), OK);
    CHECK_BYTES(longer, check_hex("00"));
    struct slice in = small_tree("00000003");
    struct buf b = buf_arena(&arena, 0);
    buf_slice(&b, in);
    buf_u8(&b, 0);
    CHECK_ERR(buf_finish(&b, &longer), OK);
    CHECK_ERR(decode(&tree, longer), ERR_INPUT);
    for (size_t n = 0; n < in.n; n++) {
        CHECK_ERR(decode(&tree, slice_make(in.p, n)), ERR_INPUT);
    }
    arena_wipe(&arena);
}

TEST(a_kind_is_that_of_its_place)
{
    struct mls_tree tree;
    arena_init(&arena, 0);
    open_tree();
    put_parent("");
    CHECK_ERR(decode(&tree, close_tree()), ERR_INPUT);
    open_tree();
    put_leaf(1);
    put_leaf(2);
    CHECK_ERR(decode(&tree, close_tree()), ERR_INPUT);
    /* The byte before the node, and the one that says it is there. */
    for (unsigned kind = 0; kind < 256; kind++) {
        open_tree();
        put_leaf(1);
        size_t at = entries.n;
        put_parent("");
        entries.p[at + 1] = (uint8_t)kind;
        CHECK_ERR(decode(&tree, close_tree()), kind == MLS_TREE_PARENT ? OK : ERR_INPUT);
        entries.p[at + 1] = MLS_TREE_PARENT;
        entries.p[at] = (uint8_t)kind;
        CHECK_ERR(decode(&tree, close_tree()), kind == 1 ? OK : ERR_INPUT);
    }
    arena_wipe(&arena);
}

TEST(unmerged_leaves_are_ascending_and_below)
{
    static const struct {
        const char *list;
        enum err expected;
    } rows[] = {
        {"", OK},
        {"00000000", OK},
        {"0000000000000001", OK},
        {"00000000000000010000000200000003", OK},
        {"000000", ERR_INPUT},
        {"0000000300", ERR_INPUT},
        {"0000000100000000", ERR_INPUT},
        {"0000000100000001", ERR_INPUT},
        {"000000000000000200000001", ERR_INPUT},
        {"00000004", ERR_INPUT}, /* beyond the width */
        {"80000003", ERR_INPUT},
        {"00000100", ERR_INPUT},
        {"0000000000000001000000020000000300000004", ERR_INPUT},
    };
    static const char *const below[] = {"00000000", "00000001", "00000002", "00000003"};
    struct mls_tree tree;
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_ERR(decode(&tree, small_tree(rows[i].list)), rows[i].expected);
    }
    for (size_t i = 0; i < 4; i++) {
        open_tree();
        put_leaf(1);
        put_parent(below[i]); /* over leaves 0 and 1 */
        put_blanks(4);
        put_leaf(4);
        CHECK_ERR(decode(&tree, close_tree()), i < 2 ? OK : ERR_INPUT);
        open_tree();
        put_leaf(1);
        put_blanks(4);
        put_parent(below[i]); /* over leaves 2 and 3 */
        put_leaf(4);
        CHECK_ERR(decode(&tree, close_tree()), i < 2 ? ERR_INPUT : OK);
    }
    arena_wipe(&arena);
}

TEST(a_node_is_read_alone_as_it_was_written)
{
    struct mls_tree tree, other;
    arena_init(&arena, 0);
    CHECK_ERR(decode(&tree, small_tree("0000000000000003")), OK);
    CHECK_ERR(mls_tree_init(&other, suite(), &arena, 8), OK);
    for (uint32_t i = 0; i < 7; i++) {
        struct slice row, rest, again;
        if (tree.nodes[i].kind == MLS_TREE_BLANK) {
            continue;
        }
        struct buf b = buf_arena(&arena, 0);
        mls_tree_encode_node(&tree.nodes[i], &b);
        buf_u8(&b, 0x77);
        CHECK_ERR(buf_finish(&b, &row), OK);
        CHECK(row.p[0] == (i % 2 == 0 ? MLS_TREE_LEAF : MLS_TREE_PARENT));
        rest = row;
        CHECK_ERR(mls_tree_decode_node(&other, i, &rest), OK);
        CHECK(rest.n == 1 && !other.nodes[i].changed && other.nodes[i].kind == tree.nodes[i].kind);
        b = buf_arena(&arena, 0);
        mls_tree_encode_node(&other.nodes[i], &b);
        CHECK_ERR(buf_finish(&b, &again), OK);
        CHECK_BYTES(again, slice_make(row.p, row.n - 1));
        for (size_t n = 0; n + 1 < row.n; n++) {
            struct slice cut = check_copy(slice_make(row.p, n));
            rest = cut;
            CHECK_ERR(mls_tree_decode_node(&other, i, &rest), ERR_INPUT);
            check_release(cut);
        }
        rest = row;
        CHECK_ERR(mls_tree_decode_node(&other, i ^ 1, &rest), ERR_INPUT); /* not its place */
    }
    arena_wipe(&arena);
}

TEST_MAIN(TEST_ROW(a_tree_is_read_and_written_back),
          TEST_ROW(the_width_follows_from_the_last_entry),
          TEST_ROW(a_tree_ends_with_a_node_and_there_it_ends),
          TEST_ROW(a_kind_is_that_of_its_place), TEST_ROW(unmerged_leaves_are_ascending_and_below),
          TEST_ROW(a_node_is_read_alone_as_it_was_written))
