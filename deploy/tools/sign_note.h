/* What sotto-release does with a note. Results go to stdout, reasons to stderr. */
#ifndef SOTTO_TOOLS_SIGN_NOTE_H
#define SOTTO_TOOLS_SIGN_NOTE_H
#include "release/accept.h"

/* Reads the note (a bare text, or one with signatures), demands that it is a release text, prints
 * what is about to be signed, and adds one signature line for each key file, in one replacement of
 * the file. ERR_INPUT (no release text), ERR_STATE (a key that signed already), ERR_AUTH (a line of
 * one of the keys that does not verify), ERR_LIMIT, ERR_HOST, and what tool_key_read says. */
MUST_CHECK enum err sign_note(const char *path, char **key_files, size_t n);

/* Prints the base64url SHA-256 of the note's text, signed or not. */
MUST_CHECK enum err sign_hash(const char *path);

struct sign_check {
    const char *note, *trust;
    const char *recent, *first; /* NULL: only signatures and line are judged */
    uint64_t now;               /* seconds since 1970                        */
};
/* Prints the verdict. OK when it is "ok", ERR_AUTH when it is another, or why a file was not read.
 */
MUST_CHECK enum err sign_check(const struct sign_check *c);
#endif
