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
    struct sim_evil *e = d->evil;
    const unsigned mailbox_and_group = 2; /* as a room is made: its own id first */
    if (n != sizeof e->room) {
        return false;
    }
    if (e->has_room) {
        e->has_room = false;
        e->draws = 0;
        memcpy(p, e->room, n);
        return true;
    }
    if (!e->has_group || ++e->draws != mailbox_and_group) {
        return false;
    }
    e->has_group = false;
    memcpy(p, e->group, n);
    return true;
}
