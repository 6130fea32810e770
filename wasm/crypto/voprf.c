#include "crypto/voprf.h"

#include <sodium/crypto_core_ristretto255.h>
#include <sodium/crypto_scalarmult_ristretto255.h>
#include <string.h>

#include "base/ct.h"
#include "crypto/hash.h"
#include "crypto/rand.h"

/* "OPRFV1-" || mode 1 || "-" || the suite, RFC 9497 3.1 and 4.1. */
#define CONTEXT "OPRFV1-\x01-ristretto255-SHA512"
#define HASH_SIZE 64
#define BLOCK_SIZE 128 /* of SHA-512 */
#define MESSAGE_PARTS_MAX 14

struct scalar {
    uint8_t b[32];
};

/* A hash input: slices, and lengths before them as I2OSP(n, 2). */
struct message {
    struct slice parts[MESSAGE_PARTS_MAX];
    uint8_t lengths[MESSAGE_PARTS_MAX][2];
    size_t n;
};

static void add(struct message *m, struct slice s)
{
    m->parts[m->n++] = s;
}

static void add_number(struct message *m, size_t v)
{
    uint8_t *two = m->lengths[m->n];
    two[0] = (uint8_t)(v >> 8);
    two[1] = (uint8_t)v;
    add(m, slice_make(two, 2));
}

static void add_sized(struct message *m, struct slice s)
{
    add_number(m, s.n);
    add(m, s);
}

/* expand_message_xmd with SHA-512 for 64 bytes, RFC 9380 5.3.1: two hashes. */
static void expand(uint8_t out[HASH_SIZE], const struct message *m, struct slice dst)
{
    static const uint8_t zeros[BLOCK_SIZE];
    static const uint8_t length[3] = {0, HASH_SIZE, 0};
    static const uint8_t one[1] = {1};
    uint8_t b0[HASH_SIZE];
    uint8_t dst_n[1] = {(uint8_t)dst.n};
    struct slice first[MESSAGE_PARTS_MAX + 4];
    size_t n = 0;
    first[n++] = SLICE_ARRAY(zeros);
    for (size_t i = 0; i < m->n; i++) {
        first[n++] = m->parts[i];
    }
    first[n++] = SLICE_ARRAY(length);
    first[n++] = dst;
    first[n++] = SLICE_ARRAY(dst_n);
    crypto_hash_parts(CRYPTO_SHA512, b0, first, n);
    struct slice second[] = {SLICE_ARRAY(b0), SLICE_ARRAY(one), dst, SLICE_ARRAY(dst_n)};
    crypto_hash_parts(CRYPTO_SHA512, out, second, 4);
    wipe(b0, sizeof b0);
}

static void hash_to_scalar(struct scalar *out, const struct message *m, struct slice dst)
{
    uint8_t uniform[HASH_SIZE];
    expand(uniform, m, dst);
    crypto_core_ristretto255_scalar_reduce(out->b, uniform);
    wipe(uniform, sizeof uniform);
}

static enum err hash_to_group(struct crypto_voprf_element *out, struct slice input)
{
    struct message m = {.n = 0};
    uint8_t uniform[HASH_SIZE];
    if (input.n > CRYPTO_VOPRF_INPUT_MAX) {
        memset(out, 0, sizeof *out);
        return ERR_LIMIT;
    }
    add(&m, input);
    expand(uniform, &m, SLICE_LITERAL("HashToGroup-" CONTEXT));
    (void)crypto_core_ristretto255_from_hash(out->b, uniform);
    wipe(uniform, sizeof uniform);
    return ct_is_zero(out->b, sizeof out->b) ? ERR_INPUT : OK;
}

/* A group element other than the identity, whose encoding is zero. */
static bool is_element(const struct crypto_voprf_element *e)
{
    return crypto_core_ristretto255_is_valid_point(e->b) == 1 && !ct_is_zero(e->b, sizeof e->b);
}

static bool is_scalar(const uint8_t b[32])
{
    uint8_t wide[64] = {0};
    uint8_t reduced[32];
    memcpy(wide, b, 32);
    crypto_core_ristretto255_scalar_reduce(reduced, wide);
    return ct_equal(reduced, b, 32);
}

