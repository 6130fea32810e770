/* What the person asks to do, while unlocked. */
#ifndef SOTTO_CORE_COMMAND_H
#define SOTTO_CORE_COMMAND_H
#include "core/state.h"

/* What is of the store alone, and told by the network where it has to be. The result is filled for
 * the reply. ERR_INPUT: no such command. */
MUST_CHECK enum err core_command(struct core *c, struct step *s, const struct abi_op *op,
                                 struct abi_result *result);

#endif
