#include "mls/group_state.h"

#include <string.h>

#include "base/ct.h"

#define ROW_VERSION 1

void mls_group_state_destroy(struct mls_group *g)
{
    if (g == NULL) {
        return;
    }
    mls_group_state_forget_pending(g);
    mls_group_state_forget_proposals(g);
    mls_epoch_destroy(g->epoch);
    struct arena home = g->home;
    arena_wipe(&home);
}

enum err mls_group_state_create(struct mls_group **out, const struct mls_storage *storage,
                                struct mls_epoch *epoch)
{
    struct arena home;
    *out = NULL;
    arena_init(&home, 0);
    struct mls_group *g = arena_alloc(&home, sizeof *g);
    if (g == NULL) {
        arena_wipe(&home);
        mls_epoch_destroy(epoch);
        return ERR_HOST_MEMORY;
    }
    g->home = home;
    g->storage = *storage;
    g->state = MLS_IDLE;
    g->epoch = epoch;
    arena_init(&g->proposal_arena, 0);
    *out = g;
    return OK;
}

/* ---- rows ---------------------------------------------------------------------------------- */

enum err mls_group_state_save(const struct mls_group *g, struct arena *scratch)
{
    struct buf b = buf_arena(scratch, 2048);
    buf_u8(&b, ROW_VERSION);
    buf_u8(&b, g->state == MLS_PENDING ? MLS_IDLE : (uint8_t)g->state);
    buf_u8(&b, g->encrypt_handshake);
    buf_u32(&b, g->padding_block);
    buf_u8(&b, (uint8_t)g->past_count);
    for (size_t i = 0; i < g->past_count; i++) {
        buf_u64(&b, g->past[i].epoch);
        buf_u64(&b, g->past[i].ended_ms);
    }
    mls_codec_put_vector(&b, g->reinit);
    mls_epoch_put(g->epoch, &b);
    return mls_rows_put_buf(&g->storage, mls_rows_group(), &b);
}

static enum err get_header(struct mls_group *g, struct slice *row, struct slice *reinit)
{
    uint8_t state = 0;
    uint8_t encrypt = 0;
    uint8_t past = 0;
    TRY(slice_u8(row, &state));
    TRY(slice_u8(row, &encrypt));
    TRY(slice_u32(row, &g->padding_block));
    TRY(slice_u8(row, &past));
    if (state > MLS_REMOVED || past > LIMIT_MLS_EPOCHS_KEPT) {
        return ERR_INPUT;
    }
    g->state = (enum mls_state)state;
    g->encrypt_handshake = encrypt == 1;
    g->past_count = past;
    for (size_t i = 0; i < past; i++) {
        TRY(slice_u64(row, &g->past[i].epoch));
        TRY(slice_u64(row, &g->past[i].ended_ms));
    }
    return mls_codec_vector(row, reinit);
}

static enum err save_resumption(const struct mls_group *g, struct arena *scratch)
{
    struct buf b = buf_arena(scratch, LIMIT_MLS_RESUMPTION * sizeof(struct mls_resumption));
    for (size_t i = 0; i < g->resumption_count; i++) {
        buf_u64(&b, g->resumption[i].epoch);
        buf_put(&b, g->resumption[i].secret.b, g->epoch->suite->nh);
    }
    return mls_rows_put_buf(&g->storage, mls_rows_resumption(), &b);
}

static enum err load_resumption(struct mls_group *g, struct arena *scratch)
{
    struct slice row;
    enum err e = mls_rows_get(&g->storage, mls_rows_resumption(), scratch, &row);
    if (e == ERR_GONE) {
        return OK;
    }
    TRY(e);
    while (row.n > 0) {
        if (g->resumption_count == LIMIT_MLS_RESUMPTION) {
            return ERR_STORE_CORRUPT;
        }
        struct mls_resumption *r = &g->resumption[g->resumption_count++];
        if (slice_u64(&row, &r->epoch) != OK ||
            slice_copy(&row, r->secret.b, g->epoch->suite->nh) != OK) {
            return ERR_STORE_CORRUPT;
        }
    }
    return OK;
}

