#include "tool_sql.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUSY_MS 10000

static enum err fail(const struct tool_sql *s)
{
    tool_say("%s: %s", s->path, s->db == NULL ? "out of memory" : sqlite3_errmsg(s->db));
    return ERR_STORE;
}

static enum err bind_all(sqlite3_stmt *statement, const char *types, va_list args)
{
    int rc = SQLITE_OK;
    for (int i = 0; rc == SQLITE_OK && types[i] != 0; i++) {
        if (types[i] == 'i') {
            rc = sqlite3_bind_int64(statement, i + 1, va_arg(args, int64_t));
            continue;
        }
        struct slice v = va_arg(args, struct slice);
        /* SQLite takes NULL for no value at all. */
        const char *p = v.p == NULL ? "" : (const char *)v.p;
        rc = types[i] == 'b'
                 ? sqlite3_bind_blob64(statement, i + 1, p, v.n, SQLITE_STATIC)
                 : sqlite3_bind_text64(statement, i + 1, p, v.n, SQLITE_STATIC, SQLITE_UTF8);
    }
    return rc == SQLITE_OK ? OK : ERR_STORE;
}

static enum err prepare(struct tool_sql *s, sqlite3_stmt **out, const char *sql, const char *types,
                        va_list args)
{
    *out = NULL;
    if (sqlite3_prepare_v2(s->db, sql, -1, out, NULL) != SQLITE_OK ||
        bind_all(*out, types, args) != OK) {
        sqlite3_finalize(*out);
        *out = NULL;
        return fail(s);
    }
    return OK;
}

enum err tool_sql_prepare(struct tool_sql *s, sqlite3_stmt **out, const char *sql,
                          const char *types, ...)
{
    va_list args;
    va_start(args, types);
    enum err e = prepare(s, out, sql, types, args);
    va_end(args);
    return e;
}

enum err tool_sql_row(struct tool_sql *s, sqlite3_stmt *statement)
{
    int rc = sqlite3_step(statement);
    return rc == SQLITE_ROW ? OK : rc == SQLITE_DONE ? ERR_GONE : fail(s);
}

enum err tool_sql_run(struct tool_sql *s, const char *sql, const char *types, ...)
{
    sqlite3_stmt *statement;
    va_list args;
    va_start(args, types);
    enum err e = prepare(s, &statement, sql, types, args);
    va_end(args);
    if (e != OK) {
        return e;
    }
    int rc;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
    }
    if (rc == SQLITE_CONSTRAINT) {
        e = ERR_STATE;
    } else if (rc != SQLITE_DONE) {
        e = fail(s);
    }
    sqlite3_finalize(statement);
    return e;
}

enum err tool_sql_number(struct tool_sql *s, int64_t *out, const char *sql, const char *types, ...)
{
    sqlite3_stmt *statement;
    va_list args;
    *out = 0;
    va_start(args, types);
    enum err e = prepare(s, &statement, sql, types, args);
    va_end(args);
    if (e != OK) {
        return e;
    }
    e = tool_sql_row(s, statement);
    if (e == OK && sqlite3_column_type(statement, 0) == SQLITE_NULL) {
        e = ERR_GONE;
    }
    if (e == OK) {
        *out = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    return e;
}

struct slice tool_sql_slice(sqlite3_stmt *statement, int column)
{
    const void *p = sqlite3_column_blob(statement, column);
    return slice_make(p, (size_t)sqlite3_column_bytes(statement, column));
}

enum err tool_sql_copy(struct tool_bytes *out, sqlite3_stmt *statement, int column)
{
    struct slice v = tool_sql_slice(statement, column);
    *out = (struct tool_bytes){malloc(v.n + 1), v.n};
    if (out->p == NULL) {
        out->n = 0;
        tool_say("out of memory");
        return ERR_HOST;
    }
    if (v.n > 0) {
        memcpy(out->p, v.p, v.n);
    }
    out->p[v.n] = 0;
    return OK;
}

void tool_sql_rollback(struct tool_sql *s)
{
    if (s->db != NULL && sqlite3_get_autocommit(s->db) == 0) {
        (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    }
}

/* A file of ours, or (when it may be) an empty one. */
static enum err check_id(struct tool_sql *s, int32_t id, bool create)
{
    char sql[64];
    int64_t found, tables;
    TRY(tool_sql_number(s, &found, "PRAGMA application_id", ""));
    TRY(tool_sql_number(s, &tables, "SELECT count(*) FROM sqlite_master", ""));
    if (create && found == 0 && tables == 0) {
        (void)snprintf(sql, sizeof sql, "PRAGMA application_id=%d", (int)id);
        return tool_sql_run(s, sql, "");
    }
    if (found != id) {
        tool_say("%s: not a database of this program", s->path);
        return ERR_INPUT;
    }
    return OK;
}

enum err tool_sql_open(struct tool_sql *out, const char *path, int32_t id, bool create)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE | (create ? SQLITE_OPEN_CREATE : 0);
    *out = (struct tool_sql){NULL, path};
    int rc = sqlite3_open_v2(path, &out->db, flags, NULL);
    enum err e = OK;
    if (rc != SQLITE_OK) {
        e = fail(out);
        e = (rc & 0xff) == SQLITE_CANTOPEN ? ERR_GONE : e;
        goto out;
    }
    /* Plain codes: SQLITE_CONSTRAINT is asked for. */
    sqlite3_extended_result_codes(out->db, 0);
    sqlite3_busy_timeout(out->db, BUSY_MS);
    e = tool_sql_run(out, "PRAGMA journal_mode=WAL", "");
    if (e == OK) {
        e = tool_sql_run(out, "PRAGMA synchronous=FULL", "");
    }
    if (e == OK) {
        e = check_id(out, id, create);
    }
out:
    if (e != OK) {
        tool_sql_close(out);
    }
    return e;
}

void tool_sql_close(struct tool_sql *s)
{
    if (s != NULL && s->db != NULL) {
        tool_sql_rollback(s);
        sqlite3_close(s->db);
        s->db = NULL;
    }
}
