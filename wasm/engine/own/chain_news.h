/* What follows from a new entry of my chain: the rows of my devices, who goes out of every room,
 * the slot of the store. */
#ifndef SOTTO_ENGINE_OWN_CHAIN_NEWS_H
#define SOTTO_ENGINE_OWN_CHAIN_NEWS_H
#include "engine/engine.h"
#include "engine/own/identity_take.h"
#include "engine/own/state.h"

/* The HPKE key of the newest recovery key, when it is here (else it is asked for). ERR_GONE. */
MUST_CHECK enum err own_chain_hpke(struct step *s, struct slice *out);
/* A row for each device of the newest entry: one that is dropped later is known by its row. */
MUST_CHECK enum err own_chain_devices(struct step *s);
/* Entries of mine, whoever brought them: taken, and what follows from them. */
MUST_CHECK enum err own_chain_take_own(struct own *o, struct step *s, const struct slice *entries,
                                       size_t n, struct own_identity_change *out);

#endif
