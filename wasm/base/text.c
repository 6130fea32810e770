#include "base/text.h"

#include "base/ct.h"

/* Keys and recovery codes pass through here: letters are computed, not looked up, and a reader's
 * only branch is on the verdict. Masks are 0 or 0xff in the low byte. */

/* 0xff when a < b, for values below 256. */
static unsigned mask_less(unsigned a, unsigned b)
{
    return ((a - b) >> 8) & 0xffu;
}

static unsigned mask_equal(unsigned a, unsigned b)
{
    return mask_less(a ^ b, 1);
}

/* 0xff when lo <= c <= hi. */
static unsigned mask_within(unsigned c, unsigned lo, unsigned hi)
{
    return ~(mask_less(c, lo) | mask_less(hi, c)) & 0xffu;
}

/* Length of the UTF-8 sequence at p (n bytes left); 0 when malformed (Unicode 15, table 3-7). */
static size_t utf8_sequence(const uint8_t *p, size_t n)
{
    uint8_t first = p[0];
    if (first < 0x80) {
        return 1;
    }
    size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || n < length) {
        return 0;
    }
    uint8_t lo = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    uint8_t hi = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (p[1] < lo || p[1] > hi) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return length;
}

bool text_is_utf8(struct slice s)
{
    size_t at = 0;
    while (at < s.n) {
        size_t length = utf8_sequence(s.p + at, s.n - at);
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return true;
}

size_t text_length(struct slice s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.n; i++) {
        count += (s.p[i] & 0xc0) != 0x80;
    }
    return count;
}

static uint8_t hex_letter(unsigned v)
{
    return (uint8_t)('0' + v + (~mask_less(v, 10) & ('a' - '0' - 10)));
}

void text_put_hex(struct buf *b, struct slice in)
{
    for (size_t i = 0; i < in.n; i++) {
        buf_u8(b, hex_letter(in.p[i] >> 4));
        buf_u8(b, hex_letter(in.p[i] & 15u));
    }
}

/* Value of a hex digit; *bad becomes non-zero for anything else. */
static unsigned hex_value(unsigned c, unsigned *bad)
{
    unsigned digit = mask_within(c, '0', '9');
    unsigned lower = mask_within(c, 'a', 'f');
    unsigned upper = mask_within(c, 'A', 'F');
    *bad |= ~(digit | lower | upper) & 0xffu;
    return (digit & (c - '0')) | (lower & (c - 'a' + 10)) | (upper & (c - 'A' + 10));
}

static bool is_bad(unsigned bad)
{
    CT_PUBLIC(&bad, sizeof bad);
    return bad != 0;
}

enum err text_get_hex(struct buf *out, struct slice in)
{
    unsigned bad = in.n % 2;
    uint8_t *to = buf_reserve(out, in.n / 2);
    for (size_t i = 0; to != NULL && i < in.n / 2; i++) {
        unsigned hi = hex_value(in.p[2 * i], &bad);
        to[i] = (uint8_t)(hi << 4 | hex_value(in.p[2 * i + 1], &bad));
    }
    if (is_bad(bad)) {
        if (to != NULL) {
            wipe(to, in.n / 2);
            out->n -= in.n / 2;
        }
        return ERR_INPUT;
    }
    return out->err;
}

static uint8_t base64url_letter(unsigned v)
{
    unsigned c = (mask_less(v, 26) & (v + 'A')) | (mask_within(v, 26, 51) & (v - 26 + 'a')) |
                 (mask_within(v, 52, 61) & (v - 52 + '0')) | (mask_equal(v, 62) & '-') |
                 (mask_equal(v, 63) & '_');
    return (uint8_t)c;
}

void text_put_base64url(struct buf *b, struct slice in)
{
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < in.n; i++) {
        bits = bits << 8 | in.p[i];
        have += 8;
        while (have >= 6) {
            have -= 6;
            buf_u8(b, base64url_letter(bits >> have & 63u));
        }
    }
    if (have > 0) {
        buf_u8(b, base64url_letter(bits << (6 - have) & 63u));
    }
}

