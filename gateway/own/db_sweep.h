/* What has expired goes, a little with every batch and every idle second; and the clock by which it
 * expires. In the writer's thread. Source: gateway.md 7.1 (sweep in id order), 7.4 (gaps). */
#ifndef SOTTO_GATEWAY_OWN_DB_SWEEP_H
#define SOTTO_GATEWAY_OWN_DB_SWEEP_H

struct gw_db;

/* Deletes what has expired, a little at a time, at most once a second. Inside a transaction. */
void gw_own_db_sweep_step(struct gw_db *db);
/* Sets now_ms. */
void gw_own_db_sweep_clock(struct gw_db *db);

#endif
