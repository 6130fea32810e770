#include "log_tree.h"

#include <stdio.h>
#include <string.h>

/* The root of 2^k hashes that stand side by side. They are overwritten. */
static void fold(struct release_hash *hashes, size_t n)
{
    for (; n > 1; n /= 2) {
        for (size_t i = 0; i < n / 2; i++) {
            release_tree_node(&hashes[i], &hashes[2 * i], &hashes[2 * i + 1]);
        }
    }
}

static void fold_copy(struct release_hash *out, const struct release_hash *hashes, size_t n)
{
    struct release_hash copy[LOG_TREE_WIDTH];
    memcpy(copy, hashes, n * sizeof *hashes);
    fold(copy, n);
    *out = copy[0];
}

uint64_t log_tree_hashes(uint64_t size, size_t level)
{
    return size >> (LOG_TREE_HEIGHT * level);
}

enum err log_tree_add(struct log_tree_edge *edge, const struct release_hash *leaf,
                      const struct log_tree_keeper *keeper)
{
    struct release_hash h = *leaf;
    if (edge->size >= LOG_TREE_SIZE_MAX) {
        return ERR_LIMIT;
    }
    edge->size++;
    for (size_t i = 0; i < LOG_TREE_LEVELS; i++) {
        struct log_tree_tile *tile = &edge->level[i];
        tile->hashes[tile->width++] = h;
        if (tile->width < LOG_TREE_WIDTH) {
            break;
        }
        TRY(keeper->put(keeper->user, i, tile));
        fold_copy(&h, tile->hashes, LOG_TREE_WIDTH);
        tile->n++;
        tile->width = 0;
    }
    return OK;
}

void log_tree_edge_root(struct release_hash *out, const struct log_tree_edge *edge)
{
    bool any = false;
    release_tree_empty(out);
    /* The complete subtrees that make up the tree, smallest (rightmost) first. */
    for (size_t i = 0; i < LOG_TREE_LEVELS; i++) {
        const struct log_tree_tile *tile = &edge->level[i];
        size_t end = tile->width;
        for (size_t n = 1; end > 0; n *= 2) {
            struct release_hash h;
            if ((end & n) == 0) {
                continue;
            }
            end -= n;
            fold_copy(&h, tile->hashes + end, n);
            if (any) {
                release_tree_node(out, &h, out);
            } else {
                *out = h;
            }
            any = true;
        }
    }
}

/* The complete subtree of 2^height entries that begins at entry `first`, a multiple of it. */
static enum err subtree(struct release_hash *out, const struct log_tree_reader *r, unsigned height,
                        uint64_t first)
{
    struct release_hash hashes[LOG_TREE_WIDTH];
    size_t level = height / LOG_TREE_HEIGHT;
    size_t n = (size_t)1 << (height % LOG_TREE_HEIGHT);
    uint64_t index = log_tree_hashes(first, level);
    for (size_t i = 0; i < n; i++) {
        TRY(r->get(r->user, &hashes[i], level, index + i));
    }
    fold(hashes, n);
    *out = hashes[0];
    return OK;
}

/* MTH(D[first:end]), first < end, where first is a multiple of a power of two that is not smaller
 * than end - first: all ranges of RFC 6962 are. */
static enum err range(struct release_hash *out, const struct log_tree_reader *r, uint64_t first,
                      uint64_t end)
{
    bool any = false;
    for (unsigned height = 0; end > first; height++) {
        struct release_hash h;
        uint64_t n = (uint64_t)1 << height;
        if (((end - first) & n) == 0) {
            continue;
        }
        end -= n;
        TRY(subtree(&h, r, height, end));
        if (any) {
            release_tree_node(out, &h, out);
        } else {
            *out = h;
        }
        any = true;
    }
    return OK;
}

enum err log_tree_root(struct release_hash *out, const struct log_tree_reader *r, uint64_t size)
{
    release_tree_empty(out);
    return size > LOG_TREE_SIZE_MAX ? ERR_LIMIT : range(out, r, 0, size);
}

/* The greatest power of two below n, n >= 2: where RFC 6962 splits. */
static uint64_t split(uint64_t n)
{
    uint64_t k = 1;
    while (k * 2 < n) {
        k *= 2;
    }
    return k;
}

/* Proofs are found from the root down and listed from the leaf up. */
static void reverse(struct release_hash *hashes, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct release_hash h = hashes[i];
        hashes[i] = hashes[n - 1 - i];
        hashes[n - 1 - i] = h;
    }
}

enum err log_tree_inclusion(struct release_hash out[RELEASE_PROOF_HASHES_MAX], size_t *n,
                            const struct log_tree_reader *r, uint64_t index, uint64_t size)
{
    uint64_t first = 0, end = size;
    *n = 0;
    if (index >= size || size > LOG_TREE_SIZE_MAX) {
        return ERR_INPUT;
    }
    while (end - first > 1) {
        uint64_t middle = first + split(end - first);
        if (index < middle) {
            TRY(range(&out[*n], r, middle, end));
            end = middle;
        } else {
            TRY(range(&out[*n], r, first, middle));
            first = middle;
        }
        (*n)++;
    }
    reverse(out, *n);
    return OK;
}

enum err log_tree_consistency(struct release_hash out[RELEASE_PROOF_HASHES_MAX], size_t *n,
                              const struct log_tree_reader *r, uint64_t old_size, uint64_t size)
{
    uint64_t first = 0, end = size;
    *n = 0;
    if (old_size > size || size > LOG_TREE_SIZE_MAX) {
        return ERR_INPUT;
    }
    if (old_size == 0 || old_size == size) {
        return OK;
    }
    while (end != old_size) {
        uint64_t middle = first + split(end - first);
        if (old_size <= middle) {
            TRY(range(&out[*n], r, middle, end));
            end = middle;
        } else {
            TRY(range(&out[*n], r, first, middle));
            first = middle;
        }
        (*n)++;
    }
    /* Whoever asks knows the old root, but no other subtree at which the paths meet. */
    if (first > 0) {
        TRY(range(&out[*n], r, first, end));
        (*n)++;
    }
    reverse(out, *n);
    return OK;
}

void log_tree_path(char out[LOG_TREE_PATH_MAX], size_t level, uint64_t n, size_t width)
{
    char number[32], part[16];
    size_t at = sizeof number - 1;
    number[at] = 0;
    /* Groups of three digits from the right; all but the last are preceded by an x. */
    for (bool last = true; last || n > 0; last = false, n /= 1000) {
        (void)snprintf(part, sizeof part, "%s%03u%s", last ? "" : "x", (unsigned)(n % 1000),
                       last ? "" : "/");
        at -= strlen(part);
        memcpy(number + at, part, strlen(part));
    }
    int used = level == LOG_TREE_ENTRIES
                   ? snprintf(out, LOG_TREE_PATH_MAX, "tile/entries/%s", number + at)
                   : snprintf(out, LOG_TREE_PATH_MAX, "tile/%u/%s", (unsigned)level, number + at);
    if (width < LOG_TREE_WIDTH) {
        (void)snprintf(out + used, LOG_TREE_PATH_MAX - (size_t)used, ".p/%u", (unsigned)width);
    }
}
