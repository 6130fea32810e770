/* SFrame (RFC 9605, appendix C): headers, the CTR-HMAC AEAD, whole frames. */
#include "crypto/sframe.h"

#include "base/ct.h"
#include "crypto/kdf.h"
#include "vectors_run/vector.h"

static enum crypto_sframe_suite suite_of(struct vector_result *r, const struct json *v)
{
    uint64_t suite = vector_uint(r, v, "cipher_suite");
    if (suite < 1 || suite > 5) {
        vector_skip(r, "suite %u", (unsigned)suite);
        return (enum crypto_sframe_suite)0;
    }
    return (enum crypto_sframe_suite)suite;
}

static void run_header(struct vector_result *r, const struct json *v)
{
    uint8_t out[CRYPTO_SFRAME_HEADER_MAX];
    uint64_t kid;
    uint64_t ctr;
    struct slice encoded = vector_hex(r, v, "encoded");
    size_t n = crypto_sframe_header_encode(out, vector_uint(r, v, "kid"), vector_uint(r, v, "ctr"));
    VECTOR_BYTES(r, slice_make(out, n), encoded);
    VECTOR_CHECK(r, crypto_sframe_header_decode(&encoded, &kid, &ctr) == OK && encoded.n == 0);
    VECTOR_CHECK(r, kid == vector_uint(r, v, "kid") && ctr == vector_uint(r, v, "ctr"));
}

static void run_aead(struct vector_result *r, const struct json *v)
{
    enum crypto_sframe_suite suite = suite_of(r, v);
    struct slice key = vector_hex(r, v, "key");
    struct slice nonce = vector_hex(r, v, "nonce");
    struct slice ad = vector_hex(r, v, "aad");
    struct slice pt = vector_hex(r, v, "pt");
    struct slice ct = vector_hex(r, v, "ct");
    if (suite == 0 || !VECTOR_CHECK(r, key.n == crypto_sframe_key_size(suite)) ||
        !VECTOR_CHECK(r, nonce.n == CRYPTO_SFRAME_NONCE_SIZE)) {
        return;
    }
    uint8_t *out = vector_alloc(r, pt.n + CRYPTO_SFRAME_TAG_MAX);
    crypto_sframe_aead_seal(out, suite, key.p, nonce.p, ad, pt);
    VECTOR_BYTES(r, slice_make(out, pt.n + crypto_sframe_tag_size(suite)), ct);
    out = vector_alloc(r, ct.n);
    VECTOR_CHECK(r, crypto_sframe_aead_open(out, suite, key.p, nonce.p, ad, ct) == OK);
    VECTOR_BYTES(r, slice_make(out, pt.n), pt);
}

static void run_frame(struct vector_result *r, const struct json *v)
{
    enum crypto_sframe_suite suite = suite_of(r, v);
    struct crypto_sframe_key key;
    uint64_t ctr = vector_uint(r, v, "ctr");
    uint64_t got_ctr;
    size_t n;
    struct slice pt = vector_hex(r, v, "pt");
    struct slice ct = vector_hex(r, v, "ct");
    struct slice metadata = vector_hex(r, v, "metadata");
    if (suite == 0) {
        return;
    }
    VECTOR_CHECK(r, crypto_sframe_key_derive(&key, suite, vector_uint(r, v, "kid"),
                                             vector_hex(r, v, "base_key")) == OK);
    VECTOR_BYTES(r, slice_make(key.k, crypto_sframe_key_size(suite)),
                 vector_hex(r, v, "sframe_key"));
    VECTOR_BYTES(r, SLICE_ARRAY(key.salt), vector_hex(r, v, "sframe_salt"));
    uint8_t *out = vector_alloc(r, CRYPTO_SFRAME_HEADER_MAX + pt.n + CRYPTO_SFRAME_TAG_MAX);
    VECTOR_CHECK(r, crypto_sframe_seal(out, &n, &key, ctr, metadata, pt) == OK);
    VECTOR_BYTES(r, slice_make(out, n), ct);
    out = vector_alloc(r, ct.n);
    VECTOR_CHECK(r, crypto_sframe_open(out, &n, &got_ctr, &key, metadata, ct) == OK);
    VECTOR_BYTES(r, slice_make(out, n), pt);
    VECTOR_CHECK(r, got_ctr == ctr);
}

static void run(const struct json *root, struct vector_result *r)
{
    static const struct {
        const char *name;
        void (*run_entry)(struct vector_result *, const struct json *);
    } kinds[] = {{"header", run_header}, {"aes_ctr_hmac", run_aead}, {"sframe", run_frame}};
    if (!json_is(root, JSON_OBJECT)) {
        r->unknown = true;
        return;
    }
    for (const struct json *list = root->first; list != NULL; list = list->next) {
        unsigned index = 0;
        size_t kind = 0;
        while (kind < 3 && !slice_equal(list->key, slice_of_string(kinds[kind].name))) {
            kind++;
        }
        for (const struct json *v = list->first; v != NULL; v = v->next) {
            vector_begin(r, "%.*s %u", (int)list->key.n, (const char *)list->key.p, index++);
            if (kind < 3) {
                kinds[kind].run_entry(r, v);
            } else {
                vector_skip(r, "%.*s", (int)list->key.n, (const char *)list->key.p);
            }
            vector_end(r);
        }
    }
}

const struct vector_kind vector_kinds_sframe[] = {
    {"sframe", "*sframe*.json", run},
    {"sframe", "*.json", run},
    {NULL, NULL, NULL},
};
