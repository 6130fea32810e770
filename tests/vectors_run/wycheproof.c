/* Wycheproof (C2SP): which test it is stands in the file ("algorithm", the group's "type"), the
 * verdict in "result": valid must pass, invalid must be refused, acceptable may do either. */
#include <sodium/crypto_kem_mlkem768.h>
#include <string.h>

#include "crypto/aead.h"
#include "crypto/kdf.h"
#include "crypto/sign.h"
#include "crypto/x25519.h"
#include "vectors_run/vector.h"

struct group {
    const struct json *file;
    const struct json *g;
    struct slice algorithm;
    struct slice type;
};

enum verdict { VALID, INVALID, ACCEPTABLE };

static enum verdict verdict_of(struct vector_result *r, const struct json *t)
{
    const struct json *j = json_get(t, "result");
    if (json_text_is(j, "valid")) {
        return VALID;
    }
    if (json_text_is(j, "acceptable")) {
        return ACCEPTABLE;
    }
    VECTOR_CHECK(r, json_text_is(j, "invalid"));
    return INVALID;
}

static void check_verdict(struct vector_result *r, const struct json *t, bool accepted)
{
    switch (verdict_of(r, t)) {
    case VALID:
        VECTOR_CHECK(r, accepted);
        break;
    case INVALID:
        VECTOR_CHECK(r, !accepted);
        break;
    case ACCEPTABLE:
        VECTOR_CHECK(r, true);
        break;
    }
}

static bool is_zero(const uint8_t *p, size_t n)
{
    uint8_t any = 0;
    for (size_t i = 0; i < n; i++) {
        any |= p[i];
    }
    return any == 0;
}

static bool text_is(struct slice s, const char *want)
{
    return slice_equal(s, slice_of_string(want));
}

static bool aead_of(struct vector_result *r, const struct group *g, enum crypto_aead *out)
{
    uint64_t key_bits = vector_uint(r, g->g, "keySize");
    uint64_t iv_bits = vector_uint(r, g->g, "ivSize");
    uint64_t tag_bits = vector_uint(r, g->g, "tagSize");
    if (text_is(g->algorithm, "AES-GCM")) {
        if (key_bits == 192) {
            vector_skip(r, "AES-192");
            return false;
        }
        *out = key_bits == 128 ? CRYPTO_AES128_GCM : CRYPTO_AES256_GCM;
    } else if (text_is(g->algorithm, "CHACHA20-POLY1305")) {
        *out = CRYPTO_CHACHA20_POLY1305;
    } else {
        *out = CRYPTO_XCHACHA20_POLY1305;
    }
    if (iv_bits != 8 * crypto_aead_nonce_size(*out)) {
        vector_skip(r, "nonce not of %u bits", (unsigned)(8 * crypto_aead_nonce_size(*out)));
        return false;
    }
    if (tag_bits != 8 * CRYPTO_AEAD_TAG_SIZE) {
        vector_skip(r, "tag not of 128 bits");
        return false;
    }
    return true;
}

static void test_aead(struct vector_result *r, const struct group *g, const struct json *t)
{
    struct crypto_aead_key key;
    enum crypto_aead alg;
    if (!aead_of(r, g, &alg)) {
        return;
    }
    struct slice nonce = vector_hex(r, t, "iv");
    struct slice ad = vector_hex(r, t, "aad");
    struct slice msg = vector_hex(r, t, "msg");
    struct slice ct = vector_hex(r, t, "ct");
    struct slice tag = vector_hex(r, t, "tag");
    if (!VECTOR_CHECK(r, crypto_aead_key_set(&key, alg, vector_hex(r, t, "key")) == OK) ||
        !VECTOR_CHECK(r, nonce.n == crypto_aead_nonce_size(alg))) {
        return;
    }
    struct buf sealed = buf_fixed(vector_alloc(r, ct.n + tag.n), ct.n + tag.n);
    buf_slice(&sealed, ct);
    buf_slice(&sealed, tag);
    struct slice in = buf_view(&sealed);
    uint8_t *out = vector_alloc(r, msg.n + CRYPTO_AEAD_TAG_SIZE);
    uint8_t *opened = vector_alloc(r, ct.n);
    memset(opened, 0x5a, ct.n);
    bool good = crypto_aead_open(opened, &key, nonce.p, ad, in) == OK;
    check_verdict(r, t, good);
    if (!good) {
        VECTOR_CHECK(r, is_zero(opened, ct.n));
        return;
    }
    VECTOR_BYTES(r, slice_make(opened, ct.n), msg);
    crypto_aead_seal(out, &key, nonce.p, ad, msg);
    VECTOR_BYTES(r, slice_make(out, msg.n + CRYPTO_AEAD_TAG_SIZE), in);
    /* The same memory for input and output. */
    memmove(out, msg.p != NULL ? msg.p : out, msg.n);
    crypto_aead_seal(out, &key, nonce.p, ad, slice_make(out, msg.n));
    VECTOR_BYTES(r, slice_make(out, msg.n + CRYPTO_AEAD_TAG_SIZE), in);
    VECTOR_CHECK(r, crypto_aead_open(out, &key, nonce.p, ad,
                                     slice_make(out, msg.n + CRYPTO_AEAD_TAG_SIZE)) == OK);
    VECTOR_BYTES(r, slice_make(out, msg.n), msg);
}

