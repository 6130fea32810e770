/* Welcomes and GroupInfos: the bytes as they come, and as the plaintext inside a Welcome that is
 * sealed to us. First byte: 0 Welcome, 1 GroupInfo, 2 GroupSecrets inside, 3 GroupInfo inside. */
#include <string.h>

#include "crypto/rand.h"
#include "fuzz/fuzz.h"
#include "lib/mls_world.h"
#include "mls/welcome.h"
#include "mls/key_package.h"

static struct mls_world_member us;

static struct slice seal(const struct crypto_suite *suite, struct slice secrets, struct slice info)
{
    struct mls_secret joiner = {{1}};
    struct mls_secret psk = {{0}};
    struct mls_secret welcome;
    struct crypto_aead_key key;
    struct mls_package package;
    uint8_t nonce[12];
    struct slice label, kem_output, ciphertext, out;
    uint8_t *sealed = arena_alloc(&us.arena, info.n + CRYPTO_AEAD_TAG_SIZE);
    FUZZ_CHECK(sealed != NULL);
    FUZZ_CHECK(mls_key_schedule_welcome(suite, &welcome, &joiner, &psk) == OK);
    FUZZ_CHECK(mls_key_schedule_welcome_key(suite, &key, nonce, &welcome) == OK);
    crypto_aead_seal(sealed, &key, nonce, SLICE_EMPTY, info);
    struct slice encrypted = slice_make(sealed, info.n + CRYPTO_AEAD_TAG_SIZE);
    FUZZ_CHECK(mls_label_info(&us.arena, &label, SLICE_LITERAL("Welcome"), encrypted) == OK);
    FUZZ_CHECK(mls_key_package_unwrap(us.package.message, &package) == OK);
    FUZZ_CHECK(mls_label_seal(suite, &us.arena, &kem_output, &ciphertext, package.init_key, label,
                              secrets) == OK);
    struct buf b = buf_arena(&us.arena, 1024);
    mls_framing_put_header(&b, MLS_WIRE_WELCOME);
    buf_u16(&b, suite->code);
    size_t mark = mls_codec_open(&b);
    mls_codec_put_vector(&b, us.package.ref);
    mls_codec_put_vector(&b, kem_output);
    mls_codec_put_vector(&b, ciphertext);
    mls_codec_close(&b, mark);
    mls_codec_put_vector(&b, encrypted);
    FUZZ_CHECK(buf_finish(&b, &out) == OK);
    return out;
}

static void try_join(struct slice welcome, struct slice tree)
{
    enum err e = mls_world_join(&us, welcome, tree);
    FUZZ_CHECK((e == OK) == (us.g != NULL));
    FUZZ_CHECK(e == OK || us.store.n == 0);
    mls_group_destroy(us.g);
    us.g = NULL;
    mls_world_store_wipe(&us.store);
}

FUZZ(input)
{
    const struct crypto_suite *suite = crypto_suite_find(CRYPTO_SUITE_X25519_CHACHA);
    uint8_t mode = 0;
    size_t index = 0;
    uint8_t secrets[36] = {32, 1};
    struct mls_group_info info;
    struct slice out;
    if (us.suite == NULL) {
        FUZZ_CHECK(crypto_init() == OK);
        mls_world_init(&us, "us", suite);
    }
    arena_reset(&us.arena);
    FUZZ_CHECK(mls_world_package(&us) == OK);
    if (slice_u8(&input, &mode) != OK) {
        return;
    }
    switch (mode % 4) {
    case 0:
        try_join(input, SLICE_EMPTY);
        if (mls_welcome_find(input, &us.package.ref, 1, &index) == OK) {
            FUZZ_CHECK(index == 0);
        }
        if (mls_welcome_split(&us.arena, input, &us.package.ref, 1, &out) == OK) {
            FUZZ_CHECK(out.n <= input.n + 4);
        }
        break;
    case 1:
        if (mls_welcome_get_info(input, &info) == OK) {
            FUZZ_CHECK(info.tbs.n < input.n);
        }
        break;
    case 2:
        try_join(seal(suite, input, SLICE_LITERAL("no group info")), SLICE_EMPTY);
        break;
    default: /* joiner_secret 01 00..., no path secret, no PSKs */
        try_join(seal(suite, slice_make(secrets, 35), input), SLICE_EMPTY);
        break;
    }
}
