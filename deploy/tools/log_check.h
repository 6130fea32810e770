/* The log recomputed from its entries. Results go to stdout, reasons to stderr. */
#ifndef SOTTO_TOOLS_LOG_CHECK_H
#define SOTTO_TOOLS_LOG_CHECK_H
#include "log_db.h"
#include "tool_trust.h"

/* Recomputes everything from the entries. ERR_STORE_CORRUPT when anything differs. */
MUST_CHECK enum err log_check_run(const char *db);

#endif
