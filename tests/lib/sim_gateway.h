/* The gateway of a simulated world: gateway/peer.c, its writer and gateway/own on a database
 * in memory, driven in turn by one thread. Before it stands what a hostile one does
 * (sim_hostile.h). */
#ifndef SOTTO_TESTS_SIM_GATEWAY_H
#define SOTTO_TESTS_SIM_GATEWAY_H
#include <sqlite3.h>

#include "gateway/gateway.h"
#include "gateway/peer.h"
#include "lib/sim_process.h"

struct sim_gateway {
    struct sim *sim;
    struct sim_process process;
    struct gw_gateway gw;
    struct gw_loop loop;
    sqlite3 *backup; /* of sim_gateway_backup */
};

struct sim_gateway *sim_gateway_create(struct sim *s);
void sim_gateway_destroy(struct sim_gateway *g);
/* A device's connection is there; it is gone (nothing of it arrives any more). */
void sim_gateway_connect(struct sim_gateway *g, struct sim_device *d, int conn);
void sim_gateway_disconnect(struct sim_gateway *g, struct sim_device *d, int conn);
/* Whether it reads from this connection now. */
bool sim_gateway_reads(const struct sim_gateway *g, const struct sim_device *d, int conn);
void sim_gateway_take(struct sim_gateway *g, struct sim_device *d, int conn, struct slice data);
/* Lets it do what is due by the clock; when that is, 0 never. */
void sim_gateway_tick(struct sim_gateway *g);
uint64_t sim_gateway_due_ms(const struct sim_gateway *g);
/* Does what waits, until nothing does. */
void sim_gateway_settle(struct sim_gateway *g);

#endif
