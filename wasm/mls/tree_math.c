#include "mls/tree_math.h"

uint32_t mls_tree_math_level(uint32_t node)
{
    uint32_t level = 0;
    while ((node & 1) != 0) {
        node >>= 1;
        level++;
    }
    return level;
}

uint32_t mls_tree_math_width(uint32_t n)
{
    uint32_t width = 1;
    while (width < n && width < 1u << 30) {
        width <<= 1;
    }
    return width;
}

uint32_t mls_tree_math_nodes(uint32_t width)
{
    return 2 * width - 1;
}

uint32_t mls_tree_math_root(uint32_t width)
{
    return width - 1;
}

uint32_t mls_tree_math_left(uint32_t node)
{
    return node ^ 1u << (mls_tree_math_level(node) - 1);
}

uint32_t mls_tree_math_right(uint32_t node)
{
    return node ^ 3u << (mls_tree_math_level(node) - 1);
}

uint32_t mls_tree_math_parent(uint32_t node)
{
    uint32_t k = mls_tree_math_level(node);
    uint32_t b = node >> (k + 1) & 1;
    return (node | 1u << k) ^ b << (k + 1);
}

uint32_t mls_tree_math_sibling(uint32_t node)
{
    uint32_t parent = mls_tree_math_parent(node);
    return node < parent ? mls_tree_math_right(parent) : mls_tree_math_left(parent);
}

uint32_t mls_tree_math_ancestor(uint32_t node, uint32_t level)
{
    uint32_t mask = (1u << level) - 1;
    return ((node >> (level + 1)) << (level + 1)) | mask;
}

bool mls_tree_math_below(uint32_t node, uint32_t top)
{
    return node >= mls_tree_math_first(top) && node <= mls_tree_math_last(top);
}

uint32_t mls_tree_math_common(uint32_t a, uint32_t b)
{
    uint32_t level = mls_tree_math_level(a);
    uint32_t other = mls_tree_math_level(b);
    level = level > other ? level : other;
    while (mls_tree_math_ancestor(a, level) != mls_tree_math_ancestor(b, level)) {
        level++;
    }
    return mls_tree_math_ancestor(a, level);
}

uint32_t mls_tree_math_first(uint32_t top)
{
    return top - ((1u << mls_tree_math_level(top)) - 1);
}

uint32_t mls_tree_math_last(uint32_t top)
{
    return top + ((1u << mls_tree_math_level(top)) - 1);
}
