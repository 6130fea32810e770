/* The receiving half of a device link. */
#ifndef SOTTO_ENGINE_OWN_LINK_HEAR_H
#define SOTTO_ENGINE_OWN_LINK_HEAR_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "schema/frame.h"

/* Takes a frame for the link under way. *taken: it belonged to the link. */
MUST_CHECK enum err own_link_deliver(struct own *o, struct step *s, const struct frame_deliver *d,
                                     bool *taken);

/* The chain of the account this device is joining (new side). */
MUST_CHECK enum err own_link_chain(struct own *o, struct step *s, struct slice body,
                                   uint64_t failure);

#endif
