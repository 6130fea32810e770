/* Leaving groups, and deleting chats. */
#ifndef SOTTO_ENGINE_OWN_LEAVE_H
#define SOTTO_ENGINE_OWN_LEAVE_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"
#include "store/outbox.h"

/* Shown as left at once; the others take our devices out when they can. The only admin first passes
 * the role to somebody else. ERR_STATE: not an open group. */
MUST_CHECK enum err own_group_leave(struct own *o, struct step *s, int64_t chat);
/* Another device of mine leaves, so we do too. said: the epoch in which our removal was proposed,
 * plus 1; 0: it was not. */
MUST_CHECK enum err own_leave_too(struct own *o, struct step *s, const struct store_chat *c,
                                  uint64_t said);
/* Works on the leave wish when its turn comes. */
MUST_CHECK enum err own_leave_work(struct own *o, struct step *s, const struct store_chat *c,
                                   const struct store_wish *w);
/* We are out: whatever was still to be sent has failed. A deleted chat is dropped. */
MUST_CHECK enum err own_group_left(struct own *o, struct step *s, int64_t chat);
/* Deletes everything up to that place. A group is left; a chat of two goes on, and is listed again
 * when something is said. ERR_STATE: notes to self. */
MUST_CHECK enum err own_chat_delete(struct own *o, struct step *s, int64_t chat, int64_t upto);

#endif
