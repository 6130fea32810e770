/* Key files of the tools around a release. Failures are said on stderr, as tool.h has it. */
#ifndef SOTTO_TOOLS_TOOL_KEY_H
#define SOTTO_TOOLS_TOOL_KEY_H
#include "release/key.h"
#include "tool.h"

/* A key file holds one line, the form of Go's note signers:
 *   PRIVATE+KEY+<name>+<hex key id>+<base64(kind, 32-byte seed)>
 * The name is kept in `text`. tool_key_wipe accepts the zero state. */
struct tool_key {
    struct tool_bytes text;
    struct release_key key;
    struct crypto_sign_secret secret;
};
/* Makes a key of this name and writes it to a new file, mode 0600. ERR_STATE, ERR_INPUT (the
 * name), ERR_HOST. */
MUST_CHECK enum err tool_key_create(struct tool_key *out, const char *path, const char *name,
                                    enum release_key_kind kind);
/* ERR_GONE, ERR_HOST, ERR_INPUT, ERR_INPUT_VERSION or ERR_AUTH (the id is not the key's). */
MUST_CHECK enum err tool_key_read(struct tool_key *out, const char *path);
/* The same from a text that was read already; out->text stays empty, the name borrows. */
MUST_CHECK enum err tool_key_parse(struct tool_key *out, struct slice text);
void tool_key_wipe(struct tool_key *k);
#endif
