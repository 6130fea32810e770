#include "crypto/hash.h"

#include <bearssl_hash.h>
#include <bearssl_hmac.h>
#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/crypto_auth_hmacsha512.h>
#include <sodium/crypto_hash_sha256.h>
#include <sodium/crypto_hash_sha3.h>
#include <sodium/crypto_hash_sha512.h>
#include <sodium/crypto_xof_shake256.h>

#include "base/ct.h"

/* What is hashed may be secret (key material in HKDF): every state is wiped. */

size_t crypto_hash_size(enum crypto_hash h)
{
    switch (h) {
    case CRYPTO_SHA384:
        return 48;
    case CRYPTO_SHA512:
        return 64;
    default:
        return 32;
    }
}

static void sha256_parts(uint8_t *out, const struct slice *parts, size_t n)
{
    crypto_hash_sha256_state s;
    (void)crypto_hash_sha256_init(&s);
    for (size_t i = 0; i < n; i++) {
        (void)crypto_hash_sha256_update(&s, parts[i].p, parts[i].n);
    }
    (void)crypto_hash_sha256_final(&s, out);
    wipe(&s, sizeof s);
}

static void sha384_parts(uint8_t *out, const struct slice *parts, size_t n)
{
    br_sha384_context s;
    br_sha384_init(&s);
    for (size_t i = 0; i < n; i++) {
        if (parts[i].n > 0) {
            br_sha384_update(&s, parts[i].p, parts[i].n);
        }
    }
    br_sha384_out(&s, out);
    wipe(&s, sizeof s);
}

static void sha512_parts(uint8_t *out, const struct slice *parts, size_t n)
{
    crypto_hash_sha512_state s;
    (void)crypto_hash_sha512_init(&s);
    for (size_t i = 0; i < n; i++) {
        (void)crypto_hash_sha512_update(&s, parts[i].p, parts[i].n);
    }
    (void)crypto_hash_sha512_final(&s, out);
    wipe(&s, sizeof s);
}

void crypto_hash_parts(enum crypto_hash h, uint8_t *out, const struct slice *parts, size_t n)
{
    switch (h) {
    case CRYPTO_SHA384:
        sha384_parts(out, parts, n);
        return;
    case CRYPTO_SHA512:
        sha512_parts(out, parts, n);
        return;
    default:
        sha256_parts(out, parts, n);
    }
}

void crypto_hash(enum crypto_hash h, uint8_t *out, struct slice in)
{
    crypto_hash_parts(h, out, &in, 1);
}

void crypto_sha256(uint8_t out[32], struct slice in)
{
    sha256_parts(out, &in, 1);
}

static void hmac_sha256_parts(uint8_t *out, struct slice key, const struct slice *parts, size_t n)
{
    crypto_auth_hmacsha256_state s;
    (void)crypto_auth_hmacsha256_init(&s, key.p, key.n);
    for (size_t i = 0; i < n; i++) {
        (void)crypto_auth_hmacsha256_update(&s, parts[i].p, parts[i].n);
    }
    (void)crypto_auth_hmacsha256_final(&s, out);
    wipe(&s, sizeof s);
}

static void hmac_sha384_parts(uint8_t *out, struct slice key, const struct slice *parts, size_t n)
{
    br_hmac_key_context k;
    br_hmac_context s;
    br_hmac_key_init(&k, &br_sha384_vtable, key.n > 0 ? key.p : (const uint8_t *)"", key.n);
    br_hmac_init(&s, &k, 0);
    for (size_t i = 0; i < n; i++) {
        if (parts[i].n > 0) {
            br_hmac_update(&s, parts[i].p, parts[i].n);
        }
    }
    (void)br_hmac_out(&s, out);
    wipe(&k, sizeof k);
    wipe(&s, sizeof s);
}

static void hmac_sha512_parts(uint8_t *out, struct slice key, const struct slice *parts, size_t n)
{
    crypto_auth_hmacsha512_state s;
    (void)crypto_auth_hmacsha512_init(&s, key.p, key.n);
    for (size_t i = 0; i < n; i++) {
        (void)crypto_auth_hmacsha512_update(&s, parts[i].p, parts[i].n);
    }
    (void)crypto_auth_hmacsha512_final(&s, out);
    wipe(&s, sizeof s);
}

void crypto_hmac_parts(enum crypto_hash h, uint8_t *out, struct slice key,
                       const struct slice *parts, size_t n)
{
    switch (h) {
    case CRYPTO_SHA384:
        hmac_sha384_parts(out, key, parts, n);
        return;
    case CRYPTO_SHA512:
        hmac_sha512_parts(out, key, parts, n);
        return;
    default:
        hmac_sha256_parts(out, key, parts, n);
    }
}

void crypto_hmac(enum crypto_hash h, uint8_t *out, struct slice key, struct slice in)
{
    crypto_hmac_parts(h, out, key, &in, 1);
}

void crypto_shake256_parts(uint8_t *out, size_t out_n, const struct slice *parts, size_t n)
{
    crypto_xof_shake256_state s;
    (void)crypto_xof_shake256_init(&s);
    for (size_t i = 0; i < n; i++) {
        (void)crypto_xof_shake256_update(&s, parts[i].p, parts[i].n);
    }
    (void)crypto_xof_shake256_squeeze(&s, out, out_n);
    wipe(&s, sizeof s);
}

void crypto_sha3_256(uint8_t out[32], struct slice in)
{
    (void)crypto_hash_sha3256(out, in.p, in.n);
}

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct crypto_sha256), "state fits");

void crypto_sha256_init(struct crypto_sha256 *h)
{
    crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)h->state);
}

void crypto_sha256_update(struct crypto_sha256 *h, struct slice in)
{
    crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)h->state, in.p, in.n);
}

void crypto_sha256_final(struct crypto_sha256 *h, uint8_t out[32])
{
    crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)h->state, out);
}
