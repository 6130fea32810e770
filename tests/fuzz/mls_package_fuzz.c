/* Key packages: read, verified, referred to. */
#include "crypto/rand.h"
#include "fuzz/fuzz.h"
#include "mls/key_package.h"

FUZZ(input)
{
    struct arena arena;
    struct mls_key_package_view view;
    struct mls_package package;
    struct mls_policy policy = {.check_lifetime = true, .now_s = 1700000000};
    FUZZ_CHECK(crypto_init() == OK);
    arena_init(&arena, 0);
    if (mls_key_package_unwrap(input, &package) == OK) {
        size_t header = input.n - package.raw.n;
        FUZZ_CHECK((header == 0 || header == 4) && package.tbs.n < package.raw.n);
    }
    if (mls_key_package_read(&arena, &view, input, &policy) == OK) {
        struct mls_key_package_view again;
        FUZZ_CHECK(mls_key_package_read(&arena, &again, view.package, NULL) == OK);
        FUZZ_CHECK(slice_equal(view.ref, again.ref));
    }
    arena_wipe(&arena);
}
