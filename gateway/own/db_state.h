/* What the writer remembers of the own network's tables. It hangs off gw_db.own; the db_*.c files
 * of this folder read and write it, in the writer's thread. */
#ifndef SOTTO_GATEWAY_OWN_DB_STATE_H
#define SOTTO_GATEWAY_OWN_DB_STATE_H
#include "gateway/db_core.h"

#define GW_OWN_DB_GROUPS 4096 /* slots of the table of remembered mailboxes            */
#define GW_OWN_DB_RATES 4096  /* slots of the table of contact tokens in use           */
#define GW_OWN_DB_TOLD 64     /* slots of the table of records that are being read     */

struct gw_own_db_mailbox;

struct gw_own_db_rate {
    uint8_t id[16];
    uint32_t hour, n;
};

/* An account whose devices were told that its record is being read. */
struct gw_own_db_told {
    int64_t account;
    uint64_t ms;
};

struct gw_own_db {
    struct gw_own_db_mailbox *mailboxes[GW_OWN_DB_GROUPS];
    size_t mailbox_n, dirty_n, late_n, late_slot;
    uint64_t late_ms; /* since when rows wait */
    struct gw_own_db_rate rates[GW_OWN_DB_RATES];
    struct gw_own_db_told told[GW_OWN_DB_TOLD];
    int64_t queued; /* change of GW_LOG_QUEUED in this batch */
    int64_t blob_bytes, blob_change;
    int64_t sweep_body, sweep_kp, sweep_grp; /* how far sweeping has come */
};

#endif
