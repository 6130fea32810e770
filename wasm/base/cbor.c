#include "base/cbor.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

#define MAJOR_UINT 0u
#define MAJOR_NINT 1u
#define MAJOR_BYTES 2u
#define MAJOR_TEXT 3u
#define MAJOR_ARRAY 4u
#define MAJOR_MAP 5u
#define MAJOR_SIMPLE 7u
#define SIMPLE_FALSE 20u
#define SIMPLE_TRUE 21u
#define SIMPLE_NULL 22u

struct head {
    unsigned major;
    uint64_t value;
};

/* The first byte and its argument, shortest form only (RFC 8949, 3 and 4.2.1). */
static enum err take_head(struct slice *s, struct head *out)
{
    struct slice rest = *s;
    uint8_t first;
    *out = (struct head){0, 0};
    TRY(slice_u8(&rest, &first));
    unsigned major = first >> 5;
    unsigned info = first & 31u;
    uint64_t value = info;
    if (info >= 24) {
        static const uint64_t least[] = {24, 0x100, 0x10000, 0x100000000};
        struct slice argument;
        if (info > 27 || major == MAJOR_SIMPLE) {
            return ERR_INPUT;
        }
        TRY(slice_take(&rest, (size_t)1 << (info - 24), &argument));
        value = 0;
        for (size_t i = 0; i < argument.n; i++) {
            value = value << 8 | argument.p[i];
        }
        if (value < least[info - 24]) {
            return ERR_INPUT;
        }
    }
    if (major == 6 || (major == MAJOR_SIMPLE && (value < SIMPLE_FALSE || value > SIMPLE_NULL))) {
        return ERR_INPUT;
    }
    *out = (struct head){major, value};
    *s = rest;
    return OK;
}

static enum err take_major(struct slice *s, unsigned major, uint64_t *value)
{
    struct slice rest = *s;
    struct head h;
    *value = 0;
    TRY(take_head(&rest, &h));
    if (h.major != major) {
        return ERR_INPUT;
    }
    *value = h.value;
    *s = rest;
    return OK;
}

enum err cbor_peek(struct slice s, enum cbor_kind *out)
{
    static const enum cbor_kind kinds[] = {CBOR_UINT, CBOR_NINT,  CBOR_BYTES,
                                           CBOR_TEXT, CBOR_ARRAY, CBOR_MAP};
    struct head h;
    *out = CBOR_UINT;
    TRY(take_head(&s, &h));
    if (h.major == MAJOR_SIMPLE) {
        *out = h.value == SIMPLE_NULL ? CBOR_NULL : CBOR_BOOL;
    } else {
        *out = kinds[h.major];
    }
    return OK;
}

enum err cbor_get_uint(struct slice *s, uint64_t *out)
{
    return take_major(s, MAJOR_UINT, out);
}

enum err cbor_get_int(struct slice *s, int64_t *out)
{
    struct slice rest = *s;
    struct head h;
    *out = 0;
    TRY(take_head(&rest, &h));
    if (h.major > MAJOR_NINT || h.value > (uint64_t)INT64_MAX) {
        return ERR_INPUT;
    }
    *out = h.major == MAJOR_UINT ? (int64_t)h.value : -1 - (int64_t)h.value;
    *s = rest;
    return OK;
}

enum err cbor_get_bool(struct slice *s, bool *out)
{
    struct slice rest = *s;
    uint64_t v;
    *out = false;
    TRY(take_major(&rest, MAJOR_SIMPLE, &v));
    if (v == SIMPLE_NULL) {
        return ERR_INPUT;
    }
    *out = v == SIMPLE_TRUE;
    *s = rest;
    return OK;
}

enum err cbor_get_null(struct slice *s)
{
    return cbor_take_null(s) ? OK : ERR_INPUT;
}

bool cbor_take_null(struct slice *s)
{
    struct slice rest = *s;
    uint64_t v;
    if (take_major(&rest, MAJOR_SIMPLE, &v) != OK || v != SIMPLE_NULL) {
        return false;
    }
    *s = rest;
    return true;
}

static enum err take_string(struct slice *s, unsigned major, struct slice *out)
{
    struct slice rest = *s;
    uint64_t n;
    *out = SLICE_EMPTY;
    TRY(take_major(&rest, major, &n));
    if (n > rest.n) {
        return ERR_INPUT;
    }
    TRY(slice_take(&rest, (size_t)n, out));
    if (major == MAJOR_TEXT && !text_is_utf8(*out)) {
        *out = SLICE_EMPTY;
        return ERR_INPUT;
    }
    *s = rest;
    return OK;
}

enum err cbor_get_bytes(struct slice *s, struct slice *out)
{
    return take_string(s, MAJOR_BYTES, out);
}

enum err cbor_get_fixed(struct slice *s, uint8_t *out, size_t n)
{
    struct slice v;
    TRY(cbor_get_bytes(s, &v));
    if (v.n != n) {
        return ERR_INPUT;
    }
    memcpy(out, v.p, n);
    return OK;
}

enum err cbor_get_text(struct slice *s, struct slice *out)
{
    return take_string(s, MAJOR_TEXT, out);
}

enum err cbor_get_array(struct slice *s, size_t *out)
{
    struct slice rest = *s;
    uint64_t n;
    *out = 0;
    TRY(take_major(&rest, MAJOR_ARRAY, &n));
    if (n > rest.n) {
        return ERR_INPUT;
    }
    *out = (size_t)n;
    *s = rest;
    return OK;
}

