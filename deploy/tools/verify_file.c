#include <brotli/decode.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "verify.h"

#define PIECE 65536

void verify_bytes_free(struct verify_bytes *b)
{
    free(b->p);
    *b = (struct verify_bytes){NULL, 0};
}

struct slice verify_bytes_slice(const struct verify_bytes *b)
{
    return slice_make(b->p, b->n);
}

bool verify_bytes_add(struct verify_bytes *b, const void *p, size_t n, size_t max)
{
    if (n > max || b->n > max - n) {
        return false;
    }
    uint8_t *grown = realloc(b->p, b->n + n + 1); /* room for a NUL behind texts */
    if (grown == NULL) {
        return false;
    }
    b->p = grown;
    if (n > 0) {
        memcpy(b->p + b->n, p, n);
    }
    b->n += n;
    b->p[b->n] = 0;
    return true;
}

bool verify_file_read(struct verify_bytes *out, const char *path)
{
    char piece[PIECE];
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool fine = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
                verify_bytes_add(out, "", 0, VERIFY_FILE_BYTES_MAX);
    while (fine) {
        ssize_t n = read(fd, piece, sizeof piece);
        if (n == 0) {
            break;
        }
        fine = n > 0 && verify_bytes_add(out, piece, (size_t)n, VERIFY_FILE_BYTES_MAX);
    }
    if (fd >= 0) {
        close(fd);
    }
    if (!fine) {
        verify_bytes_free(out);
    }
    return fine;
}

bool verify_file_write(const char *path, struct slice bytes)
{
    char fresh[VERIFY_PATH_MAX + 8];
    int n = snprintf(fresh, sizeof fresh, "%s.new", path);
    if (n < 0 || (size_t)n >= sizeof fresh) {
        return false;
    }
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        return false;
    }
    bool fine = true;
    for (size_t at = 0; fine && at < bytes.n;) {
        ssize_t wrote = write(fd, bytes.p + at, bytes.n - at);
        fine = wrote > 0;
        at += fine ? (size_t)wrote : 0;
    }
    fine = fsync(fd) == 0 && fine;
    fine = close(fd) == 0 && fine;
    return fine && rename(fresh, path) == 0;
}

bool verify_inflate(struct verify_bytes *out, struct slice gzip)
{
    z_stream z;
    uint8_t piece[PIECE];
    memset(&z, 0, sizeof z);
    if (gzip.n > UINT32_MAX || inflateInit2(&z, 15 + 16) != Z_OK) {
        return false;
    }
    z.next_in = (Bytef *)(uintptr_t)gzip.p;
    z.avail_in = (uInt)gzip.n;
    int state = Z_OK;
    bool fine = verify_bytes_add(out, "", 0, VERIFY_FILE_BYTES_MAX);
    while (fine && state == Z_OK) {
        z.next_out = piece;
        z.avail_out = sizeof piece;
        state = inflate(&z, Z_NO_FLUSH);
        fine = (state == Z_OK || state == Z_STREAM_END) &&
               verify_bytes_add(out, piece, sizeof piece - z.avail_out, VERIFY_FILE_BYTES_MAX);
    }
    fine = fine && state == Z_STREAM_END && z.avail_in == 0;
    inflateEnd(&z);
    return fine;
}

bool verify_unbrotli(struct verify_bytes *out, struct slice brotli)
{
    uint8_t piece[PIECE];
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    const uint8_t *in = brotli.p;
    size_t in_n = brotli.n;
    BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    bool fine = state != NULL && verify_bytes_add(out, "", 0, VERIFY_FILE_BYTES_MAX);
    while (fine && result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        uint8_t *to = piece;
        size_t room = sizeof piece;
        result = BrotliDecoderDecompressStream(state, &in_n, &in, &room, &to, NULL);
        fine = (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT ||
                result == BROTLI_DECODER_RESULT_SUCCESS) &&
               verify_bytes_add(out, piece, sizeof piece - room, VERIFY_FILE_BYTES_MAX);
    }
    fine = fine && result == BROTLI_DECODER_RESULT_SUCCESS && in_n == 0;
    BrotliDecoderDestroyInstance(state);
    return fine;
}
