/* What is known of sealed attachments; their bytes are files (blob.h). ANON. Functions that take a
 * job are run by the writer: they read job->body (the frame's body) and what the peer is, and
 * answer by job->answer (0) or a wire_code. */
#ifndef SOTTO_GATEWAY_OWN_DB_BLOB_H
#define SOTTO_GATEWAY_OWN_DB_BLOB_H
#include <sqlite3.h>

#include "gateway/own/blob.h"
#include "gateway/db_job.h"

unsigned gw_own_db_blob_new(struct gw_db *db, struct gw_db_job *job);
/* After the reader: the chunks of job->blob.id below job->blob.have are on disk. */
unsigned gw_own_db_blob_have(struct gw_db *db, struct gw_db_job *job);
unsigned gw_own_db_blob_stat(struct gw_db *db, struct gw_db_job *job);
unsigned gw_own_db_blob_drop(struct gw_db *db, struct gw_db_job *job);
/* From SELECT bytes, chunk, have, day, drop_hash; also for the reader. */
void gw_own_db_blob_row(struct gw_own_blob_row *r, sqlite3_stmt *s);

#endif
