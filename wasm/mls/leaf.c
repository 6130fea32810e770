#include "mls/leaf.h"

#include "base/limits.h"

#define VERSION_MLS10 1
#define CAPABILITY_TYPES_MAX 64 /* extension types of our own capabilities */

static enum err read_credential(struct slice *s, struct mls_leaf *out)
{
    struct slice certificates;
    struct slice certificate;
    TRY(slice_u16(s, &out->credential_type));
    TRY(mls_codec_vector(s, &out->credential));
    if (out->credential_type == MLS_CREDENTIAL_X509) {
        certificates = out->credential;
        while (certificates.n > 0) {
            TRY(mls_codec_vector(&certificates, &certificate));
        }
    }
    return OK;
}

static enum err read_capabilities(struct slice *s, struct mls_leaf *out)
{
    const uint8_t *start = s->p;
    TRY(mls_codec_u16s(s, &out->versions));
    TRY(mls_codec_u16s(s, &out->suites));
    TRY(mls_codec_u16s(s, &out->extension_types));
    TRY(mls_codec_u16s(s, &out->proposal_types));
    TRY(mls_codec_u16s(s, &out->credential_types));
    out->capabilities = slice_make(start, (size_t)(s->p - start));
    return OK;
}

static enum err read_source(struct slice *s, struct mls_leaf *out)
{
    TRY(slice_u8(s, &out->source));
    switch (out->source) {
    case MLS_LEAF_KEY_PACKAGE:
        TRY(slice_u64(s, &out->not_before_s));
        return slice_u64(s, &out->not_after_s);
    case MLS_LEAF_UPDATE:
        return OK;
    case MLS_LEAF_COMMIT:
        return mls_codec_vector(s, &out->parent_hash);
    default:
        return ERR_INPUT;
    }
}

enum err mls_leaf_read(struct slice *s, struct mls_leaf *out)
{
    const uint8_t *start = s->p;
    *out = (struct mls_leaf){0};
    TRY(mls_codec_vector(s, &out->encryption_key));
    TRY(mls_codec_vector(s, &out->signature_key));
    TRY(read_credential(s, out));
    TRY(read_capabilities(s, out));
    TRY(read_source(s, out));
    TRY(mls_codec_extension_list(s, &out->extension_list));
    out->tbs = slice_make(start, (size_t)(s->p - start));
    TRY(mls_codec_vector(s, &out->signature));
    out->raw = slice_make(start, (size_t)(s->p - start));
    return OK;
}

enum err mls_leaf_keep(struct arena *arena, struct mls_leaf *out, const struct mls_leaf *in)
{
    struct slice copy;
    TRY(arena_copy(arena, in->raw, &copy));
    TRY(mls_leaf_read(&copy, out));
    return mls_codec_extensions(arena, out->extension_list, &out->extensions);
}

struct mls_leaf_view mls_leaf_view(const struct mls_leaf *leaf, uint32_t index)
{
    return (struct mls_leaf_view){
        .index = index,
        .credential = leaf->credential,
        .credential_type = leaf->credential_type,
        .signature_key = leaf->signature_key,
        .encryption_key = leaf->encryption_key,
        .extensions = leaf->extensions,
    };
}

/* LeafNodeTBS. */
static enum err put_tbs(struct arena *scratch, struct slice *out, struct slice tbs, uint8_t source,
                        struct slice group_id, uint32_t index)
{
    struct buf b = buf_arena(scratch, tbs.n + group_id.n + 8);
    buf_slice(&b, tbs);
    if (source != MLS_LEAF_KEY_PACKAGE) {
        mls_codec_put_vector(&b, group_id);
        buf_u32(&b, index);
    }
    return buf_finish(&b, out);
}

enum err mls_leaf_verify(struct arena *scratch, const struct mls_leaf *leaf, struct slice group_id,
                         uint32_t index)
{
    struct slice tbs;
    TRY(put_tbs(scratch, &tbs, leaf->tbs, leaf->source, group_id, index));
    return mls_label_verify(scratch, leaf->signature_key, "LeafNodeTBS", tbs, leaf->signature);
}

bool mls_leaf_is_default_extension(uint16_t type)
{
    return type >= MLS_EXTENSION_APPLICATION_ID && type <= MLS_EXTENSION_EXTERNAL_SENDERS;
}

