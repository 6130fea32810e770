/* A ratchet tree from a stranger: decoded, encoded again, hashed and checked whole. */
#include "crypto/suite.h"
#include "fuzz/fuzz.h"
#include "mls/tree_check.h"

FUZZ(input)
{
    struct arena arena;
    struct mls_tree tree;
    struct mls_tree_path path;
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    arena_init(&arena, 0);
    if (mls_tree_decode(&tree, suite, &arena, input) == OK) {
        struct buf b = buf_arena(&arena, input.n);
        mls_tree_encode(&tree, &b);
        FUZZ_CHECK(b.err == OK && slice_equal(buf_view(&b), input));
        FUZZ_CHECK(mls_tree_hash_root(&tree).n == suite->nh);
        enum err e = mls_tree_check_parents(&tree, &arena);
        FUZZ_CHECK(e == OK || e == ERR_AUTH || e == ERR_INPUT);
        e = mls_tree_check_unique(&tree, &arena);
        FUZZ_CHECK(e == OK || e == ERR_INPUT);
        for (uint32_t i = 0; i < tree.width && i < 8; i++) {
            mls_tree_filtered_path(&tree, i, &path);
            if (mls_tree_leaf(&tree, i) != NULL) {
                mls_tree_remove(&tree, i);
                FUZZ_CHECK(mls_tree_hash_root(&tree).n == suite->nh);
            }
        }
    }
    arena_wipe(&arena);
}
