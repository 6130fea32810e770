#include "engine/fingerprint.h"

#include "base/buf.h"
#include "base/text.h"
#include "crypto/hash.h"

enum err fingerprint_text(struct arena *arena, const uint8_t key[32], struct slice *out)
{
    uint8_t h[32];
    struct buf b = buf_arena(arena, 64);
    crypto_sha256(h, slice_make(key, 32));
    for (size_t i = 0; i < 20; i += 2) {
        if (i > 0) {
            buf_u8(&b, ' ');
        }
        text_put_hex(&b, slice_make(h + i, 2));
    }
    return buf_finish(&b, out);
}
