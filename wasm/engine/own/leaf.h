/* What a leaf of mine is made of, and whether an account has one. */
#ifndef SOTTO_ENGINE_OWN_LEAF_H
#define SOTTO_ENGINE_OWN_LEAF_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "mls/group.h"

/* The identity for MLS: credential, signature key, and the entry of my chain that the leaf names.
 * Slices borrow from o and the arena. */
MUST_CHECK enum err own_leaf_identity(struct own *o, struct step *s, struct mls_identity *out);
/* Is any device of this account in the group now? */
bool own_leaf_sits(const struct mls_group *g, struct slice account);

#endif
