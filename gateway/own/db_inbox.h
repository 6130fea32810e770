/* Queues of devices: what comes to an account's address goes to each of its devices. Functions that
 * take a job are run by the writer: they read job->body (the frame's body) and what the peer is,
 * and answer by job->answer (0) or a wire_code. */
#ifndef SOTTO_GATEWAY_OWN_DB_INBOX_H
#define SOTTO_GATEWAY_OWN_DB_INBOX_H
#include "gateway/db_job.h"

/* ANON, with a contact token of the account. */
unsigned gw_own_db_inbox_post(struct gw_db *db, struct gw_db_job *job);
/* DEVICE: job->box is read up to job->ack. */
unsigned gw_own_db_inbox_ack(struct gw_db *db, struct gw_db_job *job);
/* Queues a body for every device of an account, and tells their readers. 0, or WIRE_CODE_QUOTA and
 * nothing was written. */
unsigned gw_own_db_inbox_put(struct gw_db *db, int64_t account, struct slice body);
/* Is the token good for this account? 0 or WIRE_CODE_TOKEN; hash is filled. */
unsigned gw_own_db_inbox_token(struct gw_db *db, int64_t account, struct slice token,
                               uint8_t hash[32]);
/* Spends one use, where uses are counted. */
void gw_own_db_inbox_token_use(struct gw_db *db, int64_t account, const uint8_t hash[32]);

#endif
