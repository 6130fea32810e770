#include "mls/epoch.h"

#include <string.h>

#include "base/ct.h"

struct mls_epoch *mls_epoch_create(const struct crypto_suite *suite)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct mls_epoch *e = arena_alloc(&arena, sizeof *e);
    if (e == NULL) {
        arena_wipe(&arena);
        return NULL;
    }
    e->arena = arena;
    e->suite = suite;
    return e;
}

void mls_epoch_destroy(struct mls_epoch *e)
{
    if (e != NULL) {
        struct arena arena = e->arena;
        arena_wipe(&arena);
    }
}

struct slice mls_epoch_slice(const struct mls_epoch *e, const struct mls_secret *s)
{
    return slice_make(s->b, e->suite->nh);
}

static enum err clone_into(struct mls_epoch *e, const struct mls_epoch *from)
{
    e->epoch = from->epoch;
    e->member = from->member;
    e->priv = from->priv;
    e->signature = from->signature;
    e->confirmed = from->confirmed;
    e->confirmed_n = from->confirmed_n;
    TRY(arena_copy(&e->arena, from->group_id, &e->group_id));
    TRY(mls_epoch_set_extensions(e, from->extension_list));
    return mls_tree_clone(&e->tree, &e->arena, &from->tree);
}

enum err mls_epoch_clone(struct mls_epoch **out, const struct mls_epoch *from)
{
    struct mls_epoch *e = mls_epoch_create(from->suite);
    *out = NULL;
    if (e == NULL) {
        return ERR_HOST_MEMORY;
    }
    enum err error = clone_into(e, from);
    if (error != OK) {
        mls_epoch_destroy(e);
        return error;
    }
    *out = e;
    return OK;
}

enum err mls_epoch_set_extensions(struct mls_epoch *e, struct slice list)
{
    TRY(arena_copy(&e->arena, list, &e->extension_list));
    return mls_codec_extensions(&e->arena, e->extension_list, &e->extensions);
}

enum err mls_epoch_encode_context(struct mls_epoch *e)
{
    struct mls_group_context context = {
        .suite = e->suite,
        .group_id = e->group_id,
        .epoch = e->epoch,
        .tree_hash = mls_tree_hash_root(&e->tree),
        .confirmed_transcript_hash = slice_make(e->confirmed.b, e->confirmed_n),
        .extensions = e->extension_list,
    };
    struct buf b = buf_arena(&e->arena, 256 + e->group_id.n + e->extension_list.n);
    mls_key_schedule_put_context(&b, &context);
    return buf_finish(&b, &e->context);
}

void mls_epoch_confirm(struct mls_epoch *e)
{
    struct slice confirmed = slice_make(e->confirmed.b, e->confirmed_n);
    mls_key_schedule_tag(e->suite, &e->confirmation_tag, &e->secrets.confirmation, confirmed);
    mls_key_schedule_interim(e->suite, &e->interim, confirmed,
                             mls_epoch_slice(e, &e->confirmation_tag));
}

enum err mls_epoch_derive(struct mls_epoch *e, const struct mls_secret *joiner,
                          const struct mls_secret *psk)
{
    TRY(mls_key_schedule_epoch(e->suite, &e->secrets, joiner, psk, e->context));
    mls_epoch_confirm(e);
    e->cache = arena_array(&e->arena, 2 * (size_t)e->tree.width, sizeof *e->cache);
    return e->cache == NULL ? ERR_HOST_MEMORY : OK;
}

struct mls_message_keys mls_epoch_keys(struct mls_epoch *e, const struct mls_storage *storage)
{
    return (struct mls_message_keys){
        .storage = storage,
        .suite = e->suite,
        .epoch = e->epoch,
        .width = e->tree.width,
        .cache = e->cache,
        .cache_arena = &e->arena,
    };
}

const struct mls_leaf *mls_epoch_own_leaf(const struct mls_epoch *e)
{
    return mls_tree_leaf(&e->tree, e->priv.leaf);
}

