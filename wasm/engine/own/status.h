/* Read marks, delivery and read receipts: batched, switchable, inside the ciphertext. */
#ifndef SOTTO_ENGINE_OWN_STATUS_H
#define SOTTO_ENGINE_OWN_STATUS_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "store/chat.h"

void own_statuses_soon(struct own *o, struct step *s);
MUST_CHECK enum err own_status_take(struct step *s, const struct store_chat *c, int64_t from,
                                    struct slice in);
MUST_CHECK enum err own_content_read(struct own *o, struct step *s, int64_t chat, int64_t message);
MUST_CHECK enum err own_content_statuses(struct own *o, struct step *s);

#endif
