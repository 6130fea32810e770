/* SFrame (RFC 9605): sealing of media frames in calls.
 *
 * Life: crypto_sframe_key_derive for every sender (KID) of an epoch -> crypto_sframe_seal with a
 * counter that never repeats for that key -> crypto_sframe_open. Wipe keys with wipe(). */
#ifndef SOTTO_CRYPTO_SFRAME_H
#define SOTTO_CRYPTO_SFRAME_H
#include "base/slice.h"

#define CRYPTO_SFRAME_HEADER_MAX 17    /* config byte, two integers of eight bytes       */
#define CRYPTO_SFRAME_METADATA_MAX 239 /* bytes bound to a frame besides its header      */
#define CRYPTO_SFRAME_KEY_MAX 48
#define CRYPTO_SFRAME_TAG_MAX 16
#define CRYPTO_SFRAME_NONCE_SIZE 12

/* RFC 9605, 8.1. */
enum crypto_sframe_suite {
    CRYPTO_SFRAME_CTR_HMAC_80 = 1, /* AES-128-CTR, HMAC-SHA256, tags of 10, 8 and 4 bytes */
    CRYPTO_SFRAME_CTR_HMAC_64 = 2,
    CRYPTO_SFRAME_CTR_HMAC_32 = 3,
    CRYPTO_SFRAME_AES128_GCM = 4,
    CRYPTO_SFRAME_AES256_GCM = 5
};

struct crypto_sframe_key {
    enum crypto_sframe_suite suite;
    uint64_t kid;
    uint8_t k[CRYPTO_SFRAME_KEY_MAX]; /* secret */
    uint8_t salt[CRYPTO_SFRAME_NONCE_SIZE];
};

/* Bytes of tag and key; 0 for a number that is not a suite. */
size_t crypto_sframe_tag_size(enum crypto_sframe_suite suite);
size_t crypto_sframe_key_size(enum crypto_sframe_suite suite);

/* Bytes written (1 to 17). */
size_t crypto_sframe_header_encode(uint8_t out[CRYPTO_SFRAME_HEADER_MAX], uint64_t kid,
                                   uint64_t ctr);
/* ERR_INPUT: truncated, or longer than needed. */
MUST_CHECK enum err crypto_sframe_header_decode(struct slice *s, uint64_t *kid, uint64_t *ctr);

/* RFC 9605, 4.4.2. base_key: any length, secret. ERR_INPUT_SUITE; then the key is zero. */
MUST_CHECK enum err crypto_sframe_key_derive(struct crypto_sframe_key *key,
                                             enum crypto_sframe_suite suite, uint64_t kid,
                                             struct slice base_key);
/* out: CRYPTO_SFRAME_HEADER_MAX + in.n + tag size bytes of room; *out_n what was used. out must
 * not overlap in. ERR_LIMIT when the metadata is too long. */
MUST_CHECK enum err crypto_sframe_seal(uint8_t *out, size_t *out_n,
                                       const struct crypto_sframe_key *key, uint64_t ctr,
                                       struct slice metadata, struct slice in);
/* out: in.n bytes of room, zeroed on failure. ctr is what the caller's replay window checks.
 * ERR_INPUT (malformed, another KID), ERR_LIMIT, ERR_AUTH. */
MUST_CHECK enum err crypto_sframe_open(uint8_t *out, size_t *out_n, uint64_t *ctr,
                                       const struct crypto_sframe_key *key, struct slice metadata,
                                       struct slice in);

/* The AEAD of a suite alone. out: in.n + tag size / in.n - tag size bytes, zeroed on failure. */
void crypto_sframe_aead_seal(uint8_t *out, enum crypto_sframe_suite suite, const uint8_t *key,
                             const uint8_t nonce[CRYPTO_SFRAME_NONCE_SIZE], struct slice ad,
                             struct slice in);
MUST_CHECK enum err crypto_sframe_aead_open(uint8_t *out, enum crypto_sframe_suite suite,
                                            const uint8_t *key,
                                            const uint8_t nonce[CRYPTO_SFRAME_NONCE_SIZE],
                                            struct slice ad, struct slice in);
#endif
