#include "gateway/db_sweep.h"

#include <sys/statvfs.h>

#include "gateway/db_core.h"

#define EVERY_MS 1000
#define JUMP_MS 3600000u /* the clocks may disagree by this much                  */
#define AWAY_MS (7u * GW_CLOCK_DAY_MS)
#define HOLD_JUMP_MS GW_CLOCK_DAY_MS /* nothing expires for this long after a jump */
#define HOLD_AWAY_MS 3600000u        /* and after a start far from the last run    */

static void hold(struct gw_db *db, uint64_t steady, uint64_t ms, const char *why)
{
    db->held_until_ms = steady + ms;
    gw_log_set(db->log, GW_LOG_CLOCK_HELD, 1);
    gw_log_warn("clock", "what=%s nothing_expires_for_s=%llu", why, (unsigned long long)ms / 1000);
}

/* Sets now_ms. The wall clock is believed as long as it agrees with the steady one: a jump forward
 * is followed, a jump back is not until a restart, and nothing expires for a day after either. */
void gw_db_sweep_clock(struct gw_db *db)
{
    uint64_t wall = gw_clock_wall_ms(), steady = gw_clock_steady_ms();
    if (db->steady_ms == 0) {
        if (db->clock_ms > 0 && wall + JUMP_MS < db->clock_ms) {
            hold(db, steady, HOLD_AWAY_MS, "behind-last-run");
        } else if (db->clock_ms > 0 && wall > db->clock_ms + AWAY_MS) {
            hold(db, steady, HOLD_AWAY_MS, "far-ahead-of-last-run");
        }
    } else {
        uint64_t expected = db->now_ms + (steady - db->steady_ms);
        if (wall > expected + JUMP_MS) {
            hold(db, steady, HOLD_JUMP_MS, "jumped-ahead");
        } else if (wall + JUMP_MS < expected) {
            if (db->held_until_ms <= steady) {
                hold(db, steady, HOLD_JUMP_MS, "jumped-back");
            }
            wall = expected;
        }
        wall = wall > db->now_ms ? wall : db->now_ms;
    }
    db->now_ms = wall;
    db->steady_ms = steady;
    if (db->held_until_ms != 0 && db->held_until_ms <= steady) {
        db->held_until_ms = 0;
        gw_log_set(db->log, GW_LOG_CLOCK_HELD, 0);
    }
}

static void look_at_disk(struct gw_db *db)
{
    struct statvfs v;
    const struct gw_config *c = &db->gw->config;
    bool full = false;
    if (statvfs(c->dir, &v) == 0) {
        full = (uint64_t)v.f_bavail * v.f_frsize < c->reserve_bytes;
    }
    if (!full && c->store_bytes > 0) {
        int64_t pages = gw_db_number(db, gw_db_bind(db, GW_DB_SQL_PAGES, ""), 0) -
                        gw_db_number(db, gw_db_bind(db, GW_DB_SQL_PAGES_FREE, ""), 0);
        full = (uint64_t)pages * 4096 > c->store_bytes;
    }
    if (full != atomic_load(&db->full)) {
        atomic_store(&db->full, full);
        gw_log_warn("disk", "full=%d", full ? 1 : 0);
    }
    gw_log_set(db->log, GW_LOG_DISK_FULL, full ? 1 : 0);
}

void gw_db_sweep_step(struct gw_db *db)
{
    if (db->steady_ms < db->sweep_ms) {
        return;
    }
    db->sweep_ms = db->steady_ms + EVERY_MS;
    look_at_disk(db);
    if (db->now_ms > db->clock_ms + 60000 || db->now_ms + 60000 < db->clock_ms) {
        db->clock_ms = db->now_ms;
        gw_db_exec(db,
                   gw_db_bind(db, GW_DB_SQL_META_SET, "tu", SLICE_LITERAL("clock_ms"), db->now_ms));
    }
    /* Read messages may go at any time; unread ones only by a clock that can be believed. */
    uint64_t keep = db->gw->config.retention_days * GW_CLOCK_DAY_MS;
    uint64_t cutoff = db->held_until_ms == 0 && db->now_ms > keep ? db->now_ms - keep : 0;
    db->tables->sweep(db, cutoff);
}
