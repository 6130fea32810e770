/* The lines to the gateway: dialling them, losing them, and noticing a dead one. */
#ifndef SOTTO_ENGINE_OWN_LINE_H
#define SOTTO_ENGINE_OWN_LINE_H
#include "engine/engine.h"
#include "engine/own/state.h"
#include "schema/frame.h"
#include "schema/gen/wire.h"

#define OWN_PING_AFTER_MS 45000 /* silence before we ask whether the line is alive */
#define OWN_PING_WAIT_MS 20000  /* how long we wait for the answer */

/* 0 offline 1 connecting 2 online. */
enum abi_line own_line_state(const struct own *o);
void own_line_hang_up(struct step *s, int conn);
/* The line is gone: its questions are forgotten, and it is dialled again later. */
void own_line_lost(struct own *o, struct step *s, int conn);
/* Is there anything this line is needed for? */
bool own_line_wanted(const struct own *o, int conn);
MUST_CHECK enum err own_line_dial(struct own *o, struct step *s);
/* Lowers *at_ms (0 none) to when a line needs checking next. */
void own_line_next(const struct own *o, const struct step *s, uint64_t *at_ms);
MUST_CHECK enum err own_line_check(struct own *o, struct step *s);

#endif
