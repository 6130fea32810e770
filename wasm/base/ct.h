/* Constant-time helpers and the marks that let valgrind watch secrets.
 * The barrier follows libsodium's utils, the marks follow ctgrind. */
#ifndef SOTTO_BASE_CT_H
#define SOTTO_BASE_CT_H

#include "base/base.h"
#include "base/slice.h"

/* True when both hold the same n bytes; time depends on n only. */
bool ct_equal(const void *a, const void *b, size_t n);
/* Same, for slices; the lengths are public. */
bool ct_slice_equal(struct slice a, struct slice b);
/* True when all n bytes are zero. */
bool ct_is_zero(const void *p, size_t n);
/* out = choose ? a : b, n bytes, without a branch. choose is 0 or 1. */
void ct_select(void *out, const void *a, const void *b, size_t n, uint8_t choose);
/* Overwrites n bytes with zero; not optimised away. Accepts NULL when n is 0. */
void wipe(void *p, size_t n);

#ifdef SOTTO_CT
#include <valgrind/memcheck.h>
#define CT_SECRET(p, n) ((void)VALGRIND_MAKE_MEM_UNDEFINED((p), (n)))
#define CT_PUBLIC(p, n) ((void)VALGRIND_MAKE_MEM_DEFINED((p), (n)))
#else
#define CT_SECRET(p, n) ((void)(p), (void)(n))
#define CT_PUBLIC(p, n) ((void)(p), (void)(n))
#endif

#endif
