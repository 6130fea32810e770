/* What the page may ask of the own network. Nothing here changes anything. */
#ifndef SOTTO_ENGINE_OWN_QUERY_H
#define SOTTO_ENGINE_OWN_QUERY_H
#include "engine/engine.h"
#include "engine/own/state.h"

/* ERR_INPUT: not one of its questions. */
MUST_CHECK enum err own_query(struct own *o, struct step *s, const struct abi_op *op,
                              struct abi_result *r);
/* The line, the clock, requests, recovery; the rest of *out is left as it is. */
MUST_CHECK enum err own_query_state(struct own *o, struct step *s, struct abi_state *out);

#endif
