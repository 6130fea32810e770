/* The engine of Sotto's own network: MLS over our gateway.
 *
 * Two connections stay open. DEVICE (conn 1): authenticated by this device's key; registers,
 * publishes key packages and contact tokens, reads the inbox. ANON (conn 2): names nobody;
 * mailboxes, posts, blobs. CHAINS (conn 3) opens for a few questions at a time: it names nobody and
 * no mailbox; it asks for chains by account id and for key packages by inbox.
 *
 * Everything that must survive is in the store; `struct own` holds only what can be rebuilt: the
 * connections, the questions in flight and a cache of open groups. own_reset() throws it away.
 * state.h is what all files share; each other header says what its file does. Source:
 * wasm/schema/PROTOCOL.md. */
#ifndef SOTTO_ENGINE_OWN_OWN_H
#define SOTTO_ENGINE_OWN_OWN_H
#include "engine/network.h"
#include "engine/own/state.h"

#define OWN_WORK_ROUNDS 4

void own_init(struct own *o);
/* Wipes and frees; the store is untouched. Accepts the zero state. */
void own_wipe(struct own *o);
/* Forgets connections and caches after a failed step: hangs up and dials again. */
void own_reset(struct own *o, struct step *s);
/* After unlock: loads the identity, dials. */
MUST_CHECK enum err own_start(struct own *o, struct step *s);
/* Handles the network input that concerns a connection. */
MUST_CHECK enum err own_net(struct own *o, struct step *s, const struct network_input *in);
MUST_CHECK enum err own_alarm(struct own *o, struct step *s);
MUST_CHECK enum err own_life(struct own *o, struct step *s, uint64_t state);
/* When the engine next wants own_alarm; 0 never. */
enum err own_next_alarm(struct own *o, struct step *s, uint64_t *at_ms);
/* Does what is due (due.h), as far as the lines are ready. Call once, at the end of each step that
 * succeeded; what a chat wants more than OWN_WORK_ROUNDS times waits for an alarm. */
MUST_CHECK enum err own_work(struct own *o, struct step *s);

#endif
