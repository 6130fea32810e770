#include "engine/own/pairing.h"

#include <string.h>

#include "base/ct.h"
#include "base/rule.h"
#include "crypto/kdf.h"
#include "crypto/rand.h"

#define CODE_LABEL SLICE_LITERAL("sotto pairing code 1")
#define COMMIT_LABEL SLICE_LITERAL("sotto pairing commit 1")
#define SHOWN_LABEL SLICE_LITERAL("sotto pairing shown 1")
#define SESSION_LABEL SLICE_LITERAL("sotto pairing session 1")
#define TO_NEW SLICE_LITERAL("sotto pairing to new 1")
#define TO_OLD SLICE_LITERAL("sotto pairing to old 1")
#define EXPORT_LABEL SLICE_LITERAL("sotto pairing secret")

static const struct crypto_suite *suite(void)
{
    return crypto_suite_find(CRYPTO_SUITE_DEFAULT);
}

static struct slice public_of(const struct crypto_hpke_public *key)
{
    return slice_make(key->b, suite()->npk);
}

static void code_of(uint8_t out[OWN_PAIRING_CODE_SIZE], const struct crypto_hpke_public *key)
{
    uint8_t h[CRYPTO_SHA256_SIZE];
    struct slice parts[2] = {CODE_LABEL, public_of(key)};
    crypto_hash_parts(CRYPTO_SHA256, h, parts, 2);
    memcpy(out, h, OWN_PAIRING_CODE_SIZE);
}

/* Commits to the content of message 4; every part has a fixed length. */
static void commit_of(uint8_t out[CRYPTO_SHA256_SIZE], const struct own_pairing *p)
{
    struct slice parts[4] = {COMMIT_LABEL, public_of(&p->old_key),
                             slice_make(p->enc, suite()->nenc), SLICE_ARRAY(p->old_nonce)};
    crypto_hash_parts(CRYPTO_SHA256, out, parts, 4);
}

static void note_shown(struct own_pairing *p)
{
    struct slice parts[4] = {SHOWN_LABEL, public_of(&p->new_key), SLICE_ARRAY(p->commit),
                             SLICE_ARRAY(p->new_nonce)};
    crypto_hash_parts(CRYPTO_SHA256, p->shown, parts, 4);
}

void own_pairing_wipe(struct own_pairing *p)
{
    wipe(p, sizeof *p);
}

enum err own_pairing_show(struct own_pairing *p, uint8_t code[OWN_PAIRING_CODE_SIZE])
{
    own_pairing_wipe(p);
    p->is_new = true;
    TRY(crypto_hpke_generate(suite(), &p->secret, &p->new_key));
    code_of(p->code, &p->new_key);
    memcpy(code, p->code, OWN_PAIRING_CODE_SIZE);
    p->state = OWN_PAIRING_KEY;
    return OK;
}

enum err own_pairing_given(struct own_pairing *p, const uint8_t code[OWN_PAIRING_CODE_SIZE])
{
    own_pairing_wipe(p);
    memcpy(p->code, code, OWN_PAIRING_CODE_SIZE);
    TRY(crypto_hpke_generate(suite(), &p->secret, &p->old_key));
    p->state = OWN_PAIRING_KEY;
    return OK;
}

bool own_pairing_speaks(const struct own_pairing *p)
{
    switch (p->state) {
    case OWN_PAIRING_KEY:
    case OWN_PAIRING_NONCE:
    case OWN_PAIRING_SECRET:
        return p->is_new;
    case OWN_PAIRING_COMMIT:
    case OWN_PAIRING_REVEAL:
        return !p->is_new;
    default:
        return false;
    }
}

