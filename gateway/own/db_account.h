/* Accounts: login, registration, the chain of devices. Source: schema/chain.h. Functions that take
 * a job are run by the writer: they read job->body (the frame's body) and what the peer is, and
 * answer by job->answer (0) or a wire_code. */
#ifndef SOTTO_GATEWAY_OWN_DB_ACCOUNT_H
#define SOTTO_GATEWAY_OWN_DB_ACCOUNT_H
#include "gateway/db_job.h"

/* DEVICE or RECOVERY; job->device is authenticated. Answers READY; fills job->account, box and
 * queue for a known device, job->account for a recovery key in force; `known` says whether.
 * WIRE_CODE_REVOKED: an earlier entry named the device and the newest does not. */
unsigned gw_own_db_account_login(struct gw_db *db, struct gw_db_job *job);
/* DEVICE: brings a chain of one entry and an invitation where one is needed. */
unsigned gw_own_db_account_register(struct gw_db *db, struct gw_db_job *job);
/* On any kind of connection: the entries prove themselves. */
unsigned gw_own_db_account_chain_put(struct gw_db *db, struct gw_db_job *job);
unsigned gw_own_db_account_chain_get(struct gw_db *db, struct gw_db_job *job);
/* Id of the account with this inbox address; 0 none. */
int64_t gw_own_db_account_of_inbox(struct gw_db *db, struct slice inbox);

#endif
