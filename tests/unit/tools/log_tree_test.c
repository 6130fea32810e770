#include "log_tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "lib/check.h"

/* Tiles in memory. */
#define TILES 300
struct store {
    struct log_tree_edge edge;
    struct log_tree_tile *full[LOG_TREE_LEVELS];
    size_t full_n[LOG_TREE_LEVELS];
    struct release_hash *leaf;
    bool broken; /* reading fails */
};

static enum err put(void *user, size_t level, const struct log_tree_tile *tile)
{
    struct store *s = user;
    CHECK(tile->width == LOG_TREE_WIDTH && tile->n == s->full_n[level]);
    if (s->full[level] == NULL) {
        s->full[level] = calloc(TILES, sizeof *tile);
    }
    CHECK(s->full[level] != NULL && s->full_n[level] < TILES);
    s->full[level][s->full_n[level]++] = *tile;
    return OK;
}

static enum err get(void *user, struct release_hash *out, size_t level, uint64_t index)
{
    struct store *s = user;
    uint64_t n = index / LOG_TREE_WIDTH;
    size_t at = (size_t)(index % LOG_TREE_WIDTH);
    if (s->broken) {
        return ERR_STORE;
    }
    const struct log_tree_tile *tile =
        n < s->full_n[level] ? &s->full[level][n] : &s->edge.level[level];
    CHECK(level < LOG_TREE_LEVELS && tile->n == n && at < tile->width);
    *out = tile->hashes[at];
    return OK;
}

static struct store *store_new(size_t n)
{
    struct store *s = calloc(1, sizeof *s);
    CHECK(s != NULL);
    s->leaf = calloc(n + 1, sizeof *s->leaf);
    CHECK(s->leaf != NULL);
    return s;
}

static void store_free(struct store *s)
{
    for (size_t i = 0; i < LOG_TREE_LEVELS; i++) {
        free(s->full[i]);
    }
    free(s->leaf);
    free(s);
}

static void add(struct store *s, struct slice entry)
{
    struct log_tree_keeper keeper = {s, put};
    struct release_hash *leaf = &s->leaf[s->edge.size];
    release_tree_leaf(leaf, entry);
    CHECK_ERR(log_tree_add(&s->edge, leaf, &keeper), OK);
}

static void add_number(struct store *s)
{
    uint8_t bytes[8];
    struct buf b = buf_fixed(bytes, sizeof bytes);
    buf_u64(&b, s->edge.size);
    add(s, buf_view(&b));
}

/* The tree of RFC 6962's reference code. */
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

TEST(roots_of_sizes_0_to_8_are_the_known_ones)
{
    struct store *s = store_new(8);
    struct log_tree_reader r = {s, get};
    for (size_t n = 0; n <= 8; n++) {
        struct release_hash root;
        log_tree_edge_root(&root, &s->edge);
        CHECK_BYTES(SLICE_ARRAY(root.b), check_hex(roots[n]));
        CHECK_ERR(log_tree_root(&root, &r, n), OK);
        CHECK_BYTES(SLICE_ARRAY(root.b), check_hex(roots[n]));
        if (n < 8) {
            add(s, check_hex(leaves[n]));
        }
    }
    /* Any earlier size too, from the tiles of the latest. */
    for (size_t n = 0; n <= 8; n++) {
        struct release_hash root;
        CHECK_ERR(log_tree_root(&root, &r, n), OK);
        CHECK_BYTES(SLICE_ARRAY(root.b), check_hex(roots[n]));
    }
    store_free(s);
}

TEST(every_inclusion_proof_up_to_size_70_verifies)
{
    struct store *s = store_new(70);
    struct log_tree_reader r = {s, get};
    for (uint64_t size = 1; size <= 70; size++) {
        struct release_hash root, proof[RELEASE_PROOF_HASHES_MAX];
        size_t n;
        add_number(s);
        log_tree_edge_root(&root, &s->edge);
        for (uint64_t i = 0; i < size; i++) {
            CHECK_ERR(log_tree_inclusion(proof, &n, &r, i, size), OK);
            CHECK(release_tree_includes(&root, size, i, &s->leaf[i], proof, n));
            CHECK(!release_tree_includes(&root, size, i, &s->leaf[(i + 1) % 71], proof, n));
        }
        CHECK_ERR(log_tree_inclusion(proof, &n, &r, size, size), ERR_INPUT);
    }
    store_free(s);
}

TEST(every_consistency_proof_up_to_size_70_verifies)
{
    struct store *s = store_new(70);
    struct release_hash root[71];
    struct log_tree_reader r = {s, get};
    for (uint64_t size = 0; size <= 70; size++) {
        log_tree_edge_root(&root[size], &s->edge);
        for (uint64_t old = 0; old <= size; old++) {
            struct release_hash proof[RELEASE_PROOF_HASHES_MAX];
            size_t n;
            CHECK_ERR(log_tree_consistency(proof, &n, &r, old, size), OK);
            CHECK(release_tree_extends(&root[size], size, &root[old], old, proof, n));
            CHECK(old == size || old == 0 ||
                  !release_tree_extends(&root[size], size, &root[old - 1], old, proof, n));
        }
        if (size < 70) {
            add_number(s);
        }
    }
    struct release_hash proof[RELEASE_PROOF_HASHES_MAX];
    size_t n = 9;
    CHECK_ERR(log_tree_consistency(proof, &n, &r, 70, 69), ERR_INPUT);
    CHECK(n == 0);
    store_free(s);
}

