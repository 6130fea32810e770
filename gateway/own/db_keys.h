/* Key packages, contact tokens, push subscriptions. Source: wire.cddl. Functions that take a
 * job are run by the writer: they read job->body (the frame's body) and what the peer is, and
 * answer by job->answer (0) or a wire_code. */
#ifndef SOTTO_GATEWAY_OWN_DB_KEYS_H
#define SOTTO_GATEWAY_OWN_DB_KEYS_H
#include "gateway/db_job.h"

/* DEVICE. */
unsigned gw_own_db_keys_kp_put(struct gw_db *db, struct gw_db_job *job);
unsigned gw_own_db_keys_kp_count(struct gw_db *db, struct gw_db_job *job);
unsigned gw_own_db_keys_token_set(struct gw_db *db, struct gw_db_job *job);
unsigned gw_own_db_keys_token_drop(struct gw_db *db, struct gw_db_job *job);
unsigned gw_own_db_keys_push_set(struct gw_db *db, struct gw_db_job *job);
/* ANON, with a contact token of the account. */
unsigned gw_own_db_keys_kp_take(struct gw_db *db, struct gw_db_job *job);

#endif
