#include "mls/welcome.h"

#include <string.h>

#include "base/ct.h"

/* ---- GroupInfo ----------------------------------------------------------------------------- */

static enum err put_external_pub(struct buf *b, const struct mls_epoch *e)
{
    struct crypto_hpke_secret secret = {{0}};
    struct crypto_hpke_public public_key;
    enum err error =
        mls_key_schedule_external(e->suite, &secret, &public_key, &e->secrets.external);
    wipe(&secret, sizeof secret);
    TRY(error);
    buf_u16(b, MLS_EXTENSION_EXTERNAL_PUB);
    size_t mark = mls_codec_open(b);
    mls_codec_put_vector(b, slice_make(public_key.b, e->suite->npk));
    mls_codec_close(b, mark);
    return OK;
}

static enum err put_info_extensions(struct buf *b, const struct mls_epoch *e,
                                    const struct mls_welcome_info *info)
{
    size_t mark = mls_codec_open(b);
    if (info->with_tree) {
        buf_u16(b, MLS_EXTENSION_RATCHET_TREE);
        size_t tree = mls_codec_open(b);
        mls_tree_encode(&e->tree, b);
        mls_codec_close(b, tree);
    }
    if (info->external_pub) {
        TRY(put_external_pub(b, e));
    }
    for (size_t i = 0; i < info->extra.n; i++) {
        mls_codec_put_extension(b, info->extra.v[i].type, info->extra.v[i].data);
    }
    mls_codec_put_grease(b, mls_codec_grease_in(mls_epoch_own_leaf(e)->extension_types));
    mls_codec_close(b, mark);
    return OK;
}

enum err mls_welcome_put_info(struct arena *arena, struct slice *out, const struct mls_epoch *e,
                              const struct mls_welcome_info *info)
{
    uint8_t signature[CRYPTO_SIGN_SIZE];
    struct slice tbs;
    struct buf b = buf_arena(arena, e->context.n + 512);
    buf_slice(&b, e->context);
    TRY(put_info_extensions(&b, e, info));
    mls_codec_put_vector(&b, mls_epoch_slice(e, &e->confirmation_tag));
    buf_u32(&b, e->priv.leaf);
    TRY(buf_finish(&b, &tbs));
    TRY(mls_label_sign(arena, signature, &e->signature, "GroupInfoTBS", tbs));
    mls_codec_put_vector(&b, SLICE_ARRAY(signature));
    return buf_finish(&b, out);
}

enum err mls_welcome_get_info(struct slice in, struct mls_group_info *out)
{
    const uint8_t *start = in.p;
    *out = (struct mls_group_info){0};
    TRY(mls_key_schedule_get_context(&in, &out->context, &out->suite));
    out->context_raw = slice_make(start, (size_t)(in.p - start));
    TRY(mls_codec_extension_list(&in, &out->extension_list));
    TRY(mls_codec_vector(&in, &out->confirmation_tag));
    TRY(slice_u32(&in, &out->signer));
    out->tbs = slice_make(start, (size_t)(in.p - start));
    TRY(mls_codec_vector(&in, &out->signature));
    return slice_end(in);
}

enum err mls_welcome_verify_info(struct arena *scratch, const struct mls_group_info *info,
                                 const struct mls_tree *tree)
{
    const struct mls_leaf *signer = mls_tree_leaf(tree, info->signer);
    if (signer == NULL) {
        return ERR_INPUT;
    }
    return mls_label_verify(scratch, signer->signature_key, "GroupInfoTBS", info->tbs,
                            info->signature);
}

/* ---- writing a Welcome ---------------------------------------------------------------------- */

