/* Proofs that an entry is in a log (c2sp.org/tlog-proof@v1).
 * Parsed structs borrow from their input. */
#ifndef SOTTO_RELEASE_PROOF_H
#define SOTTO_RELEASE_PROOF_H
#include "release/checkpoint.h"

#define RELEASE_PROOF_BYTES_MAX 32768

struct release_proof {
    uint64_t index;
    size_t n;
    struct release_hash hashes[RELEASE_PROOF_HASHES_MAX];
    struct slice checkpoint; /* with signatures; parse it with release_checkpoint_parse */
};
/* Plain text (release_note_is_plain) throughout. A line `extra` is refused: what it carries is not
 * authenticated. ERR_INPUT or ERR_LIMIT. */
MUST_CHECK enum err release_proof_parse(struct release_proof *out, struct slice in);
void release_proof_put(struct buf *b, uint64_t index, const struct release_hash *hashes, size_t n,
                       struct slice checkpoint);
#endif
