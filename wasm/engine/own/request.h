/* Requests: somebody brought us into a room and waits for a yes; and what a yes or a no does. */
#ifndef SOTTO_ENGINE_OWN_REQUEST_H
#define SOTTO_ENGINE_OWN_REQUEST_H
#include "engine/engine.h"
#include "engine/own/admit.h"
#include "engine/own/state.h"
#include "store/chat.h"

/* The person is asked whether this room may stay. other: who brought us in. label: of the link they
 * came by. */
MUST_CHECK enum err own_request_ask(struct step *s, const struct store_chat *c,
                                    const uint8_t other[32], struct slice label,
                                    uint64_t server_ms);
/* answer: enum abi_request_answer. */
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

/* ---- rooms beside a chat, until the person says what becomes of them --------------------------
 */

#define OWN_OTHER_ROOM_MS (24 * 3600ll * 1000) /* somebody who tries again is told of so often */

/* Are we in this room, or were asked into it? */
bool own_request_in_it(const struct store_chat *c);
/* The chat `chat` is kept beside old, not listed and not read. by: who brought it, a person.
 * successor: made to take its place by who may; else it bore its name. */
MUST_CHECK enum err own_request_beside(struct own *o, struct step *s, const struct store_chat *old,
                                       int64_t chat, int64_t by, bool successor);
/* Says it in the chat, of each person once in OWN_OTHER_ROOM_MS. */
MUST_CHECK enum err own_request_beside_told(struct step *s, const struct store_chat *c,
                                            enum abi_notice notice, int64_t person);
/* c is new to us. Was it made instead of a room we are in, by who may? Where that one names it, all
 * who sat there have said so; else it is kept beside until the person says so, on each side.
 * person: the other one of a chat of two. *done: nothing else is to be decided about it. */
MUST_CHECK enum err own_request_succeed(struct own *o, struct step *s, struct store_chat *c,
                                        const struct own_admit_tree *t, int64_t person, bool *done);
/* The room of this chat names the one that waits to take its place: it does, with no word of the
 * person. */
MUST_CHECK enum err own_request_follow(struct own *o, struct step *s, const struct store_chat *old,
                                       bool *went);
/* The room that is kept beside is taken: one that bore the name of this chat's as a new one, and
 * this one ends; one that was made to take its place does so. ERR_GONE: there is none. */
MUST_CHECK enum err own_request_aside(struct own *o, struct step *s, int64_t chat, int64_t *taken);

/* Is it this account that asks by this chat? */
MUST_CHECK enum err own_request_is_by(struct step *s, const struct store_chat *c,
                                      const uint8_t account[32], bool *yes);

#endif
