/* The list of proposals of one commit: each on its own, all together, and what they do to a tree.
 *
 * A proposal is verified once: when it arrives (by reference) or when the commit that carries it
 * does (by value). The list rules are cheap and run for every commit, sent or received.
 * Source: RFC 9420, 12.1, 12.2, 12.3; wasm/mls/CHECKS.md, V50-V64. */
#ifndef SOTTO_MLS_PROPOSAL_LIST_H
#define SOTTO_MLS_PROPOSAL_LIST_H
#include "mls/commit.h"
#include "mls/epoch.h"

/* A proposal waiting for a commit. The struct and its bytes live in the group's proposal arena. */
struct mls_stored_proposal {
    struct mls_secret ref;      /* ProposalRef */
    struct slice authenticated; /* AuthenticatedContent it was sent as */
    struct mls_proposal_body body;
    enum mls_sender_type sender_type;
    uint32_t sender;
    bool own_update; /* the private parts of our own Update follow */
    struct crypto_hpke_secret leaf_secret;
    struct crypto_sign_secret signature;
};

struct mls_proposal_item {
    struct mls_proposal_body body;
    enum mls_sender_type sender_type;
    uint32_t sender;
    const struct mls_stored_proposal *stored; /* by reference; NULL: by value */
    uint32_t leaf;                            /* add: where it was put */
};

struct mls_proposal_list {
    struct mls_proposal_item *v;
    size_t n;
    enum mls_sender_type committer_type;
    uint32_t committer; /* its leaf; of an external joiner: set when applied */
};

/* V13, V14, V30-V43, V50: one proposal against the epoch, cryptography included. */
MUST_CHECK enum err mls_proposal_list_verify(const struct mls_epoch *e,
                                             const struct mls_proposal_body *body,
                                             enum mls_sender_type sender_type, uint32_t sender,
                                             const struct mls_policy *policy,
                                             struct arena *scratch);
/* V51-V56, V60, V61: the list rules of a member's or an external joiner's commit.
 * ERR_INPUT. */
MUST_CHECK enum err mls_proposal_list_check(const struct mls_epoch *e,
                                            const struct mls_proposal_list *list);
/* Appends an item if the list would still pass (the caller made room); false: left out. */
bool mls_proposal_list_add(const struct mls_epoch *e, struct mls_proposal_list *list,
                           const struct mls_proposal_item *item);
/* V70: does this list need a path? */
bool mls_proposal_list_needs_path(const struct mls_proposal_list *list);
/* First item of a type, or NULL. */
const struct mls_proposal_item *mls_proposal_list_find(const struct mls_proposal_list *list,
                                                       enum mls_proposal_type type);
/* Applies to the tree and extensions of a cloned epoch: extensions, updates, removes, adds. added
 * (one bool per leaf of the resulting tree) comes from scratch. */
MUST_CHECK enum err mls_proposal_list_apply(struct mls_epoch *next, struct mls_proposal_list *list,
                                            bool **added, struct arena *scratch);
/* Is our own leaf among the removed? */
bool mls_proposal_list_removes(const struct mls_proposal_list *list, uint32_t leaf);

/* One item as the application sees it; leaves are copied into the arena. */
MUST_CHECK enum err mls_proposal_list_view(struct arena *arena, struct mls_proposal_view *out,
                                           const struct mls_epoch *before,
                                           const struct mls_proposal_item *item);

#endif
