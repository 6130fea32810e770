/* A copy:
 *   magic 8 | format u16 | count u16 | counter u64 | attempts u32 | key check 16 | slots | SHA-256
 * padded with zeros before the hash. A slot:
 *   kind u8 | slot format u8 | salt 16 | ops u32 | memory u64 | label length u16 | label |
 *   nonce 24 | wrapped key 32 + 16
 * The hash finds torn and rotten copies; it is no secret and no proof. */
#include "store/vault_format.h"

#include <string.h>

#include "base/buf.h"
#include "crypto/hash.h"

#define MAGIC "SottoVlt"
#define FORMAT 1
#define SLOT_FORMAT 1

void store_vault_format_slot(struct buf *b, const struct store_vault_slot *slot)
{
    const struct store_vault_params *p = &slot->params;
    buf_u8(b, (uint8_t)slot->kind);
    buf_u8(b, SLOT_FORMAT);
    buf_put(b, p->salt, sizeof p->salt);
    buf_u32(b, p->ops);
    buf_u64(b, p->memory_bytes);
    buf_u16(b, (uint16_t)p->label_n);
    buf_put(b, p->label, p->label_n);
}

enum err store_vault_format_encode(uint8_t out[STORE_VAULT_COPY_SIZE], const struct store_vault *v)
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
        store_vault_format_slot(&b, &v->slots[i].slot);
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

enum err store_vault_format_decode(struct store_vault *out, const uint8_t in[STORE_VAULT_COPY_SIZE])
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
