#include "schema/chain.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "base/rule.h"
#include "crypto/hash.h"

#define CHAIN_LABEL "sotto chain 2"
#define CHAIN_HOME_LABEL "sotto home 1"
#define CHAIN_ITEMS 12
#define CHAIN_ITEMS_SIGNED 11

static bool same(const uint8_t *a, const uint8_t *b)
{
    return slice_equal(slice_make(a, CHAIN_KEY_SIZE), slice_make(b, CHAIN_KEY_SIZE));
}

/* ---- encoding ------------------------------------------------------------------------------- */

static void put_signed(struct buf *b, const struct chain_entry *e)
{
    size_t link = e->n == 0 ? 0 : CHAIN_HASH_SIZE;
    cbor_put_uint(b, CHAIN_VERSION);
    cbor_put_bytes(b, slice_make(e->id, link));
    cbor_put_uint(b, e->n);
    cbor_put_bytes(b, slice_make(e->previous, link));
    cbor_put_array(b, e->device_n);
    for (size_t i = 0; i < e->device_n; i++) {
        cbor_put_array(b, 2);
        cbor_put_bytes(b, SLICE_ARRAY(e->devices[i].key));
        cbor_put_uint(b, e->devices[i].added);
    }
    cbor_put_bytes(b, SLICE_ARRAY(e->recovery));
    cbor_put_bytes(b, SLICE_ARRAY(e->recovery_hpke));
    cbor_put_bytes(b, SLICE_ARRAY(e->home));
    cbor_put_uint(b, e->why);
    if (e->has_other) {
        cbor_put_bytes(b, SLICE_ARRAY(e->other));
    } else {
        cbor_put_null(b);
    }
    cbor_put_array(b, e->signer_n);
    for (size_t i = 0; i < e->signer_n; i++) {
        cbor_put_uint(b, e->signers[i]);
    }
}

enum err chain_tbs(const struct chain_entry *e, uint8_t *room, struct slice *out)
{
    struct buf b = buf_fixed(room, CHAIN_TBS_BYTES_MAX);
    buf_slice(&b, SLICE_LITERAL(CHAIN_LABEL));
    cbor_put_array(&b, CHAIN_ITEMS_SIGNED);
    put_signed(&b, e);
    return buf_finish(&b, out);
}

enum err chain_encode(struct buf *out, struct chain_entry *e)
{
    size_t start = out->n;
    if (e->device_n > CHAIN_DEVICES_MAX || e->signer_n > CHAIN_SIGNERS_MAX) {
        return ERR_BUG;
    }
    cbor_put_array(out, CHAIN_ITEMS);
    put_signed(out, e);
    cbor_put_array(out, e->signer_n);
    for (size_t i = 0; i < e->signer_n; i++) {
        cbor_put_bytes(out, SLICE_ARRAY(e->signatures[i]));
    }
    if (out->err != OK) {
        return out->err;
    }
    if (out->n - start > CHAIN_ENTRY_BYTES_MAX) {
        return ERR_LIMIT;
    }
    crypto_sha256(e->hash, slice_make(out->p + start, out->n - start));
    if (e->n == 0) {
        memcpy(e->id, e->hash, sizeof e->id);
    }
    return OK;
}

/* ---- reading -------------------------------------------------------------------------------- */

static enum err get_devices(struct slice *s, struct chain_entry *e)
{
    size_t n = 0, two = 0;
    TRY(cbor_get_array(s, &n));
    if (n == 0 || n > CHAIN_DEVICES_MAX) {
        return ERR_INPUT;
    }
    for (size_t i = 0; i < n; i++) {
        struct chain_device *d = &e->devices[i];
        TRY(cbor_get_array(s, &two));
        TRY(cbor_get_fixed(s, d->key, sizeof d->key));
        TRY(cbor_get_uint(s, &d->added));
        if (two != 2 || d->added > e->n || chain_has_device(e, d->key)) {
            return ERR_INPUT;
        }
        e->device_n = i + 1;
    }
    return OK;
}

static enum err get_signatures(struct slice *s, struct chain_entry *e)
{
    uint64_t v = 0;
    size_t n = 0;
    TRY(cbor_get_array(s, &n));
    if (n == 0 || n > CHAIN_SIGNERS_MAX) {
        return ERR_INPUT;
    }
    for (size_t i = 0; i < n; i++) {
        TRY(cbor_get_uint(s, &v));
        if (v > CHAIN_SIGNER_RECOVERY_BEFORE) {
            return ERR_INPUT;
        }
        e->signers[i] = (uint8_t)v;
    }
    e->signer_n = n;
    TRY(cbor_get_array(s, &n));
    if (n != e->signer_n) {
        return ERR_INPUT;
    }
    for (size_t i = 0; i < n; i++) {
        TRY(cbor_get_fixed(s, e->signatures[i], CRYPTO_SIGN_SIZE));
    }
    return OK;
}

