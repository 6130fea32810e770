/* Checkpoints (C2SP tlog-checkpoint) and proofs (c2sp.org/tlog-proof@v1).
 * Source: verified-delivery.md 4.3, 4.4. Parsed structs borrow from their input. */
#ifndef SOTTO_RELEASE_CHECKPOINT_H
#define SOTTO_RELEASE_CHECKPOINT_H
#include "release/note.h"
#include "release/tree.h"

#define RELEASE_CHECKPOINT_BYTES_MAX 16384
#define RELEASE_PROOF_BYTES_MAX 32768

struct release_checkpoint {
    struct slice origin;
    uint64_t size;
    struct release_hash root;
    struct release_note note; /* the signed text and its signatures */
};
/* Three lines (origin, size, root) and no more; then signatures. ERR_INPUT or ERR_LIMIT. */
MUST_CHECK enum err release_checkpoint_parse(struct release_checkpoint *out, struct slice in);
/* The text that a log signs. */
void release_checkpoint_put(struct buf *b, struct slice origin, uint64_t size,
                            const struct release_hash *root);

struct release_proof {
    uint64_t index;
    size_t n;
    struct release_hash hashes[RELEASE_PROOF_HASHES_MAX];
    struct slice checkpoint; /* with signatures; parse it with release_checkpoint_parse */
};
/* A line `extra` is refused: what it carries is not authenticated. ERR_INPUT or ERR_LIMIT. */
MUST_CHECK enum err release_proof_parse(struct release_proof *out, struct slice in);
void release_proof_put(struct buf *b, uint64_t index, const struct release_hash *hashes, size_t n,
                       struct slice checkpoint);
#endif
