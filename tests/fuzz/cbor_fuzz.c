#include "base/cbor.h"
#include "fuzz/fuzz.h"

/* What is accepted has exactly one encoding: reading item by item and writing gives it back. */
static void copy_item(struct slice *s, struct buf *b)
{
    enum cbor_kind kind;
    struct slice bytes;
    int64_t number;
    uint64_t big;
    size_t n;
    bool yes;
    FUZZ_CHECK(cbor_peek(*s, &kind) == OK);
    switch (kind) {
    case CBOR_UINT:
        FUZZ_CHECK(cbor_get_uint(s, &big) == OK);
        cbor_put_uint(b, big);
        break;
    case CBOR_NINT:
        if (cbor_get_int(s, &number) == OK) {
            cbor_put_int(b, number);
        } else { /* below INT64_MIN: no reader of ours takes it */
            FUZZ_CHECK(cbor_skip(s, &bytes) == OK);
            buf_slice(b, bytes);
        }
        break;
    case CBOR_BYTES:
        FUZZ_CHECK(cbor_get_bytes(s, &bytes) == OK);
        cbor_put_bytes(b, bytes);
        break;
    case CBOR_TEXT:
        FUZZ_CHECK(cbor_get_text(s, &bytes) == OK);
        cbor_put_text(b, bytes);
        break;
    case CBOR_ARRAY:
        FUZZ_CHECK(cbor_get_array(s, &n) == OK);
        cbor_put_array(b, n);
        break;
    case CBOR_MAP:
        FUZZ_CHECK(cbor_get_map(s, &n) == OK);
        cbor_put_map(b, n);
        break;
    case CBOR_BOOL:
        FUZZ_CHECK(cbor_get_bool(s, &yes) == OK);
        cbor_put_bool(b, yes);
        break;
    case CBOR_NULL:
        FUZZ_CHECK(cbor_get_null(s) == OK);
        cbor_put_null(b);
        break;
    }
}

FUZZ(input)
{
    struct arena arena;
    struct slice rest = input;
    struct slice item;
    enum err e = cbor_check(input);
    if (cbor_skip(&rest, &item) == OK) {
        FUZZ_CHECK(item.n > 0 && item.n + rest.n == input.n);
        FUZZ_CHECK(cbor_check(item) == OK);
        FUZZ_CHECK((e == OK) == (rest.n == 0));
    } else {
        FUZZ_CHECK(e != OK && rest.p == input.p && rest.n == input.n && item.n == 0);
    }
    if (e != OK) {
        return;
    }
    arena_init(&arena, 0);
    struct buf b = buf_arena(&arena, input.n);
    for (rest = input; rest.n > 0;) {
        copy_item(&rest, &b);
    }
    FUZZ_CHECK(b.err == OK && slice_equal(buf_view(&b), input));
    arena_wipe(&arena);
}
