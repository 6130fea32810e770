/* The pending commit: kept beside the group until the delivery service has decided, and across a
 * restart. Its row holds the authenticated commit and the secrets that made it; loading applies
 * the commit to the group again.
 * Source: RFC 9420, 14; wasm/schema/PROTOCOL.md 9.1. */
#ifndef SOTTO_MLS_PENDING_H
#define SOTTO_MLS_PENDING_H
#include "mls/stage.h"

/* Makes the staged commit pending: memory and row. Takes the stage's clone on success. */
MUST_CHECK enum err mls_pending_set(struct mls_stage *s, enum mls_wire_format wire_format,
                                    struct slice content, const struct mls_content_auth *auth,
                                    struct slice message, uint64_t now_ms);
/* Restores a pending commit from its row, if there is one. */
MUST_CHECK enum err mls_pending_load(struct mls_group *g, struct arena *scratch);
/* The work of mls_group_merge. */
MUST_CHECK enum err mls_pending_merge(struct mls_group *g, struct arena *arena,
                                      struct mls_commit_view *view);

#endif
