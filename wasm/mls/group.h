/* The one door of the room: MLS groups (RFC 9420).
 *
 * Life: mls_group_create / mls_group_join / mls_group_join_external / mls_group_load
 *   -> mls_group_protect, mls_group_process, mls_group_propose_*, mls_group_commit,
 *      mls_group_merge | mls_group_discard
 *   -> mls_group_destroy.
 *
 * A group is an object of its own memory (one arena, replaced whole when an epoch changes, so a
 * failed commit leaves it as it was). It never touches a store: whatever must survive is written
 * through `struct mls_storage`, row by row and only the rows that changed: an application
 * message rewrites one ratchet row, never the group. The caller wraps each call and its own rows
 * in one transaction and, when anything fails, rolls back AND drops the object (mls_group_destroy)
 * to load it anew.
 *
 * States: idle -> (commit) pending -> merge | discard -> idle; idle -> (process a commit that
 * removes us) removed; idle -> (merge or process a ReInit) suspended.
 *
 * Every refusal of e2ee-core.md 6 (V1-V91) is an error here; the group is unchanged then. */
#ifndef SOTTO_MLS_GROUP_H
#define SOTTO_MLS_GROUP_H
#include "base/arena.h"
#include "base/buf.h"
#include "crypto/hpke.h"
#include "crypto/sign.h"
#include "mls/codec.h"

/* ---- rows -------------------------------------------------------------------------------- */

/* Rows of ONE group. Keys are short opaque byte strings made by this room. The callbacks join
 * the transaction that is open. Values hold secrets: the store seals them. */
struct mls_storage {
    void *user;
    /* OK, or ERR_GONE when there is no such row; the value is copied into the arena. */
    enum err (*get)(void *user, struct slice key, struct arena *arena, struct slice *value);
    enum err (*put)(void *user, struct slice key, struct slice value);
    enum err (*del)(void *user, struct slice key); /* OK when it was not there */
    /* Deletes every row whose key starts with prefix. */
    enum err (*del_prefix)(void *user, struct slice prefix);
};

/* Looks up an external or resumption PSK by its encoded PreSharedKeyID without the nonce.
 * ERR_GONE when unknown. External ids are the application's; resumption PSKs of this group are
 * found by the room itself, those of other groups are asked for here. */
struct mls_psk_lookup {
    void *user;
    enum err (*find)(void *user, struct slice psk_id, struct arena *arena, struct slice *secret);
};

/* ---- identities and key packages ---------------------------------------------------------- */

/* struct mls_extension and struct mls_extensions are in codec.h. */

/* Who we are in a group. Borrowed for the call. Credential is basic (RFC 9420 5.3). */
struct mls_identity {
    struct slice credential;             /* identity bytes                        */
    struct crypto_sign_secret signature; /* leaf signature key                    */
    struct mls_extensions leaf_extensions;
    const uint16_t *extension_types; /* capabilities beyond the leaf's own: group context types
                                        of the application (0xF0A1 ...) we can handle       */
    size_t extension_type_n;
    const uint16_t *credential_types; /* credential types we accept of others besides basic; the
                                         policy then judges their content (V30, V34)        */
    size_t credential_type_n;
};

struct mls_group;
struct mls_commit_view;
struct mls_proposal_view;

/* Policy of the application on who may be who. NULL accepts all (tests, vectors). Called for
 * every new or changed leaf before anything is changed (V30, V62). */
struct mls_leaf_view {
    uint32_t index;          /* UINT32_MAX: a key package, not placed yet                   */
    struct slice credential; /* identity of a basic credential; the raw cert chain otherwise */
    uint16_t credential_type;
    struct slice signature_key; /* 32 bytes                                            */
    struct slice encryption_key;
    struct mls_extensions extensions;
};
struct mls_policy {
    void *user;
    /* May this leaf stand in a group at all? ERR_AUTH_POLICY to refuse. */
    enum err (*leaf)(void *user, const struct mls_leaf_view *leaf);
    /* May `after` replace `before` (Update, path, external commit with remove)? */
    enum err (*replace)(void *user, const struct mls_leaf_view *before,
                        const struct mls_leaf_view *after);
    /* May this commit do this? Called once per commit, after all cryptographic checks. */
    enum err (*commit)(void *user, const struct mls_group *group,
                       const struct mls_commit_view *commit);
    /* May this proposal be kept, to be committed by anybody? Called when one arrives by reference,
     * and again before it goes along in a commit of ours: what is refused is left out. */
    enum err (*proposal)(void *user, const struct mls_group *group,
                         const struct mls_proposal_view *proposal);
    bool check_lifetime; /* V36; off for vectors */
    uint64_t now_s;      /* unix time for V36    */
};

