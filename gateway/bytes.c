#include "gateway/bytes.h"

#include <stdlib.h>
#include <string.h>

struct gw_bytes *gw_bytes_new(size_t n)
{
    struct gw_bytes *b = n > UINT32_MAX / 2 ? NULL : malloc(sizeof *b + n);
    if (b != NULL) {
        atomic_init(&b->refs, 1);
        b->n = (uint32_t)n;
    }
    return b;
}

struct gw_bytes *gw_bytes_copy(struct slice s)
{
    struct gw_bytes *b = gw_bytes_new(s.n);
    if (b != NULL && s.n > 0) {
        memcpy(b->p, s.p, s.n);
    }
    return b;
}

struct gw_bytes *gw_bytes_ref(struct gw_bytes *b)
{
    atomic_fetch_add_explicit(&b->refs, 1, memory_order_relaxed);
    return b;
}

void gw_bytes_unref(struct gw_bytes *b)
{
    if (b != NULL && atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel) == 1) {
        free(b);
    }
}

struct slice gw_bytes_slice(const struct gw_bytes *b)
{
    return slice_make(b->p, b->n);
}
