/* HPKE in base mode (files with kem_id) and the X-Wing KEM alone (files with eseed). */
#include "crypto/hpke.h"

#include <sodium/crypto_kem_xwing.h>
#include <string.h>

#include "vectors_run/vector.h"

#define AEAD_EXPORT_ONLY 0xffff

/* A suite of any combination; false when we lack a part of it. */
static bool suite_of(struct vector_result *r, const struct json *v, struct crypto_suite *out)
{
    uint64_t mode = vector_uint(r, v, "mode");
    uint64_t kem = vector_uint(r, v, "kem_id");
    uint64_t kdf = vector_uint(r, v, "kdf_id");
    uint64_t aead = vector_uint(r, v, "aead_id");
    bool xwing = kem == CRYPTO_KEM_XWING;
    if (mode != 0) {
        vector_skip(r, "mode %u", (unsigned)mode);
        return false;
    }
    if (kem != CRYPTO_KEM_X25519 && !xwing) {
        vector_skip(r, "KEM %#x", (unsigned)kem);
        return false;
    }
    if (kdf < 1 || kdf > 3) {
        vector_skip(r, "KDF %#x", (unsigned)kdf);
        return false;
    }
    if ((aead < 1 || aead > 3) && aead != AEAD_EXPORT_ONLY) {
        vector_skip(r, "AEAD %#x", (unsigned)aead);
        return false;
    }
    *out = (struct crypto_suite){
        .name = "vector",
        .kem = (enum crypto_kem)kem,
        .derive = xwing ? CRYPTO_DERIVE_HPKE_PQ : CRYPTO_DERIVE_DHKEM,
        .hash = (enum crypto_hash)kdf,
        .kdf_id = (uint16_t)kdf,
        .aead = (enum crypto_aead)aead,
        .npk = xwing ? 1216 : 32,
        .nenc = xwing ? 1120 : 32,
        .nsk = 32,
    };
    out->nh = (uint8_t)crypto_hash_size(out->hash);
    if (aead != AEAD_EXPORT_ONLY) {
        out->nk = (uint8_t)crypto_aead_key_size(out->aead);
        out->nn = (uint8_t)crypto_aead_nonce_size(out->aead);
    }
    return true;
}

static void check_context(struct vector_result *r, const struct json *v,
                          const struct crypto_hpke_context *ctx)
{
    const struct crypto_suite *s = ctx->suite;
    if (s->nk > 0) {
        VECTOR_BYTES(r, slice_make(ctx->key.k, s->nk), vector_hex(r, v, "key"));
        VECTOR_BYTES(r, slice_make(ctx->base_nonce, s->nn), vector_hex(r, v, "base_nonce"));
    }
    VECTOR_BYTES(r, slice_make(ctx->exporter, s->nh), vector_hex(r, v, "exporter_secret"));
}

static struct slice either(struct vector_result *r, const struct json *v, const char *a,
                           const char *b)
{
    return vector_hex(r, v, json_get(v, a) != NULL ? a : b);
}

/* The sequence number at which base_nonce becomes `nonce`; files leave numbers out. */
static uint64_t sequence_of(struct vector_result *r, const struct crypto_hpke_context *ctx,
                            struct slice nonce)
{
    uint64_t sequence = 0;
    if (!VECTOR_CHECK(r, nonce.n == 12)) {
        return 0;
    }
    for (size_t i = 0; i < 12; i++) {
        sequence = sequence << 8 | (uint8_t)(nonce.p[i] ^ ctx->base_nonce[i]);
    }
    return sequence;
}

static void check_messages(struct vector_result *r, const struct json *v,
                           struct crypto_hpke_context *sender, struct crypto_hpke_context *receiver)
{
    const struct json *list = json_get(v, "encryptions");
    for (const struct json *m = list == NULL ? NULL : list->first; m != NULL; m = m->next) {
        struct slice ad = vector_hex(r, m, "aad");
        struct slice pt = either(r, m, "plaintext", "pt");
        struct slice ct = either(r, m, "ciphertext", "ct");
        uint8_t *sealed = vector_alloc(r, pt.n + CRYPTO_AEAD_TAG_SIZE);
        uint8_t *opened = vector_alloc(r, ct.n);
        sender->sequence = sequence_of(r, sender, vector_hex(r, m, "nonce"));
        receiver->sequence = sender->sequence;
        VECTOR_CHECK(r, crypto_hpke_context_seal(sender, sealed, ad, pt) == OK);
        VECTOR_BYTES(r, slice_make(sealed, pt.n + CRYPTO_AEAD_TAG_SIZE), ct);
        if (VECTOR_CHECK(r, crypto_hpke_context_open(receiver, opened, ad, ct) == OK)) {
            VECTOR_BYTES(r, slice_make(opened, ct.n - CRYPTO_AEAD_TAG_SIZE), pt);
        }
    }
    list = json_get(v, "exports");
    for (const struct json *m = list == NULL ? NULL : list->first; m != NULL; m = m->next) {
        size_t n = (size_t)vector_uint(r, m, "L");
        uint8_t *out = vector_alloc(r, n);
        struct slice context = vector_hex(r, m, "exporter_context");
        VECTOR_CHECK(r, crypto_hpke_export(receiver, out, n, context) == OK);
        VECTOR_BYTES(r, slice_make(out, n), vector_hex(r, m, "exported_value"));
    }
}

