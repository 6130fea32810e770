#include "mls/send.h"

#include <string.h>

#include "base/ct.h"
#include "crypto/rand.h"
#include "mls/pending.h"
#include "mls/welcome.h"

#define VERSION_MLS10 1

/* ---- signing and sealing ------------------------------------------------------------------- */

enum err mls_send_sign(struct arena *arena, struct mls_content_auth *auth,
                       struct slice *content_raw, struct slice *tbs,
                       const struct mls_content *content, enum mls_wire_format wire_format,
                       struct slice context, const struct crypto_sign_pair *key)
{
    uint8_t bytes[CRYPTO_SIGN_SIZE];
    struct buf b = buf_arena(arena, content->body.n + content->authenticated_data.n + 300);
    *auth = (struct mls_content_auth){SLICE_EMPTY, SLICE_EMPTY};
    mls_framing_put_content(&b, content);
    TRY(buf_finish(&b, content_raw));
    TRY(mls_framing_tbs(arena, tbs, wire_format, *content_raw, content->sender_type, context));
    TRY(mls_label_sign(arena, bytes, key, "FramedContentTBS", *tbs));
    return arena_copy(arena, SLICE_ARRAY(bytes), &auth->signature);
}

static struct mls_content own_content(const struct mls_group *g, enum mls_content_type type,
                                      struct slice authenticated_data, struct slice body)
{
    return (struct mls_content){
        .group_id = g->epoch->group_id,
        .epoch = g->epoch->epoch,
        .sender_type = MLS_SENDER_MEMBER,
        .sender = g->epoch->priv.leaf,
        .authenticated_data = authenticated_data,
        .type = type,
        .body = body,
    };
}

/* PrivateMessage with the next key of our ratchet; the caller writes the lease. */
static enum err seal(struct mls_group *g, struct arena *arena, struct mls_message_keys_lease *lease,
                     const struct mls_content *content, const struct mls_content_auth *auth,
                     struct slice *message)
{
    struct mls_epoch *e = g->epoch;
    struct mls_message_keys keys = mls_epoch_keys(e, &g->storage);
    TRY(mls_message_keys_next(&keys, lease, e->priv.leaf,
                              content->type == MLS_CONTENT_APPLICATION ? MLS_RATCHET_APPLICATION
                                                                       : MLS_RATCHET_HANDSHAKE,
                              arena));
    struct mls_framing_seal params = {
        .suite = e->suite,
        .sender_data_secret = &e->secrets.sender_data,
        .key = &lease->key,
        .leaf = e->priv.leaf,
        .generation = lease->generation,
        .pad = g->padding_block != 0,
    };
    return mls_framing_seal_private(arena, message, &params, content, auth);
}

static enum err write_lease(struct mls_group *g, const struct mls_message_keys_lease *lease,
                            struct arena *arena)
{
    struct mls_message_keys keys = mls_epoch_keys(g->epoch, &g->storage);
    return mls_message_keys_commit(&keys, &g->queue, lease, 0, arena);
}

/* PublicMessage with its membership tag. */
static enum err publish(const struct mls_group *g, struct arena *arena, struct slice content_raw,
                        struct slice tbs, enum mls_content_type type,
                        const struct mls_content_auth *auth, struct slice *message)
{
    const struct mls_epoch *e = g->epoch;
    struct mls_secret tag;
    struct slice auth_raw;
    struct buf b = buf_arena(arena, 256);
    mls_framing_put_auth(&b, type, auth);
    TRY(buf_finish(&b, &auth_raw));
    mls_framing_membership_tag(e->suite, &tag, &e->secrets.membership, tbs, auth_raw);
    return mls_framing_public(arena, message, content_raw, auth_raw, mls_epoch_slice(e, &tag));
}

/* ---- application data ---------------------------------------------------------------------- */

static bool waiting_for_commit(const struct mls_group *g)
{
    for (size_t i = 0; i < g->proposal_count && g->pending == NULL; i++) {
        const struct mls_stored_proposal *p = g->proposals[i];
        if (p->sender_type != MLS_SENDER_MEMBER || p->sender != g->epoch->priv.leaf) {
            return true;
        }
    }
    return false;
}

