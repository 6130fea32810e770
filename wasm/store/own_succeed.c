#include "store/own_succeed.h"

#include "store/people.h"

enum err store_own_succeed_set(struct store *s, int64_t chat, int64_t old)
{
    return store_sql_run(s, "UPDATE chat SET succeeds=? WHERE id=?", "ii", old, chat);
}

enum err store_own_succeed_count(struct store *s, int64_t chat, int64_t *n)
{
    return store_sql_get_int(s, n, "SELECT count(*) FROM chat WHERE succeeds=?", "i", chat);
}

enum err store_own_succeed_waiting(struct store *s, int64_t chat, int64_t *room)
{
    return store_sql_get_int(s, room, "SELECT id FROM chat WHERE succeeds=? AND state=6 LIMIT 1",
                             "i", chat);
}

/* ---- what waits to be sent ------------------------------------------------------------------ */

enum err store_own_succeed_arrived(struct store *s, int64_t from, int64_t to, const uint8_t mid[32],
                                   bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n,
                          "SELECT count(*) FROM message WHERE chat IN (?,?) AND mid=? AND mine=1 "
                          "AND state IN (2,3)",
                          "iib", from, to, slice_make(mid, 32)));
    *yes = n > 0;
    return OK;
}

enum err store_own_succeed_move_word(struct store *s, int64_t outbox, int64_t message, int64_t to,
                                     const uint8_t mid[32])
{
    TRY(store_sql_run(s,
                      "UPDATE outbox SET chat=?,mid=?,epoch=NULL,sealed=NULL,branch=NULL,"
                      "counter=NULL,prev=NULL,hash=NULL,tries=0 WHERE id=?",
                      "ibi", to, slice_make(mid, 32), outbox));
    return store_sql_run(s, "UPDATE message SET mid=?,leaf=0,counter=0 WHERE id=?", "bi",
                         slice_make(mid, 32), message);
}

enum err store_own_succeed_move_rest(struct store *s, int64_t from, int64_t to, bool alive)
{
    return store_sql_run(s, "UPDATE outbox SET chat=? WHERE chat=? AND (hold=1 OR NOT ?)", "iii",
                         to, from, (int64_t)alive);
}

/* ---- rooms of two --------------------------------------------------------------------------- */

enum err store_own_succeed_pairs(struct store *s, int64_t person, int64_t *ids, size_t max,
                                 size_t *n)
{
    struct store_rows r;
    bool has = false;
    *n = 0;
    TRY(store_rows_open(s, &r,
                        "SELECT id FROM chat c WHERE type=1 AND person=? AND state IN (0,1) AND "
                        "NOT EXISTS (SELECT 1 FROM chat n WHERE n.succeeds=c.id AND n.state IN "
                        "(0,1)) ORDER BY room",
                        "i", person));
    enum err e = OK;
    while (*n < max && (e = store_rows_next(&r, &has)) == OK && has) {
        ids[(*n)++] = store_rows_int(&r, 0);
    }
    store_rows_close(&r);
    return e;
}

enum err store_own_succeed_has_other(struct store *s, int64_t person, int64_t chat, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n,
                          "SELECT count(*) FROM chat WHERE type=1 AND person=? AND id<>? AND state "
                          "IN (0,1)",
                          "ii", person, chat));
    *yes = n > 0;
    return OK;
}

enum err store_own_succeed_both_said(struct store *s, int64_t chat, int64_t person, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n,
                          "SELECT count(DISTINCT person) FROM leaf WHERE chat=? AND person IN "
                          "(?,?) AND next>0",
                          "iii", chat, STORE_PERSON_ME, person));
    *yes = n == 2;
    return OK;
}

enum err store_own_succeed_open(struct store *s, int64_t one, int64_t two)
{
    return store_sql_run(s, "UPDATE chat SET state=0 WHERE id IN (?,?) AND state=1", "ii", one,
                         two);
}

enum err store_own_succeed_declined(struct store *s, int64_t person, int64_t chat, int64_t *room)
{
    return store_sql_get_int(s, room, "SELECT id FROM chat WHERE state=6 AND person=? AND id<>?",
                             "ii", person, chat);
}

/* ---- names of rooms ------------------------------------------------------------------------- */

enum err store_own_succeed_unname(struct store *s, int64_t chat)
{
    return store_sql_run(s, "UPDATE chat SET room=randomblob(16) WHERE id=?", "i", chat);
}

enum err store_own_succeed_retire(struct store *s, int64_t chat)
{
    return store_sql_run(
        s, "UPDATE chat SET room=randomblob(16),state=2,aside=0,aside_by=0 WHERE id=?", "i", chat);
}

enum err store_own_succeed_name(struct store *s, int64_t chat, const uint8_t room[16])
{
    return store_sql_run(s, "UPDATE chat SET room=? WHERE id=?", "bi", slice_make(room, 16), chat);
}

enum err store_own_succeed_enter(struct store *s, int64_t chat, uint64_t epoch)
{
    return store_sql_run(s,
                         "UPDATE chat SET cursor=-1,log_sum=NULL,first_epoch=?,made=1 WHERE id=?",
                         "ii", (int64_t)epoch, chat);
}

enum err store_own_succeed_told(struct store *s, int64_t chat, int notice, int64_t person,
                                int64_t after_ms, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n,
                          "SELECT count(*) FROM message WHERE chat=? AND notice=? AND sender=? AND "
                          "at_ms>?",
                          "iiii", chat, (int64_t)notice, person, after_ms));
    *yes = n > 0;
    return OK;
}
