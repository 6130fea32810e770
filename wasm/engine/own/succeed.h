/* A room succeeds another, with all that was said and all that waits to be sent. */
#ifndef SOTTO_ENGINE_OWN_SUCCEED_H
#define SOTTO_ENGINE_OWN_SUCCEED_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"

/* c succeeds old: takes messages, settings, and what waits but can no longer go out in the old
 * room. old remains as another name for c. */
MUST_CHECK enum err own_chat_succeed(struct own *o, struct step *s, const struct store_chat *old,
                                     const struct store_chat *c);

#endif
