/* Getting back into a group we can no longer follow (wasm/schema/PROTOCOL.md 16). */
#ifndef SOTTO_ENGINE_OWN_REPAIR_H
#define SOTTO_ENGINE_OWN_REPAIR_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"

#define OWN_STUCK_TRIES 3      /* to come in again with the bundle, before others are asked */
#define OWN_STUCK_WAIT_MS 5000 /* after the first try to come in again; doubles with each */

/* External commit into a mailbox whose bundle we can read (join link, recovery, repair). */
MUST_CHECK enum err own_group_rejoin(struct own *o, struct step *s, const struct store_chat *c);
MUST_CHECK enum err own_group_rejoin_info(struct own *o, struct step *s, int64_t chat,
                                          struct slice info);
/* The bundle does not open or is missing. After a few tries my other devices, and in a group its
 * admins, are asked to take us in again; except in a group, the person is also offered a new
 * room. */
MUST_CHECK enum err own_repair_failed(struct own *o, struct step *s, int64_t chat);
/* Our external commit, made with the bundle of this epoch, lost. It counts as a failed try if the
 * one before was made with the same bundle: that leads nowhere. */
MUST_CHECK enum err own_repair_lost(struct own *o, struct step *s, int64_t chat, uint64_t epoch);
/* Milliseconds from the last failed try to the next. */
int64_t own_repair_wait(const struct store_chat *c);
/* The person wants a new room instead of one that is stopped or cannot be entered again; in a
 * group, anybody who may add people can. ERR_STATE: nothing is wrong with it. ERR_AUTH_POLICY:
 * somebody else must do it. */
MUST_CHECK enum err own_repair_room(struct own *o, struct step *s, int64_t chat, int64_t *made);
/* Somebody asks to be taken in again. */
MUST_CHECK enum err own_readd_take(struct own *o, struct step *s, int64_t from, struct slice in);

#endif
