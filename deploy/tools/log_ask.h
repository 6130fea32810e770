/* Asking the witnesses for their cosignatures. Results go to stdout, reasons to stderr. */
#ifndef SOTTO_TOOLS_LOG_ASK_H
#define SOTTO_TOOLS_LOG_ASK_H
#include "log_db.h"
#include "tool_trust.h"

/* Asks every witness that has a url for a cosignature of the latest checkpoint and keeps what
 * verifies. Prints who answered. The log's key must be the trust's: ERR_AUTH. */
MUST_CHECK enum err log_ask_all(struct log_db *db, const struct release_trust *trust);
/* The same as a command. ERR_AUTH when the quorum does not hold after that. */
MUST_CHECK enum err log_ask_run(const char *db, const char *trust);
/* What log_ask says to the witness: `old`, the proof, the checkpoint. */
void log_ask_body(struct buf *b, uint64_t old_size, const struct release_hash *proof, size_t n,
                  struct slice checkpoint);

#endif
