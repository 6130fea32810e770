#include "witness_request.h"

#include "fuzz/fuzz.h"
#include "release/line.h"

/* The body of add-checkpoint; and as a path. What is read is written back the same; failures leave
 * zeros. */
FUZZ(input)
{
    static uint8_t out[WITNESS_REQUEST_BYTES_MAX];
    struct witness_request r;
    struct slice hex;
    if (witness_request_origin(&hex, input)) {
        FUZZ_CHECK(hex.n == 64 && input.n == 1 + 64 + 11);
    }
    if (witness_request_parse(&r, input) != OK) {
        FUZZ_CHECK(r.old_size == 0 && r.n == 0 && r.checkpoint.size == 0);
        FUZZ_CHECK(r.checkpoint.origin.n == 0 && r.checkpoint.note.text.n == 0);
        return;
    }
    struct buf b = buf_fixed(out, sizeof out);
    buf_slice(&b, SLICE_LITERAL("old "));
    release_line_decimal_put(&b, r.old_size);
    buf_u8(&b, '\n');
    for (size_t i = 0; i < r.n; i++) {
        release_line_base64_put(&b, SLICE_ARRAY(r.hashes[i].b));
        buf_u8(&b, '\n');
    }
    buf_u8(&b, '\n');
    release_checkpoint_put(&b, r.checkpoint.origin, r.checkpoint.size, &r.checkpoint.root);
    buf_u8(&b, '\n');
    buf_slice(&b, r.checkpoint.note.signatures);
    FUZZ_CHECK(b.err == OK && slice_equal(buf_view(&b), input));
}
