/* The group object behind the interface, its rows, and the step from one epoch to the next.
 *
 *   home arena      this struct
 *   epoch           the current epoch, its own arena
 *   proposals       proposals of this epoch, their own arena, emptied with the epoch
 *   pending         the epoch our uncommitted commit leads to, with the commit
 *
 * mls_group_state_advance is the one place where an epoch ends: it writes every row of the new
 * one, keeps what late messages of the old one need, and only then swaps the objects. */
#ifndef SOTTO_MLS_GROUP_STATE_H
#define SOTTO_MLS_GROUP_STATE_H
#include "mls/proposal_list.h"

/* Proposals kept of one epoch: no more than a commit can name. */
#define MLS_GROUP_PROPOSALS_MAX MLS_COMMIT_PROPOSALS_MAX

struct mls_past_epoch {
    uint64_t epoch;
    uint64_t ended_ms; /* 0: unknown */
};
struct mls_resumption {
    uint64_t epoch;
    struct mls_secret secret;
};

/* Our commit after it is made and before it is merged. Everything is in the arena of `next`. */
struct mls_pending {
    struct mls_epoch *next;
    uint8_t message_hash[CRYPTO_SHA256_SIZE]; /* of the MLSMessage */
    struct mls_commit_view view;
    struct slice reinit; /* the ReInit it commits, or empty */
    uint64_t now_ms;
};

struct mls_group {
    struct arena home;
    struct mls_storage storage;
    enum mls_state state;
    bool encrypt_handshake;
    uint32_t padding_block;
    struct mls_epoch *epoch;
    struct mls_pending *pending;
    struct arena proposal_arena;
    struct mls_stored_proposal **proposals;
    size_t proposal_count, proposal_room;
    struct mls_past_epoch past[LIMIT_MLS_EPOCHS_KEPT]; /* oldest first */
    size_t past_count;
    struct mls_resumption resumption[LIMIT_MLS_RESUMPTION]; /* oldest first */
    size_t resumption_count;
    struct mls_message_keys_queue queue;
    struct slice reinit; /* the committed ReInit proposal, in the home arena */
};

/* What a late message of a past epoch is opened and verified with. */
struct mls_past_state {
    struct slice context;
    struct mls_secret sender_data;
    uint32_t width;
    struct slice leaves; /* bitmap: which leaves were not blank */
};

/* An idle object around an epoch; takes the epoch (destroys it on failure). */
MUST_CHECK enum err mls_group_state_create(struct mls_group **out,
                                           const struct mls_storage *storage,
                                           struct mls_epoch *epoch);
/* Frees and wipes the object; rows stay. Accepts NULL. */
void mls_group_state_destroy(struct mls_group *g);
/* First rows of a group: everything of its current epoch. */
MUST_CHECK enum err mls_group_state_save_new(struct mls_group *g, struct arena *scratch);
/* Only row G. */
MUST_CHECK enum err mls_group_state_save(const struct mls_group *g, struct arena *scratch);
/* Ends the current epoch and starts `next` (taken on success only). reinit: the proposal when
 * this commit was a ReInit. The pending commit is forgotten. */
MUST_CHECK enum err mls_group_state_advance(struct mls_group *g, struct mls_epoch *next,
                                            struct slice reinit, uint64_t now_ms,
                                            struct arena *scratch);
/* We were removed: every row except G goes, secrets are wiped. */
MUST_CHECK enum err mls_group_state_remove(struct mls_group *g, struct arena *scratch);
/* Everything but a pending commit. */
MUST_CHECK enum err mls_group_state_load(struct mls_group **out, const struct mls_storage *storage,
                                         struct arena *scratch);

/* Stores a verified proposal in memory and as a row. ERR_LIMIT. */
MUST_CHECK enum err mls_group_state_add_proposal(struct mls_group *g,
                                                 const struct mls_stored_proposal *proposal,
                                                 struct arena *scratch);
/* By its ProposalRef, or NULL. */
const struct mls_stored_proposal *mls_group_state_find_proposal(const struct mls_group *g,
                                                                struct slice ref);
void mls_group_state_forget_proposals(struct mls_group *g);
/* Wipes the pending commit in memory. */
void mls_group_state_forget_pending(struct mls_group *g);

/* ERR_GONE when the epoch is not kept. */
MUST_CHECK enum err mls_group_state_past(const struct mls_group *g, uint64_t epoch,
                                         struct mls_past_state *out, struct arena *scratch);
/* A leaf as it was in that epoch. ERR_GONE when it was blank. */
MUST_CHECK enum err mls_group_state_past_leaf(const struct mls_group *g,
                                              const struct mls_past_state *past, uint64_t epoch,
                                              uint32_t index, struct mls_leaf *out,
                                              struct arena *scratch);
/* Drops past epochs and skipped keys that are too old. */
MUST_CHECK enum err mls_group_state_expire(struct mls_group *g, uint64_t now_ms,
                                           struct arena *scratch);
/* Resumption PSK of an epoch we keep, or NULL. */
const struct mls_secret *mls_group_state_resumption(const struct mls_group *g, uint64_t epoch);

#endif