enum err cbor_get_map(struct slice *s, size_t *out)
{
    struct slice rest = *s;
    uint64_t n;
    *out = 0;
    TRY(take_major(&rest, MAJOR_MAP, &n));
    if (n > rest.n / 2) {
        return ERR_INPUT;
    }
    *out = (size_t)n;
    *s = rest;
    return OK;
}

/* One open array or map while walking. */
struct level {
    size_t left;           /* items still to come (a pair is two)  */
    bool map;              /* every second item is a key           */
    const uint8_t *key;    /* where the key being read started     */
    struct slice key_last; /* the key before it                    */
};

/* Called when a whole item ends at `end`: closes what it completes. */
static enum err item_done(struct level *levels, size_t *depth, const uint8_t *end)
{
    while (*depth > 0) {
        struct level *top = &levels[*depth - 1];
        if (top->map && top->left % 2 == 0) {
            struct slice key = slice_make(top->key, (size_t)(end - top->key));
            if (top->key_last.n > 0 && slice_compare(top->key_last, key) >= 0) {
                return ERR_INPUT;
            }
            top->key_last = key;
        }
        top->left--;
        if (top->left > 0) {
            top->key = end;
            return OK;
        }
        (*depth)--;
    }
    return OK;
}

/* Reads one head and a string's bytes; opens a level for a non-empty array or map. */
static enum err item_begin(struct slice *s, struct level *levels, size_t *depth, size_t max,
                           bool *whole)
{
    struct slice look = *s;
    struct slice text;
    struct head h;
    size_t n = 0;
    *whole = true;
    TRY(take_head(&look, &h));
    switch (h.major) {
    case MAJOR_BYTES:
    case MAJOR_TEXT:
        return take_string(s, h.major, &text);
    case MAJOR_ARRAY:
        TRY(cbor_get_array(s, &n));
        break;
    case MAJOR_MAP:
        TRY(cbor_get_map(s, &n));
        n *= 2;
        break;
    default:
        *s = look;
        return OK;
    }
    if (*depth == max) {
        return ERR_LIMIT;
    }
    if (n > 0) {
        levels[*depth] = (struct level){.left = n, .map = h.major == MAJOR_MAP, .key = s->p};
        (*depth)++;
        *whole = false;
    }
    return OK;
}

enum err cbor_skip(struct slice *s, struct slice *out)
{
    return cbor_skip_depth(s, LIMIT_CBOR_DEPTH, out);
}

enum err cbor_skip_depth(struct slice *s, size_t depth_max, struct slice *out)
{
    struct level levels[LIMIT_CBOR_DEPTH];
    struct slice rest = *s;
    size_t depth = 0;
    if (out != NULL) {
        *out = SLICE_EMPTY;
    }
    if (depth_max > LIMIT_CBOR_DEPTH) {
        return ERR_BUG;
    }
    do {
        bool whole;
        TRY(item_begin(&rest, levels, &depth, depth_max, &whole));
        if (whole) {
            TRY(item_done(levels, &depth, rest.p));
        }
    } while (depth > 0);
    if (out != NULL) {
        *out = slice_make(s->p, s->n - rest.n);
    }
    *s = rest;
    return OK;
}

enum err cbor_check(struct slice s)
{
    TRY(cbor_skip(&s, NULL));
    return slice_end(s);
}

static void put_head(struct buf *b, unsigned major, uint64_t v)
{
    uint8_t top = (uint8_t)(major << 5);
    if (v < 24) {
        buf_u8(b, (uint8_t)(top | v));
    } else if (v < 0x100) {
        buf_u8(b, top | 24);
        buf_u8(b, (uint8_t)v);
    } else if (v < 0x10000) {
        buf_u8(b, top | 25);
        buf_u16(b, (uint16_t)v);
    } else if (v < 0x100000000) {
        buf_u8(b, top | 26);
        buf_u32(b, (uint32_t)v);
    } else {
        buf_u8(b, top | 27);
        buf_u64(b, v);
    }
}

void cbor_put_uint(struct buf *b, uint64_t v)
{
    put_head(b, MAJOR_UINT, v);
}

void cbor_put_int(struct buf *b, int64_t v)
{
    if (v >= 0) {
        put_head(b, MAJOR_UINT, (uint64_t)v);
    } else {
        put_head(b, MAJOR_NINT, (uint64_t)(-1 - v));
    }
}

void cbor_put_bool(struct buf *b, bool v)
{
    put_head(b, MAJOR_SIMPLE, v ? SIMPLE_TRUE : SIMPLE_FALSE);
}

void cbor_put_null(struct buf *b)
{
    put_head(b, MAJOR_SIMPLE, SIMPLE_NULL);
}

void cbor_put_bytes(struct buf *b, struct slice s)
{
    put_head(b, MAJOR_BYTES, s.n);
    buf_slice(b, s);
}

void cbor_put_text(struct buf *b, struct slice s)
{
    if (!text_is_utf8(s)) {
        buf_fail(b, ERR_INPUT);
    }
    put_head(b, MAJOR_TEXT, s.n);
    buf_slice(b, s);
}

void cbor_put_array(struct buf *b, size_t items)
{
    put_head(b, MAJOR_ARRAY, items);
}

void cbor_put_map(struct buf *b, size_t pairs)
{
    put_head(b, MAJOR_MAP, pairs);
}
