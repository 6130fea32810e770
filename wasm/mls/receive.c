#include "mls/receive.h"

#include "base/ct.h"

/* One message being processed. */
struct receipt {
    struct mls_group *g;
    struct arena *arena;
    const struct mls_process_params *params;
    struct mls_event *event;
    enum mls_wire_format wire_format;
    struct mls_content content;
    struct slice content_raw; /* FramedContent */
    struct mls_content_auth auth;
    const struct mls_message_keys *keys; /* private messages: what to mark as used */
    const struct mls_message_keys_lease *lease;
};

/* ---- who sent it --------------------------------------------------------------------------- */

static enum err check_group(const struct mls_group *g, struct slice group_id)
{
    return slice_equal(g->epoch->group_id, group_id) ? OK : ERR_INPUT;
}

static enum err keep_sender(struct receipt *r, const struct mls_leaf *leaf, uint32_t index)
{
    struct mls_leaf kept;
    TRY(mls_leaf_keep(r->arena, &kept, leaf));
    r->event->sender_leaf = mls_leaf_view(&kept, index);
    r->event->sender = index;
    return OK;
}

static enum err external_key(const struct receipt *r, struct slice *key)
{
    uint16_t type = 0;
    struct slice credential;
    enum err e = mls_proposal_external_sender(r->g->epoch->extension_list, r->content.sender, key,
                                              &type, &credential);
    r->event->sender = r->content.sender;
    return e == ERR_GONE ? ERR_AUTH : e;
}

/* V12-V14, V63: the key a public message must be signed with. */
static enum err public_key_of(struct receipt *r, struct slice *key)
{
    const struct mls_content *c = &r->content;
    struct slice body = c->body;
    struct mls_proposal_body proposal;
    struct mls_commit_body commit;
    const struct mls_leaf *leaf;
    switch (c->sender_type) {
    case MLS_SENDER_MEMBER:
        leaf = mls_tree_leaf(&r->g->epoch->tree, c->sender);
        if (leaf == NULL) {
            return ERR_INPUT;
        }
        *key = leaf->signature_key;
        return keep_sender(r, leaf, c->sender);
    case MLS_SENDER_EXTERNAL:
        return c->type == MLS_CONTENT_PROPOSAL ? external_key(r, key) : ERR_INPUT;
    case MLS_SENDER_NEW_MEMBER_PROPOSAL:
        if (c->type != MLS_CONTENT_PROPOSAL) {
            return ERR_INPUT;
        }
        TRY(mls_proposal_read(&body, &proposal));
        *key = proposal.package.leaf.signature_key;
        return proposal.type == MLS_PROPOSAL_ADD ? OK : ERR_INPUT;
    case MLS_SENDER_NEW_MEMBER_COMMIT:
        if (c->type != MLS_CONTENT_COMMIT) {
            return ERR_INPUT;
        }
        TRY(mls_commit_read(&body, &commit));
        *key = commit.path.leaf.signature_key;
        return commit.has_path ? OK : ERR_INPUT;
    }
    return ERR_INPUT;
}

static enum err verify(const struct receipt *r, struct slice key, struct slice tbs)
{
    return mls_label_verify(r->arena, key, "FramedContentTBS", tbs, r->auth.signature);
}

/* ---- proposals ----------------------------------------------------------------------------- */

static enum err put_authenticated(const struct receipt *r, struct slice *out, size_t *body_offset)
{
    struct buf b = buf_arena(r->arena, r->content_raw.n + 128);
    buf_u16(&b, (uint16_t)r->wire_format);
    buf_slice(&b, r->content_raw);
    *body_offset = b.n - r->content.body.n; /* the body ends FramedContent */
    mls_framing_put_auth(&b, r->content.type, &r->auth);
    return buf_finish(&b, out);
}

