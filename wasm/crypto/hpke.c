#include "crypto/hpke.h"

#include <sodium/crypto_kem_xwing.h>
#include <string.h>

#include "base/ct.h"
#include "crypto/kdf.h"
#include "crypto/rand.h"
#include "crypto/x25519.h"

#define SHARED_SIZE 32 /* Nsecret of both KEMs */
#define MLKEM_MODULUS 3329
#define MLKEM_VECTOR_BYTES 1152 /* 768 coefficients of 12 bits; the seed rho follows */
#define IKM_SIZE_MIN 32

_Static_assert(crypto_kem_xwing_PUBLICKEYBYTES == CRYPTO_HPKE_PUBLIC_SIZE_MAX, "public key");
_Static_assert(crypto_kem_xwing_CIPHERTEXTBYTES == CRYPTO_HPKE_ENC_SIZE_MAX, "encapsulation");
_Static_assert(crypto_kem_xwing_SECRETKEYBYTES == CRYPTO_HPKE_SECRET_SIZE, "secret");

/* suite_id, that is "KEM" || id or "HPKE" || kem || kdf || aead, with the hash it goes with. */
struct scope {
    enum crypto_hash hash;
    uint8_t id[10];
    size_t n;
};

static void put_u16(uint8_t *out, unsigned v)
{
    out[0] = (uint8_t)(v >> 8);
    out[1] = (uint8_t)v;
}

static struct scope kem_scope(const struct crypto_suite *suite)
{
    struct scope s = {.hash = CRYPTO_SHA256, .id = "KEM", .n = 5};
    put_u16(s.id + 3, suite->kem);
    return s;
}

static struct scope hpke_scope(const struct crypto_suite *suite)
{
    struct scope s = {.hash = suite->hash, .id = "HPKE", .n = 10};
    put_u16(s.id + 4, suite->kem);
    put_u16(s.id + 6, suite->kdf_id);
    put_u16(s.id + 8, suite->aead);
    return s;
}

/* LabeledExtract, RFC 9180 4. */
static void labeled_extract(const struct scope *scope, uint8_t *prk, struct slice salt,
                            const char *label, struct slice ikm)
{
    struct slice parts[] = {SLICE_LITERAL("HPKE-v1"), slice_make(scope->id, scope->n),
                            slice_of_string(label), ikm};
    crypto_hmac_parts(scope->hash, prk, salt, parts, 4);
}

/* LabeledExpand, RFC 9180 4. */
static enum err labeled_expand(const struct scope *scope, uint8_t *out, size_t out_n,
                               const uint8_t *prk, const char *label, struct slice info)
{
    uint8_t length[2];
    if (out_n > UINT16_MAX) {
        memset(out, 0, out_n);
        return ERR_LIMIT;
    }
    put_u16(length, (unsigned)out_n);
    struct slice parts[] = {SLICE_ARRAY(length), SLICE_LITERAL("HPKE-v1"),
                            slice_make(scope->id, scope->n), slice_of_string(label), info};
    return crypto_hkdf_expand(scope->hash, out, out_n,
                              slice_make(prk, crypto_hash_size(scope->hash)), parts, 5);
}

/* Seed of an X-Wing key from key material (wasm/schema/PROTOCOL.md 6.1). */
static void xwing_seed(const struct crypto_suite *suite, uint8_t seed[32], struct slice ikm)
{
    static const uint8_t tail[] = {'H',  'P',  'K',  'E',  '-', 'v', '1', 'K',  'E', 'M',
                                   0x64, 0x7a, 0x00, 0x0d, 'D', 'e', 'r', 'i',  'v', 'e',
                                   'K',  'e',  'y',  'P',  'a', 'i', 'r', 0x00, 0x20};
    struct slice parts[] = {ikm, SLICE_ARRAY(tail)};
    crypto_shake256_parts(seed, 32, parts, suite->derive == CRYPTO_DERIVE_HPKE_PQ ? 2 : 1);
}

static void xwing_public_of(struct crypto_hpke_public *pub, const struct crypto_hpke_secret *secret)
{
    uint8_t copy[CRYPTO_HPKE_SECRET_SIZE];
    (void)crypto_kem_xwing_seed_keypair(pub->b, copy, secret->b);
    wipe(copy, sizeof copy);
}

static void x25519_public_of(struct crypto_hpke_public *pub,
                             const struct crypto_hpke_secret *secret)
{
    struct crypto_x25519_secret raw;
    struct crypto_x25519_public out;
    memcpy(raw.b, secret->b, sizeof raw.b);
    crypto_x25519_public_of(&out, &raw);
    memset(pub->b, 0, sizeof pub->b);
    memcpy(pub->b, out.b, sizeof out.b);
    wipe(&raw, sizeof raw);
}