TEST(size_256_is_one_full_tile_and_one_hash_above_it)
{
    struct store *s = store_new(256);
    for (size_t i = 0; i < 256; i++) {
        add_number(s);
    }
    CHECK(s->full_n[0] == 1 && s->edge.level[0].width == 0 && s->edge.level[0].n == 1);
    CHECK(s->full_n[1] == 0 && s->edge.level[1].width == 1);
    struct release_hash root;
    log_tree_edge_root(&root, &s->edge);
    CHECK_BYTES(SLICE_ARRAY(root.b), SLICE_ARRAY(s->edge.level[1].hashes[0].b));
    store_free(s);
}

TEST(size_70000_has_the_tiles_of_the_specification_and_its_proofs_verify)
{
    struct store *s = store_new(70000);
    struct log_tree_reader r = {s, get};
    struct release_hash root, old_root, proof[RELEASE_PROOF_HASHES_MAX];
    size_t n;
    for (size_t i = 0; i < 70000; i++) {
        add_number(s);
    }
    CHECK(s->full_n[0] == 273 && s->edge.level[0].width == 112);
    CHECK(s->full_n[1] == 1 && s->edge.level[1].width == 17);
    CHECK(s->full_n[2] == 0 && s->edge.level[2].width == 1);
    CHECK(log_tree_hashes(70000, 0) == 70000 && log_tree_hashes(70000, 1) == 273 &&
          log_tree_hashes(70000, 2) == 1 && log_tree_hashes(70000, 3) == 0);
    log_tree_edge_root(&root, &s->edge);
    for (uint64_t i = 0; i < 70000; i += 997) {
        CHECK_ERR(log_tree_inclusion(proof, &n, &r, i, 70000), OK);
        CHECK(n <= 17 && release_tree_includes(&root, 70000, i, &s->leaf[i], proof, n));
        CHECK_ERR(log_tree_root(&old_root, &r, i), OK);
        CHECK_ERR(log_tree_consistency(proof, &n, &r, i, 70000), OK);
        CHECK(release_tree_extends(&root, 70000, &old_root, i, proof, n));
    }
    store_free(s);
}

TEST(what_the_reader_says_is_passed_on)
{
    struct store *s = store_new(5);
    struct log_tree_reader r = {s, get};
    struct release_hash root, proof[RELEASE_PROOF_HASHES_MAX];
    size_t n;
    for (size_t i = 0; i < 5; i++) {
        add_number(s);
    }
    s->broken = true;
    CHECK_ERR(log_tree_root(&root, &r, 5), ERR_STORE);
    CHECK_ERR(log_tree_inclusion(proof, &n, &r, 0, 5), ERR_STORE);
    CHECK_ERR(log_tree_consistency(proof, &n, &r, 3, 5), ERR_STORE);
    store_free(s);
}

TEST(a_tree_has_a_greatest_size)
{
    struct log_tree_edge *edge = calloc(1, sizeof *edge);
    struct release_hash leaf = {{0}};
    struct log_tree_keeper keeper = {NULL, put};
    REQUIRE(edge != NULL);
    edge->size = LOG_TREE_SIZE_MAX;
    CHECK_ERR(log_tree_add(edge, &leaf, &keeper), ERR_LIMIT);
    free(edge);
}

TEST(tile_paths_are_those_of_the_specification)
{
    static const struct {
        size_t level;
        uint64_t n;
        size_t width;
        const char *path;
    } cases[] = {{0, 1234067, 256, "tile/0/x001/x234/067"},
                 {0, 0, 256, "tile/0/000"},
                 {1, 0, 1, "tile/1/000.p/1"},
                 {0, 273, 112, "tile/0/273.p/112"},
                 {2, 0, 1, "tile/2/000.p/1"},
                 {1, 999, 256, "tile/1/999"},
                 {1, 1000, 255, "tile/1/x001/000.p/255"},
                 {LOG_TREE_ENTRIES, 1234067, 256, "tile/entries/x001/x234/067"},
                 {LOG_TREE_ENTRIES, 7, 3, "tile/entries/007.p/3"},
                 {0, LOG_TREE_SIZE_MAX / 256, 200, "tile/0/x002/x147/x483/648.p/200"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[LOG_TREE_PATH_MAX];
        log_tree_path(path, cases[i].level, cases[i].n, cases[i].width);
        CHECK_BYTES(slice_of_string(path), slice_of_string(cases[i].path));
    }
}

TEST_MAIN(TEST_ROW(roots_of_sizes_0_to_8_are_the_known_ones),
          TEST_ROW(every_inclusion_proof_up_to_size_70_verifies),
          TEST_ROW(every_consistency_proof_up_to_size_70_verifies),
          TEST_ROW(size_256_is_one_full_tile_and_one_hash_above_it),
          TEST_ROW(size_70000_has_the_tiles_of_the_specification_and_its_proofs_verify),
          TEST_ROW(what_the_reader_says_is_passed_on), TEST_ROW(a_tree_has_a_greatest_size),
          TEST_ROW(tile_paths_are_those_of_the_specification))