static enum err receive_proposal(struct receipt *r)
{
    struct mls_group *g = r->g;
    const struct mls_epoch *e = g->epoch;
    struct mls_stored_proposal stored = {.sender_type = r->content.sender_type,
                                         .sender = r->content.sender};
    size_t offset = 0;
    TRY(put_authenticated(r, &stored.authenticated, &offset));
    struct slice body =
        slice_make(stored.authenticated.p + offset, stored.authenticated.n - offset);
    TRY(mls_proposal_read(&body, &stored.body));
    TRY(mls_proposal_list_verify(e, &stored.body, stored.sender_type, stored.sender,
                                 r->params->policy, r->arena));
    mls_label_ref(e->suite, stored.ref.b, MLS_LABEL_PROPOSAL_REF, stored.authenticated);
    if (mls_group_state_find_proposal(g, mls_epoch_slice(e, &stored.ref)) != NULL) {
        return ERR_STATE_REPLAY;
    }
    struct mls_proposal_item item = {
        .body = stored.body, .sender_type = stored.sender_type, .sender = stored.sender};
    TRY(mls_proposal_list_view(r->arena, &r->event->proposal, e, &item));
    if (r->params->policy != NULL && r->params->policy->proposal != NULL) {
        TRY(r->params->policy->proposal(r->params->policy->user, g, &r->event->proposal));
    }
    TRY(arena_copy(r->arena, mls_epoch_slice(e, &stored.ref), &r->event->proposal_ref));
    if (r->lease != NULL) {
        TRY(mls_message_keys_commit(r->keys, &g->queue, r->lease, r->params->now_ms, r->arena));
    }
    return mls_group_state_add_proposal(g, &stored, r->arena);
}

/* ---- commits ------------------------------------------------------------------------------- */

/* The init secret an external joiner and we agree on (RFC 9420, 8.3). */
static enum err external_init(struct mls_stage *s)
{
    const struct mls_epoch *old = s->group->epoch;
    const struct mls_proposal_item *item =
        mls_proposal_list_find(&s->list, MLS_PROPOSAL_EXTERNAL_INIT);
    struct crypto_hpke_secret secret = {{0}};
    struct crypto_hpke_public public_key;
    struct crypto_hpke_context context = {0};
    if (item == NULL) {
        return ERR_INPUT;
    }
    enum err e =
        mls_key_schedule_external(old->suite, &secret, &public_key, &old->secrets.external);
    if (e == OK) {
        e = crypto_hpke_receive(old->suite, &context, &secret, item->body.kem_output, SLICE_EMPTY);
    }
    if (e == OK) {
        e = crypto_hpke_export(&context, s->init.b, old->suite->nh,
                               SLICE_LITERAL("MLS 1.0 external init secret"));
    }
    wipe(&secret, sizeof secret);
    wipe(&context, sizeof context);
    return e;
}

/* From the merged path to verified secrets of the next epoch. */
static enum err follow(struct receipt *r, struct mls_stage *s, const struct mls_commit_body *commit)
{
    if (commit->has_path) {
        TRY(mls_stage_open(s, &commit->path));
    }
    if (s->list.committer_type == MLS_SENDER_NEW_MEMBER_COMMIT) {
        TRY(external_init(s));
    }
    TRY(mls_stage_schedule(s, r->wire_format, r->content_raw, r->auth.signature));
    if (!ct_slice_equal(r->auth.confirmation_tag,
                        mls_epoch_slice(s->next, &s->next->confirmation_tag))) {
        return ERR_AUTH;
    }
    return mls_stage_check(s);
}

static enum err apply_commit(struct receipt *r, struct mls_stage *s)
{
    struct mls_group *g = r->g;
    struct mls_commit_body commit;
    struct slice body = r->content.body;
    s->list.committer_type = r->content.sender_type;
    s->list.committer = r->content.sender;
    TRY(mls_commit_read(&body, &commit));
    TRY(mls_stage_collect(s, &commit));
    TRY(mls_stage_begin(s));
    if (commit.has_path) {
        TRY(mls_stage_merge(s, &commit.path));
    }
    if (!s->removes_us) { /* a removed member cannot learn the new secrets (V78) */
        TRY(follow(r, s, &commit));
    }
    TRY(mls_stage_view(s, r->arena, &r->event->commit));
    r->event->sender = s->list.committer;
    r->event->sender_leaf = r->event->commit.committer_leaf;
    if (s->removes_us) {
        return mls_group_state_remove(g, r->arena);
    }
    TRY(mls_group_state_advance(g, s->next, mls_stage_reinit(s), r->params->now_ms, r->arena));
    (void)mls_stage_take(s);
    return OK;
}

static enum err receive_commit(struct receipt *r)
{
    struct mls_stage s = mls_stage_make(r->g, r->params->psk, r->params->policy, r->arena);
    if (r->auth.confirmation_tag.n != r->g->epoch->suite->nh) {
        return ERR_AUTH;
    }
    enum err e = apply_commit(r, &s);
    if (e == ERR_GONE && s.unknown && r->content.sender_type == MLS_SENDER_MEMBER) {
        r->event->unknown_reference = true;
        r->event->sender = r->content.sender;
    }
    if (s.next != NULL && s.next == r->g->epoch) {
        (void)mls_stage_take(&s); /* the rows failed after the switch: drop the object */
    }
    mls_stage_end(&s);
    return e;
}

