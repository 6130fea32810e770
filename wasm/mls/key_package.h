/* KeyPackages: made, read, verified, referred to.
 * Source: RFC 9420, 10, 10.1; draft-ietf-mls-extensions (last resort). */
#ifndef SOTTO_MLS_KEY_PACKAGE_H
#define SOTTO_MLS_KEY_PACKAGE_H
#include "mls/leaf.h"

/* A KeyPackage, read without copying. */
struct mls_package {
    struct slice raw; /* whole */
    struct slice tbs; /* the same without signature */
    uint16_t version, suite;
    struct slice init_key;
    struct mls_leaf leaf;
    struct slice extension_list;
    struct slice signature;
};

/* The private part: what mls_key_package.secret encodes. */
struct mls_package_secret {
    const struct crypto_suite *suite;
    struct crypto_hpke_secret init;
    struct crypto_hpke_secret leaf;
};

/* V2-V4. */
MUST_CHECK enum err mls_key_package_parse(struct slice *s, struct mls_package *out);
/* Takes an MLSMessage header if there is one, then one KeyPackage and nothing after it. */
MUST_CHECK enum err mls_key_package_unwrap(struct slice message, struct mls_package *out);
/* V32, V35, V37, V40-V43, V31; V36 and V30 as the policy says (may be NULL).
 * ERR_INPUT, ERR_INPUT_VERSION, ERR_INPUT_SUITE, ERR_AUTH, ERR_AUTH_POLICY. */
MUST_CHECK enum err mls_key_package_verify(struct arena *scratch, const struct mls_package *package,
                                           const struct crypto_suite *suite,
                                           const struct mls_policy *policy);
/* KeyPackageRef: nh bytes. */
void mls_key_package_ref(const struct crypto_suite *suite, uint8_t *out,
                         const struct mls_package *package);
/* The private part as an opaque string and back. ERR_INPUT. */
MUST_CHECK enum err mls_key_package_put_secret(struct arena *arena, struct slice *out,
                                               const struct mls_package_secret *secret);
MUST_CHECK enum err mls_key_package_get_secret(struct slice in, struct mls_package_secret *out);

/* ---- the interface ---- */

/* Makes a KeyPackage and its private part. Lifetime in unix seconds. last_resort adds extension 10.
 * ref: crypto_hash_size bytes. */
MUST_CHECK enum err mls_key_package_create(struct arena *arena, struct mls_key_package *out,
                                           const struct crypto_suite *suite,
                                           const struct mls_identity *id, uint64_t not_before_s,
                                           uint64_t not_after_s, bool last_resort);
/* Reads and verifies one (V40-V43, V31-V36); accepts it with or without the MLSMessage header. */
MUST_CHECK enum err mls_key_package_read(struct arena *arena, struct mls_key_package_view *out,
                                         struct slice message, const struct mls_policy *policy);

#endif
