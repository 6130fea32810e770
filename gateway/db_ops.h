/* What can be asked of the writer: the run functions of jobs, one a frame. Each reads job->body
 * (the frame's body) and what the peer is, and answers by job->answer or a frame_code. */
#ifndef SOTTO_GATEWAY_DB_OPS_H
#define SOTTO_GATEWAY_DB_OPS_H
#include "gateway/blob.h"
#include "gateway/db.h"

/* DEVICE. job->device is authenticated. */
unsigned gw_db_account_login(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_account_register(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_keys_kp_put(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_keys_kp_count(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_keys_token_set(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_keys_token_drop(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_keys_push_set(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_record_put(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_record_quota_get(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_inbox_ack(struct gw_db *db, struct gw_db_job *job);

/* RECOVERY. job->device is the recovery key, authenticated. */
unsigned gw_db_record_get(struct gw_db *db, struct gw_db_job *job);

/* On any kind of connection. */
unsigned gw_db_account_chain_put(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_account_chain_get(struct gw_db *db, struct gw_db_job *job);

/* ANON. */
unsigned gw_db_keys_kp_take(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_inbox_post(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_group_box_new(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_group_open(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_group_post(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_group_commit(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_group_info_get(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_blob_new(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_blob_have(struct gw_db *db, struct gw_db_job *job);
unsigned gw_db_blob_stat(struct gw_db *db, struct gw_db_job *job);
/* From SELECT bytes, chunk, have, day, drop_hash; also for the reader. */
void gw_db_blob_row(struct gw_blob_row *r, sqlite3_stmt *s);
unsigned gw_db_blob_drop(struct gw_db *db, struct gw_db_job *job);

#endif
