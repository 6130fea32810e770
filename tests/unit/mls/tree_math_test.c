/* Indices of nodes: beside a tree that is built by halves, as RFC 9420, 4 draws it. */
#include "mls/tree_math.h"

#include "base/limits.h"
#include "lib/check.h"

/* What a tree over the leaves [first, first + width) must say about each of its nodes. */
static void check_under(uint32_t first, uint32_t width, uint32_t level, uint32_t *root)
{
    uint32_t from = 2 * first;
    uint32_t to = 2 * (first + width) - 2;
    *root = from + width - 1;
    CHECK(mls_tree_math_level(*root) == level);
    CHECK(mls_tree_math_first(*root) == from && mls_tree_math_last(*root) == to);
    CHECK(mls_tree_math_below(from, *root) && mls_tree_math_below(to, *root));
    CHECK(mls_tree_math_below(*root, *root));
    CHECK(!mls_tree_math_below(to + 1, *root) && !mls_tree_math_below(to + 2, *root));
    CHECK(from == 0 || !mls_tree_math_below(from - 1, *root));
    CHECK(mls_tree_math_ancestor(from, level) == *root);
    CHECK(mls_tree_math_ancestor(to, level) == *root);
    CHECK(mls_tree_math_ancestor(*root, level) == *root);
    CHECK(mls_tree_math_common(from, to) == *root && mls_tree_math_common(to, from) == *root);
    CHECK(mls_tree_math_common(*root, from) == *root && mls_tree_math_common(to, *root) == *root);
    if (width > 1) {
        uint32_t left = 0;
        uint32_t right = 0;
        check_under(first, width / 2, level - 1, &left);
        check_under(first + width / 2, width / 2, level - 1, &right);
        CHECK(mls_tree_math_left(*root) == left && mls_tree_math_right(*root) == right);
        CHECK(mls_tree_math_parent(left) == *root && mls_tree_math_parent(right) == *root);
        CHECK(mls_tree_math_sibling(left) == right && mls_tree_math_sibling(right) == left);
        CHECK(mls_tree_math_common(left, right) == *root);
        CHECK(mls_tree_math_common(right, from) == *root);
    }
}

TEST(every_node_has_its_place)
{
    uint32_t level = 0;
    for (uint32_t width = 1; width <= LIMIT_MEMBERS; width *= 2) {
        uint32_t root = 0;
        check_under(0, width, level++, &root);
        CHECK(mls_tree_math_root(width) == root);
        CHECK(mls_tree_math_nodes(width) == mls_tree_math_last(root) + 1);
    }
    CHECK(level <= MLS_TREE_MATH_LEVELS);
}

TEST(a_width_is_the_power_of_two_that_holds_all)
{
    static const uint32_t rows[][2] = {
        {1, 1},
        {2, 2},
        {3, 4},
        {4, 4},
        {5, 8},
        {8, 8},
        {9, 16},
        {1023, 1024},
        {1024, 1024},
        {1025, 2048},
        {(1u << 29) + 1, 1u << 30},
        {1u << 30, 1u << 30},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK(mls_tree_math_width(rows[i][0]) == rows[i][1]);
    }
    /* It ends, whatever it is asked. */
    CHECK(mls_tree_math_width((1u << 30) + 1) == 1u << 30);
    CHECK(mls_tree_math_width(UINT32_MAX) == 1u << 30);
}

TEST_MAIN(TEST_ROW(every_node_has_its_place), TEST_ROW(a_width_is_the_power_of_two_that_holds_all))
