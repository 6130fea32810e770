/* The file: two copies of VAULT_COPY_SIZE bytes. A copy:
 *   magic 8 | format u16 | count u16 | counter u64 | attempts u32 | key check 16 | slots | SHA-256
 * padded with zeros before the hash. A slot:
 *   kind u8 | slot format u8 | salt 16 | ops u32 | memory u64 | label length u16 | label |
 *   nonce 24 | wrapped key 32 + 16
 * The hash finds torn and rotten copies; it is no secret and no proof. The key check is a hash of
 * the store key: a slot for another key is refused, since it would lock the person out. */
#include "store/vault.h"

#include <string.h>

#include "base/buf.h"
#include "base/ct.h"
#include "base/host.h"
#include "crypto/aead.h"
#include "crypto/kdf.h"
#include "crypto/rand.h"
#include "store/vault_format.h"

#define MAGIC "SottoVlt"
#define FORMAT 1
#define SLOT_FORMAT 1
#define FILE_NAME "vault"

/* ---- encoding ---- */

static void put_params(struct buf *b, enum store_vault_kind kind,
                       const struct store_vault_params *p)
{
    buf_u8(b, (uint8_t)kind);
    buf_u8(b, SLOT_FORMAT);
    buf_put(b, p->salt, sizeof p->salt);
    buf_u32(b, p->ops);
    buf_u64(b, p->memory_bytes);
    buf_u16(b, (uint16_t)p->label_n);
    buf_put(b, p->label, p->label_n);
}

enum err store_vault_encode(uint8_t out[STORE_VAULT_COPY_SIZE], const struct store_vault *v)
{
    struct buf b = buf_fixed(out, STORE_VAULT_COPY_SIZE - CRYPTO_SHA256_SIZE);
    struct slice done;
    buf_put(&b, MAGIC, 8);
    buf_u16(&b, FORMAT);
    buf_u16(&b, (uint16_t)v->count);
    buf_u64(&b, v->counter);
    buf_u32(&b, v->attempts);
    buf_put(&b, v->check, sizeof v->check);
    for (size_t i = 0; i < v->count; i++) {
        put_params(&b, v->slots[i].slot.kind, &v->slots[i].slot.params);
        buf_put(&b, v->slots[i].nonce, sizeof v->slots[i].nonce);
        buf_put(&b, v->slots[i].wrapped, sizeof v->slots[i].wrapped);
    }
    TRY(buf_finish(&b, &done));
    buf_zero(&b, b.cap - b.n);
    crypto_sha256(out + b.cap, slice_make(out, b.cap));
    return OK;
}

static enum err get_slot(struct slice *in, struct store_vault_wrap *out)
{
    struct store_vault_params *p = &out->slot.params;
    uint8_t kind = 0;
    uint8_t format = 0;
    uint16_t label_n = 0;
    TRY(slice_u8(in, &kind));
    TRY(slice_u8(in, &format));
    TRY(slice_copy(in, p->salt, sizeof p->salt));
    TRY(slice_u32(in, &p->ops));
    TRY(slice_u64(in, &p->memory_bytes));
    TRY(slice_u16(in, &label_n));
    if (format != SLOT_FORMAT) {
        return ERR_INPUT_VERSION;
    }
    if (kind < STORE_VAULT_PASSPHRASE || kind > STORE_VAULT_RECOVERY ||
        label_n > STORE_VAULT_LABEL_BYTES_MAX) {
        return ERR_INPUT;
    }
    out->slot.kind = (enum store_vault_kind)kind;
    p->label_n = label_n;
    TRY(slice_copy(in, p->label, label_n));
    TRY(slice_copy(in, out->nonce, sizeof out->nonce));
    return slice_copy(in, out->wrapped, sizeof out->wrapped);
}