enum err mls_send_application(struct mls_group *g, struct arena *arena,
                              struct slice authenticated_data, struct slice data,
                              struct slice *message)
{
    struct mls_content content = own_content(g, MLS_CONTENT_APPLICATION, authenticated_data, data);
    struct mls_content_auth auth;
    struct mls_message_keys_lease lease;
    struct slice content_raw;
    struct slice tbs;
    *message = SLICE_EMPTY;
    if (g->state == MLS_SUSPENDED || g->state == MLS_REMOVED || !g->epoch->member ||
        waiting_for_commit(g)) {
        return ERR_STATE;
    }
    TRY(mls_send_sign(arena, &auth, &content_raw, &tbs, &content, MLS_WIRE_PRIVATE,
                      g->epoch->context, &g->epoch->signature));
    enum err e = seal(g, arena, &lease, &content, &auth, message);
    if (e == OK) {
        e = write_lease(g, &lease, arena);
    }
    wipe(&lease, sizeof lease);
    if (e != OK) {
        *message = SLICE_EMPTY;
    }
    return e;
}

/* ---- proposals ----------------------------------------------------------------------------- */

static enum err put_psk(struct buf *b, const struct crypto_suite *suite, struct slice psk_id)
{
    uint8_t nonce[CRYPTO_HASH_SIZE_MAX];
    struct mls_psk_id id;
    struct slice rest = psk_id;
    TRY(mls_proposal_read_psk(&rest, &id, false));
    TRY(slice_end(rest));
    crypto_rand(nonce, suite->nh);
    buf_slice(b, psk_id);
    mls_codec_put_vector(b, slice_make(nonce, suite->nh));
    return OK;
}

enum err mls_send_put_proposal(struct arena *arena, struct slice *out,
                               const struct crypto_suite *suite,
                               const struct mls_proposal *proposal)
{
    struct mls_package package;
    struct buf b = buf_arena(arena, proposal->key_package.n + 128);
    buf_u16(&b, (uint16_t)proposal->type);
    switch (proposal->type) {
    case MLS_PROPOSAL_ADD:
        TRY(mls_key_package_unwrap(proposal->key_package, &package));
        buf_slice(&b, package.raw);
        break;
    case MLS_PROPOSAL_REMOVE:
        buf_u32(&b, proposal->removed);
        break;
    case MLS_PROPOSAL_PSK:
        TRY(put_psk(&b, suite, proposal->psk_id));
        break;
    case MLS_PROPOSAL_REINIT:
        mls_codec_put_vector(&b, proposal->reinit_group_id);
        buf_u16(&b, VERSION_MLS10);
        buf_u16(&b, proposal->reinit_suite);
        mls_codec_put_extensions(&b, proposal->extensions);
        break;
    case MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS:
        mls_codec_put_extensions(&b, proposal->extensions);
        break;
    default:
        return ERR_INPUT;
    }
    return buf_finish(&b, out);
}

/* Our Update: a new leaf with a new key. */
static enum err put_update(struct mls_group *g, struct arena *arena, struct slice *out,
                           const struct mls_identity *identity, struct mls_stored_proposal *stored)
{
    struct mls_epoch *e = g->epoch;
    struct crypto_hpke_public public_key;
    struct crypto_sign_pair key;
    struct mls_leaf leaf;
    stored->own_update = true;
    stored->signature = identity != NULL ? identity->signature : e->signature.secret;
    TRY(crypto_hpke_generate(e->suite, &stored->leaf_secret, &public_key));
    crypto_sign_pair_of(&key, &stored->signature);
    struct mls_leaf_new leaf_new = {
        .suite = e->suite,
        .identity = identity,
        .like = mls_epoch_own_leaf(e),
        .key = &key,
        .context_extensions = e->extensions,
        .encryption_key = slice_make(public_key.b, e->suite->npk),
        .source = MLS_LEAF_UPDATE,
        .group_id = e->group_id,
        .index = e->priv.leaf,
    };
    enum err error = mls_leaf_create(arena, &leaf, &leaf_new);
    wipe(&key, sizeof key);
    TRY(error);
    struct buf b = buf_arena(arena, leaf.raw.n + 8);
    buf_u16(&b, MLS_PROPOSAL_UPDATE);
    buf_slice(&b, leaf.raw);
    return buf_finish(&b, out);
}

