/* Contact tokens: made here, registered with the gateway, given to people in links and profiles. */
#ifndef SOTTO_ENGINE_OWN_TOKEN_H
#define SOTTO_ENGINE_OWN_TOKEN_H
#include "engine/engine.h"
#include "engine/own/state.h"

/* Registers one token that the gateway does not know yet, or revokes one; its answer triggers the
 * next. Only the token's hash goes there. */
MUST_CHECK enum err own_token_sync(struct own *o, struct step *s);
/* Makes a token. uses: 0 unlimited; days: 0 for ever; person: whom it is for, 0 anybody with the
 * link. *id: its row. ERR_INPUT: above the limits. */
MUST_CHECK enum err own_token_make(struct own *o, struct step *s, struct slice label, uint64_t uses,
                                   uint64_t days, int64_t person, int64_t *id);
/* The token one person reaches me with, made once; 16 bytes. */
MUST_CHECK enum err own_token_for(struct own *o, struct step *s, int64_t person, uint8_t out[16]);

#endif
