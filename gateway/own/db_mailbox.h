/* The mailboxes that the writer remembers: rows of `grp` with their write keys. In the writer's
 * thread. */
#ifndef SOTTO_GATEWAY_OWN_DB_MAILBOX_H
#define SOTTO_GATEWAY_OWN_DB_MAILBOX_H
#include "gateway/db_job.h"

#define GW_OWN_DB_LATE_MS 5000 /* rows of mailboxes that were posted to are written this often */
#define GW_OWN_DB_LATE_MAX 256 /* at most this many in one batch */
#define GW_OWN_DB_SUM 32       /* bytes of the hash chained over the bodies of a log */

/* A remembered mailbox; `dirty` rows are written at the end of the batch. What a post changes
 * (next, bytes, day) follows from the log too, so its row may wait (`late`): until it is written,
 * whoever reads it from the disk counts the entries from `next` on. */
struct gw_own_db_mailbox {
    struct gw_own_db_mailbox *next;
    struct gw_db_group g;
    uint8_t read_hash[32];
    uint8_t sum[GW_OWN_DB_SUM]; /* over all bodies of the log */
    uint64_t bytes;
    int64_t day;
    bool dirty, late;
};

/* The mailbox by id or address; NULL when there is none. Owned by the table, valid for the job. */
struct gw_own_db_mailbox *gw_own_db_mailbox_by_id(struct gw_db *db, int64_t id);
struct gw_own_db_mailbox *gw_own_db_mailbox_by_address(struct gw_db *db, struct slice mailbox);
/* Its row is to be written at the end of the batch, or within GW_OWN_DB_LATE_MS. */
void gw_own_db_mailbox_dirty(struct gw_db *db, struct gw_own_db_mailbox *m);
void gw_own_db_mailbox_late(struct gw_db *db, struct gw_own_db_mailbox *m);
/* The sum over the log up to this entry. False: there is no such entry. */
bool gw_own_db_mailbox_sum_at(struct gw_db *db, int64_t grp, uint64_t seq,
                              uint8_t out[GW_OWN_DB_SUM]);
/* Forgets one (expired) or all (rolled back). */
void gw_own_db_mailbox_forget(struct gw_db *db, int64_t id);
void gw_own_db_mailbox_forget_all(struct gw_db *db);
/* The write key of an epoch that still counts; NULL: there is none. Borrowed from g. */
const struct gw_db_key *gw_own_db_mailbox_key(const struct gw_db_group *g, uint64_t epoch);

/* Writes the dirty rows, and those of the late ones whose time has come. In the transaction. */
void gw_own_db_mailbox_save_all(struct gw_db *db);
void gw_own_db_mailbox_save_late(struct gw_db *db);

#endif
