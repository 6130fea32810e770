/* Signed notes (C2SP signed-note v1.0.0): text, an empty line, signature lines.
 * Everything parsed here borrows from the bytes it was read from. Nothing allocates. */
#ifndef SOTTO_RELEASE_NOTE_H
#define SOTTO_RELEASE_NOTE_H
#include "release/key.h"
#include "release/signature.h"

#define RELEASE_NOTE_BYTES_MAX 65535 /* a tile entry has a 16-bit length                  */
#define RELEASE_SIGNATURES_MAX 64    /* lines of one note; the format wants at least 16   */

struct release_note {
    struct slice text;       /* with its final LF: what is signed */
    struct slice signatures; /* the lines after the empty line    */
    size_t signature_n;
};
/* UTF-8 without control characters but LF. */
bool release_note_is_plain(struct slice s);

/* Splits and checks the form of all of it: UTF-8, no control characters but LF, at least one
 * signature line, each of them well formed. ERR_INPUT or ERR_LIMIT. */
MUST_CHECK enum err release_note_split(struct release_note *out, struct slice in);
/* The next signature line; false at the end. rest begins as note.signatures. */
bool release_note_next(struct slice *rest, struct release_signature *out);
/* Looks for the key's line in the note. OK: found and verified; ERR_GONE: no line of this key;
 * ERR_AUTH: there is one that does not verify. A key that signs twice counts once; all of its
 * lines must verify. time: of the newest. */
MUST_CHECK enum err release_note_verify(const struct release_note *note,
                                        const struct release_key *key, uint64_t *time);
#endif