static enum err seal_info(struct arena *arena, struct slice *out, const struct mls_stage *s,
                          struct slice group_info)
{
    struct mls_secret welcome = {{0}};
    struct crypto_aead_key key;
    uint8_t nonce[12];
    const struct crypto_suite *suite = s->next->suite;
    uint8_t *sealed = arena_alloc(arena, group_info.n + CRYPTO_AEAD_TAG_SIZE);
    if (sealed == NULL) {
        return ERR_HOST_MEMORY;
    }
    enum err e = mls_key_schedule_welcome(suite, &welcome, &s->joiner, &s->psk_secret);
    if (e == OK) {
        e = mls_key_schedule_welcome_key(suite, &key, nonce, &welcome);
    }
    if (e == OK) {
        crypto_aead_seal(sealed, &key, nonce, SLICE_EMPTY, group_info);
        *out = slice_make(sealed, group_info.n + CRYPTO_AEAD_TAG_SIZE);
    }
    wipe(&welcome, sizeof welcome);
    wipe(&key, sizeof key);
    return e;
}

/* GroupSecrets for the joiner at `leaf`. */
static enum err put_secrets(struct arena *arena, struct slice *out, const struct mls_stage *s,
                            uint32_t leaf)
{
    size_t nh = s->next->suite->nh;
    uint32_t common = mls_tree_math_common(2 * leaf, 2 * s->list.committer);
    struct buf b = buf_arena(arena, 512);
    mls_codec_put_vector(&b, slice_make(s->joiner.b, nh));
    buf_u8(&b, s->has_path);
    if (s->has_path) {
        size_t i = 0;
        while (i < s->path.path.n && s->path.path.node[i] != common) {
            i++;
        }
        if (i == s->path.path.n) {
            return ERR_BUG;
        }
        mls_codec_put_vector(&b, slice_make(s->path.secret[i].b, nh));
    }
    size_t mark = mls_codec_open(&b);
    for (size_t i = 0; i < s->psk_n; i++) {
        buf_slice(&b, s->psk_ids[i].raw);
    }
    mls_codec_close(&b, mark);
    return buf_finish(&b, out);
}

static enum err seal_secrets(struct arena *arena, struct buf *b, const struct mls_stage *s,
                             const struct mls_proposal_item *item, struct slice info)
{
    const struct crypto_suite *suite = s->next->suite;
    struct mls_secret ref;
    struct slice secrets, kem_output, ciphertext;
    TRY(put_secrets(arena, &secrets, s, item->leaf));
    TRY(mls_label_seal(suite, arena, &kem_output, &ciphertext, item->body.package.init_key, info,
                       secrets));
    mls_key_package_ref(suite, ref.b, &item->body.package);
    mls_codec_put_vector(b, slice_make(ref.b, suite->nh));
    mls_codec_put_vector(b, kem_output);
    mls_codec_put_vector(b, ciphertext);
    return OK;
}

enum err mls_welcome_create(struct arena *arena, struct slice *out, const struct mls_stage *s,
                            struct slice group_info)
{
    struct slice sealed;
    struct slice info;
    *out = SLICE_EMPTY;
    if (mls_proposal_list_find(&s->list, MLS_PROPOSAL_ADD) == NULL) {
        return OK;
    }
    TRY(seal_info(arena, &sealed, s, group_info));
    TRY(mls_label_info(arena, &info, SLICE_LITERAL("Welcome"), sealed));
    struct buf b = buf_arena(arena, sealed.n + 2048);
    mls_framing_put_header(&b, MLS_WIRE_WELCOME);
    buf_u16(&b, s->next->suite->code);
    size_t mark = mls_codec_open(&b);
    for (size_t i = 0; i < s->list.n; i++) {
        if (s->list.v[i].body.type == MLS_PROPOSAL_ADD) {
            TRY(seal_secrets(arena, &b, s, &s->list.v[i], info));
        }
    }
    mls_codec_close(&b, mark);
    mls_codec_put_vector(&b, sealed);
    return buf_finish(&b, out);
}

/* ---- reading a Welcome ----------------------------------------------------------------------- */

struct welcome {
    uint16_t suite;
    struct slice secrets; /* content of the vector */
    struct slice group_info;
};

