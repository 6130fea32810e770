#include "mls/framing.h"

#include <string.h>

#include "base/ct.h"
#include "crypto/rand.h"
#include "mls/commit.h"

#define VERSION_MLS10 1
#define SENDER_DATA_SIZE 12

/* ---- reading ------------------------------------------------------------------------------- */

static enum err read_content_type(struct slice *s, enum mls_content_type *out)
{
    uint8_t type = 0;
    TRY(slice_u8(s, &type));
    if (type < MLS_CONTENT_APPLICATION || type > MLS_CONTENT_COMMIT) {
        return ERR_INPUT;
    }
    *out = (enum mls_content_type)type;
    return OK;
}

/* What the content type says comes next. */
static enum err read_body(struct slice *s, enum mls_content_type type, struct slice *body)
{
    const uint8_t *start = s->p;
    struct mls_proposal_body proposal;
    struct mls_commit_body commit;
    switch (type) {
    case MLS_CONTENT_APPLICATION:
        return mls_codec_vector(s, body);
    case MLS_CONTENT_PROPOSAL:
        TRY(mls_proposal_read(s, &proposal));
        break;
    case MLS_CONTENT_COMMIT:
        TRY(mls_commit_read(s, &commit));
        break;
    }
    *body = slice_make(start, (size_t)(s->p - start));
    return OK;
}

static enum err read_sender(struct slice *s, struct mls_content *out)
{
    uint8_t type = 0;
    TRY(slice_u8(s, &type));
    if (type < MLS_SENDER_MEMBER || type > MLS_SENDER_NEW_MEMBER_COMMIT) {
        return ERR_INPUT;
    }
    out->sender_type = (enum mls_sender_type)type;
    if (type == MLS_SENDER_MEMBER || type == MLS_SENDER_EXTERNAL) {
        return slice_u32(s, &out->sender);
    }
    return OK;
}

static enum err read_content(struct slice *s, struct mls_content *out)
{
    *out = (struct mls_content){0};
    TRY(mls_codec_vector(s, &out->group_id));
    TRY(slice_u64(s, &out->epoch));
    TRY(read_sender(s, out));
    TRY(mls_codec_vector(s, &out->authenticated_data));
    TRY(read_content_type(s, &out->type));
    return read_body(s, out->type, &out->body);
}

enum err mls_framing_get_auth(struct slice *s, enum mls_content_type type,
                              struct mls_content_auth *auth)
{
    *auth = (struct mls_content_auth){SLICE_EMPTY, SLICE_EMPTY};
    TRY(mls_codec_vector(s, &auth->signature));
    return type == MLS_CONTENT_COMMIT ? mls_codec_vector(s, &auth->confirmation_tag) : OK;
}

static enum err read_public(struct slice *s, struct mls_public_message *out)
{
    const uint8_t *start = s->p;
    TRY(read_content(s, &out->content));
    out->content_raw = slice_make(start, (size_t)(s->p - start));
    start = s->p;
    TRY(mls_framing_get_auth(s, out->content.type, &out->auth));
    out->auth_raw = slice_make(start, (size_t)(s->p - start));
    return out->content.sender_type == MLS_SENDER_MEMBER ? mls_codec_vector(s, &out->membership_tag)
                                                         : OK;
}

static enum err read_private(struct slice *s, struct mls_private_message *out)
{
    TRY(mls_codec_vector(s, &out->group_id));
    TRY(slice_u64(s, &out->epoch));
    TRY(read_content_type(s, &out->type));
    TRY(mls_codec_vector(s, &out->authenticated_data));
    TRY(mls_codec_vector(s, &out->encrypted_sender_data));
    return mls_codec_vector(s, &out->ciphertext);
}

static enum err read_header(struct slice *s, uint16_t *format)
{
    uint16_t version = 0;
    TRY(slice_u16(s, &version));
    if (version != VERSION_MLS10) {
        return ERR_INPUT_VERSION;
    }
    return slice_u16(s, format);
}

enum err mls_framing_read(struct slice message, struct mls_message *out)
{
    uint16_t format = 0;
    *out = (struct mls_message){0};
    if (message.n > LIMIT_MLS_MESSAGE_BYTES) {
        return ERR_LIMIT;
    }
    TRY(read_header(&message, &format));
    switch (format) {
    case MLS_WIRE_PUBLIC:
        TRY(read_public(&message, &out->public_message));
        break;
    case MLS_WIRE_PRIVATE:
        TRY(read_private(&message, &out->private_message));
        break;
    case MLS_WIRE_WELCOME:
    case MLS_WIRE_GROUP_INFO:
    case MLS_WIRE_KEY_PACKAGE:
        out->body = message;
        message = SLICE_EMPTY;
        break;
    default:
        return ERR_INPUT_VERSION;
    }
    out->wire_format = (enum mls_wire_format)format;
    return slice_end(message);
}

/* A bare Welcome cannot look like the header: after its suite comes a vector that would be empty.
 * Nor can a bare GroupInfo: version 1 and suite 4, which is none of ours. */
