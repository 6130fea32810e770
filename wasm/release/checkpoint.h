/* Checkpoints (C2SP tlog-checkpoint). Parsed structs borrow from their input. */
#ifndef SOTTO_RELEASE_CHECKPOINT_H
#define SOTTO_RELEASE_CHECKPOINT_H
#include "release/note.h"
#include "release/tree.h"

#define RELEASE_CHECKPOINT_BYTES_MAX 16384

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
/* A hash as a line has it: 44 letters of base64, 32 bytes. ERR_INPUT. */
MUST_CHECK enum err release_checkpoint_hash_get(struct release_hash *out, struct slice in);
#endif
