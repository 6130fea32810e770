#include "mls/group.h"

#include "base/ct.h"
#include "mls/create.h"
#include "mls/external.h"
#include "mls/framing.h"
#include "mls/pending.h"
#include "mls/receive.h"
#include "mls/send.h"

/* ---- life ---------------------------------------------------------------------------------- */

enum err mls_group_create(struct mls_group **out, const struct mls_storage *storage,
                          const struct mls_group_params *params)
{
    return mls_create_group(out, storage, params);
}

enum err mls_group_join(struct mls_group **out, const struct mls_storage *storage,
                        const struct mls_join_params *params)
{
    return mls_join_group(out, storage, params);
}

enum err mls_group_join_external(struct mls_group **out, const struct mls_storage *storage,
                                 const struct mls_external_params *params, struct arena *arena,
                                 struct slice *commit)
{
    return mls_external_join(out, storage, params, arena, commit);
}

enum err mls_group_successor(struct mls_group **out, const struct mls_storage *storage,
                             struct mls_group *old, bool reinit,
                             const struct mls_group_params *params,
                             const struct slice *key_packages, size_t key_package_count,
                             const struct mls_commit_params *commit_params, struct arena *arena,
                             struct mls_commit *welcome)
{
    return mls_create_successor(out, storage, old, reinit, params, key_packages, key_package_count,
                                commit_params, arena, welcome);
}

static enum err load(struct mls_group **out, const struct mls_storage *storage,
                     struct arena *scratch)
{
    struct mls_group *g = NULL;
    TRY(mls_group_state_load(&g, storage, scratch));
    enum err e = mls_pending_load(g, scratch);
    if (e != OK) {
        mls_group_state_destroy(g);
        return e;
    }
    *out = g;
    return OK;
}

enum err mls_group_load(struct mls_group **out, const struct mls_storage *storage)
{
    struct arena scratch;
    *out = NULL;
    arena_init(&scratch, 0);
    enum err e = load(out, storage, &scratch);
    arena_wipe(&scratch);
    return e;
}

void mls_group_destroy(struct mls_group *g)
{
    mls_group_state_destroy(g);
}

enum err mls_group_forget(const struct mls_storage *storage)
{
    return mls_rows_del_all(storage);
}

/* ---- what it is ---------------------------------------------------------------------------- */

enum mls_state mls_group_state(const struct mls_group *g)
{
    return g->state;
}

const struct crypto_suite *mls_group_suite(const struct mls_group *g)
{
    return g->epoch->suite;
}

struct slice mls_group_id(const struct mls_group *g)
{
    return g->epoch->group_id;
}

uint64_t mls_group_epoch(const struct mls_group *g)
{
    return g->epoch->epoch;
}

uint32_t mls_group_own_leaf(const struct mls_group *g)
{
    return g->epoch->priv.leaf;
}

struct mls_extensions mls_group_extensions(const struct mls_group *g)
{
    return g->epoch->extensions;
}

struct slice mls_group_epoch_authenticator(const struct mls_group *g)
{
    return mls_epoch_slice(g->epoch, &g->epoch->secrets.authenticator);
}

bool mls_group_next_member(const struct mls_group *g, uint32_t *next, struct mls_leaf_view *out)
{
    while (*next < g->epoch->tree.width) {
        uint32_t index = (*next)++;
        const struct mls_leaf *leaf = mls_tree_leaf(&g->epoch->tree, index);
        if (leaf != NULL) {
            *out = mls_leaf_view(leaf, index);
            return true;
        }
    }
    *out = (struct mls_leaf_view){0};
    return false;
}

size_t mls_group_member_count(const struct mls_group *g)
{
    return mls_tree_leaf_count(&g->epoch->tree);
}

enum err mls_group_member(const struct mls_group *g, uint32_t index, struct mls_leaf_view *out)
{
    const struct mls_leaf *leaf = mls_tree_leaf(&g->epoch->tree, index);
    *out = (struct mls_leaf_view){0};
    if (leaf == NULL) {
        return ERR_GONE;
    }
    *out = mls_leaf_view(leaf, index);
    return OK;
}

size_t mls_group_proposal_count(const struct mls_group *g)
{
    return g->proposal_count;
}

enum err mls_group_proposal(const struct mls_group *g, size_t i, struct arena *arena,
                            struct mls_proposal_view *out)
{
    if (i >= g->proposal_count) {
        return ERR_GONE;
    }
    const struct mls_stored_proposal *p = g->proposals[i];
    struct mls_proposal_item item = {
        .body = p->body, .sender_type = p->sender_type, .sender = p->sender, .stored = p};
    return mls_proposal_list_view(arena, out, g->epoch, &item);
}

/* ---- secrets for others -------------------------------------------------------------------- */

enum err mls_group_export(const struct mls_group *g, struct slice label, struct slice context,
                          uint8_t *out, size_t out_n)
{
    if (!g->epoch->member) {
        return ERR_STATE;
    }
    return mls_key_schedule_export(g->epoch->suite, &g->epoch->secrets.exporter, label, context,
                                   out, out_n);
}

