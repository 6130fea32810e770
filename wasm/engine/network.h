/* A network as core sees it: a struct of functions over an account, which is the first member of
 * whatever the network keeps in memory beside it.
 *
 * One indirect call a step and none inside an engine: the functions of a network call each other by
 * name. Core says what happened (input), what the person wants (command, query) and what the person
 * decided here (decided); the network writes to the store and appends effects. */
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
    unsigned slot; /* its connections: EFFECTS_CONNS                                       */
    bool ready;    /* an identity is loaded; false: being linked or recovered              */
    bool slot_due; /* the recovery key may have changed: core seals the vault's slot anew  */
};

/* What the world says. */
enum network_event { NETWORK_OPEN, NETWORK_MESSAGE, NETWORK_CLOSE, NETWORK_ALARM, NETWORK_LIFE };
struct network_input {
    enum network_event kind;
    unsigned k;        /* OPEN, MESSAGE, CLOSE: which of its connections (EFFECTS_CONNS) */
    struct slice data; /* MESSAGE                    */
    uint64_t life;     /* LIFE: enum abi_life_state  */
};

struct network {
    /* The zero state, whatever was there. wipe is safe from then on. */
    void (*init)(struct account *a);
    /* Secrets, caches and connections leave the memory; the store is untouched. Safe after init and
     * after wipe; afterwards it is as after init. */
    void (*wipe)(struct account *a);
    /* After a step that failed and had touched what is in memory (step->dirty): all that can be
     * made anew from the store is forgotten, and so is every connection. */
    void (*reset)(struct account *a, struct step *s);
    /* Fills a new store for ABI_OP_CREATE, RECOVER or LINK_DEVICE; any other op: ERR_INPUT. code:
     * the recovery code of the new or recovered account; of a linked device without meaning, since
     * the account's is on paper: that one leaves the code to show in NETWORK_LINK_CODE. */
    enum err (*setup)(struct account *a, struct step *s, const struct abi_op *op,
                      const struct recovery_code *code);
    /* After setup and after unlocking: loads what the store has, dials. */
    enum err (*open)(struct account *a, struct step *s);
    /* Before locking: no connection stays. */
    void (*hang_up)(struct account *a, struct step *s);
    /* What the person asks of it. The account is ready, but for what leads to one
     * (ABI_OP_LINK_CANCEL, LINK_CONFIRM, RECOVERY_AGAIN, RECOVERY_CHECK, RECOVERY_FINISH); a new
     * recovery code was shown. ERR_INPUT: not a command of this network. */
    enum err (*command)(struct account *a, struct step *s, const struct abi_op *op,
                        struct abi_result *result);
    /* What the page asks to see; changes nothing. ERR_INPUT: not a question to this network. */
    enum err (*query)(struct account *a, struct step *s, const struct abi_op *op,
                      struct abi_result *result);
    /* Its part of the state: line, clock, recovery. The rest of *out is left as it is. */
    enum err (*state)(struct account *a, struct step *s, struct abi_state *out);
    /* Why nothing is sent in a chat, or what the person is to decide: enum abi_chat_note. */
    enum err (*note)(struct account *a, struct step *s, const struct store_chat *c, uint64_t *note);
    /* The person decided something here, and it is in the store (ABI_OP_PROFILE_SET, BLOCK,
     * CHAT_SET of a choice): my other devices, and whom it concerns, are told. ERR_INPUT: any other
     * op. */
    enum err (*decided)(struct account *a, struct step *s, const struct abi_op *op);
    enum err (*input)(struct account *a, struct step *s, const struct network_input *in);
    /* What is due. Once, last in a step that went well. */
    enum err (*work)(struct account *a, struct step *s);
    /* When it wants NETWORK_ALARM next; 0 never. */
    enum err (*next_alarm)(struct account *a, struct step *s, uint64_t *at_ms);
    /* The public key of the recovery code of now, to which the vault's slot is sealed. ERR_GONE:
     * not known yet, and asked for; slot_due says when it is here. */
    enum err (*recovery_key)(struct account *a, struct step *s, struct slice *hpke);
};

#endif
