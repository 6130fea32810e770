/* Argon2id (RFC 9106). */
#ifndef SOTTO_CRYPTO_ARGON2_H
#define SOTTO_CRYPTO_ARGON2_H
#include "base/slice.h"

/* Argon2id: ops passes over memory_bytes, one lane, 16-byte salt, 32-byte result.
 * In the browser this runs in kdf.wasm, never in the core. ERR_HOST_MEMORY. */
#define CRYPTO_ARGON2_SALT_SIZE 16
MUST_CHECK enum err crypto_argon2id(uint8_t out[32], struct slice password, const uint8_t salt[16],
                                    uint32_t ops, uint64_t memory_bytes);
/* Compares known answers, over 8 KiB and 8 MiB; ERR_BUG when wrong. */
MUST_CHECK enum err crypto_argon2id_self_test(void);
#endif
