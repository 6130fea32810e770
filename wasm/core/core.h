/* The core: one vault, one store, the engines, and the table from commands to handlers.
 *
 * core_create -> core_step ... -> core_destroy. A step takes encoded `input` (abi.cddl) and leaves
 * encoded `effects` that stay valid until the next step. */
#ifndef SOTTO_CORE_CORE_H
#define SOTTO_CORE_CORE_H
#include "engine/engine.h"
#include "engine/own/state.h"

/* Has the vault a way in by a code? As last read; unknown after each write of that way. */
enum core_slot { CORE_SLOT_UNKNOWN = 0, CORE_SLOT_NONE, CORE_SLOT_THERE };

struct core {
    struct store *store; /* NULL: locked */
    struct own own;
    struct arena arena;
    struct slice output;  /* of the last step, in the arena */
    uint64_t wrong_at_ms; /* last wrong secret */
    uint32_t wrong_count;
    uint64_t alarm_ms;     /* last asked for */
    uint8_t vault_key[32]; /* while unlocked: new ways to unlock are made with it */
    enum core_slot code_slot;
    uint64_t confirmed;    /* the op that the secret was given again for; 0 none */
    uint64_t confirmed_ms; /* and when */
    bool has_fresh_code;
    uint8_t fresh_code[OWN_CODE_BYTES]; /* shown, not taken yet */
};

/* ERR_HOST_MEMORY, ERR_HOST (no randomness), ERR_BUG (a primitive gives a wrong known answer). */
MUST_CHECK enum err core_create(struct core **out);
/* Closes and wipes everything. Accepts NULL. */
void core_destroy(struct core *c);
/* Runs one event. Errors are inside the effects (replies); only ERR_INPUT (not an input),
 * ERR_HOST_MEMORY and ERR_BUG are returned, with empty effects. */
MUST_CHECK enum err core_step(struct core *c, struct slice input);

/* command.c: runs one command; the result is filled for the reply. */
MUST_CHECK enum err core_command(struct core *c, struct step *s, const struct abi_op *op,
                                 struct abi_result *result, uint64_t *detail);
/* query.c */
MUST_CHECK enum err core_query(struct core *c, struct step *s, const struct abi_op *op,
                               struct abi_result *result, bool *known);
/* The safety number with a person: e2ee-core.md 16, stage 1. */
MUST_CHECK enum err core_safety(struct core *c, struct step *s, int64_t person,
                                struct abi_safety *out);
/* What the QR of the other side says: ERR_AUTH: not of us two; ERR_STATE: one of us does not know
 * the newest entry of the other yet. Where we have two branches of theirs, it says which is theirs.
 */
MUST_CHECK enum err core_safety_scanned(struct core *c, struct step *s, int64_t person,
                                        struct slice scanned);
/* vault part of command.c: what works while locked. */
MUST_CHECK enum err core_locked_command(struct core *c, struct step *s, const struct abi_op *op,
                                        struct abi_result *result, uint64_t *detail, bool *known);
/* Would this op (its number) hand over the account? Then the secret must just have been given
 * again (op_confirm). */
bool core_hands_over(uint64_t op);
/* Makes the recovery code of the newest entry a way to unlock, if it is none yet. */
MUST_CHECK enum err core_recovery_slot(struct core *c, struct step *s);
/* Does the recovery code of now open this store? (No other one ever does.) */
MUST_CHECK enum err core_code_opens(struct core *c, struct step *s, bool *out);
/* The code that was shown last, as it was written down. ERR_AUTH: not that one. Wipe it. */
MUST_CHECK enum err core_fresh_code(struct core *c, struct slice text, struct own_code *out);
/* Any code. ERR_INPUT: it is none. Wipe it. */
MUST_CHECK enum err core_code(struct slice text, struct own_code *out);
/* Is it the one that my newest entry names? */
MUST_CHECK enum err core_code_is_mine(struct step *s, const struct own_code *code, bool *out);
void core_lock(struct core *c);
MUST_CHECK enum err core_state_view(struct core *c, struct step *s, struct abi_state *out);

#endif