enum err crypto_hpke_public_of(const struct crypto_suite *suite, struct crypto_hpke_public *pub,
                               const struct crypto_hpke_secret *secret)
{
    if (suite->kem == CRYPTO_KEM_XWING) {
        xwing_public_of(pub, secret);
    } else {
        x25519_public_of(pub, secret);
    }
    CT_PUBLIC(pub, sizeof *pub);
    return OK;
}

enum err crypto_hpke_derive(const struct crypto_suite *suite, struct crypto_hpke_secret *secret,
                            struct crypto_hpke_public *pub, struct slice ikm)
{
    if (ikm.n < IKM_SIZE_MIN) {
        wipe(secret, sizeof *secret);
        memset(pub, 0, sizeof *pub);
        return ERR_INPUT;
    }
    if (suite->derive == CRYPTO_DERIVE_DHKEM) {
        struct scope scope = kem_scope(suite);
        uint8_t prk[CRYPTO_HASH_SIZE_MAX];
        labeled_extract(&scope, prk, SLICE_EMPTY, "dkp_prk", ikm);
        enum err e = labeled_expand(&scope, secret->b, 32, prk, "sk", SLICE_EMPTY);
        wipe(prk, sizeof prk);
        if (e != OK) {
            return e;
        }
    } else {
        xwing_seed(suite, secret->b, ikm);
    }
    return crypto_hpke_public_of(suite, pub, secret);
}

enum err crypto_hpke_generate(const struct crypto_suite *suite, struct crypto_hpke_secret *secret,
                              struct crypto_hpke_public *pub)
{
    crypto_rand(secret->b, sizeof secret->b);
    return crypto_hpke_public_of(suite, pub, secret);
}

enum err crypto_hpke_public_check(const struct crypto_suite *suite, struct slice pub)
{
    /* In both KEMs the X25519 key comes last. */
    if (pub.n != suite->npk || crypto_x25519_is_small(pub.p + pub.n - 32)) {
        return ERR_INPUT;
    }
    if (suite->kem != CRYPTO_KEM_XWING) {
        return OK;
    }
    /* FIPS 203, 7.2: every coefficient below the modulus. The key is public. */
    for (size_t i = 0; i < MLKEM_VECTOR_BYTES; i += 3) {
        unsigned a = pub.p[i] | (pub.p[i + 1] & 15u) << 8;
        unsigned b = pub.p[i + 1] >> 4 | (unsigned)pub.p[i + 2] << 4;
        if (a >= MLKEM_MODULUS || b >= MLKEM_MODULUS) {
            return ERR_INPUT;
        }
    }
    return OK;
}

/* ExtractAndExpand of DHKEM, RFC 9180 4.1. */
static enum err dhkem_shared(const struct crypto_suite *suite, uint8_t *shared, const uint8_t *dh,
                             const uint8_t *enc, const uint8_t *pub)
{
    struct scope scope = kem_scope(suite);
    uint8_t context[64];
    uint8_t prk[CRYPTO_HASH_SIZE_MAX];
    memcpy(context, enc, 32);
    memcpy(context + 32, pub, 32);
    labeled_extract(&scope, prk, SLICE_EMPTY, "eae_prk", slice_make(dh, 32));
    enum err e =
        labeled_expand(&scope, shared, SHARED_SIZE, prk, "shared_secret", SLICE_ARRAY(context));
    wipe(prk, sizeof prk);
    return e;
}

static enum err dhkem_send(const struct crypto_suite *suite, uint8_t *enc, uint8_t *shared,
                           struct slice pub, const struct crypto_hpke_secret *ephemeral)
{
    struct crypto_x25519_secret ours;
    struct crypto_x25519_public ours_pub;
    struct crypto_x25519_public theirs;
    uint8_t dh[32];
    memcpy(ours.b, ephemeral->b, sizeof ours.b);
    memcpy(theirs.b, pub.p, sizeof theirs.b);
    crypto_x25519_public_of(&ours_pub, &ours);
    enum err e = crypto_x25519(dh, &ours, &theirs);
    if (e == OK) {
        memcpy(enc, ours_pub.b, sizeof ours_pub.b);
        e = dhkem_shared(suite, shared, dh, ours_pub.b, pub.p);
    }
    wipe(&ours, sizeof ours);
    wipe(dh, sizeof dh);
    return e;
}

