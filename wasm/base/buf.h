/* Bounded writing. A buf writes into memory it borrows, or grows inside an arena. The first
 * failure sticks: a chain of puts is checked once, by buf_finish. */
#ifndef SOTTO_BASE_BUF_H
#define SOTTO_BASE_BUF_H

#include "base/arena.h"
#include "base/slice.h"

struct buf {
    uint8_t *p;
    size_t n;            /* bytes written                                */
    size_t cap;          /* bytes available at p                         */
    struct arena *arena; /* when set, p grows here (old copies are wiped
                            with the arena); NULL: fixed                 */
    enum err err;        /* first error; sticks                          */
};

/* Over the caller's memory. */
struct buf buf_fixed(void *p, size_t cap);
/* Growing in the arena, starting with room for `hint` bytes (0: a default). */
struct buf buf_arena(struct arena *arena, size_t hint);

void buf_put(struct buf *b, const void *p, size_t n);
void buf_slice(struct buf *b, struct slice s);
void buf_zero(struct buf *b, size_t n);
void buf_u8(struct buf *b, uint8_t v);
void buf_u16(struct buf *b, uint16_t v); /* big-endian */
void buf_u24(struct buf *b, uint32_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);
void buf_le16(struct buf *b, uint16_t v); /* little-endian */
void buf_le24(struct buf *b, uint32_t v);
void buf_le32(struct buf *b, uint32_t v);
void buf_le64(struct buf *b, uint64_t v);
/* As decimal digits. */
void buf_decimal(struct buf *b, uint64_t v);
/* Room for n bytes to be written by the caller; NULL after an error. */
uint8_t *buf_reserve(struct buf *b, size_t n);
/* Makes an error from outside stick. */
void buf_fail(struct buf *b, enum err e);
/* What was written so far (empty after an error). */
struct slice buf_view(const struct buf *b);
/* The first error, or OK and the bytes written (borrowed from the buf's memory). */
MUST_CHECK enum err buf_finish(const struct buf *b, struct slice *out);

#endif
