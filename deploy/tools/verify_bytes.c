#include <brotli/decode.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/text.h"
#include "crypto/hash.h"
#include "verify_bytes.h"

#define PIECE 65536

/* Room for n bytes and a NUL, in doubling steps: bodies arrive in many pieces. */
static size_t room_for(size_t n)
{
    size_t room = PIECE;
    while (room <= n) {
        room *= 2;
    }
    return room;
}

bool verify_bytes_add(struct tool_bytes *b, const void *p, size_t n, size_t max)
{
    if (n > max || b->n > max - n) {
        return false;
    }
    size_t room = room_for(b->n + n);
    if (b->p == NULL || room != room_for(b->n)) {
        uint8_t *grown = realloc(b->p, room);
        if (grown == NULL) {
            return false;
        }
        b->p = grown;
    }
    if (n > 0) {
        memcpy(b->p + b->n, p, n);
    }
    b->n += n;
    b->p[b->n] = 0;
    return true;
}

bool verify_bytes_gunzip(struct tool_bytes *out, struct slice gzip, size_t max)
{
    z_stream z;
    uint8_t piece[PIECE];
    memset(&z, 0, sizeof z);
    if (gzip.n > VERIFY_BODY_BYTES_MAX || inflateInit2(&z, 15 + 16) != Z_OK) {
        return false;
    }
    z.next_in = (Bytef *)(uintptr_t)gzip.p; /* zlib does not write to it */
    z.avail_in = (uInt)gzip.n;
    int state = Z_OK;
    bool fine = verify_bytes_add(out, "", 0, max);
    while (fine && state == Z_OK) {
        z.next_out = piece;
        z.avail_out = sizeof piece;
        state = inflate(&z, Z_NO_FLUSH);
        fine = (state == Z_OK || state == Z_STREAM_END) &&
               verify_bytes_add(out, piece, sizeof piece - z.avail_out, max);
    }
    fine = fine && state == Z_STREAM_END && z.avail_in == 0;
    inflateEnd(&z);
    return fine;
}

bool verify_bytes_unbrotli(struct tool_bytes *out, struct slice brotli, size_t max)
{
    uint8_t piece[PIECE];
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    const uint8_t *in = brotli.p;
    size_t in_n = brotli.n;
    BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    bool fine = state != NULL && verify_bytes_add(out, "", 0, max);
    while (fine && result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        uint8_t *to = piece;
        size_t room = sizeof piece;
        result = BrotliDecoderDecompressStream(state, &in_n, &in, &room, &to, NULL);
        fine = (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT ||
                result == BROTLI_DECODER_RESULT_SUCCESS) &&
               verify_bytes_add(out, piece, sizeof piece - room, max);
    }
    fine = fine && result == BROTLI_DECODER_RESULT_SUCCESS && in_n == 0;
    BrotliDecoderDestroyInstance(state);
    return fine;
}

void verify_hash_text(char out[44], const struct release_hash *h)
{
    struct buf b = buf_fixed(out, 43);
    text_put_base64url(&b, SLICE_ARRAY(h->b));
    out[43] = 0;
}

void verify_bytes_hash(char out[44], struct slice bytes)
{
    struct release_hash h;
    crypto_sha256(h.b, bytes);
    verify_hash_text(out, &h);
}

bool verify_hash_equal(const struct release_hash *a, const struct release_hash *b)
{
    return slice_equal(SLICE_ARRAY(a->b), SLICE_ARRAY(b->b));
}
