#include "crypto/sframe.h"

#include <bearssl_block.h>
#include <string.h>

#include "base/ct.h"
#include "crypto/aead.h"
#include "crypto/kdf.h"

#define CTR_KEY_SIZE 16 /* of the AES half of a CTR-HMAC key */
#define AUTH_KEY_SIZE 32

static const struct suite_row {
    size_t key_n, tag_n;
    enum crypto_hash hash;
    bool gcm;
} rows[] = {
    [CRYPTO_SFRAME_CTR_HMAC_80] = {48, 10, CRYPTO_SHA256, false},
    [CRYPTO_SFRAME_CTR_HMAC_64] = {48, 8, CRYPTO_SHA256, false},
    [CRYPTO_SFRAME_CTR_HMAC_32] = {48, 4, CRYPTO_SHA256, false},
    [CRYPTO_SFRAME_AES128_GCM] = {16, 16, CRYPTO_SHA256, true},
    [CRYPTO_SFRAME_AES256_GCM] = {32, 16, CRYPTO_SHA512, true},
};

static bool is_suite(enum crypto_sframe_suite suite)
{
    return suite >= CRYPTO_SFRAME_CTR_HMAC_80 && suite <= CRYPTO_SFRAME_AES256_GCM;
}

size_t crypto_sframe_tag_size(enum crypto_sframe_suite suite)
{
    return is_suite(suite) ? rows[suite].tag_n : 0;
}

size_t crypto_sframe_key_size(enum crypto_sframe_suite suite)
{
    return is_suite(suite) ? rows[suite].key_n : 0;
}

static void put_u64(uint8_t out[8], uint64_t v)
{
    for (size_t i = 8; i > 0; i--) {
        out[i - 1] = (uint8_t)v;
        v >>= 8;
    }
}

/* ---- header, RFC 9605 4.3: X KKK Y CCC, then KID, then CTR -------------------------------------
 */

/* The four bits of one number; its bytes, if they do not fit there, go to out. */
static uint8_t put_number(uint8_t *out, size_t *n, uint64_t v)
{
    uint8_t bytes[8];
    if (v < 8) {
        return (uint8_t)v;
    }
    put_u64(bytes, v);
    size_t skip = 0;
    while (bytes[skip] == 0) {
        skip++;
    }
    memcpy(out + *n, bytes + skip, 8 - skip);
    *n += 8 - skip;
    return (uint8_t)(8 | (7 - skip));
}

size_t crypto_sframe_header_encode(uint8_t out[CRYPTO_SFRAME_HEADER_MAX], uint64_t kid,
                                   uint64_t ctr)
{
    size_t n = 1;
    uint8_t high = put_number(out, &n, kid);
    uint8_t low = put_number(out, &n, ctr);
    out[0] = (uint8_t)(high << 4 | low);
    return n;
}

static enum err get_number(struct slice *s, unsigned bits, uint64_t *out)
{
    struct slice bytes;
    *out = bits & 7u;
    if ((bits & 8u) == 0) {
        return OK;
    }
    TRY(slice_take(s, (bits & 7u) + 1, &bytes));
    *out = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        *out = *out << 8 | bytes.p[i];
    }
    return bytes.p[0] != 0 && *out >= 8 ? OK : ERR_INPUT;
}

enum err crypto_sframe_header_decode(struct slice *s, uint64_t *kid, uint64_t *ctr)
{
    struct slice rest = *s;
    uint8_t config;
    *kid = 0;
    *ctr = 0;
    TRY(slice_u8(&rest, &config));
    enum err e = get_number(&rest, config >> 4, kid);
    if (e == OK) {
        e = get_number(&rest, config & 15u, ctr);
    }
    if (e != OK) {
        *kid = 0;
        *ctr = 0;
        return e;
    }
    *s = rest;
    return OK;
}

/* ---- the AEADs, RFC 9605 4.5 ----------------------------------------------------------------- */

