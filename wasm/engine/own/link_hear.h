/* The hearing half of a device link. */
#ifndef SOTTO_ENGINE_OWN_LINK_HEAR_H
#define SOTTO_ENGINE_OWN_LINK_HEAR_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "schema/frame.h"

/* Frames and state of a link under way; *taken when the frame belonged to it. */
MUST_CHECK enum err own_link_deliver(struct own *o, struct step *s, const struct frame_deliver *d,
                                     bool *taken);

/* The chain of the account that takes this device in (new side). */
MUST_CHECK enum err own_link_chain(struct own *o, struct step *s, struct slice body,
                                   uint64_t failure);

#endif
