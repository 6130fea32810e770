/* Coming into groups: Welcomes and requests. */
#ifndef SOTTO_ENGINE_OWN_JOIN_H
#define SOTTO_ENGINE_OWN_JOIN_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"

/* A Welcome from the inbox. token: the contact token it came by, as its sender says. */
MUST_CHECK enum err own_group_welcome(struct own *o, struct step *s, struct slice welcome,
                                      struct slice token, uint64_t server_ms);
MUST_CHECK enum err own_request_answer(struct own *o, struct step *s, int64_t id, uint64_t answer,
                                       int64_t *chat);
/* c is a chat with this person. Are there two (both sides added each other)? The room with the
 * smaller id stays, the other becomes its alias. */
MUST_CHECK enum err own_pair_settle(struct step *s, const struct store_chat *c, int64_t person);
/* The request of this person, if there is one or was: accepted. *chat 0: none. */
MUST_CHECK enum err own_request_wanted(struct own *o, struct step *s, int64_t person,
                                       int64_t *chat);

#endif
