#include "mls/external.h"

#include <string.h>

#include "base/ct.h"
#include "mls/pending.h"
#include "mls/send.h"

/* ---- the epoch we join from ------------------------------------------------------------------ */

static enum err read_external_pub(const struct mls_group_info *info,
                                  const struct crypto_suite *suite, struct slice *public_key)
{
    struct slice data;
    if (!mls_codec_extension_find(info->extension_list, MLS_EXTENSION_EXTERNAL_PUB, &data)) {
        return ERR_GONE;
    }
    TRY(mls_codec_vector(&data, public_key));
    TRY(slice_end(data));
    return crypto_hpke_public_check(suite, *public_key);
}

static enum err fill_base(struct mls_epoch *e, const struct mls_external_params *params,
                          const struct mls_group_info *info, struct arena *scratch)
{
    struct slice tree = params->ratchet_tree;
    if (tree.n == 0 &&
        !mls_codec_extension_find(info->extension_list, MLS_EXTENSION_RATCHET_TREE, &tree)) {
        return ERR_GONE;
    }
    TRY(mls_join_context(e, info));
    TRY(mls_join_tree(e, tree, info, params->policy, scratch));
    if (params->signer != NULL) {
        *params->signer = info->signer;
    }
    e->priv.leaf = UINT32_MAX;
    memcpy(e->confirmation_tag.b, info->confirmation_tag.p, info->confirmation_tag.n);
    mls_key_schedule_interim(e->suite, &e->interim, slice_make(e->confirmed.b, e->confirmed_n),
                             info->confirmation_tag);
    e->cache = arena_array(&e->arena, 2 * (size_t)e->tree.width, sizeof *e->cache);
    return e->cache == NULL ? ERR_HOST_MEMORY : OK;
}

/* ---- the proposals --------------------------------------------------------------------------- */

/* external_init: the encapsulation to the group, and the init secret it exports. */
static enum err put_init(struct mls_stage *s, struct slice external_pub, struct slice *out)
{
    const struct crypto_suite *suite = s->group->epoch->suite;
    uint8_t enc[CRYPTO_HPKE_ENC_SIZE_MAX];
    struct crypto_hpke_context context = {0};
    struct buf b = buf_arena(s->scratch, suite->nenc + 8u);
    enum err e = crypto_hpke_send(suite, enc, &context, external_pub, SLICE_EMPTY);
    if (e == OK) {
        e = crypto_hpke_export(&context, s->init.b, suite->nh,
                               SLICE_LITERAL("MLS 1.0 external init secret"));
    }
    wipe(&context, sizeof context);
    TRY(e);
    buf_u16(&b, MLS_PROPOSAL_EXTERNAL_INIT);
    mls_codec_put_vector(&b, slice_make(enc, suite->nenc));
    return buf_finish(&b, out);
}

static enum err add_item(struct mls_stage *s, struct slice body)
{
    struct mls_proposal_item item = {.sender_type = MLS_SENDER_NEW_MEMBER_COMMIT};
    TRY(mls_proposal_read(&body, &item.body));
    TRY(mls_proposal_list_verify(s->group->epoch, &item.body, item.sender_type, 0, s->policy,
                                 s->scratch));
    s->list.v[s->list.n++] = item;
    return OK;
}

/* The leaf to take back: the one named, or the one with our credential. */
static enum err find_old_leaf(const struct mls_epoch *e, const struct mls_external_params *params,
                              uint32_t *index)
{
    *index = params->resync_leaf;
    for (uint32_t i = 0; i < e->tree.width && params->resync_leaf == UINT32_MAX; i++) {
        const struct mls_leaf *leaf = mls_tree_leaf(&e->tree, i);
        if (leaf != NULL && leaf->credential_type == MLS_CREDENTIAL_BASIC &&
            slice_equal(leaf->credential, params->identity.credential)) {
            *index = i;
            return OK;
        }
    }
    return mls_tree_leaf(&e->tree, *index) == NULL ? ERR_GONE : OK;
}

/* The leaf of this very device, UINT32_MAX when it has none. */
static uint32_t find_own_key(const struct mls_epoch *e, const struct mls_external_params *params)
{
    struct crypto_sign_public own;
    crypto_sign_public_of(&own, &params->identity.signature);
    for (uint32_t i = 0; i < e->tree.width; i++) {
        const struct mls_leaf *leaf = mls_tree_leaf(&e->tree, i);
        if (leaf != NULL && slice_equal(leaf->signature_key, SLICE_ARRAY(own.b))) {
            return i;
        }
    }
    return UINT32_MAX;
}

