/* SQLite for the tools that keep something: one file, WAL, synchronous=FULL, so that what was
 * committed survives a crash and a power cut. Failures are said on stderr, once. */
#ifndef SOTTO_TOOLS_TOOL_SQL_H
#define SOTTO_TOOLS_TOOL_SQL_H
#include <sqlite3.h>

#include "tool.h"

struct tool_sql {
    sqlite3 *db;
    const char *path; /* for messages */
};
/* Opens the database; it may be new only with `create`. `id` is its application_id, which a new one
 * gets and any other must have. ERR_GONE, ERR_INPUT (another program's), ERR_STORE. */
MUST_CHECK enum err tool_sql_open(struct tool_sql *out, const char *path, int32_t id, bool create);
/* Accepts the zero state. */
void tool_sql_close(struct tool_sql *s);

/* A statement with its values: types holds one letter for each, 'i' (int64_t), 'b' (struct slice, a
 * blob) or 't' (struct slice, a text). Values are borrowed until the statement is finalized.
 * *out is NULL on failure. ERR_STORE. */
MUST_CHECK enum err tool_sql_prepare(struct tool_sql *s, sqlite3_stmt **out, const char *sql,
                                     const char *types, ...);
/* The next row. OK, ERR_GONE (no more) or ERR_STORE. */
MUST_CHECK enum err tool_sql_row(struct tool_sql *s, sqlite3_stmt *statement);
/* Runs a statement that has no results. ERR_STATE: a key is taken; else as above. */
MUST_CHECK enum err tool_sql_run(struct tool_sql *s, const char *sql, const char *types, ...);
/* One number. ERR_GONE when there is no row or it is NULL. */
MUST_CHECK enum err tool_sql_number(struct tool_sql *s, int64_t *out, const char *sql,
                                    const char *types, ...);
/* Borrowed from the row. */
struct slice tool_sql_slice(sqlite3_stmt *statement, int column);
/* A copy on the heap. */
MUST_CHECK enum err tool_sql_copy(struct tool_bytes *out, sqlite3_stmt *statement, int column);
/* Gives up an open transaction; there may be none. */
void tool_sql_rollback(struct tool_sql *s);
#endif