static enum err read_welcome(struct slice message, struct welcome *out)
{
    struct slice body;
    TRY(mls_framing_unwrap(message, MLS_WIRE_WELCOME, &body));
    TRY(slice_u16(&body, &out->suite));
    TRY(mls_codec_vector(&body, &out->secrets));
    TRY(mls_codec_vector(&body, &out->group_info));
    return slice_end(body);
}

/* EncryptedGroupSecrets. */
struct entry {
    struct slice raw, ref, kem_output, ciphertext;
};

static enum err next_entry(struct slice *rest, struct entry *out)
{
    const uint8_t *start = rest->p;
    TRY(mls_codec_vector(rest, &out->ref));
    TRY(mls_codec_vector(rest, &out->kem_output));
    TRY(mls_codec_vector(rest, &out->ciphertext));
    out->raw = slice_make(start, (size_t)(rest->p - start));
    return OK;
}

static bool listed(struct slice ref, const struct slice *refs, size_t n, size_t *index)
{
    for (*index = 0; *index < n; (*index)++) {
        if (slice_equal(ref, refs[*index])) {
            return true;
        }
    }
    return false;
}

enum err mls_welcome_find(struct slice welcome, const struct slice *refs, size_t n, size_t *index)
{
    struct welcome w;
    struct entry entry;
    *index = 0;
    TRY(read_welcome(welcome, &w));
    while (w.secrets.n > 0) {
        TRY(next_entry(&w.secrets, &entry));
        if (listed(entry.ref, refs, n, index)) {
            return OK;
        }
    }
    *index = 0;
    return ERR_GONE;
}

enum err mls_welcome_split(struct arena *arena, struct slice welcome, const struct slice *refs,
                           size_t n, struct slice *out)
{
    struct welcome w;
    struct entry entry;
    size_t index = 0;
    TRY(read_welcome(welcome, &w));
    struct buf b = buf_arena(arena, w.group_info.n + 2048);
    mls_framing_put_header(&b, MLS_WIRE_WELCOME);
    buf_u16(&b, w.suite);
    size_t mark = mls_codec_open(&b);
    while (w.secrets.n > 0) {
        TRY(next_entry(&w.secrets, &entry));
        if (listed(entry.ref, refs, n, &index)) {
            buf_slice(&b, entry.raw);
        }
    }
    mls_codec_close(&b, mark);
    mls_codec_put_vector(&b, w.group_info);
    return buf_finish(&b, out);
}

/* V91: at most one PSK that ties the group to a predecessor. */
static enum err read_psks(struct arena *arena, struct slice list, struct mls_welcome_opened *out)
{
    struct slice rest = list;
    struct mls_psk_id id;
    size_t ties = 0;
    out->psk_n = 0;
    while (rest.n > 0) {
        TRY(mls_proposal_read_psk(&rest, &id, true));
        ties += id.type == MLS_PSK_RESUMPTION && id.usage != MLS_PSK_APPLICATION;
        if (++out->psk_n > MLS_COMMIT_PROPOSALS_MAX) {
            return ERR_LIMIT;
        }
    }
    out->psk_ids = arena_array(arena, out->psk_n, sizeof *out->psk_ids);
    if (out->psk_ids == NULL) {
        return ERR_HOST_MEMORY;
    }
    for (size_t i = 0; i < out->psk_n; i++) {
        TRY(mls_proposal_read_psk(&list, &out->psk_ids[i], true));
    }
    return ties > 1 ? ERR_INPUT : OK;
}

static enum err read_secrets(struct arena *arena, struct slice in, struct mls_welcome_opened *out)
{
    struct slice bytes;
    struct slice psks;
    TRY(mls_codec_vector(&in, &bytes));
    if (bytes.n != out->suite->nh) {
        return ERR_INPUT;
    }
    memcpy(out->joiner.b, bytes.p, bytes.n);
    TRY(mls_codec_optional(&in, &out->has_path_secret));
    if (out->has_path_secret) {
        TRY(mls_codec_vector(&in, &bytes));
        if (bytes.n != out->suite->nh) {
            return ERR_INPUT;
        }
        memcpy(out->path_secret.b, bytes.p, bytes.n);
    }
    TRY(mls_codec_vector(&in, &psks));
    TRY(slice_end(in));
    return read_psks(arena, psks, out);
}

