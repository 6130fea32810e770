/* What leaves the writer after the commit, in the order of execution: the jobs of the batch, each
 * to its loop, and notices, to every loop. In the writer's thread. */
#ifndef SOTTO_GATEWAY_DB_OUT_H
#define SOTTO_GATEWAY_DB_OUT_H
#include "gateway/db_notice.h"

/* A job that has run. False when out of memory: the job stays the caller's. */
MUST_CHECK bool gw_db_out_put(struct gw_db *db, struct gw_loop_item *item);
/* A notice for after the commit, all zero but its kind: the caller fills it, `body` with a
 * reference of its own. NULL when out of memory (the batch has then failed). */
struct gw_db_notice *gw_db_notice(struct gw_db *db, enum gw_db_notice_kind kind);
/* Takes back everything after the first `mark` items: its notices are freed, its jobs stay the
 * caller's. */
void gw_db_out_drop(struct gw_db *db, size_t mark);
/* After the commit: hands each loop what is for it. */
void gw_db_out_send(struct gw_db *db);

#endif