/* ---- rows ---------------------------------------------------------------------------------- */

static struct mls_secret *kept_secret(struct mls_epoch_secrets *s, size_t i)
{
    struct mls_secret *kept[] = {&s->sender_data,   &s->exporter,   &s->external,
                                 &s->confirmation,  &s->membership, &s->resumption,
                                 &s->authenticator, &s->init};
    return i < sizeof kept / sizeof kept[0] ? kept[i] : NULL;
}

void mls_epoch_put(const struct mls_epoch *e, struct buf *b)
{
    struct mls_epoch_secrets secrets = e->secrets;
    const struct mls_secret *secret;
    buf_u16(b, e->suite->code);
    buf_u8(b, (uint8_t)e->suite->derive);
    buf_u8(b, e->member);
    buf_u32(b, e->priv.leaf);
    buf_u32(b, e->tree.width);
    buf_put(b, e->signature.secret.seed, sizeof e->signature.secret.seed);
    buf_put(b, e->confirmed.b, sizeof e->confirmed.b);
    buf_u8(b, (uint8_t)e->confirmed_n);
    buf_put(b, e->interim.b, e->suite->nh);
    buf_put(b, e->confirmation_tag.b, e->suite->nh);
    for (size_t i = 0; (secret = kept_secret(&secrets, i)) != NULL; i++) {
        buf_put(b, secret->b, e->suite->nh);
    }
    mls_codec_put_vector(b, e->context);
    wipe(&secrets, sizeof secrets);
}

/* Suite and a new epoch object. */
static enum err get_suite(struct mls_epoch **out, struct slice *row)
{
    uint16_t code = 0;
    uint8_t derive = 0;
    TRY(slice_u16(row, &code));
    TRY(slice_u8(row, &derive));
    const struct crypto_suite *suite = crypto_suite_find_derive(code, (enum crypto_derive)derive);
    if (suite == NULL) {
        return ERR_STORE_CORRUPT;
    }
    *out = mls_epoch_create(suite);
    return *out == NULL ? ERR_HOST_MEMORY : OK;
}

static enum err get_fields(struct mls_epoch *e, struct slice *row, uint32_t *width,
                           struct mls_group_context *context)
{
    struct slice bytes;
    struct mls_secret *secret;
    uint16_t code = 0;
    uint8_t member = 0;
    uint8_t confirmed_n = 0;
    TRY(slice_u8(row, &member));
    e->member = member == 1;
    TRY(slice_u32(row, &e->priv.leaf));
    TRY(slice_u32(row, width));
    TRY(slice_copy(row, e->signature.secret.seed, sizeof e->signature.secret.seed));
    crypto_sign_pair_of(&e->signature, &e->signature.secret);
    TRY(slice_copy(row, e->confirmed.b, sizeof e->confirmed.b));
    TRY(slice_u8(row, &confirmed_n));
    e->confirmed_n = confirmed_n;
    TRY(slice_copy(row, e->interim.b, e->suite->nh));
    TRY(slice_copy(row, e->confirmation_tag.b, e->suite->nh));
    for (size_t i = 0; (secret = kept_secret(&e->secrets, i)) != NULL; i++) {
        TRY(slice_copy(row, secret->b, e->suite->nh));
    }
    TRY(mls_codec_vector(row, &bytes));
    TRY(arena_copy(&e->arena, bytes, &e->context));
    bytes = e->context;
    TRY(mls_key_schedule_get_context(&bytes, context, &code));
    e->group_id = context->group_id;
    e->epoch = context->epoch;
    return mls_epoch_set_extensions(e, context->extensions);
}

static enum err get_tree(struct mls_epoch *e, uint32_t width, const struct mls_storage *storage,
                         struct arena *scratch)
{
    TRY(mls_tree_init(&e->tree, e->suite, &e->arena, width));
    for (uint32_t i = 0; i < mls_tree_math_nodes(width); i++) {
        struct slice row;
        enum err error = mls_rows_get(storage, mls_rows_node(i), scratch, &row);
        if (error == ERR_GONE) {
            continue;
        }
        TRY(error);
        TRY(mls_tree_decode_node(&e->tree, i, &row));
        TRY(slice_end(row));
    }
    return OK;
}

