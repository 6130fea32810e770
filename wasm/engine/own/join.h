/* Coming into groups by a Welcome. */
#ifndef SOTTO_ENGINE_OWN_JOIN_H
#define SOTTO_ENGINE_OWN_JOIN_H
#include "engine/engine.h"
#include "engine/own/admit.h"
#include "engine/own/state.h"

#include "store/chat.h"

/* A Welcome from the inbox. token: the contact token it came by, as its sender says. */
MUST_CHECK enum err own_group_welcome(struct own *o, struct step *s, struct slice welcome,
                                      struct slice token, uint64_t server_ms);
/* May a tree (of a Welcome, of a bundle) replace what we have of a room we are in? epoch: the one
 * we would enter. */
MUST_CHECK enum err own_join_continues(struct own *o, struct step *s, const struct store_chat *c,
                                       const struct mls_group *g, uint64_t epoch,
                                       const struct own_admit_tree *t, bool *yes);
/* Does mac prove that `account` holds the link with this token, one of our groups' links? */
MUST_CHECK enum err own_join_proven(struct step *s, struct slice token, struct slice mac,
                                    struct slice about, const uint8_t account[32], bool *yes);
/* What a parcel beside a Welcome or a bundle holds: [tree, chains of all members]. */
MUST_CHECK enum err own_join_parcel(struct arena *a, struct slice in, struct slice *tree,
                                    struct own_entries *brought);

#endif
