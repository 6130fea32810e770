#include "crypto/rand.h"

#include <sodium/core.h>
#include <sodium/randombytes.h>

#include "base/ct.h"
#include "base/host.h"

static const char *source_name(void)
{
    return "sotto";
}

static uint32_t source_word(void)
{
    uint32_t v;
    host_random(&v, sizeof v);
    return v;
}

static void source_fill(void *const p, const size_t n)
{
    host_random(p, n);
}

void crypto_rand(void *p, size_t n)
{
    if (n > 0) {
        host_random(p, n);
    }
}

uint32_t crypto_rand_below(uint32_t bound)
{
    if (bound < 2) {
        return 0;
    }
    /* 2^32 mod bound: words below it would make small results more likely. */
    uint32_t biased = (0u - bound) % bound;
    uint32_t v;
    do {
        v = source_word();
        CT_PUBLIC(&v, sizeof v);
    } while (v < biased);
    return v % bound;
}

enum err crypto_init(void)
{
    static const randombytes_implementation source = {
        .implementation_name = source_name,
        .random = source_word,
        .buf = source_fill,
    };
    if (randombytes_set_implementation(&source) != 0 || sodium_init() < 0) {
        return ERR_HOST;
    }
    return OK;
}
