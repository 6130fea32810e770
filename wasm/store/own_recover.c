#include "store/own_recover.h"

/* state: 1 readable, 2 not */

enum err store_own_recover_put(struct store *s, const struct store_own_recover *p)
{
    return store_sql_run(
        s,
        "INSERT INTO recover_part(device,state,name,ms,payload) VALUES(?,1,?,?,?) ON "
        "CONFLICT(device) DO UPDATE SET state=excluded.state,name=excluded.name,ms=excluded.ms,"
        "payload=excluded.payload WHERE excluded.ms>=recover_part.ms",
        "btib", p->device, p->name, p->ms, p->payload);
}

enum err store_own_recover_unreadable(struct store *s, struct slice device)
{
    return store_sql_run(s, "INSERT OR IGNORE INTO recover_part(device,state) VALUES(?,2)", "b",
                         device);
}

enum err store_own_recover_count_unreadable(struct store *s, int64_t *n)
{
    return store_sql_get_int(s, n, "SELECT count(*) FROM recover_part WHERE state=2", "");
}

enum err store_own_recover_choose_none(struct store *s)
{
    return store_sql_run(s, "UPDATE recover_part SET taken=0", "");
}

enum err store_own_recover_choose(struct store *s, struct slice device)
{
    return store_sql_run(s, "UPDATE recover_part SET taken=1 WHERE device=? AND state=1", "b",
                         device);
}

enum err store_own_recover_list(struct store *s, struct arena *a, bool chosen, struct slice *out,
                                size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT payload FROM recover_part WHERE taken>=? AND state=1 ORDER BY ms "
                        "LIMIT ?",
                        "ii", (int64_t)chosen, (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        e = store_rows_copy(&r, 0, a, &out[*n]);
        if (e != OK) {
            break;
        }
        (*n)++;
    }
    store_rows_close(&r);
    return e;
}

enum err store_own_recover_clear(struct store *s)
{
    return store_sql_run(s, "DELETE FROM recover_part", "");
}

/* ---- what a record is made of --------------------------------------------------------------- */

static enum err list_ids(struct store *s, const char *sql, int64_t *ids, size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r, sql, "i", (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}

enum err store_own_recover_people(struct store *s, int64_t *ids, size_t max, size_t *n)
{
    return list_ids(s, "SELECT id FROM person WHERE contact=1 AND id>1 LIMIT ?", ids, max, n);
}

enum err store_own_recover_chats(struct store *s, int64_t *ids, size_t max, size_t *n)
{
    return list_ids(s,
                    "SELECT id FROM chat WHERE state IN (0,1,4) AND mailbox IS NOT NULL ORDER BY "
                    "last_ms DESC LIMIT ?",
                    ids, max, n);
}

enum err store_own_recover_choices(struct store *s, struct arena *a,
                                   struct store_own_recover_choice *out, size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(
        s, &r,
        "SELECT k.key,coalesce(p.name,''),1,coalesce(p.state,0),coalesce(p.ms,0),k.added FROM "
        "chain_key k LEFT JOIN recover_part p ON p.device=k.key WHERE k.person=1 AND k.kind=0 AND "
        "k.dropped IS NULL UNION ALL SELECT p.device,p.name,0,p.state,p.ms,0 FROM recover_part p "
        "WHERE p.device NOT IN (SELECT key FROM chain_key WHERE person=1 AND kind=0 AND dropped IS "
        "NULL) ORDER BY 6 LIMIT ?",
        "i", (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        struct store_own_recover_choice *c = &out[*n];
        e = store_rows_copy(&r, 0, a, &c->device);
        e = e != OK ? e : store_rows_copy(&r, 1, a, &c->name);
        if (e != OK) {
            break;
        }
        c->listed = store_rows_int(&r, 2) != 0;
        c->state = store_rows_int(&r, 3);
        c->ms = store_rows_int(&r, 4);
        (*n)++;
    }
    store_rows_close(&r);
    return e;
}
