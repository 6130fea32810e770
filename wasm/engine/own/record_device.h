/* The names of my devices: records (record.h) that travel over a device link. */
#ifndef SOTTO_ENGINE_OWN_RECORD_DEVICE_H
#define SOTTO_ENGINE_OWN_RECORD_DEVICE_H
#include "base/buf.h"
#include "engine/engine.h"

#define OWN_RECORD_DEVICE 4 /* [ 4, device bstr32, name tstr ] */

/* One record for each device that has a name; adds their number to *count. */
MUST_CHECK enum err own_record_devices(struct step *s, struct buf *b, size_t *count);
/* in: what follows the kind. A device that has a name keeps it. ERR_INPUT. */
MUST_CHECK enum err own_record_device_take(struct step *s, struct slice in);

#endif
