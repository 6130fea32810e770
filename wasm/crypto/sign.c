#include "crypto/sign.h"

#include <sodium/crypto_sign_ed25519.h>
#include <string.h>

#include "base/ct.h"
#include "crypto/rand.h"

void crypto_sign_generate(struct crypto_sign_secret *secret, struct crypto_sign_public *public_key)
{
    crypto_rand(secret->seed, sizeof secret->seed);
    crypto_sign_public_of(public_key, secret);
}

void crypto_sign_public_of(struct crypto_sign_public *out, const struct crypto_sign_secret *secret)
{
    uint8_t expanded[crypto_sign_ed25519_SECRETKEYBYTES];
    (void)crypto_sign_ed25519_seed_keypair(out->b, expanded, secret->seed);
    CT_PUBLIC(out, sizeof *out);
    wipe(expanded, sizeof expanded);
}

void crypto_sign_pair_of(struct crypto_sign_pair *out, const struct crypto_sign_secret *secret)
{
    out->secret = *secret;
    crypto_sign_public_of(&out->public_key, secret);
}

void crypto_sign_with(uint8_t out[64], const struct crypto_sign_pair *pair, struct slice in)
{
    uint8_t expanded[crypto_sign_ed25519_SECRETKEYBYTES];
    memcpy(expanded, pair->secret.seed, 32);
    memcpy(expanded + 32, pair->public_key.b, 32);
    (void)crypto_sign_ed25519_detached(out, NULL, in.p, in.n, expanded);
    CT_PUBLIC(out, CRYPTO_SIGN_SIZE);
    wipe(expanded, sizeof expanded);
}

void crypto_sign(uint8_t out[64], const struct crypto_sign_secret *secret, struct slice in)
{
    struct crypto_sign_pair pair;
    crypto_sign_pair_of(&pair, secret);
    crypto_sign_with(out, &pair, in);
    wipe(&pair, sizeof pair);
}

enum err crypto_sign_verify(struct slice signature, struct slice in,
                            const struct crypto_sign_public *key)
{
    if (signature.n != CRYPTO_SIGN_SIZE) {
        return ERR_INPUT;
    }
    return crypto_sign_ed25519_verify_detached(signature.p, in.p, in.n, key->b) == 0 ? OK
                                                                                     : ERR_AUTH;
}
