/* What the programs of tests/trust share: small worlds, and the claim that somebody is told. The
 * tests state the outcome that is right; a world is destroyed also when a test leaves early. */
#ifndef SOTTO_TESTS_TRUST_H
#define SOTTO_TESTS_TRUST_H
#include <string.h>

#include "lib/check.h"
#include "lib/sim_evil.h"
#include "lib/sim_hostile.h"
#include "lib/sim_play.h"
#include "store/chat.h"

#define TRUST_MINUTE 60000ull
#define TRUST_HOUR (60 * TRUST_MINUTE)
#define TRUST_DAY (24 * TRUST_HOUR)

/* The world of the running test. */
static struct sim *world;

static inline struct sim *trust_world(uint64_t seed)
{
    if (world != NULL) {
        sim_destroy(world);
    }
    world = sim_create(seed);
    world->cheap = true;
    (void)sim_hostile(world);
    return world;
}

static inline void trust_end(void)
{
    if (world != NULL) {
        sim_destroy(world);
    }
    world = NULL;
}

/* A device with an account of this name. */
static inline struct sim_device *trust_person(const char *device, const char *name)
{
    struct sim_device *d = sim_device(world, device);
    return sim_make(d, name) == OK ? d : NULL;
}

/* Ana and Ben, who have met and heard each other. */
static inline bool trust_pair(struct sim_device **a, struct sim_device **b, uint64_t *ab,
                              uint64_t *ba)
{
    *a = trust_person("ana", "Ana");
    *b = trust_person("ben", "Ben");
    if (*a == NULL || *b == NULL) {
        return false;
    }
    sim_run(world, 5000);
    if (!sim_meet(*a, *b, ab, ba)) {
        return false;
    }
    sim_pass(world, TRUST_MINUTE);
    bool said = sim_send(*a, *ab, "warm", NULL) == OK && sim_send(*b, *ba, "too", NULL) == OK;
    sim_pass(world, 20000);
    return said && sim_heard(*b, "warm") == 1 && sim_heard(*a, "too") == 1;
}

#endif
