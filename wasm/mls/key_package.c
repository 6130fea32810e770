#include "mls/key_package.h"

#include "base/ct.h"
#include "base/limits.h"

#define VERSION_MLS10 1
#define WIRE_FORMAT_KEY_PACKAGE 5

enum err mls_key_package_parse(struct slice *s, struct mls_package *out)
{
    const uint8_t *start = s->p;
    struct slice last_resort;
    *out = (struct mls_package){0};
    TRY(slice_u16(s, &out->version));
    TRY(slice_u16(s, &out->suite));
    TRY(mls_codec_vector(s, &out->init_key));
    TRY(mls_leaf_read(s, &out->leaf));
    TRY(mls_codec_extension_list(s, &out->extension_list));
    out->tbs = slice_make(start, (size_t)(s->p - start));
    TRY(mls_codec_vector(s, &out->signature));
    out->raw = slice_make(start, (size_t)(s->p - start));
    if (mls_codec_extension_find(out->extension_list, MLS_EXTENSION_LAST_RESORT, &last_resort) &&
        last_resort.n != 0) {
        return ERR_INPUT;
    }
    return OK;
}

/* An MLSMessage of version 1 and a bare KeyPackage of suite 5 start alike; the code point 5 is
 * not among our suites, so the format decides. */
enum err mls_key_package_unwrap(struct slice message, struct mls_package *out)
{
    struct slice rest = message;
    uint16_t version = 0;
    uint16_t format = 0;
    if (message.n > LIMIT_MLS_MESSAGE_BYTES) {
        return ERR_LIMIT;
    }
    TRY(slice_u16(&rest, &version));
    TRY(slice_u16(&rest, &format));
    if (version != VERSION_MLS10) {
        return ERR_INPUT_VERSION;
    }
    if (format != WIRE_FORMAT_KEY_PACKAGE) {
        rest = message;
    }
    TRY(mls_key_package_parse(&rest, out));
    return slice_end(rest);
}

void mls_key_package_ref(const struct crypto_suite *suite, uint8_t *out,
                         const struct mls_package *package)
{
    mls_label_ref(suite, out, MLS_LABEL_KEY_PACKAGE_REF, package->raw);
}

enum err mls_key_package_verify(struct arena *scratch, const struct mls_package *package,
                                const struct crypto_suite *suite, const struct mls_policy *policy)
{
    if (package->version != VERSION_MLS10) {
        return ERR_INPUT_VERSION;
    }
    if (package->suite != suite->code) {
        return ERR_INPUT_SUITE;
    }
    if (slice_equal(package->init_key, package->leaf.encryption_key)) {
        return ERR_INPUT;
    }
    TRY(crypto_hpke_public_check(suite, package->init_key));
    TRY(mls_leaf_check(&package->leaf, suite, MLS_LEAF_KEY_PACKAGE));
    TRY(mls_leaf_verify(scratch, &package->leaf, SLICE_EMPTY, 0));
    TRY(mls_label_verify(scratch, package->leaf.signature_key, "KeyPackageTBS", package->tbs,
                         package->signature));
    if (policy != NULL && policy->check_lifetime) {
        TRY(mls_leaf_check_lifetime(&package->leaf, policy->now_s));
    }
    return OK;
}

enum err mls_key_package_put_secret(struct arena *arena, struct slice *out,
                                    const struct mls_package_secret *secret)
{
    struct buf b = buf_arena(arena, 4 + 2 * CRYPTO_HPKE_SECRET_SIZE);
    buf_u16(&b, secret->suite->code);
    buf_u8(&b, (uint8_t)secret->suite->derive);
    buf_put(&b, secret->init.b, sizeof secret->init.b);
    buf_put(&b, secret->leaf.b, sizeof secret->leaf.b);
    return buf_finish(&b, out);
}

enum err mls_key_package_get_secret(struct slice in, struct mls_package_secret *out)
{
    uint16_t code = 0;
    uint8_t derive = 0;
    *out = (struct mls_package_secret){0};
    TRY(slice_u16(&in, &code));
    TRY(slice_u8(&in, &derive));
    out->suite = crypto_suite_find_derive(code, (enum crypto_derive)derive);
    if (out->suite == NULL) {
        return ERR_INPUT_SUITE;
    }
    TRY(slice_copy(&in, out->init.b, sizeof out->init.b));
    TRY(slice_copy(&in, out->leaf.b, sizeof out->leaf.b));
    return slice_end(in);
}