static void ctr_run(uint8_t *data, size_t n, const uint8_t *key, const uint8_t nonce[12])
{
    br_aes_ct64_ctr_keys aes;
    br_aes_ct64_ctr_init(&aes, key, CTR_KEY_SIZE);
    (void)br_aes_ct64_ctr_run(&aes, nonce, 0, data, n);
    wipe(&aes, sizeof aes);
}

static void ctr_tag(uint8_t tag[CRYPTO_SHA256_SIZE], size_t tag_n, const uint8_t *key,
                    const uint8_t nonce[12], struct slice ad, struct slice ct)
{
    uint8_t lengths[24];
    struct slice parts[] = {SLICE_ARRAY(lengths), slice_make(nonce, CRYPTO_SFRAME_NONCE_SIZE), ad,
                            ct};
    put_u64(lengths, ad.n);
    put_u64(lengths + 8, ct.n);
    put_u64(lengths + 16, tag_n);
    crypto_hmac_parts(CRYPTO_SHA256, tag, slice_make(key + CTR_KEY_SIZE, AUTH_KEY_SIZE), parts, 4);
}

static void gcm_key(struct crypto_aead_key *out, enum crypto_sframe_suite suite, const uint8_t *key)
{
    memset(out, 0, sizeof *out);
    out->alg = suite == CRYPTO_SFRAME_AES128_GCM ? CRYPTO_AES128_GCM : CRYPTO_AES256_GCM;
    memcpy(out->k, key, rows[suite].key_n);
}

void crypto_sframe_aead_seal(uint8_t *out, enum crypto_sframe_suite suite, const uint8_t *key,
                             const uint8_t nonce[CRYPTO_SFRAME_NONCE_SIZE], struct slice ad,
                             struct slice in)
{
    uint8_t tag[CRYPTO_SHA256_SIZE];
    if (rows[suite].gcm) {
        struct crypto_aead_key k;
        gcm_key(&k, suite, key);
        crypto_aead_seal(out, &k, nonce, ad, in);
        wipe(&k, sizeof k);
        return;
    }
    if (in.n > 0) {
        memmove(out, in.p, in.n);
        ctr_run(out, in.n, key, nonce);
    }
    ctr_tag(tag, rows[suite].tag_n, key, nonce, ad, slice_make(out, in.n));
    memcpy(out + in.n, tag, rows[suite].tag_n);
}

enum err crypto_sframe_aead_open(uint8_t *out, enum crypto_sframe_suite suite, const uint8_t *key,
                                 const uint8_t nonce[CRYPTO_SFRAME_NONCE_SIZE], struct slice ad,
                                 struct slice in)
{
    uint8_t tag[CRYPTO_SHA256_SIZE];
    if (in.n < rows[suite].tag_n) {
        return ERR_INPUT;
    }
    if (rows[suite].gcm) {
        struct crypto_aead_key k;
        gcm_key(&k, suite, key);
        enum err e = crypto_aead_open(out, &k, nonce, ad, in);
        wipe(&k, sizeof k);
        return e;
    }
    size_t n = in.n - rows[suite].tag_n;
    ctr_tag(tag, rows[suite].tag_n, key, nonce, ad, slice_make(in.p, n));
    bool good = ct_equal(tag, in.p + n, rows[suite].tag_n);
    wipe(tag, sizeof tag);
    if (!good) {
        wipe(out, n);
        return ERR_AUTH;
    }
    if (n > 0) {
        memmove(out, in.p, n);
        ctr_run(out, n, key, nonce);
    }
    return OK;
}

/* ---- frames ---------------------------------------------------------------------------------- */

