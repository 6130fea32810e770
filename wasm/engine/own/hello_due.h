/* Saying our name to newcomers of a group (engine/own/hello.h says when). */
#ifndef SOTTO_ENGINE_OWN_HELLO_DUE_H
#define SOTTO_ENGINE_OWN_HELLO_DUE_H
#include "engine/engine.h"
#include "engine/own/state.h"

/* Says what is owed in any chat; call it once o->hello_at_ms has come. */
MUST_CHECK enum err own_hello_due(struct own *o, struct step *s);

#endif
