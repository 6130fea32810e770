/* The recovery code: 160 bits that a person keeps on paper and no device keeps. The two halves that
 * the chain names derive from it: an Ed25519 key that signs entries, and an HPKE key pair (default
 * suite) to which the record and the store's unlocking slot are sealed. */
#ifndef SOTTO_ENGINE_RECOVERY_CODE_H
#define SOTTO_ENGINE_RECOVERY_CODE_H
#include "base/arena.h"
#include "crypto/hpke.h"
#include "crypto/sign.h"

#define RECOVERY_CODE_BYTES 20 /* 32 letters */

struct recovery_code {
    struct crypto_sign_secret secret;
    struct crypto_sign_public sign;
    struct crypto_hpke_secret hpke_secret;
    struct crypto_hpke_public hpke;
    uint8_t hpke_hash[32];
};
/* Wipe it afterwards. */
MUST_CHECK enum err recovery_code_derive(const uint8_t code[RECOVERY_CODE_BYTES],
                                         struct recovery_code *out);
struct slice recovery_code_hpke(const struct recovery_code *c); /* the public key's bytes */

enum recovery_code_use { RECOVERY_CODE_RECORD = 1, RECOVERY_CODE_SLOT = 2 };
/* The bytes that sealing adds. */
size_t recovery_code_overhead(void);
/* Seals to the public half; out is in the arena. ERR_INPUT: not such a key. */
MUST_CHECK enum err recovery_code_seal(struct arena *a, struct slice hpke,
                                       enum recovery_code_use use, struct slice in,
                                       struct slice *out);
/* ERR_AUTH: not sealed to this code. */
MUST_CHECK enum err recovery_code_open(struct arena *a, const struct recovery_code *c,
                                       enum recovery_code_use use, struct slice in,
                                       struct slice *out);

/* As people write it: groups of four, "ABCD-EFGH-...". */
MUST_CHECK enum err recovery_code_text(struct arena *a, const uint8_t code[RECOVERY_CODE_BYTES],
                                       struct slice *out);
/* ERR_INPUT: not a recovery code. */
MUST_CHECK enum err recovery_code_parse(uint8_t out[RECOVERY_CODE_BYTES], struct slice text);
/* Parses and derives: what a person typed. ERR_INPUT as above. Wipe it afterwards. */
MUST_CHECK enum err recovery_code_read(struct slice text, struct recovery_code *out);

#endif