static void remember_resumption(struct mls_group *g, const struct mls_epoch *e)
{
    if (g->resumption_count == LIMIT_MLS_RESUMPTION) {
        memmove(&g->resumption[0], &g->resumption[1],
                (LIMIT_MLS_RESUMPTION - 1) * sizeof g->resumption[0]);
        g->resumption_count--;
    }
    g->resumption[g->resumption_count++] =
        (struct mls_resumption){.epoch = e->epoch, .secret = e->secrets.resumption};
}

const struct mls_secret *mls_group_state_resumption(const struct mls_group *g, uint64_t epoch)
{
    for (size_t i = 0; i < g->resumption_count; i++) {
        if (g->resumption[i].epoch == epoch) {
            return &g->resumption[i].secret;
        }
    }
    return NULL;
}

/* Rows of a new epoch except G: secret tree root, nodes, private keys, resumption PSKs. The
 * encryption secret lives on in the row only. */
static enum err save_epoch(struct mls_group *g, struct mls_epoch *next,
                           const struct mls_epoch *before, struct arena *scratch)
{
    TRY(mls_epoch_save_tree(next, before, &g->storage, scratch));
    if (!next->member) {
        return OK;
    }
    struct mls_message_keys keys = mls_epoch_keys(next, &g->storage);
    TRY(mls_epoch_save_private(next, &g->storage, scratch));
    TRY(mls_message_keys_start(&keys, &next->secrets.encryption));
    remember_resumption(g, next);
    return save_resumption(g, scratch);
}

enum err mls_group_state_save_new(struct mls_group *g, struct arena *scratch)
{
    TRY(save_epoch(g, g->epoch, NULL, scratch));
    wipe(&g->epoch->secrets.encryption, sizeof g->epoch->secrets.encryption);
    return mls_group_state_save(g, scratch);
}

/* ---- past epochs --------------------------------------------------------------------------- */

static bool leaf_changed(const struct mls_epoch *next, uint32_t i)
{
    return i >= next->tree.width || next->tree.nodes[2 * i].changed;
}

/* M and L: what opens late messages, and the leaves this commit changes. */
static enum err save_past(const struct mls_group *g, const struct mls_epoch *next,
                          struct arena *scratch)
{
    const struct mls_epoch *old = g->epoch;
    uint8_t leaves[LIMIT_MEMBERS / 8] = {0};
    for (uint32_t i = 0; i < old->tree.width; i++) {
        const struct mls_leaf *leaf = mls_tree_leaf(&old->tree, i);
        if (leaf == NULL) {
            continue;
        }
        leaves[i / 8] = (uint8_t)(leaves[i / 8] | 1u << (i % 8));
        if (leaf_changed(next, i)) {
            TRY(mls_rows_put(&g->storage, mls_rows_old_leaf(old->epoch, i), leaf->raw));
        }
    }
    struct buf b = buf_arena(scratch, 1024);
    buf_u32(&b, old->tree.width);
    buf_put(&b, old->secrets.sender_data.b, old->suite->nh);
    mls_codec_put_vector(&b, old->context);
    mls_codec_put_vector(&b, slice_make(leaves, (old->tree.width + 7) / 8));
    return mls_rows_put_buf(&g->storage, mls_rows_past(old->epoch), &b);
}

/* Our own ratchets and all handshake ratchets of the old epoch are no longer needed. */
static enum err trim_past(const struct mls_group *g)
{
    const struct mls_epoch *old = g->epoch;
    TRY(mls_rows_del_ratchets(&g->storage, old->epoch, MLS_RATCHET_HANDSHAKE));
    return mls_rows_del(&g->storage,
                        mls_rows_ratchet(old->epoch, MLS_RATCHET_APPLICATION, old->priv.leaf));
}

static enum err drop_oldest(struct mls_group *g)
{
    TRY(mls_rows_del_epoch(&g->storage, g->past[0].epoch));
    g->past_count--;
    memmove(&g->past[0], &g->past[1], g->past_count * sizeof g->past[0]);
    return OK;
}

