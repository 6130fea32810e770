/* What needs work: chats, and the rest. These are only marks; own_work() (own.h) does the work
 * once, at the end of the step. A mark is a hint: one too many is harmless, and a new connection
 * marks everything. */
#ifndef SOTTO_ENGINE_OWN_DUE_H
#define SOTTO_ENGINE_OWN_DUE_H
#include "engine/own/state.h"

/* The next thing this chat needs: open its mailbox, commit, send. */
void own_due_chat(struct own *o, int64_t chat);
/* What belongs to no chat: a device link, chains, parcels, files, the recovery record. */
void own_due_rest(struct own *o);
/* All chats, and the rest. */
void own_due_all(struct own *o);
bool own_due_any(const struct own *o);
/* Hands over the marks, chats in order of their id, and clears them. */
void own_due_take(struct own *o, struct own_due *out);

#endif
