#include "store/own_wish.h"

enum err store_own_wish_has(struct store *s, int64_t chat, int kind, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM wish WHERE chat=? AND kind=?", "ii", chat,
                          (int64_t)kind));
    *yes = n > 0;
    return OK;
}

enum err store_own_wish_has_data(struct store *s, int64_t chat, int kind, struct slice data,
                                 bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM wish WHERE chat=? AND kind=? AND data=?",
                          "iib", chat, (int64_t)kind, data));
    *yes = n > 0;
    return OK;
}

enum err store_own_wish_any(struct store *s, int kind, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n,
                          "SELECT (SELECT count(*) FROM wish WHERE kind=?1)+(SELECT count(*) FROM "
                          "pending)",
                          "i", (int64_t)kind));
    *yes = n > 0;
    return OK;
}

enum err store_own_wish_clear(struct store *s, int64_t chat)
{
    return store_sql_run(s, "DELETE FROM wish WHERE chat=?", "i", chat);
}

enum err store_own_wish_packages(struct store *s, struct arena *a, int64_t id, struct slice *extra)
{
    void *outs[] = {extra};
    return store_sql_get(s, a, "SELECT extra FROM wish WHERE id=? AND stage=1", "b", outs, "i", id);
}

enum err store_own_wish_put_off(struct store *s, int64_t chat, int64_t not_before)
{
    return store_sql_run(s, "UPDATE wish SET not_before=? WHERE chat=?", "ii", not_before, chat);
}

enum err store_own_wish_lost(struct store *s, int64_t id, int64_t now_ms, int64_t wait_ms,
                             int64_t at_once, int64_t doubled_max)
{
    return store_sql_run(s,
                         "UPDATE wish SET tries=tries+1,not_before=?1+(?2<<min(max(tries-?3,0),"
                         "?4)) WHERE id=?5",
                         "iiiii", now_ms, wait_ms, at_once, doubled_max, id);
}

enum err store_own_wish_next(struct store *s, int64_t now_ms, int64_t *at_ms)
{
    return store_sql_get_int(s, at_ms, "SELECT min(not_before) FROM wish WHERE not_before>?", "i",
                             now_ms);
}
