/* The lines to the gateway: dialling, losing, noticing that one is dead; questions and their
 * frames. */
#ifndef SOTTO_ENGINE_OWN_LINE_H
#define SOTTO_ENGINE_OWN_LINE_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "schema/frame.h"
#include "schema/gen/wire.h"

#define OWN_PING_AFTER_MS 45000 /* silence of a line before we ask whether it lives      */
#define OWN_PING_WAIT_MS 20000  /* and how long the answer may take                      */

/* 0 offline 1 connecting 2 online. */
int own_line_state(const struct own *o);
void own_line_hang_up(struct step *s, int conn);
/* The line is gone: its questions are forgotten, it is dialled again later. */
void own_line_lost(struct own *o, struct step *s, int conn);
/* Has this line anything to be there for? */
bool own_line_wanted(const struct own *o, int conn);
MUST_CHECK enum err own_line_dial(struct own *o, struct step *s);
/* When a line wants to be looked at: *at_ms, if that is sooner (0 none). */
void own_line_next(const struct own *o, const struct step *s, uint64_t *at_ms);
MUST_CHECK enum err own_line_check(struct own *o, struct step *s);
/* host[:port] of the gateway: what the signature of AUTH names. */
struct slice own_line_origin(struct own *o);
bool own_ready(const struct own *o, int conn);
/* A free question slot, or NULL: all chats are due again when answers came. What the gateway counts
 * (since it makes something there, or uses something up) is asked a few at a time. */
struct own_ask *own_ask(struct own *o, int conn, enum frame_type type, int64_t a, int64_t b);
/* "Later", to a question that the gateway counts: none of its kind goes out before that is over,
 * and nothing is lost that waits for it. False: it is of this question alone, and the asker's. */
bool own_line_later(struct own *o, const struct step *s, const struct own_ask *ask,
                    const struct wire_failure *f);
/* Time has passed; or a counted question was answered: is what waited to ask due? */
void own_line_later_over(struct own *o, const struct step *s);
void own_line_counted(struct own *o, const struct own_ask *ask);
/* Forgets the questions asked since o->next_request was `first`. */
void own_asks_forget(struct own *o, uint32_t first);
bool own_asked(const struct own *o, enum frame_type type, int64_t a);
/* Sends one frame; encode with the put functions into `body` of the arena. */
MUST_CHECK enum err own_frame(struct own *o, struct step *s, int conn, enum frame_type type,
                              uint32_t request, struct slice body);

#endif
