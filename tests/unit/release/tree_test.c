#include "release/tree.h"

#include <string.h>

#include "crypto/hash.h"
#include "lib/check.h"

#define SIZE_MAX_TESTED 70

/* RFC 6962 2.1 and 2.1.1 as they are written there: recursive, and slow. */
static size_t split(size_t n)
{
    size_t k = 1;
    while (2 * k < n) {
        k *= 2;
    }
    return k;
}

static struct release_hash hash_two(struct release_hash a, struct release_hash b)
{
    uint8_t bytes[65] = {1};
    struct release_hash out;
    memcpy(bytes + 1, a.b, 32);
    memcpy(bytes + 33, b.b, 32);
    crypto_sha256(out.b, SLICE_ARRAY(bytes));
    return out;
}

static struct release_hash root_of(const struct release_hash *leaves, size_t n)
{
    struct release_hash out;
    if (n == 0) {
        crypto_sha256(out.b, SLICE_EMPTY);
        return out;
    }
    if (n == 1) {
        return leaves[0];
    }
    size_t k = split(n);
    return hash_two(root_of(leaves, k), root_of(leaves + k, n - k));
}

static size_t path_of(struct release_hash *out, size_t index, const struct release_hash *leaves,
                      size_t n)
{
    if (n == 1) {
        return 0;
    }
    size_t k = split(n), at;
    if (index < k) {
        at = path_of(out, index, leaves, k);
        out[at] = root_of(leaves + k, n - k);
    } else {
        at = path_of(out, index - k, leaves + k, n - k);
        out[at] = root_of(leaves, k);
    }
    return at + 1;
}

/* SUBPROOF(m, D[n], b) of RFC 6962 2.1.2. */
static size_t consistency_of(struct release_hash *out, size_t m, const struct release_hash *leaves,
                             size_t n, bool is_whole)
{
    if (m == n) {
        if (is_whole) {
            return 0;
        }
        out[0] = root_of(leaves, n);
        return 1;
    }
    size_t k = split(n), at;
    if (m <= k) {
        at = consistency_of(out, m, leaves, k, is_whole);
        out[at] = root_of(leaves + k, n - k);
    } else {
        at = consistency_of(out, m - k, leaves + k, n - k, false);
        out[at] = root_of(leaves, k);
    }
    return at + 1;
}

static void make_leaves(struct release_hash *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t entry[2] = {(uint8_t)i, 7};
        release_tree_leaf(&out[i], SLICE_ARRAY(entry));
    }
}

/* The tree of RFC 6962's reference code. */
TEST(known_answers)
{
    static const char *const leaves[] = {"",
                                         "00",
                                         "10",
                                         "2021",
                                         "3031",
                                         "40414243",
                                         "5051525354555657",
                                         "606162636465666768696a6b6c6d6e6f"};
    static const char *const roots[] = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    struct release_hash hashes[8], empty, got, path[8];
    release_tree_empty(&empty);
    CHECK_BYTES(SLICE_ARRAY(empty.b), check_hex(roots[0]));
    for (size_t i = 0; i < 8; i++) {
        release_tree_leaf(&hashes[i], check_hex(leaves[i]));
    }
    for (size_t n = 1; n <= 8; n++) {
        got = root_of(hashes, n);
        CHECK_BYTES(SLICE_ARRAY(got.b), check_hex(roots[n]));
        for (size_t i = 0; i < n; i++) {
            size_t k = path_of(path, i, hashes, n);
            CHECK(release_tree_includes(&got, n, i, &hashes[i], path, k));
        }
    }
    release_tree_node(&got, &hashes[0], &hashes[1]);
    CHECK_BYTES(SLICE_ARRAY(got.b), check_hex(roots[2]));
    /* The output may be one of the two. */
    got = hashes[0];
    release_tree_node(&got, &got, &hashes[1]);
    CHECK_BYTES(SLICE_ARRAY(got.b), check_hex(roots[2]));
    got = hashes[1];
    release_tree_node(&got, &hashes[0], &got);
    CHECK_BYTES(SLICE_ARRAY(got.b), check_hex(roots[2]));
}

/* Hashes on the heap, so that one too many is seen. */
static bool includes(const struct release_hash *root, size_t size, uint64_t index,
                     const struct release_hash *leaf, const struct release_hash *path, size_t n)
{
    struct slice copy = check_copy(slice_make(path, n * sizeof *path));
    bool is = release_tree_includes(root, size, index, leaf, (const void *)copy.p, n);
    check_release(copy);
    return is;
}

static bool extends(const struct release_hash *new_root, uint64_t new_size,
                    const struct release_hash *old_root, uint64_t old_size,
                    const struct release_hash *path, size_t n)
{
    struct slice copy = check_copy(slice_make(path, n * sizeof *path));
    bool is = release_tree_extends(new_root, new_size, old_root, old_size, (const void *)copy.p, n);
    check_release(copy);
    return is;
}

TEST(every_entry_is_included_where_it_is_and_nowhere_else)
{
    struct release_hash leaves[SIZE_MAX_TESTED], path[10];
    make_leaves(leaves, SIZE_MAX_TESTED);
    for (size_t size = 1; size <= SIZE_MAX_TESTED; size++) {
        struct release_hash root = root_of(leaves, size);
        for (size_t i = 0; i < size; i++) {
            size_t n = path_of(path, i, leaves, size);
            CHECK(includes(&root, size, i, &leaves[i], path, n));
            for (size_t k = 0; k < size + 3; k++) {
                CHECK(k == i || !includes(&root, size, k, &leaves[i], path, n));
            }
            CHECK(!includes(&root, size, i, &leaves[(i + 1) % SIZE_MAX_TESTED], path, n));
        }
    }
}

