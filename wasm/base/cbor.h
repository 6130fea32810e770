/* Deterministic CBOR (RFC 8949, 4.2.1), the subset our schemas use: unsigned and negative
 * integers, byte and text strings (valid UTF-8), arrays, maps, false, true, null, definite
 * lengths and shortest forms only. Floats, tags and indefinite lengths are ERR_INPUT. */
#ifndef SOTTO_BASE_CBOR_H
#define SOTTO_BASE_CBOR_H

#include "base/buf.h"

enum cbor_kind {
    CBOR_UINT,
    CBOR_NINT,
    CBOR_BYTES,
    CBOR_TEXT,
    CBOR_ARRAY,
    CBOR_MAP,
    CBOR_BOOL,
    CBOR_NULL
};

/* What comes next, without moving. */
MUST_CHECK enum err cbor_peek(struct slice s, enum cbor_kind *out);
MUST_CHECK enum err cbor_get_uint(struct slice *s, uint64_t *out);
MUST_CHECK enum err cbor_get_int(struct slice *s, int64_t *out);
MUST_CHECK enum err cbor_get_bool(struct slice *s, bool *out);
MUST_CHECK enum err cbor_get_null(struct slice *s);
/* True and moved when a null is next; false and unmoved otherwise. */
bool cbor_take_null(struct slice *s);
MUST_CHECK enum err cbor_get_bytes(struct slice *s, struct slice *out);
/* A string of exactly n bytes, copied to out. ERR_INPUT: of another length; out is as it was. */
MUST_CHECK enum err cbor_get_fixed(struct slice *s, uint8_t *out, size_t n);
MUST_CHECK enum err cbor_get_text(struct slice *s, struct slice *out);
/* Number of items; ERR_INPUT when it exceeds the bytes left (each item takes at least one). */
MUST_CHECK enum err cbor_get_array(struct slice *s, size_t *out);
/* Number of pairs. Key order is not checked here; see cbor_check. */
MUST_CHECK enum err cbor_get_map(struct slice *s, size_t *out);
/* Skips one whole item, nesting bounded by LIMIT_CBOR_DEPTH; `out` (may be NULL) gets its bytes. */
MUST_CHECK enum err cbor_skip(struct slice *s, struct slice *out);
/* The same with a tighter bound: an item that opens more than `depth` arrays or maps inside each
 * other is ERR_LIMIT. depth up to LIMIT_CBOR_DEPTH. */
MUST_CHECK enum err cbor_skip_depth(struct slice *s, size_t depth, struct slice *out);
/* One whole item and nothing after it: shortest forms, sorted unique map keys, UTF-8, depth. */
MUST_CHECK enum err cbor_check(struct slice s);

void cbor_put_uint(struct buf *b, uint64_t v);
void cbor_put_int(struct buf *b, int64_t v);
void cbor_put_bool(struct buf *b, bool v);
void cbor_put_null(struct buf *b);
void cbor_put_bytes(struct buf *b, struct slice s);
/* Fails the buf with ERR_INPUT when s is not UTF-8. */
void cbor_put_text(struct buf *b, struct slice s);
void cbor_put_array(struct buf *b, size_t items);
void cbor_put_map(struct buf *b, size_t pairs);

#endif
