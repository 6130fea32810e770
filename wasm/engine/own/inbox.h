/* The inbox of this device: what others leave there outside any chat (Welcomes), one item at a
 * time, once. */
#ifndef SOTTO_ENGINE_OWN_INBOX_H
#define SOTTO_ENGINE_OWN_INBOX_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "schema/frame.h"
#include "schema/gen/wire.h"

/* The gateway says what was last put there. If that is less than we took, or another item in its
 * place, the gateway was rolled back, and what it keeps of the account is uploaded again. */
MUST_CHECK enum err own_inbox_ready(struct step *s, const struct wire_ready *r);
/* Takes an item and acknowledges it. One taken before is only acknowledged. */
MUST_CHECK enum err own_inbox_take(struct own *o, struct step *s, const struct frame_deliver *d);

#endif