static enum err by_content(struct receipt *r)
{
    struct mls_event *event = r->event;
    event->sender_type = r->content.sender_type;
    event->epoch = r->content.epoch;
    TRY(arena_copy(r->arena, r->content.authenticated_data, &event->authenticated_data));
    switch (r->content.type) {
    case MLS_CONTENT_PROPOSAL:
        event->kind = MLS_EVENT_PROPOSAL;
        return receive_proposal(r);
    case MLS_CONTENT_COMMIT:
        event->kind = MLS_EVENT_COMMIT;
        return receive_commit(r);
    case MLS_CONTENT_APPLICATION:
        event->kind = MLS_EVENT_APPLICATION;
        event->data = r->content.body;
        return mls_message_keys_commit(r->keys, &r->g->queue, r->lease, r->params->now_ms,
                                       r->arena);
    }
    return ERR_INPUT;
}

/* ---- PublicMessage ------------------------------------------------------------------------- */

static enum err check_epoch(const struct mls_group *g, uint64_t epoch)
{
    if (epoch != g->epoch->epoch) {
        return epoch < g->epoch->epoch ? ERR_STATE_EPOCH : ERR_STATE_FUTURE;
    }
    return g->state == MLS_SUSPENDED ? ERR_STATE : OK;
}

static enum err receive_public(struct receipt *r, const struct mls_public_message *m)
{
    const struct mls_epoch *e = r->g->epoch;
    struct slice key;
    struct slice tbs;
    struct mls_secret tag;
    TRY(check_group(r->g, m->content.group_id));
    if (m->content.type == MLS_CONTENT_APPLICATION) {
        return ERR_INPUT;
    }
    TRY(check_epoch(r->g, m->content.epoch));
    r->content = m->content;
    r->content_raw = m->content_raw;
    r->auth = m->auth;
    TRY(public_key_of(r, &key));
    TRY(mls_framing_tbs(r->arena, &tbs, r->wire_format, r->content_raw, r->content.sender_type,
                        e->context));
    if (m->content.sender_type == MLS_SENDER_MEMBER) {
        mls_framing_membership_tag(e->suite, &tag, &e->secrets.membership, tbs, m->auth_raw);
        if (!ct_slice_equal(m->membership_tag, mls_epoch_slice(e, &tag))) {
            return ERR_AUTH;
        }
    }
    TRY(verify(r, key, tbs));
    if (m->content.sender_type == MLS_SENDER_MEMBER && m->content.sender == e->priv.leaf) {
        r->event->own_signed = true;
        return ERR_STATE_OWN;
    }
    return by_content(r);
}

/* ---- PrivateMessage ------------------------------------------------------------------------ */

/* The epoch a private message belongs to: the current one, or a past one we still keep. */
struct sent_epoch {
    bool current;
    struct mls_past_state past;
    struct slice context;
    const struct mls_secret *sender_data;
    struct mls_message_keys keys;
};

static enum err find_epoch(const struct receipt *r, const struct mls_private_message *m,
                           struct sent_epoch *out)
{
    const struct mls_group *g = r->g;
    struct mls_epoch *e = g->epoch;
    out->keys = mls_epoch_keys(e, &g->storage);
    out->current = m->epoch == e->epoch;
    if (m->epoch > e->epoch) {
        return ERR_STATE_FUTURE;
    }
    if (m->type != MLS_CONTENT_APPLICATION) {
        TRY(check_epoch(g, m->epoch));
    }
    if (out->current) {
        out->context = e->context;
        out->sender_data = &e->secrets.sender_data;
        return OK;
    }
    enum err error = mls_group_state_past(g, m->epoch, &out->past, r->arena);
    if (error != OK) {
        return error == ERR_GONE ? ERR_STATE_EPOCH : error;
    }
    out->context = out->past.context;
    out->sender_data = &out->past.sender_data;
    out->keys.epoch = m->epoch;
    out->keys.width = out->past.width;
    out->keys.cache = NULL;
    return OK;
}

