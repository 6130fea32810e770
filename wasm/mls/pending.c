#include "mls/pending.h"

#include <string.h>

#include "base/ct.h"

static enum err save(const struct mls_stage *s, enum mls_wire_format wire_format,
                     struct slice content, const struct mls_content_auth *auth,
                     const struct mls_pending *pending)
{
    const struct mls_epoch *next = s->next;
    size_t nh = next->suite->nh;
    struct mls_secret first = {{0}};
    struct buf b = buf_arena(s->scratch, content.n + 1024);
    if (s->has_path) {
        first = s->path.path.n > 0 ? s->path.secret[0] : s->path.commit;
    }
    buf_u16(&b, (uint16_t)wire_format);
    buf_u8(&b, (uint8_t)s->list.committer_type);
    buf_u32(&b, s->list.committer);
    buf_put(&b, pending->message_hash, sizeof pending->message_hash);
    buf_u64(&b, pending->now_ms);
    mls_codec_put_vector(&b, content);
    mls_framing_put_auth(&b, MLS_CONTENT_COMMIT, auth);
    buf_put(&b, first.b, nh);
    buf_put(&b, next->priv.key[0].b, sizeof next->priv.key[0].b);
    buf_put(&b, next->signature.secret.seed, sizeof next->signature.secret.seed);
    buf_put(&b, s->init.b, nh);
    buf_put(&b, s->psk_secret.b, nh);
    wipe(&first, sizeof first);
    return mls_rows_put_buf(&s->group->storage, mls_rows_pending(), &b);
}

/* In the arena of the next epoch, so that both live and end together. */
static enum err make(struct mls_stage *s, struct mls_pending **out)
{
    struct mls_pending *pending = arena_alloc(&s->next->arena, sizeof *pending);
    if (pending == NULL) {
        return ERR_HOST_MEMORY;
    }
    pending->next = s->next;
    TRY(mls_stage_view(s, &s->next->arena, &pending->view));
    TRY(arena_copy(&s->next->arena, mls_stage_reinit(s), &pending->reinit));
    *out = pending;
    return OK;
}

static void install(struct mls_stage *s, struct mls_pending *pending)
{
    s->group->pending = pending;
    s->group->state = MLS_PENDING;
    (void)mls_stage_take(s);
}

enum err mls_pending_set(struct mls_stage *s, enum mls_wire_format wire_format,
                         struct slice content, const struct mls_content_auth *auth,
                         struct slice message, uint64_t now_ms)
{
    struct mls_pending *pending = NULL;
    TRY(make(s, &pending));
    crypto_sha256(pending->message_hash, message);
    pending->now_ms = now_ms;
    TRY(save(s, wire_format, content, auth, pending));
    install(s, pending);
    return OK;
}

/* What the row holds. */
struct kept {
    enum mls_wire_format wire_format;
    uint8_t message_hash[CRYPTO_SHA256_SIZE];
    uint64_t now_ms;
    struct slice content;
    struct mls_content_auth auth;
    struct mls_secret first;
    struct crypto_hpke_secret leaf_secret;
    struct crypto_sign_secret signature;
};

static enum err get(struct mls_stage *s, struct slice row, struct kept *out)
{
    size_t nh = s->group->epoch->suite->nh;
    uint16_t format = 0;
    uint8_t type = 0;
    TRY(slice_u16(&row, &format));
    TRY(slice_u8(&row, &type));
    TRY(slice_u32(&row, &s->list.committer));
    TRY(slice_copy(&row, out->message_hash, sizeof out->message_hash));
    TRY(slice_u64(&row, &out->now_ms));
    TRY(mls_codec_vector(&row, &out->content));
    TRY(mls_framing_get_auth(&row, MLS_CONTENT_COMMIT, &out->auth));
    TRY(slice_copy(&row, out->first.b, nh));
    TRY(slice_copy(&row, out->leaf_secret.b, sizeof out->leaf_secret.b));
    TRY(slice_copy(&row, out->signature.seed, sizeof out->signature.seed));
    TRY(slice_copy(&row, s->init.b, nh));
    TRY(slice_copy(&row, s->psk_secret.b, nh));
    s->psk_known = true;
    s->list.committer_type = (enum mls_sender_type)type;
    out->wire_format = (enum mls_wire_format)format;
    return slice_end(row);
}

