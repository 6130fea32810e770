/* My own chain: what its next entry shall say, writing it, and what follows. An entry is made, sent
 * to the gateway, acknowledged, and only then used; if another device took its number it is made
 * again after the winner. For wishes see chain_wish.h. */
#ifndef SOTTO_ENGINE_OWN_CHAIN_H
#define SOTTO_ENGINE_OWN_CHAIN_H
#include "engine/engine.h"
#include "engine/own/chain_news.h"
#include "engine/own/chain_wish.h"
#include "engine/recovery_code.h"
#include "engine/own/identity.h"
#include "engine/own/state.h"
#include "schema/gen/wire.h"

#define OWN_ASK_CHAIN_OWN (-4)   /* own_ask.b of a question for my own chain */
#define OWN_ASK_CHAIN_WISH (-5)  /* own_ask.a of an entry being sent; b: the wish */
#define OWN_ASK_CHAIN_BRING (-6) /* own_ask.a of one given back to the gateway; b: its number */

#define OWN_CHAIN_RECOVERING_AGAIN 1 /* setting "recovering": from the start (recover.h) */

/* Entry 0 of this device (o->device_secret) and this code: o->account, person 1, the chain. */
MUST_CHECK enum err own_chain_first(struct own *o, struct step *s, const struct recovery_code *code,
                                    struct slice name);
/* Does the newest entry I know list this device? False also while being linked. */
MUST_CHECK enum err own_chain_lists_me(struct own *o, struct step *s, bool *out);
/* The gateway knows this device, and says where my chain ends there. */
MUST_CHECK enum err own_chain_ready(struct own *o, struct step *s, const struct wire_ready *r);
/* Sends what waits. */
MUST_CHECK enum err own_chain_work(struct own *o, struct step *s);
MUST_CHECK enum err own_chain_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                     uint8_t type, struct slice body, uint64_t failure);
/* The gateway claims that this device was dropped: only a signed entry is believed. */
MUST_CHECK enum err own_chain_doubt(struct own *o, struct step *s);
/* An unsigned entry that adds this device, for it to sign. ERR_LIMIT: too many devices, or the
 * number is reserved for the recovery key; ERR_LIMIT_RATE: enough for today. */
MUST_CHECK enum err own_chain_draft(struct own *o, struct step *s, const uint8_t device[32],
                                    struct slice *draft);
/* The new device's side. ERR_AUTH: the draft does not add this device. */
MUST_CHECK enum err own_chain_draft_sign(struct own *o, struct slice draft, uint8_t signature[64]);
/* It is signed by the new device: send it now. ERR_AUTH. *stale: my chain has grown since, so a new
 * draft is needed. */
MUST_CHECK enum err own_chain_draft_signed(struct own *o, struct step *s, struct slice draft,
                                           const uint8_t device[32], const uint8_t signature[64],
                                           bool *stale);
/* Is a wish to add this device waiting? */
MUST_CHECK enum err own_chain_adding(struct step *s, const uint8_t device[32], bool *out);

/* Drops these devices. fresh: the new recovery key (NULL: "not now"); old: signs it too, if the
 * person has the old code. */
MUST_CHECK enum err own_chain_drop(struct own *o, struct step *s, struct slice devices,
                                   const struct recovery_code *fresh,
                                   const struct recovery_code *old);
MUST_CHECK enum err own_chain_code(struct own *o, struct step *s, const struct recovery_code *fresh,
                                   const struct recovery_code *old);
/* Recovery: this device comes in, and of the others only `keep` stay. Signed by the old code. */
MUST_CHECK enum err own_chain_recover(struct own *o, struct step *s, struct slice keep,
                                      const struct recovery_code *fresh,
                                      const struct recovery_code *old);
/* Takes the HPKE key that came along, if the newest entry names it. */
MUST_CHECK enum err own_chain_take_hpke(struct own *o, struct step *s, const struct wire_chain *w);

#endif
