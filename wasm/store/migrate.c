/* Layouts are numbered files in migrations/, applied in order, each in its own transaction together
 * with its number (PRAGMA user_version). A layout that shipped is never changed. */
#include "store/migrate.h"

#include "store/db.h"
#include "store/migrations.h"
#include "store/sql.h"
#include "store/transaction.h"

unsigned store_migrate_last(void)
{
    return store_migrations[STORE_MIGRATION_COUNT - 1].number;
}

static enum err apply(struct store *s, const struct store_migration *m)
{
    char number[48];
    (void)sqlite3_snprintf(sizeof number, number, "PRAGMA user_version=%u", m->number);
    TRY(store_db_exec(s, m->sql));
    return store_db_exec(s, number);
}

/* Applies those above `at` up to `last` in one transaction. */
static enum err apply_span(struct store *s, int64_t at, unsigned last)
{
    enum err e = store_begin(s);
    for (size_t i = 0; e == OK && i < STORE_MIGRATION_COUNT; i++) {
        const struct store_migration *m = &store_migrations[i];
        if ((int64_t)m->number > at && m->number <= last) {
            e = apply(s, m);
        }
    }
    e = e != OK ? e : store_commit(s, true);
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
    if (at > 0 && at < STORE_MIGRATE_OLDEST && last >= STORE_MIGRATE_OLDEST) {
        return ERR_STORE_OLDER;
    }
    if (at == 0 && last >= STORE_MIGRATE_OLDEST) { /* in one transaction: after a power cut it must
                                                      not look like an older store */
        TRY(apply_span(s, 0, STORE_MIGRATE_OLDEST));
        at = STORE_MIGRATE_OLDEST;
    }
    for (size_t i = 0; i < STORE_MIGRATION_COUNT; i++) {
        const struct store_migration *m = &store_migrations[i];
        if ((int64_t)m->number > at && m->number <= last) {
            TRY(apply_span(s, (int64_t)m->number - 1, m->number));
        }
    }
    store_sql_forget(s);
    return OK;
}
