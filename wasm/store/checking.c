#include "store/checking.h"

#include <string.h>

static enum err await(struct store *s, const uint8_t hash[32], const int64_t *awaited, size_t n)
{
    int64_t id = 0;
    TRY(store_sql_get_int(s, &id, "SELECT id FROM checking WHERE hash=?", "b",
                          slice_make(hash, 32)));
    TRY(store_sql_run(s, "DELETE FROM checking_for WHERE checking=?", "i", id));
    for (size_t i = 0; i < n; i++) {
        TRY(store_sql_run(s,
                          "INSERT INTO checking_for(checking,person) VALUES(?,?) ON CONFLICT DO "
                          "NOTHING",
                          "ii", id, awaited[i]));
    }
    return OK;
}

enum err store_checking_put(struct store *s, const struct store_checking *c, const int64_t *awaited,
                            size_t n)
{
    TRY(store_sql_run(s,
                      "INSERT INTO checking(hash,welcome,token,ref,server_ms,at_ms,signer) "
                      "VALUES(?,?,?,?,?,?,?) ON CONFLICT(hash) DO NOTHING",
                      "bbbbiii", SLICE_ARRAY(c->hash), c->welcome, c->token, c->ref, c->server_ms,
                      c->at_ms, c->signer));
    return await(s, c->hash, awaited, n);
}

enum err store_checking_get(struct store *s, struct arena *a, int64_t id,
                            struct store_checking *out)
{
    struct slice hash;
    void *outs[] = {&hash,           &out->welcome, &out->token, &out->ref,
                    &out->server_ms, &out->at_ms,   &out->signer};
    memset(out, 0, sizeof *out);
    out->id = id;
    TRY(store_sql_get(s, a,
                      "SELECT hash,welcome,token,ref,server_ms,at_ms,signer FROM checking WHERE "
                      "id=?",
                      "bbbbiii", outs, "i", id));
    if (hash.n != sizeof out->hash) {
        return ERR_STORE_CORRUPT;
    }
    memcpy(out->hash, hash.p, sizeof out->hash);
    return OK;
}

enum err store_checking_has(struct store *s, const uint8_t hash[32], bool *has)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM checking WHERE hash=?", "b",
                          slice_make(hash, 32)));
    *has = n > 0;
    return OK;
}

enum err store_checking_drop(struct store *s, const uint8_t hash[32])
{
    struct slice h = slice_make(hash, 32);
    TRY(store_sql_run(s,
                      "DELETE FROM checking_for WHERE checking IN (SELECT id FROM checking WHERE "
                      "hash=?)",
                      "b", h));
    return store_sql_run(s, "DELETE FROM checking WHERE hash=?", "b", h);
}

enum err store_checking_over(struct store *s, int64_t id)
{
    TRY(store_sql_run(s,
                      "DELETE FROM key_package WHERE last_resort=0 AND ref IN (SELECT ref FROM "
                      "checking WHERE id=?)",
                      "i", id));
    TRY(store_sql_run(s, "DELETE FROM checking_for WHERE checking=?", "i", id));
    return store_sql_run(s, "UPDATE checking SET over=1,welcome='',token='' WHERE id=?", "i", id);
}

enum err store_checking_said(struct store *s, int64_t *signer)
{
    int64_t id = 0;
    void *outs[] = {&id, signer};
    TRY(store_sql_get(s, NULL, "SELECT id,signer FROM checking WHERE over=1 ORDER BY id LIMIT 1",
                      "ii", outs, ""));
    return store_sql_run(s, "DELETE FROM checking WHERE id=?", "i", id);
}

enum err store_checking_count(struct store *s, int64_t *n)
{
    return store_sql_get_int(s, n, "SELECT count(*) FROM checking WHERE over=0", "");
}

enum err store_checking_least(struct store *s, int64_t *id)
{
    return store_sql_get_int(
        s, id,
        "SELECT c.id FROM checking c LEFT JOIN person p ON p.id=c.signer WHERE c.over=0 ORDER "
        "BY coalesce(p.contact,0),c.at_ms,c.id LIMIT 1",
        "");
}

enum err store_checking_list(struct store *s, int64_t before_ms, int64_t *ids, size_t cap,
                             size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r, "SELECT id FROM checking WHERE over=0 AND at_ms<? ORDER BY at_ms,id",
                        "i", before_ms));
    enum err e = OK;
    while (*n < cap && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}

enum err store_checking_awaits(struct store *s, int64_t person, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM checking_for WHERE person=?", "i", person));
    *yes = n > 0;
    return OK;
}