static enum crypto_hash hash_of(struct slice algorithm)
{
    struct slice tail = algorithm;
    if (tail.n > 3) {
        tail = slice_make(tail.p + tail.n - 3, 3);
    }
    return text_is(tail, "384")   ? CRYPTO_SHA384
           : text_is(tail, "512") ? CRYPTO_SHA512
                                  : CRYPTO_SHA256;
}

static void test_hmac(struct vector_result *r, const struct group *g, const struct json *t)
{
    enum crypto_hash h = hash_of(g->algorithm);
    size_t n = (size_t)vector_uint(r, g->g, "tagSize") / 8;
    struct slice tag = vector_hex(r, t, "tag");
    uint8_t out[CRYPTO_HASH_SIZE_MAX];
    if (!VECTOR_CHECK(r, n <= crypto_hash_size(h))) {
        return;
    }
    crypto_hmac(h, out, vector_hex(r, t, "key"), vector_hex(r, t, "msg"));
    check_verdict(r, t, slice_equal(slice_make(out, n), tag));
}

static void test_hkdf(struct vector_result *r, const struct group *g, const struct json *t)
{
    size_t n = (size_t)vector_uint(r, t, "size");
    uint8_t *out = vector_alloc(r, n);
    memset(out, 0x5a, n);
    enum err e = crypto_hkdf(hash_of(g->algorithm), out, n, vector_hex(r, t, "salt"),
                             vector_hex(r, t, "ikm"), vector_hex(r, t, "info"));
    check_verdict(r, t, e == OK);
    if (e == OK) {
        VECTOR_BYTES(r, slice_make(out, n), vector_hex(r, t, "okm"));
    } else {
        VECTOR_CHECK(r, e == ERR_LIMIT && is_zero(out, n));
    }
}

static void test_x25519(struct vector_result *r, const struct group *g, const struct json *t)
{
    struct crypto_x25519_secret secret;
    struct crypto_x25519_public pub;
    uint8_t out[32];
    if (!json_text_is(json_get(g->g, "curve"), "curve25519")) {
        vector_skip(r, "curve %.20s",
                    json_text_is(json_get(g->g, "curve"), "curve448") ? "448" : "?");
        return;
    }
    struct slice private_key = vector_hex(r, t, "private");
    struct slice public_key = vector_hex(r, t, "public");
    struct slice shared = vector_hex(r, t, "shared");
    if (!VECTOR_CHECK(r, slice_copy(&private_key, secret.b, 32) == OK && private_key.n == 0) ||
        !VECTOR_CHECK(r, shared.n == 32)) {
        return;
    }
    if (public_key.n != 32) {
        VECTOR_CHECK(r, verdict_of(r, t) != VALID); /* our type has no other size */
        return;
    }
    memcpy(pub.b, public_key.p, 32);
    enum err e = crypto_x25519(out, &secret, &pub);
    if (is_zero(shared.p, 32)) {
        VECTOR_CHECK(r, e == ERR_AUTH && is_zero(out, 32));
    } else {
        check_verdict(r, t, e == OK);
        VECTOR_BYTES(r, SLICE_ARRAY(out), shared);
    }
}