static void run_hpke_entry(struct vector_result *r, const struct json *v)
{
    struct crypto_suite suite;
    struct crypto_hpke_secret secret = {{0}};
    struct crypto_hpke_secret given = {{0}};
    struct crypto_hpke_public pub;
    struct crypto_hpke_context sender;
    struct crypto_hpke_context receiver;
    if (!suite_of(r, v, &suite)) {
        return;
    }
    struct slice pk = vector_hex(r, v, "pkRm");
    struct slice sk = vector_hex(r, v, "skRm");
    struct slice enc = vector_hex(r, v, "enc");
    struct slice info = vector_hex(r, v, "info");
    uint8_t *got_enc = vector_alloc(r, suite.nenc);
    VECTOR_CHECK(r, crypto_hpke_derive(&suite, &secret, &pub, vector_hex(r, v, "ikmR")) == OK);
    VECTOR_BYTES(r, SLICE_ARRAY(secret.b), sk);
    VECTOR_BYTES(r, slice_make(pub.b, suite.npk), pk);
    VECTOR_CHECK(r, crypto_hpke_public_check(&suite, pk) == OK);
    if (VECTOR_CHECK(r, slice_copy(&sk, given.b, sizeof given.b) == OK)) {
        VECTOR_CHECK(r, crypto_hpke_public_of(&suite, &pub, &given) == OK);
        VECTOR_BYTES(r, slice_make(pub.b, suite.npk), pk);
    }
    enum err e =
        crypto_hpke_send_seeded(&suite, got_enc, &sender, pk, info, vector_hex(r, v, "ikmE"));
    if (VECTOR_CHECK(r, e == OK)) {
        VECTOR_BYTES(r, slice_make(got_enc, suite.nenc), enc);
        check_context(r, v, &sender);
    }
    if (VECTOR_CHECK(r, crypto_hpke_receive(&suite, &receiver, &secret, enc, info) == OK)) {
        check_context(r, v, &receiver);
        check_messages(r, v, &sender, &receiver);
    }
}

static void run_xwing_entry(struct vector_result *r, const struct json *v)
{
    uint8_t pk[crypto_kem_xwing_PUBLICKEYBYTES];
    uint8_t sk[crypto_kem_xwing_SECRETKEYBYTES];
    uint8_t ct[crypto_kem_xwing_CIPHERTEXTBYTES];
    uint8_t ss[crypto_kem_xwing_SHAREDSECRETBYTES];
    struct slice seed = vector_hex(r, v, "seed");
    struct slice eseed = vector_hex(r, v, "eseed");
    struct slice want_ct = vector_hex(r, v, "ct");
    struct slice want_ss = vector_hex(r, v, "ss");
    if (!VECTOR_CHECK(r, seed.n == 32) || !VECTOR_CHECK(r, eseed.n == 64) ||
        !VECTOR_CHECK(r, want_ct.n == sizeof ct)) {
        return;
    }
    VECTOR_CHECK(r, crypto_kem_xwing_seed_keypair(pk, sk, seed.p) == 0);
    VECTOR_BYTES(r, SLICE_ARRAY(pk), vector_hex(r, v, "pk"));
    VECTOR_BYTES(r, SLICE_ARRAY(sk), vector_hex(r, v, "sk"));
    VECTOR_CHECK(r, crypto_kem_xwing_enc_deterministic(ct, ss, pk, eseed.p) == 0);
    VECTOR_BYTES(r, SLICE_ARRAY(ct), want_ct);
    VECTOR_BYTES(r, SLICE_ARRAY(ss), want_ss);
    memset(ss, 0, sizeof ss);
    VECTOR_CHECK(r, crypto_kem_xwing_dec(ss, want_ct.p, sk) == 0);
    VECTOR_BYTES(r, SLICE_ARRAY(ss), want_ss);
}

static void run(const struct json *root, struct vector_result *r)
{
    unsigned index = 0;
    if (!json_is(root, JSON_ARRAY)) {
        r->unknown = true;
        return;
    }
    for (const struct json *v = root->first; v != NULL; v = v->next) {
        vector_begin(r, "entry %u", index++);
        if (json_get(v, "kem_id") != NULL) {
            run_hpke_entry(r, v);
        } else if (json_get(v, "eseed") != NULL) {
            run_xwing_entry(r, v);
        } else {
            r->unknown = true;
        }
        vector_end(r);
    }
}

const struct vector_kind vector_kinds_hpke[] = {
    {"hpke", "*hpke*.json", run},
    {"hpke", "*xwing*.json", run},
    {"hpke", "*.json", run},
    {NULL, NULL, NULL},
};
