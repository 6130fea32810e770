#include "store/account.h"

enum err store_account_put(struct store *s, const struct store_account *a)
{
    return store_sql_run(s,
                         "INSERT INTO account(id,network,address,me) VALUES(?,?,?,?) ON "
                         "CONFLICT(id) DO UPDATE SET address=excluded.address",
                         "iibi", a->id, (int64_t)a->network, a->address, a->me);
}
