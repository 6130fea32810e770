/* Marks this device's part of the record to be written again. */
#ifndef SOTTO_ENGINE_OWN_RECORD_DUE_H
#define SOTTO_ENGINE_OWN_RECORD_DUE_H
#include "engine/engine.h"

/* Something in this device's part of the record (recover.h) has changed: the next work writes it. A
 * store error fails the step. */
void own_record_due(struct step *s);

#endif
