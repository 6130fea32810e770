/* The interface of the room: MLS groups (RFC 9420). That of key packages is key_package.h; reading
 * a Welcome before joining by it is in welcome.h.
 *
 * Life: mls_group_create / mls_group_join / mls_group_join_external / mls_group_load
 *   -> mls_group_protect, mls_group_process, mls_group_propose_*, mls_group_commit,
 *      mls_group_merge | mls_group_discard
 *   -> mls_group_destroy.
 *
 * A group owns its memory (one arena, replaced whole when an epoch changes, so a failed commit
 * leaves it as it was). It never touches a store: whatever must survive is written through
 * mls_storage, row by row and only the rows that changed: an application message rewrites one
 * ratchet row, never the group. The caller wraps each call and its own rows in one transaction and,
 * when anything fails, rolls back AND drops the object (mls_group_destroy) to load it again.
 *
 * States: idle -> (commit) pending -> merge | discard -> idle; idle -> (process a commit that
 * removes us) removed; idle -> (merge or process a ReInit) suspended.
 *
 * Every refusal of wasm/mls/CHECKS.md (V1-V91) is an error here; the group is unchanged then. */
#ifndef SOTTO_MLS_GROUP_H
#define SOTTO_MLS_GROUP_H
#include "mls/types.h"

/* ---- groups -------------------------------------------------------------------------------- */

MUST_CHECK enum err mls_group_create(struct mls_group **out, const struct mls_storage *storage,
                                     const struct mls_group_params *params);
MUST_CHECK enum err mls_group_join(struct mls_group **out, const struct mls_storage *storage,
                                   const struct mls_join_params *params);
/* The group is pending: merge it once the commit is accepted. commit: MLSMessage. */
MUST_CHECK enum err mls_group_join_external(struct mls_group **out,
                                            const struct mls_storage *storage,
                                            const struct mls_external_params *params,
                                            struct arena *arena, struct slice *commit);
/* Restores it from rows, including a pending commit. ERR_GONE: there are no rows. */
MUST_CHECK enum err mls_group_load(struct mls_group **out, const struct mls_storage *storage);
/* Frees and wipes the object; rows stay. Accepts NULL. */
void mls_group_destroy(struct mls_group *g);
/* Deletes every row of the group. */
MUST_CHECK enum err mls_group_forget(const struct mls_storage *storage);
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
/* RFC 9420 8.5. From the current epoch. */
MUST_CHECK enum err mls_group_export(const struct mls_group *g, struct slice label,
                                     struct slice context, uint8_t *out, size_t out_n);
/* The same from the epoch the pending commit leads to (to register keys with the commit).
 * ERR_STATE: none is pending. */
MUST_CHECK enum err mls_group_export_pending(const struct mls_group *g, struct slice label,
                                             struct slice context, uint8_t *out, size_t out_n);
/* Resumption PSK of this or one of the last LIMIT_MLS_RESUMPTION epochs: hash-size bytes. */
MUST_CHECK enum err mls_group_resumption_psk(const struct mls_group *g, uint64_t epoch,
                                             struct arena *arena, struct slice *out);
/* The ReInit proposal that suspended the group (encoded; borrowed). ERR_STATE: none did. */
MUST_CHECK enum err mls_group_committed_reinit(const struct mls_group *g, struct slice *proposal);

/* ---- application data ----------------------------------------------------------------------- */

/* Seals one message: MLSMessage(private). The ratchet row is written before this returns.
 * ERR_STATE: other members' proposals must be committed first (RFC 9420 12.4), or the group is
 * suspended or removed. */
MUST_CHECK enum err mls_group_protect(struct mls_group *g, struct arena *arena,
                                      struct slice authenticated_data, struct slice data,
                                      struct slice *message);

/* ---- incoming ------------------------------------------------------------------------------- */

/* Takes one MLSMessage (public or private). A commit is verified on a copy and, if it passes,
 * replaces the group; our own pending commit is then discarded. Errors leave the group as it was:
 * ERR_STATE_EPOCH (older than we keep), ERR_STATE_FUTURE, ERR_STATE_OWN (it claims to be
 * ours, proven only when own_signed is set; if it is the pending commit, merge that instead),
 * ERR_STATE_REPLAY (key used before), ERR_AUTH, ERR_AUTH_POLICY, ERR_INPUT, ERR_GONE (a PSK or
 * proposal we do not have). */
MUST_CHECK enum err mls_group_process(struct mls_group *g, struct arena *arena,
                                      const struct mls_process_params *params, struct slice message,
                                      struct mls_event *event);
/* Does it claim to be a proposal or a commit? (Nothing is checked.) */
bool mls_group_message_is_handshake(struct slice message);
/* Drops past epochs and skipped keys that are too old (RFC 9420, 9.2). mls_group_process does so
 * too, but a group may be silent. */
MUST_CHECK enum err mls_group_expire(struct mls_group *g, struct arena *arena, uint64_t now_ms);

/* ---- proposals and commits ------------------------------------------------------------------- */

/* Sends a proposal by reference and stores it. identity: for an update that changes credential or
 * signature key; NULL keeps both. */
MUST_CHECK enum err mls_group_propose(struct mls_group *g, struct arena *arena,
                                      const struct mls_process_params *params,
                                      const struct mls_proposal *proposal,
                                      const struct mls_identity *identity, struct slice *message);
MUST_CHECK enum err mls_group_external_propose(struct arena *arena,
                                               const struct mls_external_proposal *params,
                                               struct slice *message);
/* Forgets proposals that were received but not committed. */
MUST_CHECK enum err mls_group_clear_proposals(struct mls_group *g);
size_t mls_group_proposal_count(const struct mls_group *g);
/* Proposal i of those, in the arena. ERR_GONE: there are fewer. */
MUST_CHECK enum err mls_group_proposal(const struct mls_group *g, size_t i, struct arena *arena,
                                       struct mls_proposal_view *out);
/* Builds a commit; the group is pending until merge or discard. Commits everything stored plus the
 * list; stale or invalid stored proposals are left out. ERR_STATE: one is pending already. */
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