static enum err gather(struct mls_stage *s, const struct mls_external_params *params,
                       struct slice external_pub)
{
    struct slice body;
    struct mls_proposal proposal = {.type = MLS_PROPOSAL_REMOVE};
    s->list.committer_type = MLS_SENDER_NEW_MEMBER_COMMIT;
    s->has_path = true;
    s->list.v = arena_array(s->scratch, 3, sizeof *s->list.v);
    if (s->list.v == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(put_init(s, external_pub, &body));
    TRY(add_item(s, body));
    proposal.removed =
        params->resync_key ? find_own_key(s->group->epoch, params) : params->resync_leaf;
    if (params->resync) {
        TRY(find_old_leaf(s->group->epoch, params, &proposal.removed));
    }
    if (params->resync || (params->resync_key && proposal.removed != UINT32_MAX)) {
        TRY(mls_send_put_proposal(s->scratch, &body, s->group->epoch->suite, &proposal));
        TRY(add_item(s, body));
    }
    if (params->psk_id.n > 0) {
        proposal = (struct mls_proposal){.type = MLS_PROPOSAL_PSK, .psk_id = params->psk_id};
        TRY(mls_send_put_proposal(s->scratch, &body, s->group->epoch->suite, &proposal));
        TRY(add_item(s, body));
    }
    return OK;
}

/* ---- the commit ------------------------------------------------------------------------------ */

static enum err make_path(struct mls_stage *s, const struct mls_identity *identity, struct buf *out)
{
    struct mls_epoch *next = s->next;
    uint32_t own = 0;
    TRY(mls_tree_reserve(&next->tree, &own));
    s->list.committer = own;
    next->member = true;
    crypto_sign_pair_of(&next->signature, &identity->signature);
    struct mls_leaf_new leaf_new = {
        .suite = next->suite,
        .identity = identity,
        .key = &next->signature,
        .context_extensions = next->extensions,
        .group_id = next->group_id,
        .index = own,
    };
    TRY(mls_treekem_create(&next->tree, &next->priv, &s->path, &leaf_new));
    s->commit = s->path.commit;
    TRY(mls_leaf_allowed(s->scratch, s->policy, mls_tree_leaf(&next->tree, own), own));
    TRY(mls_epoch_encode_context(next));
    return mls_treekem_seal(&next->tree, &s->path, own, next->context, NULL, s->scratch, out);
}

static enum err make_body(struct mls_stage *s, const struct mls_identity *identity,
                          struct slice *out)
{
    struct buf b = buf_arena(s->scratch, 4096);
    size_t mark = mls_codec_open(&b);
    for (size_t i = 0; i < s->list.n; i++) {
        mls_commit_put_value(&b, s->list.v[i].body.raw);
    }
    mls_codec_close(&b, mark);
    buf_u8(&b, 1);
    TRY(make_path(s, identity, &b));
    return buf_finish(&b, out);
}

static enum err build(struct mls_stage *s, const struct mls_external_params *params,
                      struct slice external_pub, struct slice *message)
{
    const struct mls_epoch *base = s->group->epoch;
    struct mls_content_auth auth;
    struct slice body, content_raw, tbs, auth_raw;
    TRY(gather(s, params, external_pub));
    TRY(mls_stage_begin(s));
    TRY(make_body(s, &params->identity, &body));
    struct mls_content content = {
        .group_id = base->group_id,
        .epoch = base->epoch,
        .sender_type = MLS_SENDER_NEW_MEMBER_COMMIT,
        .authenticated_data = params->authenticated_data,
        .type = MLS_CONTENT_COMMIT,
        .body = body,
    };
    TRY(mls_send_sign(s->scratch, &auth, &content_raw, &tbs, &content, MLS_WIRE_PUBLIC,
                      base->context, &s->next->signature));
    TRY(mls_stage_schedule(s, MLS_WIRE_PUBLIC, content_raw, auth.signature));
    TRY(mls_stage_check(s));
    auth.confirmation_tag = mls_epoch_slice(s->next, &s->next->confirmation_tag);
    struct buf b = buf_arena(s->scratch, 256);
    mls_framing_put_auth(&b, MLS_CONTENT_COMMIT, &auth);
    TRY(buf_finish(&b, &auth_raw));
    TRY(mls_framing_public(s->scratch, message, content_raw, auth_raw, SLICE_EMPTY));
    TRY(mls_group_state_save_new(s->group, s->scratch));
    return mls_pending_set(s, MLS_WIRE_PUBLIC, content_raw, &auth, *message, 0);
}

static enum err make_base(struct mls_group **out, const struct mls_storage *storage,
                          const struct mls_external_params *params, struct arena *arena,
                          struct slice *external_pub)
{
    struct mls_group_info info;
    struct slice body;
    TRY(mls_join_check_unused(storage, arena));
    TRY(mls_framing_unwrap(params->group_info, MLS_WIRE_GROUP_INFO, &body));
    TRY(mls_welcome_get_info(body, &info));
    const struct crypto_suite *suite =
        params->suite != NULL ? params->suite : crypto_suite_find(info.suite);
    if (suite == NULL || suite->code != info.suite) {
        return ERR_INPUT_SUITE;
    }
    TRY(read_external_pub(&info, suite, external_pub));
    struct mls_epoch *e = mls_epoch_create(suite);
    if (e == NULL) {
        return ERR_HOST_MEMORY;
    }
    enum err error = fill_base(e, params, &info, arena);
    if (error != OK) {
        mls_epoch_destroy(e);
        return error;
    }
    return mls_group_state_create(out, storage, e);
}

enum err mls_external_join(struct mls_group **out, const struct mls_storage *storage,
                           const struct mls_external_params *params, struct arena *arena,
                           struct slice *commit)
{
    struct mls_group *g = NULL;
    struct slice external_pub;
    *out = NULL;
    *commit = SLICE_EMPTY;
    TRY(make_base(&g, storage, params, arena, &external_pub));
    g->encrypt_handshake = params->encrypt_handshake;
    g->padding_block = params->padding_block;
    struct mls_stage s = mls_stage_make(g, params->psk, params->policy, arena);
    enum err e = build(&s, params, external_pub, commit);
    mls_stage_end(&s);
    if (e != OK) {
        mls_group_state_destroy(g);
        *commit = SLICE_EMPTY;
        return e;
    }
    *out = g;
    return OK;
}
