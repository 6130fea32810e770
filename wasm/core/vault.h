/* The vault: making, opening and erasing it, the ways to unlock it (the recovery code is one), and
 * giving the secret again. Most of this works while locked. */
#ifndef SOTTO_CORE_VAULT_H
#define SOTTO_CORE_VAULT_H
#include "core/state.h"

/* ERR_INPUT: not an op of the vault. *detail: after a wrong secret, how long to wait. */
MUST_CHECK enum err core_vault(struct core *c, struct step *s, const struct abi_op *op,
                               struct abi_result *result, uint64_t *detail);
/* ERR_AUTH unless the secret was given again (op_confirm) for this op. That is good for one op of
 * that number, whether or not it succeeds, and lapses when the clock goes back. */
MUST_CHECK enum err core_take_confirmed(struct core *c, uint64_t op, uint64_t now_ms);
/* Makes the recovery code of the newest entry a way to unlock, if it is none yet. */
MUST_CHECK enum err core_recovery_slot(struct core *c, struct step *s);
/* Whether the current recovery code opens this store. No other code ever does. */
MUST_CHECK enum err core_code_opens(struct core *c, struct step *s, bool *out);
/* ERR_AUTH: not the code that was shown last. ERR_INPUT: not a code. */
MUST_CHECK enum err core_code_was_shown(const struct core *c, struct slice text);

#endif
