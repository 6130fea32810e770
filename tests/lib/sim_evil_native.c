#include "lib/sim_evil.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/rand.h"

struct sim_evil *sim_evil(struct sim_device *d)
{
    if (d->evil == NULL) {
        d->evil = calloc(1, sizeof *d->evil);
    }
    return d->evil;
}

bool sim_evil_random(struct sim_device *d, uint8_t *p, size_t n)
{
    if (!d->evil->has_room || n != sizeof d->evil->room) {
        return false;
    }
    d->evil->has_room = false;
    memcpy(p, d->evil->room, n);
    return true;
}