static enum err end_epoch(struct mls_group *g, const struct mls_epoch *next, uint64_t now_ms,
                          struct arena *scratch)
{
    while (g->past_count > 0 && g->past[0].epoch + LIMIT_MLS_EPOCHS_KEPT < next->epoch) {
        TRY(drop_oldest(g));
    }
    if (!g->epoch->member || mls_tree_leaf_count(&g->epoch->tree) < 2) {
        return mls_rows_del_epoch(&g->storage, g->epoch->epoch); /* nobody else could send */
    }
    TRY(save_past(g, next, scratch));
    TRY(trim_past(g));
    if (g->past_count == LIMIT_MLS_EPOCHS_KEPT) {
        TRY(drop_oldest(g));
    }
    g->past[g->past_count++] = (struct mls_past_epoch){g->epoch->epoch, now_ms};
    return OK;
}

enum err mls_group_state_expire(struct mls_group *g, uint64_t now_ms, struct arena *scratch)
{
    bool changed = false;
    while (g->past_count > 0 && g->past[0].ended_ms != 0 && now_ms > LIMIT_MLS_SKIPPED_AGE_MS &&
           g->past[0].ended_ms < now_ms - LIMIT_MLS_SKIPPED_AGE_MS) {
        TRY(drop_oldest(g));
        changed = true;
    }
    if (changed) {
        TRY(mls_group_state_save(g, scratch));
    }
    return mls_message_keys_expire(&g->storage, &g->queue, now_ms, scratch);
}

enum err mls_group_state_past(const struct mls_group *g, uint64_t epoch, struct mls_past_state *out,
                              struct arena *scratch)
{
    struct slice row;
    *out = (struct mls_past_state){0};
    TRY(mls_rows_get(&g->storage, mls_rows_past(epoch), scratch, &row));
    if (slice_u32(&row, &out->width) != OK ||
        slice_copy(&row, out->sender_data.b, g->epoch->suite->nh) != OK ||
        mls_codec_vector(&row, &out->context) != OK || mls_codec_vector(&row, &out->leaves) != OK ||
        out->leaves.n * 8 < out->width) {
        return ERR_STORE_CORRUPT;
    }
    return OK;
}

/* The next change of the leaf after that epoch kept the old leaf as a row; without one it is still
 * in the tree. */
enum err mls_group_state_past_leaf(const struct mls_group *g, const struct mls_past_state *past,
                                   uint64_t epoch, uint32_t index, struct mls_leaf *out,
                                   struct arena *scratch)
{
    if (index >= past->width || (past->leaves.p[index / 8] >> (index % 8) & 1) == 0) {
        return ERR_GONE;
    }
    for (uint64_t at = epoch; at < g->epoch->epoch; at++) {
        struct slice row;
        enum err e = mls_rows_get(&g->storage, mls_rows_old_leaf(at, index), scratch, &row);
        if (e == OK) {
            e = mls_leaf_read(&row, out);
            return e == OK ? mls_codec_extensions(scratch, out->extension_list, &out->extensions)
                           : ERR_STORE_CORRUPT;
        }
        if (e != ERR_GONE) {
            return e;
        }
    }
    const struct mls_leaf *leaf = mls_tree_leaf(&g->epoch->tree, index);
    return leaf == NULL ? ERR_GONE : mls_leaf_keep(scratch, out, leaf);
}

/* ---- from epoch to epoch ------------------------------------------------------------------- */

enum err mls_group_state_advance(struct mls_group *g, struct mls_epoch *next, struct slice reinit,
                                 uint64_t now_ms, struct arena *scratch)
{
    struct mls_epoch *old = g->epoch;
    TRY(end_epoch(g, next, now_ms, scratch));
    TRY(save_epoch(g, next, old, scratch));
    TRY(mls_rows_del_proposals(&g->storage));
    TRY(mls_rows_del(&g->storage, mls_rows_pending()));
    if (reinit.n > 0) {
        TRY(arena_copy(&g->home, reinit, &g->reinit));
    }
    wipe(&next->secrets.encryption, sizeof next->secrets.encryption);
    g->state = reinit.n > 0 ? MLS_SUSPENDED : MLS_IDLE;
    g->epoch = next;
    if (g->pending != NULL && g->pending->next == next) {
        g->pending = NULL; /* its arena is the epoch's now */
    }
    mls_group_state_forget_pending(g);
    mls_group_state_forget_proposals(g);
    mls_epoch_destroy(old);
    return mls_group_state_save(g, scratch);
}

