#include "base/slice.h"

#include <string.h>

struct slice slice_of_string(const char *s)
{
    return slice_make(s, strlen(s));
}

bool slice_equal(struct slice a, struct slice b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int slice_compare(struct slice a, struct slice b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);
    if (order != 0) {
        return order;
    }
    return (a.n > b.n) - (a.n < b.n);
}

enum err slice_take(struct slice *s, size_t n, struct slice *out)
{
    if (n > s->n) {
        *out = SLICE_EMPTY;
        return ERR_INPUT;
    }
    *out = slice_make(s->p, n);
    if (n > 0) {
        s->p += n;
        s->n -= n;
    }
    return OK;
}

enum err slice_copy(struct slice *s, void *out, size_t n)
{
    struct slice part;
    if (slice_take(s, n, &part) != OK) {
        memset(out, 0, n);
        return ERR_INPUT;
    }
    if (n > 0) {
        memcpy(out, part.p, n);
    }
    return OK;
}

/* The next n <= 8 bytes as one integer. */
static enum err take_be(struct slice *s, size_t n, uint64_t *out)
{
    struct slice part;
    *out = 0;
    TRY(slice_take(s, n, &part));
    for (size_t i = 0; i < n; i++) {
        *out = *out << 8 | part.p[i];
    }
    return OK;
}

static enum err take_le(struct slice *s, size_t n, uint64_t *out)
{
    struct slice part;
    *out = 0;
    TRY(slice_take(s, n, &part));
    for (size_t i = n; i > 0; i--) {
        *out = *out << 8 | part.p[i - 1];
    }
    return OK;
}

enum err slice_u8(struct slice *s, uint8_t *out)
{
    uint64_t v;
    enum err e = take_be(s, 1, &v);
    *out = (uint8_t)v;
    return e;
}

enum err slice_u16(struct slice *s, uint16_t *out)
{
    uint64_t v;
    enum err e = take_be(s, 2, &v);
    *out = (uint16_t)v;
    return e;
}

enum err slice_u24(struct slice *s, uint32_t *out)
{
    uint64_t v;
    enum err e = take_be(s, 3, &v);
    *out = (uint32_t)v;
    return e;
}

enum err slice_u32(struct slice *s, uint32_t *out)
{
    uint64_t v;
    enum err e = take_be(s, 4, &v);
    *out = (uint32_t)v;
    return e;
}

enum err slice_u64(struct slice *s, uint64_t *out)
{
    return take_be(s, 8, out);
}

enum err slice_le16(struct slice *s, uint16_t *out)
{
    uint64_t v;
    enum err e = take_le(s, 2, &v);
    *out = (uint16_t)v;
    return e;
}

enum err slice_le24(struct slice *s, uint32_t *out)
{
    uint64_t v;
    enum err e = take_le(s, 3, &v);
    *out = (uint32_t)v;
    return e;
}

enum err slice_le32(struct slice *s, uint32_t *out)
{
    uint64_t v;
    enum err e = take_le(s, 4, &v);
    *out = (uint32_t)v;
    return e;
}

enum err slice_le64(struct slice *s, uint64_t *out)
{
    return take_le(s, 8, out);
}

enum err slice_end(struct slice s)
{
    return s.n == 0 ? OK : ERR_INPUT;
}
