/* What passes through the interfaces of this room: rows, identities, what a message did, and the
 * parameters of the calls in group.h, key_package.h and welcome.h. */
#ifndef SOTTO_MLS_TYPES_H
#define SOTTO_MLS_TYPES_H
#include "base/arena.h"
#include "base/buf.h"
#include "crypto/hpke.h"
#include "crypto/sign.h"
#include "mls/codec.h"

/* Rows of ONE group. Keys are short opaque byte strings made by this room. The callbacks take part
 * in the open transaction. Values hold secrets: the store seals them. */
struct mls_storage {
    void *user;
    /* ERR_GONE: no such row. The value is copied into the arena. */
    enum err (*get)(void *user, struct slice key, struct arena *arena, struct slice *value);
    enum err (*put)(void *user, struct slice key, struct slice value);
    enum err (*del)(void *user, struct slice key); /* OK if it was not there */
    /* Deletes every row whose key starts with prefix. */
    enum err (*del_prefix)(void *user, struct slice prefix);
};

/* Looks up an external or resumption PSK by its encoded PreSharedKeyID without the nonce.
 * ERR_GONE: unknown. External ids are the application's; the room finds resumption PSKs of this
 * group itself and asks here for those of other groups. */
struct mls_psk_lookup {
    void *user;
    enum err (*find)(void *user, struct slice psk_id, struct arena *arena, struct slice *secret);
};

/* Who we are in a group. Borrowed for the call. Credential is basic (RFC 9420 5.3). */
struct mls_identity {
    struct slice credential;             /* identity bytes */
    struct crypto_sign_secret signature; /* leaf signature key */
    struct mls_extensions leaf_extensions;
    const uint16_t *extension_types; /* capabilities beyond the leaf's own: group context types
                                        of the application (0xF0A1 ...) we can handle       */
    size_t extension_type_n;
    const uint16_t *credential_types; /* credential types we accept from others besides basic; the
                                         policy then judges their content (V30, V34)        */
    size_t credential_type_n;
};

struct mls_group;

struct mls_commit_view;

struct mls_proposal_view;

/* Policy of the application on who may be who. NULL accepts everything (tests, vectors). Called for
 * every new or changed leaf before any change is made (V30, V62). */
struct mls_leaf_view {
    uint32_t index;          /* UINT32_MAX: a key package, not placed yet */
    struct slice credential; /* identity of a basic credential; the raw cert chain otherwise */
    uint16_t credential_type;
    struct slice signature_key; /* 32 bytes */
    struct slice encryption_key;
    struct mls_extensions extensions;
};

struct mls_policy {
    void *user;
    /* May this leaf be in a group at all? ERR_AUTH_POLICY to refuse. */
    enum err (*leaf)(void *user, const struct mls_leaf_view *leaf);
    /* May `after` replace `before` (Update, path, external commit with remove)? */
    enum err (*replace)(void *user, const struct mls_leaf_view *before,
                        const struct mls_leaf_view *after);
    /* May this commit do what it does? Called once per commit, after all cryptographic checks. */
    enum err (*commit)(void *user, const struct mls_group *group,
                       const struct mls_commit_view *commit);
    /* May this proposal be kept, to be committed by anybody? Called when one arrives by reference,
     * and again before it goes into a commit of ours: a refused one is left out. */
    enum err (*proposal)(void *user, const struct mls_group *group,
                         const struct mls_proposal_view *proposal);
    bool check_lifetime; /* V36; off for vectors */
    uint64_t now_s;      /* unix time for V36 */
};

/* Made by mls_key_package_create: the public part in MLSMessage form, with header, and the private
 * part (opaque, secret: both private keys). */
struct mls_key_package {
    struct slice message; /* MLSMessage(key_package) */
    struct slice ref;     /* KeyPackageRef */
    struct slice secret;  /* private part, opaque */
};

struct mls_key_package_view {
    uint16_t suite;
    struct slice ref;
    struct slice package; /* KeyPackage without header */
    struct mls_leaf_view leaf;
    uint64_t not_before_s, not_after_s;
    bool last_resort;
};

struct mls_group_params {
    const struct crypto_suite *suite;
    struct slice group_id; /* 1 to 255 bytes */
    struct mls_identity identity;
    struct mls_extensions extensions; /* group context */
    uint64_t not_before_s;            /* lifetime of our own leaf; both 0: unlimited */
    uint64_t not_after_s;
    bool encrypt_handshake; /* our proposals and commits as PrivateMessage */
    uint32_t padding_block; /* 0 none; else application data is padded up to the
                               buckets of wasm/schema/PROTOCOL.md 6.5       */
};

struct mls_join_params {
    struct slice welcome;      /* MLSMessage(welcome) or bare Welcome */
    struct slice ratchet_tree; /* bytes, or empty when inside the GroupInfo */
    struct slice key_package;  /* ours, as made above */
    struct slice key_package_secret;
    struct mls_identity identity; /* signature key and credential of that package */
    const struct mls_psk_lookup *psk;
    const struct mls_policy *policy;
    /* Optional: the group this one continues or branches from (RFC 9420 11.2, 11.3): its
     * resumption PSK is found there and the conditions on the successor are checked. */
    const struct mls_group *predecessor;
    bool encrypt_handshake;
    uint32_t padding_block;
    uint32_t *signer; /* optional, out: the leaf that signed the GroupInfo */
    /* Optional: called with the decrypted GroupInfo extensions before the tree is needed, so
     * that the tree can be fetched by a reference inside. May set ratchet_tree. */
    void *user;
    enum err (*tree)(void *user, struct mls_extensions group_info_extensions, struct slice *tree);
};

