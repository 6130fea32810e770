/* Mailboxes: an ordered log with one commit an epoch. ANON. Source: wire.cddl, frame.h. Functions
 * that take a job are run by the writer: they read job->body (the frame's body) and what the peer
 * is, and answer by job->answer (0) or a wire_code. */
#ifndef SOTTO_GATEWAY_OWN_DB_GROUP_H
#define SOTTO_GATEWAY_OWN_DB_GROUP_H
#include "gateway/db_job.h"

unsigned gw_own_db_group_box_new(struct gw_db *db, struct gw_db_job *job);
/* Fills job->group, number (the reader begins after it) and until. */
unsigned gw_own_db_group_open(struct gw_db *db, struct gw_db_job *job);
/* Reads job->group.id, post, shared (the sealed body) and used_key, the key of the right to write:
 * the right counts only while that key does. WIRE_CODE_EPOCH has the head's epoch as its detail.
 */
unsigned gw_own_db_group_post(struct gw_db *db, struct gw_db_job *job);
/* Reads job->group.id; `verified`: the signature was good, by used_key. Needs `whole`. */
unsigned gw_own_db_group_commit(struct gw_db *db, struct gw_db_job *job);
unsigned gw_own_db_group_info_get(struct gw_db *db, struct gw_db_job *job);

#endif
