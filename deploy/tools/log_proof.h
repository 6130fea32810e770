/* Proofs out of the log. Results go to stdout, reasons to stderr. */
#ifndef SOTTO_TOOLS_LOG_PROOF_H
#define SOTTO_TOOLS_LOG_PROOF_H
#include "log_db.h"
#include "tool_trust.h"

/* Prints the proofs of entries in a checkpoint: of *size, or the latest, or the latest whose quorum
 * holds. ERR_GONE: no such entry or checkpoint. */
struct log_proof {
    const char *db, *trust; /* trust NULL: any */
    const uint64_t *size;   /* NULL: the latest */
    char **indices;
    size_t n;
};
MUST_CHECK enum err log_proof_run(const struct log_proof *p);
/* Prints the consistency proof between two sizes, one hash per line. */
MUST_CHECK enum err log_proof_consistency(const char *db, uint64_t old_size, uint64_t size);

#endif
