#include "store/transaction.h"

#include "store/db.h"
#include "store/search.h"
#include "store/sql.h"

#define ROLLBACK_TRIES 3

static enum err step_once(struct store *s, sqlite3_stmt *stmt)
{
    int rc = sqlite3_step(stmt);
    int again = sqlite3_reset(stmt);
    return store_db_error(s, rc == SQLITE_DONE ? again : rc);
}

enum err store_begin(struct store *s)
{
    if (s->in_transaction || s->stuck) {
        return s->stuck ? ERR_STORE : ERR_STATE;
    }
    TRY(step_once(s, s->begin));
    s->in_transaction = true;
    return OK;
}

/* Failure is harmless: the log grows, and the fault shows when it matters. */
static void write_back_when_long(struct store *s)
{
    int left = 0;
    if (s->log_frames < s->log_frames_next) {
        return;
    }
    int rc = sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_PASSIVE, &left, NULL);
    s->log_frames_next = (rc == SQLITE_OK ? 0 : s->log_frames) + store_log_frames_max(s);
}

enum err store_commit(struct store *s, bool durable)
{
    if (!s->in_transaction) {
        return ERR_STATE;
    }
    enum err e = store_db_ready(s);
    if (e == OK) {
        s->vfs.soft = !durable;
        e = step_once(s, s->commit);
        s->vfs.soft = false;
    }
    if (e != OK) {
        s->transaction_err = e;
        store_rollback(s);
        return e;
    }
    s->in_transaction = false;
    write_back_when_long(s);
    return OK;
}

void store_rollback(struct store *s)
{
    for (int i = 0; i < ROLLBACK_TRIES && !sqlite3_get_autocommit(s->db); i++) {
        (void)step_once(s, s->rollback);
    }
    bool doomed = s->transaction_err != OK;
    s->stuck = s->stuck || !sqlite3_get_autocommit(s->db);
    s->in_transaction = false;
    s->transaction_err = OK;
    if (doomed && !s->stuck) {
        store_search_forget(s);
    }
}

bool store_in_transaction(const struct store *s)
{
    return s->in_transaction;
}

enum err store_part_begin(struct store *s)
{
    return store_sql_run(s, "SAVEPOINT part", "");
}

enum err store_part_undo(struct store *s)
{
    return store_sql_run(s, "ROLLBACK TO part", "");
}

enum err store_part_end(struct store *s)
{
    return store_sql_run(s, "RELEASE part", "");
}
