/* Contact tokens: made here, told to the gateway, given to people in links and profiles. */
#ifndef SOTTO_ENGINE_OWN_TOKEN_H
#define SOTTO_ENGINE_OWN_TOKEN_H
#include "engine/engine.h"
#include "engine/own/state.h"

/* Tells the gateway of one token that it does not know yet, or takes one back; its answer asks for
 * the next. Only the hash of a token goes there. */
MUST_CHECK enum err own_token_sync(struct own *o, struct step *s);
/* A new token. uses: 0 no limit; days: 0 for ever; person: whom it is for, 0 anybody with the link.
 * *id: its row. ERR_INPUT: above the bounds. */
MUST_CHECK enum err own_token_make(struct own *o, struct step *s, struct slice label, uint64_t uses,
                                   uint64_t days, int64_t person, int64_t *id);
/* The token for one person to reach me with, made once; 16 bytes. */
MUST_CHECK enum err own_token_for(struct own *o, struct step *s, int64_t person, uint8_t out[16]);

#endif
