#include "gateway/db_core.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- statements ---------------------------------------------------------------------------- */

static void fail(struct gw_db *db, int code)
{
    if (db->failed == 0) {
        db->failed = code;
    }
}

sqlite3_stmt *gw_db_bind(struct gw_db *db, enum gw_db_sql which, const char *types, ...)
{
    sqlite3_stmt *s = db->statements[which];
    va_list args;
    int rc = SQLITE_OK;
    sqlite3_reset(s);
    va_start(args, types);
    for (int i = 0; types[i] != 0 && rc == SQLITE_OK; i++) {
        struct slice v;
        switch (types[i]) {
        case 'i':
            rc = sqlite3_bind_int64(s, i + 1, va_arg(args, int64_t));
            break;
        case 'u':
            rc = sqlite3_bind_int64(s, i + 1, (int64_t)va_arg(args, uint64_t));
            break;
        case 'b':
            v = va_arg(args, struct slice);
            rc =
                sqlite3_bind_blob64(s, i + 1, v.n > 0 ? (const void *)v.p : "", v.n, SQLITE_STATIC);
            break;
        case 't':
            v = va_arg(args, struct slice);
            rc = sqlite3_bind_text64(s, i + 1, v.n > 0 ? (const char *)v.p : "", v.n, SQLITE_STATIC,
                                     SQLITE_UTF8);
            break;
        default:
            rc = sqlite3_bind_null(s, i + 1);
            break;
        }
    }
    va_end(args);
    if (rc != SQLITE_OK) {
        fail(db, rc);
    }
    return s;
}

bool gw_db_row(struct gw_db *db, sqlite3_stmt *s)
{
    int rc = sqlite3_step(s);
    if (rc == SQLITE_ROW) {
        return true;
    }
    sqlite3_reset(s);
    if (rc != SQLITE_DONE) {
        fail(db, rc);
    }
    return false;
}

void gw_db_exec(struct gw_db *db, sqlite3_stmt *s)
{
    while (gw_db_row(db, s)) {
    }
}

void gw_db_done(sqlite3_stmt *s)
{
    sqlite3_reset(s);
}

struct slice gw_db_blob(sqlite3_stmt *s, int column)
{
    const void *p = sqlite3_column_blob(s, column);
    return slice_make(p, (size_t)sqlite3_column_bytes(s, column));
}

uint64_t gw_db_u64(sqlite3_stmt *s, int column)
{
    return (uint64_t)sqlite3_column_int64(s, column);
}

int64_t gw_db_number(struct gw_db *db, sqlite3_stmt *s, int64_t otherwise)
{
    int64_t v = otherwise;
    if (gw_db_row(db, s)) {
        v = sqlite3_column_type(s, 0) == SQLITE_NULL ? otherwise : sqlite3_column_int64(s, 0);
        gw_db_done(s);
    }
    return v;
}

/* ---- answers ------------------------------------------------------------------------------- */

struct buf gw_db_answer_begin(struct gw_db *db)
{
    struct buf b = buf_fixed(db->scratch, FRAME_HEADER_SIZE + FRAME_BODY_MAX);
    buf_zero(&b, FRAME_HEADER_SIZE);
    return b;
}

unsigned gw_db_answer_end(struct gw_db *db, struct gw_db_job *job, enum frame_type type,
                          const struct buf *b)
{
    struct slice all;
    if (buf_finish(b, &all) != OK) {
        return FRAME_CODE_LIMIT;
    }
    job->answer = gw_bytes_copy(all);
    if (job->answer == NULL) {
        db->failed = SQLITE_NOMEM;
        return FRAME_CODE_INTERNAL;
    }
    struct buf head = buf_fixed(job->answer->p, FRAME_HEADER_SIZE);
    buf_le24(&head, (uint32_t)(all.n - FRAME_HEADER_SIZE));
    buf_u8(&head, (uint8_t)type);
    buf_le32(&head, job->request);
    return 0;
}

unsigned gw_db_answer_done(struct gw_db *db, struct gw_db_job *job)
{
    struct buf b = gw_db_answer_begin(db);
    struct wire_done v = {0};
    wire_done_put(&b, &v);
    return gw_db_answer_end(db, job, FRAME_DONE, &b);
}

/* ---- mailboxes remembered ------------------------------------------------------------------ */

