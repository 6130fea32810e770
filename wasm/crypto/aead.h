/* Authenticated encryption. One table of algorithms: AES-128-GCM and AES-256-GCM (BearSSL
 * aes_ct64 + ghash_ctmul64, constant time), ChaCha20-Poly1305 (RFC 8439) and
 * XChaCha20-Poly1305 (libsodium). The tag of 16 bytes follows the ciphertext. */
#ifndef SOTTO_CRYPTO_AEAD_H
#define SOTTO_CRYPTO_AEAD_H
#include "base/slice.h"

/* Values are the IANA HPKE AEAD ids, XChaCha outside their range. */
enum crypto_aead {
    CRYPTO_AES128_GCM = 1,
    CRYPTO_AES256_GCM = 2,
    CRYPTO_CHACHA20_POLY1305 = 3,
    CRYPTO_XCHACHA20_POLY1305 = 0x100
};
#define CRYPTO_AEAD_TAG_SIZE 16
#define CRYPTO_AEAD_KEY_SIZE_MAX 32
#define CRYPTO_AEAD_NONCE_SIZE_MAX 24

struct crypto_aead_key {
    enum crypto_aead alg;
    uint8_t k[CRYPTO_AEAD_KEY_SIZE_MAX]; /* first crypto_aead_key_size bytes used; secret */
};

size_t crypto_aead_key_size(enum crypto_aead alg);   /* 16 or 32     */
size_t crypto_aead_nonce_size(enum crypto_aead alg); /* 12 or 24     */
/* Copies the key bytes; ERR_INPUT when k.n is not the algorithm's size. */
MUST_CHECK enum err crypto_aead_key_set(struct crypto_aead_key *key, enum crypto_aead alg,
                                        struct slice k);
/* out: in.n + 16 bytes; may be the memory of in. nonce: once per key. */
void crypto_aead_seal(uint8_t *out, const struct crypto_aead_key *key, const uint8_t *nonce,
                      struct slice ad, struct slice in);
/* out: in.n - 16 bytes, may be the memory of in; zeroed on failure. ERR_INPUT (too short),
 * ERR_AUTH. */
MUST_CHECK enum err crypto_aead_open(uint8_t *out, const struct crypto_aead_key *key,
                                     const uint8_t *nonce, struct slice ad, struct slice in);
#endif
