#include "mls/stage.h"

#include "base/ct.h"
#include "mls/tree_check.h"

struct mls_stage mls_stage_make(struct mls_group *g, const struct mls_psk_lookup *psk,
                                const struct mls_policy *policy, struct arena *scratch)
{
    return (struct mls_stage){
        .group = g,
        .psk = psk,
        .policy = policy,
        .scratch = scratch,
        .list = {.committer_type = MLS_SENDER_MEMBER},
        .init = g->epoch->secrets.init,
    };
}

void mls_stage_end(struct mls_stage *s)
{
    mls_epoch_destroy(s->next);
    wipe(&s->path, sizeof s->path);
    wipe(&s->init, sizeof s->init);
    wipe(&s->commit, sizeof s->commit);
    wipe(&s->psk_secret, sizeof s->psk_secret);
    wipe(&s->joiner, sizeof s->joiner);
    s->next = NULL;
}

struct mls_epoch *mls_stage_take(struct mls_stage *s)
{
    struct mls_epoch *next = s->next;
    s->next = NULL;
    return next;
}

/* ---- the list ------------------------------------------------------------------------------ */

static enum err collect_one(struct mls_stage *s, struct slice *rest, struct mls_proposal_item *item)
{
    const struct mls_epoch *e = s->group->epoch;
    bool by_reference = false;
    struct slice reference;
    TRY(mls_commit_next(rest, &by_reference, &reference, &item->body));
    if (by_reference) {
        item->stored = mls_group_state_find_proposal(s->group, reference);
        if (item->stored == NULL) {
            s->unknown = true;
            return ERR_GONE;
        }
        item->body = item->stored->body;
        item->sender_type = item->stored->sender_type;
        item->sender = item->stored->sender;
        return OK;
    }
    item->sender_type = s->list.committer_type;
    item->sender = s->list.committer;
    return mls_proposal_list_verify(e, &item->body, item->sender_type, item->sender, s->policy,
                                    s->scratch);
}

enum err mls_stage_collect(struct mls_stage *s, const struct mls_commit_body *commit)
{
    struct slice rest = commit->proposals;
    s->has_path = commit->has_path;
    s->list.n = 0;
    s->list.v = arena_array(s->scratch, commit->count, sizeof *s->list.v);
    if (s->list.v == NULL) {
        return ERR_HOST_MEMORY;
    }
    while (rest.n > 0) {
        TRY(collect_one(s, &rest, &s->list.v[s->list.n]));
        s->list.n++;
    }
    return OK;
}

static enum err collect_psks(struct mls_stage *s)
{
    s->psk_n = 0;
    s->psk_ids = arena_array(s->scratch, s->list.n, sizeof *s->psk_ids);
    if (s->psk_ids == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < s->list.n; i++) {
        if (s->list.v[i].body.type == MLS_PROPOSAL_PSK) {
            s->psk_ids[s->psk_n++] = s->list.v[i].body.psk;
        }
    }
    return OK;
}

enum err mls_stage_begin(struct mls_stage *s)
{
    const struct mls_epoch *old = s->group->epoch;
    TRY(mls_proposal_list_check(old, &s->list));
    if (!s->has_path && mls_proposal_list_needs_path(&s->list)) {
        return ERR_INPUT;
    }
    TRY(collect_psks(s));
    s->removes_us = old->member && mls_proposal_list_removes(&s->list, old->priv.leaf);
    if (old->epoch == UINT64_MAX) {
        return ERR_LIMIT;
    }
    TRY(mls_epoch_clone(&s->next, old));
    s->next->epoch = old->epoch + 1;
    TRY(mls_proposal_list_apply(s->next, &s->list, &s->added, s->scratch));
    if (s->list.committer_type != MLS_SENDER_MEMBER) {
        s->added = NULL; /* an external commit adds nobody but its sender */
    }
    return OK;
}

/* ---- the path ------------------------------------------------------------------------------ */

/* V62: the removed leaf belongs to the joiner. Without a policy: the same credential. */
static enum err check_replaced(const struct mls_stage *s, const struct mls_leaf *before,
                               const struct mls_leaf *after, uint32_t index, bool resync)
{
    if (slice_equal(before->encryption_key, after->encryption_key)) {
        return ERR_INPUT; /* V38 */
    }
    if (s->policy != NULL && s->policy->replace != NULL) {
        return mls_leaf_may_replace(s->scratch, s->policy, before, after, index);
    }
    if (resync && (before->credential_type != after->credential_type ||
                   !slice_equal(before->credential, after->credential))) {
        return ERR_AUTH_POLICY;
    }
    return OK;
}

