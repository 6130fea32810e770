#include "release/line.h"

#include <string.h>

#include "base/text.h"

#define DECIMAL_MAX ((uint64_t)1 << 53) /* first number that JavaScript cannot hold */
#define DECIMAL_DIGITS 16

bool release_line_next(struct slice *rest, struct slice *line)
{
    for (size_t i = 0; i < rest->n; i++) {
        if (rest->p[i] == '\n') {
            *line = slice_make(rest->p, i);
            *rest = slice_make(rest->p + i + 1, rest->n - i - 1);
            return true;
        }
    }
    *line = SLICE_EMPTY;
    return false;
}

enum err release_line_decimal_get(uint64_t *out, struct slice in)
{
    uint64_t v = 0;
    *out = 0;
    if (in.n == 0 || in.n > DECIMAL_DIGITS || (in.p[0] == '0' && in.n > 1)) {
        return ERR_INPUT;
    }
    for (size_t i = 0; i < in.n; i++) {
        if (in.p[i] < '0' || in.p[i] > '9') {
            return ERR_INPUT;
        }
        v = v * 10 + (uint64_t)(in.p[i] - '0');
    }
    if (v >= DECIMAL_MAX) {
        return ERR_INPUT;
    }
    *out = v;
    return OK;
}

void release_line_decimal_put(struct buf *b, uint64_t v)
{
    uint8_t digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (uint8_t)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    buf_put(b, digits + at, sizeof digits - at);
}

void release_line_base64_put(struct buf *b, struct slice in)
{
    for (size_t i = 0; i < in.n; i += 3) {
        uint8_t group[4] = {'=', '=', '=', '='};
        struct buf g = buf_fixed(group, sizeof group);
        text_put_base64url(&g, slice_make(in.p + i, in.n - i < 3 ? in.n - i : 3));
        for (size_t k = 0; k < sizeof group; k++) {
            group[k] = group[k] == '-' ? '+' : group[k] == '_' ? '/' : group[k];
        }
        buf_put(b, group, sizeof group);
    }
}

/* One group of four letters, of which only the last may be padded. base/text.h has the strict
 * reader of the other alphabet; here the two letters that differ are translated. */
static enum err get_group(struct buf *out, const uint8_t letters[4], bool last)
{
    uint8_t group[4];
    size_t n = 4;
    while (last && n > 2 && letters[n - 1] == '=') {
        n--;
    }
    for (size_t k = 0; k < n; k++) {
        uint8_t c = letters[k];
        group[k] = c == '+' ? '-' : c == '/' ? '_' : c == '-' || c == '_' ? '=' : c;
    }
    return text_get_base64url(out, slice_make(group, n));
}

enum err release_line_base64_get(struct buf *out, struct slice in)
{
    size_t before = out->n;
    if (in.n % 4 != 0) {
        return ERR_INPUT;
    }
    for (size_t i = 0; i < in.n; i += 4) {
        if (get_group(out, in.p + i, i + 4 == in.n) != OK) {
            out->n = before;
            return ERR_INPUT;
        }
    }
    return OK;
}
