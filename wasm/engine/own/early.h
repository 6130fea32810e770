/* What an author said about a message before the message came. */
#ifndef SOTTO_ENGINE_OWN_EARLY_H
#define SOTTO_ENGINE_OWN_EARLY_H
#include "engine/engine.h"
#include "store/message.h"

/* The message is here now, from its room or with the history: applies an edit or deletion that was
 * faster, and stops keeping it. */
MUST_CHECK enum err own_early_apply(struct step *s, struct store_message *m);

#endif