/* KeyPackageTBS and its signature, after the MLSMessage header. */
static enum err put_package(struct arena *arena, struct slice *message,
                            const struct crypto_suite *suite, struct slice init_key,
                            const struct mls_leaf *leaf, const struct crypto_sign_pair *key,
                            bool last_resort)
{
    uint8_t signature[CRYPTO_SIGN_SIZE];
    struct slice tbs;
    struct buf b = buf_arena(arena, init_key.n + leaf->raw.n + 256);
    buf_u16(&b, VERSION_MLS10);
    buf_u16(&b, WIRE_FORMAT_KEY_PACKAGE);
    buf_u16(&b, VERSION_MLS10);
    buf_u16(&b, suite->code);
    mls_codec_put_vector(&b, init_key);
    buf_slice(&b, leaf->raw);
    size_t mark = mls_codec_open(&b);
    if (last_resort) {
        mls_codec_put_extension(&b, MLS_EXTENSION_LAST_RESORT, SLICE_EMPTY);
    }
    mls_codec_put_grease(&b, mls_codec_grease_in(leaf->extension_types));
    mls_codec_close(&b, mark);
    TRY(buf_finish(&b, &tbs));
    tbs = slice_make(tbs.p + 4, tbs.n - 4);
    TRY(mls_label_sign(arena, signature, key, "KeyPackageTBS", tbs));
    mls_codec_put_vector(&b, SLICE_ARRAY(signature));
    return buf_finish(&b, message);
}

enum err mls_key_package_create(struct arena *arena, struct mls_key_package *out,
                                const struct crypto_suite *suite, const struct mls_identity *id,
                                uint64_t not_before_s, uint64_t not_after_s, bool last_resort)
{
    struct mls_package_secret secret = {.suite = suite};
    struct crypto_hpke_public init_key;
    struct crypto_hpke_public leaf_key;
    struct crypto_sign_pair key;
    struct mls_leaf leaf;
    struct mls_package package;
    uint8_t *ref = arena_alloc(arena, suite->nh);
    *out = (struct mls_key_package){SLICE_EMPTY, SLICE_EMPTY, SLICE_EMPTY};
    enum err e = ref == NULL ? ERR_HOST_MEMORY : OK;
    if (e == OK) {
        e = crypto_hpke_generate(suite, &secret.init, &init_key);
    }
    if (e == OK) {
        e = crypto_hpke_generate(suite, &secret.leaf, &leaf_key);
    }
    if (e == OK) {
        e = mls_key_package_put_secret(arena, &out->secret, &secret);
    }
    wipe(&secret, sizeof secret);
    TRY(e);
    crypto_sign_pair_of(&key, &id->signature);
    struct mls_leaf_new leaf_new = {
        .suite = suite,
        .identity = id,
        .key = &key,
        .encryption_key = slice_make(leaf_key.b, suite->npk),
        .source = MLS_LEAF_KEY_PACKAGE,
        .not_before_s = not_before_s,
        .not_after_s = not_after_s,
    };
    e = mls_leaf_create(arena, &leaf, &leaf_new);
    if (e == OK) {
        e = put_package(arena, &out->message, suite, slice_make(init_key.b, suite->npk), &leaf,
                        &key, last_resort);
    }
    wipe(&key, sizeof key);
    TRY(e);
    TRY(mls_key_package_unwrap(out->message, &package));
    mls_key_package_ref(suite, ref, &package);
    out->ref = slice_make(ref, suite->nh);
    return OK;
}

enum err mls_key_package_read(struct arena *arena, struct mls_key_package_view *out,
                              struct slice message, const struct mls_policy *policy)
{
    struct mls_package package;
    struct mls_leaf leaf;
    struct slice empty;
    *out = (struct mls_key_package_view){0};
    TRY(mls_key_package_unwrap(message, &package));
    const struct crypto_suite *suite = crypto_suite_find(package.suite);
    if (suite == NULL) {
        return ERR_INPUT_SUITE;
    }
    TRY(mls_key_package_verify(arena, &package, suite, policy));
    TRY(mls_leaf_allowed(arena, policy, &package.leaf, UINT32_MAX));
    TRY(mls_leaf_keep(arena, &leaf, &package.leaf));
    uint8_t *ref = arena_alloc(arena, suite->nh);
    if (ref == NULL) {
        return ERR_HOST_MEMORY;
    }
    mls_key_package_ref(suite, ref, &package);
    TRY(arena_copy(arena, package.raw, &out->package));
    out->suite = package.suite;
    out->ref = slice_make(ref, suite->nh);
    out->leaf = mls_leaf_view(&leaf, UINT32_MAX);
    out->not_before_s = leaf.not_before_s;
    out->not_after_s = leaf.not_after_s;
    out->last_resort =
        mls_codec_extension_find(package.extension_list, MLS_EXTENSION_LAST_RESORT, &empty);
    return OK;
}
