/* The body of add-checkpoint (C2SP tlog-witness): `old <size>`, at most 63 consistency hashes one a
 * line, an empty line, a signed checkpoint. Pure; borrows from its input, which is hostile. */
#ifndef SOTTO_TOOLS_WITNESS_REQUEST_H
#define SOTTO_TOOLS_WITNESS_REQUEST_H
#include "release/checkpoint.h"

/* The longest that is well formed, with some room. */
#define WITNESS_REQUEST_BYTES_MAX (RELEASE_CHECKPOINT_BYTES_MAX + 64 * 46)

struct witness_request {
    uint64_t old_size;
    size_t n;
    struct release_hash hashes[RELEASE_PROOF_HASHES_MAX];
    struct release_checkpoint checkpoint;
};
/* The form only: no signature is verified, and old may be greater than the checkpoint's size.
 * ERR_INPUT or ERR_LIMIT; then the output is zero. */
MUST_CHECK enum err witness_request_parse(struct witness_request *out, struct slice body);
/* "/<64 hex digits, lower case>/checkpoint": the digits. False for any other path. */
bool witness_request_origin(struct slice *hex, struct slice path);
#endif
