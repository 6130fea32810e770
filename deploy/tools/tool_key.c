#include "tool_key.h"

#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "base/text.h"
#include "release/line.h"

#define KEY_FILE_BYTES_MAX 1024 /* a name of 255 bytes, and some 100 around it */

static const char key_begin[] = "PRIVATE+KEY+";

/* What stands before the next plus; ERR_INPUT when there is none. */
static enum err take_field(struct slice *rest, struct slice *out)
{
    for (size_t i = 0; i < rest->n; i++) {
        if (rest->p[i] == '+') {
            TRY(slice_take(rest, i, out));
            struct slice plus;
            return slice_take(rest, 1, &plus);
        }
    }
    return ERR_INPUT;
}

enum err tool_key_parse(struct tool_key *out, struct slice text)
{
    struct slice begin, name, id, rest = text;
    uint8_t raw[1 + CRYPTO_SIGN_SEED_SIZE];
    uint8_t want[4];
    struct buf b = buf_fixed(raw, sizeof raw);
    struct buf hex = buf_fixed(want, sizeof want);
    struct crypto_sign_public public_key;
    enum err e = ERR_INPUT;
    memset(out, 0, sizeof *out);
    if (slice_take(&rest, sizeof key_begin - 1, &begin) != OK ||
        !slice_equal(begin, slice_of_string(key_begin)) || take_field(&rest, &name) != OK ||
        take_field(&rest, &id) != OK || rest.n == 0 || rest.p[rest.n - 1] != '\n' ||
        !release_key_name_is_valid(name) || text_get_hex(&hex, id) != OK || hex.n != sizeof want) {
        goto out;
    }
    rest.n--;
    if (release_line_base64_get(&b, rest) != OK || b.n != sizeof raw) {
        goto out;
    }
    if (raw[0] != RELEASE_KEY_ED25519 && raw[0] != RELEASE_KEY_COSIGNATURE) {
        e = ERR_INPUT_VERSION;
        goto out;
    }
    memcpy(out->secret.seed, raw + 1, sizeof out->secret.seed);
    crypto_sign_public_of(&public_key, &out->secret);
    release_key_make(&out->key, (enum release_key_kind)raw[0], name, &public_key);
    e = slice_equal(SLICE_ARRAY(want), SLICE_ARRAY(out->key.id)) ? OK : ERR_AUTH;
out:
    wipe(raw, sizeof raw);
    if (e != OK) {
        tool_key_wipe(out);
    }
    return e;
}

enum err tool_key_read(struct tool_key *out, const char *path)
{
    struct tool_bytes text;
    memset(out, 0, sizeof *out);
    TRY(tool_read(&text, path, KEY_FILE_BYTES_MAX));
    enum err e = tool_key_parse(out, tool_bytes_slice(&text));
    if (e != OK) {
        tool_say("%s: not a secret key as `sotto-release keygen` writes it (%s)", path,
                 err_name(e));
        tool_bytes_wipe(&text);
        return e;
    }
    out->text = text;
    return OK;
}

/* Writes the line of a key file. */
static void put_key(struct buf *b, const struct tool_key *k)
{
    uint8_t raw[1 + CRYPTO_SIGN_SEED_SIZE] = {(uint8_t)k->key.kind};
    memcpy(raw + 1, k->secret.seed, sizeof k->secret.seed);
    buf_slice(b, slice_of_string(key_begin));
    buf_slice(b, k->key.name);
    buf_u8(b, '+');
    text_put_hex(b, SLICE_ARRAY(k->key.id));
    buf_u8(b, '+');
    release_line_base64_put(b, SLICE_ARRAY(raw));
    buf_u8(b, '\n');
    wipe(raw, sizeof raw);
}

enum err tool_key_create(struct tool_key *out, const char *path, const char *name,
                         enum release_key_kind kind)
{
    uint8_t line[KEY_FILE_BYTES_MAX];
    struct buf b = buf_fixed(line, sizeof line);
    struct crypto_sign_public public_key;
    struct tool_key fresh;
    memset(out, 0, sizeof *out);
    memset(&fresh, 0, sizeof fresh);
    if (!release_key_name_is_valid(slice_of_string(name))) {
        tool_say("%s: not a name for a key (no spaces, no plus, at most %d bytes)", name,
                 RELEASE_NAME_BYTES_MAX);
        return ERR_INPUT;
    }
    crypto_sign_generate(&fresh.secret, &public_key);
    release_key_make(&fresh.key, kind, slice_of_string(name), &public_key);
    put_key(&b, &fresh);
    enum err e = tool_create(path, buf_view(&b), 0600);
    /* Read back, so that what we print is what was stored. */
    if (e == OK) {
        e = tool_key_read(out, path);
    }
    wipe(line, sizeof line);
    tool_key_wipe(&fresh);
    return e;
}

void tool_key_wipe(struct tool_key *k)
{
    if (k == NULL) {
        return;
    }
    tool_bytes_wipe(&k->text);
    wipe(&k->secret, sizeof k->secret);
    memset(k, 0, sizeof *k);
}
