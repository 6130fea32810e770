/* Requests: somebody brought us into a room and waits for a yes; and what a yes or a no does. */
#ifndef SOTTO_ENGINE_OWN_REQUEST_H
#define SOTTO_ENGINE_OWN_REQUEST_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"

/* The person is asked whether this room may stay. other: who brought us in. label: of the link they
 * came by. */
MUST_CHECK enum err own_request_ask(struct step *s, const struct store_chat *c,
                                    const uint8_t other[32], struct slice label,
                                    uint64_t server_ms);
/* The answer: 1 yes, 2 no and blocked, else no. */
MUST_CHECK enum err own_request_answer(struct own *o, struct step *s, int64_t id, uint64_t answer,
                                       int64_t *chat);
/* The request of this person, if there is one or was: accepted. *chat 0: none. */
MUST_CHECK enum err own_request_wanted(struct own *o, struct step *s, int64_t person,
                                       int64_t *chat);
/* We are in this room from now on. person: the other one of a chat of two, 0 unknown. */
MUST_CHECK enum err own_request_come_in(struct own *o, struct step *s, struct store_chat *c,
                                        int64_t person);
/* Nothing of it is read. A chat of two is kept (the last of each person), should we want it after
 * all: the other side holds on to this room. */
MUST_CHECK enum err own_request_decline(struct own *o, struct step *s, const struct store_chat *c,
                                        const uint8_t other[32]);
/* c is a chat with this person. Are there more (both sides added each other)? They are shown as
 * one, and words go to one of them (own_pair_choose). */
MUST_CHECK enum err own_pair_settle(struct own *o, struct step *s, const struct store_chat *c,
                                    int64_t person);
/* Of the rooms of one pair words go to the lowest id of those where both gave a sign, so that
 * neither writes where the other cannot read; as long as there is none, where they went. */
MUST_CHECK enum err own_pair_choose(struct own *o, struct step *s, int64_t person);
/* Something was said in this room, by them or by us. */
MUST_CHECK enum err own_pair_heard(struct own *o, struct step *s, const struct store_chat *c);

#endif
