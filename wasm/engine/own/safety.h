/* The safety number with a person, and the QR code that says the same. */
#ifndef SOTTO_ENGINE_OWN_SAFETY_H
#define SOTTO_ENGINE_OWN_SAFETY_H
#include "engine/engine.h"
#include "engine/own/state.h"

/* 60 digits of both account ids, 30 a side, lower half first. The code holds the ids, mine first,
 * and the hashes of our newest entries as I know them: 4 * 32 bytes. ERR_GONE: one of us has no
 * entry here. */
MUST_CHECK enum err own_safety(struct own *o, struct step *s, int64_t person,
                               struct abi_safety *out);
/* Compares the other side's QR. ERR_AUTH: it is not about the two of us. ERR_STATE: one of us lacks
 * the other's newest entry. If we have two branches of theirs, it tells which is theirs. */
MUST_CHECK enum err own_safety_scanned(struct own *o, struct step *s, int64_t person,
                                       struct slice scanned);

#endif
