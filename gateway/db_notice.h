/* What every loop learns after a commit, in the order of the commits. */
#ifndef SOTTO_GATEWAY_DB_NOTICE_H
#define SOTTO_GATEWAY_DB_NOTICE_H
#include "gateway/bytes.h"
#include "gateway/db_job.h"
#include "gateway/loop.h"

enum gw_db_notice_kind {
    GW_DB_NOTICE_ENTRY,  /* a mailbox has a new entry                         */
    GW_DB_NOTICE_QUEUED, /* a device's queue has a new message                */
    GW_DB_NOTICE_GONE    /* a device was revoked                              */
};

struct gw_db_notice {
    struct gw_loop_item item;
    enum gw_db_notice_kind kind;
    int64_t id; /* mailbox or queue */
    uint64_t seq, ms, epoch;
    uint8_t entry_kind;
    uint8_t mid[FRAME_MID_SIZE], branch[FRAME_BRANCH_SIZE];
    bool ends_tag; /* somebody was removed: earlier read tags end at this entry, and the write keys
                      of earlier epochs have ended */
    bool has_key;
    struct gw_db_key key; /* of the epoch that a commit began */
    struct gw_bytes *body;
};

/* On every loop, for each notice, in the order of the commits. */
typedef void (*gw_db_on_notice)(struct gw_loop *loop, const struct gw_db_notice *n);

#endif
