/* The text of a release note, parsed. Fields in this order, one space, LF; `wasm` and `file` lines
 * sorted by bytes without repetition; a file `/` must be there; paths are `/` or
 * /[A-Za-z0-9][A-Za-z0-9._-]*, version is [0-9A-Za-z.+-]{1,64}, seq 1 to 2^53 - 1, prev `-` only
 * with seq 1, csp begins with "default-src 'none'; " and has no comma; media types
 * [a-z+.-]+/[a-z0-9+.-]+. Source: the form of a note is this file and its TypeScript twin
 * (sw/verify); tests/vectors/sotto/release holds the cases that both must judge alike. */
#ifndef SOTTO_RELEASE_TEXT_H
#define SOTTO_RELEASE_TEXT_H
#include "release/tree.h"
#include "release/verdict.h"

#define RELEASE_FILES_MAX 64
#define RELEASE_FILE_BYTES_MAX (64u << 20)
#define RELEASE_WASM_MAX 8

struct release_file {
    struct slice path, type;
    uint64_t size;
    struct release_hash hash;
};
struct release_text {
    struct slice line, version, csp, commit;
    uint64_t seq;
    bool has_previous;
    struct release_hash previous, toolchain, loader;
    size_t wasm_n, file_n;
    struct release_hash wasm[RELEASE_WASM_MAX];
    struct release_file file[RELEASE_FILES_MAX];
};
MUST_CHECK enum err release_text_parse(struct release_text *out, struct slice text);

/* Judges one file against its line. RELEASE_OK or RELEASE_FILE. */
enum release_verdict release_text_file_check(const struct release_file *f, struct slice bytes);
/* The entry of a path; NULL when there is none. */
const struct release_file *release_text_file(const struct release_text *t, struct slice path);
#endif
