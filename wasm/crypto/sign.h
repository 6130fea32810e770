/* Ed25519 (RFC 8032, libsodium). The secret is the 32-byte seed, as in MLS vectors. */
#ifndef SOTTO_CRYPTO_SIGN_H
#define SOTTO_CRYPTO_SIGN_H
#include "base/slice.h"

#define CRYPTO_SIGN_SIZE 64
#define CRYPTO_SIGN_PUBLIC_SIZE 32
#define CRYPTO_SIGN_SEED_SIZE 32

struct crypto_sign_secret {
    uint8_t seed[32];
};
struct crypto_sign_public {
    uint8_t b[32];
};

void crypto_sign_generate(struct crypto_sign_secret *secret, struct crypto_sign_public *public_key);
void crypto_sign_public_of(struct crypto_sign_public *out, const struct crypto_sign_secret *secret);
/* Over the parts one after another. */
void crypto_sign(uint8_t out[64], const struct crypto_sign_secret *secret, struct slice in);
/* ERR_AUTH when it does not verify; ERR_INPUT when signature.n is not 64. */
MUST_CHECK enum err crypto_sign_verify(struct slice signature, struct slice in,
                                       const struct crypto_sign_public *key);
#endif
