/* A commit on a copy: what sending, receiving and joining by commit have in common.
 *
 *   mls_stage_collect   the proposals a received commit names
 *   mls_stage_begin     list rules, then the next epoch as a clone with the proposals applied
 *   mls_stage_merge     a received path into the clone   (a sent one: mls_treekem_create)
 *   mls_stage_open      its secrets
 *   mls_stage_schedule  transcript, context, key schedule
 *   mls_stage_check     is what came out a valid group?
 *   mls_stage_view      what the application is told and asked
 *
 * The group is not touched; mls_stage_end destroys the clone unless it was taken.
 * Source: RFC 9420, 12.4.1, 12.4.2. */
#ifndef SOTTO_MLS_STAGE_H
#define SOTTO_MLS_STAGE_H
#include "mls/framing.h"
#include "mls/psk.h"

struct mls_stage {
    struct mls_group *group;
    const struct mls_psk_lookup *psk;
    const struct mls_policy *policy;
    struct arena *scratch;
    struct mls_proposal_list list;
    struct mls_epoch *next;
    bool *added;  /* by leaf; NULL in external commits */
    bool unknown; /* a proposal by reference that is not kept here */
    bool has_path;
    bool removes_us;
    struct mls_psk_id *psk_ids; /* in the order of the list */
    size_t psk_n;
    struct mls_path_secrets path;
    struct mls_secret init;   /* of the epoch before, or by external init */
    struct mls_secret commit; /* zeros without a path */
    bool psk_known;           /* psk_secret is set already (a commit applied again) */
    struct mls_secret psk_secret;
    struct mls_secret joiner;
};

struct mls_stage mls_stage_make(struct mls_group *g, const struct mls_psk_lookup *psk,
                                const struct mls_policy *policy, struct arena *scratch);
/* Wipes secrets, destroys the clone. */
void mls_stage_end(struct mls_stage *s);
/* Hands the clone to the caller. */
struct mls_epoch *mls_stage_take(struct mls_stage *s);

/* V59: proposals by value are verified here, references looked up. list.committer is set. */
MUST_CHECK enum err mls_stage_collect(struct mls_stage *s, const struct mls_commit_body *commit);
/* V51-V61, V70, then clones and applies. has_path is set. If removes_us comes out, the path can be
 * merged but not opened. */
MUST_CHECK enum err mls_stage_begin(struct mls_stage *s);
/* V37, V38, V62, V63, V71, V73; next->context is then the provisional one. */
MUST_CHECK enum err mls_stage_merge(struct mls_stage *s, const struct mls_update_path *path);
/* V74. */
MUST_CHECK enum err mls_stage_open(struct mls_stage *s, const struct mls_update_path *path);
/* V75; next has its transcript hash, context, secrets and confirmation tag afterwards. */
MUST_CHECK enum err mls_stage_schedule(struct mls_stage *s, enum mls_wire_format wire_format,
                                       struct slice content, struct slice signature);
/* V39, V33, V34, V57, V58, V72, V77; and a merge must change the epoch authenticator. */
MUST_CHECK enum err mls_stage_check(const struct mls_stage *s);
/* The view, in the arena, and the policy's verdict on it. */
MUST_CHECK enum err mls_stage_view(const struct mls_stage *s, struct arena *arena,
                                   struct mls_commit_view *out);
/* The encoded ReInit of the list, or empty. */
struct slice mls_stage_reinit(const struct mls_stage *s);

#endif