/* Makes a secret sealed to `key`: its encapsulation and the secret. */
static enum err seal_to(uint8_t *enc, uint8_t out[OWN_PAIRING_KEY_SIZE],
                        const struct crypto_hpke_public *key, struct slice info)
{
    struct crypto_hpke_context ctx;
    TRY(crypto_hpke_send(suite(), enc, &ctx, public_of(key), info));
    enum err e = crypto_hpke_export(&ctx, out, OWN_PAIRING_KEY_SIZE, EXPORT_LABEL);
    wipe(&ctx, sizeof ctx);
    return e;
}

static enum err open_with(const struct crypto_hpke_secret *secret, struct slice enc,
                          uint8_t out[OWN_PAIRING_KEY_SIZE], struct slice info)
{
    struct crypto_hpke_context ctx;
    TRY(crypto_hpke_receive(suite(), &ctx, secret, enc, info));
    enum err e = crypto_hpke_export(&ctx, out, OWN_PAIRING_KEY_SIZE, EXPORT_LABEL);
    wipe(&ctx, sizeof ctx);
    return e;
}

/* Derives the key from both secrets and the transcript. */
static enum err derive(struct own_pairing *p, const uint8_t second[OWN_PAIRING_KEY_SIZE],
                       struct slice enc)
{
    uint8_t both[2 * OWN_PAIRING_KEY_SIZE], salt[CRYPTO_SHA256_SIZE];
    struct slice said[2] = {SLICE_ARRAY(p->shown), enc};
    memcpy(both, p->first, OWN_PAIRING_KEY_SIZE);
    memcpy(both + OWN_PAIRING_KEY_SIZE, second, OWN_PAIRING_KEY_SIZE);
    crypto_hash_parts(CRYPTO_SHA256, salt, said, 2);
    enum err e = crypto_hkdf(CRYPTO_SHA256, p->key, sizeof p->key, SLICE_ARRAY(salt),
                             SLICE_ARRAY(both), SESSION_LABEL);
    wipe(both, sizeof both);
    return e;
}

static enum err say_commit(struct own_pairing *p, struct buf *out)
{
    TRY(seal_to(p->enc, p->first, &p->new_key, TO_NEW));
    crypto_rand(p->old_nonce, sizeof p->old_nonce);
    commit_of(p->commit, p);
    buf_put(out, p->commit, sizeof p->commit);
    return OK;
}

static enum err say_secret(struct own_pairing *p, struct buf *out)
{
    uint8_t second[OWN_PAIRING_KEY_SIZE], enc[CRYPTO_HPKE_ENC_SIZE_MAX];
    TRY(seal_to(enc, second, &p->old_key, TO_OLD));
    enum err e = derive(p, second, slice_make(enc, suite()->nenc));
    wipe(second, sizeof second);
    buf_put(out, enc, suite()->nenc);
    return e;
}

enum err own_pairing_say(struct own_pairing *p, struct buf *out)
{
    if (!own_pairing_speaks(p)) {
        return ERR_STATE;
    }
    switch (p->state) {
    case OWN_PAIRING_KEY:
        buf_slice(out, public_of(&p->new_key));
        break;
    case OWN_PAIRING_COMMIT:
        TRY(say_commit(p, out));
        break;
    case OWN_PAIRING_NONCE:
        crypto_rand(p->new_nonce, sizeof p->new_nonce);
        buf_put(out, p->new_nonce, sizeof p->new_nonce);
        break;
    case OWN_PAIRING_REVEAL:
        buf_slice(out, public_of(&p->old_key));
        buf_put(out, p->enc, suite()->nenc);
        buf_put(out, p->old_nonce, sizeof p->old_nonce);
        note_shown(p);
        break;
    default:
        TRY(say_secret(p, out));
        break;
    }
    p->state++;
    return out->err;
}

static enum err hear_key(struct own_pairing *p, struct slice in)
{
    uint8_t code[OWN_PAIRING_CODE_SIZE];
    if (in.n != suite()->npk || crypto_hpke_public_check(suite(), in) != OK) {
        return ERR_INPUT;
    }
    memcpy(p->new_key.b, in.p, in.n);
    code_of(code, &p->new_key);
    return ct_equal(code, p->code, sizeof code) || !RULE(LINK_CODE_NAMES_KEY) ? OK : ERR_AUTH;
}

