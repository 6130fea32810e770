#include "store/own_parcel.h"

#include <string.h>

#define PARCEL_COLUMNS                                                                             \
    "SELECT id,chat,state,why,bytes,chunk,sent,waiting_ms,blob,key,waiting,token FROM parcel "     \
    "WHERE "

/* ---- rows ----------------------------------------------------------------------------------- */

static enum err get(struct store *s, struct arena *a, const char *sql, const char *types,
                    struct slice blob, int64_t id, struct store_own_parcel *p)
{
    void *outs[] = {&p->id,   &p->chat,       &p->state, &p->why, &p->bytes,   &p->chunk,
                    &p->sent, &p->waiting_ms, &p->blob,  &p->key, &p->waiting, &p->token};
    memset(p, 0, sizeof *p);
    if (types[0] == 'b') {
        TRY(store_sql_get(s, a, sql, "iiiiiiiibbbb", outs, "b", blob));
    } else {
        TRY(store_sql_get(s, a, sql, "iiiiiiiibbbb", outs, "i", id));
    }
    return p->blob.n == 16 && p->key.n == 32 ? OK : ERR_STORE_CORRUPT;
}

enum err store_own_parcel_get(struct store *s, struct arena *a, int64_t id,
                              struct store_own_parcel *out)
{
    return get(s, a, PARCEL_COLUMNS "id=?", "i", SLICE_EMPTY, id, out);
}

enum err store_own_parcel_find(struct store *s, struct arena *a, struct slice blob,
                               struct store_own_parcel *out)
{
    return get(s, a, PARCEL_COLUMNS "blob=?", "b", blob, 0, out);
}

enum err store_own_parcel_superseded(struct store *s, struct arena *a, int64_t chat,
                                     struct store_own_parcel *out)
{
    return get(s, a,
               PARCEL_COLUMNS "chat=?1 AND state=4 AND id<(SELECT max(id) FROM parcel WHERE "
                              "chat=?1 AND state=4) LIMIT 1",
               "i", SLICE_EMPTY, chat, out);
}

enum err store_own_parcel_add_going(struct store *s, struct store_own_parcel *p, int64_t now_ms)
{
    TRY(store_sql_run(s,
                      "INSERT INTO parcel(chat,state,why,blob,key,bytes,chunk,at_ms) "
                      "VALUES(?,0,?,?,?,?,?,?)",
                      "iibbiii", p->chat, p->why, p->blob, p->key, p->bytes, p->chunk, now_ms));
    return store_sql_get_int(s, &p->id, "SELECT id FROM parcel WHERE blob=?", "b", p->blob);
}

enum err store_own_parcel_add_coming(struct store *s, int64_t chat, int64_t why, struct slice blob,
                                     struct slice key, int64_t now_ms)
{
    return store_sql_run(s, "INSERT INTO parcel(chat,state,why,blob,key,at_ms) VALUES(?,1,?,?,?,?)",
                         "iibbi", chat, why, blob, key, now_ms);
}

enum err store_own_parcel_is_going(struct store *s, int64_t chat, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM parcel WHERE chat=? AND state=0", "i",
                          chat));
    *yes = n > 0;
    return OK;
}