static enum err get_private(struct mls_epoch *e, const struct mls_storage *storage,
                            struct arena *scratch)
{
    struct slice row;
    TRY(mls_rows_get(storage, mls_rows_private(), scratch, &row));
    while (row.n > 0) {
        uint8_t level = 0;
        TRY(slice_u8(&row, &level));
        if (level >= MLS_TREE_MATH_LEVELS) {
            return ERR_INPUT;
        }
        TRY(slice_copy(&row, e->priv.key[level].b, sizeof e->priv.key[level].b));
        e->priv.have[level] = true;
    }
    return OK;
}

enum err mls_epoch_get(struct mls_epoch **out, struct slice *row, const struct mls_storage *storage,
                       struct arena *scratch)
{
    struct mls_epoch *e = NULL;
    struct mls_group_context context = {0};
    uint32_t width = 0;
    *out = NULL;
    enum err error = get_suite(&e, row);
    if (error == OK) {
        error = get_fields(e, row, &width, &context);
    }
    if (error == OK) {
        error = get_tree(e, width, storage, scratch);
    }
    if (error == OK && e->member) {
        error = get_private(e, storage, scratch);
    }
    if (error == OK && !slice_equal(mls_tree_hash_root(&e->tree), context.tree_hash)) {
        error = ERR_STORE_CORRUPT;
    }
    if (error == OK) {
        e->cache = arena_array(&e->arena, 2 * (size_t)width, sizeof *e->cache);
        error = e->cache == NULL ? ERR_HOST_MEMORY : OK;
    }
    if (error != OK) {
        mls_epoch_destroy(e);
        /* What does not parse was not written by us. */
        return error == ERR_INPUT || error == ERR_GONE ? ERR_STORE_CORRUPT : error;
    }
    *out = e;
    return OK;
}

static bool in_rows(const struct mls_epoch *before, uint32_t node)
{
    return before != NULL && node < mls_tree_math_nodes(before->tree.width) &&
           before->tree.nodes[node].kind != MLS_TREE_BLANK;
}

enum err mls_epoch_save_tree(const struct mls_epoch *e, const struct mls_epoch *before,
                             const struct mls_storage *storage, struct arena *scratch)
{
    uint32_t now = mls_tree_math_nodes(e->tree.width);
    uint32_t old = before == NULL ? 0 : mls_tree_math_nodes(before->tree.width);
    for (uint32_t i = 0; i < now || i < old; i++) {
        bool present = i < now && e->tree.nodes[i].kind != MLS_TREE_BLANK;
        if (present && (before == NULL || e->tree.nodes[i].changed)) {
            struct buf b = buf_arena(scratch, e->tree.nodes[i].encryption_key.n + 512);
            mls_tree_encode_node(&e->tree.nodes[i], &b);
            TRY(mls_rows_put_buf(storage, mls_rows_node(i), &b));
        } else if (!present && in_rows(before, i)) {
            TRY(mls_rows_del(storage, mls_rows_node(i)));
        }
    }
    return OK;
}

enum err mls_epoch_save_private(const struct mls_epoch *e, const struct mls_storage *storage,
                                struct arena *scratch)
{
    struct buf b = buf_arena(scratch, MLS_TREE_MATH_LEVELS * (1 + CRYPTO_HPKE_SECRET_SIZE));
    for (uint8_t level = 0; level < MLS_TREE_MATH_LEVELS; level++) {
        if (e->priv.have[level]) {
            buf_u8(&b, level);
            buf_put(&b, e->priv.key[level].b, sizeof e->priv.key[level].b);
        }
    }
    return mls_rows_put_buf(storage, mls_rows_private(), &b);
}
