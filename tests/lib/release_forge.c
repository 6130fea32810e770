#include "lib/release_forge.h"

#include <string.h>

#define HASH "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU" /* of nothing */
#define DAYS_2 172800u

static const char text[] =
    "sotto-release/v1\nline sotto.example/web\nversion 0.7.0\nseq 31\nprev " HASH "\n"
    "commit c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00\n"
    "toolchain c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00\n"
    "loader " HASH "\ncsp default-src 'none'; script-src 'sha256-x'\nwasm " HASH "\n"
    "file / 0 " HASH " text/html\nfile /app.js 0 " HASH " text/javascript\n";

static void make_key(struct release_forge_key *k, enum release_key_kind kind, const char *name,
                     uint8_t seed)
{
    struct crypto_sign_public public_key;
    memset(&k->secret, seed, sizeof k->secret);
    crypto_sign_public_of(&public_key, &k->secret);
    release_key_make(&k->key, kind, slice_of_string(name), &public_key);
}

static void put_word(struct buf *b, const char *word)
{
    buf_slice(b, slice_of_string(word));
}

static struct slice put_trust(struct release_forge *f, const char *quorum)
{
    static const char *const names[] = {"w1", "w2", "w3"};
    struct buf b = buf_fixed(f->trust_bytes, sizeof f->trust_bytes);
    put_word(&b, "sotto-trust/v1\nline sotto.example/web\n");
    for (size_t i = 0; i < 3; i++) {
        put_word(&b, "release ");
        release_key_put(&b, &f->release[i].key);
        buf_u8(&b, '\n');
    }
    put_word(&b, "threshold 2\nlog ");
    release_key_put(&b, &f->log.key);
    buf_u8(&b, '\n');
    for (size_t i = 0; i < 3; i++) {
        put_word(&b, "witness ");
        put_word(&b, names[i]);
        buf_u8(&b, ' ');
        release_key_put(&b, &f->witness[i].key);
        put_word(&b, " https://w.example\n");
    }
    put_word(&b, "group g ");
    put_word(&b, quorum);
    put_word(&b, " w1 w2 w3\nquorum g\n");
    return buf_view(&b);
}

/* The tree of 13 is 8 and 4 and 1. The note is that one; the others are known by the roots of their
 * subtrees alone, which here are made up. */
static struct slice put_proof(const struct release_forge *f, uint8_t *bytes, size_t cap,
                              uint64_t time)
{
    struct release_hash hashes[2], h;
    uint8_t signed_bytes[1536];
    struct buf c = buf_fixed(signed_bytes, sizeof signed_bytes);
    struct buf b = buf_fixed(bytes, cap);
    release_tree_leaf(&h, f->note);
    for (size_t i = 0; i < 2; i++) {
        memset(&hashes[i], (int)i + 1, sizeof hashes[i]);
        release_tree_node(&h, &hashes[i], &h);
    }
    release_checkpoint_put(&c, f->log.key.name, RELEASE_FORGE_SIZE, &h);
    size_t n = c.n;
    buf_u8(&c, '\n');
    release_signature_sign(&c, slice_make(signed_bytes, n), &f->log.key, &f->log.secret, 0);
    for (size_t i = 0; i < 3; i++) {
        release_signature_sign(&c, slice_make(signed_bytes, n), &f->witness[i].key,
                               &f->witness[i].secret, time);
    }
    release_proof_put(&b, RELEASE_FORGE_INDEX, hashes, 2, buf_view(&c));
    return buf_view(&b);
}

void release_forge_init(struct release_forge *f, const char *quorum)
{
    memset(f, 0, sizeof *f);
    make_key(&f->release[0], RELEASE_KEY_ED25519, "sotto.example/release/1", 1);
    make_key(&f->release[1], RELEASE_KEY_ED25519, "sotto.example/release/2", 2);
    make_key(&f->release[2], RELEASE_KEY_ED25519, "sotto.example/release/3", 3);
    make_key(&f->log, RELEASE_KEY_ED25519, "sotto.example/log", 4);
    make_key(&f->witness[0], RELEASE_KEY_COSIGNATURE, "w1.example", 5);
    make_key(&f->witness[1], RELEASE_KEY_COSIGNATURE, "w2.example", 6);
    make_key(&f->witness[2], RELEASE_KEY_COSIGNATURE, "w3.example", 7);
    f->trust = put_trust(f, quorum);
    struct buf b = buf_fixed(f->note_bytes, sizeof f->note_bytes);
    put_word(&b, text);
    buf_u8(&b, '\n');
    for (size_t i = 0; i < 2; i++) {
        release_signature_sign(&b, slice_of_string(text), &f->release[i].key, &f->release[i].secret,
                               0);
    }
    f->note = buf_view(&b);
    f->recent = put_proof(f, f->recent_bytes, sizeof f->recent_bytes, RELEASE_FORGE_NOW - 60);
    f->first = put_proof(f, f->first_bytes, sizeof f->first_bytes, RELEASE_FORGE_NOW - DAYS_2);
}
