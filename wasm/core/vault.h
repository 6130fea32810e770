/* What works while locked: is there a vault, make one, open it, forget it; and the recovery code,
 * which opens it too. */
#ifndef SOTTO_CORE_VAULT_H
#define SOTTO_CORE_VAULT_H
#include "core/state.h"

/* *known: false when the op does not work while locked. */
MUST_CHECK enum err core_locked_command(struct core *c, struct step *s, const struct abi_op *op,
                                        struct abi_result *result, uint64_t *detail, bool *known);
/* Would this op (its number) hand over the account? Then the secret must just have been given
 * again (op_confirm). */
bool core_hands_over(uint64_t op);
/* Makes the recovery code of the newest entry a way to unlock, if it is none yet. */
MUST_CHECK enum err core_recovery_slot(struct core *c, struct step *s);
/* Does the recovery code of now open this store? (No other one ever does.) */
MUST_CHECK enum err core_code_opens(struct core *c, struct step *s, bool *out);
/* ERR_AUTH: not the code that was shown last. ERR_INPUT: none. */
MUST_CHECK enum err core_code_was_shown(const struct core *c, struct slice text);

#endif
