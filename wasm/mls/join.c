#include "mls/join.h"

#include <string.h>

#include "base/ct.h"
#include "mls/tree_check.h"

#define FIRST_EPOCH_OF_SUCCESSOR 1

enum err mls_join_check_unused(const struct mls_storage *storage, struct arena *scratch)
{
    struct slice row;
    enum err e = mls_rows_get(storage, mls_rows_group(), scratch, &row);
    if (e == ERR_GONE) {
        return OK;
    }
    return e == OK ? ERR_STATE : e;
}

enum err mls_join_context(struct mls_epoch *e, const struct mls_group_info *info)
{
    const struct mls_group_context *c = &info->context;
    if (info->confirmation_tag.n != e->suite->nh ||
        (c->confirmed_transcript_hash.n != e->suite->nh &&
         (c->confirmed_transcript_hash.n != 0 || c->epoch != 0))) {
        return ERR_INPUT;
    }
    TRY(mls_proposal_check_context_extensions(c->extensions));
    TRY(arena_copy(&e->arena, info->context_raw, &e->context));
    TRY(arena_copy(&e->arena, c->group_id, &e->group_id));
    TRY(mls_epoch_set_extensions(e, c->extensions));
    e->epoch = c->epoch;
    e->confirmed_n = c->confirmed_transcript_hash.n;
    if (e->confirmed_n > 0) {
        memcpy(e->confirmed.b, c->confirmed_transcript_hash.p, e->confirmed_n);
    }
    return OK;
}

enum err mls_join_tree(struct mls_epoch *e, struct slice tree, const struct mls_group_info *info,
                       const struct mls_policy *policy, struct arena *scratch)
{
    TRY(mls_tree_decode(&e->tree, e->suite, &e->arena, tree));
    if (!slice_equal(mls_tree_hash_root(&e->tree), info->context.tree_hash)) {
        return ERR_AUTH;
    }
    TRY(mls_welcome_verify_info(scratch, info, &e->tree));
    TRY(mls_tree_check_parents(&e->tree, scratch));
    TRY(mls_tree_check_leaves(&e->tree, e->group_id, policy, scratch));
    TRY(mls_tree_check_unique(&e->tree, scratch));
    return mls_tree_check_support(&e->tree, e->extension_list);
}

/* The tree: inside the GroupInfo, given, or fetched by the caller as the extensions say. */
static enum err find_tree(const struct mls_join_params *params, const struct mls_group_info *info,
                          struct slice *tree, struct arena *scratch)
{
    struct mls_extensions extensions;
    *tree = params->ratchet_tree;
    if (params->tree != NULL) {
        TRY(mls_codec_extensions(scratch, info->extension_list, &extensions));
        TRY(params->tree(params->user, extensions, tree));
    }
    if (tree->n == 0 &&
        !mls_codec_extension_find(info->extension_list, MLS_EXTENSION_RATCHET_TREE, tree)) {
        return ERR_GONE;
    }
    return OK;
}

/* V87. */
static enum err find_own_leaf(struct mls_epoch *e, const struct mls_welcome_opened *w)
{
    for (uint32_t i = 0; i < e->tree.width; i++) {
        const struct mls_leaf *leaf = mls_tree_leaf(&e->tree, i);
        if (leaf != NULL && slice_equal(leaf->raw, w->package.leaf.raw)) {
            e->priv.leaf = i;
            e->priv.have[0] = true;
            e->priv.key[0] = w->secret.leaf;
            return OK;
        }
    }
    return ERR_AUTH;
}

/* V88: keys from the common ancestor with the signer upwards. */
static enum err take_path_secret(struct mls_epoch *e, const struct mls_welcome_opened *w)
{
    struct mls_path_secrets path = {0};
    uint32_t common = mls_tree_math_common(2 * e->priv.leaf, 2 * w->info.signer);
    if (!w->has_path_secret) {
        return OK;
    }
    if (w->info.signer == e->priv.leaf) {
        return ERR_AUTH;
    }
    mls_tree_filtered_path(&e->tree, w->info.signer, &path.path);
    while (path.first < path.path.n && path.path.node[path.first] != common) {
        path.first++;
    }
    if (path.first == path.path.n) {
        return ERR_AUTH;
    }
    path.secret[path.first] = w->path_secret;
    enum err error = mls_treekem_derive(&e->tree, &e->priv, &path);
    wipe(&path, sizeof path);
    return error;
}

static enum err schedule(struct mls_epoch *e, const struct mls_welcome_opened *w)
{
    TRY(mls_epoch_derive(e, &w->joiner, &w->psk_secret));
    return ct_slice_equal(w->info.confirmation_tag, mls_epoch_slice(e, &e->confirmation_tag))
               ? OK
               : ERR_AUTH;
}

/* ---- successors (V91) ------------------------------------------------------------------------ */

