/* Appending to the log. Results go to stdout, reasons to stderr. */
#ifndef SOTTO_TOOLS_LOG_APPEND_H
#define SOTTO_TOOLS_LOG_APPEND_H
#include "log_db.h"
#include "tool_trust.h"

/* Appends these files, in one transaction with their tiles and the signed checkpoint; then asks the
 * witnesses of the trust (NULL: no checks, no witnesses). Prints `INDEX SIZE` for each. ERR_AUTH:
 * a note that the trust does not accept, or a log of another key; then nothing was appended. */
struct log_append {
    const char *db, *key, *trust;
    char **notes;
    size_t n;
};
MUST_CHECK enum err log_append_run(const struct log_append *a);

#endif
