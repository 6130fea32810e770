/* LeafNode: who is at a leaf, with which keys, and what that client can do.
 *
 * A leaf is read without copying (mls_leaf_read), kept in an arena as its bytes plus views into
 * them (mls_leaf_keep), and made from an identity or an older leaf (mls_leaf_create).
 * Source: RFC 9420, 5.3, 7.1, 7.2, 7.3, 13.5. */
#ifndef SOTTO_MLS_LEAF_H
#define SOTTO_MLS_LEAF_H
#include "mls/types.h"
#include "mls/label.h"

enum mls_leaf_source { MLS_LEAF_KEY_PACKAGE = 1, MLS_LEAF_UPDATE = 2, MLS_LEAF_COMMIT = 3 };
#define MLS_CREDENTIAL_BASIC 1
#define MLS_CREDENTIAL_X509 2

struct mls_leaf {
    struct slice raw; /* the whole LeafNode */
    struct slice tbs; /* the same without the signature */
    struct slice encryption_key;
    struct slice signature_key;
    uint16_t credential_type;
    struct slice credential;   /* identity of a basic one, content otherwise */
    struct slice capabilities; /* the five lists, encoded */
    struct slice versions, suites, extension_types, proposal_types, credential_types;
    uint8_t source;
    uint64_t not_before_s, not_after_s; /* key_package */
    struct slice parent_hash;           /* commit */
    struct slice extension_list;        /* content of the vector */
    struct mls_extensions extensions;   /* the same as an array: kept leaves */
    struct slice signature;
};

/* Reads one LeafNode; views borrow from the bytes, extensions stays empty.
 * ERR_INPUT, ERR_LIMIT. (V2-V4) */
MUST_CHECK enum err mls_leaf_read(struct slice *s, struct mls_leaf *out);
/* A copy whose bytes and arrays live in the arena. ERR_HOST_MEMORY. */
MUST_CHECK enum err mls_leaf_keep(struct arena *arena, struct mls_leaf *out,
                                  const struct mls_leaf *in);
/* What the application sees of a kept leaf. */
struct mls_leaf_view mls_leaf_view(const struct mls_leaf *leaf, uint32_t index);
/* The same for any leaf: extensions of one that was only read are decoded into the arena. */
MUST_CHECK enum err mls_leaf_view_in(struct arena *arena, struct mls_leaf_view *out,
                                     const struct mls_leaf *leaf, uint32_t index);

/* V31. group_id and index count for sources update and commit. ERR_AUTH. */
MUST_CHECK enum err mls_leaf_verify(struct arena *scratch, const struct mls_leaf *leaf,
                                    struct slice group_id, uint32_t index);
/* The rules a leaf keeps by itself: version and suite offered (V32), own credential type and
 * extensions in its capabilities (V34, V35), expected source (V37; 0: any), keys well formed.
 * ERR_INPUT, ERR_INPUT_VERSION, ERR_INPUT_SUITE. */
MUST_CHECK enum err mls_leaf_check(const struct mls_leaf *leaf, const struct crypto_suite *suite,
                                   uint8_t source);
/* V36: lifetime holds now and is not longer than LIMIT_MLS_LIFETIME_S. ERR_AUTH_POLICY. */
MUST_CHECK enum err mls_leaf_check_lifetime(const struct mls_leaf *leaf, uint64_t now_s);
/* V33, V57, V90: supports every extension of the group context and its required capabilities.
 * ERR_AUTH_POLICY; ERR_INPUT for a malformed extension. */
MUST_CHECK enum err mls_leaf_supports(const struct mls_leaf *leaf, struct slice context_extensions);
/* Asks the policy (V30); OK without one. */
MUST_CHECK enum err mls_leaf_allowed(struct arena *scratch, const struct mls_policy *policy,
                                     const struct mls_leaf *leaf, uint32_t index);
/* May `after` replace `before`? As the policy says; OK without one. */
MUST_CHECK enum err mls_leaf_may_replace(struct arena *scratch, const struct mls_policy *policy,
                                         const struct mls_leaf *before,
                                         const struct mls_leaf *after, uint32_t index);
/* Is this extension type exempt from being listed in capabilities? */
bool mls_leaf_is_default_extension(uint16_t type);

/* What a new leaf is made of. */
struct mls_leaf_new {
    const struct crypto_suite *suite;
    const struct mls_identity *identity;      /* NULL: everything but the keys from `like` */
    const struct mls_leaf *like;              /* our leaf so far */
    const struct crypto_sign_pair *key;       /* of identity, or the one of `like` */
    struct mls_extensions context_extensions; /* their types join the capabilities */
    struct slice encryption_key;
    enum mls_leaf_source source;
    uint64_t not_before_s, not_after_s;
    struct slice parent_hash;
    struct slice group_id;
    uint32_t index;
};
/* Makes and signs a leaf, kept in the arena. */
MUST_CHECK enum err mls_leaf_create(struct arena *arena, struct mls_leaf *out,
                                    const struct mls_leaf_new *in);

#endif
