/* Bounded reading. A slice borrows bytes; taking from it moves its start and can never pass its
 * end. On ERR_INPUT the slice is left where it was and the output is zero. */
#ifndef SOTTO_BASE_SLICE_H
#define SOTTO_BASE_SLICE_H

#include "base/base.h"

struct slice {
    const uint8_t *p; /* borrowed; may be NULL when n is 0 */
    size_t n;         /* bytes                             */
};

#define SLICE_EMPTY ((struct slice){NULL, 0})
/* Of an array (not a pointer). */
#define SLICE_ARRAY(a) ((struct slice){(const uint8_t *)(a), sizeof(a)})
/* Of a string literal, without its NUL. */
#define SLICE_LITERAL(s) ((struct slice){(const uint8_t *)(s), sizeof(s) - 1})

static inline struct slice slice_make(const void *p, size_t n)
{
    return (struct slice){(const uint8_t *)p, n};
}
struct slice slice_of_string(const char *s);

/* Public data only: not constant time. */
bool slice_equal(struct slice a, struct slice b);
/* Order by bytes, shorter first on a common prefix: <0, 0, >0. Public data only. */
int slice_compare(struct slice a, struct slice b);

/* Takes n bytes. ERR_INPUT if fewer are left. */
MUST_CHECK enum err slice_take(struct slice *s, size_t n, struct slice *out);
/* Copies exactly n bytes out. */
MUST_CHECK enum err slice_copy(struct slice *s, void *out, size_t n);
/* Big-endian integers (MLS, TLS). */
MUST_CHECK enum err slice_u8(struct slice *s, uint8_t *out);
MUST_CHECK enum err slice_u16(struct slice *s, uint16_t *out);
MUST_CHECK enum err slice_u24(struct slice *s, uint32_t *out);
MUST_CHECK enum err slice_u32(struct slice *s, uint32_t *out);
MUST_CHECK enum err slice_u64(struct slice *s, uint64_t *out);
/* Little-endian integers (our frames). */
MUST_CHECK enum err slice_le16(struct slice *s, uint16_t *out);
MUST_CHECK enum err slice_le24(struct slice *s, uint32_t *out);
MUST_CHECK enum err slice_le32(struct slice *s, uint32_t *out);
MUST_CHECK enum err slice_le64(struct slice *s, uint64_t *out);
/* ERR_INPUT when bytes are left. */
MUST_CHECK enum err slice_end(struct slice s);

#endif
