/* Linking a second device: the sending half (link.c); the receiving half is link_hear.c. */
#ifndef SOTTO_ENGINE_OWN_LINK_H
#define SOTTO_ENGINE_OWN_LINK_H
#include "engine/own/link_state.h"

MUST_CHECK enum err own_link_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                    uint8_t type, struct slice body, uint64_t failure);
MUST_CHECK enum err own_link_work(struct own *o, struct step *s);
#define OWN_ASK_CHAIN_LINK (-7) /* own_ask.b of the question for the account's chain */

#endif