enum err mls_group_state_remove(struct mls_group *g, struct arena *scratch)
{
    TRY(mls_rows_del_all(&g->storage));
    mls_group_state_forget_pending(g);
    mls_group_state_forget_proposals(g);
    g->state = MLS_REMOVED;
    g->past_count = 0;
    g->resumption_count = 0;
    g->queue = (struct mls_message_keys_queue){0};
    wipe(g->resumption, sizeof g->resumption);
    wipe(&g->epoch->secrets, sizeof g->epoch->secrets);
    wipe(&g->epoch->priv.key, sizeof g->epoch->priv.key);
    wipe(&g->epoch->signature, sizeof g->epoch->signature);
    g->epoch->member = false;
    TRY(mls_epoch_save_tree(g->epoch, NULL, &g->storage, scratch));
    return mls_group_state_save(g, scratch);
}

void mls_group_state_forget_pending(struct mls_group *g)
{
    if (g->pending != NULL) {
        struct mls_epoch *next = g->pending->next;
        g->pending = NULL;
        mls_epoch_destroy(next);
    }
}

/* ---- proposals ----------------------------------------------------------------------------- */

void mls_group_state_forget_proposals(struct mls_group *g)
{
    arena_wipe(&g->proposal_arena);
    arena_init(&g->proposal_arena, 0);
    g->proposals = NULL;
    g->proposal_count = 0;
    g->proposal_room = 0;
}

const struct mls_stored_proposal *mls_group_state_find_proposal(const struct mls_group *g,
                                                                struct slice ref)
{
    if (ref.n != g->epoch->suite->nh) {
        return NULL;
    }
    for (size_t i = 0; i < g->proposal_count; i++) {
        if (slice_equal(mls_epoch_slice(g->epoch, &g->proposals[i]->ref), ref)) {
            return g->proposals[i];
        }
    }
    return NULL;
}

/* Copies it into memory and remakes the body views over the copied bytes. body_offset: of the
 * proposal in the AuthenticatedContent. */
static enum err keep_proposal(struct mls_group *g, const struct mls_stored_proposal *in,
                              size_t body_offset)
{
    struct arena *arena = &g->proposal_arena;
    if (g->proposal_count == MLS_GROUP_PROPOSALS_MAX) {
        return ERR_LIMIT;
    }
    if (g->proposal_count == g->proposal_room) {
        size_t room = g->proposal_room == 0 ? 16 : 2 * g->proposal_room;
        struct mls_stored_proposal **grown = arena_array(arena, room, sizeof *grown);
        if (grown == NULL) {
            return ERR_HOST_MEMORY;
        }
        if (g->proposal_count > 0) {
            memcpy(grown, g->proposals, g->proposal_count * sizeof *grown);
        }
        g->proposals = grown;
        g->proposal_room = room;
    }
    struct mls_stored_proposal *kept = arena_alloc(arena, sizeof *kept);
    if (kept == NULL) {
        return ERR_HOST_MEMORY;
    }
    *kept = *in;
    TRY(arena_copy(arena, in->authenticated, &kept->authenticated));
    struct slice body =
        slice_make(kept->authenticated.p + body_offset, kept->authenticated.n - body_offset);
    TRY(mls_proposal_read(&body, &kept->body));
    g->proposals[g->proposal_count++] = kept;
    return OK;
}

