/* sotto-verify: is what is here, or what an origin serves, the release that was signed, logged and
 * witnessed? One session holds the trust, the verified release and what was found; every finding is
 * a line on stdout and an entry of the evidence file. Nothing that is read is believed before it
 * has been compared with the note. Source: deploy/tools/README.md "sotto-verify". */
#ifndef SOTTO_TOOLS_VERIFY_H
#define SOTTO_TOOLS_VERIFY_H
#include <jansson.h>

#include "release/accept.h"
#include "tool.h"
#include "verify_head.h"
#include "verify_tile.h"

#define VERIFY_PATH_MAX 1024
#define VERIFY_BODY_BYTES_MAX RELEASE_FILE_BYTES_MAX
#define VERIFY_LATEST "/.well-known/sotto/release/latest"

struct verify {
    const char *evidence_path; /* NULL: none */
    const char *origin;        /* what is looked at; NULL: a file or folder */
    uint64_t now;              /* seconds since 1970 */
    bool allow_cooling;        /* a release that may not run yet is no difference */
    struct tool_bytes trust_text, note, recent, first;
    struct release_trust trust;
    struct release_result result; /* borrows from note */
    json_t *findings;             /* {kind, path, detail, ...} */
    json_t *files;                /* {path, listed, found}     */
    size_t attached_n;            /* bytes of what the other side said, in findings */
    unsigned differ_n, unreachable_n, checked_n;
};
#endif