enum err mls_framing_unwrap(struct slice message, enum mls_wire_format wire_format,
                            struct slice *body)
{
    struct slice rest = message;
    uint16_t format = 0;
    *body = SLICE_EMPTY;
    if (message.n > LIMIT_MLS_MESSAGE_BYTES) {
        return ERR_LIMIT;
    }
    if (read_header(&rest, &format) == OK && format == wire_format) {
        *body = rest;
        return OK;
    }
    *body = message;
    return OK;
}

/* ---- writing ------------------------------------------------------------------------------- */

void mls_framing_put_header(struct buf *b, enum mls_wire_format wire_format)
{
    buf_u16(b, VERSION_MLS10);
    buf_u16(b, (uint16_t)wire_format);
}

static void put_body(struct buf *b, const struct mls_content *content)
{
    if (content->type == MLS_CONTENT_APPLICATION) {
        mls_codec_put_vector(b, content->body);
    } else {
        buf_slice(b, content->body);
    }
}

void mls_framing_put_content(struct buf *b, const struct mls_content *content)
{
    mls_codec_put_vector(b, content->group_id);
    buf_u64(b, content->epoch);
    buf_u8(b, (uint8_t)content->sender_type);
    if (content->sender_type == MLS_SENDER_MEMBER || content->sender_type == MLS_SENDER_EXTERNAL) {
        buf_u32(b, content->sender);
    }
    mls_codec_put_vector(b, content->authenticated_data);
    buf_u8(b, (uint8_t)content->type);
    put_body(b, content);
}

void mls_framing_put_auth(struct buf *b, enum mls_content_type type,
                          const struct mls_content_auth *auth)
{
    mls_codec_put_vector(b, auth->signature);
    if (type == MLS_CONTENT_COMMIT) {
        mls_codec_put_vector(b, auth->confirmation_tag);
    }
}

enum err mls_framing_tbs(struct arena *arena, struct slice *tbs, enum mls_wire_format wire_format,
                         struct slice content, enum mls_sender_type sender_type,
                         struct slice group_context)
{
    struct buf b = buf_arena(arena, content.n + group_context.n + 4);
    buf_u16(&b, VERSION_MLS10);
    buf_u16(&b, (uint16_t)wire_format);
    buf_slice(&b, content);
    if (sender_type == MLS_SENDER_MEMBER || sender_type == MLS_SENDER_NEW_MEMBER_COMMIT) {
        buf_slice(&b, group_context);
    }
    return buf_finish(&b, tbs);
}

void mls_framing_membership_tag(const struct crypto_suite *suite, struct mls_secret *tag,
                                const struct mls_secret *membership_key, struct slice tbs,
                                struct slice auth)
{
    struct slice parts[] = {tbs, auth};
    crypto_hmac_parts(suite->hash, tag->b, slice_make(membership_key->b, suite->nh), parts, 2);
}

enum err mls_framing_public(struct arena *arena, struct slice *message, struct slice content,
                            struct slice auth, struct slice tag)
{
    struct buf b = buf_arena(arena, content.n + auth.n + tag.n + 8);
    mls_framing_put_header(&b, MLS_WIRE_PUBLIC);
    buf_slice(&b, content);
    buf_slice(&b, auth);
    if (tag.n > 0) {
        mls_codec_put_vector(&b, tag);
    }
    return buf_finish(&b, message);
}

/* ---- PrivateMessage ------------------------------------------------------------------------ */

/* PrivateContentAAD; with authenticated_data NULL the AAD of sender data. */
static enum err put_aad(struct arena *arena, struct slice *out, struct slice group_id,
                        uint64_t epoch, enum mls_content_type type,
                        const struct slice *authenticated_data)
{
    struct buf b = buf_arena(arena, group_id.n + 16 +
                                        (authenticated_data != NULL ? authenticated_data->n : 0));
    mls_codec_put_vector(&b, group_id);
    buf_u64(&b, epoch);
    buf_u8(&b, (uint8_t)type);
    if (authenticated_data != NULL) {
        mls_codec_put_vector(&b, *authenticated_data);
    }
    return buf_finish(&b, out);
}

/* Bytes up to the next bucket (PROTOCOL.md 6.5): 128, 256, 512, 1024, multiples of 1024. */
static size_t padding(size_t n)
{
    size_t bucket = 128;
    while (bucket < n && bucket < 1024) {
        bucket *= 2;
    }
    if (bucket < n) {
        bucket = (n + 1023) / 1024 * 1024;
    }
    return bucket - n;
}

static void guarded_nonce(uint8_t out[12], const uint8_t nonce[12], const uint8_t guard[4])
{
    memcpy(out, nonce, 12);
    for (size_t i = 0; i < 4; i++) {
        out[i] ^= guard[i];
    }
}

static enum err seal_sender_data(struct arena *arena, const struct mls_framing_seal *seal,
                                 const struct mls_content *content, const uint8_t guard[4],
                                 struct slice ciphertext, uint8_t *out)
{
    uint8_t plain[SENDER_DATA_SIZE];
    struct mls_message_key key;
    struct slice aad;
    struct buf b = buf_fixed(plain, sizeof plain);
    buf_u32(&b, seal->leaf);
    buf_u32(&b, seal->generation);
    buf_put(&b, guard, 4);
    TRY(put_aad(arena, &aad, content->group_id, content->epoch, content->type, NULL));
    enum err e =
        mls_secret_tree_sender_data(seal->suite, &key, seal->sender_data_secret, ciphertext);
    if (e == OK) {
        crypto_aead_seal(out, &key.key, key.nonce, aad, SLICE_ARRAY(plain));
    }
    wipe(&key, sizeof key);
    return e;
}