static enum err store_own(struct mls_group *g, struct arena *arena,
                          struct mls_stored_proposal *stored, enum mls_wire_format wire_format,
                          struct slice content_raw, size_t body_n,
                          const struct mls_content_auth *auth)
{
    struct buf b = buf_arena(arena, content_raw.n + 128);
    buf_u16(&b, (uint16_t)wire_format);
    buf_slice(&b, content_raw);
    size_t offset = b.n - body_n;
    mls_framing_put_auth(&b, MLS_CONTENT_PROPOSAL, auth);
    TRY(buf_finish(&b, &stored->authenticated));
    struct slice body =
        slice_make(stored->authenticated.p + offset, stored->authenticated.n - offset);
    TRY(mls_proposal_read(&body, &stored->body));
    mls_label_ref(g->epoch->suite, stored->ref.b, MLS_LABEL_PROPOSAL_REF, stored->authenticated);
    if (mls_group_state_find_proposal(g, mls_epoch_slice(g->epoch, &stored->ref)) != NULL) {
        return OK; /* the same bytes again: signatures are deterministic */
    }
    return mls_group_state_add_proposal(g, stored, arena);
}

static enum err propose(struct mls_group *g, struct arena *arena,
                        const struct mls_process_params *params,
                        const struct mls_proposal *proposal, const struct mls_identity *identity,
                        struct mls_stored_proposal *stored, struct slice *message)
{
    struct mls_epoch *e = g->epoch;
    enum mls_wire_format format = g->encrypt_handshake ? MLS_WIRE_PRIVATE : MLS_WIRE_PUBLIC;
    struct mls_content_auth auth;
    struct mls_message_keys_lease lease = {0};
    struct slice body, content_raw, tbs;
    struct mls_proposal_body read;
    if (proposal->type == MLS_PROPOSAL_UPDATE) {
        TRY(put_update(g, arena, &body, identity, stored));
    } else {
        TRY(mls_send_put_proposal(arena, &body, e->suite, proposal));
    }
    struct slice rest = body;
    TRY(mls_proposal_read(&rest, &read));
    TRY(mls_proposal_list_verify(e, &read, MLS_SENDER_MEMBER, e->priv.leaf, params->policy, arena));
    struct mls_content content = own_content(g, MLS_CONTENT_PROPOSAL, SLICE_EMPTY, body);
    TRY(mls_send_sign(arena, &auth, &content_raw, &tbs, &content, format, e->context,
                      &e->signature));
    if (g->encrypt_handshake) {
        enum err error = seal(g, arena, &lease, &content, &auth, message);
        if (error == OK) {
            error = write_lease(g, &lease, arena);
        }
        wipe(&lease, sizeof lease);
        TRY(error);
    } else {
        TRY(publish(g, arena, content_raw, tbs, MLS_CONTENT_PROPOSAL, &auth, message));
    }
    stored->sender_type = MLS_SENDER_MEMBER;
    stored->sender = e->priv.leaf;
    return store_own(g, arena, stored, format, content_raw, body.n, &auth);
}

enum err mls_send_proposal(struct mls_group *g, struct arena *arena,
                           const struct mls_process_params *params,
                           const struct mls_proposal *proposal, const struct mls_identity *identity,
                           struct slice *message)
{
    struct mls_stored_proposal stored = {0};
    *message = SLICE_EMPTY;
    if (g->state != MLS_IDLE || !g->epoch->member) {
        return ERR_STATE;
    }
    if (g->proposal_count == MLS_GROUP_PROPOSALS_MAX) {
        return ERR_LIMIT;
    }
    enum err e = propose(g, arena, params, proposal, identity, &stored, message);
    wipe(&stored, sizeof stored);
    if (e != OK) {
        *message = SLICE_EMPTY;
    }
    return e;
}

enum err mls_send_external_proposal(struct arena *arena, const struct mls_external_proposal *params,
                                    struct slice *message)
{
    struct slice body, content_raw, tbs, auth_raw;
    struct mls_content_auth auth;
    struct crypto_sign_pair key;
    *message = SLICE_EMPTY;
    if (params->new_member && params->proposal.type != MLS_PROPOSAL_ADD) {
        return ERR_INPUT;
    }
    TRY(mls_send_put_proposal(arena, &body, params->suite, &params->proposal));
    struct mls_content content = {
        .group_id = params->group_id,
        .epoch = params->epoch,
        .sender_type = params->new_member ? MLS_SENDER_NEW_MEMBER_PROPOSAL : MLS_SENDER_EXTERNAL,
        .sender = params->sender,
        .type = MLS_CONTENT_PROPOSAL,
        .body = body,
    };
    crypto_sign_pair_of(&key, &params->signature);
    enum err e = mls_send_sign(arena, &auth, &content_raw, &tbs, &content, MLS_WIRE_PUBLIC,
                               SLICE_EMPTY, &key);
    wipe(&key, sizeof key);
    TRY(e);
    struct buf b = buf_arena(arena, 128);
    mls_framing_put_auth(&b, MLS_CONTENT_PROPOSAL, &auth);
    TRY(buf_finish(&b, &auth_raw));
    return mls_framing_public(arena, message, content_raw, auth_raw, SLICE_EMPTY);
}

