/* What works while locked: is there a vault, make one, open it, forget it; and the recovery code,
 * which opens it too. */
#ifndef SOTTO_CORE_VAULT_H
#define SOTTO_CORE_VAULT_H
#include "core/state.h"

/* ERR_INPUT: no op of the vault. *detail: of a wrong secret, how long to wait. */
MUST_CHECK enum err core_vault(struct core *c, struct step *s, const struct abi_op *op,
                               struct abi_result *result, uint64_t *detail);
/* Was the secret given again (op_confirm) for this op? Good for one op of that number, whatever
 * becomes of it; a clock that went back ends it, too. ERR_AUTH: no. */
MUST_CHECK enum err core_take_confirmed(struct core *c, uint64_t op, uint64_t now_ms);
/* Makes the recovery code of the newest entry a way to unlock, if it is none yet. */
MUST_CHECK enum err core_recovery_slot(struct core *c, struct step *s);
/* Does the recovery code of now open this store? (No other one ever does.) */
MUST_CHECK enum err core_code_opens(struct core *c, struct step *s, bool *out);
/* ERR_AUTH: not the code that was shown last. ERR_INPUT: none. */
MUST_CHECK enum err core_code_was_shown(const struct core *c, struct slice text);

#endif
