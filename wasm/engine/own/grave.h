/* Which errors are our own. */
#ifndef SOTTO_ENGINE_OWN_GRAVE_H
#define SOTTO_ENGINE_OWN_GRAVE_H
#include "base/base.h"

/* Errors of our own machine: the whole step fails. All others are the outside world's. */
bool own_grave(enum err e);

#endif
