/* Wishes for what all in a room have of it: its name, its timer, who runs it. */
#ifndef SOTTO_ENGINE_OWN_ROOM_WISH_H
#define SOTTO_ENGINE_OWN_ROOM_WISH_H
#include "engine/engine.h"
#include "engine/own/state.h"

/* name NULL and timer_s UINT64_MAX keep. ERR_AUTH_POLICY: only admins may. ERR_STATE: nothing can
 * be said there. ERR_INPUT: a timer above a year. */
MUST_CHECK enum err own_room_change(struct own *o, struct step *s, int64_t chat,
                                    const struct slice *name, uint64_t timer_s);
/* Whether this person runs the group. Errors as above; ERR_STATE also for the last one who does,
 * ERR_LIMIT above OWN_ADMINS_MAX. */
MUST_CHECK enum err own_room_role(struct own *o, struct step *s, int64_t chat, int64_t person,
                                  bool admin);

#endif
