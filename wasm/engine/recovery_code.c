#include "engine/recovery_code.h"

#include <string.h>

#include "base/buf.h"
#include "base/ct.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/kdf.h"
#include "crypto/suite.h"

#define CODE_GROUP 4

static const struct crypto_suite *suite(void)
{
    return crypto_suite_find(CRYPTO_SUITE_DEFAULT);
}

enum err recovery_code_derive(const uint8_t code[RECOVERY_CODE_BYTES], struct recovery_code *out)
{
    uint8_t room[64];
    memset(out, 0, sizeof *out);
    TRY(crypto_hkdf(CRYPTO_SHA256, room, sizeof room, SLICE_LITERAL("sotto recovery 2"),
                    slice_make(code, RECOVERY_CODE_BYTES),
                    SLICE_LITERAL("signing seed, HPKE ikm")));
    memcpy(out->secret.seed, room, sizeof out->secret.seed);
    crypto_sign_public_of(&out->sign, &out->secret);
    enum err e =
        crypto_hpke_derive(suite(), &out->hpke_secret, &out->hpke, slice_make(room + 32, 32));
    wipe(room, sizeof room);
    if (e != OK) {
        wipe(out, sizeof *out);
        return e;
    }
    crypto_sha256(out->hpke_hash, recovery_code_hpke(out));
    return OK;
}

struct slice recovery_code_hpke(const struct recovery_code *c)
{
    return slice_make(c->hpke.b, suite()->npk);
}

static struct slice info(enum recovery_code_use use)
{
    return use == RECOVERY_CODE_RECORD ? SLICE_LITERAL("sotto record 2")
                                       : SLICE_LITERAL("sotto slot 2");
}

size_t recovery_code_overhead(void)
{
    return suite()->nenc + CRYPTO_AEAD_TAG_SIZE;
}

enum err recovery_code_seal(struct arena *a, struct slice hpke, enum recovery_code_use use,
                            struct slice in, struct slice *out)
{
    const struct crypto_suite *s = suite();
    uint8_t *p = arena_alloc(a, in.n + recovery_code_overhead());
    *out = SLICE_EMPTY;
    if (p == NULL) {
        return ERR_HOST_MEMORY;
    }
    if (hpke.n != s->npk) {
        return ERR_INPUT;
    }
    TRY(crypto_hpke_seal(s, p, p + s->nenc, hpke, info(use), SLICE_EMPTY, in));
    *out = slice_make(p, in.n + recovery_code_overhead());
    return OK;
}

enum err recovery_code_open(struct arena *a, const struct recovery_code *c,
                            enum recovery_code_use use, struct slice in, struct slice *out)
{
    const struct crypto_suite *s = suite();
    *out = SLICE_EMPTY;
    if (in.n < recovery_code_overhead()) {
        return ERR_AUTH;
    }
    uint8_t *p = arena_alloc(a, in.n);
    if (p == NULL) {
        return ERR_HOST_MEMORY;
    }
    enum err e = crypto_hpke_open(s, p, &c->hpke_secret, slice_make(in.p, s->nenc), info(use),
                                  SLICE_EMPTY, slice_make(in.p + s->nenc, in.n - s->nenc));
    if (e != OK) {
        return e == ERR_INPUT ? ERR_AUTH : e;
    }
    *out = slice_make(p, in.n - recovery_code_overhead());
    return OK;
}

enum err recovery_code_text(struct arena *a, const uint8_t code[RECOVERY_CODE_BYTES],
                            struct slice *out)
{
    struct buf raw = buf_arena(a, 40), b = buf_arena(a, 48);
    struct slice text;
    text_put_base32(&raw, slice_make(code, RECOVERY_CODE_BYTES));
    TRY(buf_finish(&raw, &text));
    for (size_t i = 0; i < text.n; i++) {
        if (i > 0 && i % CODE_GROUP == 0) {
            buf_u8(&b, '-');
        }
        buf_u8(&b, text.p[i]);
    }
    return buf_finish(&b, out);
}

enum err recovery_code_parse(uint8_t out[RECOVERY_CODE_BYTES], struct slice text)
{
    return text_get_base32(out, RECOVERY_CODE_BYTES, text);
}

enum err recovery_code_read(struct slice text, struct recovery_code *out)
{
    uint8_t given[RECOVERY_CODE_BYTES];
    TRY(recovery_code_parse(given, text));
    enum err e = recovery_code_derive(given, out);
    wipe(given, sizeof given);
    return e;
}
