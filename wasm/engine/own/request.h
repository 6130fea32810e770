/* Requests: somebody brought us into a room and waits for a yes; and what a yes or a no does. */
#ifndef SOTTO_ENGINE_OWN_REQUEST_H
#define SOTTO_ENGINE_OWN_REQUEST_H
#include "engine/engine.h"
#include "engine/own/admit.h"
#include "engine/own/state.h"
#include "store/chat.h"

/* Asks the person whether this room may stay. other: who brought us in. label: of the link they
 * used. */
MUST_CHECK enum err own_request_ask(struct step *s, const struct store_chat *c,
                                    const uint8_t other[32], struct slice label,
                                    uint64_t server_ms);
/* answer: enum abi_request_answer. */
MUST_CHECK enum err own_request_answer(struct own *o, struct step *s, int64_t id, uint64_t answer,
                                       int64_t *chat);
/* Accepts this person's request, if there is one or was. *chat 0: none. */
MUST_CHECK enum err own_request_wanted(struct own *o, struct step *s, int64_t person,
                                       int64_t *chat);
/* We are in this room from now on. person: the other one of a chat of two, 0 unknown. */
MUST_CHECK enum err own_request_come_in(struct own *o, struct step *s, struct store_chat *c,
                                        int64_t person);
/* Nothing in it is read. A chat of two is kept (the last one per person) in case we change our
 * mind: the other side holds on to this room. */
MUST_CHECK enum err own_request_decline(struct own *o, struct step *s, const struct store_chat *c,
                                        const uint8_t other[32]);
/* c is a chat with this person. If there are more (both sides added each other), they are shown as
 * one, and words go to one of them (own_pair_choose). */
MUST_CHECK enum err own_pair_settle(struct own *o, struct step *s, const struct store_chat *c,
                                    int64_t person);
/* Of a pair's rooms, words go to the lowest id among those where both gave a sign, so that neither
 * writes where the other cannot read; until there is one, they go where they went before. */
MUST_CHECK enum err own_pair_choose(struct own *o, struct step *s, int64_t person);
/* Something was said in this room, by them or by us. */
MUST_CHECK enum err own_pair_heard(struct own *o, struct step *s, const struct store_chat *c);

/* ---- rooms beside a chat, until the person says what becomes of them --------------------------
 */

#define OWN_OTHER_ROOM_MS (24 * 3600ll * 1000) /* how often repeated tries are reported */

/* Are we in this room, or were we asked into it? */
bool own_request_in_it(const struct store_chat *c);
/* Keeps the chat `chat` aside next to old, neither listed nor read. by: the person who brought it.
 * successor: made to succeed it, by somebody who may; else it bore its name. */
MUST_CHECK enum err own_request_beside(struct own *o, struct step *s, const struct store_chat *old,
                                       int64_t chat, int64_t by, bool successor);
/* Says so in the chat, for each person once in OWN_OTHER_ROOM_MS. */
MUST_CHECK enum err own_request_beside_told(struct step *s, const struct store_chat *c,
                                            enum abi_notice notice, int64_t person);
/* c is new to us. Was it made to succeed a room we are in, by somebody who may? If that room names
 * it, all its members have agreed; otherwise it is kept aside until the person agrees, on each
 * side. person: the other one of a chat of two. *done: nothing else has to be decided about it. */
MUST_CHECK enum err own_request_succeed(struct own *o, struct step *s, struct store_chat *c,
                                        const struct own_admit_tree *t, int64_t person, bool *done);
/* The room of this chat names the one that waits to succeed it: it does so, without asking the
 * person. */
MUST_CHECK enum err own_request_follow(struct own *o, struct step *s, const struct store_chat *old,
                                       bool *went);
/* Takes the room kept aside: one that bore this chat's name becomes a new chat, and this one ends;
 * one made to succeed it does so. ERR_GONE: there is none. */
MUST_CHECK enum err own_request_aside(struct own *o, struct step *s, int64_t chat, int64_t *taken);

/* Is it this account that asks, through this chat? */
MUST_CHECK enum err own_request_is_by(struct step *s, const struct store_chat *c,
                                      const uint8_t account[32], bool *yes);

#endif