enum err mls_group_state_add_proposal(struct mls_group *g,
                                      const struct mls_stored_proposal *proposal,
                                      struct arena *scratch)
{
    size_t offset = (size_t)(proposal->body.raw.p - proposal->authenticated.p);
    struct buf b = buf_arena(scratch, proposal->authenticated.n + 256);
    buf_put(&b, proposal->ref.b, g->epoch->suite->nh);
    buf_u8(&b, (uint8_t)proposal->sender_type);
    buf_u32(&b, proposal->sender);
    buf_u32(&b, (uint32_t)offset);
    mls_codec_put_vector(&b, proposal->authenticated);
    buf_u8(&b, proposal->own_update);
    if (proposal->own_update) {
        buf_put(&b, proposal->leaf_secret.b, sizeof proposal->leaf_secret.b);
        buf_put(&b, proposal->signature.seed, sizeof proposal->signature.seed);
    }
    TRY(b.err);
    if (g->proposal_count == MLS_GROUP_PROPOSALS_MAX) {
        return ERR_LIMIT;
    }
    TRY(mls_rows_put_buf(&g->storage, mls_rows_proposal((uint32_t)g->proposal_count), &b));
    return keep_proposal(g, proposal, offset);
}

static enum err load_proposal(struct mls_group *g, struct slice row)
{
    struct mls_stored_proposal p = {0};
    uint8_t type = 0;
    uint8_t own = 0;
    uint32_t offset = 0;
    TRY(slice_copy(&row, p.ref.b, g->epoch->suite->nh));
    TRY(slice_u8(&row, &type));
    TRY(slice_u32(&row, &p.sender));
    TRY(slice_u32(&row, &offset));
    TRY(mls_codec_vector(&row, &p.authenticated));
    TRY(slice_u8(&row, &own));
    p.sender_type = (enum mls_sender_type)type;
    p.own_update = own == 1;
    if (p.own_update) {
        TRY(slice_copy(&row, p.leaf_secret.b, sizeof p.leaf_secret.b));
        TRY(slice_copy(&row, p.signature.seed, sizeof p.signature.seed));
    }
    if (offset > p.authenticated.n) {
        return ERR_STORE_CORRUPT;
    }
    return keep_proposal(g, &p, offset);
}

static enum err load_proposals(struct mls_group *g, struct arena *scratch)
{
    for (uint32_t i = 0; i < MLS_GROUP_PROPOSALS_MAX; i++) {
        struct slice row;
        enum err e = mls_rows_get(&g->storage, mls_rows_proposal(i), scratch, &row);
        if (e == ERR_GONE) {
            return OK;
        }
        TRY(e);
        e = load_proposal(g, row);
        TRY(e == ERR_INPUT ? ERR_STORE_CORRUPT : e); /* what does not parse was not written by us */
    }
    return OK;
}

/* ---- loading ------------------------------------------------------------------------------- */

static enum err load_rest(struct mls_group *g, struct arena *scratch)
{
    TRY(load_resumption(g, scratch));
    TRY(mls_message_keys_load_queue(&g->storage, &g->queue, scratch));
    return load_proposals(g, scratch);
}

enum err mls_group_state_load(struct mls_group **out, const struct mls_storage *storage,
                              struct arena *scratch)
{
    struct slice row;
    struct slice reinit;
    struct mls_group header = {0};
    struct mls_epoch *epoch = NULL;
    uint8_t version = 0;
    *out = NULL;
    TRY(mls_rows_get(storage, mls_rows_group(), scratch, &row));
    if (slice_u8(&row, &version) != OK || version != ROW_VERSION) {
        return version > ROW_VERSION ? ERR_STORE_NEWER : ERR_STORE_CORRUPT;
    }
    if (get_header(&header, &row, &reinit) != OK) {
        return ERR_STORE_CORRUPT;
    }
    TRY(mls_epoch_get(&epoch, &row, storage, scratch));
    struct mls_group *g = NULL;
    TRY(mls_group_state_create(&g, storage, epoch));
    g->state = header.state;
    g->encrypt_handshake = header.encrypt_handshake;
    g->padding_block = header.padding_block;
    g->past_count = header.past_count;
    memcpy(g->past, header.past, sizeof g->past);
    enum err e = arena_copy(&g->home, reinit, &g->reinit);
    if (e == OK) {
        e = load_rest(g, scratch);
    }
    if (e != OK) {
        mls_group_state_destroy(g);
        return e;
    }
    *out = g;
    return OK;
}
