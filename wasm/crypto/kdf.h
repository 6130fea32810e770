/* HKDF (RFC 5869) and Argon2id (RFC 9106). */
#ifndef SOTTO_CRYPTO_KDF_H
#define SOTTO_CRYPTO_KDF_H
#include "crypto/hash.h"

/* prk: crypto_hash_size(h) bytes. */
void crypto_hkdf_extract(enum crypto_hash h, uint8_t *prk, struct slice salt, struct slice ikm);
/* info as parts, joined; out_n up to 255 * hash size, else ERR_LIMIT. */
MUST_CHECK enum err crypto_hkdf_expand(enum crypto_hash h, uint8_t *out, size_t out_n,
                                       struct slice prk, const struct slice *info, size_t n);
/* Extract then expand with one info. */
MUST_CHECK enum err crypto_hkdf(enum crypto_hash h, uint8_t *out, size_t out_n, struct slice salt,
                                struct slice ikm, struct slice info);

/* Argon2id: ops passes over memory_bytes, one lane, 16-byte salt, 32-byte result.
 * In the browser this runs in kdf.wasm, never in the core. ERR_HOST_MEMORY. */
#define CRYPTO_ARGON2_SALT_SIZE 16
MUST_CHECK enum err crypto_argon2id(uint8_t out[32], struct slice password, const uint8_t salt[16],
                                    uint32_t ops, uint64_t memory_bytes);
/* Compares the known answers of wasm-core.md 2.2 (8 KiB and 8 MiB); ERR_BUG when wrong. */
MUST_CHECK enum err crypto_argon2id_self_test(void);
#endif
