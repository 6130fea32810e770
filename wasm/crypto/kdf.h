/* HKDF (RFC 5869). */
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
#endif
