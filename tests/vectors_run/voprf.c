/* OPRF vectors (RFC 9497, appendix A): of all suites and modes we have ristretto255 with SHA-512
 * in verifiable mode. Fields of a batch are lists joined by commas. */
#include "crypto/voprf.h"

#include <string.h>

#include "vectors_run/vector.h"

#define BATCH_MAX 8

/* Splits "aa,bb" into at most BATCH_MAX byte strings; returns how many. */
static size_t split(struct vector_result *r, const struct json *v, const char *key,
                    struct slice out[BATCH_MAX])
{
    struct slice text = vector_text(r, v, key);
    size_t n = 0;
    while (n < BATCH_MAX) {
        struct json one = {.kind = JSON_STRING, .text = text};
        const uint8_t *comma = text.n == 0 ? NULL : memchr(text.p, ',', text.n);
        if (comma != NULL) {
            one.text.n = (size_t)(comma - text.p);
        }
        out[n++] = vector_hex_of(r, &one);
        if (comma == NULL) {
            break;
        }
        text = slice_make(comma + 1, text.n - one.text.n - 1);
    }
    return n;
}

static bool copy(struct vector_result *r, void *to, size_t n, struct slice from)
{
    if (!VECTOR_CHECK(r, from.n == n)) {
        return false;
    }
    memcpy(to, from.p, n);
    return true;
}

struct batch {
    size_t n;
    struct slice inputs[BATCH_MAX], outputs[BATCH_MAX];
    struct crypto_voprf_blind blinds[BATCH_MAX];
    struct crypto_voprf_element blinded[BATCH_MAX], evaluated[BATCH_MAX];
};

static bool batch_of(struct vector_result *r, const struct json *v, struct batch *b)
{
    struct slice list[3][BATCH_MAX];
    b->n = split(r, v, "Input", b->inputs);
    bool good = VECTOR_CHECK(r, b->n == vector_uint(r, v, "Batch"));
    good = VECTOR_CHECK(r, split(r, v, "Output", b->outputs) == b->n) && good;
    good = VECTOR_CHECK(r, split(r, v, "Blind", list[0]) == b->n) && good;
    good = VECTOR_CHECK(r, split(r, v, "BlindedElement", list[1]) == b->n) && good;
    good = VECTOR_CHECK(r, split(r, v, "EvaluationElement", list[2]) == b->n) && good;
    for (size_t i = 0; good && i < b->n; i++) {
        good = copy(r, b->blinds[i].b, 32, list[0][i]) &&
               copy(r, b->blinded[i].b, 32, list[1][i]) &&
               copy(r, b->evaluated[i].b, 32, list[2][i]);
    }
    return good;
}

static void run_entry(struct vector_result *r, const struct json *suite, const struct json *v)
{
    struct crypto_voprf_secret secret;
    struct crypto_voprf_public pub;
    struct crypto_voprf_proof proof;
    struct crypto_voprf_element elements[BATCH_MAX];
    uint8_t out[BATCH_MAX][CRYPTO_VOPRF_OUTPUT_SIZE];
    struct batch b;
    struct slice seed = vector_hex(r, suite, "seed");
    struct slice random = vector_hex(r, json_get(v, "Proof"), "r");
    if (!VECTOR_CHECK(r, seed.n == 32 && random.n == 32) || !batch_of(r, v, &b)) {
        return;
    }
    VECTOR_CHECK(r,
                 crypto_voprf_derive(&secret, &pub, seed.p, vector_hex(r, suite, "keyInfo")) == OK);
    VECTOR_BYTES(r, SLICE_ARRAY(secret.b), vector_hex(r, suite, "skSm"));
    VECTOR_BYTES(r, SLICE_ARRAY(pub.b), vector_hex(r, suite, "pkSm"));
    for (size_t i = 0; i < b.n; i++) {
        VECTOR_CHECK(r, crypto_voprf_blind_with(&elements[i], &b.blinds[i], b.inputs[i]) == OK);
        VECTOR_BYTES(r, SLICE_ARRAY(elements[i].b), SLICE_ARRAY(b.blinded[i].b));
        VECTOR_CHECK(r, crypto_voprf_output(out[i], &secret, b.inputs[i]) == OK);
        VECTOR_BYTES(r, SLICE_ARRAY(out[i]), b.outputs[i]);
    }
    VECTOR_CHECK(r, crypto_voprf_evaluate_with(elements, &proof, &secret, &pub, b.blinded, b.n,
                                               random.p) == OK);
    VECTOR_BYTES(r, SLICE_ARRAY(proof.b), vector_hex(r, json_get(v, "Proof"), "proof"));
    VECTOR_BYTES(r, slice_make(elements, b.n * sizeof elements[0]),
                 slice_make(b.evaluated, b.n * sizeof b.evaluated[0]));
    memset(out, 0, sizeof out);
    VECTOR_CHECK(r, crypto_voprf_finalize(out, b.inputs, b.blinds, b.blinded, b.evaluated, b.n,
                                          &pub, &proof) == OK);
    for (size_t i = 0; i < b.n; i++) {
        VECTOR_BYTES(r, SLICE_ARRAY(out[i]), b.outputs[i]);
    }
}

static void run(const struct json *root, struct vector_result *r)
{
    if (!json_is(root, JSON_ARRAY)) {
        r->unknown = true;
        return;
    }
    for (const struct json *suite = root->first; suite != NULL; suite = suite->next) {
        struct slice name = json_text(json_get(suite, "identifier"));
        const struct json *list = json_get(suite, "vectors");
        uint64_t mode;
        enum err e = json_uint(json_get(suite, "mode"), &mode);
        unsigned index = 0;
        for (const struct json *v = list == NULL ? NULL : list->first; v != NULL; v = v->next) {
            vector_begin(r, "%.*s mode %u entry %u", (int)name.n, (const char *)name.p,
                         (unsigned)mode, index++);
            if (!VECTOR_CHECK(r, e == OK && name.n > 0)) {
                /* counted as a failure */
            } else if (mode == 1 && slice_equal(name, SLICE_LITERAL("ristretto255-SHA512"))) {
                run_entry(r, suite, v);
            } else {
                vector_skip(r, "%.*s mode %u", (int)name.n, (const char *)name.p, (unsigned)mode);
            }
            vector_end(r);
        }
    }
}

const struct vector_kind vector_kinds_voprf[] = {
    {"voprf", "*.json", run},
    {NULL, NULL, NULL},
};