/* Entries that the row did not know of when it was last written. */
static void count_late(struct gw_db *db, struct gw_db_mailbox *m)
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
        gw_db_mailbox_late(db, m);
        gw_db_done(s);
        (void)gw_db_sum_at(db, m->g.id, m->g.next - 1, m->sum);
        return;
    }
    gw_db_done(s);
}

bool gw_db_sum_at(struct gw_db *db, int64_t grp, uint64_t seq, uint8_t out[GW_DB_SUM])
{
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_GLOG_SUM, "iu", grp, seq);
    bool has = gw_db_row(db, s);
    if (has) {
        struct slice sum = gw_db_blob(s, 0);
        has = sum.n == GW_DB_SUM;
        memcpy(out, sum.p, has ? sum.n : 0);
        gw_db_done(s);
    }
    return has;
}

static struct gw_db_mailbox *read_mailbox(struct gw_db *db, sqlite3_stmt *s)
{
    if (!gw_db_row(db, s)) {
        return NULL;
    }
    struct gw_db_mailbox *m = calloc(1, sizeof *m);
    struct slice mailbox = gw_db_blob(s, 1), hash = gw_db_blob(s, 2), sum = gw_db_blob(s, 7);
    if (m == NULL || mailbox.n != sizeof m->g.mailbox || hash.n != sizeof m->read_hash ||
        sum.n != sizeof m->sum) {
        fail(db, m == NULL ? SQLITE_NOMEM : SQLITE_CORRUPT);
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
    struct gw_db_mailbox **slot = &db->mailboxes[(uint64_t)m->g.id % GW_DB_GROUPS];
    m->next = *slot;
    *slot = m;
    db->mailbox_n++;
    return m;
}

struct gw_db_mailbox *gw_db_mailbox_by_id(struct gw_db *db, int64_t id)
{
    struct gw_db_mailbox *m = db->mailboxes[(uint64_t)id % GW_DB_GROUPS];
    while (m != NULL && m->g.id != id) {
        m = m->next;
    }
    return m != NULL ? m : read_mailbox(db, gw_db_bind(db, GW_DB_SQL_GRP_BY_ID, "i", id));
}

struct gw_db_mailbox *gw_db_mailbox_by_address(struct gw_db *db, struct slice mailbox)
{
    sqlite3_stmt *s = gw_db_bind(db, GW_DB_SQL_GRP_BY_MAILBOX, "b", mailbox);
    if (!gw_db_row(db, s)) {
        return NULL;
    }
    int64_t id = sqlite3_column_int64(s, 0);
    gw_db_done(s);
    return gw_db_mailbox_by_id(db, id);
}

void gw_db_mailbox_dirty(struct gw_db *db, struct gw_db_mailbox *m)
{
    if (!m->dirty) {
        m->dirty = true;
        db->dirty_n++;
    }
}

void gw_db_mailbox_late(struct gw_db *db, struct gw_db_mailbox *m)
{
    if (!m->late) {
        m->late = true;
        db->late_n++;
    }
}

void gw_db_mailbox_forget(struct gw_db *db, int64_t id)
{
    struct gw_db_mailbox **at = &db->mailboxes[(uint64_t)id % GW_DB_GROUPS];
    while (*at != NULL && (*at)->g.id != id) {
        at = &(*at)->next;
    }
    struct gw_db_mailbox *m = *at;
    if (m != NULL) {
        *at = m->next;
        db->dirty_n -= m->dirty ? 1 : 0;
        db->late_n -= m->late ? 1 : 0;
        db->mailbox_n--;
        free(m);
    }
}

void gw_db_mailbox_forget_all(struct gw_db *db)
{
    for (size_t i = 0; i < GW_DB_GROUPS; i++) {
        while (db->mailboxes[i] != NULL) {
            struct gw_db_mailbox *m = db->mailboxes[i];
            db->mailboxes[i] = m->next;
            free(m);
        }
    }
    db->mailbox_n = db->dirty_n = db->late_n = 0;
}

const struct gw_db_key *gw_db_mailbox_key(const struct gw_db_group *g, uint64_t epoch)
{
    for (size_t i = 0; i < g->key_n; i++) {
        if (g->keys[i].epoch == epoch) {
            return &g->keys[i];
        }
    }
    return NULL;
}

bool gw_db_is_full(struct gw_db *db)
{
    return atomic_load_explicit(&db->full, memory_order_relaxed);
}
