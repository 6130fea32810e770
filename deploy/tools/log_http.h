/* What is said to a witness over HTTP. Results go to stdout, reasons to stderr. */
#ifndef SOTTO_TOOLS_LOG_HTTP_H
#define SOTTO_TOOLS_LOG_HTTP_H
#include "log_db.h"
#include "tool_trust.h"

/* POSTs to a witness. status 0: no answer; one that does not fit `body` fails. size: the number of
 * a body of type text/x.tlog.size. ERR_HOST: no answer, said on stderr. */
struct log_http_answer {
    long status;
    bool has_size;
    uint64_t size;
    struct buf body; /* the caller's memory */
};
MUST_CHECK enum err log_http_post(struct log_http_answer *out, struct slice url, struct slice body);

#endif