/* out = k * e; ERR_INPUT for a bad element or an identity. */
static enum err multiply(struct crypto_voprf_element *out, const uint8_t k[32],
                         const struct crypto_voprf_element *e)
{
    int failed = crypto_scalarmult_ristretto255(out->b, k, e->b);
    CT_PUBLIC(&failed, sizeof failed);
    if (failed != 0) {
        memset(out, 0, sizeof *out);
        return ERR_INPUT;
    }
    return OK;
}

/* A random scalar other than zero. */
static void random_scalar(struct scalar *out)
{
    uint8_t wide[64];
    do {
        crypto_rand(wide, sizeof wide);
        crypto_core_ristretto255_scalar_reduce(out->b, wide);
    } while (ct_is_zero(out->b, sizeof out->b));
    wipe(wide, sizeof wide);
}

static void public_of(struct crypto_voprf_public *pub, const struct crypto_voprf_secret *secret)
{
    (void)crypto_scalarmult_ristretto255_base(pub->b, secret->b);
}

void crypto_voprf_generate(struct crypto_voprf_secret *secret, struct crypto_voprf_public *pub)
{
    struct scalar k;
    random_scalar(&k);
    memcpy(secret->b, k.b, sizeof secret->b);
    public_of(pub, secret);
    wipe(&k, sizeof k);
}

enum err crypto_voprf_derive(struct crypto_voprf_secret *secret, struct crypto_voprf_public *pub,
                             const uint8_t seed[32], struct slice info)
{
    enum err e = info.n <= CRYPTO_VOPRF_INPUT_MAX ? ERR_INPUT : ERR_LIMIT;
    for (unsigned counter = 0; e == ERR_INPUT && counter < 256; counter++) {
        struct message m = {.n = 0};
        uint8_t last[1] = {(uint8_t)counter};
        struct scalar k;
        add(&m, slice_make(seed, 32));
        add_sized(&m, info);
        add(&m, SLICE_ARRAY(last));
        hash_to_scalar(&k, &m, SLICE_LITERAL("DeriveKeyPair" CONTEXT));
        if (!ct_is_zero(k.b, sizeof k.b)) {
            memcpy(secret->b, k.b, sizeof secret->b);
            public_of(pub, secret);
            e = OK;
        }
        wipe(&k, sizeof k);
    }
    if (e != OK) {
        wipe(secret, sizeof *secret);
        memset(pub, 0, sizeof *pub);
    }
    return e;
}

enum err crypto_voprf_blind_with(struct crypto_voprf_element *blinded,
                                 const struct crypto_voprf_blind *blind, struct slice input)
{
    struct crypto_voprf_element e;
    memset(blinded, 0, sizeof *blinded);
    TRY(hash_to_group(&e, input));
    return multiply(blinded, blind->b, &e);
}

enum err crypto_voprf_blind(struct crypto_voprf_blind *blind, struct crypto_voprf_element *blinded,
                            struct slice input)
{
    struct scalar k;
    random_scalar(&k);
    memcpy(blind->b, k.b, sizeof blind->b);
    wipe(&k, sizeof k);
    enum err e = crypto_voprf_blind_with(blinded, blind, input);
    if (e != OK) {
        wipe(blind, sizeof *blind);
    }
    return e;
}

/* ---- the proof, RFC 9497 2.2 ----------------------------------------------------------------- */

/* One random combination of all pairs: m of the blinded, z of the evaluated. k: the secret that
 * makes z from m (fast), or NULL to combine. */
static enum err composites(struct crypto_voprf_element *m, struct crypto_voprf_element *z,
                           const uint8_t *k, const struct crypto_voprf_public *pub,
                           const struct crypto_voprf_element *blinded,
                           const struct crypto_voprf_element *evaluated, size_t n)
{
    uint8_t seed[HASH_SIZE];
    struct message s = {.n = 0};
    add_sized(&s, SLICE_ARRAY(pub->b));
    add_sized(&s, SLICE_LITERAL("Seed-" CONTEXT));
    crypto_hash_parts(CRYPTO_SHA512, seed, s.parts, s.n);
    memset(m, 0, sizeof *m); /* the identity */
    memset(z, 0, sizeof *z);
    for (size_t i = 0; i < n; i++) {
        struct message t = {.n = 0};
        struct scalar d;
        struct crypto_voprf_element part;
        add_sized(&t, SLICE_ARRAY(seed));
        add_number(&t, i);
        add_sized(&t, SLICE_ARRAY(blinded[i].b));
        add_sized(&t, SLICE_ARRAY(evaluated[i].b));
        add(&t, SLICE_LITERAL("Composite"));
        hash_to_scalar(&d, &t, SLICE_LITERAL("HashToScalar-" CONTEXT));
        TRY(multiply(&part, d.b, &blinded[i]));
        (void)crypto_core_ristretto255_add(m->b, m->b, part.b);
        if (k == NULL) {
            TRY(multiply(&part, d.b, &evaluated[i]));
            (void)crypto_core_ristretto255_add(z->b, z->b, part.b);
        }
    }
    return k == NULL ? OK : multiply(z, k, m);
}

