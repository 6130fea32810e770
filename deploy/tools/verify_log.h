/* A log as it is served. Each function says what it finds. */
#ifndef SOTTO_TOOLS_VERIFY_LOG_H
#define SOTTO_TOOLS_VERIFY_LOG_H
#include "verify_http.h"

#define VERIFY_LOG_SIZE_MAX (1u << 20) /* entries: 32 MiB of leaves */
struct verify_log {
    const char *url; /* without a slash at its end */
    struct tool_bytes checkpoint;
    uint64_t size;
    struct release_hash root;
    struct release_hash *leaves;
};
/* Fetches the checkpoint: well formed, of the trusted log, signed by it. */
MUST_CHECK bool verify_log_open(struct verify *v, struct verify_http *h, struct verify_log *l);
void verify_log_close(struct verify_log *l);
/* The same for a text; *out borrows from it. */
MUST_CHECK bool verify_log_read(struct verify *v, struct tool_bytes *text,
                                struct release_checkpoint *out, const char *where);
/* Fetches every tile; all of them must lead to the checkpoint's root. */
MUST_CHECK bool verify_log_leaves(struct verify *v, struct verify_http *h, struct verify_log *l);
/* Fetches the n-th bundle of entries; each must hash to its leaf. */
MUST_CHECK bool verify_log_entries(struct verify *v, struct verify_http *h,
                                   const struct verify_log *l, uint64_t n, struct tool_bytes *out);
/* Is another checkpoint of the same log a beginning of this one? `withheld` when it is longer,
 * `fork` when it tells another history. */
bool verify_log_agrees(struct verify *v, const struct verify_log *l,
                       const struct release_checkpoint *c, struct slice text, const char *where);
#endif
