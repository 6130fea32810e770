/* Attachments: libsodium secretstream (XChaCha20-Poly1305) in chunks of fixed plaintext size, so
 * that any chunk boundary can be resumed by replaying the state, and truncation is detected by
 * the final tag. Layout: 24-byte header, then chunks of CRYPTO_STREAM_CHUNK + 17 bytes (the last
 * one shorter, tagged FINAL). */
#ifndef SOTTO_CRYPTO_STREAM_H
#define SOTTO_CRYPTO_STREAM_H
#include "base/slice.h"

#define CRYPTO_STREAM_HEADER_SIZE 24
#define CRYPTO_STREAM_CHUNK 32768 /* plaintext bytes of a chunk */
#define CRYPTO_STREAM_OVERHEAD 17

struct crypto_stream_key {
    uint8_t k[32];
};
struct crypto_stream {
    uint8_t state[64]; /* crypto_secretstream state; secret */
};

/* Bytes of the sealed form of n plaintext bytes (an empty file has one empty final chunk). */
uint64_t crypto_stream_sealed_size(uint64_t n);
void crypto_stream_key_generate(struct crypto_stream_key *key);
void crypto_stream_seal_begin(struct crypto_stream *s, uint8_t header[24],
                              const struct crypto_stream_key *key);
/* out: in.n + 17 bytes. in.n is CRYPTO_STREAM_CHUNK unless final; ERR_LIMIT otherwise. */
MUST_CHECK enum err crypto_stream_seal(struct crypto_stream *s, uint8_t *out, struct slice in,
                                       bool final);
MUST_CHECK enum err crypto_stream_open_begin(struct crypto_stream *s, const uint8_t header[24],
                                             const struct crypto_stream_key *key);
/* out: in.n - 17 bytes, zeroed on failure. *final tells whether this was the last chunk. */
MUST_CHECK enum err crypto_stream_open(struct crypto_stream *s, uint8_t *out, bool *final,
                                       struct slice in);
#endif
