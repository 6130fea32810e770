/* Hash functions and HMAC. Sources: FIPS 180-4 (SHA-2, libsodium; SHA-384 from BearSSL),
 * FIPS 202 (SHAKE256, SHA3-256), RFC 2104 (HMAC). */
#ifndef SOTTO_CRYPTO_HASH_H
#define SOTTO_CRYPTO_HASH_H
#include "base/slice.h"

enum crypto_hash { CRYPTO_SHA256 = 1, CRYPTO_SHA384 = 2, CRYPTO_SHA512 = 3 };
#define CRYPTO_HASH_SIZE_MAX 64
#define CRYPTO_SHA256_SIZE 32

/* 32, 48 or 64. */
size_t crypto_hash_size(enum crypto_hash h);
/* out: crypto_hash_size(h) bytes. Cannot fail. */
void crypto_hash(enum crypto_hash h, uint8_t *out, struct slice in);
/* Hash of the parts one after another, without copying them together. */
void crypto_hash_parts(enum crypto_hash h, uint8_t *out, const struct slice *parts, size_t n);
void crypto_sha256(uint8_t out[32], struct slice in);
/* SHA-256 in pieces; the state may be kept between steps (it is plain bytes). */
struct crypto_sha256 {
    uint64_t state[16];
};
void crypto_sha256_init(struct crypto_sha256 *h);
void crypto_sha256_update(struct crypto_sha256 *h, struct slice in);
void crypto_sha256_final(struct crypto_sha256 *h, uint8_t out[32]);
/* HMAC over the parts; key borrowed, secret, any length. */
void crypto_hmac_parts(enum crypto_hash h, uint8_t *out, struct slice key,
                       const struct slice *parts, size_t n);
void crypto_hmac(enum crypto_hash h, uint8_t *out, struct slice key, struct slice in);
/* SHAKE256 over the parts, out_n bytes out. */
void crypto_shake256_parts(uint8_t *out, size_t out_n, const struct slice *parts, size_t n);
void crypto_sha3_256(uint8_t out[32], struct slice in);
#endif