/* ---- commits ------------------------------------------------------------------------------- */

/* Adds the proposals by value; each must be valid. */
static enum err add_values(struct mls_stage *s, const struct mls_commit_params *params)
{
    const struct mls_epoch *e = s->group->epoch;
    for (size_t i = 0; i < params->proposal_count; i++) {
        struct mls_proposal_item item = {.sender_type = MLS_SENDER_MEMBER, .sender = e->priv.leaf};
        struct slice body;
        TRY(mls_send_put_proposal(s->scratch, &body, e->suite, &params->proposals[i]));
        TRY(mls_proposal_read(&body, &item.body));
        TRY(mls_proposal_list_verify(e, &item.body, item.sender_type, item.sender, s->policy,
                                     s->scratch));
        s->list.v[s->list.n++] = item;
    }
    return mls_proposal_list_check(e, &s->list);
}

/* May it still be committed? The policy may know more now than when it arrived. */
static enum err may_ride(struct mls_stage *s, const struct mls_proposal_item *item, bool *yes)
{
    struct mls_proposal_view view;
    *yes = true;
    if (s->policy == NULL || s->policy->proposal == NULL) {
        return OK;
    }
    TRY(mls_proposal_list_view(s->scratch, &view, s->group->epoch, item));
    enum err e = s->policy->proposal(s->policy->user, s->group, &view);
    *yes = e == OK;
    return e == ERR_AUTH_POLICY ? OK : e;
}

/* Adds stored ones as far as they fit: removals first, then extensions, then the rest, each newest
 * first. */
static enum err add_stored(struct mls_stage *s)
{
    struct mls_group *g = s->group;
    for (int pass = 0; pass < 3; pass++) {
        for (size_t i = g->proposal_count; i-- > 0;) {
            const struct mls_stored_proposal *p = g->proposals[i];
            int turn = p->body.type == MLS_PROPOSAL_REMOVE                     ? 0
                       : p->body.type == MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS ? 1
                                                                               : 2;
            struct mls_proposal_item item = {
                .body = p->body, .sender_type = p->sender_type, .sender = p->sender, .stored = p};
            bool rides = false;
            if (turn == pass) {
                TRY(may_ride(s, &item, &rides));
            }
            if (rides) {
                (void)mls_proposal_list_add(g->epoch, &s->list, &item);
            }
        }
    }
    return OK;
}

