#include <string.h>

#include "fuzz/fuzz.h"
#include "gateway/ws.h"

/* A stream of bytes from a client, whole and cut at any place: the framer finds the same frames,
 * never looks past what it was given, changes nothing while it waits, and what it accepts is within
 * the profile. */

struct frames {
    size_t n, bytes;
    uint64_t sum;
    bool bad;
    uint16_t code;
};

static void note(struct frames *f, const struct gw_ws_frame *w)
{
    FUZZ_CHECK(w->n <= GW_WS_MESSAGE_MAX);
    FUZZ_CHECK(w->opcode == GW_WS_BINARY || w->opcode >= GW_WS_CLOSE);
    FUZZ_CHECK(w->opcode == GW_WS_BINARY || w->n <= 125);
    FUZZ_CHECK(w->taken > w->n && w->taken <= w->n + 14);
    f->n++;
    f->bytes += w->taken;
    for (size_t i = 0; i < w->n; i++) {
        f->sum = f->sum * 31 + w->p[i];
    }
    f->sum = f->sum * 31 + w->opcode;
}

/* Feeds the stream in pieces; every view of it is a heap copy of exactly its size. */
static struct frames feed(struct slice in, size_t step)
{
    struct frames f = {0};
    size_t start = 0, end = 0;
    while (!f.bad && end < in.n) {
        end = in.n - end < step ? in.n : end + step;
        while (!f.bad && start < end) {
            struct slice view = check_copy(slice_make(in.p + start, end - start));
            uint8_t *p = (uint8_t *)(uintptr_t)view.p;
            struct gw_ws_frame w;
            enum gw_ws_result r = gw_ws_parse(p, view.n, &w);
            if (r == GW_WS_MORE) {
                FUZZ_CHECK(memcmp(p, in.p + start, view.n) == 0);
                check_release(view);
                break;
            }
            if (r == GW_WS_BAD) {
                FUZZ_CHECK(w.bad_code >= 1002 && w.bad_code <= 1009);
                f.bad = true;
                f.code = w.bad_code;
            } else {
                FUZZ_CHECK(w.taken <= view.n);
                note(&f, &w);
                start += w.taken;
            }
            check_release(view);
        }
    }
    return f;
}

static void check_header(size_t n)
{
    uint8_t h[GW_WS_HEADER_MAX];
    size_t k = gw_ws_header(h, GW_WS_BINARY, n);
    FUZZ_CHECK(k == (n < 126 ? 2u : n < 65536 ? 4u : 10u));
    FUZZ_CHECK(h[0] == 0x82 && (h[1] & 0x80) == 0);
}

FUZZ(input)
{
    struct frames whole = feed(input, input.n == 0 ? 1 : input.n);
    struct frames bytewise = feed(input, 1), odd = feed(input, 7);
    FUZZ_CHECK(whole.n == bytewise.n && whole.sum == bytewise.sum && whole.bad == bytewise.bad);
    FUZZ_CHECK(whole.n == odd.n && whole.sum == odd.sum && whole.code == odd.code);
    check_header(input.n);
}