static void test_ed25519(struct vector_result *r, const struct group *g, const struct json *t)
{
    const struct json *public_key = json_get(g->g, "publicKey");
    struct crypto_sign_public pub;
    if (!json_text_is(json_get(public_key, "curve"), "edwards25519")) {
        vector_skip(r, "another curve than Ed25519");
        return;
    }
    struct slice pk = vector_hex(r, public_key, "pk");
    if (!VECTOR_CHECK(r, slice_copy(&pk, pub.b, 32) == OK && pk.n == 0)) {
        return;
    }
    struct slice signature = vector_hex(r, t, "sig");
    enum err e = crypto_sign_verify(signature, vector_hex(r, t, "msg"), &pub);
    VECTOR_CHECK(r, (e == ERR_INPUT) == (signature.n != CRYPTO_SIGN_SIZE));
    check_verdict(r, t, e == OK);
}

static bool is_mlkem768(struct vector_result *r, const struct group *g)
{
    struct slice set = vector_text(r, g->g, "parameterSet");
    if (!text_is(set, "ML-KEM-768")) {
        vector_skip(r, "%.*s", (int)set.n, (const char *)set.p);
        return false;
    }
    return true;
}

/* seed -> keys, decapsulation of c. */
static void test_mlkem(struct vector_result *r, const struct group *g, const struct json *t)
{
    uint8_t pk[crypto_kem_mlkem768_PUBLICKEYBYTES];
    uint8_t sk[crypto_kem_mlkem768_SECRETKEYBYTES];
    uint8_t ss[crypto_kem_mlkem768_SHAREDSECRETBYTES];
    if (!is_mlkem768(r, g)) {
        return;
    }
    struct slice seed = vector_hex(r, t, "seed");
    struct slice c = vector_hex(r, t, "c");
    if (seed.n != crypto_kem_mlkem768_SEEDBYTES || c.n != crypto_kem_mlkem768_CIPHERTEXTBYTES) {
        check_verdict(r, t, false); /* our types have no other size */
        return;
    }
    (void)crypto_kem_mlkem768_seed_keypair(pk, sk, seed.p);
    if (json_get(t, "ek") != NULL) {
        VECTOR_BYTES(r, SLICE_ARRAY(pk), vector_hex(r, t, "ek"));
    }
    bool good = crypto_kem_mlkem768_dec(ss, c.p, sk) == 0 &&
                slice_equal(SLICE_ARRAY(ss), vector_hex(r, t, "K"));
    check_verdict(r, t, good);
}

static void test_mlkem_keygen(struct vector_result *r, const struct group *g, const struct json *t)
{
    uint8_t pk[crypto_kem_mlkem768_PUBLICKEYBYTES];
    uint8_t sk[crypto_kem_mlkem768_SECRETKEYBYTES];
    if (!is_mlkem768(r, g)) {
        return;
    }
    struct slice seed = vector_hex(r, t, "seed");
    if (seed.n != crypto_kem_mlkem768_SEEDBYTES) {
        check_verdict(r, t, false);
        return;
    }
    (void)crypto_kem_mlkem768_seed_keypair(pk, sk, seed.p);
    bool good = slice_equal(SLICE_ARRAY(pk), vector_hex(r, t, "ek")) &&
                slice_equal(SLICE_ARRAY(sk), vector_hex(r, t, "dk"));
    check_verdict(r, t, good);
}

static void test_mlkem_encaps(struct vector_result *r, const struct group *g, const struct json *t)
{
    uint8_t ct[crypto_kem_mlkem768_CIPHERTEXTBYTES];
    uint8_t ss[crypto_kem_mlkem768_SHAREDSECRETBYTES];
    if (!is_mlkem768(r, g)) {
        return;
    }
    struct slice m = vector_hex(r, t, "m");
    struct slice ek = vector_hex(r, t, "ek");
    if (m.n != 32 || ek.n != crypto_kem_mlkem768_PUBLICKEYBYTES) {
        check_verdict(r, t, false);
        return;
    }
    bool good = crypto_kem_mlkem768_enc_deterministic(ct, ss, ek.p, m.p) == 0;
    if (good) {
        good = slice_equal(SLICE_ARRAY(ct), vector_hex(r, t, "c")) &&
               slice_equal(SLICE_ARRAY(ss), vector_hex(r, t, "K"));
    }
    check_verdict(r, t, good);
}