static enum err place_joiner(struct mls_stage *s, const struct mls_leaf *leaf)
{
    const struct mls_epoch *old = s->group->epoch;
    const struct mls_proposal_item *remove = mls_proposal_list_find(&s->list, MLS_PROPOSAL_REMOVE);
    if (remove != NULL) {
        const struct mls_leaf *before = mls_tree_leaf(&old->tree, remove->body.removed);
        TRY(check_replaced(s, before, leaf, remove->body.removed, true));
    }
    TRY(mls_tree_add(&s->next->tree, leaf, &s->list.committer));
    mls_treekem_prune(&s->next->tree, &s->next->priv);
    return OK;
}

enum err mls_stage_merge(struct mls_stage *s, const struct mls_update_path *path)
{
    const struct mls_epoch *old = s->group->epoch;
    struct mls_epoch *next = s->next;
    const struct mls_leaf *leaf = &path->leaf;
    TRY(mls_leaf_check(leaf, next->suite, MLS_LEAF_COMMIT));
    if (s->list.committer_type == MLS_SENDER_NEW_MEMBER_COMMIT) {
        TRY(place_joiner(s, leaf));
    } else {
        TRY(check_replaced(s, mls_tree_leaf(&old->tree, s->list.committer), leaf, s->list.committer,
                           false));
    }
    TRY(mls_leaf_verify(s->scratch, leaf, next->group_id, s->list.committer));
    TRY(mls_leaf_allowed(s->scratch, s->policy, leaf, s->list.committer));
    TRY(mls_treekem_merge(&next->tree, path, s->list.committer, s->added, s->scratch));
    mls_treekem_prune(&next->tree, &next->priv);
    return mls_epoch_encode_context(next);
}

enum err mls_stage_open(struct mls_stage *s, const struct mls_update_path *path)
{
    struct mls_epoch *next = s->next;
    TRY(mls_treekem_open(&next->tree, &next->priv, &s->path, path, s->list.committer, next->context,
                         s->added, s->scratch));
    s->commit = s->path.commit;
    return OK;
}

/* ---- the epoch ----------------------------------------------------------------------------- */

enum err mls_stage_schedule(struct mls_stage *s, enum mls_wire_format wire_format,
                            struct slice content, struct slice signature)
{
    const struct mls_epoch *old = s->group->epoch;
    struct mls_epoch *next = s->next;
    struct mls_psk_source source = {.group = s->group, .lookup = s->psk};
    if (!s->psk_known) {
        TRY(mls_psk_chain(next->suite, &s->psk_secret, &source, s->psk_ids, s->psk_n, s->scratch));
    }
    mls_key_schedule_confirmed(next->suite, &next->confirmed, mls_epoch_slice(old, &old->interim),
                               (uint16_t)wire_format, content, signature);
    next->confirmed_n = next->suite->nh;
    TRY(mls_epoch_encode_context(next));
    TRY(mls_key_schedule_joiner(next->suite, &s->joiner, &s->init, &s->commit, next->context));
    return mls_epoch_derive(next, &s->joiner, &s->psk_secret);
}

enum err mls_stage_check(const struct mls_stage *s)
{
    const struct mls_epoch *old = s->group->epoch;
    const struct mls_epoch *next = s->next;
    TRY(mls_tree_check_unique(&next->tree, s->scratch));
    TRY(mls_tree_check_support(&next->tree, next->extension_list));
    if (old->member &&
        ct_equal(old->secrets.authenticator.b, next->secrets.authenticator.b, next->suite->nh)) {
        return ERR_BUG;
    }
    return OK;
}

struct slice mls_stage_reinit(const struct mls_stage *s)
{
    const struct mls_proposal_item *item = mls_proposal_list_find(&s->list, MLS_PROPOSAL_REINIT);
    return item == NULL ? SLICE_EMPTY : item->body.raw;
}

enum err mls_stage_view(const struct mls_stage *s, struct arena *arena, struct mls_commit_view *out)
{
    const struct mls_epoch *old = s->group->epoch;
    const struct mls_leaf *committer = s->next != NULL
                                           ? mls_tree_leaf(&s->next->tree, s->list.committer)
                                           : mls_tree_leaf(&old->tree, s->list.committer);
    struct mls_proposal_view *views = arena_array(arena, s->list.n, sizeof *views);
    struct mls_leaf kept;
    if (views == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < s->list.n; i++) {
        TRY(mls_proposal_list_view(arena, &views[i], old, &s->list.v[i]));
    }
    *out = (struct mls_commit_view){
        .sender_type = s->list.committer_type,
        .committer = s->list.committer,
        .proposals = views,
        .proposal_count = s->list.n,
        .has_path = s->has_path,
        .removes_us = s->removes_us,
        .epoch = old->epoch + 1,
    };
    if (committer != NULL) {
        TRY(mls_leaf_keep(arena, &kept, committer));
        out->committer_leaf = mls_leaf_view(&kept, s->list.committer);
    }
    if (s->policy != NULL && s->policy->commit != NULL) {
        return s->policy->commit(s->policy->user, s->group, out);
    }
    return OK;
}
