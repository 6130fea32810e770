/* The text of contact links. */
#include "engine/own/contact_link.h"

#include <string.h>

#include "base/cbor.h"
#include "base/text.h"
#include "crypto/hash.h"

enum err own_link_proof(struct arena *a, struct slice secret, struct slice about,
                        const uint8_t account[32], uint8_t out[32])
{
    struct slice in;
    struct buf b = buf_arena(a, about.n + 64);
    buf_slice(&b, SLICE_LITERAL("sotto door 1"));
    buf_put(&b, account, 32);
    buf_slice(&b, about);
    TRY(buf_finish(&b, &in));
    crypto_hmac(CRYPTO_SHA256, out, secret, in);
    return OK;
}

enum err own_link_text(struct own *o, struct step *s, const uint8_t token[16], struct slice secret,
                       struct slice *out)
{
    struct buf c = buf_arena(s->arena, 256), b = buf_arena(s->arena, 400);
    struct slice cbor;
    cbor_put_array(&c, secret.n > 0 ? 6 : 5);
    cbor_put_uint(&c, OWN_LINK_FIRST + (secret.n > 0));
    cbor_put_text(&c, slice_of_string(o->gateway));
    cbor_put_bytes(&c, SLICE_ARRAY(o->account));
    cbor_put_bytes(&c, SLICE_ARRAY(o->inbox));
    cbor_put_bytes(&c, slice_make(token, 16));
    if (secret.n > 0) {
        cbor_put_bytes(&c, secret);
    }
    TRY(buf_finish(&c, &cbor));
    buf_slice(&b, SLICE_LITERAL("web+sotto:#/add/"));
    text_put_base64url(&b, cbor);
    return buf_finish(&b, out);
}

static bool find_after(struct slice text, const char *mark, struct slice *rest)
{
    size_t n = strlen(mark);
    for (size_t i = 0; i + n <= text.n; i++) {
        if (slice_equal(slice_make(text.p + i, n), slice_of_string(mark))) {
            *rest = slice_make(text.p + i + n, text.n - i - n);
            return true;
        }
    }
    return false;
}

enum err own_link_parse(struct arena *a, struct slice text, struct own_link_parts *out)
{
    struct slice rest, cbor;
    uint64_t what = 0;
    size_t n = 0;
    memset(out, 0, sizeof *out);
    if (text.n > 2048) {
        return ERR_INPUT;
    }
    while (text.n > 0 && (text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\n')) {
        text.n--;
    }
    if (!find_after(text, "#/add/", &rest)) {
        return ERR_INPUT;
    }
    struct buf b = buf_arena(a, rest.n);
    TRY(text_get_base64url(&b, rest));
    TRY(buf_finish(&b, &cbor));
    TRY(cbor_check(cbor));
    TRY(cbor_get_array(&cbor, &n));
    TRY(cbor_get_uint(&cbor, &what));
    TRY(cbor_get_text(&cbor, &out->gateway));
    bool group = what == OWN_LINK_FIRST + 1;
    if (out->gateway.n >= 200 || what < OWN_LINK_FIRST || what > OWN_LINK_FIRST + 1 ||
        n != (group ? 6u : 5u)) {
        return ERR_INPUT;
    }
    out->what = group ? ABI_LINK_WHAT_GROUP : ABI_LINK_WHAT_PERSON;
    TRY(cbor_get_fixed(&cbor, out->account, sizeof out->account));
    TRY(cbor_get_fixed(&cbor, out->inbox, 16));
    TRY(cbor_get_fixed(&cbor, out->token, 16));
    if (out->what == ABI_LINK_WHAT_GROUP) {
        TRY(cbor_get_fixed(&cbor, out->secret, sizeof out->secret));
    }
    return slice_end(cbor);
}
