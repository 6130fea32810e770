/* A block of bytes with a count of users, shared between threads: the body of a message on its way
 * through the database to every reader, or an answer on its way back. */
#ifndef SOTTO_GATEWAY_BYTES_H
#define SOTTO_GATEWAY_BYTES_H
#include <stdatomic.h>

#include "base/slice.h"

struct gw_bytes {
    _Atomic uint32_t refs;
    uint32_t n;
    uint8_t p[];
};

/* n bytes, not initialised, one reference; NULL when out of memory. */
struct gw_bytes *gw_bytes_new(size_t n);
struct gw_bytes *gw_bytes_copy(struct slice s);
struct gw_bytes *gw_bytes_ref(struct gw_bytes *b);
/* Accepts NULL. */
void gw_bytes_unref(struct gw_bytes *b);
struct slice gw_bytes_slice(const struct gw_bytes *b);

#endif
