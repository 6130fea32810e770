#include "crypto/argon2.h"

#include <sodium/crypto_pwhash_argon2id.h>
#include <string.h>

#include "base/ct.h"

/* libsodium's bounds, as types: its macros compare against 64-bit constants. */
#define MEMORY_BYTES_MIN 8192u
#define MEMORY_BYTES_MAX 0xffffffffull

enum err crypto_argon2id(uint8_t out[32], struct slice password, const uint8_t salt[16],
                         uint32_t ops, uint64_t memory_bytes)
{
    const char *p = password.n > 0 ? (const char *)password.p : "";
    memset(out, 0, 32);
    if (ops < 1 || memory_bytes < MEMORY_BYTES_MIN) {
        return ERR_INPUT;
    }
    if (memory_bytes > MEMORY_BYTES_MAX) {
        return ERR_HOST_MEMORY;
    }
    if (crypto_pwhash_argon2id(out, 32, p, password.n, salt, ops, (size_t)memory_bytes,
                               crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
        wipe(out, 32);
        return ERR_HOST_MEMORY;
    }
    return OK;
}

enum err crypto_argon2id_self_test(void)
{
    /* A wrong SIMD BlaMka agrees with itself; only known answers show it. */
    static const struct {
        uint32_t ops;
        uint32_t memory_bytes;
        uint8_t want[8];
    } known[] = {
        {1, 8u << 10, {0xc9, 0xa6, 0xde, 0x29, 0xd0, 0xaa, 0x7d, 0xa6}},
        {2, 8u << 20, {0xef, 0xfb, 0x46, 0xda, 0x30, 0x00, 0x8e, 0x1b}},
    };
    static const uint8_t salt[CRYPTO_ARGON2_SALT_SIZE] = {0};
    uint8_t got[32];
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        TRY(crypto_argon2id(got, SLICE_LITERAL("password"), salt, known[i].ops,
                            known[i].memory_bytes));
        if (!slice_equal(slice_make(got, 8), SLICE_ARRAY(known[i].want))) {
            return ERR_BUG;
        }
    }
    return OK;
}