enum err chain_read(struct slice in, struct chain_entry *out)
{
    struct slice s = in, id, previous;
    uint64_t v = 0;
    size_t n = 0;
    memset(out, 0, sizeof *out);
    if (in.n > CHAIN_ENTRY_BYTES_MAX) {
        return ERR_LIMIT;
    }
    TRY(cbor_check(in));
    TRY(cbor_get_array(&s, &n));
    TRY(cbor_get_uint(&s, &v));
    if (v != CHAIN_VERSION || n != CHAIN_ITEMS) {
        return ERR_INPUT_VERSION;
    }
    TRY(cbor_get_bytes(&s, &id));
    TRY(cbor_get_uint(&s, &out->n));
    TRY(cbor_get_bytes(&s, &previous));
    size_t link = out->n == 0 ? 0 : CHAIN_HASH_SIZE;
    if (out->n >= CHAIN_ENTRIES_MAX || id.n != link || previous.n != link) {
        return ERR_INPUT;
    }
    TRY(get_devices(&s, out));
    TRY(cbor_get_fixed(&s, out->recovery, sizeof out->recovery));
    TRY(cbor_get_fixed(&s, out->recovery_hpke, sizeof out->recovery_hpke));
    TRY(cbor_get_fixed(&s, out->home, sizeof out->home));
    TRY(cbor_get_uint(&s, &out->why));
    out->has_other = !cbor_take_null(&s);
    if (out->has_other) {
        TRY(cbor_get_fixed(&s, out->other, sizeof out->other));
    }
    TRY(get_signatures(&s, out));
    TRY(slice_end(s));
    if (out->why > CHAIN_WHY_LAST || chain_has_device(out, out->recovery)) {
        return ERR_INPUT;
    }
    crypto_sha256(out->hash, in);
    memcpy(out->id, link > 0 ? id.p : out->hash, sizeof out->id);
    if (link > 0) {
        memcpy(out->previous, previous.p, sizeof out->previous);
    }
    return OK;
}

/* ---- looking -------------------------------------------------------------------------------- */

const struct chain_device *chain_device(const struct chain_entry *e,
                                        const uint8_t key[CHAIN_KEY_SIZE])
{
    for (size_t i = 0; i < e->device_n; i++) {
        if (same(e->devices[i].key, key)) {
            return &e->devices[i];
        }
    }
    return NULL;
}

bool chain_has_device(const struct chain_entry *e, const uint8_t key[CHAIN_KEY_SIZE])
{
    return chain_device(e, key) != NULL;
}

static const uint8_t *place(const struct chain_entry *e, size_t i)
{
    return e != NULL && i < e->device_n ? e->devices[i].key : NULL;
}

const uint8_t *chain_signer(const struct chain_entry *last, const struct chain_entry *e, size_t i)
{
    uint8_t who = i < e->signer_n ? e->signers[i] : UINT8_MAX;
    if (who < CHAIN_SIGNER_BEFORE) {
        return place(e, who);
    }
    if (who < CHAIN_SIGNER_RECOVERY) {
        return place(last, (size_t)who - CHAIN_SIGNER_BEFORE);
    }
    if (who == CHAIN_SIGNER_RECOVERY) {
        return e->recovery;
    }
    return who == CHAIN_SIGNER_RECOVERY_BEFORE && last != NULL ? last->recovery : NULL;
}

static bool signs(const struct chain_entry *e, uint8_t who)
{
    for (size_t i = 0; i < e->signer_n; i++) {
        if (e->signers[i] == who) {
            return true;
        }
    }
    return false;
}

bool chain_recovers(const struct chain_entry *last, const struct chain_entry *next)
{
    return next->signers[0] == CHAIN_SIGNER_RECOVERY_BEFORE ||
           (!same(last->recovery, next->recovery) && !signs(next, CHAIN_SIGNER_RECOVERY_BEFORE));
}

bool chain_ends_fork(const struct chain_entry *last, const struct chain_entry *next,
                     const struct chain_entry *given_up)
{
    const uint8_t *author = chain_signer(last, next, 0);
    if (!next->has_other || author == NULL || !same(next->other, given_up->hash)) {
        return false;
    }
    return next->signers[0] == CHAIN_SIGNER_RECOVERY_BEFORE ? same(author, given_up->recovery)
                                                            : chain_has_device(given_up, author);
}

/* ---- judging -------------------------------------------------------------------------------- */

static bool keeps(const struct chain_entry *last, const uint8_t key[CHAIN_KEY_SIZE])
{
    return last != NULL && chain_has_device(last, key);
}

/* The signers this entry must have, in order, given `author` and whether the old recovery key
 * signs. */
