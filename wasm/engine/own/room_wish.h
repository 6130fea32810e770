/* Wishes to change what everybody in a room shares: its name, its timer, its admins. */
#ifndef SOTTO_ENGINE_OWN_ROOM_WISH_H
#define SOTTO_ENGINE_OWN_ROOM_WISH_H
#include "engine/engine.h"
#include "engine/own/state.h"

/* name NULL and timer_s UINT64_MAX leave them unchanged. ERR_AUTH_POLICY: admins only. ERR_STATE:
 * nothing can be said there. ERR_INPUT: a timer above a year. */
MUST_CHECK enum err own_room_change(struct own *o, struct step *s, int64_t chat,
                                    const struct slice *name, uint64_t timer_s);
/* Makes this person an admin or not. Errors as above; ERR_STATE also for the last admin, ERR_LIMIT
 * above OWN_ADMINS_MAX. */
MUST_CHECK enum err own_room_role(struct own *o, struct step *s, int64_t chat, int64_t person,
                                  bool admin);

#endif