/* V18, V20: the sender's leaf in the epoch the message was sent in. */
static enum err find_leaf(const struct receipt *r, const struct sent_epoch *epoch, uint64_t number,
                          uint32_t index, struct mls_leaf *out)
{
    if (epoch->current) {
        const struct mls_leaf *leaf = mls_tree_leaf(&r->g->epoch->tree, index);
        return leaf == NULL ? ERR_INPUT : mls_leaf_keep(r->arena, out, leaf);
    }
    enum err e = mls_group_state_past_leaf(r->g, &epoch->past, number, index, out, r->arena);
    return e == ERR_GONE ? ERR_INPUT : e;
}

/* In a past epoch our leaf index may have been another member's. */
static bool is_own(const struct mls_group *g, uint32_t index, const struct mls_leaf *leaf)
{
    const struct mls_leaf *mine = mls_tree_leaf(&g->epoch->tree, g->epoch->priv.leaf);
    return index == g->epoch->priv.leaf && mine != NULL &&
           slice_equal(mine->signature_key, leaf->signature_key);
}

static enum err open_private(struct receipt *r, const struct mls_private_message *m,
                             struct sent_epoch *epoch, struct mls_message_keys_lease *lease)
{
    const struct crypto_suite *suite = r->g->epoch->suite;
    struct mls_sender_data sender;
    struct mls_leaf leaf;
    struct slice tbs;
    TRY(find_epoch(r, m, epoch));
    TRY(mls_framing_open_sender(suite, epoch->sender_data, m, &sender));
    TRY(find_leaf(r, epoch, m->epoch, sender.leaf, &leaf));
    /* Any member can put our leaf index there: only the signature proves that it was us. What we
     * sealed here can no longer be opened, since its key was deleted after use. */
    bool own = is_own(r->g, sender.leaf, &leaf);
    enum err e = mls_message_keys_take(&epoch->keys, lease, sender.leaf,
                                       m->type == MLS_CONTENT_APPLICATION ? MLS_RATCHET_APPLICATION
                                                                          : MLS_RATCHET_HANDSHAKE,
                                       sender.generation, r->arena);
    if (own && (e == ERR_STATE_REPLAY || e == ERR_GONE)) {
        return ERR_STATE_OWN;
    }
    TRY(e);
    TRY(mls_framing_open_content(&lease->key, m, &sender, r->arena, &r->content, &r->auth));
    struct buf b = buf_arena(r->arena, r->content.body.n + m->authenticated_data.n + 300);
    mls_framing_put_content(&b, &r->content);
    TRY(buf_finish(&b, &r->content_raw));
    TRY(mls_framing_tbs(r->arena, &tbs, r->wire_format, r->content_raw, MLS_SENDER_MEMBER,
                        epoch->context));
    TRY(verify(r, leaf.signature_key, tbs));
    if (own) {
        r->event->own_signed = true;
        return ERR_STATE_OWN;
    }
    r->event->sender = sender.leaf;
    r->event->sender_leaf = mls_leaf_view(&leaf, sender.leaf);
    r->keys = &epoch->keys;
    r->lease = lease;
    return by_content(r);
}

static enum err receive_private(struct receipt *r, const struct mls_private_message *m)
{
    struct sent_epoch epoch = {0};
    struct mls_message_keys_lease lease = {0};
    TRY(check_group(r->g, m->group_id));
    enum err e = open_private(r, m, &epoch, &lease);
    r->keys = NULL;
    r->lease = NULL;
    wipe(&lease, sizeof lease);
    wipe(&epoch, sizeof epoch);
    return e;
}

enum err mls_receive_message(struct mls_group *g, struct arena *arena,
                             const struct mls_process_params *params, struct slice message,
                             struct mls_event *event)
{
    struct mls_message m;
    struct receipt r = {.g = g, .arena = arena, .params = params, .event = event};
    *event = (struct mls_event){0};
    if (g->state == MLS_REMOVED || !g->epoch->member) {
        return ERR_STATE;
    }
    TRY(mls_framing_read(message, &m));
    TRY(mls_group_state_expire(g, params->expire_ms != 0 ? params->expire_ms : params->now_ms,
                               arena));
    r.wire_format = m.wire_format;
    enum err e = ERR_INPUT;
    if (m.wire_format == MLS_WIRE_PUBLIC) {
        e = receive_public(&r, &m.public_message);
    } else if (m.wire_format == MLS_WIRE_PRIVATE) {
        e = receive_private(&r, &m.private_message);
    }
    if (e != OK) {
        struct mls_event none = {.unknown_reference = event->unknown_reference,
                                 .own_signed = event->own_signed};
        none.sender = event->unknown_reference ? event->sender : 0;
        *event = none;
    }
    return e;
}
