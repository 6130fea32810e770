#include "gateway/own/db_mailbox.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/db_core.h"
#include "gateway/own/db_state.h"

/* Entries that the row did not know of when it was last written. */
static void count_late(struct gw_db *db, struct gw_own_db_mailbox *m)
{
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_GRP_LATE, "iu", m->g.id, m->g.next);
    if (!gw_db_row(db, s)) {
        return;
    }
    if (sqlite3_column_type(s, 0) != SQLITE_NULL) {
        int64_t day = gw_clock_day(gw_db_u64(s, 2));
        m->g.next = gw_db_u64(s, 0) + 1;
        m->bytes += gw_db_u64(s, 1);
        m->day = day > m->day ? day : m->day;
        gw_own_db_mailbox_late(db, m);
        gw_db_done(s);
        (void)gw_own_db_mailbox_sum_at(db, m->g.id, m->g.next - 1, m->sum);
        return;
    }
    gw_db_done(s);
}

bool gw_own_db_mailbox_sum_at(struct gw_db *db, int64_t grp, uint64_t seq,
                              uint8_t out[GW_OWN_DB_SUM])
{
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_GLOG_SUM, "iu", grp, seq);
    bool has = gw_db_row(db, s);
    if (has) {
        struct slice sum = gw_db_blob(s, 0);
        has = sum.n == GW_OWN_DB_SUM;
        memcpy(out, sum.p, has ? sum.n : 0);
        gw_db_done(s);
    }
    return has;
}

static struct gw_own_db_mailbox *read_mailbox(struct gw_db *db, sqlite3_stmt *s)
{
    if (!gw_db_row(db, s)) {
        return NULL;
    }
    struct gw_own_db_mailbox *m = calloc(1, sizeof *m);
    struct slice mailbox = gw_db_blob(s, 1), hash = gw_db_blob(s, 2), sum = gw_db_blob(s, 7);
    if (m == NULL || mailbox.n != sizeof m->g.mailbox || hash.n != sizeof m->read_hash ||
        sum.n != sizeof m->sum) {
        gw_db_fail(db, m == NULL ? SQLITE_NOMEM : SQLITE_CORRUPT);
        gw_db_done(s);
        free(m);
        return NULL;
    }
    m->g.id = sqlite3_column_int64(s, 0);
    memcpy(m->g.mailbox, mailbox.p, mailbox.n);
    memcpy(m->read_hash, hash.p, hash.n);
    memcpy(m->sum, sum.p, sum.n);
    m->g.epoch = gw_db_u64(s, 3);
    m->g.next = gw_db_u64(s, 4);
    m->bytes = gw_db_u64(s, 5);
    m->day = sqlite3_column_int64(s, 6);
    gw_db_done(s);
    count_late(db, m);
    s = gw_db_bind(db, GW_DB_SQL_WKEY_ALL, "i", m->g.id);
    while (gw_db_row(db, s)) {
        struct slice key = gw_db_blob(s, 1);
        if (m->g.key_n < GW_DB_KEYS && key.n == 32) {
            m->g.keys[m->g.key_n].epoch = gw_db_u64(s, 0);
            memcpy(m->g.keys[m->g.key_n++].key, key.p, 32);
        }
    }
    struct gw_own_db_mailbox **slot = &db->own->mailboxes[(uint64_t)m->g.id % GW_OWN_DB_GROUPS];
    m->next = *slot;
    *slot = m;
    db->own->mailbox_n++;
    return m;
}

struct gw_own_db_mailbox *gw_own_db_mailbox_by_id(struct gw_db *db, int64_t id)
{
    struct gw_own_db_mailbox *m = db->own->mailboxes[(uint64_t)id % GW_OWN_DB_GROUPS];
    while (m != NULL && m->g.id != id) {
        m = m->next;
    }
    return m != NULL ? m : read_mailbox(db, gw_db_bind(db, GW_DB_SQL_GRP_BY_ID, "i", id));
}

