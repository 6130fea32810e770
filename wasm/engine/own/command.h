/* What a person asks of the own network, and what of their decisions here others are to know. */
#ifndef SOTTO_ENGINE_OWN_COMMAND_H
#define SOTTO_ENGINE_OWN_COMMAND_H
#include "engine/engine.h"
#include "engine/own/state.h"

/* ERR_INPUT: not one of its commands. */
MUST_CHECK enum err own_command(struct own *o, struct step *s, const struct abi_op *op,
                                struct abi_result *r);
/* To my other devices, and to whom it concerns. ERR_INPUT: nothing that is told. */
MUST_CHECK enum err own_decided(struct own *o, struct step *s, const struct abi_op *op);

#endif