static void challenge(struct scalar *out, const struct crypto_voprf_public *pub,
                      const struct crypto_voprf_element *m, const struct crypto_voprf_element *z,
                      const struct crypto_voprf_element *t2, const struct crypto_voprf_element *t3)
{
    struct message t = {.n = 0};
    add_sized(&t, SLICE_ARRAY(pub->b));
    add_sized(&t, SLICE_ARRAY(m->b));
    add_sized(&t, SLICE_ARRAY(z->b));
    add_sized(&t, SLICE_ARRAY(t2->b));
    add_sized(&t, SLICE_ARRAY(t3->b));
    add(&t, SLICE_LITERAL("Challenge"));
    hash_to_scalar(out, &t, SLICE_LITERAL("HashToScalar-" CONTEXT));
}

static enum err prove(struct crypto_voprf_proof *proof, const struct crypto_voprf_secret *secret,
                      const struct crypto_voprf_public *pub,
                      const struct crypto_voprf_element *blinded,
                      const struct crypto_voprf_element *evaluated, size_t n,
                      const uint8_t random[32])
{
    struct crypto_voprf_element m;
    struct crypto_voprf_element z;
    struct crypto_voprf_element t2;
    struct crypto_voprf_element t3;
    struct scalar c;
    struct scalar ck;
    TRY(composites(&m, &z, secret->b, pub, blinded, evaluated, n));
    (void)crypto_scalarmult_ristretto255_base(t2.b, random);
    TRY(multiply(&t3, random, &m));
    challenge(&c, pub, &m, &z, &t2, &t3);
    /* c || s with s = r - c k. */
    crypto_core_ristretto255_scalar_mul(ck.b, c.b, secret->b);
    memcpy(proof->b, c.b, 32);
    crypto_core_ristretto255_scalar_sub(proof->b + 32, random, ck.b);
    wipe(&ck, sizeof ck);
    return OK;
}

static enum err verify(const struct crypto_voprf_proof *proof,
                       const struct crypto_voprf_public *pub,
                       const struct crypto_voprf_element *blinded,
                       const struct crypto_voprf_element *evaluated, size_t n)
{
    const uint8_t *c = proof->b;
    const uint8_t *s = proof->b + 32;
    struct crypto_voprf_element key;
    struct crypto_voprf_element m;
    struct crypto_voprf_element z;
    struct crypto_voprf_element a;
    struct crypto_voprf_element t2;
    struct crypto_voprf_element t3;
    struct scalar expected;
    memcpy(key.b, pub->b, sizeof key.b);
    if (!is_element(&key)) {
        return ERR_INPUT;
    }
    if (!is_scalar(c) || !is_scalar(s)) {
        return ERR_AUTH;
    }
    TRY(composites(&m, &z, NULL, pub, blinded, evaluated, n));
    /* t2 = s G + c B, t3 = s M + c Z. Honest inputs never give a zero here. */
    if (crypto_scalarmult_ristretto255_base(t2.b, s) != 0 || multiply(&a, c, &key) != OK ||
        crypto_core_ristretto255_add(t2.b, t2.b, a.b) != 0 || multiply(&t3, s, &m) != OK ||
        multiply(&a, c, &z) != OK || crypto_core_ristretto255_add(t3.b, t3.b, a.b) != 0) {
        return ERR_AUTH;
    }
    challenge(&expected, pub, &m, &z, &t2, &t3);
    return ct_equal(expected.b, c, 32) ? OK : ERR_AUTH;
}

/* ---- batches --------------------------------------------------------------------------------- */

static enum err check_batch(const struct crypto_voprf_element *list, size_t n)
{
    if (n < 1 || n > CRYPTO_VOPRF_BATCH_MAX) {
        return ERR_LIMIT;
    }
    for (size_t i = 0; i < n; i++) {
        if (!is_element(&list[i])) {
            return ERR_INPUT;
        }
    }
    return OK;
}

