#include "release/key.h"

#include <string.h>

#include "base/text.h"
#include "crypto/hash.h"
#include "release/line.h"

#define VKEY_BYTES_MAX 4096 /* a name of 255 bytes and an ML-DSA key would still fit */
#define KEY_BYTES (1 + CRYPTO_SIGN_PUBLIC_SIZE)

/* The code point at p of valid UTF-8; its bytes in *n. */
static uint32_t code_point(const uint8_t *p, size_t *n)
{
    *n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    uint32_t c = *n == 1 ? p[0] : p[0] & (0x7fu >> *n);
    for (size_t i = 1; i < *n; i++) {
        c = c << 6 | (p[i] & 0x3fu);
    }
    return c;
}

/* Controls, what Unicode calls White_Space, and the byte order mark, which nobody sees. */
static bool is_space(uint32_t c)
{
    static const uint16_t spaces[] = {0x85,   0xa0,   0x1680, 0x2028, 0x2029,
                                      0x202f, 0x205f, 0x3000, 0xfeff};
    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
        if (c == spaces[i]) {
            return true;
        }
    }
    return c <= 0x20 || (c >= 0x2000 && c <= 0x200a);
}

bool release_key_name_is_valid(struct slice name)
{
    size_t n;
    if (name.n == 0 || name.n > RELEASE_NAME_BYTES_MAX || !text_is_utf8(name)) {
        return false;
    }
    for (size_t at = 0; at < name.n; at += n) {
        uint32_t c = code_point(name.p + at, &n);
        if (c == '+' || is_space(c)) {
            return false;
        }
    }
    return true;
}

void release_key_make(struct release_key *out, enum release_key_kind kind, struct slice name,
                      const struct crypto_sign_public *public_key)
{
    uint8_t between[2] = {'\n', (uint8_t)kind};
    struct slice parts[] = {name, SLICE_ARRAY(between), SLICE_ARRAY(public_key->b)};
    uint8_t hash[CRYPTO_SHA256_SIZE];
    crypto_hash_parts(CRYPTO_SHA256, hash, parts, sizeof parts / sizeof parts[0]);
    memset(out, 0, sizeof *out);
    out->name = name;
    out->kind = kind;
    out->public_key = *public_key;
    memcpy(out->id, hash, sizeof out->id);
}

void release_key_put(struct buf *b, const struct release_key *key)
{
    uint8_t raw[KEY_BYTES] = {(uint8_t)key->kind};
    memcpy(raw + 1, key->public_key.b, CRYPTO_SIGN_PUBLIC_SIZE);
    buf_slice(b, key->name);
    buf_u8(b, '+');
    text_put_hex(b, SLICE_ARRAY(key->id));
    buf_u8(b, '+');
    release_line_base64_put(b, SLICE_ARRAY(raw));
}

/* What comes before the next plus, which is skipped. */
static enum err take_field(struct slice *rest, struct slice *out)
{
    for (size_t i = 0; i < rest->n; i++) {
        if (rest->p[i] == '+') {
            *out = slice_make(rest->p, i);
            *rest = slice_make(rest->p + i + 1, rest->n - i - 1);
            return OK;
        }
    }
    return ERR_INPUT;
}

/* Eight lower-case hexadecimal digits. */
static enum err get_id(uint8_t out[4], struct slice hex)
{
    struct buf b = buf_fixed(out, 4);
    uint8_t again[8];
    struct buf back = buf_fixed(again, sizeof again);
    TRY(text_get_hex(&b, hex));
    /* Only one spelling is valid: the one we would write. */
    text_put_hex(&back, slice_make(out, b.n));
    return hex.n == sizeof again && slice_equal(buf_view(&back), hex) ? OK : ERR_INPUT;
}

enum err release_key_parse(struct release_key *out, struct slice vkey)
{
    struct slice name, hex, rest = vkey;
    uint8_t id[4];
    uint8_t raw[VKEY_BYTES_MAX];
    struct buf b = buf_fixed(raw, sizeof raw);
    struct crypto_sign_public public_key;
    struct release_key key;
    memset(out, 0, sizeof *out);
    TRY(take_field(&rest, &name));
    TRY(take_field(&rest, &hex));
    TRY(get_id(id, hex));
    TRY(release_line_base64_get(&b, rest));
    if (!release_key_name_is_valid(name) || b.n == 0) {
        return ERR_INPUT;
    }
    if (raw[0] != RELEASE_KEY_ED25519 && raw[0] != RELEASE_KEY_COSIGNATURE) {
        return ERR_INPUT_VERSION;
    }
    if (b.n != KEY_BYTES) {
        return ERR_INPUT;
    }
    memcpy(public_key.b, raw + 1, sizeof public_key.b);
    release_key_make(&key, (enum release_key_kind)raw[0], name, &public_key);
    if (!slice_equal(SLICE_ARRAY(key.id), SLICE_ARRAY(id))) {
        return ERR_AUTH;
    }
    *out = key;
    return OK;
}
