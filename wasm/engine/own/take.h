/* Taking what is inside an opened message. */
#ifndef SOTTO_ENGINE_OWN_TAKE_H
#define SOTTO_ENGINE_OWN_TAKE_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"

struct own_word;
/* Takes one opened word: stores and shows what it says. from: the person. */
MUST_CHECK enum err own_content_take(struct own *o, struct step *s, const struct store_chat *c,
                                     int64_t from, struct own_word *w);

#endif
