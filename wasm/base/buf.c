#include "base/buf.h"

#include <string.h>

#define GROW_BYTES 256 /* first size when the caller gives no hint */

struct buf buf_fixed(void *p, size_t cap)
{
    return (struct buf){.p = p, .cap = cap};
}

struct buf buf_arena(struct arena *arena, size_t hint)
{
    struct buf b = {.arena = arena};
    b.cap = hint == 0 ? GROW_BYTES : hint;
    b.p = arena_alloc(arena, b.cap);
    if (b.p == NULL) {
        b.cap = 0;
        b.err = ERR_HOST_MEMORY;
    }
    return b;
}

void buf_fail(struct buf *b, enum err e)
{
    if (b->err == OK) {
        b->err = e;
    }
}

static void grow(struct buf *b, size_t need)
{
    size_t cap = b->cap > SIZE_MAX / 2 ? SIZE_MAX : b->cap * 2;
    if (cap < need) {
        cap = need;
    }
    if (cap < GROW_BYTES) {
        cap = GROW_BYTES;
    }
    uint8_t *p = arena_alloc(b->arena, cap);
    if (p == NULL) {
        buf_fail(b, ERR_HOST_MEMORY);
        return;
    }
    if (b->n > 0) {
        memcpy(p, b->p, b->n);
    }
    b->p = p;
    b->cap = cap;
}

void buf_decimal(struct buf *b, uint64_t v)
{
    char digits[20]; /* the largest has 20 */
    size_t n = sizeof digits;
    do {
        digits[--n] = (char)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    buf_put(b, digits + n, sizeof digits - n);
}

uint8_t *buf_reserve(struct buf *b, size_t n)
{
    if (b->err != OK) {
        return NULL;
    }
    if (n > b->cap - b->n) {
        if (b->arena == NULL || n > SIZE_MAX - b->n) {
            buf_fail(b, ERR_LIMIT);
            return NULL;
        }
        grow(b, b->n + n);
        if (b->err != OK) {
            return NULL;
        }
    }
    uint8_t *p = b->p + b->n;
    b->n += n;
    return p;
}

void buf_put(struct buf *b, const void *p, size_t n)
{
    if (n == 0) {
        return;
    }
    uint8_t *to = buf_reserve(b, n);
    if (to != NULL) {
        memcpy(to, p, n);
    }
}

void buf_slice(struct buf *b, struct slice s)
{
    buf_put(b, s.p, s.n);
}

void buf_zero(struct buf *b, size_t n)
{
    if (n == 0) {
        return;
    }
    uint8_t *to = buf_reserve(b, n);
    if (to != NULL) {
        memset(to, 0, n);
    }
}

static void put_be(struct buf *b, uint64_t v, size_t n)
{
    uint8_t *to = buf_reserve(b, n);
    for (size_t i = n; to != NULL && i > 0; i--) {
        to[i - 1] = (uint8_t)v;
        v >>= 8;
    }
}

static void put_le(struct buf *b, uint64_t v, size_t n)
{
    uint8_t *to = buf_reserve(b, n);
    for (size_t i = 0; to != NULL && i < n; i++) {
        to[i] = (uint8_t)v;
        v >>= 8;
    }
}

void buf_u8(struct buf *b, uint8_t v)
{
    put_be(b, v, 1);
}

void buf_u16(struct buf *b, uint16_t v)
{
    put_be(b, v, 2);
}

void buf_u24(struct buf *b, uint32_t v)
{
    if (v >> 24 != 0) {
        buf_fail(b, ERR_LIMIT);
    }
    put_be(b, v, 3);
}

void buf_u32(struct buf *b, uint32_t v)
{
    put_be(b, v, 4);
}

void buf_u64(struct buf *b, uint64_t v)
{
    put_be(b, v, 8);
}

void buf_le16(struct buf *b, uint16_t v)
{
    put_le(b, v, 2);
}

void buf_le24(struct buf *b, uint32_t v)
{
    if (v >> 24 != 0) {
        buf_fail(b, ERR_LIMIT);
    }
    put_le(b, v, 3);
}

void buf_le32(struct buf *b, uint32_t v)
{
    put_le(b, v, 4);
}

void buf_le64(struct buf *b, uint64_t v)
{
    put_le(b, v, 8);
}

struct slice buf_view(const struct buf *b)
{
    return b->err == OK ? slice_make(b->p, b->n) : SLICE_EMPTY;
}

enum err buf_finish(const struct buf *b, struct slice *out)
{
    *out = buf_view(b);
    return b->err;
}
