#include "mls/key_schedule.h"

#include "base/ct.h"
#include "mls/codec.h"

#define PROTOCOL_VERSION 1

static struct slice secret_slice(const struct crypto_suite *suite, const struct mls_secret *s)
{
    return slice_make(s->b, suite->nh);
}

void mls_key_schedule_put_context(struct buf *b, const struct mls_group_context *context)
{
    buf_u16(b, PROTOCOL_VERSION);
    buf_u16(b, context->suite->code);
    mls_codec_put_vector(b, context->group_id);
    buf_u64(b, context->epoch);
    mls_codec_put_vector(b, context->tree_hash);
    mls_codec_put_vector(b, context->confirmed_transcript_hash);
    mls_codec_put_vector(b, context->extensions);
}

enum err mls_key_schedule_get_context(struct slice *s, struct mls_group_context *out,
                                      uint16_t *code)
{
    uint16_t version = 0;
    *code = 0;
    TRY(slice_u16(s, &version));
    if (version != PROTOCOL_VERSION) {
        return ERR_INPUT_VERSION;
    }
    TRY(slice_u16(s, code));
    out->suite = crypto_suite_find(*code);
    TRY(mls_codec_vector(s, &out->group_id));
    TRY(slice_u64(s, &out->epoch));
    TRY(mls_codec_vector(s, &out->tree_hash));
    TRY(mls_codec_vector(s, &out->confirmed_transcript_hash));
    return mls_codec_extension_list(s, &out->extensions);
}

enum err mls_key_schedule_joiner(const struct crypto_suite *suite, struct mls_secret *joiner,
                                 const struct mls_secret *init, const struct mls_secret *commit,
                                 struct slice context)
{
    struct mls_secret prk = {{0}};
    crypto_hkdf_extract(suite->hash, prk.b, secret_slice(suite, init), secret_slice(suite, commit));
    enum err e = mls_label_expand(suite, joiner->b, suite->nh, secret_slice(suite, &prk),
                                  SLICE_LITERAL("joiner"), context);
    wipe(&prk, sizeof prk);
    return e;
}

static void member_secret(const struct crypto_suite *suite, struct mls_secret *out,
                          const struct mls_secret *joiner, const struct mls_secret *psk)
{
    crypto_hkdf_extract(suite->hash, out->b, secret_slice(suite, joiner), secret_slice(suite, psk));
}

enum err mls_key_schedule_welcome(const struct crypto_suite *suite, struct mls_secret *welcome,
                                  const struct mls_secret *joiner, const struct mls_secret *psk)
{
    struct mls_secret member = {{0}};
    member_secret(suite, &member, joiner, psk);
    enum err e = mls_label_derive(suite, welcome->b, secret_slice(suite, &member), "welcome");
    wipe(&member, sizeof member);
    return e;
}

