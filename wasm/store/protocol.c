#include "store/protocol.h"

#include <string.h>

#include "base/ct.h"

enum err store_protocol_get(struct store *s, int64_t group, struct slice key, struct arena *a,
                            struct slice *value)
{
    struct store_rows r;
    bool has = false;
    *value = SLICE_EMPTY;
    TRY(store_rows_open(s, &r, "SELECT value FROM protocol WHERE grp=? AND key=?", "ib", group,
                        key));
    enum err e = store_rows_next(&r, &has);
    if (e == OK && has) {
        e = store_rows_copy(&r, 0, a, value);
    }
    store_rows_close(&r);
    return e != OK ? e : has ? OK : ERR_GONE;
}

enum err store_protocol_put(struct store *s, int64_t group, struct slice key, struct slice value)
{
    if (value.p == NULL) {
        value = SLICE_LITERAL("");
    }
    return store_sql_run(s,
                         "INSERT INTO protocol(grp,key,value) VALUES(?,?,?) "
                         "ON CONFLICT(grp,key) DO UPDATE SET value=excluded.value",
                         "ibb", group, key, value);
}

enum err store_protocol_del(struct store *s, int64_t group, struct slice key)
{
    return store_sql_run(s, "DELETE FROM protocol WHERE grp=? AND key=?", "ib", group, key);
}

enum err store_protocol_del_prefix(struct store *s, int64_t group, struct slice prefix)
{
    uint8_t end[64];
    size_t n = prefix.n;
    if (n > sizeof end) {
        return ERR_BUG;
    }
    if (n > 0) {
        memcpy(end, prefix.p, n);
    }
    while (n > 0 && end[n - 1] == 0xff) {
        n--;
    }
    if (n == 0) {
        return store_sql_run(s, "DELETE FROM protocol WHERE grp=? AND key>=?", "ib", group,
                             prefix.p == NULL ? SLICE_LITERAL("") : prefix);
    }
    end[n - 1]++;
    return store_sql_run(s, "DELETE FROM protocol WHERE grp=? AND key>=? AND key<?", "ibb", group,
                         prefix, slice_make(end, n));
}

enum err store_protocol_drop(struct store *s, int64_t group)
{
    return store_sql_run(s, "DELETE FROM protocol WHERE grp=?", "i", group);
}

enum err store_protocol_move(struct store *s, int64_t from, int64_t to)
{
    return store_sql_run(s, "UPDATE protocol SET grp=? WHERE grp=?", "ii", to, from);
}

enum err store_epoch_put(struct store *s, int64_t chat, const struct store_epoch *e)
{
    TRY(store_sql_run(s,
                      "INSERT INTO epoch(chat,n,outer_key,write_seed,typing_key,branch,at_ms) "
                      "VALUES(?,?,?,?,?,?,?) ON CONFLICT(chat,n) DO UPDATE SET "
                      "outer_key=excluded.outer_key,write_seed=excluded.write_seed,"
                      "typing_key=excluded.typing_key,branch=excluded.branch,at_ms=excluded.at_ms",
                      "iibbbbi", chat, (int64_t)e->n, SLICE_ARRAY(e->outer_key),
                      SLICE_ARRAY(e->write_seed), SLICE_ARRAY(e->typing_key),
                      SLICE_ARRAY(e->branch), e->at_ms));
    return store_sql_run(s, "DELETE FROM epoch WHERE chat=? AND n<?", "ii", chat,
                         (int64_t)e->n - STORE_EPOCHS_KEPT);
}

static enum err take(struct store_rows *r, int column, uint8_t *out, size_t n)
{
    struct slice v = store_rows_bytes(r, column);
    if (v.n != n) {
        return ERR_STORE_CORRUPT;
    }
    memcpy(out, v.p, n);
    return OK;
}

enum err store_epoch_get(struct store *s, int64_t chat, uint64_t n, struct store_epoch *out)
{
    struct store_rows r;
    bool has = false;
    memset(out, 0, sizeof *out);
    TRY(store_rows_open(s, &r,
                        "SELECT outer_key,write_seed,typing_key,branch,at_ms FROM epoch "
                        "WHERE chat=? AND n=?",
                        "ii", chat, (int64_t)n));
    enum err e = store_rows_next(&r, &has);
    if (e == OK && has) {
        out->n = n;
        e = take(&r, 0, out->outer_key, 32);
        e = e != OK ? e : take(&r, 1, out->write_seed, 32);
        e = e != OK ? e : take(&r, 2, out->typing_key, 32);
        e = e != OK ? e : take(&r, 3, out->branch, 8);
        out->at_ms = store_rows_int(&r, 4);
    }
    store_rows_close(&r);
    return e != OK ? e : has ? OK : ERR_GONE;
}

enum err store_epoch_drop(struct store *s, int64_t chat)
{
    return store_sql_run(s, "DELETE FROM epoch WHERE chat=?", "i", chat);
}