static enum err gather(struct mls_stage *s, const struct mls_commit_params *params)
{
    size_t room = params->proposal_count + s->group->proposal_count;
    s->list.committer = s->group->epoch->priv.leaf;
    s->list.v = arena_array(s->scratch, room, sizeof *s->list.v);
    if (s->list.v == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(add_values(s, params));
    if (!params->no_references) {
        TRY(add_stored(s));
    }
    s->has_path =
        params->force_path || params->identity != NULL || mls_proposal_list_needs_path(&s->list);
    return OK;
}

/* Puts our path into the clone: its provisional context and the sealed UpdatePath. */
static enum err make_path(struct mls_stage *s, const struct mls_identity *identity, struct buf *out)
{
    struct mls_epoch *next = s->next;
    uint32_t own = s->list.committer;
    if (identity != NULL) {
        crypto_sign_pair_of(&next->signature, &identity->signature);
    }
    struct mls_leaf_new leaf_new = {
        .suite = next->suite,
        .identity = identity,
        .like = mls_tree_leaf(&next->tree, own),
        .key = &next->signature,
        .context_extensions = next->extensions,
        .group_id = next->group_id,
        .index = own,
    };
    TRY(mls_treekem_create(&next->tree, &next->priv, &s->path, &leaf_new));
    s->commit = s->path.commit;
    TRY(mls_leaf_allowed(s->scratch, s->policy, mls_tree_leaf(&next->tree, own), own));
    TRY(mls_epoch_encode_context(next));
    return mls_treekem_seal(&next->tree, &s->path, own, next->context, s->added, s->scratch, out);
}

static enum err make_body(struct mls_stage *s, const struct mls_identity *identity,
                          struct slice *out)
{
    struct buf b = buf_arena(s->scratch, 4096);
    size_t mark = mls_codec_open(&b);
    for (size_t i = 0; i < s->list.n; i++) {
        const struct mls_proposal_item *item = &s->list.v[i];
        if (item->stored != NULL) {
            mls_commit_put_reference(&b, mls_epoch_slice(s->group->epoch, &item->stored->ref));
        } else {
            mls_commit_put_value(&b, item->body.raw);
        }
    }
    mls_codec_close(&b, mark);
    buf_u8(&b, s->has_path);
    if (s->has_path) {
        TRY(make_path(s, identity, &b));
    }
    return buf_finish(&b, out);
}

static enum err make_outputs(struct mls_stage *s, const struct mls_commit_params *params,
                             struct mls_commit *out)
{
    struct mls_welcome_info info = {
        .with_tree = params->tree_in_welcome,
        .external_pub = params->external_pub,
        .extra = params->group_info_extensions,
    };
    struct arena *arena = s->scratch;
    struct slice group_info;
    TRY(mls_welcome_put_info(arena, &group_info, s->next, &info));
    TRY(mls_welcome_create(arena, &out->welcome, s, group_info));
    struct buf b = buf_arena(arena, group_info.n + 4);
    mls_framing_put_header(&b, MLS_WIRE_GROUP_INFO);
    buf_slice(&b, group_info);
    TRY(buf_finish(&b, &out->group_info));
    struct buf tree = buf_arena(arena, 4096);
    mls_tree_encode(&s->next->tree, &tree);
    TRY(buf_finish(&tree, &out->ratchet_tree));
    return arena_copy(arena, mls_epoch_slice(s->next, &s->next->secrets.authenticator),
                      &out->epoch_authenticator);
}

static enum err build(struct mls_stage *s, const struct mls_commit_params *params,
                      struct mls_message_keys_lease *lease, struct mls_commit *out)
{
    struct mls_group *g = s->group;
    struct mls_epoch *old = g->epoch;
    enum mls_wire_format format = g->encrypt_handshake ? MLS_WIRE_PRIVATE : MLS_WIRE_PUBLIC;
    struct mls_content_auth auth;
    struct slice body, content_raw, tbs;
    TRY(gather(s, params));
    TRY(mls_stage_begin(s));
    TRY(make_body(s, params->identity, &body));
    struct mls_content content =
        own_content(g, MLS_CONTENT_COMMIT, params->authenticated_data, body);
    TRY(mls_send_sign(s->scratch, &auth, &content_raw, &tbs, &content, format, old->context,
                      &old->signature));
    TRY(mls_stage_schedule(s, format, content_raw, auth.signature));
    TRY(mls_stage_check(s));
    auth.confirmation_tag = mls_epoch_slice(s->next, &s->next->confirmation_tag);
    if (g->encrypt_handshake) {
        TRY(seal(g, s->scratch, lease, &content, &auth, &out->commit));
    } else {
        TRY(publish(g, s->scratch, content_raw, tbs, MLS_CONTENT_COMMIT, &auth, &out->commit));
    }
    TRY(make_outputs(s, params, out));
    TRY(mls_pending_set(s, format, content_raw, &auth, out->commit, params->now_ms));
    return g->encrypt_handshake ? write_lease(g, lease, s->scratch) : OK;
}

enum err mls_send_commit(struct mls_group *g, struct arena *arena,
                         const struct mls_commit_params *params, struct mls_commit *out)
{
    struct mls_message_keys_lease lease = {0};
    memset(out, 0, sizeof *out);
    if (g->state != MLS_IDLE || !g->epoch->member) {
        return ERR_STATE;
    }
    struct mls_stage s = mls_stage_make(g, params->psk, params->policy, arena);
    enum err e = build(&s, params, &lease, out);
    mls_stage_end(&s);
    wipe(&lease, sizeof lease);
    if (e != OK) {
        memset(out, 0, sizeof *out);
    }
    return e;
}
