/* Locking: keys and store leave the memory. */
#ifndef SOTTO_CORE_LOCK_H
#define SOTTO_CORE_LOCK_H
#include "core/state.h"

/* Closes and wipes all that is there while unlocked. Does nothing while locked. */
void core_lock(struct core *c);

#endif
