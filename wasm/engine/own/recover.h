/* Recovery: the record on the gateway (chat list, contacts, account seed) sealed under the code. */
#ifndef SOTTO_ENGINE_OWN_RECOVER_H
#define SOTTO_ENGINE_OWN_RECOVER_H
#include "engine/engine.h"
#include "engine/own/state.h"

MUST_CHECK enum err own_recover_begin(struct own *o, struct step *s, struct slice code,
                                      struct slice gateway, struct slice device_name);
MUST_CHECK enum err own_recover_answer(struct own *o, struct step *s, const struct own_ask *ask,
                                       uint8_t type, struct slice body, uint64_t failure);
/* ANON is ready and a recovery is under way: asks for the record. */
MUST_CHECK enum err own_recover_ask(struct own *o, struct step *s);
/* The answer about my own chain. */
MUST_CHECK enum err own_recover_chain(struct own *o, struct step *s, uint8_t type,
                                      struct slice body);
/* Uploads the record when something in it changed. */
MUST_CHECK enum err own_recover_work(struct own *o, struct step *s);
void own_recover_touch(struct step *s);

#endif