enum err store_vault_decode(struct store_vault *out, const uint8_t in[STORE_VAULT_COPY_SIZE])
{
    struct slice s = slice_make(in, STORE_VAULT_COPY_SIZE - CRYPTO_SHA256_SIZE);
    uint8_t hash[CRYPTO_SHA256_SIZE];
    uint8_t magic[8];
    uint16_t format = 0;
    uint16_t count = 0;
    memset(out, 0, sizeof *out);
    crypto_sha256(hash, s);
    if (!slice_equal(SLICE_ARRAY(hash), slice_make(in + s.n, sizeof hash))) {
        return ERR_INPUT;
    }
    TRY(slice_copy(&s, magic, sizeof magic));
    TRY(slice_u16(&s, &format));
    if (!slice_equal(SLICE_ARRAY(magic), SLICE_LITERAL(MAGIC))) {
        return ERR_INPUT;
    }
    if (format != FORMAT) {
        return ERR_INPUT_VERSION;
    }
    TRY(slice_u16(&s, &count));
    TRY(slice_u64(&s, &out->counter));
    TRY(slice_u32(&s, &out->attempts));
    TRY(slice_copy(&s, out->check, sizeof out->check));
    if (count > STORE_VAULT_SLOTS_MAX) {
        return ERR_INPUT;
    }
    for (; out->count < count; out->count++) {
        enum err e = get_slot(&s, &out->slots[out->count]);
        if (e != OK) {
            memset(out, 0, sizeof *out);
            return e;
        }
    }
    return OK;
}

/* ---- the file ---- */

struct vault_file {
    int host;
    struct store_vault now; /* the newest whole copy                         */
    unsigned copy;          /* where it lies: 0 or 1                         */
    bool exists;            /* false: now is empty, nothing was ever written */
};

/* Reads both copies and keeps the newer whole one. A file that never got its second copy and has
 * no whole first one was cut off while it was made: it does not exist yet. */
static enum err file_load(struct vault_file *f)
{
    uint8_t raw[STORE_VAULT_COPY_SIZE];
    struct store_vault other;
    enum err worst = OK;
    memset(f, 0, sizeof *f);
    f->host = host_open(FILE_NAME);
    int64_t size = f->host < 0 ? -1 : host_size(f->host);
    if (size < 0) {
        return ERR_HOST;
    }
    for (unsigned copy = 0; copy < 2; copy++) {
        int got = host_read(f->host, raw, sizeof raw, (uint64_t)copy * sizeof raw);
        if (got < 0) {
            return ERR_HOST;
        }
        enum err e = got == (int)sizeof raw ? store_vault_decode(&other, raw) : ERR_INPUT;
        if (e == OK && (!f->exists || other.counter > f->now.counter)) {
            f->now = other;
            f->copy = copy;
            f->exists = true;
        }
        worst = e == ERR_INPUT_VERSION ? e : worst;
    }
    /* A newer version's copy counts more than an older whole one beside it. */
    if (worst != OK) {
        return worst;
    }
    return f->exists || size <= STORE_VAULT_COPY_SIZE ? OK : ERR_STORE_CORRUPT;
}

/* Writes `f->now` over the older copy. */
static enum err file_save(struct vault_file *f)
{
    uint8_t raw[STORE_VAULT_COPY_SIZE];
    unsigned copy = f->exists ? 1 - f->copy : 0;
    f->now.counter++;
    TRY(store_vault_encode(raw, &f->now));
    int r = host_write(f->host, raw, sizeof raw, (uint64_t)copy * sizeof raw);
    if (r != 0) {
        return r == -2 ? ERR_STORE_FULL : ERR_HOST;
    }
    if (host_flush(f->host) != 0) {
        return ERR_HOST;
    }
    f->copy = copy;
    f->exists = true;
    return OK;
}

static enum err file_save_both(struct vault_file *f)
{
    TRY(file_save(f));
    return file_save(f);
}

/* ---- wrapping ---- */

static enum err wrap_key(struct crypto_aead_key *out, const uint8_t secret[STORE_VAULT_SECRET_SIZE])
{
    uint8_t key[32];
    enum err e = crypto_hkdf(CRYPTO_SHA256, key, sizeof key, SLICE_EMPTY,
                             slice_make(secret, STORE_VAULT_SECRET_SIZE),
                             SLICE_LITERAL("sotto vault wrap 1"));
    if (e == OK) {
        e = crypto_aead_key_set(out, CRYPTO_XCHACHA20_POLY1305, SLICE_ARRAY(key));
    }
    wipe(key, sizeof key);
    return e;
}

