/* A network as core sees it: a struct of functions over an account, which is the first member of
 * whatever else the network keeps in memory.
 *
 * There is one indirect call per step and none inside an engine: a network's functions call each
 * other by name. Core passes on what happened (input), what the person wants (command, query) and
 * what the person decided here (decided); the network writes to the store and appends effects. */
#ifndef SOTTO_ENGINE_NETWORK_H
#define SOTTO_ENGINE_NETWORK_H
#include "engine/engine.h"
#include "engine/recovery_code.h"
#include "store/chat.h"

#define NETWORK_LINK_CODE "link-code" /* setting; core shows it once and drops it */

struct network;

/* All that core reads of it. */
struct account {
    const struct network *network;
    unsigned slot; /* its connections: EFFECTS_CONNS */
    bool ready;    /* an identity is loaded; false: being linked or recovered */
    bool slot_due; /* the recovery key may have changed: core reseals the vault's slot */
};

/* What happened outside. */
enum network_event { NETWORK_OPEN, NETWORK_MESSAGE, NETWORK_CLOSE, NETWORK_ALARM, NETWORK_LIFE };
struct network_input {
    enum network_event kind;
    unsigned k;        /* OPEN, MESSAGE, CLOSE: which of its connections (EFFECTS_CONNS) */
    struct slice data; /* MESSAGE */
    uint64_t life;     /* LIFE: enum abi_life_state */
};

struct network {
    /* Makes the zero state, whatever was there. wipe is safe from then on. */
    void (*init)(struct account *a);
    /* Removes secrets, caches and connections from memory; the store is untouched. Safe after init
     * and after wipe; leaves the state as after init. */
    void (*wipe)(struct account *a);
    /* After a failed step that had touched what is in memory (step->dirty): forgets all that can be
     * rebuilt from the store, and every connection. */
    void (*reset)(struct account *a, struct step *s);
    /* Fills a new store for ABI_OP_CREATE, RECOVER or LINK_DEVICE; any other op: ERR_INPUT. code:
     * the recovery code of the new or recovered account; meaningless for a linked device, since the
     * account's code is on paper: that op leaves the code to show in NETWORK_LINK_CODE. */
    enum err (*setup)(struct account *a, struct step *s, const struct abi_op *op,
                      const struct recovery_code *code);
    /* After setup and after unlocking: loads what the store has, dials. */
    enum err (*open)(struct account *a, struct step *s);
    /* Before locking: closes every connection. */
    void (*hang_up)(struct account *a, struct step *s);
    /* What the person asks of it. The account is ready, except for the ops that lead to one
     * (ABI_OP_LINK_CANCEL, LINK_CONFIRM, RECOVERY_AGAIN, RECOVERY_CHECK, RECOVERY_FINISH); a new
     * recovery code has been shown. ERR_INPUT: not a command of this network. */
    enum err (*command)(struct account *a, struct step *s, const struct abi_op *op,
                        struct abi_result *result);
    /* What the page asks to see; changes nothing. ERR_INPUT: not a question for this network. */
    enum err (*query)(struct account *a, struct step *s, const struct abi_op *op,
                      struct abi_result *result);
    /* Its part of the state: line, clock, recovery. Leaves the rest of *out alone. */
    enum err (*state)(struct account *a, struct step *s, struct abi_state *out);
    /* Why nothing is sent in a chat, or what the person must decide: enum abi_chat_note. */
    enum err (*note)(struct account *a, struct step *s, const struct store_chat *c, uint64_t *note);
    /* The person decided something here, and it is in the store (ABI_OP_PROFILE_SET, BLOCK,
     * CHAT_SET of a choice): tells my other devices and whoever is concerned. ERR_INPUT: any other
     * op. */
    enum err (*decided)(struct account *a, struct step *s, const struct abi_op *op);
    enum err (*input)(struct account *a, struct step *s, const struct network_input *in);
    /* Does what is due. Called once, at the end of a step that succeeded. */
    enum err (*work)(struct account *a, struct step *s);
    /* When it next wants NETWORK_ALARM; 0 never. */
    enum err (*next_alarm)(struct account *a, struct step *s, uint64_t *at_ms);
    /* The public key of the current recovery code, to which the vault's slot is sealed. ERR_GONE:
     * not known yet, but requested; slot_due is set when it is here. */
    enum err (*recovery_key)(struct account *a, struct step *s, struct slice *hpke);
};

#endif
