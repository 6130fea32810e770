#include "base/text.h"
#include "fuzz/fuzz.h"

#define OUT_MAX 8192

/* What a reader accepts, the writer gives back (hex and base32 up to the case of letters). */
static void check_back(struct slice text, struct slice again)
{
    FUZZ_CHECK(text.n == again.n);
    for (size_t i = 0; i < text.n; i++) {
        FUZZ_CHECK((text.p[i] | 32) == (again.p[i] | 32));
    }
}

FUZZ(input)
{
    static uint8_t bytes[OUT_MAX];
    static uint8_t texts[2 * OUT_MAX];
    if (input.n > OUT_MAX) {
        return;
    }
    size_t length = text_length(input);
    FUZZ_CHECK(length <= input.n);
    (void)text_is_utf8(input);

    struct buf b = buf_fixed(bytes, sizeof bytes);
    struct buf t = buf_fixed(texts, sizeof texts);
    if (text_get_hex(&b, input) == OK) {
        text_put_hex(&t, buf_view(&b));
        check_back(input, buf_view(&t));
    } else {
        FUZZ_CHECK(b.n == 0);
    }
    b = buf_fixed(bytes, sizeof bytes);
    t = buf_fixed(texts, sizeof texts);
    if (text_get_base64url(&b, input) == OK) {
        text_put_base64url(&t, buf_view(&b));
        FUZZ_CHECK(slice_equal(buf_view(&t), input));
    } else {
        FUZZ_CHECK(b.n == 0);
    }
    size_t n = input.n * 5 / 8;
    if (text_get_base32(bytes, n, input) == OK) {
        t = buf_fixed(texts, sizeof texts);
        text_put_base32(&t, slice_make(bytes, n));
        FUZZ_CHECK(t.n <= input.n);
    }
    /* And every input survives the way out and back. */
    t = buf_fixed(texts, sizeof texts);
    b = buf_fixed(bytes, sizeof bytes);
    text_put_base32(&t, input);
    FUZZ_CHECK(text_get_base32(bytes, input.n, buf_view(&t)) == OK);
    FUZZ_CHECK(slice_equal(slice_make(bytes, input.n), input));
    t = buf_fixed(texts, sizeof texts);
    text_put_base64url(&t, input);
    FUZZ_CHECK(text_get_base64url(&b, buf_view(&t)) == OK && slice_equal(buf_view(&b), input));
}
