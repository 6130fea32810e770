/* What a chat needs next, and the gateway's answers to it. */
#ifndef SOTTO_ENGINE_OWN_WORK_H
#define SOTTO_ENGINE_OWN_WORK_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"

#define OWN_REMOVAL_MS 60000             /* within this time somebody removes a dropped device */
#define OWN_HEAL_PAIR_MS (3600ll * 1000) /* wasm/schema/PROTOCOL.md 9.1 */
#define OWN_HEAL_PAIR_MESSAGES 20
#define OWN_HEAL_GROUP_MS (24 * 3600ll * 1000)
#define OWN_HEAL_GROUP_MESSAGES 100

/* Makes and opens the mailbox, joins again, works on wishes: asks for key packages or sends a
 * commit. *busy: one of these is still under way, or the room is on hold, so nothing is sent now.
 */
MUST_CHECK enum err own_group_work(struct own *o, struct step *s, const struct store_chat *c,
                                   struct own_box *box, bool *busy);
MUST_CHECK enum err own_group_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                     uint8_t type, struct slice body, uint64_t failure);

#endif
