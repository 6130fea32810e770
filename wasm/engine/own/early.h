/* What an author said of a message before it came here. */
#ifndef SOTTO_ENGINE_OWN_EARLY_H
#define SOTTO_ENGINE_OWN_EARLY_H
#include "engine/engine.h"
#include "store/message.h"

/* The message is here now, whether by its room or with the history: an edit or a deletion of it
 * that was faster is applied, and kept no longer. */
MUST_CHECK enum err own_early_apply(struct step *s, struct store_message *m);

#endif
