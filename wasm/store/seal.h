/* Sealing of pages and log frames: XChaCha20-Poly1305 in place. The last STORE_SEAL_BYTES of a unit
 * hold tag and nonce, so sealing does not change its size. The nonce is random (24
 * bytes, fresh at each write: the chance of a repeat stays below 2^-90 for 2^50 writes). Kind,
 * size and number of the unit are associated data: a unit moved elsewhere does not open.
 * An older version of the same unit still opens; see wasm/store/README.md. */
#ifndef SOTTO_STORE_SEAL_H
#define SOTTO_STORE_SEAL_H

#include "crypto/aead.h"

#define STORE_SEAL_NONCE_SIZE 24
#define STORE_SEAL_BYTES (CRYPTO_AEAD_TAG_SIZE + STORE_SEAL_NONCE_SIZE)

enum store_seal_kind { STORE_SEAL_PAGE = 1, STORE_SEAL_FRAME = 2 };

struct store_seal {
    struct crypto_aead_key key; /* secret; wipe with wipe() */
};

/* The key of the pages of one store, derived from the store key and its name. */
MUST_CHECK enum err store_seal_init(struct store_seal *seal, const uint8_t store_key[32],
                                    struct slice name);
/* Seals n bytes at unit; the last STORE_SEAL_BYTES are overwritten. */
void store_seal_close(const struct store_seal *seal, uint8_t *unit, size_t n,
                      enum store_seal_kind kind, uint64_t number);
/* Opens it; the last STORE_SEAL_BYTES become zero. ERR_AUTH: all of unit is zero. */
MUST_CHECK enum err store_seal_open(const struct store_seal *seal, uint8_t *unit, size_t n,
                                    enum store_seal_kind kind, uint64_t number);

#endif
