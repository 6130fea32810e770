#include "store/own_stuck.h"

static enum err read_ids(struct store_rows *r, int64_t *ids, size_t max, size_t *n)
{
    bool has = false;
    enum err e = OK;
    while (*n < max && (e = store_rows_next(r, &has)) == OK && has) {
        ids[(*n)++] = store_rows_int(r, 0);
    }
    store_rows_close(r);
    return e;
}

enum err store_own_stuck_again(struct store *s, int64_t chat, int64_t now_ms)
{
    return store_sql_run(s, "UPDATE chat SET stuck=stuck+1,stuck_ms=? WHERE id=?", "ii", now_ms,
                         chat);
}

enum err store_own_stuck_epoch(struct store *s, int64_t chat, int64_t epoch, int64_t *before)
{
    TRY(store_sql_get_int(s, before, "SELECT stuck_epoch FROM chat WHERE id=?", "i", chat));
    return store_sql_run(s, "UPDATE chat SET stuck_epoch=? WHERE id=?", "ii", epoch, chat);
}

enum err store_own_stuck_unread(struct store *s, int64_t chat, bool *yes)
{
    int64_t unread = 0;
    TRY(store_sql_get_int(s, &unread, "SELECT unread_commit FROM chat WHERE id=?", "i", chat));
    *yes = unread != 0;
    return OK;
}

enum err store_own_stuck_stopped_by(struct store *s, int64_t chat, int64_t *person)
{
    return store_sql_get_int(s, person, "SELECT stopped_by FROM chat WHERE id=?", "i", chat);
}

enum err store_own_stuck_left(struct store *s, int64_t chat)
{
    return store_sql_run(s, "UPDATE chat SET state=2,note=0 WHERE id=?", "i", chat);
}

enum err store_own_stuck_ask(struct store *s, int64_t chat, int64_t devices, int64_t *chats,
                             size_t max, size_t *n)
{
    struct store_rows r;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT id FROM chat WHERE type=0 AND alias_of IS NULL AND ?>1 UNION ALL "
                        "SELECT p.chat FROM member m JOIN person p ON p.id=m.person JOIN chat x ON "
                        "x.id=p.chat WHERE m.chat=? AND m.role=1 AND m.gone=0 AND p.id>1 AND "
                        "p.contact=1 AND p.blocked=0 AND x.state=0 LIMIT ?",
                        "iii", devices, chat, (int64_t)max));
    return read_ids(&r, chats, max, n);
}

/* ---- in again ------------------------------------------------------------------------------- */

enum err store_own_stuck_brought_by(struct store *s, int64_t chat, int64_t person)
{
    return store_sql_run(s, "UPDATE chat SET brought_by=? WHERE id=?", "ii", person, chat);
}

enum err store_own_stuck_over(struct store *s, int64_t chat)
{
    return store_sql_run(s,
                         "UPDATE chat SET state=CASE state WHEN 4 THEN 0 ELSE state END,note=0,"
                         "stuck=0,stuck_epoch=-1,unread_commit=0 WHERE id=?",
                         "i", chat);
}

enum err store_own_stuck_welcomed(struct store *s, int64_t chat, uint64_t epoch)
{
    return store_sql_run(s,
                         "UPDATE chat SET cursor=-1,log_sum=NULL,first_epoch=?,note=0,stuck=0,"
                         "stuck_epoch=-1,unread_commit=0,made=1,hold=0,stopped_by=0 WHERE id=?",
                         "ii", (int64_t)epoch, chat);
}

enum err store_own_stuck_first_epoch(struct store *s, int64_t chat, uint64_t epoch)
{
    return store_sql_run(s, "UPDATE chat SET first_epoch=? WHERE id=?", "ii", (int64_t)epoch, chat);
}

enum err store_own_stuck_healed(struct store *s, int64_t chat, int64_t now_ms)
{
    return store_sql_run(s, "UPDATE chat SET heal_ms=?,heal_sent=0 WHERE id=?", "ii", now_ms, chat);
}

enum err store_own_stuck_mailbox(struct store *s, int64_t chat, const uint8_t mailbox[16],
                                 const uint8_t read_tag[32], const uint8_t join_secret[32])
{
    return store_sql_run(s, "UPDATE chat SET mailbox=?,read_tag=?,join_secret=? WHERE id=?", "bbbi",
                         slice_make(mailbox, 16), slice_make(read_tag, 32),
                         slice_make(join_secret, 32), chat);
}

enum err store_own_stuck_set_made(struct store *s, int64_t chat, bool made)
{
    return store_sql_run(s, "UPDATE chat SET made=? WHERE id=?", "ii", (int64_t)made, chat);
}

enum err store_own_stuck_door(struct store *s, struct arena *a, int64_t chat, struct slice *secret)
{
    void *outs[] = {secret};
    return store_sql_get(s, a, "SELECT door_secret FROM chat WHERE id=?", "b", outs, "i", chat);
}

enum err store_own_stuck_sweep(struct store *s, int64_t after, int64_t *ids, size_t max, size_t *n)
{
    struct store_rows r;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT id FROM chat WHERE mailbox IS NOT NULL AND state IN (0,1,3) AND "
                        "id>? ORDER BY id LIMIT ?",
                        "ii", after, (int64_t)max));
    return read_ids(&r, ids, max, n);
}
