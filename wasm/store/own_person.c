#include "store/own_person.h"

#include <string.h>

#include "store/account.h"
#include "store/people.h"

/* Makes the account, and the inbox of its person, that go with my row. */
static enum err be(struct store *s, struct slice address, struct slice inbox)
{
    const struct store_account own = {STORE_ACCOUNT_OWN, ABI_NETWORK_OWN, address, STORE_PERSON_ME};
    TRY(store_account_put(s, &own));
    return store_sql_run(s,
                         "INSERT INTO own_person(person,inbox) VALUES(?,?) ON CONFLICT(person) DO "
                         "UPDATE SET inbox=excluded.inbox",
                         "ib", STORE_PERSON_ME, inbox);
}

enum err store_own_person_add_me(struct store *s, struct slice account, struct slice name,
                                 struct slice inbox, int64_t profile_ms)
{
    TRY(store_sql_run(s,
                      "INSERT INTO person(id,account,address,name,contact,profile_ms) "
                      "VALUES(?,?,?,?,1,?)",
                      "iibti", STORE_PERSON_ME, STORE_ACCOUNT_OWN, account, name, profile_ms));
    return be(s, account, inbox);
}

enum err store_own_person_recover_me(struct store *s, struct slice account, struct slice inbox)
{
    TRY(store_sql_run(s,
                      "INSERT INTO person(id,account,address,contact) VALUES(?,?,?,1) ON "
                      "CONFLICT(id) DO UPDATE SET address=excluded.address",
                      "iib", STORE_PERSON_ME, STORE_ACCOUNT_OWN, account));
    return be(s, account, inbox);
}

enum err store_own_person_id(struct store *s, const uint8_t account[STORE_OWN_PERSON_ACCOUNT],
                             int64_t *person)
{
    return store_sql_get_int(s, person, "SELECT id FROM person WHERE account=1 AND address=?", "b",
                             slice_make(account, STORE_OWN_PERSON_ACCOUNT));
}

/* ---- the way to them ------------------------------------------------------------------------ */

static bool read_door(struct store_rows *r, int column, uint8_t out[STORE_OWN_PERSON_DOOR])
{
    struct slice v = store_rows_bytes(r, column);
    if (v.n == STORE_OWN_PERSON_DOOR) {
        memcpy(out, v.p, STORE_OWN_PERSON_DOOR);
    }
    return v.n == STORE_OWN_PERSON_DOOR;
}

enum err store_own_person_door(struct store *s, int64_t person, struct store_own_person_door *out)
{
    struct store_rows r;
    bool has = false;
    memset(out, 0, sizeof *out);
    TRY(store_rows_open(s, &r, "SELECT inbox,token FROM own_person WHERE person=?", "i", person));
    enum err e = store_rows_next(&r, &has);
    if (e == OK && has) {
        out->has_inbox = read_door(&r, 0, out->inbox);
        out->has_token = read_door(&r, 1, out->token);
    }
    store_rows_close(&r);
    return e != OK ? e : has ? OK : ERR_GONE;
}

enum err store_own_person_set_door(struct store *s, int64_t person,
                                   const uint8_t inbox[STORE_OWN_PERSON_DOOR], struct slice token)
{
    TRY(store_sql_run(s, "UPDATE own_person SET inbox=? WHERE person=?", "bi",
                      slice_make(inbox, STORE_OWN_PERSON_DOOR), person));
    if (token.n == STORE_OWN_PERSON_DOOR) {
        return store_sql_run(s, "UPDATE own_person SET token=? WHERE person=?", "bi", token,
                             person);
    }
    return OK;
}

/* ---- chains that are to be asked for -------------------------------------------------------- */

enum err store_own_person_chain_due(struct store *s, int64_t now_ms, int64_t *ids, size_t max,
                                    size_t *n)
{
    struct store_rows r;
    bool has = false;
    int64_t any = 0;
    *n = 0;
    /* Usually nobody: then nothing needs sorting. */
    enum err e = store_sql_get_int(s, &any,
                                   "SELECT 1 FROM own_person WHERE chain_due=1 AND person<>1 AND "
                                   "chain_ask_ms<=? LIMIT 1",
                                   "i", now_ms);
    if (e != OK) {
        return e == ERR_GONE ? OK : e;
    }
    TRY(store_rows_open(s, &r,
                        "SELECT person FROM own_person WHERE chain_due=1 AND person<>1 AND "
                        "chain_ask_ms<=? ORDER BY chain_ask_ms,person LIMIT ?",
                        "ii", now_ms, (int64_t)max));
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}

enum err store_own_person_set_chain_due(struct store *s, int64_t person, bool due)
{
    return store_sql_run(s, "UPDATE own_person SET chain_due=? WHERE person=?", "ii", (int64_t)due,
                         person);
}

enum err store_own_person_chain_next(struct store *s, int64_t now_ms, int64_t *at_ms)
{
    return store_sql_get_int(
        s, at_ms,
        "SELECT min(chain_ask_ms) FROM own_person WHERE chain_due=1 AND person<>1 AND "
        "chain_ask_ms>?",
        "i", now_ms);
}

enum err store_own_person_set_chain_ask(struct store *s, int64_t person, int64_t at_ms)
{
    return store_sql_run(s, "UPDATE own_person SET chain_ask_ms=? WHERE person=?", "ii", at_ms,
                         person);
}

enum err store_own_person_chain_more(struct store *s, int64_t person)
{
    return store_sql_run(s, "UPDATE own_person SET chain_due=1,chain_ask_ms=0 WHERE person=?", "i",
                         person);
}

enum err store_own_person_chain_given(struct store *s, int64_t person, bool due, int64_t ask_ms,
                                      int64_t now_ms)
{
    return store_sql_run(
        s, "UPDATE own_person SET chain_due=?,chain_ask_ms=?,chain_ms=? WHERE person=?", "iiii",
        (int64_t)due, ask_ms, now_ms, person);
}

enum err store_own_person_chain_old(struct store *s, int64_t chat, int64_t before_ms, bool *yes)
{
    int64_t any = 0;
    enum err e = store_sql_get_int(s, &any,
                                   "SELECT 1 FROM member m JOIN own_person p ON p.person=m.person "
                                   "WHERE m.chat=? AND m.gone=0 AND "
                                   "p.person<>1 AND p.chain_due=0 AND p.chain_ms<=? LIMIT 1",
                                   "ii", chat, before_ms);
    *yes = e == OK;
    return e == ERR_GONE ? OK : e;
}

enum err store_own_person_chain_renew(struct store *s, int64_t chat, int64_t before_ms,
                                      int64_t now_ms, int64_t spread_ms, int64_t seed, int64_t *n)
{
    TRY(store_sql_run(
        s,
        "UPDATE own_person SET chain_due=1,chain_ask_ms=?1+CASE ?2 WHEN 0 THEN 0 ELSE "
        "(person*?3)%?2 END WHERE person<>1 AND chain_due=0 AND chain_ms<=?4 AND "
        "person IN "
        "(SELECT person FROM member WHERE chat=?5 AND gone=0)",
        "iiiii", now_ms, spread_ms, seed, before_ms, chat));
    return store_sql_changes(s, n);
}

enum err store_own_person_forked(struct store *s, const uint8_t account[STORE_OWN_PERSON_ACCOUNT],
                                 bool *yes)
{
    int64_t fork = 0;
    enum err e =
        store_sql_get_int(s, &fork, "SELECT fork FROM person WHERE account=1 AND address=?", "b",
                          slice_make(account, STORE_OWN_PERSON_ACCOUNT));
    *yes = e == OK && fork != 0;
    return e;
}
