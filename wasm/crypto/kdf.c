#include "crypto/kdf.h"

#include <string.h>

#include "base/ct.h"

#define INFO_PARTS_MAX 8 /* MLS and HPKE labels need at most six */

void crypto_hkdf_extract(enum crypto_hash h, uint8_t *prk, struct slice salt, struct slice ikm)
{
    /* An empty HMAC key is padded with zeros: the "HashLen zeros" of RFC 5869, 2.2. */
    crypto_hmac(h, prk, salt, ikm);
}

enum err crypto_hkdf_expand(enum crypto_hash h, uint8_t *out, size_t out_n, struct slice prk,
                            const struct slice *info, size_t n)
{
    /* T(i) = HMAC(prk, T(i-1) || info || i), RFC 5869, 2.3. */
    struct slice parts[INFO_PARTS_MAX + 2];
    uint8_t t[CRYPTO_HASH_SIZE_MAX];
    uint8_t counter = 0;
    size_t size = crypto_hash_size(h);
    if (n > INFO_PARTS_MAX || out_n > 255 * size) {
        if (out_n > 0) {
            memset(out, 0, out_n);
        }
        return ERR_LIMIT;
    }
    for (size_t i = 0; i < n; i++) {
        parts[i + 1] = info[i];
    }
    parts[0] = SLICE_EMPTY;
    parts[n + 1] = slice_make(&counter, 1);
    for (size_t done = 0; done < out_n;) {
        size_t take = out_n - done < size ? out_n - done : size;
        counter++;
        crypto_hmac_parts(h, t, prk, parts, n + 2);
        memcpy(out + done, t, take);
        parts[0] = slice_make(t, size);
        done += take;
    }
    wipe(t, sizeof t);
    return OK;
}

enum err crypto_hkdf(enum crypto_hash h, uint8_t *out, size_t out_n, struct slice salt,
                     struct slice ikm, struct slice info)
{
    uint8_t prk[CRYPTO_HASH_SIZE_MAX];
    crypto_hkdf_extract(h, prk, salt, ikm);
    enum err e = crypto_hkdf_expand(h, out, out_n, slice_make(prk, crypto_hash_size(h)), &info, 1);
    wipe(prk, sizeof prk);
    return e;
}
