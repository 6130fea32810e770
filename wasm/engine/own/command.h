/* What a person asks of the own network, and which of their decisions here others must know. */
#ifndef SOTTO_ENGINE_OWN_COMMAND_H
#define SOTTO_ENGINE_OWN_COMMAND_H
#include "engine/engine.h"
#include "engine/own/state.h"

/* ERR_INPUT: not one of its commands. */
MUST_CHECK enum err own_command(struct own *o, struct step *s, const struct abi_op *op,
                                struct abi_result *r);
/* Tells my other devices and whoever is concerned. ERR_INPUT: nothing to tell. */
MUST_CHECK enum err own_decided(struct own *o, struct step *s, const struct abi_op *op);

#endif
