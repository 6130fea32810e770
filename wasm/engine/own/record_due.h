/* This device's part of the record is to be written anew. */
#ifndef SOTTO_ENGINE_OWN_RECORD_DUE_H
#define SOTTO_ENGINE_OWN_RECORD_DUE_H
#include "engine/engine.h"

/* Something in this device's part of the record (recover.h) has changed: it is written with the
 * next work. An error of the store ends the step. */
void own_record_due(struct step *s);

#endif
