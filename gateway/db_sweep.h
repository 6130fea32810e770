/* The clock by which things expire, and sweeping: a little with every batch and every idle second.
 * In the writer's thread. Source: gateway/README.md "Rules of delivery", 5 and 6. */
#ifndef SOTTO_GATEWAY_DB_SWEEP_H
#define SOTTO_GATEWAY_DB_SWEEP_H

struct gw_db;

/* Looks at the disk, keeps the clock, sweeps the tables; at most once a second. Inside a
 * transaction. */
void gw_db_sweep_step(struct gw_db *db);
/* Sets now_ms. */
void gw_db_sweep_clock(struct gw_db *db);

#endif