/* Makes a KeyPackage (MLSMessage form, with header) and its private part (opaque, secret: both
 * private keys). lifetime in unix seconds. last_resort adds extension 10.
 * ref: crypto_hash_size bytes. */
struct mls_key_package {
    struct slice message; /* MLSMessage(key_package)   */
    struct slice ref;     /* KeyPackageRef             */
    struct slice secret;  /* private part, opaque      */
};
MUST_CHECK enum err mls_key_package_create(struct arena *arena, struct mls_key_package *out,
                                           const struct crypto_suite *suite,
                                           const struct mls_identity *id, uint64_t not_before_s,
                                           uint64_t not_after_s, bool last_resort);
/* Reads and verifies one (V40-V43, V31-V36); accepts it with or without the MLSMessage header. */
struct mls_key_package_view {
    uint16_t suite;
    struct slice ref;
    struct slice package; /* KeyPackage without header */
    struct mls_leaf_view leaf;
    uint64_t not_before_s, not_after_s;
    bool last_resort;
};
MUST_CHECK enum err mls_key_package_read(struct arena *arena, struct mls_key_package_view *out,
                                         struct slice message, const struct mls_policy *policy);

/* ---- groups -------------------------------------------------------------------------------- */

struct mls_group;

struct mls_group_params {
    const struct crypto_suite *suite;
    struct slice group_id; /* 1 to 255 bytes                               */
    struct mls_identity identity;
    struct mls_extensions extensions; /* group context                                */
    uint64_t not_before_s;            /* lifetime of our own leaf; both 0: unlimited  */
    uint64_t not_after_s;
    bool encrypt_handshake; /* our proposals and commits as PrivateMessage  */
    uint32_t padding_block; /* 0 none; else application data is padded up to the
                               buckets of e2ee-core.md 7                    */
};
MUST_CHECK enum err mls_group_create(struct mls_group **out, const struct mls_storage *storage,
                                     const struct mls_group_params *params);

struct mls_join_params {
    struct slice welcome;      /* MLSMessage(welcome) or bare Welcome              */
    struct slice ratchet_tree; /* bytes, or empty when inside the GroupInfo        */
    struct slice key_package;  /* ours, as made above                              */
    struct slice key_package_secret;
    struct mls_identity identity; /* signature key and credential of that package     */
    const struct mls_psk_lookup *psk;
    const struct mls_policy *policy;
    /* Optional: the group this one continues or branches from (RFC 9420 11.2, 11.3): its
     * resumption PSK is found there and the conditions on the successor are checked. */
    const struct mls_group *predecessor;
    bool encrypt_handshake;
    uint32_t padding_block;
    uint32_t *signer; /* optional, out: the leaf of who signed the GroupInfo             */
    /* Optional: called with the decrypted GroupInfo extensions before the tree is needed, so
     * that the tree can be fetched by a reference inside. May set ratchet_tree. */
    void *user;
    enum err (*tree)(void *user, struct mls_extensions group_info_extensions, struct slice *tree);
};
MUST_CHECK enum err mls_group_join(struct mls_group **out, const struct mls_storage *storage,
                                   const struct mls_join_params *params);
/* Which of our KeyPackageRefs does this Welcome name? Writes the matching index or ERR_GONE. */
MUST_CHECK enum err mls_welcome_find(struct slice welcome, const struct slice *refs, size_t n,
                                     size_t *index);
/* The same Welcome with the secrets of these joiners only (one Welcome an account). */
MUST_CHECK enum err mls_welcome_split(struct arena *arena, struct slice welcome,
                                      const struct slice *refs, size_t n, struct slice *out);
