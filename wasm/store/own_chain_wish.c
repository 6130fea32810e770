#include "store/own_chain_wish.h"

#include <string.h>

enum err store_own_chain_wish_add(struct store *s, int64_t kind, struct slice data, int64_t *id)
{
    TRY(store_sql_run(s, "INSERT INTO chain_wish(kind,data) VALUES(?,?)", "ib", kind,
                      data.n == 0 ? SLICE_LITERAL("") : data));
    *id = store_sql_last_id(s);
    return OK;
}

enum err store_own_chain_wish_get(struct store *s, struct arena *a, int64_t id,
                                  struct store_own_chain_wish *out)
{
    void *outs[] = {&out->kind, &out->data, &out->entry, &out->hpke};
    memset(out, 0, sizeof *out);
    return store_sql_get(s, a, "SELECT kind,data,entry,hpke FROM chain_wish WHERE id=?", "ibbb",
                         outs, "i", id);
}

enum err store_own_chain_wish_find(struct store *s, int64_t kind, struct slice data, int64_t *id)
{
    return store_sql_get_int(s, id, "SELECT id FROM chain_wish WHERE kind=? AND data=?", "ib", kind,
                             data);
}

enum err store_own_chain_wish_next(struct store *s, int64_t *id)
{
    return store_sql_get_int(
        s, id, "SELECT id FROM chain_wish WHERE entry IS NOT NULL OR kind<>1 ORDER BY id LIMIT 1",
        "");
}

enum err store_own_chain_wish_has(struct store *s, int64_t kind, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM chain_wish WHERE kind=?", "i", kind));
    *yes = n > 0;
    return OK;
}

enum err store_own_chain_wish_has_data(struct store *s, int64_t kind, struct slice data, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(s, &n, "SELECT count(*) FROM chain_wish WHERE kind=? AND data=?", "ib",
                          kind, data));
    *yes = n > 0;
    return OK;
}

enum err store_own_chain_wish_is_signed(struct store *s, int64_t kind, struct slice data, bool *yes)
{
    int64_t n = 0;
    TRY(store_sql_get_int(
        s, &n, "SELECT count(*) FROM chain_wish WHERE kind=? AND data=? AND entry IS NOT NULL",
        "ib", kind, data));
    *yes = n > 0;
    return OK;
}

enum err store_own_chain_wish_set(struct store *s, int64_t id, struct slice entry,
                                  struct slice hpke)
{
    return store_sql_run(s, "UPDATE chain_wish SET entry=?,hpke=? WHERE id=?", "bbi", entry, hpke,
                         id);
}

enum err store_own_chain_wish_unmake(struct store *s, int64_t id)
{
    return store_sql_run(s, "UPDATE chain_wish SET entry=NULL WHERE id=?", "i", id);
}

enum err store_own_chain_wish_drop(struct store *s, int64_t id)
{
    return store_sql_run(s, "DELETE FROM chain_wish WHERE id=?", "i", id);
}

enum err store_own_chain_wish_drop_kind(struct store *s, int64_t kind)
{
    return store_sql_run(s, "DELETE FROM chain_wish WHERE kind=?", "i", kind);
}
