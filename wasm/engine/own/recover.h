/* Recovery: what each device writes so that the recovery code alone restores the account (people
 * and where the chats are, but no messages), and restoring it: chain, record, then one entry. */
#ifndef SOTTO_ENGINE_OWN_RECOVER_H
#define SOTTO_ENGINE_OWN_RECOVER_H
#include "engine/engine.h"
#include "engine/own/chain.h"
#include "engine/recovery_code.h"
#include "engine/own/state.h"

/* Setting "recovering". */
enum own_recover_stage {
    OWN_RECOVER_NONE = 0,
    OWN_RECOVER_ASKING = OWN_CHAIN_RECOVERING_AGAIN, /* for the chain and the parts of the record */
    OWN_RECOVER_CHOOSE = 2, /* the person chooses which devices stay and whose part is read */
    OWN_RECOVER_ENTRY = 3   /* the entry is on its way */
};

/* ---- coming back ---------------------------------------------------------------------------- */

/* The code is kept in memory only: call own_recover_again after a restart. */
MUST_CHECK enum err own_recover_begin(struct own *o, struct step *s,
                                      const struct recovery_code *code, struct slice gateway,
                                      struct slice device_name);
/* ERR_STATE: no recovery is under way. */
MUST_CHECK enum err own_recover_again(struct own *o, struct step *s,
                                      const struct recovery_code *code);
/* The gateway has accepted the recovery key. */
MUST_CHECK enum err own_recover_ready(struct own *o, struct step *s, const struct wire_ready *r);
MUST_CHECK enum err own_recover_chain(struct own *o, struct step *s, struct slice body,
                                      uint64_t failure);
/* keep: device keys that stay; take: devices whose part is read. ERR_STATE: not at this stage.
 * ERR_INPUT: not keys of the newest entry, or not devices that gave a part. */
MUST_CHECK enum err own_recover_finish(struct own *o, struct step *s,
                                       const struct recovery_code *fresh, const struct slice *keep,
                                       size_t keep_n, const struct slice *take, size_t take_n);
/* The entry is acknowledged (o->recovered): the account is ours again. */
MUST_CHECK enum err own_recover_done(struct own *o, struct step *s);

/* ---- writing -------------------------------------------------------------------------------- */

MUST_CHECK enum err own_recover_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                       uint8_t type, struct slice body, uint64_t failure);
/* Uploads this device's part if something in it changed. */
MUST_CHECK enum err own_recover_work(struct own *o, struct step *s);

#endif
