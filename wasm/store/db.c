#include "store/db.h"

static enum err error_of(int rc)
{
    switch (rc) {
    case SQLITE_IOERR_NOMEM:
        return ERR_HOST_MEMORY;
    case SQLITE_IOERR_DATA:
    case SQLITE_IOERR_CORRUPTFS:
        return ERR_STORE_CORRUPT;
    default:
        break;
    }
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return OK;
    case SQLITE_NOMEM:
        return ERR_HOST_MEMORY;
    case SQLITE_FULL:
        return ERR_STORE_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_STORE_CORRUPT;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return ERR_HOST;
    case SQLITE_CONSTRAINT:
        return ERR_STATE;
    case SQLITE_TOOBIG:
        return ERR_LIMIT;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
        return ERR_BUG;
    default:
        return ERR_STORE;
    }
}

enum err store_db_error(struct store *s, int rc)
{
    enum err e = error_of(rc);
    bool dooms = e == ERR_HOST || e == ERR_HOST_MEMORY || e == ERR_STORE_FULL ||
                 e == ERR_STORE_CORRUPT || (e != OK && sqlite3_get_autocommit(s->db));
    if (dooms && s->in_transaction && s->transaction_err == OK) {
        s->transaction_err = e;
    }
    return e;
}

enum err store_db_exec(struct store *s, const char *sql)
{
    TRY(store_db_ready(s));
    return store_db_error(s, sqlite3_exec(s->db, sql, NULL, NULL, NULL));
}

enum err store_db_ready(const struct store *s)
{
    return s->stuck ? ERR_STORE : s->transaction_err;
}
