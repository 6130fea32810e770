/* Arithmetic on the indices of a ratchet tree: leaf i is node 2i, parents sit between their
 * children, the width is always a power of two. No memory, no failure; callers must have checked
 * indices against the width (unsigned).
 * Source: RFC 9420, appendix C. */
#ifndef SOTTO_MLS_TREE_MATH_H
#define SOTTO_MLS_TREE_MATH_H
#include "base/base.h"

/* Levels of the largest tree: LIMIT_MEMBERS leaves are below 2^12. */
#define MLS_TREE_MATH_LEVELS 13

/* 0 for a leaf. */
uint32_t mls_tree_math_level(uint32_t node);
/* Smallest power of two not below n (n at least 1, at most 2^30). */
uint32_t mls_tree_math_width(uint32_t n);
/* Nodes of a tree of this many leaves (a power of two). */
uint32_t mls_tree_math_nodes(uint32_t width);
uint32_t mls_tree_math_root(uint32_t width);
/* Children of a node that is not a leaf. */
uint32_t mls_tree_math_left(uint32_t node);
uint32_t mls_tree_math_right(uint32_t node);
/* Parent and sibling of a node that is not the root. */
uint32_t mls_tree_math_parent(uint32_t node);
uint32_t mls_tree_math_sibling(uint32_t node);
/* The ancestor of a node at a level not below its own. */
uint32_t mls_tree_math_ancestor(uint32_t node, uint32_t level);
/* Is node in the subtree under top (or top itself)? */
bool mls_tree_math_below(uint32_t node, uint32_t top);
/* Lowest node above both. */
uint32_t mls_tree_math_common(uint32_t a, uint32_t b);
/* First and last node of the subtree under top. */
uint32_t mls_tree_math_first(uint32_t top);
uint32_t mls_tree_math_last(uint32_t top);

#endif