static const struct {
    const char *algorithm;
    const char *type;
    void (*test)(struct vector_result *r, const struct group *g, const struct json *t);
    const char *reason; /* why there is no test */
} tests[] = {
    {"AES-GCM", "AeadTest", test_aead, NULL},
    {"CHACHA20-POLY1305", "AeadTest", test_aead, NULL},
    {"XCHACHA20-POLY1305", "AeadTest", test_aead, NULL},
    {"HMACSHA256", "MacTest", test_hmac, NULL},
    {"HMACSHA384", "MacTest", test_hmac, NULL},
    {"HMACSHA512", "MacTest", test_hmac, NULL},
    {"HKDF-SHA-256", "HkdfTest", test_hkdf, NULL},
    {"HKDF-SHA-384", "HkdfTest", test_hkdf, NULL},
    {"HKDF-SHA-512", "HkdfTest", test_hkdf, NULL},
    {"XDH", "XdhComp", test_x25519, NULL},
    {"EDDSA", "EddsaVerify", test_ed25519, NULL},
    {"ML-KEM", "MLKEMTest", test_mlkem, NULL},
    {"ML-KEM", "MLKEMKeyGen", test_mlkem_keygen, NULL},
    {"ML-KEM", "MLKEMEncapsTest", test_mlkem_encaps, NULL},
    {"ML-KEM", "MLKEMDecapsValidationTest", NULL, "private keys are seeds, never expanded keys"},
    {"AEGIS128L", "AeadTest", NULL, "AEGIS is not used"},
    {"AEGIS256", "AeadTest", NULL, "AEGIS is not used"},
    {"AES-CBC-PKCS5", "IndCpaTest", NULL, "AES-CBC comes with Matrix"},
    {"PBKDF2-HMACSHA256", "PbkdfTest", NULL, "PBKDF2 comes with Matrix"},
    {"PBKDF2-HMACSHA512", "PbkdfTest", NULL, "PBKDF2 comes with Matrix"},
};

static void run_group(struct vector_result *r, const struct group *g)
{
    void (*test)(struct vector_result *, const struct group *, const struct json *) = NULL;
    const char *reason = NULL;
    const struct json *list = json_get(g->g, "tests");
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        if (text_is(g->algorithm, tests[i].algorithm) && text_is(g->type, tests[i].type)) {
            test = tests[i].test;
            reason = tests[i].reason;
        }
    }
    if (!json_is(list, JSON_ARRAY)) {
        r->unknown = true;
        return;
    }
    for (const struct json *t = list->first; t != NULL; t = t->next) {
        uint64_t id;
        enum err e = json_uint(json_get(t, "tcId"), &id);
        vector_begin(r, "tcId %lu", (unsigned long)id);
        if (e != OK) {
            vector_fail(r, "no tcId");
        } else if (test != NULL) {
            test(r, g, t);
        } else if (reason != NULL) {
            vector_skip(r, "%s", reason);
        } else {
            vector_skip(r, "no %.*s %.*s here", (int)g->algorithm.n, (const char *)g->algorithm.p,
                        (int)g->type.n, (const char *)g->type.p);
        }
        vector_end(r);
    }
}

static void run(const struct json *root, struct vector_result *r)
{
    struct group g = {.file = root, .algorithm = json_text(json_get(root, "algorithm"))};
    const struct json *groups = json_get(root, "testGroups");
    uint64_t want;
    unsigned seen = 0;
    if (g.algorithm.n == 0 || !json_is(groups, JSON_ARRAY)) {
        r->unknown = true;
        return;
    }
    for (g.g = groups->first; g.g != NULL; g.g = g.g->next) {
        g.type = json_text(json_get(g.g, "type"));
        run_group(r, &g);
        seen += (unsigned)(json_get(g.g, "tests") != NULL ? json_get(g.g, "tests")->count : 0);
    }
    if (json_uint(json_get(root, "numberOfTests"), &want) == OK && want != seen) {
        vector_fail(r, "numberOfTests is %lu, but there are %u", (unsigned long)want, seen);
    }
}

const struct vector_kind vector_kinds_wycheproof[] = {
    {"wycheproof", "*.json", run},
    {NULL, NULL, NULL},
};
