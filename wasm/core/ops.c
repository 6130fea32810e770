#include "core/ops.h"

#include "core/command.h"
#include "core/query.h"
#include "core/vault.h"

/* Who carries it out: core/vault.c; core/query.c and core/command.c, which need only the store; or
 * the account's network. */
enum home { NOBODY = 0, VAULT, QUERY, COMMAND, NETWORK_QUERY, NETWORK_COMMAND };
/* Conditions that an op is exempt from or subject to. */
enum {
    LOCKED = 1, /* works without a store                                      */
    EARLY = 2,  /* works while linking or recovering; so does each query      */
    SECRET = 4, /* hands over the account: needs the secret given again first */
    CODE = 8    /* may bring a new recovery code: must be the last one shown  */
};
struct row {
    uint8_t home; /* enum home */
    uint8_t flags;
};

static const struct row core_ops[] = {
    [ABI_OP_STATUS] = {VAULT, LOCKED},
    [ABI_OP_CREATE] = {VAULT, LOCKED},
    [ABI_OP_RECOVER] = {VAULT, LOCKED},
    [ABI_OP_LINK_DEVICE] = {VAULT, LOCKED},
    [ABI_OP_UNLOCK] = {VAULT, LOCKED},
    [ABI_OP_LOCK] = {VAULT, LOCKED},
    [ABI_OP_WIPE] = {VAULT, LOCKED},
    [ABI_OP_CONFIRM] = {VAULT, 0},
    [ABI_OP_EXPORT] = {VAULT, SECRET},
    [ABI_OP_RELEASE] = {VAULT, 0},
    [ABI_OP_SLOT_PUT] = {VAULT, SECRET},
    [ABI_OP_SLOT_DROP] = {VAULT, SECRET},
    [ABI_OP_RECOVERY_NEW] = {VAULT, 0},

    [ABI_OP_STATE] = {QUERY, 0},
    [ABI_OP_SETTINGS] = {QUERY, 0},
    [ABI_OP_CHATS] = {QUERY, 0},
    [ABI_OP_CHAT] = {QUERY, 0},
    [ABI_OP_MEMBERS] = {QUERY, 0},
    [ABI_OP_PEOPLE] = {QUERY, 0},
    [ABI_OP_PERSON] = {QUERY, 0},
    [ABI_OP_MESSAGES] = {QUERY, 0},
    [ABI_OP_MESSAGE] = {QUERY, 0},
    [ABI_OP_SEARCH] = {QUERY, 0},
    [ABI_OP_STARRED] = {QUERY, 0},
    [ABI_OP_REQUESTS] = {QUERY, 0},

    [ABI_OP_LINK_LIST] = {NETWORK_QUERY, 0},
    [ABI_OP_LINK_READ] = {NETWORK_QUERY, 0},
    [ABI_OP_SAFETY] = {NETWORK_QUERY, 0},
    [ABI_OP_DEVICES] = {NETWORK_QUERY, 0},
    [ABI_OP_RECOVERY_CHOICES] = {NETWORK_QUERY, 0},

    [ABI_OP_PROFILE_SET] = {COMMAND, 0},
    [ABI_OP_SETTING_SET] = {COMMAND, 0},
    [ABI_OP_BLOCK] = {COMMAND, 0},
    [ABI_OP_CHAT_SET] = {COMMAND, 0},
    [ABI_OP_DRAFT] = {COMMAND, 0},
    [ABI_OP_STAR] = {COMMAND, 0},

    [ABI_OP_LINK_CANCEL] = {NETWORK_COMMAND, EARLY},
    [ABI_OP_LINK_CONFIRM] = {NETWORK_COMMAND, EARLY},
    [ABI_OP_RECOVERY_AGAIN] = {NETWORK_COMMAND, EARLY},
    [ABI_OP_RECOVERY_CHECK] = {NETWORK_COMMAND, EARLY},
    [ABI_OP_RECOVERY_FINISH] = {NETWORK_COMMAND, EARLY | SECRET | CODE},
    [ABI_OP_RECOVERY_SET] = {NETWORK_COMMAND, SECRET | CODE},
    [ABI_OP_DEVICE_REVOKE] = {NETWORK_COMMAND, SECRET | CODE},
    [ABI_OP_LINK_ACCEPT] = {NETWORK_COMMAND, SECRET},
    [ABI_OP_DEVICE_NAME] = {NETWORK_COMMAND, 0},
    [ABI_OP_LINK_MAKE] = {NETWORK_COMMAND, 0},
    [ABI_OP_LINK_DROP] = {NETWORK_COMMAND, 0},
    [ABI_OP_ADD] = {NETWORK_COMMAND, 0},
    [ABI_OP_REQUEST_ANSWER] = {NETWORK_COMMAND, 0},
    [ABI_OP_VERIFY] = {NETWORK_COMMAND, 0},
    [ABI_OP_FORK_SETTLE] = {NETWORK_COMMAND, 0},
    [ABI_OP_ROOM_SETTLE] = {NETWORK_COMMAND, 0},
    [ABI_OP_CHAT_DELETE] = {NETWORK_COMMAND, 0},
    [ABI_OP_SEND] = {NETWORK_COMMAND, 0},
    [ABI_OP_EDIT] = {NETWORK_COMMAND, 0},
    [ABI_OP_DELETE] = {NETWORK_COMMAND, 0},
    [ABI_OP_REACT] = {NETWORK_COMMAND, 0},
    [ABI_OP_RETRY] = {NETWORK_COMMAND, 0},
    [ABI_OP_READ] = {NETWORK_COMMAND, 0},
    [ABI_OP_TYPING] = {NETWORK_COMMAND, 0},
    [ABI_OP_GROUP_MAKE] = {NETWORK_COMMAND, 0},
    [ABI_OP_GROUP_SET] = {NETWORK_COMMAND, 0},
    [ABI_OP_GROUP_ADD] = {NETWORK_COMMAND, 0},
    [ABI_OP_GROUP_REMOVE] = {NETWORK_COMMAND, 0},
    [ABI_OP_GROUP_ROLE] = {NETWORK_COMMAND, 0},
    [ABI_OP_GROUP_LEAVE] = {NETWORK_COMMAND, 0},
    [ABI_OP_GROUP_LINK] = {NETWORK_COMMAND, 0},
    [ABI_OP_GROUP_JOIN] = {NETWORK_COMMAND, 0},
    [ABI_OP_FILE_BEGIN] = {NETWORK_COMMAND, 0},
    [ABI_OP_FILE_CHUNK] = {NETWORK_COMMAND, 0},
    [ABI_OP_FILE_CANCEL] = {NETWORK_COMMAND, 0},
    [ABI_OP_FILE_FETCH] = {NETWORK_COMMAND, 0},
    [ABI_OP_FILE_READ] = {NETWORK_COMMAND, 0},
};

