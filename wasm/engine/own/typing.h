/* Other people's typing notices, which are in no log. */
#ifndef SOTTO_ENGINE_OWN_TYPING_H
#define SOTTO_ENGINE_OWN_TYPING_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "schema/frame.h"

MUST_CHECK enum err own_ephemeral(struct own *o, struct step *s, const struct frame_ephemeral *e);

#endif
