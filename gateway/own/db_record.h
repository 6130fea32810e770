/* Parts of recovery records, and one-time grants. Functions that take a job are run by the writer:
 * they read job->body (the frame's body) and what the peer is, and answer by job->answer (0) or a
 * wire_code. */
#ifndef SOTTO_GATEWAY_OWN_DB_RECORD_H
#define SOTTO_GATEWAY_OWN_DB_RECORD_H
#include "gateway/db_job.h"

/* DEVICE. */
unsigned gw_own_db_record_put(struct gw_db *db, struct gw_db_job *job);
unsigned gw_own_db_record_quota_get(struct gw_db *db, struct gw_db_job *job);
/* RECOVERY: job->device is the recovery key, authenticated. */
unsigned gw_own_db_record_get(struct gw_db *db, struct gw_db_job *job);
/* Spends a grant of at least `bytes` if one is needed. 0, WIRE_CODE_MALFORMED or
 * WIRE_CODE_QUOTA. */
unsigned gw_own_db_record_grant(struct gw_db *db, bool has_grant, struct slice grant,
                                uint64_t bytes);

#endif
