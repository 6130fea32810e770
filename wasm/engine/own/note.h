/* The note shown on a chat: why nothing is sent, or what the person must decide. */
#ifndef SOTTO_ENGINE_OWN_NOTE_H
#define SOTTO_ENGINE_OWN_NOTE_H
#include "engine/engine.h"
#include "store/chat.h"

/* *note: enum abi_chat_note. */
MUST_CHECK enum err own_note_chat(struct step *s, const struct store_chat *c, uint64_t *note);

#endif
