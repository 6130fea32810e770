/* Words that never came: the rows that show them, the question, the answer. */
#ifndef SOTTO_ENGINE_OWN_MISSING_H
#define SOTTO_ENGINE_OWN_MISSING_H
#include "engine/engine.h"
#include "engine/own/order.h"
#include "engine/own/state.h"
#include "store/chat.h"

/* Adds rows for what has been missing for a while. *next_ms: when the next one is due, 0 none. */
MUST_CHECK enum err own_missing_show(struct own *o, struct step *s, uint64_t *next_ms);
/* The person asks the sender's devices again. ERR_GONE: nothing is missing there. */
MUST_CHECK enum err own_missing_ask(struct own *o, struct step *s, int64_t message);
/* Takes a word that turned out to be a question or an answer. from: the person. */
MUST_CHECK enum err own_missing_take(struct own *o, struct step *s, const struct store_chat *c,
                                     int64_t from, const struct own_word *w);

#endif
