/* What has expired in the own network's tables. In the writer's thread. Source:
 * gateway/README.md "Rules of delivery", 5. */
#ifndef SOTTO_GATEWAY_OWN_DB_SWEEP_H
#define SOTTO_GATEWAY_OWN_DB_SWEEP_H
#include "base/base.h"

struct gw_db;

/* Read messages go at any time; what waits, and all else, only with a cutoff (db_tables.h): of each
 * table at most some hundred rows in one step, in the order of their ids. */
void gw_own_db_sweep(struct gw_db *db, uint64_t cutoff_ms);

#endif