enum err mls_group_export_pending(const struct mls_group *g, struct slice label,
                                  struct slice context, uint8_t *out, size_t out_n)
{
    if (g->pending == NULL) {
        return ERR_STATE;
    }
    return mls_key_schedule_export(g->epoch->suite, &g->pending->next->secrets.exporter, label,
                                   context, out, out_n);
}

enum err mls_group_resumption_psk(const struct mls_group *g, uint64_t epoch, struct arena *arena,
                                  struct slice *out)
{
    const struct mls_secret *psk = mls_group_state_resumption(g, epoch);
    *out = SLICE_EMPTY;
    return psk == NULL ? ERR_GONE : arena_copy(arena, mls_epoch_slice(g->epoch, psk), out);
}

enum err mls_group_committed_reinit(const struct mls_group *g, struct slice *proposal)
{
    *proposal = g->reinit;
    return g->reinit.n > 0 ? OK : ERR_STATE;
}

/* ---- messages ------------------------------------------------------------------------------ */

enum err mls_group_protect(struct mls_group *g, struct arena *arena,
                           struct slice authenticated_data, struct slice data,
                           struct slice *message)
{
    return mls_send_application(g, arena, authenticated_data, data, message);
}

enum err mls_group_process(struct mls_group *g, struct arena *arena,
                           const struct mls_process_params *params, struct slice message,
                           struct mls_event *event)
{
    return mls_receive_message(g, arena, params, message, event);
}

bool mls_group_message_is_handshake(struct slice message)
{
    struct mls_message m;
    if (mls_framing_read(message, &m) != OK) {
        return false;
    }
    return m.wire_format == MLS_WIRE_PUBLIC
               ? m.public_message.content.type != MLS_CONTENT_APPLICATION
               : m.wire_format == MLS_WIRE_PRIVATE &&
                     m.private_message.type != MLS_CONTENT_APPLICATION;
}

enum err mls_group_expire(struct mls_group *g, struct arena *arena, uint64_t now_ms)
{
    return mls_group_state_expire(g, now_ms, arena);
}

enum err mls_group_propose(struct mls_group *g, struct arena *arena,
                           const struct mls_process_params *params,
                           const struct mls_proposal *proposal, const struct mls_identity *identity,
                           struct slice *message)
{
    return mls_send_proposal(g, arena, params, proposal, identity, message);
}

enum err mls_group_external_propose(struct arena *arena, const struct mls_external_proposal *params,
                                    struct slice *message)
{
    return mls_send_external_proposal(arena, params, message);
}

enum err mls_group_clear_proposals(struct mls_group *g)
{
    if (g->pending != NULL) {
        return ERR_STATE;
    }
    TRY(mls_rows_del_proposals(&g->storage));
    mls_group_state_forget_proposals(g);
    return OK;
}

/* ---- our commits --------------------------------------------------------------------------- */

enum err mls_group_commit(struct mls_group *g, struct arena *arena,
                          const struct mls_commit_params *params, struct mls_commit *out)
{
    return mls_send_commit(g, arena, params, out);
}

enum err mls_group_merge(struct mls_group *g, struct arena *arena, struct mls_commit_view *view)
{
    return mls_pending_merge(g, arena, view);
}

enum err mls_group_discard(struct mls_group *g)
{
    if (g->pending == NULL) {
        return ERR_STATE;
    }
    TRY(mls_rows_del(&g->storage, mls_rows_pending()));
    mls_group_state_forget_pending(g);
    g->state = g->epoch->member ? MLS_IDLE : MLS_REMOVED;
    return OK;
}

bool mls_group_is_pending(const struct mls_group *g, struct slice message)
{
    uint8_t hash[CRYPTO_SHA256_SIZE];
    if (g->pending == NULL) {
        return false;
    }
    crypto_sha256(hash, message);
    return ct_equal(hash, g->pending->message_hash, sizeof hash);
}

enum err mls_group_info(const struct mls_group *g, struct arena *arena, bool with_tree,
                        bool external_pub, struct mls_extensions extra, struct slice *group_info,
                        struct slice *ratchet_tree)
{
    struct mls_welcome_info info = {with_tree, external_pub, extra};
    struct slice body;
    struct buf tree = buf_arena(arena, 4096);
    *group_info = SLICE_EMPTY;
    *ratchet_tree = SLICE_EMPTY;
    if (!g->epoch->member) {
        return ERR_STATE;
    }
    TRY(mls_welcome_put_info(arena, &body, g->epoch, &info));
    mls_tree_encode(&g->epoch->tree, &tree);
    TRY(buf_finish(&tree, ratchet_tree));
    struct buf b = buf_arena(arena, body.n + 4);
    mls_framing_put_header(&b, MLS_WIRE_GROUP_INFO);
    buf_slice(&b, body);
    return buf_finish(&b, group_info);
}