struct gw_own_db_mailbox *gw_own_db_mailbox_by_address(struct gw_db *db, struct slice mailbox)
{
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_GRP_BY_MAILBOX, "b", mailbox);
    if (!gw_db_row(db, s)) {
        return NULL;
    }
    int64_t id = sqlite3_column_int64(s, 0);
    gw_db_done(s);
    return gw_own_db_mailbox_by_id(db, id);
}

void gw_own_db_mailbox_dirty(struct gw_db *db, struct gw_own_db_mailbox *m)
{
    if (!m->dirty) {
        m->dirty = true;
        db->own->dirty_n++;
    }
}

void gw_own_db_mailbox_late(struct gw_db *db, struct gw_own_db_mailbox *m)
{
    if (!m->late) {
        m->late = true;
        db->own->late_n++;
    }
}

void gw_own_db_mailbox_forget(struct gw_db *db, int64_t id)
{
    struct gw_own_db_mailbox **at = &db->own->mailboxes[(uint64_t)id % GW_OWN_DB_GROUPS];
    while (*at != NULL && (*at)->g.id != id) {
        at = &(*at)->next;
    }
    struct gw_own_db_mailbox *m = *at;
    if (m != NULL) {
        *at = m->next;
        db->own->dirty_n -= m->dirty ? 1 : 0;
        db->own->late_n -= m->late ? 1 : 0;
        db->own->mailbox_n--;
        free(m);
    }
}

void gw_own_db_mailbox_forget_all(struct gw_db *db)
{
    for (size_t i = 0; i < GW_OWN_DB_GROUPS; i++) {
        while (db->own->mailboxes[i] != NULL) {
            struct gw_own_db_mailbox *m = db->own->mailboxes[i];
            db->own->mailboxes[i] = m->next;
            free(m);
        }
    }
    db->own->mailbox_n = db->own->dirty_n = db->own->late_n = 0;
}

const struct gw_db_key *gw_own_db_mailbox_key(const struct gw_db_group *g, uint64_t epoch)
{
    for (size_t i = 0; i < g->key_n; i++) {
        if (g->keys[i].epoch == epoch) {
            return &g->keys[i];
        }
    }
    return NULL;
}

/* ---- their rows ---------------------------------------------------------------------------- */

static void save_mailbox(struct gw_db *db, struct gw_own_db_mailbox *m)
{
    gw_db_exec(db, gw_db_bind(db, GW_DB_SQL_GRP_SAVE, "iuuuib", m->g.id, m->g.epoch, m->g.next,
                              m->bytes, m->day, SLICE_ARRAY(m->sum)));
    db->own->dirty_n -= m->dirty ? 1 : 0;
    db->own->late_n -= m->late ? 1 : 0;
    m->dirty = m->late = false;
}

void gw_own_db_mailbox_save_all(struct gw_db *db)
{
    for (size_t i = 0; db->own->dirty_n > 0 && i < GW_OWN_DB_GROUPS; i++) {
        for (struct gw_own_db_mailbox *m = db->own->mailboxes[i]; m != NULL; m = m->next) {
            if (m->dirty) {
                save_mailbox(db, m);
            }
        }
    }
}

/* The late rows, once they have waited long enough: a part of the table with each batch. */
void gw_own_db_mailbox_save_late(struct gw_db *db)
{
    uint64_t now = gw_clock_steady_ms();
    size_t n = 0;
    if (db->own->late_n == 0 || now < db->own->late_ms + GW_OWN_DB_LATE_MS) {
        return;
    }
    for (; db->own->late_slot < GW_OWN_DB_GROUPS && n < GW_OWN_DB_LATE_MAX; db->own->late_slot++) {
        for (struct gw_own_db_mailbox *m = db->own->mailboxes[db->own->late_slot]; m != NULL;
             m = m->next) {
            if (m->late) {
                save_mailbox(db, m);
                n++;
            }
        }
    }
    if (db->own->late_slot == GW_OWN_DB_GROUPS) {
        db->own->late_slot = 0;
        db->own->late_ms = now;
    }
}
