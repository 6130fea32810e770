/* Making a room: its group, with only this device in it, and the extension that tells everybody
 * what it is. */
#ifndef SOTTO_ENGINE_OWN_MAKE_H
#define SOTTO_ENGINE_OWN_MAKE_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"

/* type: STORE_CHAT_*. name: of a group. person: whom a chat of two is for, 0 nobody yet; it waits
 * for them. replaces: the room it succeeds, 16 bytes, or NULL. *out: its row. */
MUST_CHECK enum err own_chat_make(struct own *o, struct step *s, int type, struct slice name,
                                  int64_t person, const uint8_t *replaces, struct store_chat *out);

#endif
