#include "verify_tile.h"

#include <string.h>

#include "lib/check.h"

/* Leaves and roots of RFC 6962's reference code. */
static const char *const entries[8] = {"",
                                       "00",
                                       "10",
                                       "2021",
                                       "3031",
                                       "40414243",
                                       "5051525354555657",
                                       "606162636465666768696a6b6c6d6e6f"};
static const char *const roots[9] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

TEST(roots_are_the_known_ones)
{
    struct release_hash leaves[8], root;
    for (size_t i = 0; i < 8; i++) {
        release_tree_leaf(&leaves[i], check_hex(entries[i]));
    }
    for (size_t n = 0; n <= 8; n++) {
        verify_tile_root(&root, leaves, n);
        CHECK_BYTES(SLICE_ARRAY(root.b), check_hex(roots[n]));
    }
}

TEST(paths_have_groups_of_three_digits)
{
    static const struct {
        const char *kind, *path;
        uint64_t n;
        unsigned width;
    } rows[] = {
        {"0", "/tile/0/000", 0, 256},
        {"0", "/tile/0/000.p/1", 0, 1},
        {"0", "/tile/0/273.p/112", 273, 112},
        {"2", "/tile/2/000.p/1", 0, 1},
        {"entries", "/tile/entries/x001/000", 1000, 256},
        {"entries", "/tile/entries/x001/x234/067", 1234067, 256},
        {"0", "/tile/0/x018/x446/x744/x073/x709/x551/615.p/255", UINT64_MAX, 255},
    };
    char path[VERIFY_TILE_PATH_MAX];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        verify_tile_path(path, rows[i].kind, rows[i].n, rows[i].width);
        CHECK_BYTES(slice_of_string(path), slice_of_string(rows[i].path));
    }
}

TEST(bundles_are_read_to_their_exact_end)
{
    static const uint8_t good[] = {0, 3, 'a', 'b', 'c', 0, 0, 0, 1, 'z'};
    struct slice entry, rest = SLICE_ARRAY(good);
    CHECK_ERR(verify_tile_entry(&rest, &entry), OK);
    CHECK_BYTES(entry, SLICE_LITERAL("abc"));
    CHECK_ERR(verify_tile_entry(&rest, &entry), OK);
    CHECK(entry.n == 0);
    CHECK_ERR(verify_tile_entry(&rest, &entry), OK);
    CHECK_BYTES(entry, SLICE_LITERAL("z"));
    CHECK_ERR(verify_tile_entry(&rest, &entry), ERR_GONE);
}

TEST(bundles_that_are_cut_off_are_refused)
{
    static const uint8_t good[] = {0, 3, 'a', 'b', 'c'};
    for (size_t n = 1; n < sizeof good; n++) {
        struct slice copy = check_copy(slice_make(good, n)), rest = copy, entry;
        CHECK_ERR(verify_tile_entry(&rest, &entry), ERR_INPUT);
        CHECK(entry.n == 0 && rest.n == n);
        check_release(copy);
    }
}

TEST_MAIN(TEST_ROW(roots_are_the_known_ones), TEST_ROW(paths_have_groups_of_three_digits),
          TEST_ROW(bundles_are_read_to_their_exact_end),
          TEST_ROW(bundles_that_are_cut_off_are_refused))
