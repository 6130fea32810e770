/* The outbox of each chat, in order, each entry sealed once; typing notices. */
#ifndef SOTTO_ENGINE_OWN_SEND_H
#define SOTTO_ENGINE_OWN_SEND_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"

#define OWN_POSTS_IN_FLIGHT 8 /* per chat: keeps order, and one round trip carries several */
#define OWN_SEALED_AGE_MS (24 * 3600ll * 1000) /* sealed bytes older than this are resealed */

/* Queues content for a chat and tries to send it. message 0: silent. about: the message it shows or
 * changes (kept for those who miss it), 0 none. */
MUST_CHECK enum err own_send(struct own *o, struct step *s, int64_t chat, int64_t message,
                             int64_t about, struct slice content, const uint8_t mid[32]);
MUST_CHECK enum err own_send_work(struct own *o, struct step *s, const struct store_chat *c,
                                  struct own_box *box);
MUST_CHECK enum err own_send_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                    uint8_t type, struct slice body, uint64_t failure);
MUST_CHECK enum err own_typing(struct own *o, struct step *s, int64_t chat, bool on);

#endif