static unsigned base64url_value(unsigned c, unsigned *bad)
{
    unsigned upper = mask_within(c, 'A', 'Z');
    unsigned lower = mask_within(c, 'a', 'z');
    unsigned digit = mask_within(c, '0', '9');
    unsigned dash = mask_equal(c, '-');
    unsigned line = mask_equal(c, '_');
    *bad |= ~(upper | lower | digit | dash | line) & 0xffu;
    return (upper & (c - 'A')) | (lower & (c - 'a' + 26)) | (digit & (c - '0' + 52)) |
           (dash & 62u) | (line & 63u);
}

enum err text_get_base64url(struct buf *out, struct slice in)
{
    size_t n = in.n / 4 * 3 + (in.n % 4 == 0 ? 0 : in.n % 4 - 1);
    unsigned bad = in.n % 4 == 1;
    uint32_t bits = 0;
    unsigned have = 0;
    size_t at = 0;
    uint8_t *to = buf_reserve(out, n);
    for (size_t i = 0; to != NULL && i < in.n; i++) {
        bits = (bits << 6 | base64url_value(in.p[i], &bad)) & 0xffffu;
        have += 6;
        if (have >= 8 && at < n) {
            have -= 8;
            to[at++] = (uint8_t)(bits >> have);
        }
    }
    bad |= bits & ((1u << have) - 1);
    if (is_bad(bad)) {
        if (to != NULL) {
            wipe(to, n);
            out->n -= n;
        }
        return ERR_INPUT;
    }
    return out->err;
}

/* 0-9 A-Z without I L O U. */
static uint8_t base32_letter(unsigned v)
{
    unsigned c = '0' + v + (~mask_less(v, 10) & 7u);
    c += (~mask_less(v, 18) & 1u) + (~mask_less(v, 20) & 1u) + (~mask_less(v, 22) & 1u) +
         (~mask_less(v, 27) & 1u);
    return (uint8_t)c;
}

void text_put_base32(struct buf *b, struct slice in)
{
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < in.n; i++) {
        bits = (bits << 8 | in.p[i]) & 0xffffu;
        have += 8;
        while (have >= 5) {
            have -= 5;
            buf_u8(b, base32_letter(bits >> have & 31u));
        }
    }
    if (have > 0) {
        buf_u8(b, base32_letter(bits << (5 - have) & 31u));
    }
}

static unsigned base32_value(unsigned c, unsigned *bad)
{
    unsigned known = 0;
    unsigned value = 0;
    c -= mask_within(c, 'a', 'z') & ('a' - 'A');
    c -= mask_equal(c, 'O') & ('O' - '0');
    c -= (mask_equal(c, 'I') & ('I' - '1')) | (mask_equal(c, 'L') & ('L' - '1'));
    for (unsigned v = 0; v < 32; v++) {
        unsigned hit = mask_equal(c, base32_letter(v));
        value |= hit & v;
        known |= hit;
    }
    *bad |= ~known & 0xffu;
    return value;
}

enum err text_get_base32(uint8_t *out, size_t n, struct slice in)
{
    unsigned bad = 0;
    uint32_t bits = 0;
    unsigned have = 0;
    size_t at = 0;
    size_t letters = 0;
    for (size_t i = 0; i < in.n; i++) {
        /* Where the separators are is no secret, only what is between them. */
        unsigned separator = mask_equal(in.p[i], '-') | mask_equal(in.p[i], ' ');
        CT_PUBLIC(&separator, sizeof separator);
        if (separator != 0) {
            continue;
        }
        letters++;
        bits = (bits << 5 | base32_value(in.p[i], &bad)) & 0xffffu;
        have += 5;
        if (have >= 8) {
            have -= 8;
            if (at < n) {
                out[at] = (uint8_t)(bits >> have);
            }
            at++;
        }
    }
    bad |= bits & ((1u << have) - 1);
    bad |= letters != (n * 8 + 4) / 5;
    if (is_bad(bad)) {
        wipe(out, n);
        return ERR_INPUT;
    }
    return OK;
}