/* GroupInfo extensions of a Welcome, decrypted with our package, before joining. */
MUST_CHECK enum err mls_welcome_peek(struct arena *arena, const struct mls_join_params *params,
                                     struct mls_extensions *group_info_extensions,
                                     struct slice *group_id);

struct mls_external_params {
    const struct crypto_suite *suite; /* NULL: as the code point says                    */
    struct slice group_info;          /* MLSMessage(group_info) or bare                         */
    struct slice ratchet_tree;        /* or empty when inside                                   */
    struct mls_identity identity;
    bool resync;          /* remove our old leaf: this one, or (UINT32_MAX) the one */
    uint32_t resync_leaf; /* with our credential                                    */
    bool resync_key;      /* remove the leaf with our signature key, if there is one */
    struct slice psk_id;  /* optional encoded PreSharedKeyID (no nonce) to inject   */
    const struct mls_psk_lookup *psk;
    const struct mls_policy *policy;
    bool encrypt_handshake; /* of later messages; the commit itself is public         */
    uint32_t padding_block;
    uint32_t *signer; /* optional, out: the leaf of who signed the GroupInfo             */
    struct slice authenticated_data; /* of the application, beside the commit          */
};
/* The group is pending: merge when the commit was accepted. commit: MLSMessage. */
MUST_CHECK enum err mls_group_join_external(struct mls_group **out,
                                            const struct mls_storage *storage,
                                            const struct mls_external_params *params,
                                            struct arena *arena, struct slice *commit);

/* Restores from rows, pending commit included. ERR_GONE when there are none. */
MUST_CHECK enum err mls_group_load(struct mls_group **out, const struct mls_storage *storage);
/* Frees and wipes the object; rows stay. Accepts NULL. */
void mls_group_destroy(struct mls_group *g);
/* Deletes every row of the group. */
MUST_CHECK enum err mls_group_forget(const struct mls_storage *storage);

enum mls_state { MLS_IDLE, MLS_PENDING, MLS_SUSPENDED, MLS_REMOVED };
enum mls_state mls_group_state(const struct mls_group *g);
const struct crypto_suite *mls_group_suite(const struct mls_group *g);
struct slice mls_group_id(const struct mls_group *g);
uint64_t mls_group_epoch(const struct mls_group *g);
uint32_t mls_group_own_leaf(const struct mls_group *g);
struct mls_extensions mls_group_extensions(const struct mls_group *g);
struct slice mls_group_epoch_authenticator(const struct mls_group *g);
/* Leaves in index order; *next starts at 0. False at the end. Views borrow from the group. */
bool mls_group_next_member(const struct mls_group *g, uint32_t *next, struct mls_leaf_view *out);
size_t mls_group_member_count(const struct mls_group *g);
/* ERR_GONE for a blank or foreign index. */
MUST_CHECK enum err mls_group_member(const struct mls_group *g, uint32_t index,
                                     struct mls_leaf_view *out);
/* RFC 9420 8.5. Of the current epoch. */
MUST_CHECK enum err mls_group_export(const struct mls_group *g, struct slice label,
                                     struct slice context, uint8_t *out, size_t out_n);
/* Of the epoch the pending commit leads to (to register keys with the commit). ERR_STATE when
 * none is pending. */
MUST_CHECK enum err mls_group_export_pending(const struct mls_group *g, struct slice label,
                                             struct slice context, uint8_t *out, size_t out_n);
/* Resumption PSK of this or one of the last LIMIT_MLS_RESUMPTION epochs: hash-size bytes. */
MUST_CHECK enum err mls_group_resumption_psk(const struct mls_group *g, uint64_t epoch,
                                             struct arena *arena, struct slice *out);

/* The ReInit proposal that suspended the group (encoded; borrowed). ERR_STATE when none did. */
MUST_CHECK enum err mls_group_committed_reinit(const struct mls_group *g, struct slice *proposal);

/* ---- application data ----------------------------------------------------------------------- */

/* Seals one message: MLSMessage(private). The ratchet row is written before this returns.
 * ERR_STATE when a commit is pending on proposals of others (RFC 9420 12.4: commit first), the
 * group is suspended or removed. */