enum err mls_leaf_check(const struct mls_leaf *leaf, const struct crypto_suite *suite,
                        uint8_t source)
{
    struct slice rest = leaf->extension_list;
    if (!mls_codec_u16s_have(leaf->versions, VERSION_MLS10)) {
        return ERR_INPUT_VERSION;
    }
    if (!mls_codec_u16s_have(leaf->suites, suite->code)) {
        return ERR_INPUT_SUITE;
    }
    if (source != 0 && leaf->source != source) {
        return ERR_INPUT;
    }
    if (!mls_codec_u16s_have(leaf->credential_types, leaf->credential_type)) {
        return ERR_INPUT;
    }
    while (rest.n > 0) {
        struct mls_extension e;
        TRY(mls_codec_extension(&rest, &e));
        if (!mls_leaf_is_default_extension(e.type) &&
            !mls_codec_u16s_have(leaf->extension_types, e.type)) {
            return ERR_INPUT;
        }
    }
    if (leaf->signature_key.n != CRYPTO_SIGN_PUBLIC_SIZE) {
        return ERR_INPUT;
    }
    return crypto_hpke_public_check(suite, leaf->encryption_key);
}

enum err mls_leaf_check_lifetime(const struct mls_leaf *leaf, uint64_t now_s)
{
    if (leaf->source != MLS_LEAF_KEY_PACKAGE) {
        return OK;
    }
    if (leaf->not_before_s > now_s || now_s > leaf->not_after_s ||
        leaf->not_after_s - leaf->not_before_s > LIMIT_MLS_LIFETIME_S) {
        return ERR_AUTH_POLICY;
    }
    return OK;
}

/* Every u16 of `wanted` is in `have` or passes as a default. */
static bool has_all(struct slice wanted, struct slice have, bool (*is_default)(uint16_t))
{
    while (wanted.n > 0) {
        uint16_t v = 0;
        if (slice_u16(&wanted, &v) != OK) {
            return false;
        }
        if (!is_default(v) && !mls_codec_u16s_have(have, v)) {
            return false;
        }
    }
    return true;
}

static bool is_default_proposal(uint16_t type)
{
    return type >= MLS_PROPOSAL_ADD && type <= MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS;
}

static bool is_default_credential(uint16_t type)
{
    (void)type;
    return false;
}

static enum err supports_required(const struct mls_leaf *leaf, struct slice data)
{
    struct slice extensions;
    struct slice proposals;
    struct slice credentials;
    TRY(mls_codec_u16s(&data, &extensions));
    TRY(mls_codec_u16s(&data, &proposals));
    TRY(mls_codec_u16s(&data, &credentials));
    TRY(slice_end(data));
    if (!has_all(extensions, leaf->extension_types, mls_leaf_is_default_extension) ||
        !has_all(proposals, leaf->proposal_types, is_default_proposal) ||
        !has_all(credentials, leaf->credential_types, is_default_credential)) {
        return ERR_AUTH_POLICY;
    }
    return OK;
}

enum err mls_leaf_supports(const struct mls_leaf *leaf, struct slice context_extensions)
{
    while (context_extensions.n > 0) {
        struct mls_extension e;
        TRY(mls_codec_extension(&context_extensions, &e));
        if (e.type == MLS_EXTENSION_REQUIRED_CAPABILITIES) {
            TRY(supports_required(leaf, e.data));
        } else if (!mls_leaf_is_default_extension(e.type) &&
                   !mls_codec_u16s_have(leaf->extension_types, e.type)) {
            return ERR_AUTH_POLICY;
        }
    }
    return OK;
}

enum err mls_leaf_view_in(struct arena *arena, struct mls_leaf_view *out,
                          const struct mls_leaf *leaf, uint32_t index)
{
    *out = mls_leaf_view(leaf, index);
    if (leaf->extensions.n == 0 && leaf->extension_list.n > 0) {
        return mls_codec_extensions(arena, leaf->extension_list, &out->extensions);
    }
    return OK;
}

enum err mls_leaf_allowed(struct arena *scratch, const struct mls_policy *policy,
                          const struct mls_leaf *leaf, uint32_t index)
{
    struct mls_leaf_view view;
    if (policy == NULL || policy->leaf == NULL) {
        return OK;
    }
    TRY(mls_leaf_view_in(scratch, &view, leaf, index));
    return policy->leaf(policy->user, &view);
}

enum err mls_leaf_may_replace(struct arena *scratch, const struct mls_policy *policy,
                              const struct mls_leaf *before, const struct mls_leaf *after,
                              uint32_t index)
{
    struct mls_leaf_view a;
    struct mls_leaf_view b;
    if (policy == NULL || policy->replace == NULL) {
        return OK;
    }
    TRY(mls_leaf_view_in(scratch, &a, before, index));
    TRY(mls_leaf_view_in(scratch, &b, after, index));
    return policy->replace(policy->user, &a, &b);
}

/* The extension types of our capabilities, each once. */
struct type_list {
    uint16_t v[CAPABILITY_TYPES_MAX];
    size_t n;
};

static enum err add_type(struct type_list *list, uint16_t type)
{
    if (mls_leaf_is_default_extension(type)) {
        return OK;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i] == type) {
            return OK;
        }
    }
    if (list->n == CAPABILITY_TYPES_MAX) {
        return ERR_LIMIT;
    }
    list->v[list->n++] = type;
    return OK;
}

