/* What the page may ask the own network. Nothing here changes anything. */
#ifndef SOTTO_ENGINE_OWN_QUERY_H
#define SOTTO_ENGINE_OWN_QUERY_H
#include "engine/engine.h"
#include "engine/own/state.h"

/* ERR_INPUT: not a question for this network. */
MUST_CHECK enum err own_query(struct own *o, struct step *s, const struct abi_op *op,
                              struct abi_result *r);
/* Fills in line, clock, requests and recovery; leaves the rest of *out alone. */
MUST_CHECK enum err own_query_state(struct own *o, struct step *s, struct abi_state *out);

#endif
