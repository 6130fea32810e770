/* One signature line of a note: of a key (C2SP signed-note v1.0.0) or of a witness (C2SP
 * tlog-cosignature v1). Borrows from the note. */
#ifndef SOTTO_RELEASE_SIGNATURE_H
#define SOTTO_RELEASE_SIGNATURE_H
#include "release/key.h"

struct release_signature {
    struct slice name;
    uint8_t id[4];
    struct slice base64; /* of id and signature, as it stands in the line */
};

/* Does the line claim to be of this key (name and id)? */
bool release_signature_is_of(const struct release_signature *s, const struct release_key *key);
/* OK, or ERR_AUTH (does not verify) or ERR_INPUT (not of the kind's size). time: seconds since
 * 1970 of a cosignature, 0 of a plain one. */
MUST_CHECK enum err release_signature_verify(const struct release_signature *s,
                                             const struct release_key *key, struct slice text,
                                             uint64_t *time);
/* Writes one signature line with its LF. For a cosignature, time is signed too. */
void release_signature_sign(struct buf *b, struct slice text, const struct release_key *key,
                            const struct crypto_sign_secret *secret, uint64_t time);
#endif
