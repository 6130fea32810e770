/* A table with one row per op: who carries it out, and what must hold before it may run. */
#ifndef SOTTO_CORE_OPS_H
#define SOTTO_CORE_OPS_H
#include "core/state.h"

/* Runs one op of the page. *detail qualifies an error in the reply. ERR_STATE_LOCKED: works only
 * while unlocked; ERR_STATE: does not work while linking or recovering; ERR_AUTH: the secret was
 * not given again; ERR_INPUT: no such op. */
MUST_CHECK enum err core_op(struct core *c, struct step *s, const struct abi_op *op,
                            struct abi_result *result, uint64_t *detail);
/* Whether the op of this number would hand over the account, so that the secret must have been
 * given again (op_confirm) just before. */
bool core_hands_over(uint64_t op);

#endif