static struct row row_of(uint64_t op)
{
    return op < sizeof core_ops / sizeof core_ops[0] ? core_ops[op] : (struct row){NOBODY, 0};
}

bool core_hands_over(uint64_t op)
{
    return (row_of(op).flags & SECRET) != 0;
}

/* The new recovery code that an op brings, or empty. */
static struct slice fresh_code(const struct abi_op *op)
{
    return op->kind == ABI_OP_DEVICE_REVOKE     ? op->op_device_revoke.code
           : op->kind == ABI_OP_RECOVERY_SET    ? op->op_recovery_set.code
           : op->kind == ABI_OP_RECOVERY_FINISH ? op->op_recovery_finish.code
                                                : SLICE_EMPTY;
}

static enum err allowed(struct core *c, struct step *s, const struct abi_op *op, struct row row)
{
    if (s->store == NULL) {
        return (row.flags & LOCKED) != 0 ? OK : ERR_STATE_LOCKED;
    }
    if ((row.flags & SECRET) != 0) {
        TRY(core_take_confirmed(c, op->kind, s->now_ms));
    }
    bool acts = row.home == COMMAND || row.home == NETWORK_COMMAND;
    if (acts && !c->account.base.ready && (row.flags & EARLY) == 0) {
        return ERR_STATE; /* linking or recovering: no account yet */
    }
    struct slice fresh = (row.flags & CODE) != 0 ? fresh_code(op) : SLICE_EMPTY;
    return fresh.n == 0 ? OK : core_code_was_shown(c, fresh);
}

enum err core_op(struct core *c, struct step *s, const struct abi_op *op, struct abi_result *r,
                 uint64_t *detail)
{
    struct account *a = &c->account.base;
    struct row row = row_of(op->kind);
    TRY(allowed(c, s, op, row));
    switch ((enum home)row.home) {
    case VAULT:
        return core_vault(c, s, op, r, detail);
    case QUERY:
        return core_query(c, s, op, r);
    case COMMAND:
        return core_command(c, s, op, r);
    case NETWORK_QUERY:
        return a->network->query(a, s, op, r);
    case NETWORK_COMMAND:
        return a->network->command(a, s, op, r);
    case NOBODY:
        break;
    }
    return ERR_INPUT;
}
