#include "crypto/x25519.h"

#include <sodium/crypto_scalarmult_curve25519.h>

#include "base/ct.h"
#include "crypto/rand.h"

void crypto_x25519_generate(struct crypto_x25519_secret *secret, struct crypto_x25519_public *pub)
{
    crypto_rand(secret->b, sizeof secret->b);
    crypto_x25519_public_of(pub, secret);
}

void crypto_x25519_public_of(struct crypto_x25519_public *out,
                             const struct crypto_x25519_secret *secret)
{
    (void)crypto_scalarmult_curve25519_base(out->b, secret->b);
    CT_PUBLIC(out, sizeof *out);
}

enum err crypto_x25519(uint8_t out[32], const struct crypto_x25519_secret *ours,
                       const struct crypto_x25519_public *theirs)
{
    int failed = crypto_scalarmult_curve25519(out, ours->b, theirs->b);
    CT_PUBLIC(&failed, sizeof failed); /* whether it failed is answered to the caller */
    if (failed != 0 || ct_is_zero(out, 32)) {
        wipe(out, 32);
        return ERR_AUTH;
    }
    return OK;
}
