/* Layouts are numbered files in migrations/, applied in order, each in a transaction of its own
 * together with its number (PRAGMA user_version). A layout that shipped is never changed. */
#include <stdio.h>

#include "store/db.h"
#include "store/migrations.h"

unsigned store_migrate_last(void)
{
    return store_migrations[STORE_MIGRATION_COUNT - 1].number;
}

static enum err apply(struct store *s, const struct store_migration *m)
{
    char number[48];
    (void)snprintf(number, sizeof number, "PRAGMA user_version=%u", m->number);
    TRY(store_begin(s));
    enum err e = store_db_exec(s, m->sql);
    if (e == OK) {
        e = store_db_exec(s, number);
    }
    if (e == OK) {
        e = store_commit(s, true);
    }
    if (e != OK) {
        store_rollback(s);
    }
    return e;
}

enum err store_migrate(struct store *s, unsigned last)
{
    int64_t at = 0;
    TRY(store_sql_get_int(s, &at, "PRAGMA user_version", ""));
    if (at < 0 || at > (int64_t)last) {
        return ERR_STORE_NEWER;
    }
    for (size_t i = 0; i < STORE_MIGRATION_COUNT; i++) {
        const struct store_migration *m = &store_migrations[i];
        if ((int64_t)m->number > at && m->number <= last) {
            TRY(apply(s, m));
        }
    }
    store_sql_forget(s);
    return OK;
}
