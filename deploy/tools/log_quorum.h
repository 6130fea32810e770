/* Whether the witnesses that the trust wants have signed. Results go to stdout, reasons to
 * stderr. */
#ifndef SOTTO_TOOLS_LOG_QUORUM_H
#define SOTTO_TOOLS_LOG_QUORUM_H
#include "log_db.h"
#include "tool_trust.h"

/* Is this the log that the trust names? ERR_AUTH. */
MUST_CHECK enum err log_quorum_log(const struct log_db *db, const struct release_trust *trust);
/* Which quorum does the checkpoint of this size have? ERR_AUTH when it does not hold. */
MUST_CHECK enum err log_quorum_check(struct log_db *db, const struct release_trust *trust,
                                     uint64_t size);

#endif