static enum err plan(const struct chain_entry *last, const struct chain_entry *e, uint8_t author,
                     bool old_recovery, uint8_t out[CHAIN_SIGNERS_MAX], size_t *n)
{
    size_t fresh = 0;
    bool replaced = last != NULL && !same(last->recovery, e->recovery);
    *n = 0;
    out[(*n)++] = author;
    for (size_t i = 0; i < e->device_n; i++) {
        if (keeps(last, e->devices[i].key) || author == i) {
            continue;
        }
        if (++fresh > CHAIN_NEW_DEVICES_MAX) {
            return ERR_LIMIT;
        }
        out[(*n)++] = (uint8_t)(CHAIN_SIGNER_DEVICE + i);
    }
    if (last == NULL || replaced) {
        out[(*n)++] = CHAIN_SIGNER_RECOVERY;
    }
    if (replaced && old_recovery && author != CHAIN_SIGNER_RECOVERY_BEFORE) {
        out[(*n)++] = CHAIN_SIGNER_RECOVERY_BEFORE;
    }
    return OK;
}

static bool may_author(const struct chain_entry *last, const struct chain_entry *e)
{
    uint8_t author = e->signers[0];
    if (last == NULL) {
        return author == CHAIN_SIGNER_DEVICE && e->device_n == 1;
    }
    if (author == CHAIN_SIGNER_RECOVERY_BEFORE) {
        return true;
    }
    bool is_device = author >= CHAIN_SIGNER_BEFORE && author < CHAIN_SIGNER_BEFORE + last->device_n;
    return (e->n < CHAIN_DEVICE_ENTRIES || !RULE(ENTRIES_FOR_THE_CODE)) &&
           (is_device || !RULE(ENTRY_BY_ONE_BEFORE));
}

static enum err never_before(const struct chain_history *history, const uint8_t key[CHAIN_KEY_SIZE])
{
    bool was = false;
    TRY(history->listed(history->user, key, &was));
    return was && RULE(KEY_NEVER_AGAIN) ? ERR_AUTH : OK;
}

static enum err check_devices(const struct chain_entry *last, const struct chain_entry *next,
                              const struct chain_history *history)
{
    for (size_t i = 0; i < next->device_n; i++) {
        const struct chain_device *d = &next->devices[i];
        const struct chain_device *was = last == NULL ? NULL : chain_device(last, d->key);
        if (d->added != (was != NULL ? was->added : next->n)) {
            return ERR_AUTH;
        }
        if (was != NULL || last == NULL) {
            continue;
        }
        if (same(d->key, last->recovery)) {
            return ERR_AUTH;
        }
        if (history != NULL) {
            TRY(never_before(history, d->key));
        }
    }
    return OK;
}

static enum err check_recovery(const struct chain_entry *last, const struct chain_entry *next,
                               const struct chain_history *history)
{
    if (last == NULL || same(last->recovery, next->recovery)) {
        /* the same key with another HPKE half would be a new code that nobody signed */
        return last == NULL || same(last->recovery_hpke, next->recovery_hpke) ||
                       !RULE(CODE_CHANGES_WHOLE)
                   ? OK
                   : ERR_AUTH;
    }
    if (chain_has_device(last, next->recovery)) {
        return ERR_AUTH;
    }
    return history != NULL ? never_before(history, next->recovery) : OK;
}

static enum err check_signatures(const struct chain_entry *last, const struct chain_entry *next)
{
    uint8_t room[CHAIN_TBS_BYTES_MAX];
    struct crypto_sign_public pub;
    struct slice tbs;
    TRY(chain_tbs(next, room, &tbs));
    for (size_t i = 0; i < next->signer_n; i++) {
        const uint8_t *key = chain_signer(last, next, i);
        if (key == NULL) {
            return ERR_AUTH;
        }
        memcpy(pub.b, key, sizeof pub.b);
        enum err e = crypto_sign_verify(SLICE_ARRAY(next->signatures[i]), tbs, &pub);
        TRY(e == ERR_AUTH && !RULE(ENTRY_SIGNED) ? OK : e);
    }
    return OK;
}

enum err chain_check(const struct chain_entry *last, const struct chain_entry *next,
                     const struct chain_history *history)
{
    uint8_t must[CHAIN_SIGNERS_MAX];
    size_t n = 0;
    if (last == NULL && next->n != 0) {
        return ERR_AUTH;
    }
    if (last != NULL && (next->n != last->n + 1 || !same(next->id, last->id) ||
                         !same(next->previous, last->hash))) {
        return ERR_AUTH;
    }
    if (history == NULL && next->n > 1) {
        return ERR_BUG;
    }
    if (!may_author(last, next)) {
        return ERR_AUTH;
    }
    bool old = signs(next, CHAIN_SIGNER_RECOVERY_BEFORE);
    if (plan(last, next, next->signers[0], old, must, &n) != OK ||
        (!slice_equal(slice_make(must, n), slice_make(next->signers, next->signer_n)) &&
         RULE(NEW_KEYS_SIGN))) {
        return ERR_AUTH;
    }
    TRY(check_devices(last, next, history));
    TRY(check_recovery(last, next, history));
    return check_signatures(last, next);
}