static enum err our_types(struct type_list *list, const struct mls_leaf_new *in, uint16_t grease)
{
    const struct mls_identity *id = in->identity;
    list->n = 0;
    TRY(add_type(list, MLS_EXTENSION_LAST_RESORT));
    for (size_t i = 0; i < id->extension_type_n; i++) {
        TRY(add_type(list, id->extension_types[i]));
    }
    for (size_t i = 0; i < id->leaf_extensions.n; i++) {
        TRY(add_type(list, id->leaf_extensions.v[i].type));
    }
    for (size_t i = 0; i < in->context_extensions.n; i++) {
        TRY(add_type(list, in->context_extensions.v[i].type));
    }
    return add_type(list, grease);
}

static void put_capabilities(struct buf *b, const struct mls_identity *id,
                             const struct type_list *types)
{
    size_t suites = 0;
    const struct crypto_suite *suite = crypto_suite_list(&suites);
    size_t mark = mls_codec_open(b);
    buf_u16(b, VERSION_MLS10);
    mls_codec_close(b, mark);
    mark = mls_codec_open(b);
    for (size_t i = 0; i < suites; i++) {
        buf_u16(b, suite[i].code);
    }
    buf_u16(b, mls_codec_grease());
    mls_codec_close(b, mark);
    mark = mls_codec_open(b);
    for (size_t i = 0; i < types->n; i++) {
        buf_u16(b, types->v[i]);
    }
    mls_codec_close(b, mark);
    mark = mls_codec_open(b);
    buf_u16(b, mls_codec_grease());
    mls_codec_close(b, mark);
    mark = mls_codec_open(b);
    buf_u16(b, MLS_CREDENTIAL_BASIC);
    for (size_t i = 0; i < id->credential_type_n; i++) {
        buf_u16(b, id->credential_types[i]);
    }
    buf_u16(b, mls_codec_grease());
    mls_codec_close(b, mark);
}

static void put_source(struct buf *b, const struct mls_leaf_new *in)
{
    buf_u8(b, (uint8_t)in->source);
    if (in->source == MLS_LEAF_KEY_PACKAGE) {
        buf_u64(b, in->not_before_s);
        buf_u64(b, in->not_after_s);
    } else if (in->source == MLS_LEAF_COMMIT) {
        mls_codec_put_vector(b, in->parent_hash);
    }
}

/* Credential, capabilities, source and extensions: from an identity. */
static enum err put_from_identity(struct buf *b, const struct mls_leaf_new *in)
{
    struct type_list types;
    uint16_t grease = mls_codec_grease();
    TRY(our_types(&types, in, grease));
    buf_u16(b, MLS_CREDENTIAL_BASIC);
    mls_codec_put_vector(b, in->identity->credential);
    put_capabilities(b, in->identity, &types);
    put_source(b, in);
    size_t mark = mls_codec_open(b);
    for (size_t i = 0; i < in->identity->leaf_extensions.n; i++) {
        const struct mls_extension *e = &in->identity->leaf_extensions.v[i];
        mls_codec_put_extension(b, e->type, e->data);
    }
    mls_codec_put_grease(b, grease);
    mls_codec_close(b, mark);
    return OK;
}

static void put_from_leaf(struct buf *b, const struct mls_leaf_new *in)
{
    buf_u16(b, in->like->credential_type);
    mls_codec_put_vector(b, in->like->credential);
    buf_slice(b, in->like->capabilities);
    put_source(b, in);
    mls_codec_put_vector(b, in->like->extension_list);
}

enum err mls_leaf_create(struct arena *arena, struct mls_leaf *out, const struct mls_leaf_new *in)
{
    uint8_t signature[CRYPTO_SIGN_SIZE];
    struct slice tbs;
    struct slice raw;
    struct buf b = buf_arena(arena, in->encryption_key.n + 512);
    mls_codec_put_vector(&b, in->encryption_key);
    mls_codec_put_vector(&b, SLICE_ARRAY(in->key->public_key.b));
    if (in->identity != NULL) {
        TRY(put_from_identity(&b, in));
    } else {
        put_from_leaf(&b, in);
    }
    TRY(buf_finish(&b, &tbs));
    TRY(put_tbs(arena, &tbs, tbs, (uint8_t)in->source, in->group_id, in->index));
    TRY(mls_label_sign(arena, signature, in->key, "LeafNodeTBS", tbs));
    mls_codec_put_vector(&b, SLICE_ARRAY(signature));
    TRY(buf_finish(&b, &raw));
    TRY(mls_leaf_read(&raw, out));
    return mls_codec_extensions(arena, out->extension_list, &out->extensions);
}