MUST_CHECK enum err mls_group_protect(struct mls_group *g, struct arena *arena,
                                      struct slice authenticated_data, struct slice data,
                                      struct slice *message);

/* ---- incoming ------------------------------------------------------------------------------- */

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
    uint32_t sender;                   /* leaf of the proposer (member), index (external)      */
    struct mls_leaf_view leaf;         /* add, update                                          */
    uint32_t removed;                  /* remove                                               */
    struct mls_leaf_view removed_leaf; /* remove: who it was                                   */
    struct mls_extensions extensions;  /* group_context_extensions, reinit                     */
    struct slice psk_id;
    struct slice reinit_group_id;
    uint16_t reinit_suite;
};
struct mls_commit_view {
    enum mls_sender_type sender_type;
    uint32_t committer; /* its leaf, after the commit for external joiners      */
    struct mls_leaf_view committer_leaf;
    const struct mls_proposal_view *proposals;
    size_t proposal_count;
    bool has_path;
    bool removes_us;
    uint64_t epoch; /* the new one                                          */
};
struct mls_event {
    enum mls_event_kind kind;
    enum mls_sender_type sender_type;
    uint32_t sender;
    struct mls_leaf_view sender_leaf; /* of the epoch the message was sent in                 */
    uint64_t epoch;                   /* the message was sent in                              */
    struct slice data;                /* application data, in the arena                       */
    struct slice authenticated_data;
    struct slice proposal_ref; /* proposal                                             */
    struct mls_proposal_view proposal;
    struct mls_commit_view commit; /* commit: already applied and saved                    */
    /* With ERR_GONE: a commit, well signed by the leaf `sender`, names a proposal by reference that
     * is not kept here. All else is empty then. */
    bool unknown_reference;
    bool own_signed; /* with ERR_STATE_OWN: our signature is on it, and we did not seal it here */
};
struct mls_process_params {
    const struct mls_psk_lookup *psk;
    const struct mls_policy *policy;
    uint64_t now_ms;
    /* Keys that are too old at this time are dropped; 0: now_ms. Who reads what waited for weeks
     * gives the time it was sent at. */
    uint64_t expire_ms;
};
/* Takes one MLSMessage (public or private). A commit is verified on a copy and, when everything
 * holds, replaces the group; a pending own commit is then discarded. Errors leave the group as it
 * was: ERR_STATE_EPOCH (older than we keep), ERR_STATE_FUTURE, ERR_STATE_OWN (our own message:
 * merge instead if it is the pending commit; or so it says, unless own_signed is set),
 * ERR_STATE_REPLAY (key used before), ERR_AUTH, ERR_AUTH_POLICY, ERR_INPUT, ERR_GONE (a PSK or
 * proposal we do not have). */
MUST_CHECK enum err mls_group_process(struct mls_group *g, struct arena *arena,
                                      const struct mls_process_params *params, struct slice message,
                                      struct mls_event *event);
/* Does it say of itself that it is a proposal or a commit? (Nothing is checked.) */
bool mls_group_message_is_handshake(struct slice message);
/* Drops past epochs and skipped keys that are too old (e2ee-core.md 7); mls_group_process does it
 * too, but a group may be silent. */
MUST_CHECK enum err mls_group_expire(struct mls_group *g, struct arena *arena, uint64_t now_ms);

/* ---- proposals and commits ------------------------------------------------------------------- */

struct mls_proposal {
    enum mls_proposal_type type;
    struct slice key_package;         /* add: message or bare                              */
    uint32_t removed;                 /* remove                                            */
    struct slice psk_id;              /* psk: encoded PreSharedKeyID without nonce         */
    struct mls_extensions extensions; /* group_context_extensions, reinit                  */
    struct slice reinit_group_id;
    uint16_t reinit_suite;
    bool fresh_signature; /* update: with the identity of the params           */
};
/* Sends a proposal by reference and stores it. identity: for an update that changes credential or
 * signature key (NULL keeps). */
