/* X25519 (RFC 7748, libsodium). An all-zero result is refused. */
#ifndef SOTTO_CRYPTO_X25519_H
#define SOTTO_CRYPTO_X25519_H
#include "base/slice.h"

struct crypto_x25519_secret {
    uint8_t b[32];
};
struct crypto_x25519_public {
    uint8_t b[32];
};

void crypto_x25519_generate(struct crypto_x25519_secret *secret, struct crypto_x25519_public *pub);
void crypto_x25519_public_of(struct crypto_x25519_public *out,
                             const struct crypto_x25519_secret *secret);
/* ERR_AUTH on an all-zero result, with out zeroed. */
MUST_CHECK enum err crypto_x25519(uint8_t out[32], const struct crypto_x25519_secret *ours,
                                  const struct crypto_x25519_public *theirs);
/* Whether 32 bytes are a public key of small order, with which every result is all-zero (RFC
 * 7748, 6.1). Not constant time: the key is public. */
bool crypto_x25519_is_small(const uint8_t *pub);
#endif
