/* Commands: what the person does while unlocked. */
#ifndef SOTTO_CORE_COMMAND_H
#define SOTTO_CORE_COMMAND_H
#include "core/state.h"

/* A command that the store alone can carry out; the network announces it where others need to know.
 * Fills the result for the reply. ERR_INPUT: no such command. */
MUST_CHECK enum err core_command(struct core *c, struct step *s, const struct abi_op *op,
                                 struct abi_result *result);

#endif
