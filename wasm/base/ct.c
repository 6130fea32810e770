#define _DEFAULT_SOURCE 1
#include "base/ct.h"

#include <string.h>

/* Always 0, which the compiler cannot know: keeps it from turning masks back into branches. */
volatile uint32_t ct_barrier_word = 0;

static uint32_t barrier(uint32_t v)
{
    return v ^ ct_barrier_word;
}

/* 1 when v (below 256) is 0, else 0. The verdict is what callers branch on: public from here. */
static bool verdict_is_zero(uint32_t v)
{
    uint32_t zero = (barrier(v) - 1) >> 31;
    CT_PUBLIC(&zero, sizeof zero);
    return zero != 0;
}

bool ct_equal(const void *a, const void *b, size_t n)
{
    const uint8_t *x = a;
    const uint8_t *y = b;
    uint32_t different = 0;
    for (size_t i = 0; i < n; i++) {
        different = barrier(different | (uint32_t)(x[i] ^ y[i]));
    }
    return verdict_is_zero(different);
}

bool ct_slice_equal(struct slice a, struct slice b)
{
    return a.n == b.n && ct_equal(a.p, b.p, a.n);
}

bool ct_is_zero(const void *p, size_t n)
{
    const uint8_t *x = p;
    uint32_t any = 0;
    for (size_t i = 0; i < n; i++) {
        any = barrier(any | x[i]);
    }
    return verdict_is_zero(any);
}

void ct_select(void *out, const void *a, const void *b, size_t n, uint8_t choose)
{
    const uint8_t *x = a;
    const uint8_t *y = b;
    uint8_t *o = out;
    uint8_t mask = (uint8_t)(0 - barrier(choose & 1u));
    for (size_t i = 0; i < n; i++) {
        o[i] = (uint8_t)(y[i] ^ (mask & (x[i] ^ y[i])));
    }
}

void wipe(void *p, size_t n)
{
    if (n > 0) {
        explicit_bzero(p, n);
    }
}
