/* The static form of the log. Results go to stdout, reasons to stderr. */
#ifndef SOTTO_TOOLS_LOG_PUBLISH_H
#define SOTTO_TOOLS_LOG_PUBLISH_H
#include "log_db.h"
#include "tool_trust.h"

/* Writes the static form of the log. trust NULL: whatever the witnesses said. ERR_AUTH: the quorum
 * does not hold; ERR_STATE: what was published before is not a beginning of this log. In both cases
 * the checkpoint there stays. */
MUST_CHECK enum err log_publish_run(const char *db, const char *dir, const char *trust);

#endif
