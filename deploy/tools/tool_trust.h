/* A trust file (wasm/release/trust.h) with the bytes it borrows from. */
#ifndef SOTTO_TOOLS_TOOL_TRUST_H
#define SOTTO_TOOLS_TOOL_TRUST_H
#include "release/trust.h"
#include "tool.h"

struct tool_trust {
    struct tool_bytes text;
    struct release_trust trust;
};
/* What tool_read says, or release_trust_parse; said on stderr. tool_trust_wipe accepts the zero
 * state. */
MUST_CHECK enum err tool_trust_read(struct tool_trust *out, const char *path);
void tool_trust_wipe(struct tool_trust *t);
#endif
