/* What follows from a new entry of my chain: the rows of my devices, which devices leave every
 * room, the store's unlocking slot. */
#ifndef SOTTO_ENGINE_OWN_CHAIN_NEWS_H
#define SOTTO_ENGINE_OWN_CHAIN_NEWS_H
#include "engine/engine.h"
#include "engine/own/identity_take.h"
#include "engine/own/state.h"

/* The HPKE key of the newest recovery key. ERR_GONE: not here, but requested. */
MUST_CHECK enum err own_chain_hpke(struct step *s, struct slice *out);
/* Makes a row for each device of the newest entry: one that is dropped later is recognised by its
 * row. */
MUST_CHECK enum err own_chain_devices(struct step *s);
/* Takes entries of my chain, whoever brought them, and does what follows from them. */
MUST_CHECK enum err own_chain_take_own(struct own *o, struct step *s, const struct slice *entries,
                                       size_t n, struct own_identity_change *out);

#endif
