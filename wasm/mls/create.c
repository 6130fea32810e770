#include "mls/create.h"

#include "base/ct.h"
#include "crypto/rand.h"
#include "mls/join.h"
#include "mls/pending.h"
#include "mls/send.h"

#define GROUP_ID_BYTES_MAX 255

/* ---- a group of one ------------------------------------------------------------------------ */

static enum err add_creator(struct mls_epoch *e, const struct mls_group_params *params)
{
    struct crypto_hpke_public public_key;
    struct mls_leaf leaf;
    uint32_t index = 0;
    bool lifetime = params->not_before_s != 0 || params->not_after_s != 0;
    TRY(crypto_hpke_generate(e->suite, &e->priv.key[0], &public_key));
    e->priv.have[0] = true;
    struct mls_leaf_new leaf_new = {
        .suite = e->suite,
        .identity = &params->identity,
        .key = &e->signature,
        .context_extensions = e->extensions,
        .encryption_key = slice_make(public_key.b, e->suite->npk),
        .source = MLS_LEAF_KEY_PACKAGE,
        .not_before_s = params->not_before_s,
        .not_after_s = lifetime ? params->not_after_s : UINT64_MAX,
    };
    TRY(mls_leaf_create(&e->arena, &leaf, &leaf_new));
    TRY(mls_leaf_supports(&leaf, e->extension_list));
    TRY(mls_tree_init(&e->tree, e->suite, &e->arena, 1));
    return mls_tree_add(&e->tree, &leaf, &index);
}

static enum err fill(struct mls_epoch *e, const struct mls_group_params *params,
                     struct arena *scratch)
{
    struct mls_secret epoch_secret = {{0}};
    struct slice list;
    struct buf b = buf_arena(scratch, 256);
    for (size_t i = 0; i < params->extensions.n; i++) {
        mls_codec_put_extension(&b, params->extensions.v[i].type, params->extensions.v[i].data);
    }
    TRY(buf_finish(&b, &list));
    TRY(mls_proposal_check_context_extensions(list));
    TRY(arena_copy(&e->arena, params->group_id, &e->group_id));
    TRY(mls_epoch_set_extensions(e, list));
    e->member = true;
    crypto_sign_pair_of(&e->signature, &params->identity.signature);
    TRY(add_creator(e, params));
    TRY(mls_epoch_encode_context(e));
    crypto_rand(epoch_secret.b, e->suite->nh);
    enum err error = mls_key_schedule_from_epoch(e->suite, &e->secrets, &epoch_secret);
    wipe(&epoch_secret, sizeof epoch_secret);
    TRY(error);
    mls_epoch_confirm(e);
    e->cache = arena_array(&e->arena, 2, sizeof *e->cache);
    return e->cache == NULL ? ERR_HOST_MEMORY : OK;
}

static enum err create(struct mls_group **out, const struct mls_storage *storage,
                       const struct mls_group_params *params, struct arena *scratch)
{
    struct mls_group *g = NULL;
    if (params->group_id.n == 0 || params->group_id.n > GROUP_ID_BYTES_MAX) {
        return ERR_LIMIT;
    }
    TRY(mls_join_check_unused(storage, scratch));
    struct mls_epoch *e = mls_epoch_create(params->suite);
    if (e == NULL) {
        return ERR_HOST_MEMORY;
    }
    enum err error = fill(e, params, scratch);
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
    *out = g;
    return OK;
}

enum err mls_create_group(struct mls_group **out, const struct mls_storage *storage,
                          const struct mls_group_params *params)
{
    struct arena scratch;
    *out = NULL;
    arena_init(&scratch, 0);
    enum err e = create(out, storage, params, &scratch);
    arena_wipe(&scratch);
    return e;
}

/* ---- successors ---------------------------------------------------------------------------- */

/* The predecessor's resumption PSK first, then what the application knows. */
struct tie_lookup {
    const struct mls_group *old;
    const struct mls_psk_lookup *next;
};