enum err store_own_parcel_due(struct store *s, int64_t *ids, size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT id FROM parcel WHERE state=1 OR (state=0 AND EXISTS(SELECT 1 FROM "
                        "chat WHERE chat.id=parcel.chat AND made=1)) ORDER BY id LIMIT ?",
                        "i", (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}

enum err store_own_parcel_set_state(struct store *s, int64_t id, enum store_own_parcel_state state)
{
    return store_sql_run(s, "UPDATE parcel SET state=? WHERE id=?", "ii", (int64_t)state, id);
}

enum err store_own_parcel_settle(struct store *s, int64_t id, enum store_own_parcel_state state,
                                 int64_t now_ms)
{
    TRY(store_sql_run(s, "UPDATE parcel SET state=?,at_ms=? WHERE id=?", "iii", (int64_t)state,
                      now_ms, id));
    return state == STORE_OWN_PARCEL_LOST ? store_own_parcel_chunks_drop(s, id) : OK;
}

enum err store_own_parcel_set_sent(struct store *s, int64_t id, int64_t sent)
{
    return store_sql_run(s, "UPDATE parcel SET sent=? WHERE id=?", "ii", sent, id);
}

enum err store_own_parcel_set_size(struct store *s, int64_t id, int64_t bytes, int64_t chunk)
{
    return store_sql_run(s, "UPDATE parcel SET bytes=?,chunk=? WHERE id=?", "iii", bytes, chunk,
                         id);
}

enum err store_own_parcel_wait(struct store *s, struct slice blob, struct slice welcome,
                               struct slice token, int64_t server_ms)
{
    return store_sql_run(s, "UPDATE parcel SET waiting=?,token=?,waiting_ms=? WHERE blob=?", "bbib",
                         welcome, token, server_ms, blob);
}

enum err store_own_parcel_used(struct store *s, struct slice blob)
{
    TRY(store_sql_run(s,
                      "DELETE FROM parcel_chunk WHERE parcel=(SELECT id FROM parcel WHERE blob=? "
                      "AND state=2 AND sent>=0)",
                      "b", blob));
    TRY(store_sql_run(s, "UPDATE parcel SET state=4 WHERE blob=? AND state=2 AND sent>=0", "b",
                      blob));
    return store_sql_run(s, "DELETE FROM parcel WHERE blob=? AND state IN (1,2,3)", "b", blob);
}

enum err store_own_parcel_drop(struct store *s, int64_t id)
{
    return store_sql_run(s, "DELETE FROM parcel WHERE id=?", "i", id);
}

enum err store_own_parcel_drop_going(struct store *s, int64_t chat)
{
    return store_sql_run(s, "DELETE FROM parcel WHERE chat=? AND state=0", "i", chat);
}

enum err store_own_parcel_drop_lost(struct store *s, int64_t before_ms)
{
    return store_sql_run(s, "DELETE FROM parcel WHERE state=3 AND at_ms<?", "i", before_ms);
}

/* ---- chunks --------------------------------------------------------------------------------- */

enum err store_own_parcel_chunk_put(struct store *s, int64_t id, int64_t n, struct slice bytes)
{
    return store_sql_run(s, "INSERT INTO parcel_chunk(parcel,n,b) VALUES(?,?,?)", "iib", id, n,
                         bytes);
}

enum err store_own_parcel_chunk_take(struct store *s, int64_t id, int64_t n, struct slice bytes,
                                     int64_t *here)
{
    TRY(store_sql_run(s, "INSERT OR IGNORE INTO parcel_chunk(parcel,n,b) VALUES(?,?,?)", "iib", id,
                      n, bytes));
    return store_sql_get_int(s, here, "SELECT count(*) FROM parcel_chunk WHERE parcel=?", "i", id);
}

enum err store_own_parcel_chunk_get(struct store *s, struct arena *a, int64_t id, int64_t n,
                                    struct slice *out)
{
    void *outs[] = {out};
    return store_sql_get(s, a, "SELECT b FROM parcel_chunk WHERE parcel=? AND n=?", "b", outs, "ii",
                         id, n);
}

enum err store_own_parcel_chunk_here(struct store *s, int64_t id, int64_t n, bool *here)
{
    int64_t count = 0;
    TRY(store_sql_get_int(s, &count, "SELECT count(*) FROM parcel_chunk WHERE parcel=? AND n=?",
                          "ii", id, n));
    *here = count > 0;
    return OK;
}

enum err store_own_parcel_chunks(struct store *s, int64_t id, struct buf *out)
{
    struct store_rows r;
    bool has = false;
    TRY(store_rows_open(s, &r, "SELECT b FROM parcel_chunk WHERE parcel=? ORDER BY n", "i", id));
    enum err e = OK;
    while ((e = store_rows_next(&r, &has)) == OK && has) {
        buf_slice(out, store_rows_bytes(&r, 0));
    }
    store_rows_close(&r);
    return e;
}

enum err store_own_parcel_chunks_drop(struct store *s, int64_t id)
{
    return store_sql_run(s, "DELETE FROM parcel_chunk WHERE parcel=?", "i", id);
}
