/* Once a day: silent groups. */
#ifndef SOTTO_ENGINE_OWN_SWEEP_H
#define SOTTO_ENGINE_OWN_SWEEP_H
#include "engine/engine.h"
#include "engine/own/state.h"

#define OWN_SWEEP_MS (24 * 3600ll * 1000) /* old keys of silent groups are looked for        */
#define OWN_SWEEP_CHATS 8                 /* in one step                                      */
#define OWN_SENT_KEPT_MS (30 * 86400ll * 1000) /* own words and commits, should they be lost */
#define OWN_HEAL_JITTER_MS (60u * 1000)
#define OWN_HEAL_AWAY_MS (7 * 24 * 3600ll * 1000)

/* A few groups a step, once a day each: what mls/group.h keeps of past epochs too long goes, not
 * before a chat has read all that waits for it; after a week without us, a new path for all
 * (PROTOCOL.md 9.1). What is kept for a log that was put back goes after its time. */
MUST_CHECK enum err own_sweep(struct own *o, struct step *s);
/* Rooms that waited for a chain that has come are looked at again. */
MUST_CHECK enum err own_sweep_checked(struct own *o, struct step *s);

#endif
