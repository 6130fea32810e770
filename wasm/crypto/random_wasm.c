/* libsodium's generator API (randombytes.h) over host_random. It replaces libsodium's own
 * randombytes.c, whose Emscripten branch puts JavaScript text into the module and so cannot be
 * linked without glue. Names and contracts are libsodium's. */
#include <sodium/crypto_stream_chacha20.h>
#include <sodium/randombytes.h>

#include "base/host.h"

void randombytes_buf(void *const buf, const size_t size)
{
    host_random(buf, size);
}

void randombytes(unsigned char *const buf, const unsigned long long buf_len)
{
    if (buf_len > SIZE_MAX) {
        host_panic("randombytes: length");
    }
    host_random(buf, (size_t)buf_len);
}

uint32_t randombytes_random(void)
{
    uint32_t r;
    host_random(&r, sizeof r);
    return r;
}

/* Rejects the values below 2^32 mod bound, so that every result is equally likely. */
uint32_t randombytes_uniform(const uint32_t upper_bound)
{
    if (upper_bound < 2) {
        return 0;
    }
    uint32_t min = (1u + ~upper_bound) % upper_bound;
    uint32_t r;
    do {
        r = randombytes_random();
    } while (r < min);
    return r % upper_bound;
}

void randombytes_buf_deterministic(void *const buf, const size_t size,
                                   const unsigned char seed[randombytes_SEEDBYTES])
{
    static const unsigned char nonce[crypto_stream_chacha20_ietf_NONCEBYTES] = {
        'L', 'i', 'b', 's', 'o', 'd', 'i', 'u', 'm', 'D', 'R', 'G'};
    (void)crypto_stream_chacha20_ietf(buf, size, nonce, seed);
}

size_t randombytes_seedbytes(void)
{
    return randombytes_SEEDBYTES;
}

void randombytes_stir(void)
{
}

int randombytes_close(void)
{
    return 0;
}

/* Refused silently: there is one source. */
int randombytes_set_implementation(const randombytes_implementation *impl)
{
    (void)impl;
    return 0;
}

const char *randombytes_implementation_name(void)
{
    return "host";
}
