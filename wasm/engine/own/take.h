/* Taking what is inside an opened message. */
#ifndef SOTTO_ENGINE_OWN_TAKE_H
#define SOTTO_ENGINE_OWN_TAKE_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"

/* Takes one opened message: stores and shows it. from: person. */
MUST_CHECK enum err own_content_take(struct own *o, struct step *s, const struct store_chat *c,
                                     int64_t from, uint64_t server_ms, struct slice data);

#endif
