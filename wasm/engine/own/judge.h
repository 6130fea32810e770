/* May a commit be followed? Decided by the epoch alone, alike for all members (admit.h).
 * ERR_AUTH_POLICY: no. */
#ifndef SOTTO_ENGINE_OWN_JUDGE_H
#define SOTTO_ENGINE_OWN_JUDGE_H
#include "engine/own/hall.h"

/* Judges a leaf that a commit brings in, or that a path makes anew. */
MUST_CHECK enum err own_judge_leaf(struct own_hall *h, const struct mls_leaf_view *leaf,
                                   bool brought_in);
/* May the sender of this removal, whose leaf is `by`, propose it? */
MUST_CHECK enum err own_judge_removal(struct own_hall *h, const struct mls_leaf_view *by,
                                      const struct mls_proposal_view *p);
/* Judges the whole commit; the hall has begun. committer: the leaf that made it. */
MUST_CHECK enum err own_judge_commit(struct own_hall *h, const struct own_hall_deed *d,
                                     const struct own_entries *brought,
                                     const struct mls_leaf_view *committer);

#endif
