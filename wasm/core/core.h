/* The core: one vault, one store, the engines, and the table from commands to handlers.
 *
 * core_create -> core_step ... -> core_destroy. A step takes encoded `input` (abi.cddl) and leaves
 * encoded `effects` that stay valid until the next step. */
#ifndef SOTTO_CORE_CORE_H
#define SOTTO_CORE_CORE_H
#include "core/state.h"

/* ERR_HOST_MEMORY, ERR_HOST (no randomness), ERR_BUG (a primitive gives a wrong known answer). */
MUST_CHECK enum err core_create(struct core **out);
/* Closes and wipes everything. Accepts NULL. */
void core_destroy(struct core *c);
/* Runs one event. Errors are inside the effects (replies); only ERR_INPUT (not an input),
 * ERR_HOST_MEMORY and ERR_BUG are returned, with empty effects. */
MUST_CHECK enum err core_step(struct core *c, struct slice input);

#endif
