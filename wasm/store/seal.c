#include "store/seal.h"

#include <string.h>

#include "base/buf.h"
#include "base/ct.h"
#include "crypto/kdf.h"
#include "crypto/rand.h"

#define AD_SIZE 16
#define FORMAT 1

enum err store_seal_init(struct store_seal *seal, const uint8_t store_key[32], struct slice name)
{
    uint8_t prk[CRYPTO_SHA256_SIZE];
    uint8_t key[32];
    const struct slice info[2] = {SLICE_LITERAL("sotto store pages 1 "), name};
    crypto_hkdf_extract(CRYPTO_SHA256, prk, SLICE_EMPTY, slice_make(store_key, 32));
    enum err e = crypto_hkdf_expand(CRYPTO_SHA256, key, sizeof key, SLICE_ARRAY(prk), info, 2);
    if (e == OK) {
        e = crypto_aead_key_set(&seal->key, CRYPTO_XCHACHA20_POLY1305, SLICE_ARRAY(key));
    }
    wipe(prk, sizeof prk);
    wipe(key, sizeof key);
    return e;
}

static void make_ad(uint8_t ad[AD_SIZE], size_t n, enum store_seal_kind kind, uint64_t number)
{
    struct buf b = buf_fixed(ad, AD_SIZE);
    buf_u16(&b, FORMAT);
    buf_u16(&b, (uint16_t)kind);
    buf_u32(&b, (uint32_t)n);
    buf_u64(&b, number);
}

void store_seal_close(const struct store_seal *seal, uint8_t *unit, size_t n,
                      enum store_seal_kind kind, uint64_t number)
{
    uint8_t ad[AD_SIZE];
    uint8_t *nonce = unit + n - STORE_SEAL_NONCE_SIZE;
    make_ad(ad, n, kind, number);
    crypto_rand(nonce, STORE_SEAL_NONCE_SIZE);
    crypto_aead_seal(unit, &seal->key, nonce, SLICE_ARRAY(ad),
                     slice_make(unit, n - STORE_SEAL_BYTES));
}

enum err store_seal_open(const struct store_seal *seal, uint8_t *unit, size_t n,
                         enum store_seal_kind kind, uint64_t number)
{
    uint8_t ad[AD_SIZE];
    make_ad(ad, n, kind, number);
    enum err e = crypto_aead_open(unit, &seal->key, unit + n - STORE_SEAL_NONCE_SIZE,
                                  SLICE_ARRAY(ad), slice_make(unit, n - STORE_SEAL_NONCE_SIZE));
    memset(unit + n - STORE_SEAL_BYTES, 0, STORE_SEAL_BYTES);
    return e;
}