static struct slice wrap_ad(uint8_t *out, size_t n, const struct store_vault_slot *slot)
{
    struct buf b = buf_fixed(out, n);
    buf_slice(&b, SLICE_LITERAL("sotto vault 1"));
    put_params(&b, slot->kind, &slot->params);
    return buf_view(&b);
}
#define AD_BYTES_MAX (64 + STORE_VAULT_LABEL_BYTES_MAX)

static enum err wrap_close(struct store_vault_wrap *w,
                           const uint8_t secret[STORE_VAULT_SECRET_SIZE],
                           const uint8_t key[STORE_VAULT_KEY_SIZE])
{
    uint8_t ad[AD_BYTES_MAX];
    struct crypto_aead_key k;
    enum err e = wrap_key(&k, secret);
    if (e == OK) {
        crypto_rand(w->nonce, sizeof w->nonce);
        crypto_aead_seal(w->wrapped, &k, w->nonce, wrap_ad(ad, sizeof ad, &w->slot),
                         slice_make(key, STORE_VAULT_KEY_SIZE));
    }
    wipe(&k, sizeof k);
    return e;
}

static enum err wrap_open(uint8_t key[STORE_VAULT_KEY_SIZE], const struct store_vault_wrap *w,
                          const uint8_t secret[STORE_VAULT_SECRET_SIZE])
{
    uint8_t ad[AD_BYTES_MAX];
    struct crypto_aead_key k;
    enum err e = wrap_key(&k, secret);
    if (e == OK) {
        e = crypto_aead_open(key, &k, w->nonce, wrap_ad(ad, sizeof ad, &w->slot),
                             SLICE_ARRAY(w->wrapped));
    }
    wipe(&k, sizeof k);
    return e == ERR_AUTH ? ERR_AUTH_PASSPHRASE : e;
}

static enum err check_of(uint8_t out[STORE_VAULT_CHECK_SIZE],
                         const uint8_t key[STORE_VAULT_KEY_SIZE])
{
    return crypto_hkdf(CRYPTO_SHA256, out, STORE_VAULT_CHECK_SIZE, SLICE_EMPTY,
                       slice_make(key, STORE_VAULT_KEY_SIZE), SLICE_LITERAL("sotto vault check 1"));
}

/* ---- calls ---- */

enum err store_vault_exists(bool *out)
{
    struct vault_file f;
    *out = false;
    TRY(file_load(&f));
    *out = f.exists;
    return OK;
}

enum err store_vault_create(uint8_t key[STORE_VAULT_KEY_SIZE])
{
    bool exists = false;
    memset(key, 0, STORE_VAULT_KEY_SIZE);
    TRY(crypto_init());
    TRY(store_vault_exists(&exists));
    if (exists) {
        return ERR_STATE;
    }
    crypto_rand(key, STORE_VAULT_KEY_SIZE);
    return OK;
}

static bool same_label(const struct store_vault_params *p, struct slice label)
{
    return slice_equal(slice_make(p->label, p->label_n), label);
}

/* The slot that a new one of this kind and label replaces, else the next free one. */
static size_t place_of(const struct store_vault *v, enum store_vault_kind kind, struct slice label)
{
    for (size_t i = 0; i < v->count; i++) {
        if (v->slots[i].slot.kind == kind &&
            (kind != STORE_VAULT_PASSKEY || same_label(&v->slots[i].slot.params, label))) {
            return i;
        }
    }
    return v->count;
}