struct mls_external_params {
    const struct crypto_suite *suite; /* NULL: as the code point says */
    struct slice group_info;          /* MLSMessage(group_info) or bare */
    struct slice ratchet_tree;        /* or empty when inside */
    struct mls_identity identity;
    bool resync;          /* remove our old leaf: this one, or (UINT32_MAX) the one */
    uint32_t resync_leaf; /* with our credential */
    bool resync_key;      /* remove the leaf with our signature key, if there is one */
    struct slice psk_id;  /* optional encoded PreSharedKeyID (no nonce) to inject */
    const struct mls_psk_lookup *psk;
    const struct mls_policy *policy;
    bool encrypt_handshake; /* of later messages; the commit itself is public */
    uint32_t padding_block;
    uint32_t *signer;                /* optional, out: the leaf that signed the GroupInfo */
    struct slice authenticated_data; /* of the application, beside the commit */
};

enum mls_state { MLS_IDLE, MLS_PENDING, MLS_SUSPENDED, MLS_REMOVED };

enum mls_event_kind { MLS_EVENT_APPLICATION, MLS_EVENT_PROPOSAL, MLS_EVENT_COMMIT };

enum mls_proposal_type {
    MLS_PROPOSAL_ADD = 1,
    MLS_PROPOSAL_UPDATE = 2,
    MLS_PROPOSAL_REMOVE = 3,
    MLS_PROPOSAL_PSK = 4,
    MLS_PROPOSAL_REINIT = 5,
    MLS_PROPOSAL_EXTERNAL_INIT = 6,
    MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS = 7
};

enum mls_sender_type {
    MLS_SENDER_MEMBER = 1,
    MLS_SENDER_EXTERNAL = 2,
    MLS_SENDER_NEW_MEMBER_PROPOSAL = 3,
    MLS_SENDER_NEW_MEMBER_COMMIT = 4
};

/* One proposal as a commit applies it. */
struct mls_proposal_view {
    enum mls_proposal_type type;
    enum mls_sender_type sender_type;
    uint32_t sender;                   /* leaf of the proposer (member), index (external) */
    struct mls_leaf_view leaf;         /* add, update */
    uint32_t removed;                  /* remove */
    struct mls_leaf_view removed_leaf; /* remove: who it was */
    struct mls_extensions extensions;  /* group_context_extensions, reinit */
    struct slice psk_id;
    struct slice reinit_group_id;
    uint16_t reinit_suite;
};

struct mls_commit_view {
    enum mls_sender_type sender_type;
    uint32_t committer; /* its leaf, after the commit for external joiners */
    struct mls_leaf_view committer_leaf;
    const struct mls_proposal_view *proposals;
    size_t proposal_count;
    bool has_path;
    bool removes_us;
    uint64_t epoch; /* the new one */
};

struct mls_event {
    enum mls_event_kind kind;
    enum mls_sender_type sender_type;
    uint32_t sender;
    struct mls_leaf_view sender_leaf; /* of the epoch the message was sent in */
    uint64_t epoch;                   /* the message was sent in */
    struct slice data;                /* application data, in the arena */
    struct slice authenticated_data;
    struct slice proposal_ref; /* proposal */
    struct mls_proposal_view proposal;
    struct mls_commit_view commit; /* commit: already applied and saved */
    /* With ERR_GONE: a commit, well signed by the leaf `sender`, names a proposal by reference that
     * is not kept here. All else is empty then. */
    bool unknown_reference;
    bool own_signed; /* with ERR_STATE_OWN: our signature is on it, and we did not seal it here */
};

struct mls_process_params {
    const struct mls_psk_lookup *psk;
    const struct mls_policy *policy;
    uint64_t now_ms;
    /* Keys that are too old at this time are dropped; 0: now_ms. For a message that waited for
     * weeks, give the time it was sent. */
    uint64_t expire_ms;
};

struct mls_proposal {
    enum mls_proposal_type type;
    struct slice key_package;         /* add: message or bare */
    uint32_t removed;                 /* remove */
    struct slice psk_id;              /* psk: encoded PreSharedKeyID without nonce */
    struct mls_extensions extensions; /* group_context_extensions, reinit */
    struct slice reinit_group_id;
    uint16_t reinit_suite;
    bool fresh_signature; /* update: with the identity of the params */
};

/* A proposal from outside the group: an external sender of the group context (Add, Remove, psk,
 * ReInit, GroupContextExtensions), or a client that asks to be added with its own key package
 * (new_member). A PublicMessage; the group's state is not needed. */
struct mls_external_proposal {
    const struct crypto_suite *suite;
    struct slice group_id;
    uint64_t epoch;
    bool new_member;
    uint32_t sender;                     /* index among the external senders */
    struct crypto_sign_secret signature; /* of that sender, or of the key package */
    struct mls_proposal proposal;
};

struct mls_commit_params {
    const struct mls_proposal *proposals; /* by value */
    size_t proposal_count;
    bool no_references; /* leave out stored proposals (they are dropped by
                           the new epoch)                                   */
    bool force_path;
    bool tree_in_welcome;                        /* ratchet_tree extension in the GroupInfo */
    bool external_pub;                           /* external_pub extension in the GroupInfo */
    struct mls_extensions group_info_extensions; /* extra, in Welcome and GroupInfo */
    const struct mls_identity *identity;         /* path with another credential or signature key */
    const struct mls_psk_lookup *psk;
    const struct mls_policy *policy;
    uint64_t now_ms;
    struct slice authenticated_data; /* of the application, beside the commit */
};

struct mls_commit {
    struct slice commit;       /* MLSMessage */
    struct slice welcome;      /* MLSMessage(welcome) for all added members; empty when none */
    struct slice group_info;   /* MLSMessage(group_info) of the new epoch */
    struct slice ratchet_tree; /* of the new epoch */
    struct slice epoch_authenticator; /* of the new epoch */
};

#endif
