#include "gateway/own/db_tables.h"

#include <stdlib.h>

#include "gateway/own/db_mailbox.h"
#include "gateway/own/db_state.h"
#include "gateway/own/db_sweep.h"

static bool on_open(struct gw_db *db)
{
    db->own = calloc(1, sizeof *db->own);
    if (db->own == NULL) {
        return false;
    }
    db->own->blob_bytes = gw_db_number(db, gw_db_bind(db, GW_DB_SQL_BLOB_SUM, ""), 0);
    gw_log_set(db->log, GW_LOG_BLOB_BYTES, db->own->blob_bytes);
    gw_log_set(db->log, GW_LOG_QUEUED, gw_db_number(db, gw_db_bind(db, GW_DB_SQL_Q_COUNT, ""), 0));
    return true;
}

static void on_close(struct gw_db *db)
{
    if (db->own != NULL) {
        gw_own_db_mailbox_forget_all(db);
        free(db->own);
        db->own = NULL;
    }
}

static void on_begin(struct gw_db *db)
{
    db->own->queued = 0;
    db->own->blob_change = 0;
}

static void on_save(struct gw_db *db)
{
    gw_own_db_mailbox_save_all(db);
    gw_own_db_mailbox_save_late(db);
}

static void on_committed(struct gw_db *db)
{
    gw_log_add(db->log, GW_LOG_QUEUED, db->own->queued);
    db->own->blob_bytes += db->own->blob_change;
    gw_log_set(db->log, GW_LOG_BLOB_BYTES, db->own->blob_bytes);
}

const struct gw_db_tables gw_own_db_tables = {
    .open = on_open,
    .close = on_close,
    .begin = on_begin,
    .save = on_save,
    .committed = on_committed,
    .undone = gw_own_db_mailbox_forget_all,
    .sweep = gw_own_db_sweep,
};
