#include "tool_trust.h"

#include <string.h>

enum err tool_trust_read(struct tool_trust *out, const char *path)
{
    memset(out, 0, sizeof *out);
    TRY(tool_read(&out->text, path, RELEASE_TRUST_BYTES_MAX));
    enum err e = release_trust_parse(&out->trust, tool_bytes_slice(&out->text));
    if (e != OK) {
        tool_say("%s: not a trust file (%s)", path, err_name(e));
        tool_trust_wipe(out);
    }
    return e;
}

void tool_trust_wipe(struct tool_trust *t)
{
    if (t != NULL) {
        tool_bytes_wipe(&t->text);
        memset(t, 0, sizeof *t);
    }
}