enum err store_vault_put(enum store_vault_kind kind, const uint8_t secret[STORE_VAULT_SECRET_SIZE],
                         const struct store_vault_params *params,
                         const uint8_t key[STORE_VAULT_KEY_SIZE])
{
    struct vault_file f;
    uint8_t check[STORE_VAULT_CHECK_SIZE];
    if (kind < STORE_VAULT_PASSPHRASE || kind > STORE_VAULT_RECOVERY) {
        return ERR_INPUT;
    }
    if (params->label_n > STORE_VAULT_LABEL_BYTES_MAX) {
        return ERR_LIMIT;
    }
    TRY(crypto_init());
    TRY(file_load(&f));
    TRY(check_of(check, key));
    if (f.exists && !ct_equal(check, f.now.check, sizeof check)) {
        return ERR_STATE;
    }
    size_t at = place_of(&f.now, kind, slice_make(params->label, params->label_n));
    if (at == STORE_VAULT_SLOTS_MAX) {
        return ERR_LIMIT;
    }
    memcpy(f.now.check, check, sizeof check);
    f.now.slots[at].slot.kind = kind;
    f.now.slots[at].slot.params = *params;
    f.now.count += at == f.now.count;
    TRY(wrap_close(&f.now.slots[at], secret, key));
    return file_save_both(&f);
}

enum err store_vault_params(enum store_vault_kind kind, struct store_vault_params *out)
{
    struct vault_file f;
    memset(out, 0, sizeof *out);
    TRY(file_load(&f));
    for (size_t i = 0; i < f.now.count; i++) {
        if (f.now.slots[i].slot.kind == kind) {
            *out = f.now.slots[i].slot.params;
            return OK;
        }
    }
    return ERR_GONE;
}

enum err store_vault_list(struct store_vault_list *out)
{
    struct vault_file f;
    memset(out, 0, sizeof *out);
    TRY(file_load(&f));
    out->attempts = f.now.attempts;
    out->count = f.now.count;
    for (size_t i = 0; i < f.now.count; i++) {
        out->slots[i] = f.now.slots[i].slot;
    }
    return OK;
}

enum err store_vault_open(enum store_vault_kind kind, const uint8_t secret[STORE_VAULT_SECRET_SIZE],
                          uint8_t key[STORE_VAULT_KEY_SIZE])
{
    struct vault_file f;
    enum err e = ERR_GONE;
    memset(key, 0, STORE_VAULT_KEY_SIZE);
    TRY(crypto_init());
    TRY(file_load(&f));
    /* Counted first, so that ending the process does not undo it. A full or failing disk must not
     * keep the owner out, hence no check of the result. */
    f.now.attempts += f.now.attempts < UINT32_MAX;
    bool counted = f.exists && file_save(&f) == OK;
    for (size_t i = 0; i < f.now.count && e != OK; i++) {
        if (f.now.slots[i].slot.kind == kind) {
            e = wrap_open(key, &f.now.slots[i], secret);
        }
    }
    if (e == OK && counted) {
        f.now.attempts = 0;
        (void)file_save(&f);
    }
    return e;
}

enum err store_vault_drop(enum store_vault_kind kind, struct slice label)
{
    struct vault_file f;
    size_t kept = 0;
    TRY(file_load(&f));
    for (size_t i = 0; i < f.now.count; i++) {
        const struct store_vault_slot *slot = &f.now.slots[i].slot;
        if (slot->kind == kind && (label.n == 0 || same_label(&slot->params, label))) {
            continue;
        }
        if (kept != i) {
            f.now.slots[kept] = f.now.slots[i];
        }
        kept++;
    }
    if (kept == f.now.count) {
        return ERR_GONE;
    }
    if (kept == 0) {
        return ERR_STATE;
    }
    f.now.count = kept;
    return file_save_both(&f);
}

enum err store_vault_erase(void)
{
    uint8_t noise[STORE_VAULT_COPY_SIZE];
    int host = host_open(FILE_NAME);
    int64_t size = host < 0 ? -1 : host_size(host);
    if (size < 0) {
        return ERR_HOST;
    }
    for (uint64_t copy = 0; copy < 2 && size > 0; copy++) {
        crypto_rand(noise, sizeof noise);
        if (host_write(host, noise, sizeof noise, copy * sizeof noise) != 0) {
            return ERR_HOST;
        }
    }
    return host_flush(host) == 0 && host_truncate(host, 0) == 0 && host_flush(host) == 0 ? OK
                                                                                         : ERR_HOST;
}