enum err crypto_sframe_key_derive(struct crypto_sframe_key *key, enum crypto_sframe_suite suite,
                                  uint64_t kid, struct slice base_key)
{
    uint8_t secret[CRYPTO_HASH_SIZE_MAX];
    uint8_t tail[10];
    memset(key, 0, sizeof *key);
    if (!is_suite(suite)) {
        return ERR_INPUT_SUITE;
    }
    enum crypto_hash h = rows[suite].hash;
    put_u64(tail, kid);
    tail[8] = (uint8_t)((unsigned)suite >> 8);
    tail[9] = (uint8_t)suite;
    struct slice for_key[] = {SLICE_LITERAL("SFrame 1.0 Secret key "), SLICE_ARRAY(tail)};
    struct slice for_salt[] = {SLICE_LITERAL("SFrame 1.0 Secret salt "), SLICE_ARRAY(tail)};
    struct slice prk = slice_make(secret, crypto_hash_size(h));
    crypto_hkdf_extract(h, secret, SLICE_EMPTY, base_key);
    enum err e = crypto_hkdf_expand(h, key->k, rows[suite].key_n, prk, for_key, 2);
    if (e == OK) {
        e = crypto_hkdf_expand(h, key->salt, sizeof key->salt, prk, for_salt, 2);
    }
    key->suite = suite;
    key->kid = kid;
    wipe(secret, sizeof secret);
    return e;
}

/* salt XOR counter: repeats only when the counter does. */
static void nonce_of(uint8_t nonce[CRYPTO_SFRAME_NONCE_SIZE], const struct crypto_sframe_key *key,
                     uint64_t ctr)
{
    uint8_t bytes[8];
    put_u64(bytes, ctr);
    memcpy(nonce, key->salt, CRYPTO_SFRAME_NONCE_SIZE);
    for (size_t i = 0; i < 8; i++) {
        nonce[4 + i] ^= bytes[i];
    }
}

/* Header, then metadata. */
struct bound {
    uint8_t b[CRYPTO_SFRAME_HEADER_MAX + CRYPTO_SFRAME_METADATA_MAX];
    size_t n;
};

static enum err bind_header(struct bound *out, struct slice header, struct slice metadata)
{
    if (metadata.n > CRYPTO_SFRAME_METADATA_MAX) {
        return ERR_LIMIT;
    }
    memcpy(out->b, header.p, header.n);
    if (metadata.n > 0) {
        memcpy(out->b + header.n, metadata.p, metadata.n);
    }
    out->n = header.n + metadata.n;
    return OK;
}

enum err crypto_sframe_seal(uint8_t *out, size_t *out_n, const struct crypto_sframe_key *key,
                            uint64_t ctr, struct slice metadata, struct slice in)
{
    uint8_t nonce[CRYPTO_SFRAME_NONCE_SIZE];
    struct bound ad;
    size_t header = crypto_sframe_header_encode(out, key->kid, ctr);
    *out_n = 0;
    TRY(bind_header(&ad, slice_make(out, header), metadata));
    nonce_of(nonce, key, ctr);
    crypto_sframe_aead_seal(out + header, key->suite, key->k, nonce, slice_make(ad.b, ad.n), in);
    *out_n = header + in.n + rows[key->suite].tag_n;
    return OK;
}

enum err crypto_sframe_open(uint8_t *out, size_t *out_n, uint64_t *ctr,
                            const struct crypto_sframe_key *key, struct slice metadata,
                            struct slice in)
{
    uint8_t nonce[CRYPTO_SFRAME_NONCE_SIZE];
    struct slice rest = in;
    struct bound ad;
    uint64_t kid;
    *out_n = 0;
    TRY(crypto_sframe_header_decode(&rest, &kid, ctr));
    if (kid != key->kid || rest.n < rows[key->suite].tag_n) {
        *ctr = 0;
        return ERR_INPUT;
    }
    enum err e = bind_header(&ad, slice_make(in.p, in.n - rest.n), metadata);
    if (e == OK) {
        nonce_of(nonce, key, *ctr);
        e = crypto_sframe_aead_open(out, key->suite, key->k, nonce, slice_make(ad.b, ad.n), rest);
    }
    if (e != OK) {
        *ctr = 0;
        return e;
    }
    *out_n = rest.n - rows[key->suite].tag_n;
    return OK;
}
