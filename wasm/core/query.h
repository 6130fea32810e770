/* What the page may ask to see. Nothing here changes anything. */
#ifndef SOTTO_CORE_QUERY_H
#define SOTTO_CORE_QUERY_H
#include "core/state.h"

/* A query that the store alone can answer. ERR_INPUT: no such query. */
MUST_CHECK enum err core_query(struct core *c, struct step *s, const struct abi_op *op,
                               struct abi_result *result);
/* Who I am, and what waits for the person. */
MUST_CHECK enum err core_state_view(struct core *c, struct step *s, struct abi_state *out);

#endif
