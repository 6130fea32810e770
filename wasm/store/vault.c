/* Two copies of STORE_VAULT_COPY_SIZE bytes. The key check in them is a hash of the store key: a
 * slot for another key is refused, since it would lock the person out. */
#include "store/vault.h"

#include <string.h>

#include "base/buf.h"
#include "base/ct.h"
#include "base/host.h"
#include "crypto/aead.h"
#include "crypto/kdf.h"
#include "crypto/rand.h"
#include "store/vault_format.h"

#define FILE_NAME "vault"

struct vault_file {
    int host;
    struct store_vault now; /* the newest whole copy */
    unsigned copy;          /* which one that is: 0 or 1 */
    bool exists;            /* false: now is empty, nothing was ever written */
};

/* Reads both copies and keeps the newer whole one. A file that never got its second copy and has no
 * whole first one was cut off during creation: it does not exist yet. */
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
        enum err e = got == (int)sizeof raw ? store_vault_format_decode(&other, raw) : ERR_INPUT;
        if (e == OK && (!f->exists || other.counter > f->now.counter)) {
            f->now = other;
            f->copy = copy;
            f->exists = true;
        }
        worst = e == ERR_INPUT_VERSION ? e : worst;
    }
    /* A copy from a newer version outranks an older whole one beside it. */
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
    TRY(store_vault_format_encode(raw, &f->now));
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
    store_vault_format_slot(&b, slot);
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
    /* Counted first, so that killing the process does not undo it. The result is ignored because a
     * full or failing disk must not keep the owner out. */
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