static enum err open_secrets(struct arena *arena, const struct welcome *w,
                             struct mls_welcome_opened *out)
{
    struct mls_secret ref;
    struct entry entry;
    struct slice rest = w->secrets;
    struct slice info;
    struct slice plain;
    size_t index = 0;
    mls_key_package_ref(out->suite, ref.b, &out->package);
    struct slice ours = slice_make(ref.b, out->suite->nh);
    do {
        if (rest.n == 0) {
            return ERR_GONE;
        }
        TRY(next_entry(&rest, &entry));
    } while (!listed(entry.ref, &ours, 1, &index));
    TRY(mls_label_info(arena, &info, SLICE_LITERAL("Welcome"), w->group_info));
    TRY(mls_label_open(out->suite, arena, &plain, &out->secret.init, info, entry.kem_output,
                       entry.ciphertext));
    return read_secrets(arena, plain, out);
}

static enum err open_info(struct arena *arena, const struct welcome *w,
                          struct mls_welcome_opened *out)
{
    struct mls_secret welcome = {{0}};
    struct crypto_aead_key key;
    uint8_t nonce[12];
    if (w->group_info.n < CRYPTO_AEAD_TAG_SIZE) {
        return ERR_INPUT;
    }
    size_t n = w->group_info.n - CRYPTO_AEAD_TAG_SIZE;
    uint8_t *plain = arena_alloc(arena, n);
    if (plain == NULL) {
        return ERR_HOST_MEMORY;
    }
    enum err e = mls_key_schedule_welcome(out->suite, &welcome, &out->joiner, &out->psk_secret);
    if (e == OK) {
        e = mls_key_schedule_welcome_key(out->suite, &key, nonce, &welcome);
    }
    if (e == OK) {
        e = crypto_aead_open(plain, &key, nonce, SLICE_EMPTY, w->group_info);
    }
    wipe(&welcome, sizeof welcome);
    wipe(&key, sizeof key);
    TRY(e);
    TRY(mls_welcome_get_info(slice_make(plain, n), &out->info));
    return out->info.suite == out->suite->code ? OK : ERR_INPUT_SUITE;
}

enum err mls_welcome_open(struct arena *arena, struct mls_welcome_opened *out,
                          const struct mls_join_params *params)
{
    struct welcome w;
    struct mls_psk_source source = {.group = params->predecessor, .lookup = params->psk};
    *out = (struct mls_welcome_opened){0};
    TRY(read_welcome(params->welcome, &w));
    TRY(mls_key_package_unwrap(params->key_package, &out->package));
    TRY(mls_key_package_get_secret(params->key_package_secret, &out->secret));
    out->suite = out->secret.suite;
    if (w.suite != out->suite->code || out->package.suite != out->suite->code) {
        return ERR_INPUT_SUITE;
    }
    TRY(open_secrets(arena, &w, out));
    TRY(mls_psk_chain(out->suite, &out->psk_secret, &source, out->psk_ids, out->psk_n, arena));
    return open_info(arena, &w, out);
}

enum err mls_welcome_peek(struct arena *arena, const struct mls_join_params *params,
                          struct mls_extensions *group_info_extensions, struct slice *group_id)
{
    struct mls_welcome_opened opened;
    enum err e = mls_welcome_open(arena, &opened, params);
    *group_info_extensions = (struct mls_extensions){NULL, 0};
    *group_id = SLICE_EMPTY;
    if (e == OK) {
        *group_id = opened.info.context.group_id;
        e = mls_codec_extensions(arena, opened.info.extension_list, group_info_extensions);
    }
    wipe(&opened, sizeof opened);
    return e;
}
