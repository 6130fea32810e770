/* The log of each chat and the inbox: one entry at a time, in order, once. */
#ifndef SOTTO_ENGINE_OWN_RECEIVE_H
#define SOTTO_ENGINE_OWN_RECEIVE_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "schema/frame.h"

#define OWN_KEYS_LATE_MS (23ull * 86400000) /* plus the 7 days of mls: how long a log is kept */
#define OWN_SEEN_MS (3600ll * 1000)         /* how often a device of mine is marked as seen */

/* ERR_INPUT: its number cannot be one of a log. */
MUST_CHECK enum err own_deliver(struct own *o, struct step *s, const struct frame_deliver *d);

#endif