static enum err dhkem_receive(const struct crypto_suite *suite, uint8_t *shared,
                              const struct crypto_hpke_secret *secret, struct slice enc)
{
    struct crypto_x25519_secret ours;
    struct crypto_x25519_public ours_pub;
    struct crypto_x25519_public theirs;
    uint8_t dh[32];
    memcpy(ours.b, secret->b, sizeof ours.b);
    memcpy(theirs.b, enc.p, sizeof theirs.b);
    enum err e = crypto_x25519(dh, &ours, &theirs);
    if (e == OK) {
        crypto_x25519_public_of(&ours_pub, &ours);
        e = dhkem_shared(suite, shared, dh, enc.p, ours_pub.b);
    }
    wipe(&ours, sizeof ours);
    wipe(dh, sizeof dh);
    return e;
}

/* KeySchedule in base mode, RFC 9180 5.1. */
static enum err key_schedule(const struct crypto_suite *suite, struct crypto_hpke_context *ctx,
                             const uint8_t *shared, struct slice info)
{
    struct scope scope = hpke_scope(suite);
    uint8_t context[1 + 2 * CRYPTO_HASH_SIZE_MAX] = {0}; /* mode_base, psk_id_hash, info_hash */
    uint8_t secret[CRYPTO_HASH_SIZE_MAX];
    size_t nh = suite->nh;
    struct slice all = slice_make(context, 1 + 2 * nh);
    enum err e;
    memset(ctx, 0, sizeof *ctx);
    ctx->suite = suite;
    ctx->key.alg = suite->aead;
    labeled_extract(&scope, context + 1, SLICE_EMPTY, "psk_id_hash", SLICE_EMPTY);
    labeled_extract(&scope, context + 1 + nh, SLICE_EMPTY, "info_hash", info);
    labeled_extract(&scope, secret, slice_make(shared, SHARED_SIZE), "secret", SLICE_EMPTY);
    e = labeled_expand(&scope, ctx->key.k, suite->nk, secret, "key", all);
    if (e == OK) {
        e = labeled_expand(&scope, ctx->base_nonce, suite->nn, secret, "base_nonce", all);
    }
    if (e == OK) {
        e = labeled_expand(&scope, ctx->exporter, nh, secret, "exp", all);
    }
    wipe(secret, sizeof secret);
    return e;
}

/* Encapsulation with given randomness (32 bytes X25519 ephemeral secret, 64 bytes X-Wing). */
static enum err send_with(const struct crypto_suite *suite, uint8_t *enc,
                          struct crypto_hpke_context *ctx, struct slice pub, struct slice info,
                          const uint8_t *random)
{
    uint8_t shared[SHARED_SIZE] = {0};
    enum err e = crypto_hpke_public_check(suite, pub);
    if (e != OK) {
        goto out;
    }
    if (suite->kem == CRYPTO_KEM_XWING) {
        e = crypto_kem_xwing_enc_deterministic(enc, shared, pub.p, random) == 0 ? OK : ERR_AUTH;
    } else {
        struct crypto_hpke_secret ephemeral;
        memcpy(ephemeral.b, random, sizeof ephemeral.b);
        e = dhkem_send(suite, enc, shared, pub, &ephemeral);
        wipe(&ephemeral, sizeof ephemeral);
    }
    CT_PUBLIC(enc, suite->nenc);
    if (e == OK) {
        e = key_schedule(suite, ctx, shared, info);
    }
out:
    if (e != OK) {
        memset(enc, 0, suite->nenc);
        wipe(ctx, sizeof *ctx);
    }
    wipe(shared, sizeof shared);
    return e;
}

enum err crypto_hpke_send(const struct crypto_suite *suite, uint8_t *enc,
                          struct crypto_hpke_context *ctx, struct slice pub, struct slice info)
{
    uint8_t random[64];
    crypto_rand(random, sizeof random);
    enum err e = send_with(suite, enc, ctx, pub, info, random);
    wipe(random, sizeof random);
    return e;
}

enum err crypto_hpke_send_seeded(const struct crypto_suite *suite, uint8_t *enc,
                                 struct crypto_hpke_context *ctx, struct slice pub,
                                 struct slice info, struct slice eseed)
{
    struct crypto_hpke_secret secret;
    struct crypto_hpke_public own;
    size_t want = suite->kem == CRYPTO_KEM_XWING ? 64 : 32;
    enum err e = eseed.n == want ? OK : ERR_INPUT;
    if (e == OK && suite->kem == CRYPTO_KEM_XWING) {
        return send_with(suite, enc, ctx, pub, info, eseed.p);
    }
    if (e == OK) {
        e = crypto_hpke_derive(suite, &secret, &own, eseed);
    }
    if (e == OK) {
        e = send_with(suite, enc, ctx, pub, info, secret.b);
        wipe(&secret, sizeof secret);
        return e;
    }
    memset(enc, 0, suite->nenc);
    wipe(ctx, sizeof *ctx);
    return e;
}

