/* The labelled primitives of MLS: every derivation, signature, seal and reference says what it is
 * for, so that no two uses can be confused.
 * Source: RFC 9420, 5.1.2, 5.1.3, 5.2, 8. */
#ifndef SOTTO_MLS_LABEL_H
#define SOTTO_MLS_LABEL_H
#include "base/arena.h"
#include "base/buf.h"
#include "crypto/hpke.h"
#include "crypto/kdf.h"
#include "crypto/sign.h"

/* ExpandWithLabel(secret, label, context, n): label without the "MLS 1.0 " in front.
 * ERR_LIMIT above 255 hash sizes. */
MUST_CHECK enum err mls_label_expand(const struct crypto_suite *suite, uint8_t *out, size_t n,
                                     struct slice secret, struct slice label, struct slice context);
/* DeriveSecret: nh bytes, empty context. out may be the memory of secret. */
MUST_CHECK enum err mls_label_derive(const struct crypto_suite *suite, uint8_t *out,
                                     struct slice secret, const char *label);
/* DeriveTreeSecret: the context is a generation. */
MUST_CHECK enum err mls_label_derive_tree(const struct crypto_suite *suite, uint8_t *out, size_t n,
                                          struct slice secret, struct slice label,
                                          uint32_t generation);
/* SignWithLabel. scratch holds the signed bytes for the call. */
MUST_CHECK enum err mls_label_sign(struct arena *scratch, uint8_t signature[CRYPTO_SIGN_SIZE],
                                   const struct crypto_sign_pair *key, const char *label,
                                   struct slice content);
/* VerifyWithLabel. ERR_AUTH: it does not verify (whatever its length). ERR_INPUT: the public key is
 * not 32 bytes. */
MUST_CHECK enum err mls_label_verify(struct arena *scratch, struct slice public_key,
                                     const char *label, struct slice content,
                                     struct slice signature);
/* The HPKE info of EncryptWithLabel, for many seals under one context. */
MUST_CHECK enum err mls_label_info(struct arena *arena, struct slice *info, struct slice label,
                                   struct slice context);
/* EncryptWithLabel: kem_output nenc bytes, ciphertext in.n + 16, both in the arena. */
MUST_CHECK enum err mls_label_seal(const struct crypto_suite *suite, struct arena *arena,
                                   struct slice *kem_output, struct slice *ciphertext,
                                   struct slice public_key, struct slice info, struct slice in);
/* DecryptWithLabel: plaintext in the arena. ERR_AUTH, ERR_INPUT. */
MUST_CHECK enum err mls_label_open(const struct crypto_suite *suite, struct arena *arena,
                                   struct slice *plaintext, const struct crypto_hpke_secret *secret,
                                   struct slice info, struct slice kem_output,
                                   struct slice ciphertext);
/* RefHash(label, value), label in full: nh bytes. */
void mls_label_ref(const struct crypto_suite *suite, uint8_t *out, struct slice label,
                   struct slice value);

#define MLS_LABEL_KEY_PACKAGE_REF SLICE_LITERAL("MLS 1.0 KeyPackage Reference")
#define MLS_LABEL_PROPOSAL_REF SLICE_LITERAL("MLS 1.0 Proposal Reference")

#endif