TEST(a_proof_that_is_longer_shorter_or_changed_is_refused)
{
    struct release_hash leaves[SIZE_MAX_TESTED], path[12];
    make_leaves(leaves, SIZE_MAX_TESTED);
    for (size_t size = 1; size <= SIZE_MAX_TESTED; size++) {
        struct release_hash root = root_of(leaves, size);
        for (size_t i = 0; i < size; i++) {
            size_t n = path_of(path, i, leaves, size);
            path[n] = root;
            path[n + 1] = root;
            for (size_t k = 0; k <= n + 2; k++) {
                CHECK(includes(&root, size, i, &leaves[i], path, k) == (k == n));
            }
            for (size_t k = 0; k < n; k++) {
                path[k].b[k] ^= 1;
                CHECK(!includes(&root, size, i, &leaves[i], path, n));
                path[k].b[k] ^= 1;
            }
        }
    }
}

TEST(no_entry_at_or_past_the_size)
{
    struct release_hash leaf, root;
    release_tree_leaf(&leaf, SLICE_EMPTY);
    release_tree_empty(&root);
    CHECK(!includes(&root, 0, 0, &leaf, NULL, 0));
    CHECK(includes(&leaf, 1, 0, &leaf, NULL, 0));
    CHECK(!includes(&leaf, 1, 1, &leaf, NULL, 0));
    CHECK(!includes(&leaf, 1, UINT64_MAX, &leaf, NULL, 0));
    /* The longest way: 64 levels. */
    CHECK(!release_tree_includes(&root, UINT64_MAX, UINT64_MAX - 1, &leaf, &root, 1));
}

TEST(every_tree_extends_every_smaller_one)
{
    struct release_hash leaves[SIZE_MAX_TESTED], path[12], roots[SIZE_MAX_TESTED + 1];
    make_leaves(leaves, SIZE_MAX_TESTED);
    for (size_t i = 0; i <= SIZE_MAX_TESTED; i++) {
        roots[i] = root_of(leaves, i);
    }
    for (size_t size = 1; size <= SIZE_MAX_TESTED; size++) {
        for (size_t old = 1; old <= size; old++) {
            size_t n = consistency_of(path, old, leaves, size, true);
            path[n] = roots[size];
            for (size_t k = 0; k <= n + 1; k++) {
                CHECK(extends(&roots[size], size, &roots[old], old, path, k) == (k == n));
            }
            for (size_t k = 0; k < n; k++) {
                path[k].b[k] ^= 1;
                CHECK(!extends(&roots[size], size, &roots[old], old, path, n));
                path[k].b[k] ^= 1;
            }
            /* Not of another size or root, unless the same proof shows both roots. */
            CHECK(!extends(&roots[size], size, &roots[old - 1], old, path, n));
            CHECK(!extends(&roots[size - 1], size, &roots[old], old, path, n));
            CHECK(!extends(&roots[size], size, &roots[old], old + 1, path, n) || old == size);
        }
    }
}

TEST(the_empty_tree_and_equal_sizes_need_no_hashes)
{
    struct release_hash leaves[3], empty, other;
    make_leaves(leaves, 3);
    release_tree_empty(&empty);
    other = root_of(leaves, 3);
    CHECK(extends(&other, 3, &empty, 0, NULL, 0));
    CHECK(extends(&empty, 0, &empty, 0, NULL, 0));
    CHECK(!extends(&other, 3, &empty, 0, leaves, 1));
    CHECK(!extends(&other, 3, &other, 0, NULL, 0));
    CHECK(extends(&other, 3, &other, 3, NULL, 0));
    CHECK(!extends(&other, 3, &leaves[0], 3, NULL, 0));
    CHECK(!extends(&other, 3, &other, 3, leaves, 1));
    CHECK(!extends(&other, 3, &other, 4, NULL, 0));
}

/* A second leaf of the wrong history: the roots differ, and no proof joins them. */
TEST(another_history_is_no_extension)
{
    struct release_hash leaves[SIZE_MAX_TESTED], path[12];
    make_leaves(leaves, SIZE_MAX_TESTED);
    for (size_t size = 2; size <= SIZE_MAX_TESTED; size++) {
        for (size_t old = 1; old < size; old++) {
            struct release_hash root = root_of(leaves, size);
            leaves[old - 1].b[0] ^= 1;
            struct release_hash forked = root_of(leaves, old);
            size_t n = consistency_of(path, old, leaves, size, true);
            CHECK(!extends(&root, size, &forked, old, path, n));
            leaves[old - 1].b[0] ^= 1;
            n = consistency_of(path, old, leaves, size, true);
            CHECK(!extends(&root, size, &forked, old, path, n));
        }
    }
}

TEST_MAIN(TEST_ROW(known_answers), TEST_ROW(every_entry_is_included_where_it_is_and_nowhere_else),
          TEST_ROW(a_proof_that_is_longer_shorter_or_changed_is_refused),
          TEST_ROW(no_entry_at_or_past_the_size), TEST_ROW(every_tree_extends_every_smaller_one),
          TEST_ROW(the_empty_tree_and_equal_sizes_need_no_hashes),
          TEST_ROW(another_history_is_no_extension))
