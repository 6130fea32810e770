/* Coming back into a group we cannot follow any more (wasm/schema/PROTOCOL.md 16). */
#ifndef SOTTO_ENGINE_OWN_REPAIR_H
#define SOTTO_ENGINE_OWN_REPAIR_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"

#define OWN_STUCK_TRIES 3      /* to come in again by the bundle, before others are asked     */
#define OWN_STUCK_WAIT_MS 5000 /* after the first try to come in again; doubled with each      */

/* External commit into a mailbox whose bundle we can read (join link, recovery, repair). */
MUST_CHECK enum err own_group_rejoin(struct own *o, struct step *s, const struct store_chat *c);
MUST_CHECK enum err own_group_rejoin_info(struct own *o, struct step *s, int64_t chat,
                                          struct slice info);
/* It does not open, or is not there. After a few tries my other devices, and in a group those
 * who run it, are asked to take us in again; but for a group the person is offered a new room. */
MUST_CHECK enum err own_repair_failed(struct own *o, struct step *s, int64_t chat);
/* An external commit of ours, made with the bundle of this epoch, was not the one that won. That
 * counts as a try that failed if the one before was made with the same: it leads nowhere. */
MUST_CHECK enum err own_repair_lost(struct own *o, struct step *s, int64_t chat, uint64_t epoch);
/* Milliseconds from the last try that failed to the next. */
int64_t own_repair_wait(const struct store_chat *c);
/* The person wants a new room in the place of one that is stopped, or cannot be entered again; of a
 * group whoever may add. ERR_STATE: it is well. ERR_AUTH_POLICY: another is to do it. */
MUST_CHECK enum err own_repair_room(struct own *o, struct step *s, int64_t chat, int64_t *made);
/* Somebody asks to be taken in again. */
MUST_CHECK enum err own_readd_take(struct own *o, struct step *s, int64_t from, struct slice in);

#endif
