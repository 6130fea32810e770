#include "verify_tile.h"

#include <stdio.h>
#include <string.h>

void verify_tile_path(char out[VERIFY_TILE_PATH_MAX], const char *kind, uint64_t n, unsigned width)
{
    /* Groups of three digits, all but the last with an x before them. */
    char number[48] = "";
    size_t at = sizeof number - 1;
    bool last = true;
    number[at] = 0;
    do {
        char group[8];
        int k = snprintf(group, sizeof group, "%s%03u%s", last ? "" : "x", (unsigned)(n % 1000),
                         last ? "" : "/");
        at -= (size_t)k;
        memcpy(number + at, group, (size_t)k);
        n /= 1000;
        last = false;
    } while (n > 0);
    if (width < VERIFY_TILE_WIDTH) {
        snprintf(out, VERIFY_TILE_PATH_MAX, "/tile/%s/%s.p/%u", kind, number + at, width);
    } else {
        snprintf(out, VERIFY_TILE_PATH_MAX, "/tile/%s/%s", kind, number + at);
    }
}

enum err verify_tile_entry(struct slice *rest, struct slice *entry)
{
    uint16_t n;
    *entry = SLICE_EMPTY;
    if (rest->n == 0) {
        return ERR_GONE;
    }
    struct slice in = *rest;
    TRY(slice_u16(&in, &n));
    TRY(slice_take(&in, n, entry));
    *rest = in;
    return OK;
}

/* The roots of full subtrees, largest first, one for each bit of the count. */
void verify_tile_root(struct release_hash *out, const struct release_hash *leaves, size_t n)
{
    struct release_hash stack[64];
    size_t depth = 0;
    for (size_t i = 0; i < n; i++) {
        stack[depth++] = leaves[i];
        for (size_t count = i + 1; count % 2 == 0; count /= 2) {
            release_tree_node(&stack[depth - 2], &stack[depth - 2], &stack[depth - 1]);
            depth--;
        }
    }
    if (depth == 0) {
        release_tree_empty(out);
        return;
    }
    for (; depth > 1; depth--) {
        release_tree_node(&stack[depth - 2], &stack[depth - 2], &stack[depth - 1]);
    }
    *out = stack[0];
}
