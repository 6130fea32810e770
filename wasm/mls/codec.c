#include "mls/codec.h"

#include <string.h>

#include "crypto/rand.h"

#define LENGTH_ONE_MAX 63u
#define LENGTH_TWO_MAX 16383u
#define LENGTH_FOUR_MAX 0x3fffffffu

enum err mls_codec_length(struct slice *s, size_t *out)
{
    struct slice rest = *s;
    uint8_t first = 0;
    *out = 0;
    TRY(slice_u8(&rest, &first));
    size_t more = (size_t)1 << (first >> 6);
    if (more == 8) {
        return ERR_INPUT;
    }
    size_t n = first & 0x3fu;
    for (size_t i = 1; i < more; i++) {
        uint8_t byte = 0;
        TRY(slice_u8(&rest, &byte));
        n = n << 8 | byte;
    }
    if ((more == 2 && n <= LENGTH_ONE_MAX) || (more == 4 && n <= LENGTH_TWO_MAX)) {
        return ERR_INPUT;
    }
    *s = rest;
    *out = n;
    return OK;
}

enum err mls_codec_vector(struct slice *s, struct slice *out)
{
    struct slice rest = *s;
    size_t n = 0;
    *out = SLICE_EMPTY;
    TRY(mls_codec_length(&rest, &n));
    TRY(slice_take(&rest, n, out));
    *s = rest;
    return OK;
}

enum err mls_codec_u16s(struct slice *s, struct slice *out)
{
    TRY(mls_codec_vector(s, out));
    return out->n % 2 == 0 ? OK : ERR_INPUT;
}

enum err mls_codec_optional(struct slice *s, bool *present)
{
    uint8_t byte = 0;
    *present = false;
    TRY(slice_u8(s, &byte));
    if (byte > 1) {
        return ERR_INPUT;
    }
    *present = byte == 1;
    return OK;
}

bool mls_codec_u16s_have(struct slice list, uint16_t v)
{
    for (size_t i = 0; i + 1 < list.n; i += 2) {
        if (list.p[i] == v >> 8 && list.p[i + 1] == (v & 0xff)) {
            return true;
        }
    }
    return false;
}

enum err mls_codec_extension(struct slice *list, struct mls_extension *out)
{
    TRY(slice_u16(list, &out->type));
    return mls_codec_vector(list, &out->data);
}

enum err mls_codec_extension_list(struct slice *s, struct slice *out)
{
    uint16_t seen[MLS_CODEC_EXTENSIONS_MAX];
    size_t n = 0;
    TRY(mls_codec_vector(s, out));
    struct slice rest = *out;
    while (rest.n > 0) {
        struct mls_extension e;
        TRY(mls_codec_extension(&rest, &e));
        if (n == MLS_CODEC_EXTENSIONS_MAX) {
            return ERR_LIMIT;
        }
        for (size_t i = 0; i < n; i++) {
            if (seen[i] == e.type) {
                return ERR_INPUT;
            }
        }
        seen[n++] = e.type;
    }
    return OK;
}

enum err mls_codec_extensions(struct arena *arena, struct slice list, struct mls_extensions *out)
{
    *out = (struct mls_extensions){NULL, 0};
    struct slice rest = list;
    size_t n = 0;
    struct mls_extension e;
    while (rest.n > 0) {
        TRY(mls_codec_extension(&rest, &e));
        n++;
    }
    if (n == 0) {
        return OK;
    }
    struct mls_extension *v = arena_array(arena, n, sizeof *v);
    if (v == NULL) {
        return ERR_HOST_MEMORY;
    }
    rest = list;
    for (size_t i = 0; i < n; i++) {
        TRY(mls_codec_extension(&rest, &v[i]));
    }
    *out = (struct mls_extensions){v, n};
    return OK;
}

bool mls_codec_extension_find(struct slice list, uint16_t type, struct slice *data)
{
    struct mls_extension e;
    *data = SLICE_EMPTY;
    while (list.n > 0 && mls_codec_extension(&list, &e) == OK) {
        if (e.type == type) {
            *data = e.data;
            return true;
        }
    }
    return false;
}

bool mls_codec_is_grease(uint16_t v)
{
    return (v & 0x0f0f) == 0x0a0a && v >> 8 == (v & 0xff) && v != 0xfafa;
}

uint16_t mls_codec_grease(void)
{
    return (uint16_t)(0x0a0a + 0x1010 * crypto_rand_below(15));
}

uint16_t mls_codec_grease_in(struct slice list)
{
    uint16_t v = 0;
    while (list.n > 0 && slice_u16(&list, &v) == OK) {
        if (mls_codec_is_grease(v)) {
            return v;
        }
    }
    return 0;
}

size_t mls_codec_header(uint8_t out[4], size_t n)
{
    if (n <= LENGTH_ONE_MAX) {
        out[0] = (uint8_t)n;
        return 1;
    }
    if (n <= LENGTH_TWO_MAX) {
        out[0] = (uint8_t)(0x40 | n >> 8);
        out[1] = (uint8_t)(n & 0xff);
        return 2;
    }
    out[0] = (uint8_t)(0x80 | (n >> 24 & 0x3f));
    out[1] = (uint8_t)(n >> 16 & 0xff);
    out[2] = (uint8_t)(n >> 8 & 0xff);
    out[3] = (uint8_t)(n & 0xff);
    return 4;
}

void mls_codec_put_length(struct buf *b, size_t n)
{
    uint8_t header[4];
    if (n > LENGTH_FOUR_MAX) {
        buf_fail(b, ERR_LIMIT);
        return;
    }
    buf_put(b, header, mls_codec_header(header, n));
}

void mls_codec_put_vector(struct buf *b, struct slice s)
{
    mls_codec_put_length(b, s.n);
    buf_slice(b, s);
}

/* Reserves the longest header; closing moves the content down over the unused bytes. */
size_t mls_codec_open(struct buf *b)
{
    size_t mark = b->n;
    buf_zero(b, 4);
    return mark;
}

void mls_codec_close(struct buf *b, size_t mark)
{
    if (b->err != OK) {
        return;
    }
    uint8_t header[4];
    size_t n = b->n - mark - 4;
    if (n > LENGTH_FOUR_MAX) {
        buf_fail(b, ERR_LIMIT);
        return;
    }
    size_t used = mls_codec_header(header, n);
    memmove(b->p + mark + used, b->p + mark + 4, n);
    memcpy(b->p + mark, header, used);
    b->n = mark + used + n;
}

void mls_codec_put_extension(struct buf *b, uint16_t type, struct slice data)
{
    buf_u16(b, type);
    mls_codec_put_vector(b, data);
}

void mls_codec_put_extensions(struct buf *b, struct mls_extensions list)
{
    size_t mark = mls_codec_open(b);
    for (size_t i = 0; i < list.n; i++) {
        mls_codec_put_extension(b, list.v[i].type, list.v[i].data);
    }
    mls_codec_close(b, mark);
}

void mls_codec_put_grease(struct buf *b, uint16_t type)
{
    uint8_t data[4];
    if (type != 0) {
        crypto_rand(data, sizeof data);
        mls_codec_put_extension(b, type, slice_make(data, crypto_rand_below(sizeof data)));
    }
}