static const struct mls_psk_id *find_tie(const struct mls_welcome_opened *w)
{
    for (size_t i = 0; i < w->psk_n; i++) {
        if (w->psk_ids[i].type == MLS_PSK_RESUMPTION &&
            w->psk_ids[i].usage != MLS_PSK_APPLICATION) {
            return &w->psk_ids[i];
        }
    }
    return NULL;
}

/* RFC 9420, 11.2: the group must be what the ReInit proposal announced. */
static enum err check_reinit(const struct mls_epoch *e, const struct mls_group *old,
                             const struct mls_psk_id *tie)
{
    struct slice raw = old->reinit;
    struct mls_proposal_body reinit;
    if (old->state != MLS_SUSPENDED || tie->epoch != old->epoch->epoch) {
        return ERR_AUTH_POLICY;
    }
    TRY(mls_proposal_read(&raw, &reinit));
    if (reinit.suite != e->suite->code || !slice_equal(reinit.group_id, e->group_id) ||
        !slice_equal(reinit.extensions, e->extension_list)) {
        return ERR_AUTH_POLICY;
    }
    return OK;
}

/* RFC 9420, 11.3: same suite, and nobody who was not there. */
static enum err check_branch(const struct mls_epoch *e, const struct mls_group *old)
{
    if (e->suite->code != old->epoch->suite->code) {
        return ERR_AUTH_POLICY;
    }
    for (uint32_t i = 0; i < e->tree.width; i++) {
        const struct mls_leaf *leaf = mls_tree_leaf(&e->tree, i);
        bool known = leaf == NULL;
        for (uint32_t k = 0; k < old->epoch->tree.width && !known; k++) {
            const struct mls_leaf *other = mls_tree_leaf(&old->epoch->tree, k);
            known = other != NULL && other->credential_type == leaf->credential_type &&
                    slice_equal(other->credential, leaf->credential);
        }
        if (!known) {
            return ERR_AUTH_POLICY;
        }
    }
    return OK;
}

static enum err check_successor(const struct mls_epoch *e, const struct mls_welcome_opened *w,
                                const struct mls_group *old)
{
    const struct mls_psk_id *tie = find_tie(w);
    if (tie == NULL) {
        return old == NULL ? OK : ERR_AUTH_POLICY;
    }
    if (e->epoch != FIRST_EPOCH_OF_SUCCESSOR) {
        return ERR_AUTH_POLICY;
    }
    if (old == NULL) {
        return OK;
    }
    if (!slice_equal(tie->group_id, old->epoch->group_id)) {
        return ERR_AUTH_POLICY;
    }
    return tie->usage == MLS_PSK_REINIT ? check_reinit(e, old, tie) : check_branch(e, old);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static enum err fill(struct mls_epoch *e, const struct mls_join_params *params,
                     const struct mls_welcome_opened *w, struct arena *scratch)
{
    struct slice tree;
    e->member = true;
    crypto_sign_pair_of(&e->signature, &params->identity.signature);
    if (!slice_equal(w->package.leaf.signature_key, SLICE_ARRAY(e->signature.public_key.b))) {
        return ERR_INPUT;
    }
    TRY(find_tree(params, &w->info, &tree, scratch));
    TRY(mls_join_context(e, &w->info));
    TRY(mls_join_tree(e, tree, &w->info, params->policy, scratch));
    TRY(find_own_leaf(e, w));
    TRY(take_path_secret(e, w));
    TRY(schedule(e, w));
    return check_successor(e, w, params->predecessor);
}

static enum err join(struct mls_group **out, const struct mls_storage *storage,
                     const struct mls_join_params *params, struct mls_welcome_opened *w,
                     struct arena *scratch)
{
    struct mls_group *g = NULL;
    TRY(mls_join_check_unused(storage, scratch));
    TRY(mls_welcome_open(scratch, w, params));
    struct mls_epoch *e = mls_epoch_create(w->suite);
    if (e == NULL) {
        return ERR_HOST_MEMORY;
    }
    enum err error = fill(e, params, w, scratch);
    if (error != OK) {
        mls_epoch_destroy(e);
        return error;
    }
    TRY(mls_group_state_create(&g, storage, e));
    g->encrypt_handshake = params->encrypt_handshake;
    g->padding_block = params->padding_block;
    error = mls_group_state_save_new(g, scratch);
    if (error != OK) {
        mls_group_state_destroy(g);
        return error;
    }
    if (params->signer != NULL) {
        *params->signer = w->info.signer;
    }
    *out = g;
    return OK;
}

enum err mls_join_group(struct mls_group **out, const struct mls_storage *storage,
                        const struct mls_join_params *params)
{
    struct arena scratch;
    struct mls_welcome_opened w = {0};
    *out = NULL;
    arena_init(&scratch, 0);
    enum err e = join(out, storage, params, &w, &scratch);
    wipe(&w, sizeof w);
    arena_wipe(&scratch);
    return e;
}
