#include "store/people.h"

#include <string.h>

#define PERSON_COLUMNS                                                                             \
    "SELECT id,account,name,picture,inbox,token,verified,blocked,contact,chat,profile_ms,"         \
    "fork,verified_ms "                                                                            \
    "FROM person WHERE "

static enum err read_person(struct store_rows *r, struct arena *a, struct store_person *out)
{
    bool has = false;
    memset(out, 0, sizeof *out);
    TRY(store_rows_next(r, &has));
    if (!has) {
        return ERR_GONE;
    }
    struct slice v = store_rows_bytes(r, 1);
    if (v.n != 32) {
        return ERR_STORE_CORRUPT;
    }
    memcpy(out->account, v.p, 32);
    out->id = store_rows_int(r, 0);
    TRY(store_rows_copy(r, 2, a, &out->name));
    TRY(store_rows_copy(r, 3, a, &out->picture));
    v = store_rows_bytes(r, 4);
    out->has_inbox = v.n == 16;
    if (out->has_inbox) {
        memcpy(out->inbox, v.p, 16);
    }
    v = store_rows_bytes(r, 5);
    out->has_token = v.n == 16;
    if (out->has_token) {
        memcpy(out->token, v.p, 16);
    }
    out->verified = (int)store_rows_int(r, 6);
    out->blocked = (int)store_rows_int(r, 7);
    out->contact = (int)store_rows_int(r, 8);
    out->chat = store_rows_int(r, 9);
    out->profile_ms = store_rows_int(r, 10);
    out->fork = store_rows_int(r, 11) != 0;
    out->verified_ms = store_rows_int(r, 12);
    return OK;
}

enum err store_person_get(struct store *s, struct arena *a, int64_t id, struct store_person *out)
{
    struct store_rows r;
    TRY(store_rows_open(s, &r, PERSON_COLUMNS "id=?", "i", id));
    enum err e = read_person(&r, a, out);
    store_rows_close(&r);
    return e;
}

enum err store_person_find(struct store *s, struct arena *a, const uint8_t account[32],
                           struct store_person *out)
{
    struct store_rows r;
    TRY(store_rows_open(s, &r, PERSON_COLUMNS "account=?", "b", slice_make(account, 32)));
    enum err e = read_person(&r, a, out);
    store_rows_close(&r);
    return e;
}

enum err store_person_ensure(struct store *s, const uint8_t account[32], int64_t *id)
{
    enum err e = store_sql_get_int(s, id, "SELECT id FROM person WHERE account=?", "b",
                                   slice_make(account, 32));
    if (e != ERR_GONE) {
        return e; /* as nearly always */
    }
    TRY(store_sql_run(s, "INSERT INTO person(account) VALUES(?)", "b", slice_make(account, 32)));
    *id = store_sql_last_id(s);
    return OK;
}

enum err store_person_set_profile(struct store *s, int64_t id, struct slice name,
                                  struct slice picture, int64_t ms)
{
    return store_sql_run(s, "UPDATE person SET name=?,picture=?,profile_ms=? WHERE id=?", "tbii",
                         name, picture, ms, id);
}

enum err store_person_set_door(struct store *s, int64_t id, const uint8_t inbox[16],
                               struct slice token)
{
    TRY(store_sql_run(s, "UPDATE person SET inbox=? WHERE id=?", "bi", slice_make(inbox, 16), id));
    if (token.n == 16) {
        return store_sql_run(s, "UPDATE person SET token=? WHERE id=?", "bi", token, id);
    }
    return OK;
}

enum err store_person_set(struct store *s, int64_t id, const char *column_sql, int64_t value)
{
    return store_sql_run(s, column_sql, "ii", value, id);
}