enum err mls_framing_seal_private(struct arena *arena, struct slice *message,
                                  const struct mls_framing_seal *seal,
                                  const struct mls_content *content,
                                  const struct mls_content_auth *auth)
{
    uint8_t guard[4];
    uint8_t nonce[12];
    uint8_t sender_data[SENDER_DATA_SIZE + CRYPTO_AEAD_TAG_SIZE];
    struct slice aad;
    struct buf plain = buf_arena(arena, content->body.n + 1280);
    put_body(&plain, content);
    mls_framing_put_auth(&plain, content->type, auth);
    if (seal->pad && content->type == MLS_CONTENT_APPLICATION) {
        buf_zero(&plain, padding(plain.n + CRYPTO_AEAD_TAG_SIZE));
    }
    size_t n = plain.n;
    (void)buf_reserve(&plain, CRYPTO_AEAD_TAG_SIZE);
    struct slice ciphertext;
    TRY(buf_finish(&plain, &ciphertext));
    crypto_rand(guard, sizeof guard);
    guarded_nonce(nonce, seal->key->nonce, guard);
    TRY(put_aad(arena, &aad, content->group_id, content->epoch, content->type,
                &content->authenticated_data));
    crypto_aead_seal(plain.p, &seal->key->key, nonce, aad, slice_make(plain.p, n));
    TRY(seal_sender_data(arena, seal, content, guard, ciphertext, sender_data));
    struct buf b = buf_arena(arena, ciphertext.n + aad.n + 64);
    mls_framing_put_header(&b, MLS_WIRE_PRIVATE);
    buf_slice(&b, aad); /* group_id, epoch, type, authenticated_data */
    mls_codec_put_vector(&b, SLICE_ARRAY(sender_data));
    mls_codec_put_vector(&b, ciphertext);
    return buf_finish(&b, message);
}

enum err mls_framing_open_sender(const struct crypto_suite *suite,
                                 const struct mls_secret *sender_data_secret,
                                 const struct mls_private_message *message,
                                 struct mls_sender_data *out)
{
    uint8_t plain[SENDER_DATA_SIZE];
    uint8_t aad_bytes[300];
    struct mls_message_key key;
    struct slice aad;
    struct buf b = buf_fixed(aad_bytes, sizeof aad_bytes);
    *out = (struct mls_sender_data){0};
    if (message->encrypted_sender_data.n != SENDER_DATA_SIZE + CRYPTO_AEAD_TAG_SIZE) {
        return ERR_INPUT;
    }
    mls_codec_put_vector(&b, message->group_id);
    buf_u64(&b, message->epoch);
    buf_u8(&b, (uint8_t)message->type);
    TRY(buf_finish(&b, &aad));
    enum err e = mls_secret_tree_sender_data(suite, &key, sender_data_secret, message->ciphertext);
    if (e == OK) {
        e = crypto_aead_open(plain, &key.key, key.nonce, aad, message->encrypted_sender_data);
    }
    wipe(&key, sizeof key);
    TRY(e);
    struct slice s = SLICE_ARRAY(plain);
    TRY(slice_u32(&s, &out->leaf));
    TRY(slice_u32(&s, &out->generation));
    return slice_copy(&s, out->reuse_guard, sizeof out->reuse_guard);
}

enum err mls_framing_open_content(const struct mls_message_key *key,
                                  const struct mls_private_message *message,
                                  const struct mls_sender_data *sender, struct arena *arena,
                                  struct mls_content *content, struct mls_content_auth *auth)
{
    uint8_t nonce[12];
    struct slice aad;
    if (message->ciphertext.n < CRYPTO_AEAD_TAG_SIZE) {
        return ERR_INPUT;
    }
    size_t n = message->ciphertext.n - CRYPTO_AEAD_TAG_SIZE;
    uint8_t *plain = arena_alloc(arena, n);
    if (plain == NULL) {
        return ERR_HOST_MEMORY;
    }
    guarded_nonce(nonce, key->nonce, sender->reuse_guard);
    TRY(put_aad(arena, &aad, message->group_id, message->epoch, message->type,
                &message->authenticated_data));
    TRY(crypto_aead_open(plain, &key->key, nonce, aad, message->ciphertext));
    struct slice rest = slice_make(plain, n);
    *content = (struct mls_content){
        .group_id = message->group_id,
        .epoch = message->epoch,
        .sender_type = MLS_SENDER_MEMBER,
        .sender = sender->leaf,
        .authenticated_data = message->authenticated_data,
        .type = message->type,
    };
    TRY(read_body(&rest, content->type, &content->body));
    TRY(mls_framing_get_auth(&rest, content->type, auth));
    return ct_is_zero(rest.p, rest.n) ? OK : ERR_INPUT;
}
