/* "Being checked": rooms that somebody brought us into although not all chains are here. Nothing of
 * them is shown or sent; the chains are requested by id, and the Welcome is taken again when one
 * has come. */
#ifndef SOTTO_ENGINE_OWN_CHECKING_H
#define SOTTO_ENGINE_OWN_CHECKING_H
#include "engine/engine.h"
#include "engine/own/admit.h"
#include "engine/own/state.h"
#include "store/checking.h"

#define OWN_CHECKING_MAX 64                       /* rooms */
#define OWN_CHECKING_MS (30 * 24 * 3600ll * 1000) /* then it is dropped and reported (sweep.c) */

/* Read of c: all but signer, hash and at_ms. The room waits for the chains that t lists as missing;
 * if there are too many rooms, the least important one is dropped. */
MUST_CHECK enum err own_checking_put(struct own *o, struct step *s, struct store_checking *c,
                                     const struct own_admit_tree *t);
/* Asks for the chains that a tree names and we do not have. */
MUST_CHECK enum err own_checking_ask(struct own *o, struct step *s, const struct own_admit_tree *t,
                                     int64_t *awaited, size_t *n);
/* This Welcome no longer waits, whatever became of it. */
MUST_CHECK enum err own_checking_done(struct step *s, struct slice welcome);

#endif
