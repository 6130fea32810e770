/* What we want of a group; our next commits do it. */
#ifndef SOTTO_ENGINE_OWN_WISH_H
#define SOTTO_ENGINE_OWN_WISH_H
#include "engine/engine.h"
#include "engine/own/state.h"

enum own_wish {
    OWN_WISH_ADD_PERSON = 1, /* data: i64 person; stage 0 needs key packages, 1 has (extra) */
    OWN_WISH_ADD_DEVICES,    /* own devices not yet in; same stages */
    OWN_WISH_REMOVE_PERSON,  /* data: i64 person */
    OWN_WISH_REMOVE_DEVICE,  /* data: device key 32 */
    OWN_WISH_ROOM,           /* data: encoded struct own_room */
    OWN_WISH_HEAL,           /* a path */
    OWN_WISH_CLEANUP,        /* commit other people's proposals (leaves) */
    OWN_WISH_LEAVE,          /* propose our removal; stage: the epoch of the proposal, plus 1 */
    OWN_WISH_READD           /* data: i64 person, device key 32: out and in again; stages as ADD */
};

MUST_CHECK enum err own_wish(struct own *o, struct step *s, int64_t chat, enum own_wish kind,
                             struct slice data);

#endif