enum err crypto_hpke_receive(const struct crypto_suite *suite, struct crypto_hpke_context *ctx,
                             const struct crypto_hpke_secret *secret, struct slice enc,
                             struct slice info)
{
    uint8_t shared[SHARED_SIZE] = {0};
    enum err e = enc.n == suite->nenc ? OK : ERR_INPUT;
    if (e == OK && suite->kem == CRYPTO_KEM_XWING) {
        int failed = crypto_kem_xwing_dec(shared, enc.p, secret->b);
        CT_PUBLIC(&failed, sizeof failed);
        e = failed == 0 ? OK : ERR_AUTH;
    } else if (e == OK) {
        e = dhkem_receive(suite, shared, secret, enc);
    }
    if (e == OK) {
        e = key_schedule(suite, ctx, shared, info);
    }
    if (e != OK) {
        wipe(ctx, sizeof *ctx);
    }
    wipe(shared, sizeof shared);
    return e;
}

/* base_nonce XOR sequence, RFC 9180 5.2: never the same twice, since the sequence only grows. */
static void nonce_of(const struct crypto_hpke_context *ctx, uint8_t nonce[12])
{
    memcpy(nonce, ctx->base_nonce, 12);
    for (size_t i = 0; i < 8; i++) {
        nonce[11 - i] ^= (uint8_t)(ctx->sequence >> (8 * i));
    }
}

enum err crypto_hpke_context_seal(struct crypto_hpke_context *ctx, uint8_t *out, struct slice ad,
                                  struct slice in)
{
    uint8_t nonce[12];
    if (ctx->sequence == UINT64_MAX) {
        memset(out, 0, in.n + CRYPTO_AEAD_TAG_SIZE);
        return ERR_LIMIT;
    }
    nonce_of(ctx, nonce);
    ctx->sequence++;
    crypto_aead_seal(out, &ctx->key, nonce, ad, in);
    return OK;
}

enum err crypto_hpke_context_open(struct crypto_hpke_context *ctx, uint8_t *out, struct slice ad,
                                  struct slice in)
{
    uint8_t nonce[12];
    if (ctx->sequence == UINT64_MAX) {
        wipe(out, in.n < CRYPTO_AEAD_TAG_SIZE ? 0 : in.n - CRYPTO_AEAD_TAG_SIZE);
        return ERR_LIMIT;
    }
    nonce_of(ctx, nonce);
    TRY(crypto_aead_open(out, &ctx->key, nonce, ad, in));
    ctx->sequence++;
    return OK;
}

enum err crypto_hpke_export(const struct crypto_hpke_context *ctx, uint8_t *out, size_t out_n,
                            struct slice context)
{
    struct scope scope = hpke_scope(ctx->suite);
    return labeled_expand(&scope, out, out_n, ctx->exporter, "sec", context);
}

enum err crypto_hpke_seal(const struct crypto_suite *suite, uint8_t *enc, uint8_t *out,
                          struct slice pub, struct slice info, struct slice ad, struct slice in)
{
    struct crypto_hpke_context ctx;
    enum err e = crypto_hpke_send(suite, enc, &ctx, pub, info);
    if (e == OK) {
        e = crypto_hpke_context_seal(&ctx, out, ad, in);
    } else {
        memset(out, 0, in.n + CRYPTO_AEAD_TAG_SIZE);
    }
    wipe(&ctx, sizeof ctx);
    return e;
}

enum err crypto_hpke_open(const struct crypto_suite *suite, uint8_t *out,
                          const struct crypto_hpke_secret *secret, struct slice enc,
                          struct slice info, struct slice ad, struct slice in)
{
    struct crypto_hpke_context ctx;
    enum err e = crypto_hpke_receive(suite, &ctx, secret, enc, info);
    if (e == OK) {
        e = crypto_hpke_context_open(&ctx, out, ad, in);
    } else if (in.n > CRYPTO_AEAD_TAG_SIZE) {
        wipe(out, in.n - CRYPTO_AEAD_TAG_SIZE);
    }
    wipe(&ctx, sizeof ctx);
    return e;
}
