#include "release/signature.h"

#include <string.h>

#include "base/text.h"
#include "release/line.h"

#define ID_BYTES 4
#define TIME_BYTES 8
#define COSIGNED_BYTES_MAX 16384 /* RELEASE_CHECKPOINT_BYTES_MAX: only checkpoints are cosigned */
#define HEAD_BYTES_MAX 64        /* what comes before the checkpoint                            */
#define TIME_MAX (((uint64_t)1 << 53) - 1)

/* What a witness signs: the time, then the checkpoint. ERR_LIMIT when the text is no checkpoint. */
static enum err put_cosigned(struct buf *b, struct slice text, uint64_t time)
{
    buf_slice(b, SLICE_LITERAL("cosignature/v1\ntime "));
    release_line_decimal_put(b, time);
    buf_u8(b, '\n');
    buf_slice(b, text);
    return b->err;
}

bool release_signature_is_of(const struct release_signature *s, const struct release_key *key)
{
    return slice_equal(s->name, key->name) && slice_equal(SLICE_ARRAY(s->id), SLICE_ARRAY(key->id));
}

enum err release_signature_verify(const struct release_signature *s, const struct release_key *key,
                                  struct slice text, uint64_t *time)
{
    uint8_t raw[ID_BYTES + TIME_BYTES + CRYPTO_SIGN_SIZE];
    struct buf b = buf_fixed(raw, sizeof raw);
    *time = 0;
    TRY(release_line_base64_get(&b, s->base64));
    struct slice id, signature = buf_view(&b);
    TRY(slice_take(&signature, ID_BYTES, &id));
    if (key->kind == RELEASE_KEY_ED25519) {
        return crypto_sign_verify(signature, text, &key->public_key);
    }
    uint8_t message[HEAD_BYTES_MAX + COSIGNED_BYTES_MAX];
    struct buf m = buf_fixed(message, sizeof message);
    uint64_t when;
    TRY(slice_u64(&signature, &when));
    if (when > TIME_MAX || put_cosigned(&m, text, when) != OK) {
        return ERR_INPUT;
    }
    TRY(crypto_sign_verify(signature, buf_view(&m), &key->public_key));
    *time = when;
    return OK;
}

void release_signature_sign(struct buf *b, struct slice text, const struct release_key *key,
                            const struct crypto_sign_secret *secret, uint64_t time)
{
    uint8_t raw[ID_BYTES + TIME_BYTES + CRYPTO_SIGN_SIZE];
    uint8_t message[HEAD_BYTES_MAX + COSIGNED_BYTES_MAX];
    uint8_t signature[CRYPTO_SIGN_SIZE];
    struct buf r = buf_fixed(raw, sizeof raw);
    struct buf m = buf_fixed(message, sizeof message);
    buf_put(&r, key->id, sizeof key->id);
    if (key->kind == RELEASE_KEY_COSIGNATURE) {
        if (time > TIME_MAX || put_cosigned(&m, text, time) != OK) {
            buf_fail(b, ERR_LIMIT);
            return;
        }
        text = buf_view(&m);
        buf_u64(&r, time);
    }
    crypto_sign(signature, secret, text);
    buf_put(&r, signature, sizeof signature);
    buf_slice(b, SLICE_LITERAL("\xe2\x80\x94 "));
    buf_slice(b, key->name);
    buf_u8(b, ' ');
    release_line_base64_put(b, buf_view(&r));
    buf_u8(b, '\n');
}
