/* What the core keeps from step to step. */
#ifndef SOTTO_CORE_STATE_H
#define SOTTO_CORE_STATE_H
#include "core/accounts.h"
#include "engine/engine.h"

/* Whether the vault has a slot for a recovery code, as last read; unknown once it is written. */
enum core_slot { CORE_SLOT_UNKNOWN = 0, CORE_SLOT_NONE, CORE_SLOT_THERE };

struct core {
    struct store *store; /* NULL: locked */
    union core_account account;
    struct arena arena;
    struct slice output;  /* of the last step, in the arena */
    uint64_t wrong_at_ms; /* last wrong secret */
    uint32_t wrong_count;
    uint64_t alarm_ms;     /* last asked for */
    uint8_t vault_key[32]; /* while unlocked: new ways to unlock are made with it */
    enum core_slot code_slot;
    uint64_t confirmed;    /* the op that the secret was given again for, or 0 */
    uint64_t confirmed_ms; /* and when */
    bool has_fresh_code;
    uint8_t fresh_code[RECOVERY_CODE_BYTES]; /* shown, not taken yet */
};

#endif
