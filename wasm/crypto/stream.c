#include "crypto/stream.h"

#include <sodium/crypto_secretstream_xchacha20poly1305.h>
#include <string.h>

#include "base/ct.h"
#include "crypto/rand.h"

_Static_assert(sizeof(crypto_secretstream_xchacha20poly1305_state) <= sizeof(struct crypto_stream),
               "room for the state");
_Static_assert(crypto_secretstream_xchacha20poly1305_ABYTES == CRYPTO_STREAM_OVERHEAD, "overhead");
_Static_assert(crypto_secretstream_xchacha20poly1305_HEADERBYTES == CRYPTO_STREAM_HEADER_SIZE,
               "header");

static void state_get(crypto_secretstream_xchacha20poly1305_state *out,
                      const struct crypto_stream *s)
{
    memcpy(out, s->state, sizeof *out);
}

static void state_put(struct crypto_stream *s,
                      const crypto_secretstream_xchacha20poly1305_state *in)
{
    memset(s, 0, sizeof *s);
    memcpy(s->state, in, sizeof *in);
}

uint64_t crypto_stream_sealed_size(uint64_t n)
{
    uint64_t chunks = n == 0 ? 1 : (n - 1) / CRYPTO_STREAM_CHUNK + 1;
    return CRYPTO_STREAM_HEADER_SIZE + n + chunks * CRYPTO_STREAM_OVERHEAD;
}

void crypto_stream_key_generate(struct crypto_stream_key *key)
{
    crypto_rand(key->k, sizeof key->k);
}

void crypto_stream_seal_begin(struct crypto_stream *s, uint8_t header[24],
                              const struct crypto_stream_key *key)
{
    crypto_secretstream_xchacha20poly1305_state state;
    (void)crypto_secretstream_xchacha20poly1305_init_push(&state, header, key->k);
    state_put(s, &state);
    wipe(&state, sizeof state);
}

enum err crypto_stream_seal(struct crypto_stream *s, uint8_t *out, struct slice in, bool final)
{
    uint8_t tag = final ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                        : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    crypto_secretstream_xchacha20poly1305_state state;
    if (in.n > CRYPTO_STREAM_CHUNK || (!final && in.n != CRYPTO_STREAM_CHUNK)) {
        return ERR_LIMIT;
    }
    state_get(&state, s);
    (void)crypto_secretstream_xchacha20poly1305_push(&state, out, NULL, in.p, in.n, NULL, 0, tag);
    state_put(s, &state);
    wipe(&state, sizeof state);
    return OK;
}

enum err crypto_stream_open_begin(struct crypto_stream *s, const uint8_t header[24],
                                  const struct crypto_stream_key *key)
{
    crypto_secretstream_xchacha20poly1305_state state;
    enum err e = OK;
    if (crypto_secretstream_xchacha20poly1305_init_pull(&state, header, key->k) != 0) {
        wipe(&state, sizeof state);
        e = ERR_INPUT;
    }
    state_put(s, &state);
    wipe(&state, sizeof state);
    return e;
}

enum err crypto_stream_open(struct crypto_stream *s, uint8_t *out, bool *final, struct slice in)
{
    crypto_secretstream_xchacha20poly1305_state state;
    uint8_t tag = 0;
    enum err e = OK;
    *final = false;
    if (in.n < CRYPTO_STREAM_OVERHEAD) {
        return ERR_INPUT;
    }
    size_t n = in.n - CRYPTO_STREAM_OVERHEAD;
    if (n > CRYPTO_STREAM_CHUNK) {
        wipe(out, n);
        return ERR_INPUT;
    }
    state_get(&state, s);
    int failed =
        crypto_secretstream_xchacha20poly1305_pull(&state, out, NULL, &tag, in.p, in.n, NULL, 0);
    CT_PUBLIC(&failed, sizeof failed);
    CT_PUBLIC(&tag, sizeof tag);
    if (failed != 0) {
        e = ERR_AUTH;
    } else if (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
        *final = true;
    } else if (tag != crypto_secretstream_xchacha20poly1305_TAG_MESSAGE ||
               n != CRYPTO_STREAM_CHUNK) {
        e = ERR_INPUT; /* sealed by somebody who holds the key, but not by this layout */
    }
    if (e == OK) {
        state_put(s, &state);
    } else {
        wipe(out, n);
    }
    wipe(&state, sizeof state);
    return e;
}
