/* Messages no honest client would send, made with a member's own secrets: everything about them
 * is right but what the test spoils. Rules of the sender's side are not applied.
 *
 * Everything is allocated in the forger's arena. */
#ifndef SOTTO_TESTS_MLS_FORGE_H
#define SOTTO_TESTS_MLS_FORGE_H
#include "lib/mls_world.h"
#include "mls/stage.h"

/* Every field of a LeafNode; lists are contents of vectors. */
struct mls_forge_leaf {
    struct slice encryption_key, signature_key;
    uint16_t credential_type;
    struct slice credential;
    struct slice versions, suites, extension_types, proposal_types, credential_types;
    uint8_t source;
    uint64_t not_before_s, not_after_s;
    struct slice parent_hash;
    struct slice extensions;
    struct slice group_id;
    uint32_t index;
    struct crypto_sign_secret signer;
    bool bad_signature;
};
/* The leaf of a fresh key package of this member: good until changed. */
struct mls_forge_leaf mls_forge_leaf_of(struct mls_world_member *m);
struct slice mls_forge_put_leaf(struct mls_world_member *m, const struct mls_forge_leaf *leaf);

struct mls_forge_package {
    uint16_t version, suite;
    struct slice init_key;
    struct mls_forge_leaf leaf;
    struct slice extensions;
    bool bad_signature;
};
struct mls_forge_package mls_forge_package_of(struct mls_world_member *m);
struct slice mls_forge_put_package(struct mls_world_member *m,
                                   const struct mls_forge_package *package);

/* Encoded Proposals. */
struct slice mls_forge_add(struct mls_world_member *m, struct slice key_package);
struct slice mls_forge_update(struct mls_world_member *m, struct slice leaf);
struct slice mls_forge_remove(struct mls_world_member *m, uint32_t leaf);
struct slice mls_forge_psk(struct mls_world_member *m, struct slice psk_id, size_t nonce_n);
struct slice mls_forge_reinit(struct mls_world_member *m, uint16_t version, uint16_t suite);
struct slice mls_forge_context(struct mls_world_member *m, struct slice extensions);
struct slice mls_forge_external_psk_id(struct mls_world_member *m, const char *id);
/* One extension, encoded. */
struct slice mls_forge_extension(struct mls_world_member *m, uint16_t type, struct slice data);
struct slice mls_forge_join(struct mls_world_member *m, struct slice a, struct slice b);
/* A vector around the bytes. */
struct slice mls_forge_vector(struct mls_world_member *m, struct slice bytes);

enum mls_forge_tag {
    MLS_FORGE_RIGHT,
    MLS_FORGE_EMPTY,
    MLS_FORGE_SHORT,
    MLS_FORGE_LONG,
    MLS_FORGE_WRONG
};

/* A message with any content. */
struct mls_forge_message {
    struct mls_content content;
    struct crypto_sign_secret signer;
    enum mls_forge_tag membership, confirmation;
    bool bad_signature;
    bool other_context; /* signed over a wrong group context                       */
    struct slice tag;   /* the right confirmation tag of a commit                  */
    /* PrivateMessage */
    bool is_private;
    uint32_t leaf, generation; /* what sender data claims; the key is of that generation */
    bool dirty_padding;
};
struct mls_forge_message mls_forge_message_of(struct mls_world_member *m,
                                              enum mls_content_type type, struct slice body);
struct slice mls_forge_put_message(struct mls_world_member *m, const struct mls_forge_message *in);
/* The signed content as it is referred to (AuthenticatedContent -> ProposalRef). */
struct slice mls_forge_proposal_ref(struct mls_world_member *m, struct slice message);

struct mls_forge_item {
    struct slice proposal;
    struct slice reference; /* not empty: sent by reference */
    enum mls_sender_type sender_type;
    uint32_t sender;
};
struct mls_forge_commit {
    struct mls_forge_item *items;
    size_t n;
    bool path;
    bool is_private;
    /* An external commit: by a new client with this identity, external_init in front. */
    bool external;
    bool no_external_init, two_external_inits;
    struct mls_identity identity; /* of an external joiner, or of a path that changes it */
    bool new_identity;
    enum mls_forge_tag membership, confirmation;
    bool bad_signature;
    bool keep_encryption_key; /* the path leaf has our old key                           */
    bool bad_parent_hash, bad_leaf_signature;
    bool wrong_path_key; /* one public key is not that of the secret; hashes are right */
    bool reuse_key;      /* one path key is that of another leaf                      */
    int path_nodes;      /* add (+1) or leave out (-1) one node                       */
    int ciphertexts;     /* the same for the ciphertexts of the top node              */
    uint8_t leaf_source; /* 0: commit                                                */
    const struct mls_psk_lookup *psk;
    uint32_t force_index; /* external: where the joiner puts itself (UINT32_MAX: right) */
    bool wrong_secret;    /* ciphertexts hold other path secrets                      */
};
struct mls_forge_commit mls_forge_commit_of(struct mls_forge_item *items, size_t n, bool path);
struct slice mls_forge_put_commit(struct mls_world_member *m, const struct mls_forge_commit *in);

/* A Welcome into the epoch a member is in, with everything recomputed after the test's changes. */
struct mls_forge_welcome {
    const struct mls_world_member *joiner; /* its package                       */
    void *user;
    void (*change)(void *user, struct mls_epoch *e); /* tree, epoch, extensions; may be NULL */
    bool keep_tree_hash; /* the context states the hash before the change  */
    uint32_t signer;     /* whom the GroupInfo names                       */
    struct crypto_sign_secret signature;
    bool bad_signature;
    enum mls_forge_tag confirmation;
    struct slice info_extensions; /* content                                 */
    uint16_t suite;               /* of the Welcome; 0: right                       */
    uint16_t info_suite;          /* of the GroupInfo; 0: right                     */
    struct slice path_secret;
    struct slice psks; /* PreSharedKeyIDs                                    */
    const struct mls_psk_lookup *psk;
    bool info_trailing, secrets_trailing, joiner_secret_short;
    struct slice other_ref;
};
struct mls_forge_welcome mls_forge_welcome_of(struct mls_world_member *m,
                                              const struct mls_world_member *joiner);
/* tree gets the (changed) ratchet tree. */
struct slice mls_forge_put_welcome(struct mls_world_member *m, const struct mls_forge_welcome *in,
                                   struct slice *tree);

#endif
