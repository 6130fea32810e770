/* Commit on the wire.
 * Source: RFC 9420, 12.4. */
#ifndef SOTTO_MLS_COMMIT_H
#define SOTTO_MLS_COMMIT_H
#include "mls/proposal.h"
#include "mls/treekem.h"

/* Proposals of one commit; a group has at most LIMIT_MEMBERS leaves to add, update and remove. */
#define MLS_COMMIT_PROPOSALS_MAX (2 * LIMIT_MEMBERS)

struct mls_commit_body {
    struct slice raw;
    struct slice proposals; /* content of the vector, well formed */
    size_t count;
    bool has_path;
    struct mls_update_path path;
};

/* V2-V4, V7. */
MUST_CHECK enum err mls_commit_read(struct slice *s, struct mls_commit_body *out);
/* Next entry of proposals: a proposal, or (by_reference) a ProposalRef. */
MUST_CHECK enum err mls_commit_next(struct slice *proposals, bool *by_reference,
                                    struct slice *reference, struct mls_proposal_body *proposal);
void mls_commit_put_value(struct buf *b, struct slice proposal);
void mls_commit_put_reference(struct buf *b, struct slice reference);

#endif
