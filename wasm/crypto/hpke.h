/* HPKE base mode (RFC 9180) over the KEMs of suite.h: DHKEM(X25519, HKDF-SHA256) and X-Wing
 * (draft-connolly-cfrg-xwing-kem-10, draft-ietf-hpke-pq-05). One message per context (sequence 0)
 * unless the context is kept. Secrets: 32 raw bytes for X25519, the 32-byte seed for X-Wing. */
#ifndef SOTTO_CRYPTO_HPKE_H
#define SOTTO_CRYPTO_HPKE_H
#include "crypto/suite.h"

#define CRYPTO_HPKE_PUBLIC_SIZE_MAX 1216
#define CRYPTO_HPKE_ENC_SIZE_MAX 1120
#define CRYPTO_HPKE_SECRET_SIZE 32

struct crypto_hpke_secret {
    uint8_t b[CRYPTO_HPKE_SECRET_SIZE];
};
struct crypto_hpke_public {
    uint8_t b[CRYPTO_HPKE_PUBLIC_SIZE_MAX]; /* first suite->npk bytes */
};
/* A context after encapsulation or decapsulation. Wipe with wipe(). */
struct crypto_hpke_context {
    const struct crypto_suite *suite;
    struct crypto_aead_key key;
    uint8_t base_nonce[12];
    uint8_t exporter[CRYPTO_HASH_SIZE_MAX];
    uint64_t sequence;
};

/* DeriveKeyPair (RFC 9180, or the flavour of the suite). ikm: at least 32 bytes. */
MUST_CHECK enum err crypto_hpke_derive(const struct crypto_suite *suite,
                                       struct crypto_hpke_secret *secret,
                                       struct crypto_hpke_public *pub, struct slice ikm);
MUST_CHECK enum err crypto_hpke_generate(const struct crypto_suite *suite,
                                         struct crypto_hpke_secret *secret,
                                         struct crypto_hpke_public *pub);
MUST_CHECK enum err crypto_hpke_public_of(const struct crypto_suite *suite,
                                          struct crypto_hpke_public *pub,
                                          const struct crypto_hpke_secret *secret);
/* Can it be sealed to (length; ML-KEM modulus check; X25519 not of small order)? ERR_INPUT. Sealing
 * to a key that passes never fails, so that no member can block a group with a bad key. */
MUST_CHECK enum err crypto_hpke_public_check(const struct crypto_suite *suite, struct slice pub);

/* Sender: enc gets suite->nenc bytes. ERR_INPUT (crypto_hpke_public_check). */
MUST_CHECK enum err crypto_hpke_send(const struct crypto_suite *suite, uint8_t *enc,
                                     struct crypto_hpke_context *ctx, struct slice pub,
                                     struct slice info);
/* The same with scripted randomness (vectors): eseed 32 bytes (X25519 ikmE) or 64 (X-Wing). */
MUST_CHECK enum err crypto_hpke_send_seeded(const struct crypto_suite *suite, uint8_t *enc,
                                            struct crypto_hpke_context *ctx, struct slice pub,
                                            struct slice info, struct slice eseed);
MUST_CHECK enum err crypto_hpke_receive(const struct crypto_suite *suite,
                                        struct crypto_hpke_context *ctx,
                                        const struct crypto_hpke_secret *secret, struct slice enc,
                                        struct slice info);
/* Next message of the context. out: in.n + 16 / in.n - 16 bytes. */
MUST_CHECK enum err crypto_hpke_context_seal(struct crypto_hpke_context *ctx, uint8_t *out,
                                             struct slice ad, struct slice in);
MUST_CHECK enum err crypto_hpke_context_open(struct crypto_hpke_context *ctx, uint8_t *out,
                                             struct slice ad, struct slice in);
MUST_CHECK enum err crypto_hpke_export(const struct crypto_hpke_context *ctx, uint8_t *out,
                                       size_t out_n, struct slice context);
/* One shot. seal: enc nenc bytes, out in.n + 16. open: out in.n - 16, zeroed on failure. */
MUST_CHECK enum err crypto_hpke_seal(const struct crypto_suite *suite, uint8_t *enc, uint8_t *out,
                                     struct slice pub, struct slice info, struct slice ad,
                                     struct slice in);
MUST_CHECK enum err crypto_hpke_open(const struct crypto_suite *suite, uint8_t *out,
                                     const struct crypto_hpke_secret *secret, struct slice enc,
                                     struct slice info, struct slice ad, struct slice in);
#endif
