/* The answers of jobs, as frames. In the writer's thread. */
#ifndef SOTTO_GATEWAY_OWN_DB_ANSWER_H
#define SOTTO_GATEWAY_OWN_DB_ANSWER_H
#include "base/buf.h"
#include "gateway/db_job.h"

/* The answer's frame: begin gives a buf in the writer's scratch, with room for one body; end copies
 * it into the job. 0, WIRE_CODE_LIMIT (it did not fit) or WIRE_CODE_INTERNAL (no memory). */
struct buf gw_own_db_answer_begin(struct gw_db *db);
unsigned gw_own_db_answer_end(struct gw_db *db, struct gw_db_job *job, enum frame_type type,
                              const struct buf *b);
/* A plain DONE. */
unsigned gw_own_db_answer_done(struct gw_db *db, struct gw_db_job *job);
#endif
