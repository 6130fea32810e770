#include "crypto/aead.h"

#include <bearssl_aead.h>
#include <bearssl_block.h>
#include <sodium/crypto_aead_chacha20poly1305.h>
#include <sodium/crypto_aead_xchacha20poly1305.h>
#include <string.h>

#include "base/ct.h"

size_t crypto_aead_key_size(enum crypto_aead alg)
{
    return alg == CRYPTO_AES128_GCM ? 16 : 32;
}

size_t crypto_aead_nonce_size(enum crypto_aead alg)
{
    return alg == CRYPTO_XCHACHA20_POLY1305 ? 24 : 12;
}

enum err crypto_aead_key_set(struct crypto_aead_key *key, enum crypto_aead alg, struct slice k)
{
    memset(key, 0, sizeof *key);
    key->alg = alg;
    if (k.n != crypto_aead_key_size(alg)) {
        return ERR_INPUT;
    }
    memcpy(key->k, k.p, k.n);
    return OK;
}

struct gcm {
    br_aes_ct64_ctr_keys aes;
    br_gcm_context ctx;
};

/* Ready for data: key, nonce and associated data are in. */
static void gcm_begin(struct gcm *g, const struct crypto_aead_key *key, const uint8_t *nonce,
                      struct slice ad)
{
    br_aes_ct64_ctr_init(&g->aes, key->k, crypto_aead_key_size(key->alg));
    br_gcm_init(&g->ctx, &g->aes.vtable, br_ghash_ctmul64);
    br_gcm_reset(&g->ctx, nonce, 12);
    if (ad.n > 0) {
        br_gcm_aad_inject(&g->ctx, ad.p, ad.n);
    }
    br_gcm_flip(&g->ctx);
}

static void gcm_seal(uint8_t *out, const struct crypto_aead_key *key, const uint8_t *nonce,
                     struct slice ad, struct slice in)
{
    struct gcm g;
    gcm_begin(&g, key, nonce, ad);
    if (in.n > 0) {
        memmove(out, in.p, in.n);
        br_gcm_run(&g.ctx, 1, out, in.n);
    }
    br_gcm_get_tag(&g.ctx, out + in.n);
    wipe(&g, sizeof g);
}

static bool gcm_open(uint8_t *out, const struct crypto_aead_key *key, const uint8_t *nonce,
                     struct slice ad, struct slice in)
{
    struct gcm g;
    uint8_t tag[CRYPTO_AEAD_TAG_SIZE];
    size_t n = in.n - CRYPTO_AEAD_TAG_SIZE;
    gcm_begin(&g, key, nonce, ad);
    if (n > 0) {
        memmove(out, in.p, n);
        br_gcm_run(&g.ctx, 0, out, n);
    }
    br_gcm_get_tag(&g.ctx, tag);
    bool good = ct_equal(tag, in.p + n, sizeof tag);
    wipe(tag, sizeof tag);
    wipe(&g, sizeof g);
    return good;
}

void crypto_aead_seal(uint8_t *out, const struct crypto_aead_key *key, const uint8_t *nonce,
                      struct slice ad, struct slice in)
{
    switch (key->alg) {
    case CRYPTO_AES128_GCM:
    case CRYPTO_AES256_GCM:
        gcm_seal(out, key, nonce, ad, in);
        break;
    case CRYPTO_CHACHA20_POLY1305:
        (void)crypto_aead_chacha20poly1305_ietf_encrypt_detached(out, out + in.n, NULL, in.p, in.n,
                                                                 ad.p, ad.n, NULL, nonce, key->k);
        break;
    case CRYPTO_XCHACHA20_POLY1305:
        (void)crypto_aead_xchacha20poly1305_ietf_encrypt_detached(out, out + in.n, NULL, in.p, in.n,
                                                                  ad.p, ad.n, NULL, nonce, key->k);
        break;
    }
    CT_PUBLIC(out, in.n + CRYPTO_AEAD_TAG_SIZE); /* ciphertext may be seen */
}

enum err crypto_aead_open(uint8_t *out, const struct crypto_aead_key *key, const uint8_t *nonce,
                          struct slice ad, struct slice in)
{
    int failed = -1;
    if (in.n < CRYPTO_AEAD_TAG_SIZE) {
        return ERR_INPUT;
    }
    size_t n = in.n - CRYPTO_AEAD_TAG_SIZE;
    uint8_t *to = n > 0 ? out : NULL; /* libsodium: NULL asks only for the verdict */
    switch (key->alg) {
    case CRYPTO_AES128_GCM:
    case CRYPTO_AES256_GCM:
        failed = gcm_open(out, key, nonce, ad, in) ? 0 : -1;
        break;
    case CRYPTO_CHACHA20_POLY1305:
        failed = crypto_aead_chacha20poly1305_ietf_decrypt_detached(to, NULL, in.p, n, in.p + n,
                                                                    ad.p, ad.n, nonce, key->k);
        break;
    case CRYPTO_XCHACHA20_POLY1305:
        failed = crypto_aead_xchacha20poly1305_ietf_decrypt_detached(to, NULL, in.p, n, in.p + n,
                                                                     ad.p, ad.n, nonce, key->k);
        break;
    }
    CT_PUBLIC(&failed, sizeof failed); /* the verdict is what the caller learns */
    if (failed != 0) {
        wipe(out, n);
        return ERR_AUTH;
    }
    return OK;
}
