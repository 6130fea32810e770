/* VOPRF(ristretto255, SHA-512) in verifiable mode (RFC 9497): rate-limit tokens that the gateway
 * issues to an account and later accepts from nobody in particular (RFC 9576).
 *
 *   client  input random -> crypto_voprf_blind -> blinded elements to the gateway
 *   gateway crypto_voprf_evaluate -> evaluated elements and one proof for all of them
 *   client  crypto_voprf_finalize (checks the proof) -> outputs; keeps (input, output) as tokens
 *   gateway crypto_voprf_output for the input shown, compares with ct_equal, remembers the input
 * The proof shows that one key was used for all, so that no token can be marked. */
#ifndef SOTTO_CRYPTO_VOPRF_H
#define SOTTO_CRYPTO_VOPRF_H
#include "base/slice.h"

#define CRYPTO_VOPRF_ELEMENT_SIZE 32
#define CRYPTO_VOPRF_OUTPUT_SIZE 64
#define CRYPTO_VOPRF_PROOF_SIZE 64
#define CRYPTO_VOPRF_BATCH_MAX 256   /* a day's tokens are 200                     */
#define CRYPTO_VOPRF_INPUT_MAX 65535 /* of RFC 9497; ours are 32 random bytes      */

struct crypto_voprf_secret {
    uint8_t b[32];
};
struct crypto_voprf_public {
    uint8_t b[32];
};
/* The client's blinding factor of one element; secret, once. */
struct crypto_voprf_blind {
    uint8_t b[32];
};
struct crypto_voprf_element {
    uint8_t b[CRYPTO_VOPRF_ELEMENT_SIZE];
};
struct crypto_voprf_proof {
    uint8_t b[CRYPTO_VOPRF_PROOF_SIZE];
};

void crypto_voprf_generate(struct crypto_voprf_secret *secret, struct crypto_voprf_public *pub);
/* RFC 9497, 3.2.1. ERR_LIMIT when info is too long; ERR_INPUT (practically never). */
MUST_CHECK enum err crypto_voprf_derive(struct crypto_voprf_secret *secret,
                                        struct crypto_voprf_public *pub, const uint8_t seed[32],
                                        struct slice info);

/* Fresh blind. ERR_LIMIT (input too long), ERR_INPUT (it maps to the identity). */
MUST_CHECK enum err crypto_voprf_blind(struct crypto_voprf_blind *blind,
                                       struct crypto_voprf_element *blinded, struct slice input);
/* The same with a given blind (vectors). */
MUST_CHECK enum err crypto_voprf_blind_with(struct crypto_voprf_element *blinded,
                                            const struct crypto_voprf_blind *blind,
                                            struct slice input);

/* n elements (1 to CRYPTO_VOPRF_BATCH_MAX, else ERR_LIMIT). ERR_INPUT: not a group element, or the
 * identity. Outputs are zero after an error. */
MUST_CHECK enum err crypto_voprf_evaluate(struct crypto_voprf_element *evaluated,
                                          struct crypto_voprf_proof *proof,
                                          const struct crypto_voprf_secret *secret,
                                          const struct crypto_voprf_public *pub,
                                          const struct crypto_voprf_element *blinded, size_t n);
/* The same with a given random scalar of the proof (vectors). */
MUST_CHECK enum err crypto_voprf_evaluate_with(struct crypto_voprf_element *evaluated,
                                               struct crypto_voprf_proof *proof,
                                               const struct crypto_voprf_secret *secret,
                                               const struct crypto_voprf_public *pub,
                                               const struct crypto_voprf_element *blinded, size_t n,
                                               const uint8_t random[32]);

/* Checks the proof, then unblinds: out gets n outputs, zero after an error. ERR_INPUT (malformed
 * element), ERR_AUTH (the proof), ERR_LIMIT. */
MUST_CHECK enum err crypto_voprf_finalize(uint8_t (*out)[CRYPTO_VOPRF_OUTPUT_SIZE],
                                          const struct slice *inputs,
                                          const struct crypto_voprf_blind *blinds,
                                          const struct crypto_voprf_element *blinded,
                                          const struct crypto_voprf_element *evaluated, size_t n,
                                          const struct crypto_voprf_public *pub,
                                          const struct crypto_voprf_proof *proof);

/* The output for an input, by the key's owner. ERR_LIMIT, ERR_INPUT. */
MUST_CHECK enum err crypto_voprf_output(uint8_t out[CRYPTO_VOPRF_OUTPUT_SIZE],
                                        const struct crypto_voprf_secret *secret,
                                        struct slice input);
#endif
