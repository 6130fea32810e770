#include "vectors_run/mls.h"

#include <string.h>

const struct vector_kind vector_kinds_mls[] = {
    {"mls", "tree-math.json", mls_tree_math_vectors},
    {"mls", "deserialization.json", mls_deserialization_vectors},
    {"mls", "crypto-basics.json", mls_crypto_basics_vectors},
    {"mls", "key-schedule.json", mls_key_schedule_vectors},
    {"mls", "psk_secret.json", mls_psk_secret_vectors},
    {"mls", "secret-tree.json", mls_secret_tree_vectors},
    {"mls", "transcript-hashes.json", mls_transcript_hash_vectors},
    {"mls", "tree-operations.json", mls_tree_operation_vectors},
    {"mls", "tree-validation.json", mls_tree_validation_vectors},
    {"mls", "treekem.json", mls_treekem_vectors},
    {"mls", "message-protection.json", mls_message_protection_vectors},
    {"mls", "messages.json", mls_message_vectors},
    {"mls", "welcome.json", mls_welcome_vectors},
    {"mls", "passive-client-*.json", mls_passive_vectors},
    {"mls", "interop-passive/*.json", mls_passive_vectors},
    {"mls", "xwing-passive-*.json", mls_passive_vectors},
    {NULL, NULL, NULL},
};

const struct crypto_suite *mls_vector_suite(struct vector_result *r, const struct json *v)
{
    uint64_t code = 0;
    const struct crypto_suite *suite = NULL;
    const struct json *derive = json_get(v, "derive_key_pair");
    enum err e = json_uint(json_get(v, "cipher_suite"), &code);
    vector_begin(r, "suite %u", (unsigned)code);
    if (e != OK || code > UINT16_MAX) {
        vector_fail(r, "no cipher_suite");
        return NULL;
    }
    if (derive == NULL) {
        suite = crypto_suite_find((uint16_t)code);
    } else if (json_text_is(derive, "hpke-pq")) {
        suite = crypto_suite_find_derive((uint16_t)code, CRYPTO_DERIVE_HPKE_PQ);
    } else if (json_text_is(derive, "connolly")) {
        suite = crypto_suite_find_derive((uint16_t)code, CRYPTO_DERIVE_CONNOLLY);
    } else {
        vector_fail(r, "unknown derive_key_pair");
        return NULL;
    }
    if (suite == NULL) {
        vector_skip(r, "suite %u", (unsigned)code);
    }
    return suite;
}

struct mls_secret mls_vector_secret(struct vector_result *r, const struct json *v, const char *key)
{
    struct mls_secret out = {{0}};
    struct slice bytes = vector_hex(r, v, key);
    if (bytes.n > sizeof out.b) {
        vector_fail(r, "%s is too long", key);
    } else if (bytes.n > 0) {
        memcpy(out.b, bytes.p, bytes.n);
    }
    return out;
}

bool mls_vector_same(struct vector_result *r, const struct crypto_suite *suite,
                     const struct mls_secret *got, const struct json *v, const char *key)
{
    return vector_bytes(r, slice_make(got->b, suite->nh), vector_hex(r, v, key), __FILE__, __LINE__,
                        key);
}