static enum err hear_reveal(struct own_pairing *p, struct slice in)
{
    uint8_t commit[CRYPTO_SHA256_SIZE];
    struct slice key = slice_make(in.p, suite()->npk);
    if (in.n != (size_t)suite()->npk + suite()->nenc + sizeof p->old_nonce ||
        crypto_hpke_public_check(suite(), key) != OK) {
        return ERR_INPUT;
    }
    memcpy(p->old_key.b, key.p, key.n);
    memcpy(p->enc, in.p + key.n, suite()->nenc);
    memcpy(p->old_nonce, in.p + key.n + suite()->nenc, sizeof p->old_nonce);
    commit_of(commit, p);
    if (!ct_equal(commit, p->commit, sizeof commit) && RULE(LINK_KEY_COMMITTED)) {
        return ERR_AUTH;
    }
    note_shown(p);
    return open_with(&p->secret, slice_make(p->enc, suite()->nenc), p->first, TO_NEW);
}

static enum err hear_secret(struct own_pairing *p, struct slice in)
{
    uint8_t second[OWN_PAIRING_KEY_SIZE];
    if (in.n != suite()->nenc) {
        return ERR_INPUT;
    }
    TRY(open_with(&p->secret, in, second, TO_OLD));
    enum err e = derive(p, second, in);
    wipe(second, sizeof second);
    return e;
}

static enum err take(struct own_pairing *p, struct slice in)
{
    switch (p->state) {
    case OWN_PAIRING_KEY:
        return hear_key(p, in);
    case OWN_PAIRING_COMMIT:
        if (in.n != sizeof p->commit) {
            return ERR_INPUT;
        }
        memcpy(p->commit, in.p, in.n);
        return OK;
    case OWN_PAIRING_NONCE:
        if (in.n != sizeof p->new_nonce) {
            return ERR_INPUT;
        }
        memcpy(p->new_nonce, in.p, in.n);
        return OK;
    case OWN_PAIRING_REVEAL:
        return hear_reveal(p, in);
    default:
        return hear_secret(p, in);
    }
}

enum err own_pairing_hear(struct own_pairing *p, struct slice message)
{
    if (p->state == OWN_PAIRING_NONE || p->state == OWN_PAIRING_DONE || own_pairing_speaks(p)) {
        return ERR_STATE;
    }
    enum err e = take(p, message);
    if (e != OK) {
        own_pairing_wipe(p);
        return e;
    }
    p->state++;
    return OK;
}

enum err own_pairing_words(const struct own_pairing *p, uint16_t out[OWN_PAIRING_WORDS])
{
    uint64_t bits = 0;
    if (p->state != OWN_PAIRING_SECRET && p->state != OWN_PAIRING_DONE) {
        return ERR_STATE;
    }
    for (size_t i = 0; i < sizeof bits; i++) {
        bits = bits << 8 | p->shown[i];
    }
    for (size_t i = 0; i < OWN_PAIRING_WORDS; i++) {
        out[i] = (uint16_t)(bits >> (64 - OWN_PAIRING_WORD_BITS));
        bits <<= OWN_PAIRING_WORD_BITS;
    }
    return OK;
}

enum err own_pairing_finish(struct own_pairing *p, uint8_t key[OWN_PAIRING_KEY_SIZE])
{
    if (p->state != OWN_PAIRING_DONE) {
        return ERR_STATE;
    }
    memcpy(key, p->key, OWN_PAIRING_KEY_SIZE);
    if (!RULE(LINK_KEY_OF_BOTH)) {
        memset(key, 0, OWN_PAIRING_KEY_SIZE);
        memcpy(key, p->code, sizeof p->code);
    }
    own_pairing_wipe(p);
    return OK;
}
