#include "store/people.h"

#include <string.h>

#include "store/account.h"

#define PERSON_COLUMNS                                                                             \
    "SELECT id,address,name,picture,verified,blocked,contact,chat,profile_ms,fork,verified_ms "    \
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
    out->verified = (int)store_rows_int(r, 4);
    out->blocked = (int)store_rows_int(r, 5);
    out->contact = (int)store_rows_int(r, 6);
    out->chat = store_rows_int(r, 7);
    out->profile_ms = store_rows_int(r, 8);
    out->fork = store_rows_int(r, 9) != 0;
    out->verified_ms = store_rows_int(r, 10);
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
    TRY(store_rows_open(s, &r, PERSON_COLUMNS "account=1 AND address=?", "b",
                        slice_make(account, 32)));
    enum err e = read_person(&r, a, out);
    store_rows_close(&r);
    return e;
}

enum err store_person_ensure(struct store *s, const uint8_t account[32], int64_t *id)
{
    enum err e = store_sql_get_int(s, id, "SELECT id FROM person WHERE account=1 AND address=?",
                                   "b", slice_make(account, 32));
    if (e != ERR_GONE) {
        return e; /* the usual case */
    }
    TRY(store_sql_run(s, "INSERT INTO person(account,address) VALUES(?,?)", "ib", STORE_ACCOUNT_OWN,
                      slice_make(account, 32)));
    *id = store_sql_last_id(s);
    return store_sql_run(s, "INSERT INTO own_person(person) VALUES(?)", "i", *id);
}

enum err store_person_set_profile(struct store *s, int64_t id, struct slice name,
                                  struct slice picture, int64_t ms)
{
    return store_sql_run(s, "UPDATE person SET name=?,picture=?,profile_ms=? WHERE id=?", "tbii",
                         name, picture, ms, id);
}

static enum err set(struct store *s, const char *sql, int64_t value, int64_t id)
{
    return store_sql_run(s, sql, "ii", value, id);
}

enum err store_person_set_blocked(struct store *s, int64_t id, bool blocked)
{
    return set(s, "UPDATE person SET blocked=? WHERE id=?", blocked, id);
}

enum err store_person_set_contact(struct store *s, int64_t id, bool contact)
{
    return set(s, "UPDATE person SET contact=? WHERE id=?", contact, id);
}

enum err store_person_set_chat(struct store *s, int64_t id, int64_t chat)
{
    return set(s, "UPDATE person SET chat=? WHERE id=?", chat, id);
}

enum err store_person_set_fork(struct store *s, int64_t id, bool fork)
{
    return set(s, "UPDATE person SET fork=? WHERE id=?", fork, id);
}

enum err store_person_told(struct store *s, int64_t id, bool contact, bool blocked,
                           struct slice name)
{
    return store_sql_run(s,
                         "UPDATE person SET contact=max(contact,?),blocked=?,name=CASE name WHEN "
                         "'' THEN ? ELSE name END WHERE id=?",
                         "iiti", (int64_t)contact, (int64_t)blocked, name, id);
}

enum err store_person_bring(struct store *s, int64_t id, bool contact, bool blocked)
{
    return store_sql_run(s, "UPDATE person SET contact=?,blocked=? WHERE id=?", "iii",
                         (int64_t)contact, (int64_t)blocked, id);
}

/* The statement takes ?1: me, and ?2: how many. */
static enum err list(struct store *s, const char *sql, int64_t *ids, size_t max, size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r, sql, "ii", STORE_PERSON_ME, (int64_t)max));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}

enum err store_person_list(struct store *s, int64_t *ids, size_t max, size_t *n)
{
    return list(s,
                "SELECT id FROM person WHERE id<>?1 AND (contact=1 OR blocked=1) ORDER BY name "
                "COLLATE NOCASE LIMIT ?2",
                ids, max, n);
}

enum err store_person_newest(struct store *s, int64_t *ids, size_t max, size_t *n)
{
    return list(s,
                "SELECT id FROM person WHERE id<>?1 AND (contact=1 OR blocked=1) ORDER BY blocked "
                "DESC,id DESC LIMIT ?2",
                ids, max, n);
}

/* ---- compared ------------------------------------------------------------------------------- */

enum err store_person_compared(struct store *s, struct arena *a, int64_t id, struct slice *head,
                               struct slice *by)
{
    void *outs[] = {head, by};
    return store_sql_get(s, a, "SELECT verified_head,verified_by FROM person WHERE id=?", "bb",
                         outs, "i", id);
}

enum err store_person_verify(struct store *s, int64_t id, struct slice head, struct slice by,
                             int64_t ms)
{
    return store_sql_run(s,
                         "UPDATE person SET verified=1,verified_head=?,verified_by=?,"
                         "verified_ms=?,fork=0 WHERE id=?",
                         "bbii", head, by, ms, id);
}

enum err store_person_verify_too(struct store *s, int64_t id, struct slice head, struct slice by,
                                 int64_t ms)
{
    return store_sql_run(s,
                         "UPDATE person SET verified=1,verified_head=?,verified_by=?,"
                         "verified_ms=? WHERE id=? AND fork=0 AND verified IN (0,3)",
                         "bbii", head, by, ms, id);
}

enum err store_person_unverify(struct store *s, int64_t id)
{
    return store_sql_run(s, "UPDATE person SET verified=0 WHERE id=?", "i", id);
}

enum err store_person_unverify_too(struct store *s, int64_t id)
{
    return store_sql_run(s, "UPDATE person SET verified=0 WHERE id=? AND verified IN (1,3)", "i",
                         id);
}

enum err store_person_unverify_by(struct store *s, struct slice by)
{
    return store_sql_run(s, "UPDATE person SET verified=0 WHERE verified=1 AND verified_by=?", "b",
                         by);
}

enum err store_person_compare_again(struct store *s, int64_t id)
{
    return store_sql_run(s, "UPDATE person SET verified=2 WHERE id=? AND verified IN (1,3)", "i",
                         id);
}

enum err store_person_bring_verified(struct store *s, int64_t id, int64_t verified,
                                     struct slice head, struct slice by, int64_t ms)
{
    return store_sql_run(s,
                         "UPDATE person SET verified=?,verified_head=?,verified_by=?,"
                         "verified_ms=? WHERE id=?",
                         "ibbii", verified, head, by, ms, id);
}