enum err crypto_voprf_evaluate_with(struct crypto_voprf_element *evaluated,
                                    struct crypto_voprf_proof *proof,
                                    const struct crypto_voprf_secret *secret,
                                    const struct crypto_voprf_public *pub,
                                    const struct crypto_voprf_element *blinded, size_t n,
                                    const uint8_t random[32])
{
    enum err e = check_batch(blinded, n);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = multiply(&evaluated[i], secret->b, &blinded[i]);
        CT_PUBLIC(&evaluated[i], sizeof evaluated[i]); /* is sent */
    }
    if (e == OK) {
        e = prove(proof, secret, pub, blinded, evaluated, n, random);
    }
    if (e != OK) {
        memset(proof, 0, sizeof *proof);
        if (n <= CRYPTO_VOPRF_BATCH_MAX) {
            memset(evaluated, 0, n * sizeof *evaluated);
        }
    }
    return e;
}

enum err crypto_voprf_evaluate(struct crypto_voprf_element *evaluated,
                               struct crypto_voprf_proof *proof,
                               const struct crypto_voprf_secret *secret,
                               const struct crypto_voprf_public *pub,
                               const struct crypto_voprf_element *blinded, size_t n)
{
    struct scalar r;
    random_scalar(&r);
    enum err e = crypto_voprf_evaluate_with(evaluated, proof, secret, pub, blinded, n, r.b);
    wipe(&r, sizeof r);
    return e;
}

static void finish(uint8_t out[CRYPTO_VOPRF_OUTPUT_SIZE], struct slice input,
                   const struct crypto_voprf_element *e)
{
    struct message m = {.n = 0};
    add_sized(&m, input);
    add_sized(&m, SLICE_ARRAY(e->b));
    add(&m, SLICE_LITERAL("Finalize"));
    crypto_hash_parts(CRYPTO_SHA512, out, m.parts, m.n);
}

static enum err unblind(uint8_t out[CRYPTO_VOPRF_OUTPUT_SIZE], struct slice input,
                        const struct crypto_voprf_blind *blind,
                        const struct crypto_voprf_element *evaluated)
{
    struct scalar inverse;
    struct crypto_voprf_element e;
    enum err err = ERR_INPUT;
    if (input.n > CRYPTO_VOPRF_INPUT_MAX) {
        return ERR_LIMIT;
    }
    int failed = crypto_core_ristretto255_scalar_invert(inverse.b, blind->b);
    CT_PUBLIC(&failed, sizeof failed);
    if (failed == 0) {
        err = multiply(&e, inverse.b, evaluated);
    }
    if (err == OK) {
        finish(out, input, &e);
    }
    wipe(&inverse, sizeof inverse);
    wipe(&e, sizeof e);
    return err;
}

enum err crypto_voprf_finalize(uint8_t (*out)[CRYPTO_VOPRF_OUTPUT_SIZE], const struct slice *inputs,
                               const struct crypto_voprf_blind *blinds,
                               const struct crypto_voprf_element *blinded,
                               const struct crypto_voprf_element *evaluated, size_t n,
                               const struct crypto_voprf_public *pub,
                               const struct crypto_voprf_proof *proof)
{
    enum err e = check_batch(blinded, n);
    if (e == OK) {
        e = check_batch(evaluated, n);
    }
    if (e == OK) {
        e = verify(proof, pub, blinded, evaluated, n);
    }
    for (size_t i = 0; e == OK && i < n; i++) {
        e = unblind(out[i], inputs[i], &blinds[i], &evaluated[i]);
    }
    if (e != OK && n <= CRYPTO_VOPRF_BATCH_MAX) {
        wipe(out, n * sizeof *out);
    }
    return e;
}

enum err crypto_voprf_output(uint8_t out[CRYPTO_VOPRF_OUTPUT_SIZE],
                             const struct crypto_voprf_secret *secret, struct slice input)
{
    struct crypto_voprf_element e;
    enum err err = hash_to_group(&e, input);
    if (err == OK) {
        err = multiply(&e, secret->b, &e);
    }
    if (err == OK) {
        finish(out, input, &e);
    } else {
        memset(out, 0, CRYPTO_VOPRF_OUTPUT_SIZE);
    }
    wipe(&e, sizeof e);
    return err;
}
