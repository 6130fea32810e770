/* The one source of randomness of the core: host_random behind libsodium's generator API. */
#ifndef SOTTO_CRYPTO_RAND_H
#define SOTTO_CRYPTO_RAND_H
#include "base/base.h"

/* Fills n bytes. Panics (host_panic) when the host has no randomness; cannot fail otherwise. */
void crypto_rand(void *p, size_t n);
/* Uniform below `bound` (bound >= 1). For public choices: its time varies, since it may draw
 * again. */
uint32_t crypto_rand_below(uint32_t bound);
/* To be called before anything else of this room; ERR_HOST. Safe to call again. */
MUST_CHECK enum err crypto_init(void);
#endif
