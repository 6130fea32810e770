/* What the handlers of MLS vectors share. */
#ifndef SOTTO_TESTS_VECTOR_MLS_H
#define SOTTO_TESTS_VECTOR_MLS_H
#include "crypto/suite.h"
#include "mls/key_schedule.h"
#include "vectors_run/vector.h"
#include "mls/welcome.h"

void mls_tree_math_vectors(const struct json *root, struct vector_result *r);
void mls_deserialization_vectors(const struct json *root, struct vector_result *r);
void mls_crypto_basics_vectors(const struct json *root, struct vector_result *r);
void mls_key_schedule_vectors(const struct json *root, struct vector_result *r);
void mls_psk_secret_vectors(const struct json *root, struct vector_result *r);
void mls_secret_tree_vectors(const struct json *root, struct vector_result *r);
void mls_transcript_hash_vectors(const struct json *root, struct vector_result *r);
void mls_tree_operation_vectors(const struct json *root, struct vector_result *r);
void mls_tree_validation_vectors(const struct json *root, struct vector_result *r);
void mls_treekem_vectors(const struct json *root, struct vector_result *r);
void mls_message_protection_vectors(const struct json *root, struct vector_result *r);
void mls_message_vectors(const struct json *root, struct vector_result *r);
void mls_welcome_vectors(const struct json *root, struct vector_result *r);
void mls_passive_vectors(const struct json *root, struct vector_result *r);

/* Begins an entry; NULL (and skipped) when the suite is not ours. A field derive_key_pair picks
 * the flavour. */
const struct crypto_suite *mls_vector_suite(struct vector_result *r, const struct json *v);
/* A field of nh bytes. */
struct mls_secret mls_vector_secret(struct vector_result *r, const struct json *v, const char *key);
bool mls_vector_same(struct vector_result *r, const struct crypto_suite *suite,
                     const struct mls_secret *got, const struct json *v, const char *key);

#endif
