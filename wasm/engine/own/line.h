/* The lines to the gateway: dialling, losing, noticing that one is dead. */
#ifndef SOTTO_ENGINE_OWN_LINE_H
#define SOTTO_ENGINE_OWN_LINE_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "schema/frame.h"
#include "schema/gen/wire.h"

#define OWN_PING_AFTER_MS 45000 /* silence of a line before we ask whether it lives      */
#define OWN_PING_WAIT_MS 20000  /* and how long the answer may take                      */

/* 0 offline 1 connecting 2 online. */
enum abi_line own_line_state(const struct own *o);
void own_line_hang_up(struct step *s, int conn);
/* The line is gone: its questions are forgotten, it is dialled again later. */
void own_line_lost(struct own *o, struct step *s, int conn);
/* Has this line anything to be there for? */
bool own_line_wanted(const struct own *o, int conn);
MUST_CHECK enum err own_line_dial(struct own *o, struct step *s);
/* When a line wants to be looked at: *at_ms, if that is sooner (0 none). */
void own_line_next(const struct own *o, const struct step *s, uint64_t *at_ms);
MUST_CHECK enum err own_line_check(struct own *o, struct step *s);

#endif
