/* Keys that sign notes, in their text form (C2SP signed-note v1.0.0, "Verifier keys"; C2SP
 * tlog-cosignature for those of witnesses). */
#ifndef SOTTO_RELEASE_KEY_H
#define SOTTO_RELEASE_KEY_H
#include "base/buf.h"
#include "crypto/sign.h"

#define RELEASE_NAME_BYTES_MAX 255 /* of a key */

/* The byte before the key in a vkey, and in the key id. */
enum release_key_kind {
    RELEASE_KEY_ED25519 = 1,     /* a plain note signature                       */
    RELEASE_KEY_COSIGNATURE = 4, /* a witness: time and signature, 72 bytes       */
};
struct release_key {
    struct slice name; /* UTF-8, no white space, no plus */
    uint8_t id[4];     /* first bytes of SHA-256(name, LF, kind, key) */
    enum release_key_kind kind;
    struct crypto_sign_public public_key;
};

/* name+hex(id)+base64(kind, key). ERR_INPUT when malformed, ERR_AUTH when the id is not the key's,
 * ERR_INPUT_VERSION for a kind we do not have (ML-DSA: libsodium 1.0.22 has none). */
MUST_CHECK enum err release_key_parse(struct release_key *out, struct slice vkey);
void release_key_make(struct release_key *out, enum release_key_kind kind, struct slice name,
                      const struct crypto_sign_public *public_key);
void release_key_put(struct buf *b, const struct release_key *key);
/* Only characters that a key name may have. */
bool release_key_name_is_valid(struct slice name);
#endif
