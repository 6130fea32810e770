#include "verify_tile.h"

#include <string.h>

#include "fuzz/fuzz.h"

/* By the definition (RFC 6962 2.1): split at the largest power of two below n. Depth: 6. */
static void slow_root(struct release_hash *out, const struct release_hash *leaves, size_t n)
{
    struct release_hash right;
    size_t k = 1;
    if (n == 0) {
        release_tree_empty(out);
        return;
    }
    if (n == 1) {
        *out = leaves[0];
        return;
    }
    while (k * 2 < n) {
        k *= 2;
    }
    slow_root(out, leaves, k);
    slow_root(&right, leaves + k, n - k);
    release_tree_node(out, out, &right);
}

/* A bundle of entries, and the same bytes as a tile of hashes. */
FUZZ(input)
{
    struct slice rest = input, entry;
    struct release_hash leaves[64], root, want;
    char path[VERIFY_TILE_PATH_MAX];
    size_t used = 0;
    enum err e;
    while ((e = verify_tile_entry(&rest, &entry)) == OK) {
        used += 2 + entry.n;
        FUZZ_CHECK(used <= input.n);
    }
    FUZZ_CHECK(e == ERR_GONE ? used == input.n : used < input.n && entry.n == 0);
    size_t n = input.n / sizeof leaves[0] < 64 ? input.n / sizeof leaves[0] : 64;
    if (n > 0) {
        memcpy(leaves, input.p, n * sizeof leaves[0]);
    }
    verify_tile_root(&root, leaves, n);
    slow_root(&want, leaves, n);
    FUZZ_CHECK(slice_equal(SLICE_ARRAY(root.b), SLICE_ARRAY(want.b)));
    uint64_t number = 0;
    if (input.n >= sizeof number) {
        memcpy(&number, input.p, sizeof number);
    }
    verify_tile_path(path, "entries", number, (unsigned)(input.n % 257));
    FUZZ_CHECK(strncmp(path, "/tile/entries/", 14) == 0);
}