static enum err find_tie(void *user, struct slice psk_id, struct arena *arena, struct slice *secret)
{
    const struct tie_lookup *tie = user;
    struct mls_psk_id id;
    struct slice rest = psk_id;
    TRY(mls_proposal_read_psk(&rest, &id, false));
    if (id.type == MLS_PSK_RESUMPTION && slice_equal(id.group_id, tie->old->epoch->group_id)) {
        const struct mls_secret *psk = mls_group_state_resumption(tie->old, id.epoch);
        return psk == NULL ? ERR_GONE
                           : arena_copy(arena, mls_epoch_slice(tie->old->epoch, psk), secret);
    }
    if (tie->next == NULL || tie->next->find == NULL) {
        return ERR_GONE;
    }
    return tie->next->find(tie->next->user, psk_id, arena, secret);
}

/* The parameters must match the committed ReInit (RFC 9420, 11.2). */
static enum err check_reinit(const struct mls_group *old, const struct mls_group_params *params,
                             struct arena *arena)
{
    struct slice raw = old->reinit;
    struct mls_proposal_body reinit;
    struct slice list;
    if (old->state != MLS_SUSPENDED) {
        return ERR_STATE;
    }
    TRY(mls_proposal_read(&raw, &reinit));
    struct buf b = buf_arena(arena, 256);
    for (size_t i = 0; i < params->extensions.n; i++) {
        mls_codec_put_extension(&b, params->extensions.v[i].type, params->extensions.v[i].data);
    }
    TRY(buf_finish(&b, &list));
    if (reinit.suite != params->suite->code || !slice_equal(reinit.group_id, params->group_id) ||
        !slice_equal(reinit.extensions, list)) {
        return ERR_INPUT;
    }
    return OK;
}

static enum err first_commit(struct mls_group *g, const struct mls_group *old, bool reinit,
                             const struct slice *key_packages, size_t n,
                             const struct mls_commit_params *commit_params, struct arena *arena,
                             struct mls_commit *out)
{
    struct mls_commit_params params = *commit_params;
    struct tie_lookup tie = {old, commit_params->psk};
    struct mls_psk_lookup lookup = {&tie, find_tie};
    struct mls_commit_view view;
    struct mls_proposal *list = arena_array(arena, n + 1, sizeof *list);
    struct buf b = buf_arena(arena, 300);
    if (list == NULL) {
        return ERR_HOST_MEMORY;
    }
    mls_proposal_put_resumption(&b, reinit ? MLS_PSK_REINIT : MLS_PSK_BRANCH, old->epoch->group_id,
                                old->epoch->epoch);
    list[0].type = MLS_PROPOSAL_PSK;
    TRY(buf_finish(&b, &list[0].psk_id));
    for (size_t i = 0; i < n; i++) {
        list[i + 1].type = MLS_PROPOSAL_ADD;
        list[i + 1].key_package = key_packages[i];
    }
    params.proposals = list;
    params.proposal_count = n + 1;
    params.psk = &lookup;
    TRY(mls_send_commit(g, arena, &params, out));
    return mls_pending_merge(g, arena, &view);
}

enum err mls_create_successor(struct mls_group **out, const struct mls_storage *storage,
                              struct mls_group *old, bool reinit,
                              const struct mls_group_params *params,
                              const struct slice *key_packages, size_t key_package_count,
                              const struct mls_commit_params *commit_params, struct arena *arena,
                              struct mls_commit *welcome)
{
    struct mls_group *g = NULL;
    *out = NULL;
    if (!old->epoch->member || old->state == MLS_REMOVED) {
        return ERR_STATE;
    }
    if (reinit) {
        TRY(check_reinit(old, params, arena));
    } else if (params->suite->code != old->epoch->suite->code) {
        return ERR_INPUT;
    }
    TRY(mls_create_group(&g, storage, params));
    enum err e = first_commit(g, old, reinit, key_packages, key_package_count, commit_params, arena,
                              welcome);
    if (e != OK) {
        mls_group_state_destroy(g);
        return e;
    }
    *out = g;
    return OK;
}
