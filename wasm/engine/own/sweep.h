/* Daily work: silent groups. */
#ifndef SOTTO_ENGINE_OWN_SWEEP_H
#define SOTTO_ENGINE_OWN_SWEEP_H
#include "engine/engine.h"
#include "engine/own/state.h"

#define OWN_SWEEP_MS (24 * 3600ll * 1000) /* how often silent groups are checked for old keys */
#define OWN_SWEEP_CHATS 8                 /* per step */
#define OWN_SENT_KEPT_MS (30 * 86400ll * 1000) /* our words and commits, if a log loses them */
#define OWN_HEAL_JITTER_MS (60u * 1000)
#define OWN_HEAL_AWAY_MS (7 * 24 * 3600ll * 1000)

/* A few groups per step, each once a day: drops what mls/group.h kept of past epochs for too long,
 * though not before a chat has read all that waits for it. After a week of absence, makes a new
 * path for all (PROTOCOL.md 9.1). Drops what was kept for rolled-back logs when its time is up. */
MUST_CHECK enum err own_sweep(struct own *o, struct step *s);
/* Checks again the rooms that waited for a chain that has come. */
MUST_CHECK enum err own_sweep_checked(struct own *o, struct step *s);

#endif