MUST_CHECK enum err mls_group_propose(struct mls_group *g, struct arena *arena,
                                      const struct mls_process_params *params,
                                      const struct mls_proposal *proposal,
                                      const struct mls_identity *identity, struct slice *message);
/* A proposal from outside the group: an external sender of the group context (Add, Remove, psk,
 * ReInit, GroupContextExtensions), or a client that asks to be added with its own key package
 * (new_member). A PublicMessage; the group's state is not needed. */
struct mls_external_proposal {
    const struct crypto_suite *suite;
    struct slice group_id;
    uint64_t epoch;
    bool new_member;
    uint32_t sender;                     /* index among the external senders            */
    struct crypto_sign_secret signature; /* of that sender, or of the key package       */
    struct mls_proposal proposal;
};
MUST_CHECK enum err mls_group_external_propose(struct arena *arena,
                                               const struct mls_external_proposal *params,
                                               struct slice *message);
/* Forgets proposals received and not committed. */
MUST_CHECK enum err mls_group_clear_proposals(struct mls_group *g);
size_t mls_group_proposal_count(const struct mls_group *g);
/* One of them, in the arena. ERR_GONE: not so many. */
MUST_CHECK enum err mls_group_proposal(const struct mls_group *g, size_t i, struct arena *arena,
                                       struct mls_proposal_view *out);

struct mls_commit_params {
    const struct mls_proposal *proposals; /* by value                                         */
    size_t proposal_count;
    bool no_references; /* leave out stored proposals (they are dropped by
                           the new epoch)                                   */
    bool force_path;
    bool tree_in_welcome; /* ratchet_tree extension in the GroupInfo          */
    bool external_pub;    /* external_pub extension in the GroupInfo          */
    struct mls_extensions group_info_extensions; /* extra, in Welcome and GroupInfo           */
    const struct mls_identity *identity; /* path with another credential or signature key    */
    const struct mls_psk_lookup *psk;
    const struct mls_policy *policy;
    uint64_t now_ms;
    struct slice authenticated_data; /* of the application, beside the commit                 */
};
struct mls_commit {
    struct slice commit;       /* MLSMessage                                                  */
    struct slice welcome;      /* MLSMessage(welcome) for all added members; empty when none  */
    struct slice group_info;   /* MLSMessage(group_info) of the new epoch                     */
    struct slice ratchet_tree; /* of the new epoch                                            */
    struct slice epoch_authenticator; /* of the new epoch                                     */
};
/* Builds a commit; the group is pending until merge or discard. Commits everything stored plus
 * the list. ERR_STATE when one is pending already. Stale or invalid stored proposals are left
 * out. */
MUST_CHECK enum err mls_group_commit(struct mls_group *g, struct arena *arena,
                                     const struct mls_commit_params *params,
                                     struct mls_commit *out);
/* The pending commit was accepted by the delivery service: switch to the new epoch. The view
 * (may be NULL) tells what it did. */
MUST_CHECK enum err mls_group_merge(struct mls_group *g, struct arena *arena,
                                    struct mls_commit_view *view);
MUST_CHECK enum err mls_group_discard(struct mls_group *g);
/* Is this message our pending commit? */
bool mls_group_is_pending(const struct mls_group *g, struct slice message);

/* GroupInfo of the current epoch (external joins), MLSMessage form; tree: our ratchet tree. */
MUST_CHECK enum err mls_group_info(const struct mls_group *g, struct arena *arena, bool with_tree,
                                   bool external_pub, struct mls_extensions extra,
                                   struct slice *group_info, struct slice *ratchet_tree);

/* ---- successors (RFC 9420 11.2, 11.3) ----------------------------------------------------------
 */

/* New group tied to this one by a resumption PSK: reinit (after a ReInit was committed) or
 * branch. The members to add come as key packages; welcome carries the PSK. */
MUST_CHECK enum err mls_group_successor(struct mls_group **out, const struct mls_storage *storage,
                                        struct mls_group *old, bool reinit,
                                        const struct mls_group_params *params,
                                        const struct slice *key_packages, size_t key_package_count,
                                        const struct mls_commit_params *commit_params,
                                        struct arena *arena, struct mls_commit *welcome);

#endif