/* The commit inside the stored FramedContent: everything before it is known. */
static enum err read_commit(const struct mls_stage *s, struct slice content,
                            struct mls_commit_body *commit)
{
    struct slice skipped;
    uint64_t epoch = 0;
    uint8_t byte = 0;
    uint32_t leaf = 0;
    TRY(mls_codec_vector(&content, &skipped));
    TRY(slice_u64(&content, &epoch));
    TRY(slice_u8(&content, &byte));
    if (s->list.committer_type == MLS_SENDER_MEMBER) {
        TRY(slice_u32(&content, &leaf));
    }
    TRY(mls_codec_vector(&content, &skipped));
    TRY(slice_u8(&content, &byte));
    TRY(mls_commit_read(&content, commit));
    return slice_end(content);
}

static enum err own_path(struct mls_stage *s, const struct mls_commit_body *commit,
                         const struct kept *kept)
{
    struct mls_epoch *next = s->next;
    TRY(mls_stage_merge(s, &commit->path));
    memset(next->priv.have, 0, sizeof next->priv.have);
    next->priv.leaf = s->list.committer;
    next->priv.have[0] = true;
    next->priv.key[0] = kept->leaf_secret;
    crypto_sign_pair_of(&next->signature, &kept->signature);
    next->member = true;
    mls_tree_filtered_path(&next->tree, s->list.committer, &s->path.path);
    s->path.first = 0;
    s->path.secret[0] = kept->first;
    s->path.commit = kept->first;
    TRY(mls_treekem_derive(&next->tree, &next->priv, &s->path));
    s->commit = s->path.commit;
    return OK;
}

static enum err apply_again(struct mls_stage *s, struct kept *kept, struct slice row)
{
    struct mls_commit_body commit;
    struct mls_pending *pending = NULL;
    TRY(get(s, row, kept));
    TRY(read_commit(s, kept->content, &commit));
    TRY(mls_stage_collect(s, &commit));
    TRY(mls_stage_begin(s));
    if (commit.has_path) {
        TRY(own_path(s, &commit, kept));
    }
    TRY(mls_stage_schedule(s, kept->wire_format, kept->content, kept->auth.signature));
    if (!ct_slice_equal(kept->auth.confirmation_tag,
                        mls_epoch_slice(s->next, &s->next->confirmation_tag))) {
        return ERR_STORE_CORRUPT;
    }
    TRY(make(s, &pending));
    memcpy(pending->message_hash, kept->message_hash, sizeof pending->message_hash);
    pending->now_ms = kept->now_ms;
    install(s, pending);
    return OK;
}

enum err mls_pending_load(struct mls_group *g, struct arena *scratch)
{
    struct slice row;
    struct kept kept = {0};
    enum err e = mls_rows_get(&g->storage, mls_rows_pending(), scratch, &row);
    if (e == ERR_GONE) {
        return OK;
    }
    TRY(e);
    struct mls_stage s = mls_stage_make(g, NULL, NULL, scratch);
    e = apply_again(&s, &kept, row);
    mls_stage_end(&s);
    wipe(&kept, sizeof kept);
    return e == OK || e == ERR_HOST_MEMORY ? e : ERR_STORE_CORRUPT;
}

enum err mls_pending_merge(struct mls_group *g, struct arena *arena, struct mls_commit_view *view)
{
    const struct mls_pending *pending = g->pending;
    struct mls_commit_view merged;
    if (pending == NULL) {
        return ERR_STATE;
    }
    merged = pending->view;
    TRY(mls_group_state_advance(g, pending->next, pending->reinit, pending->now_ms, arena));
    if (view != NULL) {
        *view = merged;
    }
    return OK;
}
