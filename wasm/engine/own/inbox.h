/* The inbox of this device: what others leave beside any chat (Welcomes), one item at a time, once.
 */
#ifndef SOTTO_ENGINE_OWN_INBOX_H
#define SOTTO_ENGINE_OWN_INBOX_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "schema/frame.h"

/* Takes an item and acknowledges it. One that was taken before is acknowledged only. */
MUST_CHECK enum err own_inbox_take(struct own *o, struct step *s, const struct frame_deliver *d);

#endif
