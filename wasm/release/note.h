/* Signed notes (C2SP signed-note v1.0.0) and their keys: text, an empty line, signature lines.
 * Everything parsed here borrows from the bytes it was read from. Nothing allocates.
 * Source: verified-delivery.md 4.1, 4.3. */
#ifndef SOTTO_RELEASE_NOTE_H
#define SOTTO_RELEASE_NOTE_H
#include "base/buf.h"
#include "crypto/sign.h"
#include "release/verdict.h"

#define RELEASE_NOTE_BYTES_MAX 65535 /* a tile entry has a 16-bit length                  */
#define RELEASE_SIGNATURES_MAX 64    /* lines of one note; the format wants at least 16   */
#define RELEASE_NAME_BYTES_MAX 255   /* of a key                                           */

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
struct release_note {
    struct slice text;       /* with its final LF: what is signed */
    struct slice signatures; /* the lines after the empty line    */
    size_t signature_n;
};
struct release_signature {
    struct slice name;
    uint8_t id[4];
    struct slice base64; /* of id and signature, as it stands in the line */
};

/* name+hex(id)+base64(kind, key). ERR_INPUT when malformed, ERR_AUTH when the id is not the key's,
 * ERR_INPUT_VERSION for a kind we do not have (ML-DSA: libsodium 1.0.22 has none). */
MUST_CHECK enum err release_key_parse(struct release_key *out, struct slice vkey);
void release_key_make(struct release_key *out, enum release_key_kind kind, struct slice name,
                      const struct crypto_sign_public *public_key);
void release_key_put(struct buf *b, const struct release_key *key);
/* Letters that a key name may have. */
bool release_key_name_is_valid(struct slice name);

/* UTF-8 without control characters but LF. */
bool release_note_is_plain(struct slice s);

/* Splits and checks the form of all of it: UTF-8, no control characters but LF, at least one
 * signature line, each of them well formed. ERR_INPUT or ERR_LIMIT. */
MUST_CHECK enum err release_note_split(struct release_note *out, struct slice in);
/* The next signature line; false at the end. rest begins as note.signatures. */
bool release_note_next(struct slice *rest, struct release_signature *out);
/* Does the line claim to be of this key (name and id)? */
bool release_signature_is_of(const struct release_signature *s, const struct release_key *key);
/* OK, or ERR_AUTH (does not verify) or ERR_INPUT (not of the kind's size). time: seconds since
 * 1970 of a cosignature, 0 of a plain one. */
MUST_CHECK enum err release_signature_verify(const struct release_signature *s,
                                             const struct release_key *key, struct slice text,
                                             uint64_t *time);
/* Looks for the key's line in the note. OK: found and verified; ERR_GONE: no line of this key;
 * ERR_AUTH: there is one that does not verify. A key that signs twice counts once; all of its
 * lines must verify. time: of the newest. */
MUST_CHECK enum err release_note_verify(const struct release_note *note,
                                        const struct release_key *key, uint64_t *time);
/* Writes one signature line with its LF. For a cosignature, time is signed too. */
void release_signature_sign(struct buf *b, struct slice text, const struct release_key *key,
                            const struct crypto_sign_secret *secret, uint64_t time);
/* Standard base64 with padding, strictly one form; helpers that checkpoints and proofs share. */
void release_line_base64_put(struct buf *b, struct slice in);
MUST_CHECK enum err release_line_base64_get(struct buf *out, struct slice in);
/* Decimal without leading zeros, at most 2^53 - 1 (JavaScript holds it). ERR_INPUT. */
MUST_CHECK enum err release_line_decimal_get(uint64_t *out, struct slice in);
void release_line_decimal_put(struct buf *b, uint64_t v);
/* The next line without its LF; false when there is none that ends with LF. */
bool release_line_next(struct slice *rest, struct slice *line);
#endif
