/* Lines in the timeline about who is in a room, who its admins are, and what it is. */
#ifndef SOTTO_ENGINE_OWN_ROSTER_H
#define SOTTO_ENGINE_OWN_ROSTER_H
#include "engine/engine.h"
#include "engine/own/notice.h"
#include "engine/own/room.h"
#include "engine/own/state.h"
#include "mls/group.h"
#include "store/chat.h"

#define OWN_ROSTER_LINES 8 /* changes found at once with a line each; more share one line */

/* Who is behind what this leaf did, as far as we know its account now. fresh: its entry may come
 * along with the deed and is not known yet. */
MUST_CHECK enum err own_roster_by(struct step *s, const struct mls_leaf_view *leaf, bool fresh,
                                  struct timeline_by *out);
/* What a commit we followed did; member rows are still those of the old epoch. *newcomer: somebody
 * came who was not here before. */
MUST_CHECK enum err own_roster_commit(struct step *s, const struct store_chat *c,
                                      const struct mls_group *g, const struct own_room *room,
                                      const struct mls_commit_view *view,
                                      const struct timeline_by *by, bool *newcomer);
/* A Welcome or our own external commit brought us into a room we knew: tells, in the same words,
 * what differs from when we left. We do not know who did it, only who says so (by). */
MUST_CHECK enum err own_roster_again(struct own *o, struct step *s, const struct store_chat *c,
                                     const struct mls_group *g, const struct own_room *room,
                                     const struct timeline_by *by, bool *newcomer);
/* Tells how the room changed; c: as it was. */
MUST_CHECK enum err own_roster_room(struct step *s, const struct store_chat *c,
                                    const struct own_room *room, const struct timeline_by *by);

#endif
