/* Lines of the timeline about who sits in a room, who runs it, and what it is. */
#ifndef SOTTO_ENGINE_OWN_ROSTER_H
#define SOTTO_ENGINE_OWN_ROSTER_H
#include "engine/engine.h"
#include "engine/own/room.h"
#include "engine/own/state.h"
#include "mls/group.h"
#include "store/chat.h"

/* What a commit did that was followed; member rows are of the old epoch still. *newcomer: somebody
 * came who was not here before. */
MUST_CHECK enum err own_roster_commit(struct own *o, struct step *s, const struct store_chat *c,
                                      const struct mls_group *g, const struct own_room *room,
                                      const struct mls_commit_view *view, bool *newcomer);
/* The room as it is now; c: as it was. */
MUST_CHECK enum err own_roster_room(struct step *s, const struct store_chat *c,
                                    const struct own_room *room, int64_t by);

#endif
