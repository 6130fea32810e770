/* The own network as core sees it (engine/network.h). */
#ifndef SOTTO_ENGINE_OWN_NETWORK_H
#define SOTTO_ENGINE_OWN_NETWORK_H
#include "engine/network.h"

/* Its accounts are the first member of a struct own. */
extern const struct network own_network;

#endif
