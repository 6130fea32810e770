/* A room takes the place of another one, with all that was said and all that waits to be sent. */
#ifndef SOTTO_ENGINE_OWN_SUCCEED_H
#define SOTTO_ENGINE_OWN_SUCCEED_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"

/* c takes the place of old: messages, settings, and what waits and cannot go out in the old room
 * any more. old stays as another name of c. */
MUST_CHECK enum err own_chat_succeed(struct own *o, struct step *s, const struct store_chat *old,
                                     const struct store_chat *c);

#endif
