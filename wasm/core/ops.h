/* One row an op: who does it, and what has to be so before. */
#ifndef SOTTO_CORE_OPS_H
#define SOTTO_CORE_OPS_H
#include "core/state.h"

/* Runs one op of the page. *detail: of an error, for the reply. ERR_STATE_LOCKED: only while
 * unlocked; ERR_STATE: not while linking or recovering; ERR_AUTH: the secret was not given again;
 * ERR_INPUT: no op. */
MUST_CHECK enum err core_op(struct core *c, struct step *s, const struct abi_op *op,
                            struct abi_result *result, uint64_t *detail);
/* Would this op (its number) hand over the account? Then the secret must just have been given
 * again (op_confirm). */
bool core_hands_over(uint64_t op);

#endif
