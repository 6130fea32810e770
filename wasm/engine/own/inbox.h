/* The inbox of this device: what others leave beside any chat (Welcomes), one item at a time, once.
 */
#ifndef SOTTO_ENGINE_OWN_INBOX_H
#define SOTTO_ENGINE_OWN_INBOX_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "schema/frame.h"
#include "schema/gen/wire.h"

/* The gateway says the newest that was ever put there. Less than was taken, or another item in its
 * place: it was put back to an older copy, and what it keeps of the account goes up again. */
MUST_CHECK enum err own_inbox_ready(struct step *s, const struct wire_ready *r);
/* Takes an item and acknowledges it. One that was taken before is acknowledged only. */
MUST_CHECK enum err own_inbox_take(struct own *o, struct step *s, const struct frame_deliver *d);

#endif