/* ---- making --------------------------------------------------------------------------------- */

void chain_begin(struct chain_entry *out, const struct chain_entry *last)
{
    memset(out, 0, sizeof *out);
    if (last == NULL) {
        return;
    }
    *out = *last;
    out->n = last->n + 1;
    memcpy(out->previous, last->hash, sizeof out->previous);
    out->has_other = false;
    memset(out->other, 0, sizeof out->other);
    memset(out->signers, 0, sizeof out->signers);
    memset(out->signatures, 0, sizeof out->signatures);
    memset(out->hash, 0, sizeof out->hash);
    out->signer_n = 0;
}

enum err chain_add(struct chain_entry *e, const uint8_t key[CHAIN_KEY_SIZE])
{
    if (chain_has_device(e, key)) {
        return ERR_STATE;
    }
    if (e->device_n == CHAIN_DEVICES_MAX) {
        return ERR_LIMIT;
    }
    memcpy(e->devices[e->device_n].key, key, CHAIN_KEY_SIZE);
    e->devices[e->device_n].added = e->n;
    e->device_n++;
    return OK;
}

enum err chain_drop(struct chain_entry *e, const uint8_t key[CHAIN_KEY_SIZE])
{
    const struct chain_device *d = chain_device(e, key);
    if (d == NULL) {
        return ERR_GONE;
    }
    size_t i = (size_t)(d - e->devices);
    e->device_n--;
    memmove(&e->devices[i], &e->devices[i + 1], (e->device_n - i) * sizeof e->devices[0]);
    memset(&e->devices[e->device_n], 0, sizeof e->devices[0]);
    return OK;
}

enum err chain_plan(const struct chain_entry *last, struct chain_entry *e,
                    const uint8_t author[CHAIN_KEY_SIZE], bool old_recovery)
{
    const struct chain_device *d = chain_device(last == NULL ? e : last, author);
    uint8_t who = CHAIN_SIGNER_RECOVERY_BEFORE;
    if (d != NULL) {
        size_t i = (size_t)(d - (last == NULL ? e : last)->devices);
        who = (uint8_t)((last == NULL ? CHAIN_SIGNER_DEVICE : CHAIN_SIGNER_BEFORE) + i);
    } else if (last == NULL || !same(last->recovery, author)) {
        return ERR_AUTH;
    }
    return plan(last, e, who, old_recovery, e->signers, &e->signer_n);
}

enum err chain_sign(const struct chain_entry *last, struct chain_entry *e,
                    const struct crypto_sign_secret *secret)
{
    uint8_t room[CHAIN_TBS_BYTES_MAX];
    struct crypto_sign_public pub;
    struct slice tbs;
    TRY(chain_tbs(e, room, &tbs));
    crypto_sign_public_of(&pub, secret);
    for (size_t i = 0; i < e->signer_n; i++) {
        const uint8_t *key = chain_signer(last, e, i);
        if (key != NULL && same(key, pub.b)) {
            crypto_sign(e->signatures[i], secret, tbs);
        }
    }
    return OK;
}

enum err chain_signed(const struct chain_entry *last, struct chain_entry *e,
                      const uint8_t key[CHAIN_KEY_SIZE], const uint8_t signature[CRYPTO_SIGN_SIZE])
{
    uint8_t room[CHAIN_TBS_BYTES_MAX];
    struct crypto_sign_public pub;
    struct slice tbs;
    TRY(chain_tbs(e, room, &tbs));
    for (size_t i = 0; i < e->signer_n; i++) {
        const uint8_t *mine = chain_signer(last, e, i);
        if (mine == NULL || !same(mine, key)) {
            continue;
        }
        memcpy(pub.b, key, sizeof pub.b);
        TRY(crypto_sign_verify(slice_make(signature, CRYPTO_SIGN_SIZE), tbs, &pub));
        memcpy(e->signatures[i], signature, CRYPTO_SIGN_SIZE);
        return OK;
    }
    return ERR_AUTH;
}

void chain_home(uint8_t out[CHAIN_HASH_SIZE], struct slice inbox, struct slice origin)
{
    struct slice parts[3] = {SLICE_LITERAL(CHAIN_HOME_LABEL), inbox, origin};
    crypto_hash_parts(CRYPTO_SHA256, out, parts, 3);
}
