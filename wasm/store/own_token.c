#include "store/own_token.h"

#include <string.h>

#include "crypto/hash.h"

enum err store_own_token_add(struct store *s, const uint8_t token[STORE_OWN_TOKEN_SIZE],
                             struct slice label, int64_t person, int64_t uses, int64_t expires_s,
                             int64_t now_ms, int64_t *id)
{
    TRY(store_sql_run(s,
                      "INSERT INTO link(token,kind,label,person,uses,expires_s,made_ms) "
                      "VALUES(?,?,?,?,?,?,?)",
                      "bitiiii", slice_make(token, STORE_OWN_TOKEN_SIZE),
                      (int64_t)(person != 0 ? STORE_OWN_TOKEN_PERSON : STORE_OWN_TOKEN_LINK), label,
                      person, uses, expires_s, now_ms));
    *id = store_sql_last_id(s);
    return OK;
}

enum err store_own_token_of(struct store *s, int64_t person, uint8_t out[STORE_OWN_TOKEN_SIZE])
{
    struct store_rows r;
    bool has = false;
    TRY(store_rows_open(s, &r, "SELECT token FROM link WHERE person=? AND gone=0 LIMIT 1", "i",
                        person));
    enum err e = store_rows_next(&r, &has);
    if (e == OK && has) {
        struct slice v = store_rows_bytes(&r, 0);
        if (v.n == STORE_OWN_TOKEN_SIZE) {
            memcpy(out, v.p, STORE_OWN_TOKEN_SIZE);
        } else {
            e = ERR_STORE_CORRUPT;
        }
    }
    store_rows_close(&r);
    return e != OK ? e : has ? OK : ERR_GONE;
}

enum err store_own_token_is_new(struct store *s, int64_t person, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM link WHERE person=? AND gone=0 AND synced=0",
                          "i", person));
    *yes = n > 0;
    return OK;
}

enum err store_own_token_unsynced(struct store *s, struct store_own_token *out)
{
    struct store_rows r;
    bool has = false;
    memset(out, 0, sizeof *out);
    TRY(store_rows_open(
        s, &r, "SELECT id,token,uses,expires_s,gone FROM link WHERE synced=0 LIMIT 1", ""));
    enum err e = store_rows_next(&r, &has);
    if (e == OK && has) {
        out->id = store_rows_int(&r, 0);
        crypto_sha256(out->hash, store_rows_bytes(&r, 1));
        out->uses = store_rows_int(&r, 2);
        out->expires_s = store_rows_int(&r, 3);
        out->gone = store_rows_int(&r, 4) != 0;
    }
    store_rows_close(&r);
    return e != OK ? e : has ? OK : ERR_GONE;
}

enum err store_own_token_synced(struct store *s, int64_t id)
{
    return store_sql_run(s, "UPDATE link SET synced=1 WHERE id=? AND gone=0", "i", id);
}

enum err store_own_token_dropped(struct store *s, int64_t id)
{
    return store_sql_run(s, "DELETE FROM link WHERE id=? AND gone=1", "i", id);
}

enum err store_own_token_sync_all(struct store *s)
{
    return store_sql_run(s, "UPDATE link SET synced=0", "");
}

enum err store_own_token_secret(struct store *s, struct arena *a, struct slice token,
                                struct slice *secret)
{
    void *outs[] = {secret};
    return store_sql_get(s, a, "SELECT secret FROM link WHERE token=? AND kind=2 AND gone=0", "b",
                         outs, "b", token);
}

enum err store_own_token_find(struct store *s, struct arena *a, struct slice token,
                              struct slice *label, int64_t *chat)
{
    void *outs[] = {label, chat};
    return store_sql_get(s, a,
                         "SELECT label,CASE kind WHEN 2 THEN chat ELSE 0 END FROM link WHERE "
                         "token=? AND gone=0",
                         "ti", outs, "b", token);
}
