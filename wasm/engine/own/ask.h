/* Questions to the gateway: what each is about, and how many counted ones go out at once. */
#ifndef SOTTO_ENGINE_OWN_ASK_H
#define SOTTO_ENGINE_OWN_ASK_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "schema/frame.h"
#include "schema/gen/wire.h"

/* A free question slot, or NULL: all chats become due again when answers come. Questions the
 * gateway counts (since it creates something, or uses something up) go out a few at a time. */
struct own_ask *own_ask(struct own *o, int conn, enum frame_type type, int64_t a, int64_t b);
/* The answer "later" to a counted question: none of its kind goes out before that is over, and
 * nothing waiting for it is lost. False: it concerns only this question, and is left to the
 * asker. */
bool own_ask_later(struct own *o, const struct step *s, const struct own_ask *ask,
                   const struct wire_failure *f);
/* Time has passed, or a counted question was answered: may waiting ones go out? */
void own_ask_later_over(struct own *o, const struct step *s);
void own_ask_counted(struct own *o, const struct own_ask *ask);
/* Forgets the questions asked since o->next_request was `first`. */
void own_ask_forget(struct own *o, uint32_t first);
bool own_asked(const struct own *o, enum frame_type type, int64_t a);

#endif
