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

enum err store_own_token_close(struct store *s, int64_t id)
{
    return store_sql_run(s, "UPDATE link SET gone=1,synced=0 WHERE id=? AND kind=0", "i", id);
}

enum err store_own_token_close_person(struct store *s, int64_t person)
{
    return store_sql_run(s, "UPDATE link SET gone=1,synced=0 WHERE person=?", "i", person);
}

enum err store_own_token_close_group(struct store *s, int64_t chat)
{
    return store_sql_run(s, "UPDATE link SET gone=1,synced=0 WHERE kind=2 AND chat=?", "i", chat);
}

enum err store_own_token_get(struct store *s, struct arena *a, int64_t id, struct slice *token,
                             struct slice *secret)
{
    void *outs[] = {token, secret};
    return store_sql_get(s, a, "SELECT token,secret FROM link WHERE id=?", "bb", outs, "i", id);
}

enum err store_own_token_set_group(struct store *s, int64_t id, int64_t chat, struct slice secret)
{
    return store_sql_run(s, "UPDATE link SET kind=2,chat=?,secret=? WHERE id=?", "ibi", chat,
                         secret, id);
}

enum err store_own_token_group(struct store *s, struct arena *a, int64_t chat, struct slice *token,
                               struct slice *secret)
{
    void *outs[] = {token, secret};
    return store_sql_get(s, a,
                         "SELECT token,secret FROM link WHERE kind=2 AND chat=? AND gone=0 "
                         "LIMIT 1",
                         "bb", outs, "i", chat);
}

enum err store_own_token_lets_in(struct store *s, struct slice token, int64_t person, int64_t *chat)
{
    return store_sql_get_int(
        s, chat,
        "SELECT l.chat FROM link l JOIN chat c ON c.id=l.chat WHERE l.token=? AND l.kind=2 AND "
        "l.gone=0 AND c.state=0 AND c.role=1 AND NOT EXISTS (SELECT 1 FROM member m WHERE "
        "m.chat=c.id AND m.person=? AND m.gone=0)",
        "bi", token, person);
}

enum err store_own_token_links(struct store *s, struct arena *a, struct store_own_token_link *out,
                               size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(
        s, &r,
        "SELECT id,label,token,uses,expires_s,made_ms,CASE kind WHEN 2 THEN chat ELSE 0 END,secret "
        "FROM link WHERE kind IN (0,2) AND gone=0 ORDER BY id DESC LIMIT ?",
        "i", (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        struct store_own_token_link *l = &out[*n];
        l->id = store_rows_int(&r, 0);
        e = store_rows_copy(&r, 1, a, &l->label);
        e = e != OK ? e : store_rows_copy(&r, 2, a, &l->token);
        l->uses = store_rows_int(&r, 3);
        l->expires_s = store_rows_int(&r, 4);
        l->made_ms = store_rows_int(&r, 5);
        l->chat = store_rows_int(&r, 6);
        e = e != OK ? e : store_rows_copy(&r, 7, a, &l->secret);
        if (e != OK) {
            break;
        }
        (*n)++;
    }
    store_rows_close(&r);
    return e;
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
