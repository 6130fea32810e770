#include "mls/label.h"

#include <string.h>

#include "base/ct.h"
#include "mls/codec.h"

#define PREFIX "MLS 1.0 "
#define PREFIX_SIZE (sizeof PREFIX - 1)

/* struct KDFLabel { u16 length; v("MLS 1.0 " label); v(context) } as parts. */
enum err mls_label_expand(const struct crypto_suite *suite, uint8_t *out, size_t n,
                          struct slice secret, struct slice label, struct slice context)
{
    uint8_t length[2] = {(uint8_t)(n >> 8 & 0xff), (uint8_t)(n & 0xff)};
    uint8_t label_header[4];
    uint8_t context_header[4];
    if (n > UINT16_MAX) {
        return ERR_LIMIT;
    }
    struct slice info[] = {
        SLICE_ARRAY(length),
        slice_make(label_header, mls_codec_header(label_header, PREFIX_SIZE + label.n)),
        SLICE_LITERAL(PREFIX),
        label,
        slice_make(context_header, mls_codec_header(context_header, context.n)),
        context,
    };
    return crypto_hkdf_expand(suite->hash, out, n, secret, info, sizeof info / sizeof info[0]);
}

enum err mls_label_derive(const struct crypto_suite *suite, uint8_t *out, struct slice secret,
                          const char *label)
{
    return mls_label_expand(suite, out, suite->nh, secret, slice_of_string(label), SLICE_EMPTY);
}

enum err mls_label_derive_tree(const struct crypto_suite *suite, uint8_t *out, size_t n,
                               struct slice secret, struct slice label, uint32_t generation)
{
    uint8_t context[4] = {(uint8_t)(generation >> 24), (uint8_t)(generation >> 16 & 0xff),
                          (uint8_t)(generation >> 8 & 0xff), (uint8_t)(generation & 0xff)};
    return mls_label_expand(suite, out, n, secret, label, SLICE_ARRAY(context));
}

enum err mls_label_info(struct arena *arena, struct slice *info, struct slice label,
                        struct slice context)
{
    struct buf b = buf_arena(arena, PREFIX_SIZE + label.n + context.n + 8);
    mls_codec_put_length(&b, PREFIX_SIZE + label.n);
    buf_put(&b, PREFIX, PREFIX_SIZE);
    buf_slice(&b, label);
    mls_codec_put_vector(&b, context);
    return buf_finish(&b, info);
}

/* SignContent has the same form as EncryptContext. */
enum err mls_label_sign(struct arena *scratch, uint8_t signature[CRYPTO_SIGN_SIZE],
                        const struct crypto_sign_pair *key, const char *label, struct slice content)
{
    struct slice signed_bytes;
    memset(signature, 0, CRYPTO_SIGN_SIZE);
    TRY(mls_label_info(scratch, &signed_bytes, slice_of_string(label), content));
    crypto_sign_with(signature, key, signed_bytes);
    return OK;
}

enum err mls_label_verify(struct arena *scratch, struct slice public_key, const char *label,
                          struct slice content, struct slice signature)
{
    struct slice signed_bytes;
    struct crypto_sign_public key;
    if (public_key.n != sizeof key.b) {
        return ERR_INPUT;
    }
    if (signature.n != CRYPTO_SIGN_SIZE) {
        return ERR_AUTH;
    }
    memcpy(key.b, public_key.p, sizeof key.b);
    TRY(mls_label_info(scratch, &signed_bytes, slice_of_string(label), content));
    return crypto_sign_verify(signature, signed_bytes, &key);
}

enum err mls_label_seal(const struct crypto_suite *suite, struct arena *arena,
                        struct slice *kem_output, struct slice *ciphertext, struct slice public_key,
                        struct slice info, struct slice in)
{
    uint8_t *enc = arena_alloc(arena, suite->nenc);
    uint8_t *out = arena_alloc(arena, in.n + CRYPTO_AEAD_TAG_SIZE);
    *kem_output = SLICE_EMPTY;
    *ciphertext = SLICE_EMPTY;
    if (enc == NULL || out == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(crypto_hpke_seal(suite, enc, out, public_key, info, SLICE_EMPTY, in));
    *kem_output = slice_make(enc, suite->nenc);
    *ciphertext = slice_make(out, in.n + CRYPTO_AEAD_TAG_SIZE);
    return OK;
}

enum err mls_label_open(const struct crypto_suite *suite, struct arena *arena,
                        struct slice *plaintext, const struct crypto_hpke_secret *secret,
                        struct slice info, struct slice kem_output, struct slice ciphertext)
{
    *plaintext = SLICE_EMPTY;
    if (kem_output.n != suite->nenc || ciphertext.n < CRYPTO_AEAD_TAG_SIZE) {
        return ERR_INPUT;
    }
    size_t n = ciphertext.n - CRYPTO_AEAD_TAG_SIZE;
    uint8_t *out = arena_alloc(arena, n);
    if (out == NULL) {
        return ERR_HOST_MEMORY;
    }
    TRY(crypto_hpke_open(suite, out, secret, kem_output, info, SLICE_EMPTY, ciphertext));
    *plaintext = slice_make(out, n);
    return OK;
}

void mls_label_ref(const struct crypto_suite *suite, uint8_t *out, struct slice label,
                   struct slice value)
{
    uint8_t label_header[4];
    uint8_t value_header[4];
    struct slice parts[] = {
        slice_make(label_header, mls_codec_header(label_header, label.n)),
        label,
        slice_make(value_header, mls_codec_header(value_header, value.n)),
        value,
    };
    crypto_hash_parts(suite->hash, out, parts, sizeof parts / sizeof parts[0]);
}