enum err mls_key_schedule_from_epoch(const struct crypto_suite *suite,
                                     struct mls_epoch_secrets *out,
                                     const struct mls_secret *epoch_secret)
{
    const struct {
        struct mls_secret *out;
        const char *label;
    } rows[] = {
        {&out->sender_data, "sender data"},
        {&out->encryption, "encryption"},
        {&out->exporter, "exporter"},
        {&out->external, "external"},
        {&out->confirmation, "confirm"},
        {&out->membership, "membership"},
        {&out->resumption, "resumption"},
        {&out->authenticator, "authentication"},
        {&out->init, "init"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum err e = mls_label_derive(suite, rows[i].out->b, secret_slice(suite, epoch_secret),
                                      rows[i].label);
        if (e != OK) {
            wipe(out, sizeof *out);
            return e;
        }
    }
    return OK;
}

enum err mls_key_schedule_epoch(const struct crypto_suite *suite, struct mls_epoch_secrets *out,
                                const struct mls_secret *joiner, const struct mls_secret *psk,
                                struct slice context)
{
    struct mls_secret member = {{0}};
    struct mls_secret epoch = {{0}};
    member_secret(suite, &member, joiner, psk);
    enum err e = mls_label_expand(suite, epoch.b, suite->nh, secret_slice(suite, &member),
                                  SLICE_LITERAL("epoch"), context);
    if (e == OK) {
        e = mls_key_schedule_from_epoch(suite, out, &epoch);
    }
    wipe(&member, sizeof member);
    wipe(&epoch, sizeof epoch);
    return e;
}

enum err mls_key_schedule_psk(const struct crypto_suite *suite, struct mls_secret *psk_secret,
                              struct slice id, struct slice psk, uint16_t index, uint16_t count)
{
    uint8_t context_bytes[1024];
    struct mls_secret zero = {{0}};
    struct mls_secret extracted = {{0}};
    struct mls_secret input = {{0}};
    struct mls_secret next = {{0}};
    struct slice context;
    struct buf b = buf_fixed(context_bytes, sizeof context_bytes);
    buf_slice(&b, id); /* PSKLabel: id, index, count */
    buf_u16(&b, index);
    buf_u16(&b, count);
    enum err e = buf_finish(&b, &context);
    if (e != OK) {
        goto out;
    }
    crypto_hkdf_extract(suite->hash, extracted.b, secret_slice(suite, &zero), psk);
    e = mls_label_expand(suite, input.b, suite->nh, secret_slice(suite, &extracted),
                         SLICE_LITERAL("derived psk"), context);
    if (e != OK) {
        goto out;
    }
    crypto_hkdf_extract(suite->hash, next.b, secret_slice(suite, &input),
                        secret_slice(suite, psk_secret));
    *psk_secret = next;
out:
    wipe(&extracted, sizeof extracted);
    wipe(&input, sizeof input);
    wipe(&next, sizeof next);
    return e;
}

enum err mls_key_schedule_export(const struct crypto_suite *suite,
                                 const struct mls_secret *exporter, struct slice label,
                                 struct slice context, uint8_t *out, size_t n)
{
    struct mls_secret derived = {{0}};
    struct mls_secret hash = {{0}};
    enum err e = mls_label_expand(suite, derived.b, suite->nh, secret_slice(suite, exporter), label,
                                  SLICE_EMPTY);
    if (e == OK) {
        crypto_hash(suite->hash, hash.b, context);
        e = mls_label_expand(suite, out, n, secret_slice(suite, &derived),
                             SLICE_LITERAL("exported"), secret_slice(suite, &hash));
    }
    wipe(&derived, sizeof derived);
    return e;
}

enum err mls_key_schedule_welcome_key(const struct crypto_suite *suite, struct crypto_aead_key *key,
                                      uint8_t nonce[12], const struct mls_secret *welcome)
{
    key->alg = suite->aead;
    TRY(mls_label_expand(suite, key->k, suite->nk, secret_slice(suite, welcome),
                         SLICE_LITERAL("key"), SLICE_EMPTY));
    return mls_label_expand(suite, nonce, suite->nn, secret_slice(suite, welcome),
                            SLICE_LITERAL("nonce"), SLICE_EMPTY);
}

enum err mls_key_schedule_external(const struct crypto_suite *suite,
                                   struct crypto_hpke_secret *secret,
                                   struct crypto_hpke_public *public_key,
                                   const struct mls_secret *external)
{
    return crypto_hpke_derive(suite, secret, public_key, secret_slice(suite, external));
}

void mls_key_schedule_confirmed(const struct crypto_suite *suite, struct mls_secret *confirmed,
                                struct slice interim, uint16_t wire_format, struct slice content,
                                struct slice signature)
{
    uint8_t format[2] = {(uint8_t)(wire_format >> 8), (uint8_t)(wire_format & 0xff)};
    uint8_t header[4];
    struct slice parts[] = {
        interim,   SLICE_ARRAY(format),
        content,   slice_make(header, mls_codec_header(header, signature.n)),
        signature,
    };
    struct mls_secret out = {{0}};
    crypto_hash_parts(suite->hash, out.b, parts, sizeof parts / sizeof parts[0]);
    *confirmed = out;
}

void mls_key_schedule_interim(const struct crypto_suite *suite, struct mls_secret *interim,
                              struct slice confirmed, struct slice tag)
{
    uint8_t header[4];
    struct slice parts[] = {confirmed, slice_make(header, mls_codec_header(header, tag.n)), tag};
    struct mls_secret out = {{0}};
    crypto_hash_parts(suite->hash, out.b, parts, sizeof parts / sizeof parts[0]);
    *interim = out;
}

void mls_key_schedule_tag(const struct crypto_suite *suite, struct mls_secret *tag,
                          const struct mls_secret *confirmation, struct slice confirmed)
{
    struct mls_secret out = {{0}};
    crypto_hmac(suite->hash, out.b, secret_slice(suite, confirmation), confirmed);
    *tag = out;
}
