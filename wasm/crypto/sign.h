/* Ed25519 (RFC 8032, libsodium). The secret is the 32-byte seed, as in MLS vectors. Keep a pair to
 * sign often: deriving the public key costs as much as the signature itself. */
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
/* The seed and its public key; only crypto_sign_pair_of makes one. The wrong public key in here
 * would leak the secret with the first signature. */
struct crypto_sign_pair {
    struct crypto_sign_secret secret;
    struct crypto_sign_public public_key;
};

void crypto_sign_generate(struct crypto_sign_secret *secret, struct crypto_sign_public *public_key);
void crypto_sign_public_of(struct crypto_sign_public *out, const struct crypto_sign_secret *secret);
void crypto_sign_pair_of(struct crypto_sign_pair *out, const struct crypto_sign_secret *secret);
void crypto_sign(uint8_t out[64], const struct crypto_sign_secret *secret, struct slice in);
/* The same in half the time. */
void crypto_sign_with(uint8_t out[64], const struct crypto_sign_pair *pair, struct slice in);
/* ERR_AUTH when it does not verify; ERR_INPUT when signature.n is not 64. */
MUST_CHECK enum err crypto_sign_verify(struct slice signature, struct slice in,
                                       const struct crypto_sign_public *key);
#endif
