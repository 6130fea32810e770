/* The rules of wire.cddl in memory, for the simulated world. Keeps everything it ever took, so
 * that tests can look for what must not be there. */
#ifndef SOTTO_TESTS_SIM_GATEWAY_H
#define SOTTO_TESTS_SIM_GATEWAY_H
#include "lib/sim.h"

struct sim_gateway *sim_gateway_create(struct sim *s);
void sim_gateway_destroy(struct sim_gateway *g);
void sim_gateway_take(struct sim_gateway *g, struct sim_device *d, int conn, struct slice data);
void sim_to_device(struct sim_device *d, int conn, struct slice data);

#endif
