#include "schema/chain.h"

#include <string.h>

#include "base/cbor.h"
#include "base/ct.h"
#include "crypto/hash.h"

#define CHAIN_LABEL "sotto chain 1"

static void put_body(struct buf *b, const struct chain_entry *e)
{
    cbor_put_uint(b, 1);
    cbor_put_uint(b, e->version);
    cbor_put_bytes(b, slice_make(e->previous, e->version == 0 ? 0 : 32));
    cbor_put_uint(b, e->time_ms);
    cbor_put_array(b, e->device_n);
    for (size_t i = 0; i < e->device_n; i++) {
        cbor_put_bytes(b, slice_make(e->devices[i], 32));
    }
    cbor_put_uint(b, e->flags);
    cbor_put_bytes(b, SLICE_ARRAY(e->inbox));
    if (e->has_by) {
        cbor_put_bytes(b, SLICE_ARRAY(e->by));
    } else {
        cbor_put_null(b);
    }
    cbor_put_bytes(b, SLICE_ARRAY(e->account));
}

/* Label and unsigned array into memory of the caller. */
static enum err tbs(uint8_t *room, size_t cap, const struct chain_entry *e, struct slice *out)
{
    struct buf b = buf_fixed(room, cap);
    buf_slice(&b, SLICE_LITERAL(CHAIN_LABEL));
    cbor_put_array(&b, 9);
    put_body(&b, e);
    return buf_finish(&b, out);
}

enum err chain_make(struct buf *out, struct chain_entry *e,
                    const struct crypto_sign_secret *account_secret,
                    const struct crypto_sign_secret *by_secret)
{
    uint8_t room[CHAIN_ENTRY_BYTES_MAX + 32], sig[64];
    struct slice signed_part;
    struct crypto_sign_public pub;
    size_t start = out->n;
    if (e->device_n > CHAIN_DEVICES_MAX || e->has_by != (by_secret != NULL)) {
        return ERR_BUG;
    }
    crypto_sign_public_of(&pub, account_secret);
    memcpy(e->account, pub.b, 32);
    if (by_secret != NULL) {
        crypto_sign_public_of(&pub, by_secret);
        memcpy(e->by, pub.b, 32);
    }
    TRY(tbs(room, sizeof room, e, &signed_part));
    cbor_put_array(out, 11);
    put_body(out, e);
    crypto_sign(sig, account_secret, signed_part);
    cbor_put_bytes(out, SLICE_ARRAY(sig));
    if (by_secret != NULL) {
        crypto_sign(sig, by_secret, signed_part);
        cbor_put_bytes(out, SLICE_ARRAY(sig));
    } else {
        cbor_put_null(out);
    }
    if (out->err != OK) {
        return out->err;
    }
    crypto_sha256(e->hash, slice_make(out->p + start, out->n - start));
    return OK;
}

static enum err get_fixed(struct slice *s, uint8_t *out, size_t n)
{
    struct slice v;
    TRY(cbor_get_bytes(s, &v));
    if (v.n != n) {
        return ERR_INPUT;
    }
    memcpy(out, v.p, n);
    return OK;
}

static enum err get_body(struct slice *s, struct chain_entry *e)
{
    uint64_t v = 0;
    size_t n = 0;
    TRY(cbor_get_uint(s, &v));
    if (v != 1) {
        return ERR_INPUT_VERSION;
    }
    TRY(cbor_get_uint(s, &e->version));
    TRY(get_fixed(s, e->previous, e->version == 0 ? 0 : 32));
    TRY(cbor_get_uint(s, &e->time_ms));
    TRY(cbor_get_array(s, &n));
    if (n == 0 || n > CHAIN_DEVICES_MAX) {
        return ERR_INPUT;
    }
    for (size_t i = 0; i < n; i++) {
        TRY(get_fixed(s, e->devices[i], 32));
        for (size_t k = 0; k < i; k++) {
            if (slice_equal(SLICE_ARRAY(e->devices[k]), SLICE_ARRAY(e->devices[i]))) {
                return ERR_INPUT;
            }
        }
    }
    e->device_n = n;
    TRY(cbor_get_uint(s, &e->flags));
    if ((e->flags & ~(uint64_t)CHAIN_FLAG_RECOVERY) != 0) {
        return ERR_INPUT;
    }
    TRY(get_fixed(s, e->inbox, 16));
    e->has_by = !cbor_take_null(s);
    if (e->has_by) {
        TRY(get_fixed(s, e->by, 32));
    }
    return get_fixed(s, e->account, 32);
}

enum err chain_read(struct slice in, struct chain_entry *out)
{
    struct slice s = in, signed_part;
    uint8_t room[CHAIN_ENTRY_BYTES_MAX + 32], sig[64];
    struct crypto_sign_public pub;
    size_t n = 0;
    memset(out, 0, sizeof *out);
    if (in.n > CHAIN_ENTRY_BYTES_MAX) {
        return ERR_LIMIT;
    }
    TRY(cbor_check(in));
    TRY(cbor_get_array(&s, &n));
    if (n != 11) {
        return ERR_INPUT;
    }
    TRY(get_body(&s, out));
    TRY(get_fixed(&s, sig, 64));
    TRY(tbs(room, sizeof room, out, &signed_part));
    memcpy(pub.b, out->account, 32);
    TRY(crypto_sign_verify(SLICE_ARRAY(sig), signed_part, &pub));
    if (out->has_by) {
        TRY(get_fixed(&s, sig, 64));
        memcpy(pub.b, out->by, 32);
        TRY(crypto_sign_verify(SLICE_ARRAY(sig), signed_part, &pub));
    } else if (!cbor_take_null(&s)) {
        return ERR_INPUT;
    }
    TRY(slice_end(s));
    crypto_sha256(out->hash, in);
    return OK;
}

bool chain_has_device(const struct chain_entry *e, const uint8_t device[32])
{
    for (size_t i = 0; i < e->device_n; i++) {
        if (slice_equal(SLICE_ARRAY(e->devices[i]), slice_make(device, 32))) {
            return true;
        }
    }
    return false;
}

enum err chain_continues(const struct chain_entry *last, const struct chain_entry *next)
{
    if (last == NULL) {
        return next->version == 0 && !next->has_by && next->flags == 0 ? OK : ERR_AUTH;
    }
    if (next->version != last->version + 1 || next->version >= CHAIN_ENTRIES_MAX ||
        !slice_equal(SLICE_ARRAY(next->previous), SLICE_ARRAY(last->hash)) ||
        !slice_equal(SLICE_ARRAY(next->account), SLICE_ARRAY(last->account))) {
        return ERR_AUTH;
    }
    if ((next->flags & CHAIN_FLAG_RECOVERY) != 0) {
        return next->has_by ? ERR_AUTH : OK;
    }
    return next->has_by && chain_has_device(last, next->by) ? OK : ERR_AUTH;
}
